/** A pack as large as is promised for: 60 intents in ten topics, and rules by line, so that every engine can be given the same. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PlaceKind, PolicyRequest, Relation } from '../../src/core/types.ts';
import type { Pack } from '../../src/policies/contents.ts';

const TOPICS = 10;
const INTENTS = 60;
const RULES = 400;

/** Rules of one file; a pack may hold as many files as it has folders. */
const LINES_IN_A_FILE = 1_000;

/** One rule, as data. What is null is not asked for. */
export interface Line {
  readonly id: string;
  readonly effect: 'permit' | 'forbid';
  /** Whoever is in one of them; empty: everybody. */
  readonly groups: readonly string[];
  /** An intent, a topic, or null: everything. */
  readonly on: string | null;
  readonly place: PlaceKind | null;
  readonly about: Relation | null;
  /** The strong sign-in is at most so old, minutes. */
  readonly signIn: number | null;
  /** Refused before so often, at least. */
  readonly denials: number | null;
}

const topicId = (n: number): string => `t${n % TOPICS}`;
const intentId = (n: number): string => `${topicId(n)}.q${Math.floor(n / TOPICS)}`;

export const intents: readonly string[] = Array.from({ length: INTENTS }, (_, n) => intentId(n));

const both = <T>(value: T) => ({ en: value, de: value });

export const pack: Pack = {
  hash: 'bench',
  topics: new Map(
    Array.from({ length: TOPICS }, (_, n) => [
      topicId(n),
      {
        id: topicId(n),
        title: both(topicId(n)),
        contact: both('somebody'),
        dataClasses: [`d${n}`],
        mostPerMinute: 30,
        guard: both([]),
      },
    ]),
  ),
  intents: new Map(
    intents.map((id, n) => [
      id,
      {
        id,
        topic: topicId(n),
        title: both(id),
        about: 'person',
        operation: null,
        say: both('x'),
        sayOf: null,
        each: null,
        none: null,
        examples: both([]),
      },
    ]),
  ),
  background: both([]),
  groups: [],
};

const PLAIN = { groups: [], on: null, place: null, about: null, signIn: null, denials: null } as const;

/** The rules that a topic's intents have: who may ask what of whom, where, and after what; then what forbids it again. */
const FORMS: readonly Omit<Line, 'id' | 'on'>[] = [
  { ...PLAIN, effect: 'permit', groups: ['employee'], about: 'self' },
  { ...PLAIN, effect: 'permit', groups: ['manager'], about: 'report', place: 'direct' },
  { ...PLAIN, effect: 'permit', groups: ['hr'], place: 'direct', signIn: 15 },
  { ...PLAIN, effect: 'permit', groups: ['payroll'], about: 'other', signIn: 5 },
  { ...PLAIN, effect: 'forbid', groups: ['contractor'], place: 'channel' },
  { ...PLAIN, effect: 'forbid', denials: 20 },
];

/** So many times 400 rules: one for guests, one in ten for a whole topic, the rest for one intent each. */
export const linesOf = (times: number): readonly Line[] => {
  const guests: Line = { ...PLAIN, id: 'guests', effect: 'forbid', groups: ['guest', 'external'] };
  const rest = Array.from({ length: RULES * times - 1 }, (_, n): Line => {
    const round = Math.floor(n / INTENTS);
    const form = FORMS[round % FORMS.length] ?? { ...PLAIN, effect: 'forbid' };
    const whole = n % 11 === 10;
    // Every further round asks for something else, so that no two rules are one.
    const later = round < FORMS.length ? {} : { denials: 30 + round, effect: 'forbid' as const };
    return { ...form, ...later, id: `r${n}`, on: whole ? topicId(round) : intentId(n % INTENTS) };
  });
  return [guests, ...rest];
};

const cedarOf = (line: Line): string => {
  const [group, ...others] = line.groups.map((it) => `Group::"${it}"`);
  const when = [
    ...(others.length === 0 ? [] : [`principal in [${[group, ...others].join(', ')}]`]),
    ...(line.place === null ? [] : [`context.place == Place::"${line.place}"`]),
    ...(line.about === null ? [] : [`context.relation == Relation::"${line.about}"`]),
    ...(line.signIn === null ? [] : [`context has signInAgeMinutes && context.signInAgeMinutes <= ${line.signIn}`]),
    ...(line.denials === null ? [] : [`context.denials >= ${line.denials}`]),
  ];
  const action = line.on === null ? 'action' : `action in Action::"${line.on}"`;
  const principal = group === undefined || others.length > 0 ? 'principal' : `principal in ${group}`;
  return `@id("${line.id}") ${line.effect} (${principal}, ${action}, resource)${when.length === 0 ? '' : ` when { ${when.join(' && ')} }`};`;
};

/** Folders with the rules in Cedar's language. */
export const foldersOf = (lines: readonly Line[]): readonly string[] =>
  Array.from({ length: Math.ceil(lines.length / LINES_IN_A_FILE) }, (_, n) => {
    const folder = mkdtempSync(join(tmpdir(), 'sotto-bench-'));
    const here = lines.slice(n * LINES_IN_A_FILE, (n + 1) * LINES_IN_A_FILE);
    writeFileSync(join(folder, 'rules.cedar'), here.map(cedarOf).join('\n'));
    return folder;
  });

/** Questions of many sorts of people; the first half is permitted. */
export const questions: readonly PolicyRequest[] = [0, 1].flatMap((half) =>
  intents.map((action, n): PolicyRequest => {
    const groups = [[], ['manager'], ['hr'], ['payroll']][n % 4] ?? [];
    return {
      person: { id: `p${n}`, kind: half === 0 || n % 3 > 0 ? 'employee' : 'guest', groups, country: 'DE', fresh: true },
      action,
      about: half === 0 ? 'self' : n % 2 === 0 ? 'other' : 'report',
      platform: 'slack',
      place: half === 0 || n % 5 > 0 ? 'direct' : 'channel',
      signInAgeMinutes: n % 7 === 0 ? null : n % 20,
      denials: half === 0 ? 0 : n % 3,
      asked: [],
      refused: [],
      now: Date.UTC(2026, 5, 15, 12),
    };
  }),
);
