import { z } from 'zod';
import type { Obligations, PerLocale, ShowMode } from '../core/types.ts';
import type { PolicyJson } from './engine.ts';
import { FIELD_NAME, RULE_ID } from './names.ts';

/** What a rule says beside permitting or forbidding. Cedar has no obligations of its own, so annotations carry them (R36). */
export interface Notes {
  readonly effect: 'permit' | 'forbid';
  readonly obligations: Obligations;
  readonly words: Partial<PerLocale<string>>;
  /** Of two forbids that apply, the higher one's words are said. */
  readonly priority: number;
}

/** Thirty days: longer than any answer should stand. */
const MOST_SECONDS = 30 * 24 * 60 * 60;

/** From lax to strict; of several permits the strictest counts. */
const STRICTNESS: readonly ShowMode[] = ['message', 'hold-reveal', 'view'];

const words = z
  .string()
  .min(1)
  .max(500)
  .refine((value) => value.isWellFormed() && !/\p{Cc}/u.test(value), 'one line of whole characters');

const REGISTRY = {
  id: z.string().regex(RULE_ID, 'lower-case letters, digits and hyphens'),
  show: z.enum(['message', 'hold-reveal', 'view']),
  expires: z
    .string()
    .regex(/^[1-9][0-9]{0,6}$/, 'whole seconds')
    .transform(Number)
    .refine((seconds) => seconds <= MOST_SECONDS, `at most ${MOST_SECONDS} seconds`),
  more_time: z
    .string()
    .regex(/^[0-5]$/, 'a whole number from 0 to 5')
    .transform(Number),
  redact: z
    .string()
    .max(500)
    .transform((value) => value.split(',').map((field) => field.trim()))
    .refine((fields) => fields.every((field) => FIELD_NAME.test(field)), 'field names with commas between'),
  reply_en: words,
  reply_de: words,
  priority: z
    .string()
    .regex(/^(0|[1-9][0-9]{0,2})$/, '0 to 999')
    .transform(Number),
} as const;

const PERMIT_NOTES = z.strictObject({
  id: REGISTRY.id,
  show: REGISTRY.show.optional(),
  expires: REGISTRY.expires.optional(),
  more_time: REGISTRY.more_time.optional(),
  redact: REGISTRY.redact.optional(),
});

const FORBID_NOTES = z.strictObject({
  id: REGISTRY.id,
  reply_en: REGISTRY.reply_en.optional(),
  reply_de: REGISTRY.reply_de.optional(),
  priority: REGISTRY.priority.optional(),
});

const NO_OBLIGATIONS: Obligations = { show: 'message', expiresSeconds: null, moreTime: 0, redact: [] };

const complaint = (issue: z.core.$ZodIssue): string => {
  if (issue.code === 'unrecognized_keys') {
    return `Unknown here: ${issue.keys.map((key) => `@${key}`).join(', ')}.`;
  }
  const name = `@${String(issue.path[0])}`;
  if (issue.code === 'invalid_type') return name === '@id' ? 'The rule has no @id("…").' : `${name} has no value.`;
  return issue.code === 'invalid_value'
    ? `${name} must be one of: ${issue.values.map(String).join(', ')}.`
    : `${name} must be: ${issue.code === 'too_big' ? 'shorter' : issue.message}.`;
};

/** More of a time needs a time, and one that runs from posting: a view's runs from its opening, and it may be opened again. */
const moreTimeComplaints = (o: { readonly show: ShowMode; readonly expires: number | null }): readonly string[] => [
  ...(o.expires === null ? ['@more_time stands without @expires, so there is no time to give again.'] : []),
  ...(o.show === 'view' ? ['@more_time stands on a view, whose time runs from its opening: it is opened again.'] : []),
];

export type ReadNotes =
  | { readonly ok: true; readonly id: string; readonly notes: Notes }
  | { readonly ok: false; readonly complaints: readonly string[] };

/** Reads a rule's annotations. Whatever is not in the registry, has no value or stands on the wrong kind of rule is a complaint. */
export const readNotes = (rule: PolicyJson): ReadNotes => {
  const given: unknown = rule.annotations ?? {};
  if (rule.effect === 'permit') {
    const parsed = PERMIT_NOTES.safeParse(given);
    if (!parsed.success) return { ok: false, complaints: parsed.error.issues.map(complaint) };
    const { id, show = 'message', expires = null, more_time: more, redact = [] } = parsed.data;
    if (more !== undefined) {
      const complaints = moreTimeComplaints({ show, expires });
      if (complaints.length > 0) return { ok: false, complaints };
    }
    const obligations = { show, expiresSeconds: expires, moreTime: more ?? 0, redact };
    return { ok: true, id, notes: { effect: 'permit', obligations, words: {}, priority: 0 } };
  }
  const parsed = FORBID_NOTES.safeParse(given);
  if (!parsed.success) return { ok: false, complaints: parsed.error.issues.map(complaint) };
  const { id, reply_en, reply_de, priority } = parsed.data;
  const said = {
    ...(reply_en === undefined ? {} : { en: reply_en }),
    ...(reply_de === undefined ? {} : { de: reply_de }),
  };
  return {
    ok: true,
    id,
    notes: { effect: 'forbid', obligations: NO_OBLIGATIONS, words: said, priority: priority ?? 0 },
  };
};

/** What all permits that applied ask for together (R37): the strictest show, the soonest end, the least more time, every redaction. */
export const obligationsOf = (notes: readonly Notes[]): Obligations => {
  const asked = notes.map((note) => note.obligations);
  const show = STRICTNESS[Math.max(0, ...asked.map((it) => STRICTNESS.indexOf(it.show)))] ?? 'view';
  // A rule without a time has none to give again, so it has no say in that; a view may be opened again.
  const more = asked.flatMap((it) => (it.expiresSeconds === null || show === 'view' ? [] : [it.moreTime]));
  const ends = asked.flatMap((it) => (it.expiresSeconds === null ? [] : [it.expiresSeconds]));
  return {
    show,
    expiresSeconds: ends.length === 0 ? null : Math.min(...ends),
    moreTime: more.length === 0 ? 0 : Math.min(...more),
    redact: [...new Set(asked.flatMap((it) => it.redact))].sort(),
  };
};

/** The words of the weightiest forbid that has some (R37); the first by id where two weigh the same. */
export const wordsOf = (notes: readonly Notes[]): Partial<PerLocale<string>> => {
  const speaking = notes.filter((note) => Object.keys(note.words).length > 0);
  return speaking.toSorted((left, right) => right.priority - left.priority)[0]?.words ?? {};
};
