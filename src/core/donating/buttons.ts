/** The button that offers to give a phrase, and the form that it opens. What they carry is sealed to one account. */
import { z } from 'zod';
import type { Sealer } from '../ports.ts';
import { contextOf } from '../sealing.ts';
import { type Account, type Button, FORM_ACTION, type Press, type Submit } from '../types.ts';
import { MOST_PHRASE, tidied } from './phrase.ts';

/** As long as any button that asks, ms; and a form that was opened is sent within so long. */
const BUTTON_MS = 24 * 60 * 60_000;
const FORM_MS = 24 * 60 * 60_000;

/** Characters of a button's value that every platform takes; Slack takes no more. */
const MOST_VALUE = 2_000;

const offered = z.strictObject({ kind: z.literal('donating'), text: z.string(), until: z.number() });
const asked = z.strictObject({ kind: z.literal('donating-form'), until: z.number() });

interface Known {
  readonly sealer: Sealer;
  readonly now: number;
}

const opened = (sealer: Sealer, account: Account, sealed: string): unknown => {
  const plain = sealer.open(contextOf(account, 'press'), sealed);
  return plain === null ? null : JSON.parse(plain);
};

/** Null: the words do not fit into a button, or there are none; then nothing is offered. */
export const donateButton = (
  o: Known & { readonly account: Account; readonly text: string; readonly label: string },
): Button | null => {
  const text = tidied(o.text);
  if (text === '' || text.length > MOST_PHRASE) return null;
  const carried: z.infer<typeof offered> = { kind: 'donating', text, until: o.now + BUTTON_MS };
  const value = o.sealer.seal(contextOf(o.account, 'press'), JSON.stringify(carried));
  return value.length > MOST_VALUE ? null : { action: FORM_ACTION, label: o.label, value };
};

/** Whether it is a button of this kind, whatever became of its time. */
export const offersDonating = (press: Press, { sealer }: Pick<Known, 'sealer'>): boolean =>
  press.action === FORM_ACTION && offered.safeParse(opened(sealer, press.account, press.value)).success;

/** The phrase that it carries. Null where it is forged, somebody else's, or too old. */
export const readOffer = (press: Press, { sealer, now }: Known): string | null => {
  const read = offered.safeParse(opened(sealer, press.account, press.value));
  return read.success && read.data.until >= now ? read.data.text : null;
};

export const sealDonating = ({ sealer, now, account }: Known & { readonly account: Account }): string => {
  const state: z.infer<typeof asked> = { kind: 'donating-form', until: now + FORM_MS };
  return sealer.seal(contextOf(account, 'press'), JSON.stringify(state));
};

/** Whether it is a form of this kind, whatever became of its time. */
export const isDonating = ({ account, state }: Submit, { sealer }: Pick<Known, 'sealer'>): boolean =>
  asked.safeParse(opened(sealer, account, state)).success;

export const inTime = ({ account, state }: Submit, { sealer, now }: Known): boolean => {
  const read = asked.safeParse(opened(sealer, account, state));
  return read.success && read.data.until >= now;
};
