import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { safely } from '../core/safely.ts';
import type { Restriction } from '../core/types.ts';
import type { Pack } from './contents.ts';
import { COUNTRIES } from './countries.ts';
import type { Finding } from './findings.ts';
import { RULE_ID } from './names.ts';
import { groupsOf, PLACES } from './schema.ts';
import { issuesAsFindings } from './yaml-file.ts';

/** Break-glass opens a restriction for so long at most, ms; then it forbids again by itself. */
export const MOST_SUSPENDED_MS = 4 * 60 * 60_000;

const words = (most: number) =>
  z
    .string()
    .min(1)
    .max(most)
    .refine((value) => value.isWellFormed() && !/\p{Cc}/u.test(value), 'This must be one line of whole characters.');

/** Sorted and each once, so that the same restriction is always the same rule. */
const oneOf = (known: ReadonlySet<string>, what: string, most: number) =>
  z
    .array(z.string().refine((id) => known.has(id), `This is no ${what}.`))
    .max(most)
    .transform((ids) => [...new Set(ids)].sort());

/** Cedar reads no fraction digits or three; zod's own default takes any number of them (R27). */
const moment = z.iso
  .datetime({ precision: 3, message: 'Write it like 2026-12-31T00:00:00.000Z.' })
  .refine((time) => time >= '2000', 'This year is long gone.')
  .nullable()
  .default(null);

/** In the languages that there are words in; an absent one is absent, never empty. */
const inSome = (most: number) =>
  z
    .strictObject({ en: words(most).optional(), de: words(most).optional() })
    .default({})
    .transform(({ en, de }) => ({ ...(en === undefined ? {} : { en }), ...(de === undefined ? {} : { de }) }));

const formOf = (pack: Pack, now: number | null) =>
  z
    .strictObject({
      id: z.string().regex(RULE_ID, 'An id is lower-case letters, digits and hyphens.').optional(),
      title: words(80),
      forbids: oneOf(
        new Set([...pack.topics.keys(), ...pack.intents.keys()]),
        'topic or intent of the pack',
        200,
      ).refine((ids) => ids.length > 0, 'This names nothing to forbid.'),
      appliesTo: oneOf(new Set(groupsOf(pack)), 'group of the pack', 200).default([]),
      exceptGroups: oneOf(new Set(groupsOf(pack)), 'group of the pack', 200).default([]),
      places: oneOf(new Set(PLACES), 'place', PLACES.length).default([]),
      countries: oneOf(COUNTRIES, 'ISO 3166-1 country code', COUNTRIES.size).default([]),
      from: moment,
      until: moment,
      words: inSome(500),
      contact: inSome(200),
      rights: inSome(500),
      suspendedUntil: moment,
    })
    .check((o) => {
      const { from, until, suspendedUntil } = o.value;
      const found = (field: string, message: string) =>
        void o.issues.push({ code: 'custom', path: [field], message, input: o.value });
      if (from !== null && until !== null && from >= until) found('until', 'It ends before it begins.');
      if (now === null) return;
      if (until !== null && Date.parse(until) <= now)
        found('until', 'This time is past, so nothing would be forbidden.');
      if (suspendedUntil !== null && Date.parse(suspendedUntil) > now + MOST_SUSPENDED_MS) {
        found('suspendedUntil', 'A restriction is suspended for four hours at most.');
      }
    });

/** The shape of a restriction whatever pack it is for: what it may name is checked against the pack when it is read. */
export const restrictionShape = formOf(
  { hash: '', topics: new Map(), intents: new Map(), background: { en: [], de: [] }, groups: [] },
  null,
);

export type FormResult =
  | { readonly ok: true; readonly restriction: Restriction }
  | {
      readonly ok: false;
      readonly findings: readonly Finding[];
      /** The field of the form that each finding is about, in the same order; empty: the whole form. */
      readonly fields: readonly string[];
    };

const plainPlace = (path: readonly PropertyKey[]): string => path.map(String).join(' > ');

/**
 * HR's form, strictly: an unknown key, topic, intent, group, country or date is refused, as is a text that is not whole (R26).
 * A form without an id is given a fresh one, so that nothing that exists is overwritten (R28). `now`, ms since the epoch: it is
 * to come into force, so one whose time is past is refused as well. Without it a stored one is read, which may have lapsed.
 */
export const restrictionFromForm = (input: unknown, catalogue: Pack, now: number | null = null): FormResult => {
  const parsed = safely(formOf(catalogue, now), input);
  if (!parsed.success) {
    const { issues } = parsed.error;
    return {
      ok: false,
      findings: issuesAsFindings('restriction', plainPlace, issues),
      fields: issues.map(({ path }) => (path[0] === undefined ? '' : String(path[0]))),
    };
  }
  const { id, places, ...rest } = parsed.data;
  return {
    ok: true,
    restriction: {
      id: id ?? `r-${randomBytes(8).toString('hex')}`,
      ...rest,
      places: PLACES.filter((place) => places.includes(place)),
    },
  };
};
