/** One box of requests as a row of words. */
import { KINDS, PLACES, PLATFORMS, RELATIONS } from '../schema.ts';
import type { Box } from './boxes.ts';
import { type Cut, type Cuts, stretchOf } from './cuts.ts';
import type { Outcome } from './messages.ts';

const ANY = 'any';

/** Everything that these values stand for; `any` where that is all there is. */
const standing = <T extends string>(all: readonly T[], cut: Cut<T>, values: readonly unknown[]): string => {
  const some = all.filter((it) => values.includes(cut.stand(it)));
  return some.length === all.length ? ANY : some.join(', ');
};

/** Whole numbers from one stretch to the next, joined where they touch. */
const spans = (all: readonly (number | null)[], values: readonly unknown[]): readonly string[] => {
  const joined: { readonly from: number; to: number | null }[] = [];
  for (const value of all) {
    if (value === null || !values.includes(value)) continue;
    const { from, to } = stretchOf(all, value);
    const last = joined.at(-1);
    if (last !== undefined && last.to === from - 1) last.to = to;
    else joined.push({ from, to });
  }
  return joined.map(({ from, to }) => (to === null ? `${from}+` : from === to ? String(from) : `${from}–${to}`));
};

const numbers = (cut: Cut<number> | Cut<number | null>, values: readonly unknown[], unit = ''): string => {
  const all = cut.values ?? [];
  if (values.length === all.length) return ANY;
  return [...(values.includes(null) ? ['none'] : []), ...spans(all, values).map((it) => `${it}${unit}`)].join(', ');
};

const named = <T>(cut: Cut<T>, values: readonly unknown[], text: (value: unknown) => string): string =>
  values.length === cut.values?.length
    ? ANY
    : values.map((it) => (cut.rest !== undefined && it === cut.rest ? 'others' : text(it))).join(', ');

const set = (it: unknown): string => (Array.isArray(it) && it.length > 0 ? it.join(' and ') : 'nothing');

const moment = (it: unknown): string => {
  const [day, time] = new Date(Number(it)).toISOString().split('T');
  return `${day} ${time?.slice(0, 5)}`;
};

/** In the order of the columns: kind, groups, place, about, sign-in, and what else the rules tell apart. */
const conditions = ({ values, groups }: Box, cuts: Cuts): readonly string[] => {
  const told = Object.entries(groups).filter(([, is]) => is.length === 1);
  const others: readonly (readonly [string, string])[] = [
    ['person', named(cuts.person, values.person, String)],
    ['platform', standing(PLATFORMS, cuts.platform, values.platform)],
    ['country', named(cuts.country, values.country, String)],
    ['refusals', numbers(cuts.denials, values.denials)],
    ['asked before', named(cuts.asked, values.asked, set)],
    ['refused before', named(cuts.refused, values.refused, set)],
    ['from', named(cuts.now, values.now, moment)],
  ];
  return [
    standing(KINDS, cuts.kind, values.kind),
    told.length === 0 ? ANY : told.map(([group, [isIn]]) => (isIn === true ? group : `not ${group}`)).join(', '),
    standing(PLACES, cuts.place, values.place),
    standing(RELATIONS, cuts.about, values.about),
    numbers(cuts.signInAgeMinutes, values.signInAgeMinutes, ' min'),
    others.flatMap(([name, text]) => (text === ANY ? [] : [`${name} ${text}`])).join('; '),
  ];
};

const HELPED = { 'sign-in': 'step-up', private: 'private', 'sign-in-and-private': 'step-up and private' } as const;

const outcomeText = (outcome: Outcome): string => {
  if (outcome.effect === 'refuse') return outcome.helps === null ? 'refused' : HELPED[outcome.helps];
  const { show, expiresSeconds, moreTime, redact, inPlace } = outcome.obligations;
  return [
    `answer: ${show}`,
    ...(expiresSeconds === null ? [] : [`${expiresSeconds} s`]),
    ...(moreTime === 0 ? [] : [`${moreTime} × more time`]),
    ...(inPlace === true ? ['ephemeral where asked'] : []),
    ...(redact.length === 0 ? [] : [`without ${redact.join(' and ')}`]),
  ].join(', ');
};

export const COLUMNS = ['intent', 'kind', 'groups', 'place', 'about', 'sign-in', 'else', 'outcome', 'rules'] as const;

/** Cells in the order of `COLUMNS`. */
export const rowOf = (box: Box, cuts: Cuts): readonly string[] => {
  const { outcome } = box;
  const because =
    outcome.rules.length === 0 && outcome.effect === 'refuse' ? `(${outcome.why})` : outcome.rules.join(', ');
  return [box.action, ...conditions(box, cuts), outcomeText(outcome), because];
};
