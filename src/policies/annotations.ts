import { z } from 'zod';
import { safely } from '../core/safely.ts';
import type { Obligations, PerLocale, Said, ShowMode } from '../core/types.ts';
import type { PolicyJson } from './engine.ts';
import { FIELD_NAME, RULE_ID } from './names.ts';

/** What a rule says beside permitting or forbidding. Cedar has no obligations of its own, so annotations carry them (R36). */
export interface Notes {
  readonly effect: 'permit' | 'forbid';
  readonly obligations: Obligations;
  readonly said: Said;
  /** Of two forbids that apply, what the higher one says is said. */
  readonly priority: number;
}

/** Thirty days: longer than any answer should stand. */
const MOST_SECONDS = 30 * 24 * 60 * 60;

/** From lax to strict; of several permits the strictest counts. */
const STRICTNESS: readonly ShowMode[] = ['message', 'hold-reveal', 'view'];

const words = (most: number) =>
  z
    .string()
    .min(1)
    .max(most)
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
  in_place: z.enum(['private', 'ephemeral']),
  redact: z
    .string()
    .max(500)
    .transform((value) => value.split(',').map((field) => field.trim()))
    .refine((fields) => fields.every((field) => FIELD_NAME.test(field)), 'field names with commas between'),
  reply_en: words(500),
  reply_de: words(500),
  contact_en: words(200),
  contact_de: words(200),
  rights_en: words(500),
  rights_de: words(500),
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
  in_place: REGISTRY.in_place.optional(),
  redact: REGISTRY.redact.optional(),
});

const FORBID_NOTES = z.strictObject({
  id: REGISTRY.id,
  reply_en: REGISTRY.reply_en.optional(),
  reply_de: REGISTRY.reply_de.optional(),
  contact_en: REGISTRY.contact_en.optional(),
  contact_de: REGISTRY.contact_de.optional(),
  rights_en: REGISTRY.rights_en.optional(),
  rights_de: REGISTRY.rights_de.optional(),
  priority: REGISTRY.priority.optional(),
});

/** Said in the sentence that mends a rule: what is known, and on what. */
export const KNOWN_ANNOTATIONS =
  'Known are @id, and on a permit @show, @expires, @more_time (0 to 5; beside @expires, not on a view), @in_place (private or ephemeral; ephemeral neither beside @expires nor with another @show than message), @redact, on a forbid @reply_en, @reply_de, @contact_en, @contact_de, @rights_en, @rights_de, @priority.';

const SAYS_NOTHING: Said = { words: {}, contact: {}, rights: {} };

export const NO_OBLIGATIONS: Obligations = { show: 'message', expiresSeconds: null, moreTime: 0, redact: [] };

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

/** Nobody can take an ephemeral message away again, and no placeholder can stand for it: nothing that is shown with care goes there. */
const inPlaceComplaints = (o: { readonly show: ShowMode; readonly expires: number | null }): readonly string[] => [
  ...(o.expires === null
    ? []
    : ['@in_place("ephemeral") stands beside @expires, and such a message cannot be removed when its time is up.']),
  ...(o.show === 'message'
    ? []
    : [`@in_place("ephemeral") stands beside @show("${o.show}"): what is shown with care is shown in private.`]),
];

const inSome = (en: string | undefined, de: string | undefined): Partial<PerLocale<string>> => ({
  ...(en === undefined ? {} : { en }),
  ...(de === undefined ? {} : { de }),
});

export type ReadNotes =
  | { readonly ok: true; readonly id: string; readonly notes: Notes }
  | { readonly ok: false; readonly complaints: readonly string[] };

/** Reads a rule's annotations. Whatever is not in the registry, has no value or stands on the wrong kind of rule is a complaint. */
export const readNotes = (rule: PolicyJson): ReadNotes => {
  const given: unknown = rule.annotations ?? {};
  if (rule.effect === 'permit') {
    const parsed = safely(PERMIT_NOTES, given);
    if (!parsed.success) return { ok: false, complaints: parsed.error.issues.map(complaint) };
    const { id, show = 'message', expires = null, more_time: more, in_place: place, redact = [] } = parsed.data;
    if (more !== undefined) {
      const complaints = moreTimeComplaints({ show, expires });
      if (complaints.length > 0) return { ok: false, complaints };
    }
    const complaints = place === 'ephemeral' ? inPlaceComplaints({ show, expires }) : [];
    if (complaints.length > 0) return { ok: false, complaints };
    const here = place === 'ephemeral' ? { inPlace: true as const } : {};
    const obligations = { show, expiresSeconds: expires, moreTime: more ?? 0, redact, ...here };
    return { ok: true, id, notes: { effect: 'permit', obligations, said: SAYS_NOTHING, priority: 0 } };
  }
  const parsed = safely(FORBID_NOTES, given);
  if (!parsed.success) return { ok: false, complaints: parsed.error.issues.map(complaint) };
  const { id, priority, ...texts } = parsed.data;
  const said: Said = {
    words: inSome(texts.reply_en, texts.reply_de),
    contact: inSome(texts.contact_en, texts.contact_de),
    rights: inSome(texts.rights_en, texts.rights_de),
  };
  return { ok: true, id, notes: { effect: 'forbid', obligations: NO_OBLIGATIONS, said, priority: priority ?? 0 } };
};

/** The strictest of several obligations: the strictest show, the soonest end, the least more time, every redaction, in private unless all agree. */
export const strictest = (asked: readonly Obligations[]): Obligations => {
  const show = STRICTNESS[Math.max(0, ...asked.map((it) => STRICTNESS.indexOf(it.show)))] ?? 'view';
  // A rule without a time has none to give again, so it has no say in that; a view may be opened again.
  const more = asked.flatMap((it) => (it.expiresSeconds === null || show === 'view' ? [] : [it.moreTime]));
  const ends = asked.flatMap((it) => (it.expiresSeconds === null ? [] : [it.expiresSeconds]));
  return {
    show,
    expiresSeconds: ends.length === 0 ? null : Math.min(...ends),
    moreTime: more.length === 0 ? 0 : Math.min(...more),
    redact: [...new Set(asked.flatMap((it) => it.redact))].sort(),
    // Rules that stand beside it may ask for more care than the one that allows it.
    ...(show === 'message' && ends.length === 0 && asked.length > 0 && asked.every((it) => it.inPlace === true)
      ? { inPlace: true as const }
      : {}),
  };
};

/** What all permits that applied ask for together (R37). */
export const obligationsOf = (notes: readonly Notes[]): Obligations => strictest(notes.map((note) => note.obligations));

/**
 * What the weightiest forbid says that says anything (R37); the first by id where two weigh the same. All of it is one rule's:
 * another one's contact beside these words might send people to the wrong desk.
 */
export const saidOf = (notes: readonly Notes[]): Said => {
  const speaking = notes.filter(({ said }) => Object.values(said).some((texts) => Object.keys(texts).length > 0));
  return speaking.toSorted((left, right) => right.priority - left.priority)[0]?.said ?? SAYS_NOTHING;
};
