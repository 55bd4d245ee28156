/**
 * Whether a set of restrictions forbids at least what another does, by proof: by looking at what they say, not at samples of
 * questions. What is not proved counts as weaker, so a second person is asked once too often and never once too little.
 */
import type { PlaceKind, Restriction } from '../core/types.ts';
import { COUNTRIES } from './countries.ts';
import type { LoadedPack } from './loaded-pack.ts';
import { KINDS, PLACES } from './schema.ts';

/** A restriction as far as it still forbids something: of which actions, in which places, from when until when (ms). */
interface Forbidding {
  readonly actions: ReadonlySet<string>;
  readonly places: ReadonlySet<PlaceKind>;
  /** Null: everybody. */
  readonly appliesTo: ReadonlySet<string> | null;
  readonly except: ReadonlySet<string>;
  /** Null: every country. */
  readonly countries: ReadonlySet<string> | null;
  readonly from: number;
  readonly until: number;
}

const within = <T>(part: Iterable<T>, whole: ReadonlySet<T>): boolean => [...part].every((it) => whole.has(it));

/** Everybody is of exactly one kind, and in the group of that name. */
const everybody = (groups: ReadonlySet<string>): boolean => within(KINDS, groups);

/** Null where it forbids nobody anything from `now` on: lapsed, never begun, or everybody whom it names is excepted. */
const forbidding = (o: Restriction, actions: LoadedPack['actions'], now: number): Forbidding | null => {
  const time = (at: string | null, otherwise: number): number => (at === null ? otherwise : Date.parse(at));
  const from = Math.max(now, time(o.from, now), time(o.suspendedUntil, now));
  const until = time(o.until, Number.POSITIVE_INFINITY);
  const except = new Set(o.exceptGroups);
  const named = new Set(o.appliesTo);
  if (from >= until || everybody(except) || (named.size > 0 && within(named, except))) return null;
  const forbids = new Set(o.forbids);
  const countries = new Set(o.countries);
  return {
    actions: new Set(
      [...actions].flatMap(([action, topic]) => (forbids.has(action) || forbids.has(topic) ? [action] : [])),
    ),
    places: new Set(o.places.length === 0 ? PLACES : o.places),
    appliesTo: named.size === 0 || everybody(named) ? null : named,
    except,
    countries: countries.size === 0 || within(COUNTRIES, countries) ? null : countries,
    from,
    until,
  };
};

/** Whether whoever and whatever one forbids, from its beginning to its end, the other forbids as well. */
const coveredBy = (one: Forbidding, other: Forbidding): boolean =>
  within(one.actions, other.actions) &&
  within(one.places, other.places) &&
  (other.appliesTo === null || (one.appliesTo !== null && within(one.appliesTo, other.appliesTo))) &&
  within(other.except, one.except) &&
  (other.countries === null || (one.countries !== null && within(one.countries, other.countries))) &&
  other.from <= one.from &&
  one.until <= other.until;

/** Covered whole by a single one; or each action in each place by one, whichever. */
const covered = (one: Forbidding, others: readonly Forbidding[]): boolean =>
  others.some((other) => coveredBy(one, other)) ||
  [...one.actions].every((action) =>
    [...one.places].every((place) => {
      const piece = { ...one, actions: new Set([action]), places: new Set([place]) };
      return others.some((other) => coveredBy(piece, other));
    }),
  );

/**
 * `same`: from `now` on they forbid the same, whatever they are called and say. `stricter`: what `before` forbids, `after` forbids
 * as well. `weaker`: that could not be proved. What has lapsed by `now` counts for nothing; a question asked before `now` is not
 * looked at.
 */
export const compareRestrictions = (o: {
  readonly before: readonly Restriction[];
  readonly after: readonly Restriction[];
  readonly now: number;
  readonly actions: LoadedPack['actions'];
}): 'same' | 'stricter' | 'weaker' => {
  const all = (restrictions: readonly Restriction[]) =>
    restrictions.flatMap((it) => forbidding(it, o.actions, o.now) ?? []);
  const [before, after] = [all(o.before), all(o.after)];
  if (!before.every((it) => covered(it, after))) return 'weaker';
  return after.every((it) => covered(it, before)) ? 'same' : 'stricter';
};
