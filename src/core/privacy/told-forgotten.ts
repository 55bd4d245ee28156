/** What follows where somebody was forgotten on their own word: the receipt in their private chat, and their page anew. */
import { codeOf } from '../errors.ts';
import { showHome } from '../home.ts';
import { openBody } from '../orders/body.ts';
import type { Receipt } from '../orders/types.ts';
import type { ClaimedOrder } from '../ports.ts';
import { accountKey } from '../sealing.ts';
import { who } from '../steps.ts';
import type { Account } from '../types.ts';
import { accountOf } from '../whose.ts';
import type { World } from '../world.ts';
import { receiptCard } from './receipt.ts';

/**
 * Sent once, by whoever finished the order; where it is lost, the page has it for as long as the order is kept. It names counts and nothing
 * else, so it stays in the chat. Nothing for an operator's order. Never rejects.
 */
export const tellForgotten = async (
  world: World,
  kept: Pick<ClaimedOrder, 'id' | 'body'>,
  receipt: Receipt,
): Promise<void> => {
  const { id } = kept;
  try {
    const order = openBody(world.sealer, kept)?.order;
    if (order?.kind !== 'forget' || order.self !== true) return;
    const account = accountNamed(order.accounts[0] ?? '');
    const found = account === null ? null : await who(world, account);
    if (account === null || found?.ok !== true || found.person.id !== order.person) return;
    const { tenant, user, platform } = account;
    const card = receiptCard({ person: found.person, account, number: id, receipt });
    const to = { tenant, user, channel: null };
    const posted = await world.platforms.get(platform)?.post({ to, card, key: `receipt-${id}` });
    if (posted?.ok === false) world.log.warn('receipt.not-posted', { id, tenant, code: posted.code });
    const channel = posted?.ok === true ? posted.ref.channel : user;
    await showHome(world, {
      kind: 'opened',
      id: `receipt:${id}`,
      account,
      place: { kind: 'direct', channel, thread: null },
      conversation: `${accountKey(account)}:forgotten`,
      at: world.clock.now(),
    });
  } catch (error) {
    world.log.warn('receipt.not-sent', { id, code: codeOf(error) });
  }
};

/** `slack:T1:U1`, as an order names it. */
const accountNamed = (name: string): Account | null => {
  const [platform = '', tenant = '', ...user] = name.split(':');
  return accountOf({ tenant, account: `${platform}:${user.join(':')}` });
};
