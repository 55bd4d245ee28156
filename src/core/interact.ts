/** Buttons: what they carry, and how one is read again when it is pressed. A press is authorised afresh, like a question. */
import { z } from 'zod';
import type { Asked } from './judge.ts';
import type { Directory, Sealer } from './ports.ts';
import { contextOf } from './sealing.ts';
import type { Account, Button, Press } from './types.ts';

/** Action of a button that asks for an intent. */
const ASK = 'sotto.ask';

/** A button answers for a day; then the talk it belonged to is gone. */
const BUTTON_MS = 24 * 60 * 60_000;

const carried = z.strictObject({ intent: z.string(), subject: z.string().nullable(), until: z.number() });

/** A button that only this account can press: its value opens for nobody else (Slack requirement 15). */
export const askButton = (o: {
  readonly sealer: Sealer;
  readonly account: Account;
  readonly intent: string;
  readonly subject: string | null;
  readonly label: string;
  readonly now: number;
}): Button => ({
  action: ASK,
  label: o.label,
  value: o.sealer.seal(
    contextOf(o.account, 'press'),
    JSON.stringify({ intent: o.intent, subject: o.subject, until: o.now + BUTTON_MS }),
  ),
});

/** What a press asks for; null where the button is forged, somebody else's, or too old. */
export const readPress = async (o: {
  readonly sealer: Sealer;
  readonly directory: Directory;
  readonly press: Press;
  readonly now: number;
}): Promise<Asked | null> => {
  if (o.press.action !== ASK) return null;
  const plain = o.sealer.open(contextOf(o.press.account, 'press'), o.press.value);
  if (plain === null) return null;
  const { intent, subject, until } = carried.parse(JSON.parse(plain));
  if (until < o.now) return null;
  if (subject === null) return { kind: 'chosen', intent, subject: null };
  const colleague = await o.directory.colleague(subject);
  return colleague === null ? null : { kind: 'chosen', intent, subject: colleague };
};
