/**
 * The entries of a company's log, day after day, as plausible as they are reproducible: working days and weekends, people who ask often and hardly ever, a
 * restriction that comes into force half way, an outage of a platform on one day. The same seed is always the same log.
 */
type Fields = Readonly<Record<string, unknown>>;

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

export interface AuditDays {
  /** First day, ms since the epoch. */
  readonly since: number;
  readonly days: number;
  readonly people: number;
  /** On a working day, on average. */
  readonly questions: number;
  readonly seed?: number;
}

/** Numbers from 0 to below 1 (mulberry32). */
const chance = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
};

const TOPICS = ['leave', 'leave', 'leave', 'it', 'it', 'expenses', 'expenses', 'benefits', 'salary', 'people'] as const;
const DEPARTMENTS = ['engineering', 'sales', 'support', 'operations'] as const;

const fingerprint = (kind: string, number: number): string =>
  `${((number + 1) * 2_654_435_761).toString(16).slice(-8).padStart(8, kind)}${kind}`.padEnd(32, '0');

interface Someone {
  readonly person: string;
  readonly personKind: string;
  readonly groups: readonly string[];
  readonly channel: string;
}

const someone = (number: number): Someone => ({
  person: fingerprint('a', number),
  personKind: number % 23 === 0 ? 'contractor' : 'employee',
  groups: [DEPARTMENTS[number % DEPARTMENTS.length] ?? '', ...(number % 11 === 0 ? ['managers'] : [])].sort(),
  channel: `D${number}`,
});

/** By time of each day, as a process would have written them. */
export const auditDays = function* (o: AuditDays): Generator<Fields> {
  const next = chance(o.seed ?? 7);
  const below = (many: number): number => Math.floor(next() * many);
  let count = 0;
  yield {
    kind: 'start',
    at: o.since,
    version: '0.10.0',
    settings: 'ab12'.repeat(16),
    closed: null,
    pack: 'cd34'.repeat(16),
    policy: 'ef56'.repeat(16),
    restrictions: '00aa'.repeat(16),
    restrictionsVersion: 3,
  };
  for (let day = 0; day < o.days; day++) {
    const midnight = o.since + day * DAY_MS;
    const weekday = new Date(midnight).getUTCDay();
    const free = weekday === 0 || weekday === 6;
    const restricted = day >= o.days / 2;
    const questions = Math.round(o.questions * (free ? 0.06 : 0.75 + next() * 0.5));
    for (let n = 0; n < questions; n++) {
      // Some ask often.
      const who = someone(Math.floor(o.people * next() ** 2));
      const at = midnight + 7 * HOUR_MS + Math.floor(((n + next()) / questions) * 11 * HOUR_MS);
      yield* asked({ who, at, next, below, restricted, number: count++, outage: day === Math.floor(o.days * 0.7) });
    }
    yield* befell({ day, midnight, next, below });
  }
  yield {
    kind: 'stop',
    at: o.since + o.days * DAY_MS - 1,
    version: '0.10.0',
    settings: 'ab12'.repeat(16),
    how: 'asked',
  };
};

const asked = function* (o: {
  readonly who: Someone;
  readonly at: number;
  readonly next: () => number;
  readonly below: (many: number) => number;
  readonly restricted: boolean;
  readonly number: number;
  readonly outage: boolean;
}): Generator<Fields> {
  const { who, at, next, below } = o;
  const question = `slack:Ev${o.number}`;
  const dice = next();
  const recognised = dice > 0.07;
  const topic = recognised ? (TOPICS[below(TOPICS.length)] ?? 'leave') : null;
  const sensitive = topic === 'salary' || topic === 'people';
  const verdict = (): string => {
    if (topic === null) return 'unknown';
    if (dice > 0.994) return 'throttled';
    if (sensitive && next() < (o.restricted ? 0.7 : 0.35)) return 'refuse';
    if (topic === 'salary' && next() < 0.5) return 'step-up';
    if (next() < 0.03) return 'refuse';
    if (next() < 0.03) return 'private-only';
    return next() < 0.04 ? 'which' : 'answer';
  };
  const ended = verdict();
  yield {
    kind: 'decision',
    at,
    question,
    attempt: 1,
    platform: 'slack',
    tenant: 'T1',
    place: 'direct',
    person: who.person,
    name: null,
    personKind: who.personKind,
    groups: who.groups,
    verdict: ended,
    intent: topic === null ? null : `${topic}.balance`,
    topics: topic === null ? [] : [topic],
    about: 'self',
    subject: null,
    reasons: ['leave-own'],
    show: null,
    expiresSeconds: null,
    policy: 'pack-1',
    restrictions: 3,
  };
  const message = `${1_700_000_000 + o.number}.000100`;
  yield {
    kind: 'disclosure',
    at: at + 200,
    question,
    verdict: ended,
    channel: who.channel,
    message,
    removeAt: at + 600_000,
  };
  if (ended === 'step-up') {
    const id = `link-${o.number}`;
    yield { kind: 'sign-in', at: at + 300, for: 'question', change: 'linked', id, person: who.person, code: null };
    const good = next() > 0.15;
    yield good
      ? {
          kind: 'grant',
          at: at + 30_000,
          for: 'question',
          id,
          person: who.person,
          change: 'given',
          by: 'entra',
          signedInAt: at,
          until: at + 900_000,
        }
      : {
          kind: 'sign-in',
          at: at + 30_000,
          for: 'question',
          change: 'refused',
          id,
          person: who.person,
          code: 'no-time',
        };
  }
  if (ended !== 'answer') return;
  const late = o.outage && next() < 0.4 ? 90_000 + below(3_000_000) : next() < 0.002 ? 7_000 : 0;
  const refused = next() < 0.0006;
  yield {
    kind: 'removal',
    at: at + 600_000 + late,
    platform: 'slack',
    tenant: 'T1',
    channel: who.channel,
    message,
    state: refused ? 'refused-by-platform' : next() < 0.01 ? 'already-gone' : 'removed',
    ...(refused ? { code: 'cant_delete_message' } : {}),
    dueAt: at + 600_000,
    attempts: late > 0 ? 3 : 1,
    engineMs: 40 + below(300),
    platformMs: 120 + below(500) + late,
  };
};

const OFFICERS = [
  { by: fingerprint('f', 1), byName: null },
  { by: fingerprint('f', 2), byName: null },
  { by: fingerprint('f', 3), byName: null },
] as const;

const befell = function* (o: {
  readonly day: number;
  readonly midnight: number;
  readonly next: () => number;
  readonly below: (many: number) => number;
}): Generator<Fields> {
  const { day, midnight, below } = o;
  const at = midnight + 15 * HOUR_MS;
  const [hugo, hana, otto] = OFFICERS;
  if (o.next() < 0.6)
    yield {
      kind: 'rejected',
      at,
      platform: 'slack',
      reason: o.next() < 0.7 ? 'signature' : 'stale',
      count: 1 + below(day === 33 ? 900 : 9),
    };
  yield { kind: 'clock', at, platform: 'slack', aheadMs: below(240) - 120, requests: 40 + below(100) };
  if (day % 17 === 5) yield { kind: 'rejected', at, platform: 'teams', reason: 'foreign-tenant', count: 1 + below(4) };
  const restriction = (change: string, version: number | null, approved: boolean): Fields => ({
    kind: 'restriction',
    at: at + (approved ? 900_000 : 0),
    restriction: day > 40 ? 'people-directory' : 'salary',
    change,
    version,
    by: hugo.by,
    byName: null,
    approvedBy: approved ? hana.by : null,
    approvedByName: null,
    policy: 'ef57'.repeat(16),
  });
  if (day % 45 === 12) yield restriction('proposed', null, false);
  if (day % 45 === 13) yield restriction('published', 4 + Math.floor(day / 45), true);
  if (day === 60) yield restriction('suspended', 6, false);
  if (day === 61) yield restriction('lifted', 7, true);
  if (day === 30)
    yield { kind: 'deed', at, order: 'o-1', what: 'hold', on: 'topic', target: 'salary', by: otto.by, byName: null };
  if (day === 70)
    yield { kind: 'deed', at, order: 'o-2', what: 'lift', on: 'hold', target: 'hold-7f21', by: otto.by, byName: null };
  if (day === 52) {
    yield {
      kind: 'deed',
      at,
      order: 'o-3',
      what: 'recall',
      on: 'intent',
      target: 'people.search',
      by: otto.by,
      byName: null,
    };
    yield {
      kind: 'order',
      at,
      order: 'o-3',
      what: 'recall',
      change: 'done',
      by: otto.by,
      byName: null,
      question: null,
      attempt: 1,
    };
  }
  if (day % 30 === 20) {
    yield { kind: 'stop', at, version: '0.10.0', settings: 'ab12'.repeat(16), how: 'asked' };
    yield {
      kind: 'start',
      at: at + 60_000,
      version: '0.10.0',
      settings: 'ab12'.repeat(16),
      closed: null,
      pack: 'cd34'.repeat(16),
      policy: 'ef56'.repeat(16),
      restrictions: '00aa'.repeat(16),
      restrictionsVersion: 4,
    };
  }
  if (day === 63) yield { kind: 'recovered', at, droppedBytes: 412 };
};
