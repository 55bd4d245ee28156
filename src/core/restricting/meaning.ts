/** What a change means, in one sentence, with the count of the people whom it touches as the directory's roll says. */
import { codeOf } from '../errors.ts';
import { repliesIn } from '../replies/replies.ts';
import type { Locale, Member, PerLocale, PlaceKind, Restriction } from '../types.ts';
import type { World } from '../world.ts';
import type { DraftChange } from './drafts.ts';

/** A count under this is nobody's business. */
export const FEWEST = 5;

/** `few`: fewer than five; null: the directory could not say. */
export type People = number | 'few' | null;

/** What a restriction forbids whom, for a sentence to say. */
export interface Touched {
  readonly people: People;
  /** Topics and intents, as they are called. */
  readonly topics: readonly string[];
  readonly intents: readonly string[];
  /** Groups; empty: everybody. */
  readonly appliesTo: readonly string[];
  readonly except: readonly string[];
  /** Empty: everywhere. */
  readonly places: readonly PlaceKind[];
  readonly countries: readonly string[];
  readonly from: string | null;
  readonly until: string | null;
}

export type Meaning =
  | { readonly kind: 'put' | 'lift' | 'resume'; readonly title: string; readonly touched: Touched }
  | { readonly kind: 'suspend'; readonly title: string; readonly touched: Touched; readonly until: string }
  | { readonly kind: 'roll-back'; readonly version: number; readonly put: number; readonly removed: number }
  | { readonly kind: 'pack' };

const isTouched = (restriction: Restriction, { kind, groups, hints = [], country }: Member): boolean => {
  const theirs = new Set<string>([kind, ...groups]);
  const { appliesTo, exceptGroups, countries } = restriction;
  return (
    (appliesTo.length === 0 || appliesTo.some((group) => theirs.has(group) || hints.includes(group))) &&
    !exceptGroups.some((group) => theirs.has(group)) &&
    (countries.length === 0 || countries.includes(country))
  );
};

const PLACES = 4;

type Known = Pick<World, 'catalogue' | 'clock' | 'directory' | 'log'>;

/** What is to be in force at once waits no longer for a count, ms. The roll of a large company is read all the same, for the next sentence. */
const ROLL_MS = 2_000;

/** The roll; null: it cannot be had just now. */
const rollOf = async ({ clock, directory, log }: Known): Promise<readonly Member[] | null> => {
  const inTime = new AbortController();
  try {
    const late = clock.sleep(ROLL_MS, inTime.signal).then(() => null);
    const roll = await Promise.race([directory.members(), late]);
    if (roll === null) log.warn('restricting.roll-unknown', { code: 'deadline' });
    return roll;
  } catch (error) {
    log.warn('restricting.roll-unknown', { code: codeOf(error) });
    return null;
  } finally {
    inTime.abort();
  }
};

const touchedBy = (
  { catalogue }: Known,
  restriction: Restriction,
  roll: readonly Member[] | null,
  locale: Locale,
): Touched => {
  const count = roll === null ? null : roll.filter((member) => isTouched(restriction, member)).length;
  const { forbids, places } = restriction;
  return {
    people: count === null ? null : count < FEWEST ? 'few' : count,
    topics: forbids.flatMap((id) => catalogue.topics.get(id)?.title[locale] ?? []),
    intents: forbids.flatMap((id) => catalogue.intents.get(id)?.title[locale] ?? []),
    appliesTo: restriction.appliesTo,
    except: restriction.exceptGroups,
    places: places.length === PLACES ? [] : places,
    countries: restriction.countries,
    from: begins(restriction),
    until: restriction.until,
  };
};

/** When it forbids something first: not before its suspension is over. */
const begins = ({ from, suspendedUntil }: Restriction): string | null => {
  if (from === null || suspendedUntil === null) return from ?? suspendedUntil;
  return Date.parse(from) < Date.parse(suspendedUntil) ? suspendedUntil : from;
};

/** A change as it stands in a draft. */
interface Changed {
  readonly change: DraftChange;
  readonly put: readonly Restriction[];
  readonly remove: readonly string[];
  readonly before: readonly Restriction[];
}

const meaningOf = (
  world: Known,
  { change, put, remove, before }: Changed,
  roll: readonly Member[] | null,
  locale: Locale,
): Meaning => {
  const { kind } = change;
  if (kind === 'pack') return { kind };
  if (kind === 'roll-back') return { kind, version: change.version, put: put.length, removed: remove.length };
  const restriction = [...put, ...before].find(({ id }) => id === change.id);
  if (restriction === undefined) throw new Error('A change of a restriction names none.');
  const of = { title: restriction.title, touched: touchedBy(world, restriction, roll, locale) };
  return kind === 'suspend' ? { kind, ...of, until: restriction.suspendedUntil ?? '' } : { kind, ...of };
};

/** In every language: who publishes and who approves need not speak the same. */
export const sentenceOf = async (world: Known, changed: Changed): Promise<PerLocale<string>> => {
  const roll = await rollOf(world);
  const now = world.clock.now();
  const said = (locale: Locale): string =>
    repliesIn(locale).restricting.means({ meaning: meaningOf(world, changed, roll, locale), now });
  return { en: said('en'), de: said('de') };
};

/** What a restriction that is in force means, one sentence each. */
export const standingSentences = async (
  world: Known,
  restrictions: readonly Restriction[],
  locale: Locale,
): Promise<readonly string[]> => {
  const roll = restrictions.length === 0 ? null : await rollOf(world);
  const { restricting } = repliesIn(locale);
  const now = world.clock.now();
  return restrictions.map((restriction) =>
    restricting.means({
      meaning: { kind: 'put', title: restriction.title, touched: touchedBy(world, restriction, roll, locale) },
      now,
    }),
  );
};
