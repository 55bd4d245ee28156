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

/** Taken for a question about pay: suspected, or recognised as one. */
export const isRestricted = ({ suspected, intents }: Seen): boolean => suspected || intents.some(isPay);

/** An intent that is not about pay was recognised, and nothing was suspected. */
export const isRouted = (seen: Seen): boolean => !isRestricted(seen) && seen.intents.length > 0;

/** Who asks for nothing but the date of pay may be answered. */
export const asksForPay = ({ about, intent }: Unseen): boolean => about === 'salary' && intent !== PAYDAY;
export const isHarmless = ({ about }: Unseen): boolean => about === 'harmless';

/** Percent of those for which it is so. */
export const share = <T>(of: readonly T[], is: (it: T) => boolean): number =>
  of.length === 0 ? Number.NaN : (100 * of.filter(is).length) / of.length;
