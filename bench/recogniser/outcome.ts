/** What becomes of a text, by what was recognised in it, before any policy is asked. */
import type { Recognition } from '../../src/core/types.ts';
import type { Unseen } from './unseen.ts';

/** The one intent about pay that anybody may ask. */
export const PAYDAY = 'salary.payday';
export const isPay = (intent: string): boolean => intent.startsWith('salary.') && intent !== PAYDAY;

/** As much of a recognition as decides: the guard's suspicion, and each intent that was recognised. */
export interface Seen {
  readonly suspected: boolean;
  readonly intents: readonly string[];
}

export const seenIn = ({ intent, also, topics }: Recognition): Seen => ({
  suspected: topics.includes('salary'),
  intents: intent === null ? also : [intent, ...also],
});

/** Everybody is told the date of pay, whatever is suspected besides. */
const toldTheDate = ({ intents }: Seen): boolean => intents[0] === PAYDAY && !intents.some(isPay);

/** Taken for a question about pay: recognised as one, or suspected. */
export const isRestricted = (seen: Seen): boolean => seen.intents.some(isPay) || (seen.suspected && !toldTheDate(seen));

/** Something that anybody may ask was recognised, and it is answered. */
export const isRouted = (seen: Seen): boolean => !isRestricted(seen) && seen.intents.length > 0;

/** Who asks for nothing but the date of pay may be answered. */
export const asksForPay = ({ about, intent }: Unseen): boolean => about === 'salary' && intent !== PAYDAY;
export const isHarmless = ({ about }: Unseen): boolean => about === 'harmless';

/** Percent of those for which it is so. */
export const share = <T>(of: readonly T[], is: (it: T) => boolean): number =>
  of.length === 0 ? Number.NaN : (100 * of.filter(is).length) / of.length;
