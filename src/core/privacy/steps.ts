/** The steps of every press and form by which somebody sees to what is kept of them: who, how often, on record, done. */
import { notYoursCard, strangerCard, throttledCard, viewExpiredCard } from '../answer.ts';
import { endsTooOften } from '../sign-in/ends.ts';
import { isEndVerb } from '../sign-in/talk.ts';
import { type Asker, counted, record, strangersLocale, who } from '../steps.ts';
import { throttled } from '../throttle.ts';
import type { Card, Locale, Person, Press, Submit } from '../types.ts';
import type { World } from '../world.ts';

/** What was asked for. `counts`: false where the time of its button or form is over. */
interface Asked {
  readonly verb: string;
  readonly counts: boolean;
}

/**
 * Whoever asks is asked for anew; a pause, or rules that were not approved, are no reason to keep from anybody what is theirs. Nothing is
 * done before it is on record. `passes`: it may work in a moment.
 */
export const authorised = async <T>(
  world: World,
  inbound: Press | Submit,
  asked: Asked | null,
  known: { locale: Locale },
  act: (person: Person) => Promise<T>,
): Promise<T | { readonly card: Card; readonly passes: boolean }> => {
  const attempt = { id: inbound.id, attempts: 1 };
  const note = (person: Asker, verdict: 'answer' | 'refuse' | 'throttled', reasons: readonly string[]): Promise<void> =>
    record(world, attempt, inbound, { person, verdict, reasons });
  const counts = await counted(world, inbound);
  const found = await who(world, inbound.account);
  if (!found.ok) {
    await note(null, 'refuse', [`account-${found.why}`]);
    return {
      card: strangerCard(found.why, await strangersLocale(world, inbound.account)),
      passes: found.why === 'unreachable' || found.why === 'stale',
    };
  }
  const { person } = found;
  known.locale = person.locale;
  const wait = isEndVerb(asked?.verb) ? endsTooOften(world, person) : throttled(counts);
  if (wait !== null) {
    await note(person, 'throttled', ['throttled']);
    return { card: throttledCard(person.locale, wait), passes: true };
  }
  if (asked?.counts !== true) {
    await note(person, 'refuse', [asked === null ? 'button-not-yours' : 'button-expired']);
    return { card: (asked === null ? notYoursCard : viewExpiredCard)(person.locale), passes: false };
  }
  await note(person, 'answer', ['privacy', asked.verb]);
  return act(person);
};
