/**
 * Somebody changed or deleted a message by which they had asked something (Teams requirement 22). What waits of it ends, on record; what stands of the answer is taken
 * away; and a changed question is not asked again by itself, for nobody sent it. The order for it lies in the inbox, so a crash at any line loses none.
 */
import { matches, type Wanted, wantedOf } from './about.ts';
import { plainCard } from './answer.ts';
import type { Withdrawn } from './chore-types.ts';
import { codeOf } from './errors.ts';
import { questionKeptBy, questionsOf, standingNow } from './held.ts';
import { pendingOf } from './orders/take-back.ts';
import type { Claim } from './ports.ts';
import { repliesIn } from './replies/replies.ts';
import { accountKey } from './sealing.ts';
import { leavingHeldBy } from './standing.ts';
import { strangersLocale, who } from './steps.ts';
import type { Locale } from './types.ts';
import { inWalks } from './walks.ts';
import type { World } from './world.ts';

/** While somebody works on the question it is looked at again after so long, ms, and so often. */
const AGAIN_MS = 1_000;
const MOST_ROUNDS = 10;

/**
 * An answer carries the second in which its question was accepted, and no id of it. Accepted it is soon after it was written, by two clocks: what the same person asked
 * in the same chat within these ms leaves with it.
 */
const BEFORE_MS = 2_000;
const AFTER_MS = 15_000;

/** Ends such an order. Refuses as the store and the audit log do; then it is claimed again. */
export type Withdraw = (claim: Claim, withdrawn: Withdrawn) => Promise<void>;

interface One {
  readonly withdrawn: Withdrawn;
  /** What the answers to it carry; null: that cannot be told. */
  readonly wanted: Wanted | null;
  /** What was found of it so far. */
  readonly found: { waiting: boolean; flying: boolean; leaving: boolean };
}

export const createWithdraw = (world: World): Withdraw => {
  const walked = inWalks(async (all: readonly One[]) => {
    await walk(world, all);
    return all;
  });

  return async (claim, withdrawn) => {
    const found = await who(world, withdrawn.account);
    const person = found.ok ? found.person : null;
    const one: One = {
      withdrawn,
      wanted: wantedBy(world, withdrawn, person?.id ?? null),
      found: { waiting: false, flying: false, leaving: false },
    };
    await walked([one]);
    const mine = { id: claim.id, lease: claim.lease };
    if (one.found.flying && claim.attempts < MOST_ROUNDS) {
      await world.store.inbox.release({ ...mine, notBefore: world.clock.now() + AGAIN_MS, code: 'still-at-work' });
      return;
    }
    const { waiting, leaving } = one.found;
    world.log.info('question.withdrawn', { id: withdrawn.question, code: withdrawn.how });
    const settled = await world.store.inbox.settle({ ...mine, end: 'ignored', expiry: null, now: world.clock.now() });
    if (settled !== 'settled' || withdrawn.how === 'deleted') return;
    // Found in an earlier round it is not told a second time; nothing is lost where it is not told at all.
    if (waiting || leaving) await tell(world, withdrawn, person?.locale ?? null);
  };
};

/** `person` null: the directory knows nobody by that account, or could not be asked. The talk is theirs alone, and says whose answers these are. */
const wantedBy = (world: World, { talk, asked }: Withdrawn, person: string | null): Wanted | null => {
  if (asked === null) return null;
  const theirs = person === null ? {} : { person };
  return wantedOf(world.sealer, {
    ...theirs,
    conversation: talk,
    since: asked - BEFORE_MS,
    before: asked + AFTER_MS,
  });
};

const walk = async (world: World, all: readonly One[]): Promise<void> => {
  const byQuestion = new Map(all.map((one) => [one.withdrawn.question, one]));
  for await (const question of questionsOf(world)) {
    const one = byQuestion.get(question.id);
    // Whoever else may delete it there does not end what was asked.
    if (one === undefined || question.account !== accountKey(one.withdrawn.account)) continue;
    const { id, tenant, conversation, state } = question;
    if (state === 'leased') {
      one.found.flying = true;
      continue;
    }
    if ((await questionKeptBy(world, question)) !== null) continue;
    await world.audit.append({ kind: 'undeliverable', at: world.clock.now(), question: id, code: 'withdrawn' });
    const outcome = await world.store.inbox.drop({ tenant, conversation, id, now: world.clock.now() });
    if (outcome === 'leased') one.found.flying = true;
    if (outcome === 'dropped') one.found.waiting = true;
  }
  const standing = await standingNow(world);
  const now = world.clock.now();
  for await (const { ref, about, removeAt, then } of pendingOf(world)) {
    if (about === null) continue;
    const theirs = all.filter(
      ({ wanted, withdrawn }) => wanted !== null && ref.tenant === withdrawn.account.tenant && matches(about, wanted),
    );
    if (theirs.length === 0 || leavingHeldBy(standing, { ref, about }) !== null) continue;
    for (const { found } of theirs) found.leaving = true;
    // Nothing is left in its place: no line that something was there, and no button to ask it again.
    if (then !== 'remove' || removeAt > now)
      await world.store.expiries.schedule({ ref, removeAt: now, about, then: 'remove', again: null });
  }
};

/** Best effort. */
const tell = async (world: World, { account, place }: Withdrawn, locale: Locale | null): Promise<void> => {
  const { tenant, user, platform } = account;
  const channel = place.kind === 'direct' ? place.channel : null;
  try {
    const said = plainCard(repliesIn(locale ?? (await strangersLocale(world, account))).aside.edited);
    await world.platforms.get(platform)?.post({ to: { tenant, user, channel }, card: said, key: world.random.id() });
  } catch (error) {
    world.log.warn('withdrawn.not-told', { tenant, code: codeOf(error) });
  }
};
