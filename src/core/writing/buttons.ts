/** The button that opens the form of a write. What it carries is sealed to one account, and nothing is done by pressing it. */
import { z } from 'zod';
import type { Sealer } from '../ports.ts';
import { contextOf } from '../sealing.ts';
import { type Account, type Button, FORM_ACTION, type Press, type SlotValues } from '../types.ts';

/** As long as any button that asks, ms. */
const BUTTON_MS = 24 * 60 * 60_000;

/** Characters of a button's value that every platform takes; Slack takes no more. */
const MOST_VALUE = 2_000;

const carried = z.strictObject({
  kind: z.literal('writing'),
  intent: z.string(),
  subject: z.string().nullable(),
  slots: z.record(z.string(), z.string()),
  words: z.record(z.string(), z.string()),
  instead: z.string().exactOptional(),
  until: z.number(),
});

/** What a form is opened for, and what it is filled with. */
export interface Opening {
  readonly intent: string;
  /** Directory id of whom it is about; null: who presses. */
  readonly subject: string | null;
  readonly slots: SlotValues;
  /** By the name of what the operation asks for. */
  readonly words: Readonly<Record<string, string>>;
  /** Id of the write that waits with the same in it, and is not written once this is opened. Absent: none does. */
  readonly instead?: string;
}

/** A button that only this account can press. Null: it does not fit into what a platform takes; then nothing is offered. */
export const writeButton = (o: {
  readonly sealer: Sealer;
  readonly account: Account;
  readonly intent: string;
  /** Directory id of the colleague whom it is about; null: who presses. */
  readonly subject: string | null;
  /** What was said of the intent's slots. */
  readonly slots: SlotValues;
  /** What the texts are filled with, by the name of what the operation asks for. Absent: nothing. */
  readonly words?: Readonly<Record<string, string>>;
  readonly instead?: string;
  readonly label: string;
  /** ms since the epoch. */
  readonly now: number;
}): Button | null => {
  const { intent, subject, slots, words = {} } = o;
  const opening: z.infer<typeof carried> = {
    kind: 'writing',
    intent,
    subject,
    slots,
    words: Object.fromEntries(Object.entries(words).map(([name, text]) => [name, text.toWellFormed()])),
    ...(o.instead === undefined ? {} : { instead: o.instead }),
    until: o.now + BUTTON_MS,
  };
  const value = o.sealer.seal(contextOf(o.account, 'press'), JSON.stringify(opening));
  return value.length > MOST_VALUE ? null : { action: FORM_ACTION, label: o.label, value };
};

interface Known {
  readonly sealer: Sealer;
  readonly now: number;
}

const carriedBy = ({ account, value }: Press, { sealer }: Pick<Known, 'sealer'>): z.infer<typeof carried> | null => {
  const plain = sealer.open(contextOf(account, 'press'), value);
  const read = plain === null ? null : carried.safeParse(JSON.parse(plain));
  return read?.success === true ? read.data : null;
};

/** Whether it is a button of this kind and of who presses it, whatever became of its time. */
export const opensWriting = (press: Press, known: Pick<Known, 'sealer'>): boolean =>
  press.action === FORM_ACTION && carriedBy(press, known) !== null;

/** Null: it is forged, somebody else's, or too old. */
export const readOpening = (press: Press, known: Known): Opening | null => {
  const read = carriedBy(press, known);
  if (read === null || read.until < known.now) return null;
  const { kind: _, until: _until, ...opening } = read;
  return opening;
};
