import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Restriction } from '../core/types.ts';
import type { Pack } from './contents.ts';
import { COUNTRIES } from './countries.ts';
import type { PolicyJson } from './engine.ts';
import { type Finding, findingsError } from './findings.ts';
import { RULE_ID } from './names.ts';
import { groupsOf, PLACES } from './schema.ts';
import type { Rule } from './slices.ts';
import { issuesAsFindings, readYaml } from './yaml-file.ts';

/** HR's words weigh more than those of any rule of a pack. */
const PRIORITY = 1_000;

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

const formOf = (pack: Pack) =>
  z.strictObject({
    id: z.string().regex(RULE_ID, 'An id is lower-case letters, digits and hyphens.').optional(),
    title: words(80),
    forbids: oneOf(new Set([...pack.topics.keys(), ...pack.intents.keys()]), 'topic or intent of the pack', 200).refine(
      (ids) => ids.length > 0,
      'This names nothing to forbid.',
    ),
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
  });

export type FormResult =
  | { readonly ok: true; readonly restriction: Restriction }
  | { readonly ok: false; readonly findings: readonly Finding[] };

const plainPlace = (path: readonly PropertyKey[]): string => path.map(String).join(' > ');

/**
 * HR's form, strictly: an unknown key, topic, intent, group, country or date is refused, as is a text that is not whole (R26).
 * A form without an id is given a fresh one, so that nothing that exists is overwritten (R28).
 */
export const restrictionFromForm = (input: unknown, catalogue: Pack): FormResult => {
  const parsed = formOf(catalogue).safeParse(input);
  if (!parsed.success) return { ok: false, findings: issuesAsFindings('restriction', plainPlace, parsed.error.issues) };
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

/**
 * The forbid that a restriction is, in Cedar's JSON form: values stay values, and no text of HR's is ever pasted into a
 * rule (R25). A restriction can only take away, because `forbid` is written here and nowhere else (R28).
 */
export const ruleOf = (restriction: Restriction): Rule => {
  const { words: said } = restriction;
  const entities = (type: string, ids: readonly string[]) => ids.map((id) => ({ type, id }));
  const conditions: PolicyJson['conditions'] = [];
  if (restriction.countries.length > 0) {
    const listed = { Set: restriction.countries.map((code) => ({ Value: code })) };
    const own = { '.': { left: { Var: 'principal' as const }, attr: 'country' } };
    conditions.push({ kind: 'when', body: { contains: { left: listed, right: own } } });
  }
  if (restriction.until !== null) {
    const now = { '.': { left: { Var: 'context' as const }, attr: 'now' } };
    conditions.push({
      kind: 'when',
      body: { '<': { left: now, right: { datetime: [{ Value: restriction.until }] } } },
    });
  }
  if (restriction.exceptGroups.length > 0) {
    const groups = { Set: entities('Group', restriction.exceptGroups).map((it) => ({ Value: { __entity: it } })) };
    conditions.push({ kind: 'unless', body: { in: { left: { Var: 'principal' }, right: groups } } });
  }
  const json: PolicyJson = {
    effect: 'forbid',
    principal: { op: 'All' },
    action: { op: 'in', entities: entities('Action', restriction.forbids) },
    resource: { op: 'All' },
    conditions,
    annotations: {
      id: `hr:${restriction.id}`,
      priority: String(PRIORITY),
      ...(said.en === undefined ? {} : { reply_en: said.en }),
      ...(said.de === undefined ? {} : { reply_de: said.de }),
    },
  };
  const obligations = { show: 'message', expiresSeconds: null, moreTime: 0, redact: [] } as const;
  return {
    id: `hr:${restriction.id}`,
    source: json,
    json,
    notes: { effect: 'forbid', obligations, words: said, priority: PRIORITY },
  };
};

const filesIn = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
};

interface Templates {
  readonly folders: readonly string[];
  readonly catalogue: Pack;
}

/** Restrictions that a pack holds ready, with everything that is wrong with them. */
export const readRestrictionTemplates = (
  o: Templates,
): { readonly templates: readonly Restriction[]; readonly findings: readonly Finding[] } => {
  const findings: Finding[] = [];
  const templates = new Map<string, Restriction>();
  for (const folder of o.folders) {
    const inside = join(folder, 'restrictions');
    for (const name of filesIn(inside).filter((it) => it.endsWith('.yaml') && !it.startsWith('.'))) {
      const path = join(inside, name);
      const file = readYaml(path, findings);
      if (file === null) continue;
      const read = restrictionFromForm(file.value, o.catalogue);
      if (!read.ok) findings.push(...read.findings.map((finding) => ({ ...finding, file: path })));
      else if (`${read.restriction.id}.yaml` !== name) {
        findings.push({
          file: path,
          place: 'id',
          what: 'The file is not named as its id.',
          mend: 'Give both the same name.',
        });
      } else templates.set(read.restriction.id, read.restriction);
    }
  }
  return { templates: [...templates.values()], findings };
};

/**
 * Restrictions that a pack holds ready to be switched on (`restrictions/*.yaml`, each named as its id); none is in force by
 * being there. A later folder's replaces the earlier one's. Refuses with code `pack-invalid`, listing all findings.
 */
export const loadRestrictionTemplates = (o: Templates): readonly Restriction[] => {
  const { templates, findings } = readRestrictionTemplates(o);
  if (findings.length === 0) return templates;
  throw findingsError('pack-invalid', 'A restriction of the pack cannot be used.', findings);
};
