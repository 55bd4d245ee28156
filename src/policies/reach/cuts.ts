/**
 * The few requests that stand for all: every attribute cut into stretches within which the rules of an action cannot tell values
 * apart, and one value of each. What rules read in a way that has no such stretches keeps every value there is, or cannot be listed.
 */
import type { PersonKind, PlaceKind, PlatformName, PolicyRequest, Relation } from '../../core/types.ts';
import { COUNTRIES } from '../countries.ts';
import { MOST_TOPICS } from '../request.ts';
import { KINDS, type Known, PLACES, PLATFORMS, RELATIONS } from '../schema.ts';
import type { Mentions, NumberName, SetName, ValueName } from './mentions.ts';
import { type TimeSpan, timeCut } from './time-cut.ts';

/** One attribute. `values`: one of each stretch; null: too many to list. */
export interface Cut<T> {
  readonly values: readonly T[] | null;
  /** Of the stretch that a value is in; the value itself where nothing stands for it, as for one that is none. */
  stand(value: T): T;
  /** Among the values: stands for all that no rule names. */
  readonly rest?: T | undefined;
}

/** A stretch of whole numbers; `to` null: without end. */
export interface Stretch {
  readonly from: number;
  readonly to: number | null;
}

export interface Cuts {
  readonly kind: Cut<PersonKind>;
  readonly country: Cut<string>;
  readonly person: Cut<string>;
  /** Those that make a difference; being in one or not are two stretches. */
  readonly groups: readonly string[];
  readonly platform: Cut<PlatformName>;
  readonly place: Cut<PlaceKind>;
  readonly about: Cut<Relation>;
  readonly signInAgeMinutes: Cut<number | null>;
  readonly denials: Cut<number>;
  readonly asked: Cut<readonly string[]>;
  readonly refused: Cut<readonly string[]>;
  readonly now: Cut<number>;
}

/** Larger numbers are the same to any rule; see `request.ts`. */
const MOST = 1_000_000_000;

/** Somebody whom no rule names. */
const SOMEBODY = 'somebody';

/** More sets than this are not listed: 4,096. */
const MOST_IN_SET = 12;

const OUTSIDERS: readonly PersonKind[] = ['guest', 'external'];
const INSIDERS = KINDS.filter((kind) => !OUTSIDERS.includes(kind));

type How = 'not' | 'compared' | 'whole';

const howRead = (mentions: Mentions, name: ValueName | NumberName | SetName): How =>
  mentions.everything ? 'whole' : (mentions.reads.get(name) ?? 'not');

/** The named ones each by itself, all others together; `first` stands for them where it is among them. */
const valueCut = <T extends string>(o: {
  readonly all: readonly T[];
  readonly how: How;
  readonly named: ReadonlySet<string>;
  readonly first: T;
}): Cut<T> & { readonly values: readonly T[] } => {
  const own = o.how === 'whole' ? o.all : o.how === 'not' ? [] : o.all.filter((it) => o.named.has(it));
  const others = o.all.filter((it) => !own.includes(it));
  const other = others.includes(o.first) ? o.first : others[0];
  const known = new Set<T>(own);
  const replaced = new Set(others);
  return {
    values: o.all.filter((it) => known.has(it) || it === other),
    stand: (value) => (other !== undefined && replaced.has(value) ? other : value),
    rest: other,
  };
};

/** Stretches of whole numbers from `least`; the smallest of each stands for it. */
const numberCut = (how: How, bounds: ReadonlySet<number>, least: number): Cut<number> => {
  if (how === 'whole') return { values: null, stand: (value) => value };
  const inside = how === 'not' ? [] : [...bounds].filter((at) => at > least && at <= MOST);
  const starts = [least, ...inside.sort((left, right) => left - right)];
  return {
    values: starts,
    stand: (value) => (Number.isSafeInteger(value) ? (starts.findLast((start) => start <= value) ?? value) : value),
  };
};

/**
 * Guests and people of other companies are told nothing that would help (`decide.ts`), so they are never taken together with others,
 * whatever the rules read.
 */
const kindCut = (how: How, named: ReadonlySet<string>): Cut<PersonKind> => {
  const insiders = valueCut({ all: INSIDERS, how, named, first: 'employee' });
  const outsiders = valueCut({ all: OUTSIDERS, how, named, first: 'guest' });
  return {
    values: [...insiders.values, ...outsiders.values],
    stand: (kind) => insiders.stand(outsiders.stand(kind)),
  };
};

const signInCut = (how: How, bounds: ReadonlySet<number>): Cut<number | null> => {
  if (how === 'not') return { values: [null], stand: (age) => (age !== null && !Number.isFinite(age) ? age : null) };
  const { values, stand } = numberCut(how, bounds, 0);
  return {
    values: values === null ? null : [null, ...values],
    // As `request.ts` counts: the next whole minute, and one of the future proves nothing.
    stand: (age) => {
      if (age === null || age < 0) return null;
      return Number.isFinite(age) ? stand(Math.min(Math.ceil(age), MOST)) : age;
    },
  };
};

/** All subsets, the empty one first. */
const subsets = (of: readonly string[]): readonly (readonly string[])[] =>
  Array.from({ length: 2 ** of.length }, (_, bits) => of.filter((_it, at) => (bits >> at) % 2 === 1));

const setCut = (how: How, named: readonly string[], all: readonly string[]): Cut<readonly string[]> => {
  const telling = how === 'whole' ? all : how === 'not' ? [] : named;
  return {
    values: telling.length > MOST_IN_SET ? null : subsets(telling),
    // More of them would be refused; those that the pack does not have are dropped (`request.ts`).
    stand: (value) => (value.length > MOST_TOPICS ? value : telling.filter((it) => value.includes(it))),
  };
};

export const cutsOf = (mentions: Mentions, known: Known, span: TimeSpan): Cuts => {
  const { entities, texts, bounds } = mentions;
  const named = (type: string): ReadonlySet<string> => entities.get(type) ?? new Set();
  const numbers = (name: NumberName): ReadonlySet<number> => bounds.get(name) ?? new Set();
  const kinds: ReadonlySet<string> = new Set(KINDS);
  const namedGroups = [...known.groups].filter((it) => mentions.everything || named('Group').has(it));
  const kindsNamed = new Set([...named('Kind'), ...namedGroups.filter((it) => kinds.has(it))]);
  const people = [...named('User')].sort();
  const countryRead = howRead(mentions, 'country');
  const countries = [...COUNTRIES];
  const allTopics = [...known.topics];
  const topics = allTopics.filter((it) => named('Topic').has(it) || texts.has(it));
  const kindRead = howRead(mentions, 'kind');
  return {
    kind: kindCut(kindRead === 'not' && kindsNamed.size > 0 ? 'compared' : kindRead, kindsNamed),
    country: valueCut({ all: countries, how: countryRead, named: texts, first: 'US' }),
    person: mentions.everything
      ? { values: null, stand: (id) => id }
      : { values: [SOMEBODY, ...people], stand: (id) => (people.includes(id) ? id : SOMEBODY), rest: SOMEBODY },
    groups: namedGroups.filter((it) => !kinds.has(it)),
    platform: valueCut({
      all: PLATFORMS,
      how: howRead(mentions, 'platform'),
      named: named('Platform'),
      first: 'slack',
    }),
    place: valueCut({ all: PLACES, how: howRead(mentions, 'place'), named: named('Place'), first: 'direct' }),
    about: valueCut({ all: RELATIONS, how: howRead(mentions, 'relation'), named: named('Relation'), first: 'self' }),
    signInAgeMinutes: signInCut(howRead(mentions, 'signInAgeMinutes'), numbers('signInAgeMinutes')),
    denials: numberCut(howRead(mentions, 'denials'), numbers('denials'), 0),
    asked: setCut(howRead(mentions, 'asked'), topics, allTopics),
    refused: setCut(howRead(mentions, 'refused'), topics, allTopics),
    now: timeCut({
      now: { how: howRead(mentions, 'now'), bounds: numbers('now') },
      hour: { how: howRead(mentions, 'hour'), bounds: numbers('hour') },
      weekday: { how: howRead(mentions, 'weekday'), bounds: numbers('weekday') },
      span,
    }),
  };
};

/** The request that stands for this one: what the rules cannot tell from it, so that it is decided alike. */
export const standIn = (request: PolicyRequest, cuts: Cuts): PolicyRequest => ({
  action: request.action,
  person: {
    id: cuts.person.stand(request.person.id),
    kind: cuts.kind.stand(request.person.kind),
    groups: cuts.groups.filter((it) => request.person.groups.includes(it)),
    country: cuts.country.stand(request.person.country),
    fresh: request.person.fresh,
  },
  about: cuts.about.stand(request.about),
  platform: cuts.platform.stand(request.platform),
  place: cuts.place.stand(request.place),
  signInAgeMinutes: cuts.signInAgeMinutes.stand(request.signInAgeMinutes),
  denials: cuts.denials.stand(request.denials),
  asked: cuts.asked.stand(request.asked),
  refused: cuts.refused.stand(request.refused),
  now: cuts.now.stand(request.now),
});

/** The smallest and largest value of the stretch that this one stands for. */
export const stretchOf = (values: readonly (number | null)[], value: number): Stretch => {
  const next = values.find((it) => it !== null && it > value) ?? null;
  return { from: value, to: next === null ? null : next - 1 };
};
