/** Policies' side of restricting as tests of the core play it: strict where the core relies on it, and simple. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { restrictionsHash } from '../../src/core/backed-up.ts';
import { SottoError } from '../../src/core/errors.ts';
import type { Choices, DryRun, Reach, Restricting } from '../../src/core/restricting-ports.ts';
import type { Restriction } from '../../src/core/types.ts';
import { PLAIN_RESTRICTION } from './restricting.ts';

export interface RestrictingScript {
  /** Names schema, pack and engine: another one makes every hash another one. */
  pack: string;
  /** Null: the check passes. */
  refuses: (restrictions: readonly Restriction[]) => string | null;
  dryRun: Restricting['dryRun'];
  reach: Restricting['reach'];
  templates: readonly Restriction[];
}

export const NOTHING_TRIED: DryRun = {
  questions: 0,
  distinct: 0,
  refused: null,
  permitted: null,
  none: { refused: true, permitted: true },
  rows: { refused: [], permitted: [] },
  withheld: false,
  onSuspicionAlone: 0,
};

export const NOBODY_REACHES: Reach = { cells: 1, rows: [] };

export const restrictingScript = (): RestrictingScript => ({
  pack: 'pack-1',
  refuses: () => null,
  dryRun: async () => NOTHING_TRIED,
  reach: async () => NOBODY_REACHES,
  templates: [],
});

const both = (value: string) => ({ en: value, de: value });

export const PLAYED_CHOICES: Choices = {
  topics: ['leave', 'salary'].map((id) => ({ id, title: both(`Topic ${id}`) })),
  intents: ['leave.balance', 'salary.payslip'].map((id) => ({
    id,
    topic: id.split('.')[0] ?? '',
    title: both(`title of ${id}`),
  })),
  groups: ['employee', 'manager', 'hr', 'payroll', 'contractor'],
};

const text = z.partialRecord(z.enum(['en', 'de']), z.string()).default({});
const form = z.strictObject({
  id: z.string().default('made'),
  title: z.string().min(1),
  forbids: z.array(z.enum(['leave', 'salary', 'leave.balance', 'salary.payslip'])).min(1),
  appliesTo: z.array(z.enum(PLAYED_CHOICES.groups as [string, ...string[]])).default([]),
  exceptGroups: z.array(z.enum(PLAYED_CHOICES.groups as [string, ...string[]])).default([]),
  places: z.array(z.enum(['direct', 'group', 'channel', 'shared'])).default([]),
  countries: z.array(z.enum(['DE', 'US', 'FR'])).default([]),
  from: z.string().nullable().default(null),
  until: z.string().nullable().default(null),
  words: text,
  contact: text,
  rights: text,
  suspendedUntil: z.string().nullable().default(null),
});

const subset = (a: readonly string[], b: readonly string[]): boolean => a.every((each) => b.includes(each));
/** Empty is everything. */
const narrower = (a: readonly string[], b: readonly string[]): boolean =>
  b.length > 0 && (a.length > 0 ? !subset(b, a) : false) ? true : b.length > 0 && a.length === 0;

/** Whether `a` forbids something that `b` does not. */
const loses = (a: Restriction, b: Restriction | undefined, now: number): boolean => {
  if (a.until !== null && Date.parse(a.until) <= now) return false;
  if (b === undefined) return true;
  const end = (until: string | null): number => (until === null ? Number.POSITIVE_INFINITY : Date.parse(until));
  const start = (from: string | null): number => (from === null ? 0 : Date.parse(from));
  const pause = (until: string | null): number => (until === null ? 0 : Date.parse(until));
  return (
    !subset(a.forbids, b.forbids) ||
    narrower(a.appliesTo, b.appliesTo) ||
    !subset(b.exceptGroups, a.exceptGroups) ||
    narrower(a.places, b.places) ||
    narrower(a.countries, b.countries) ||
    end(b.until) < end(a.until) ||
    start(b.from) > Math.max(now, start(a.from)) ||
    pause(b.suspendedUntil) > Math.max(now, pause(a.suspendedUntil))
  );
};

/** `made`: ids of new restrictions are counted up. */
export const playedRestricting = (script: RestrictingScript): Restricting => {
  let made = 0;
  return {
    choices: PLAYED_CHOICES,
    get templates() {
      return script.templates;
    },
    read: (input) => {
      const parsed = form.safeParse(input);
      if (!parsed.success)
        return {
          ok: false,
          findings: parsed.error.issues.map(({ path, message }) => ({
            field: String(path[0] ?? ''),
            what: message,
            mend: 'Mend it.',
          })),
        };
      const { id, words, contact, rights, ...rest } = parsed.data;
      const said = { words, contact, rights } as Pick<Restriction, 'words' | 'contact' | 'rights'>;
      if (id === 'made') made += 1;
      return {
        ok: true,
        restriction: { ...PLAIN_RESTRICTION, ...rest, ...said, id: id === 'made' ? `made-${made}` : id },
      };
    },
    compare: ({ before, after, now }) => {
      const of = (all: readonly Restriction[], id: string) => all.find((each) => each.id === id);
      if (before.some((each) => loses(each, of(after, each.id), now))) return 'weaker';
      return after.some((each) => loses(each, of(before, each.id), now)) ? 'stricter' : 'same';
    },
    check: async (restrictions) => {
      const why = script.refuses(restrictions);
      if (why !== null) throw new SottoError('policy-invalid', why);
      return {
        hash: createHash('sha256')
          .update(`${script.pack}:${restrictionsHash(restrictions)}`)
          .digest('hex'),
      };
    },
    touches: ({ forbids }) =>
      forbids.flatMap((id) => (id.includes('.') ? [id] : [`data:${id}`, `${id}.suspected`, `${id}.*`])),
    dryRun: (o) => script.dryRun(o),
    reach: (o) => script.reach(o),
  };
};
