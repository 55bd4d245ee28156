/** Known questions that new rules must answer as they should before anybody is answered by them (policy requirement R23). */
import { SottoError } from '../core/errors.ts';
import type { PolicyRequest, Restriction } from '../core/types.ts';
import { canonicalJson } from './canonical.ts';
import type { Ask, CedarRequest, EngineAnswer } from './engine.ts';
import { cedarRequest, checkRequest } from './request.ts';
import { ruleIdOf } from './restriction-rule.ts';
import { KINDS, type Known, PLACES } from './schema.ts';

/** A question that was asked of all rules at once, with the answer. */
export interface Probe {
  readonly action: string;
  readonly request: CedarRequest;
  readonly answer: EngineAnswer;
}

/** Noon of a day like any other: probes are compared with each other, not with the calendar. */
const PROBE_TIME = Date.UTC(2030, 0, 15, 12);

type Anything = Omit<PolicyRequest, 'action'>;

const PROBES: readonly Anything[] = [
  {
    person: { id: 'probe', kind: 'employee', groups: ['manager', 'hr', 'payroll'], country: 'DE', fresh: true },
    about: 'self',
    platform: 'slack',
    place: 'direct',
    signInAgeMinutes: 0,
    denials: 0,
    asked: [],
    refused: [],
    now: PROBE_TIME,
  },
  {
    person: { id: 'probe', kind: 'guest', groups: [], country: 'US', fresh: true },
    about: 'other',
    platform: 'teams',
    place: 'channel',
    signInAgeMinutes: null,
    denials: 0,
    asked: [],
    refused: [],
    now: PROBE_TIME,
  },
];

const asked = (probe: Anything, action: string, known: Known): CedarRequest | null => {
  const checked = checkRequest({ ...probe, action }, known);
  return checked === null ? null : cedarRequest(checked);
};

/** Asks the two known questions of each action: one of an employee in every role, one of a guest. */
export const probe = (o: {
  readonly ask: Ask;
  readonly actions: readonly (readonly [string, string])[];
}): readonly Probe[] => {
  const known = { groups: new Set(PROBES.flatMap((it) => it.person.groups)), topics: new Set<string>() };
  return o.actions.flatMap(([action]) =>
    PROBES.flatMap((it) => {
      const request = asked(it, action, known);
      return request === null ? [] : [{ action, request, answer: o.ask(action, request) }];
    }),
  );
};

/** Somebody whom the restriction touches, where and when it holds; null where there is nobody, never and nowhere. */
const touchedBy = (o: Restriction): Anything | null => {
  const excepted = new Set(o.exceptGroups);
  const kind = KINDS.find((it) => !excepted.has(it));
  const group = o.appliesTo.find((it) => !excepted.has(it));
  if (o.appliesTo.length > 0 && group === undefined) return null;
  const named = KINDS.find((it) => it === group);
  const person = { kind: named ?? kind, groups: group === undefined || named !== undefined ? [] : [group] };
  if (person.kind === undefined) return null;
  const begins = Math.max(...[o.from, o.suspendedUntil].flatMap((it) => (it === null ? [] : [Date.parse(it)])), 0);
  const ends = o.until === null ? Number.POSITIVE_INFINITY : Date.parse(o.until);
  const now = Math.min(Math.max(begins, PROBE_TIME), ends - 1);
  if (now < begins) return null;
  return {
    person: { id: 'probe', kind: person.kind, groups: person.groups, country: o.countries[0] ?? 'DE', fresh: true },
    about: 'self',
    platform: 'slack',
    place: PLACES.find((place) => o.places.length === 0 || o.places.includes(place)) ?? 'direct',
    signInAgeMinutes: 0,
    denials: 0,
    asked: [],
    refused: [],
    now,
  };
};

/** Whether an answer differs from that of the pack alone in nothing but further forbids of HR's. */
const onlyRestricted = (answer: EngineAnswer, pack: EngineAnswer, restricting: ReadonlySet<string>): boolean => {
  if (canonicalJson(answer) === canonicalJson(pack)) return true;
  if (answer.kind !== 'refuse' || (pack.kind !== 'refuse' && pack.kind !== 'permit')) return false;
  const before = pack.kind === 'refuse' ? pack.rules : [];
  const added = answer.rules.filter((id) => !before.includes(id));
  return (
    added.length > 0 && added.every((id) => restricting.has(id)) && before.every((id) => answer.rules.includes(id))
  );
};

const refused = (action: string): SottoError =>
  new SottoError(
    'policy-invalid',
    `The rules for ${action} answer differently once they are loaded, so they were not taken. This is a fault of Sotto or of Cedar; please report it.`,
  );

/** The slices must answer as all rules together did in the worker (R21, R23). */
export const answersAsWhole = (ask: Ask, probes: readonly Probe[]): void => {
  for (const { action, request, answer } of probes) {
    if (canonicalJson(ask(action, request)) !== canonicalJson(answer)) throw refused(action);
  }
};

/**
 * Where the rules were checked elsewhere: every touched action must answer the known questions as the pack alone did in the
 * worker at the start, or be refused by HR besides; and one known permit must still be one (of an action that HR restricts
 * nowhere, if there is any).
 */
export const answersNoMore = (
  ask: Ask,
  o: {
    readonly pack: readonly Probe[];
    readonly touched: ReadonlySet<string>;
    /** Ids of HR's rules, by action; only of those that have some. */
    readonly restricting: ReadonlyMap<string, ReadonlySet<string>>;
  },
): void => {
  const none = new Set<string>();
  const permitted = o.pack.find(({ action, answer }) => answer.kind === 'permit' && !o.restricting.has(action));
  for (const known of o.pack) {
    if (!o.touched.has(known.action) && known !== permitted) continue;
    const restricting = o.restricting.get(known.action) ?? none;
    if (!onlyRestricted(ask(known.action, known.request), known.answer, restricting)) throw refused(known.action);
  }
};

/** Each of these must forbid what it says it forbids, to somebody whom it touches: the known refusals (R23). */
export const restrictionsForbid = (
  ask: Ask,
  o: {
    readonly restrictions: readonly Restriction[];
    readonly known: Known;
    actions(restriction: Restriction): readonly string[];
  },
): void => {
  for (const restriction of o.restrictions) {
    const somebody = touchedBy(restriction);
    if (somebody === null) continue;
    for (const action of o.actions(restriction)) {
      const request = asked(somebody, action, o.known);
      const answer = request === null ? null : ask(action, request);
      const forbids =
        answer?.kind === 'rule-error' || (answer?.kind === 'refuse' && answer.rules.includes(ruleIdOf(restriction)));
      if (!forbids) throw refused(action);
    }
  }
};
