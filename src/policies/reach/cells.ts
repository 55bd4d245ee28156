/** Every request that an action's rules can tell apart, one by one. */
import type { PolicyRequest } from '../../core/types.ts';
import type { Known } from '../schema.ts';
import { covers, type Rule } from '../slices.ts';
import { type Cuts, cutsOf } from './cuts.ts';
import { mentionsOf } from './mentions.ts';
import type { TimeSpan } from './time-cut.ts';

/** A group that one is in, or not. */
const IN_OR_OUT = [false, true] as const;

/** The attributes in an order that is always the same; the last changes fastest. */
const listsOf = (cuts: Cuts): readonly (readonly unknown[] | null)[] => [
  cuts.person.values,
  cuts.kind.values,
  ...cuts.groups.map(() => IN_OR_OUT),
  cuts.about.values,
  cuts.place.values,
  cuts.signInAgeMinutes.values,
  cuts.platform.values,
  cuts.country.values,
  cuts.denials.values,
  cuts.asked.values,
  cuts.refused.values,
  cuts.now.values,
];

export interface Cells {
  readonly action: string;
  readonly cuts: Cuts;
  /** Null: something is read in a way that cannot be cut, so that there is no end to them. */
  readonly count: number | null;
  /** The one at this place, from 0. */
  request(at: number): PolicyRequest;
}

export const cutsFor = (o: {
  readonly action: string;
  readonly topic: string;
  readonly rules: readonly Rule[];
  readonly known: Known;
  readonly span: TimeSpan;
}): Cuts =>
  cutsOf(mentionsOf(o.rules.flatMap(({ json }) => (covers(json, o.action, o.topic) ? [json] : []))), o.known, o.span);

export const cellsOf = (o: Parameters<typeof cutsFor>[0]): Cells => {
  const cuts = cutsFor(o);
  const lists = listsOf(cuts);
  const sizes = lists.map((list) => list?.length ?? null);
  const count = sizes.some((size) => size === null) ? null : sizes.reduce<number>((all, it) => all * (it ?? 1), 1);
  return {
    action: o.action,
    cuts,
    count,
    request: (at) => {
      const digits: number[] = [];
      let rest = at;
      for (const size of sizes.toReversed()) {
        digits.unshift(rest % (size ?? 1));
        rest = Math.floor(rest / (size ?? 1));
      }
      const take = <T>(values: readonly T[] | null): T => {
        const value = values?.[digits.shift() ?? 0];
        if (value === undefined) throw new RangeError('There is no such cell.');
        return value;
      };
      const id = take(cuts.person.values);
      const kind = take(cuts.kind.values);
      const groups = cuts.groups.filter(() => take(IN_OR_OUT));
      const about = take(cuts.about.values);
      const place = take(cuts.place.values);
      const signInAgeMinutes = take(cuts.signInAgeMinutes.values);
      const platform = take(cuts.platform.values);
      const country = take(cuts.country.values);
      const denials = take(cuts.denials.values);
      const asked = take(cuts.asked.values);
      const refused = take(cuts.refused.values);
      const now = take(cuts.now.values);
      const person = { id, kind, groups, country, fresh: true };
      return { action: o.action, person, about, place, signInAgeMinutes, platform, denials, asked, refused, now };
    },
  };
};
