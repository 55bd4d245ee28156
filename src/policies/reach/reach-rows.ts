/** Puts what was found cell by cell into a few rows that a person can read: who must be in which groups, for what, where. */
import type { ReachRow } from '../../core/restricting-ports.ts';
import type { PersonKind, PlaceKind, Relation, ShowMode } from '../../core/types.ts';
import { KINDS, PLACES, RELATIONS } from '../schema.ts';
import type { Cut } from './cuts.ts';
import type { JudgedAction } from './enumerate.ts';

/** Of several ways in which the same may be shown, the plainest: it is what can be had. */
const PLAINEST: readonly ShowMode[] = ['message', 'hold-reveal', 'view'];

interface Way {
  /** Kinds of people; null: of whatever kind. */
  readonly kind: PersonKind | null;
  readonly groups: readonly string[];
  readonly signIn: boolean;
  readonly show: ShowMode;
}

/** A way for one relation in one place, before what is alike is put together. */
interface Found extends Way {
  readonly intent: string;
  readonly about: Relation;
  readonly place: PlaceKind;
}

const standing = <T>(all: readonly T[], cut: Cut<T>, value: T): readonly T[] =>
  all.filter((it) => cut.stand(it) === value);

const easier = (left: Way, right: Way): boolean => {
  if (left.signIn !== right.signIn) return right.signIn;
  return PLAINEST.indexOf(left.show) < PLAINEST.indexOf(right.show);
};

const within = (few: readonly string[], many: readonly string[]): boolean =>
  few.length < many.length && few.every((it) => many.includes(it));

/** Only those for which no fewer groups do as well. */
const minimal = (ways: readonly Way[]): readonly Way[] =>
  ways.filter(
    (way) => !ways.some((it) => it.kind === way.kind && within(it.groups, way.groups) && (way.signIn || !it.signIn)),
  );

/** Ways that are open to every kind of people, said once. */
const anyKind = (ways: readonly Way[]): readonly Way[] => {
  const alike = Map.groupBy(ways, ({ groups, signIn, show }) => JSON.stringify([groups, signIn, show]));
  return [...alike.values()].flatMap((same) => {
    const [one] = same;
    return one !== undefined && same.length === KINDS.length ? [{ ...one, kind: null }] : same;
  });
};

const waysIn = ({ action, cuts, count, request, outcome }: JudgedAction): readonly Found[] => {
  const best = new Map<string, Found>();
  for (let at = 0; at < count; at += 1) {
    const judged = outcome(at);
    if (judged.effect !== 'permit') continue;
    const { person, about, place, signInAgeMinutes } = request(at);
    const { kind, groups } = person;
    const way = { kind, groups, signIn: signInAgeMinutes !== null, show: judged.obligations.show };
    const key = JSON.stringify([kind, groups, about, place]);
    const known = best.get(key);
    if (known === undefined || easier(way, known)) best.set(key, { ...way, intent: action, about, place });
  }
  const spots = Map.groupBy(best.values(), ({ about, place }) => JSON.stringify([about, place]));
  return [...spots.values()].flatMap((ways) => {
    const [spot] = ways;
    if (spot === undefined) return [];
    const kinds = minimal(ways).flatMap((way) =>
      standing(KINDS, cuts.kind, way.kind ?? 'employee').map((kind) => ({ ...way, kind })),
    );
    return anyKind(kinds).flatMap((way) =>
      standing(RELATIONS, cuts.about, spot.about).flatMap((about) =>
        standing(PLACES, cuts.place, spot.place).map((place) => ({ ...way, intent: action, about, place })),
      ),
    );
  });
};

const inOrder = <T>(all: readonly T[], some: readonly T[]): readonly T[] => all.filter((it) => some.includes(it));

/** Rows in an order that is always the same: fewest groups first. */
export const reachRows = (actions: readonly JudgedAction[]): readonly ReachRow[] => {
  const groupsOf = ({ kind, groups }: Way): readonly string[] => [...(kind === null ? [] : [kind]), ...groups];
  const whole = (found: Found) => JSON.stringify([groupsOf(found), found.signIn, found.show]);
  const rows = [...Map.groupBy(actions.flatMap(waysIn), whole).values()].flatMap((ways) => {
    const [way] = ways;
    if (way === undefined) return [];
    // First the places of one intent and relation, then relations with the same places, then intents with the same of both.
    const spots = [...Map.groupBy(ways, ({ intent, about }) => JSON.stringify([intent, about])).values()].map(
      (same) => ({
        intent: same[0]?.intent ?? '',
        about: same[0]?.about ?? ('other' as const),
        places: inOrder(
          PLACES,
          same.map(({ place }) => place),
        ),
      }),
    );
    const relations = [...Map.groupBy(spots, ({ intent, places }) => JSON.stringify([intent, places])).values()].map(
      (same) => ({
        intent: same[0]?.intent ?? '',
        about: inOrder(
          RELATIONS,
          same.map(({ about }) => about),
        ),
        places: same[0]?.places ?? [],
      }),
    );
    return [...Map.groupBy(relations, ({ about, places }) => JSON.stringify([about, places])).values()].map((same) => ({
      groups: groupsOf(way),
      intents: same.map(({ intent }) => intent).sort(),
      about: same[0]?.about ?? [],
      places: same[0]?.places ?? [],
      signIn: way.signIn,
      show: way.show,
    }));
  });
  const key = (row: ReachRow): string =>
    JSON.stringify([row.groups.length, row.groups, row.intents, row.about, row.places]);
  return rows.toSorted((left, right) => (key(left) < key(right) ? -1 : 1));
};
