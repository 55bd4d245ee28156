/**
 * What an answer leaves behind that offered more time: a line in its place, with a button that asks the same again. It holds
 * nothing of the answer, is authorised afresh when it is pressed, and leaves after an hour itself.
 */
import { z } from 'zod';
import { leftCard, viewExpiredCard } from './answer.ts';
import { askButton } from './interact.ts';
import { type MoreTime, moreShape } from './more-shape.ts';
import type { Changed, DueRemoval } from './ports.ts';
import { repliesIn } from './replies/replies.ts';
import { againContext, contextOf } from './sealing.ts';
import type { Account, Button, Card, Locale, SlotValues } from './types.ts';
import type { World } from './world.ts';

/** The line stands so long, ms. */
const TOMBSTONE_MS = 60 * 60_000;

const shape = z.strictObject({
  locale: z.enum(['en', 'de']),
  button: z.strictObject({ action: z.string(), label: z.string(), value: z.string() }),
  /** What its time may be taken again for, sealed to the asker: so that it can be taken from elsewhere than the answer's own button. */
  more: z.string().optional(),
});

/** What is asked again. */
export interface AskAgain {
  readonly intent: string;
  readonly subject: string | null;
  readonly nobody: boolean;
  readonly slots: SlotValues;
}

interface ForAsker {
  readonly world: Pick<World, 'sealer' | 'clock'>;
  readonly account: Account;
  readonly locale: Locale;
  readonly ask: AskAgain;
}

const againButton = ({ world, account, locale, ask }: ForAsker): Button =>
  askButton({
    sealer: world.sealer,
    account,
    intent: ask.intent,
    subject: ask.subject,
    nobody: ask.nobody,
    slots: ask.slots,
    label: repliesIn(locale).askAgain,
    now: world.clock.now(),
  });

/** Said to a press on a button whose answer has left, or whose time is up. */
export const expiredCard = (o: ForAsker): Card => ({ ...viewExpiredCard(o.locale), buttons: [againButton(o)] });

/** For `Outbox.again`: what is shown in the answer's place when it leaves. */
export const sealedAgain = (o: ForAsker & { readonly ask: MoreTime }): string =>
  o.world.sealer.seal(
    againContext(o.account),
    JSON.stringify({
      locale: o.locale,
      button: againButton(o),
      more: o.world.sealer.seal(contextOf(o.account, 'press'), JSON.stringify(o.ask)),
    } satisfies z.infer<typeof shape>),
  );

/** Null: its time cannot be taken again, it is somebody else's, or an older version kept it. */
export const openedMore = (
  world: Pick<World, 'sealer'>,
  o: Pick<DueRemoval, 'ref' | 'again'> & { readonly account: Account },
): MoreTime | null => {
  const kept = read(world, o)?.more;
  const plain = kept === undefined ? null : world.sealer.open(contextOf(o.account, 'press'), kept);
  const more = plain === null ? null : moreShape.safeParse(JSON.parse(plain));
  return more?.success === true ? more.data : null;
};

const read = (
  world: Pick<World, 'sealer'>,
  { ref, again }: Pick<DueRemoval, 'ref' | 'again'>,
): z.infer<typeof shape> | null => {
  const plain = again === null ? null : world.sealer.open(againContext(ref), again);
  if (plain === null) return null;
  try {
    return shape.parse(JSON.parse(plain));
  } catch {
    return null;
  }
};

/** Null where it does not open: the data key it was sealed under is gone, or unknown here. Then the message just leaves: its end waits for no line. */
const opened = (world: Pick<World, 'sealer'>, removal: DueRemoval): Card | null => {
  const kept = read(world, removal);
  return kept === null ? null : leftCard(kept.locale, kept.button);
};

/**
 * Puts the line in the answer's place and its own end on record. `none`: there is no line to put, or the platform will not
 * have it, so the message is to be removed as any other. May be done again after a crash: both halves can be repeated.
 */
export const leaveLine = async (
  world: Pick<World, 'sealer' | 'clock' | 'platforms'> & { readonly store: Pick<World['store'], 'expiries'> },
  removal: DueRemoval,
): Promise<Changed | 'none'> => {
  const { ref } = removal;
  const card = opened(world, removal);
  const platform = world.platforms.get(ref.platform);
  if (card === null || platform === undefined) return 'none';
  const put = await platform.update({ ref, card });
  if (!put.ok) return put.fault === 'never' ? 'none' : put;
  const at = world.clock.now() + TOMBSTONE_MS;
  // Never whole seconds after the answer's own end, so that a late press on "more time" finds that it is not the answer's.
  const removeAt = (at - removal.removeAt) % 1_000 === 0 ? at + 1 : at;
  await world.store.expiries.schedule({ ref, removeAt, about: null, then: 'remove', again: null });
  return put;
};
