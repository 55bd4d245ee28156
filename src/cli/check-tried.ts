/** What `sotto check` finds by trying descriptions out: recorded responses, or those of the systems themselves, held against what is described. */

import type { Described, Descriptions } from '../adapters/backend/described.ts';
import { type Placed, readPlaces } from '../adapters/backend/description.ts';
import { readRecordedPages, recordedPath } from '../adapters/backend/recorded.ts';
import type { Misfit, Tried } from '../adapters/backend/trying.ts';
import { tryPages } from '../adapters/backend/trying-pages.ts';
import type { BackendRecord, FieldValue, Held, Screen } from '../core/ports.ts';
import { factsOf, worded, wordingOf } from '../core/redact.ts';
import { surprisesIn } from '../core/screening.ts';
import { factLine } from '../core/spoken.ts';
import type { Catalogue, Locale } from '../core/types.ts';

const LOCALES: readonly Locale[] = ['en', 'de'];

/** What came of one operation. */
export interface TriedOperation {
  readonly operation: string;
  readonly from: 'recorded' | 'live';
  /** How many records came out; null: nothing that could be used. */
  readonly records: number | null;
  /** By name, of what type each is, and in how many records it was not given. */
  readonly fields: readonly { readonly name: string; readonly type: FieldValue['type']; readonly notGiven: number }[];
  /** What the intents would say of it; of a live response with the kinds of its values in their place. */
  readonly says: readonly { readonly intent: string; readonly locale: Locale; readonly text: string }[];
}

export interface TriedFindings {
  readonly findings: readonly string[];
  readonly notes: readonly string[];
  readonly tried: readonly TriedOperation[];
}

/** Where each backend is described. */
export type Places = ReadonlyMap<string, { readonly path: string; readonly placed: Placed }>;

export const placesOf = (folder: string): Places =>
  new Map(readPlaces(folder).map(({ path, data, placed }) => [data.backend, { path, placed }]));

const said = (places: Places, { backend, name }: Described, { path, what }: Misfit): string => {
  const place = places.get(backend.name);
  const at = ['operations', name, ...path];
  return place === undefined ? `${at.join('.')} ${what}` : `${place.path}: ${place.placed(at)} ${what}`;
};

const KIND: { readonly [K in FieldValue['type']]: string } = {
  text: '‹text›',
  number: '‹number›',
  date: '‹date›',
  money: '‹money›',
  choice: '‹choice›',
  none: '‹not given›',
};

const HELD: { readonly [H in Held]: string } = {
  iban: 'an account number',
  card: 'the number of a card',
  'national-id': 'a national id',
  secret: 'a secret',
};

/** The same record with the kinds of its values in their place. */
const shapeOnly = ({ subject, fields }: BackendRecord): BackendRecord => ({
  subject,
  fields: Object.fromEntries(
    Object.entries(fields).map(([name, { type }]) => [name, { type: 'text', value: KIND[type] }] as const),
  ),
});

const fieldsOf = (records: readonly BackendRecord[]): TriedOperation['fields'] => {
  const [first] = records;
  return Object.keys(first?.fields ?? {}).map((name) => {
    const values = records.flatMap(({ fields }) => fields[name] ?? []);
    const given = values.find(({ type }) => type !== 'none');
    return { name, type: given?.type ?? 'none', notGiven: values.filter(({ type }) => type === 'none').length };
  });
};

/** A list is shown by as many as tell how it looks. */
const MOST_SHOWN = 2;

const sayingsOf = (o: {
  readonly described: Described;
  readonly catalogue: Catalogue;
  readonly records: readonly BackendRecord[];
}): { readonly says: TriedOperation['says']; readonly misfits: readonly Misfit[] } => {
  const { described, catalogue, records } = o;
  const says: TriedOperation['says'][number][] = [];
  const misfits: Misfit[] = [];
  for (const intent of catalogue.intents.values()) {
    if (intent.operation !== described.name) continue;
    for (const locale of LOCALES) {
      try {
        const wording = wordingOf(intent, described.says);
        const of = { wording, records: records.slice(0, MOST_SHOWN), list: described.list, redact: [], locale };
        const lines = [worded({ ...of, name: null }), ...factsOf(of).map(factLine)].filter((line) => line !== '');
        says.push({ intent: intent.id, locale, text: lines.join('\n') });
      } catch {
        misfits.push({
          path: ['fields'],
          what: `has not all that ${intent.id} says. Declare each {field} of its text, or mend the text.`,
        });
        break;
      }
    }
  }
  return { says, misfits };
};

const ofRecords = (o: {
  readonly described: Described;
  readonly tried: Tried;
  readonly from: TriedOperation['from'];
  readonly catalogue: Catalogue | null;
  readonly screen: Screen;
}): { readonly operation: TriedOperation; readonly misfits: readonly Misfit[] } => {
  const { described, tried, from, catalogue, screen } = o;
  const { records } = tried;
  const operation = { operation: described.name, from, records: records?.length ?? null };
  if (records === null) return { operation: { ...operation, fields: [], says: [] }, misfits: tried.misfits };
  const shown = from === 'live' ? records.map(shapeOnly) : records;
  const sayings = catalogue === null ? { says: [], misfits: [] } : sayingsOf({ described, catalogue, records: shown });
  return {
    operation: { ...operation, fields: fieldsOf(records), says: sayings.says },
    misfits: [...tried.misfits, ...sayings.misfits, ...surprising(described, records, screen)],
  };
};

const surprising = (
  { holds }: Pick<Described, 'holds'>,
  records: readonly BackendRecord[],
  screen: Screen,
): readonly Misfit[] =>
  surprisesIn({ screen, records: records.map(({ fields }) => ({ fields, country: null })), holds, redact: [] }).map(
    ({ field, kind }) => ({
      path: ['fields', field],
      what: `holds what looks like ${HELD[kind]}: the whole answer would be refused. Say holds: [${kind}] where that is meant, or do not take it.`,
    }),
  );

/** Descriptions that ask for what never happens: answers that leave, or are shown at a press, are kept in no memory. `plain`: see `judgedFindings`. */
export const uncached = (o: {
  readonly folder: string;
  readonly descriptions: Descriptions;
  readonly plain: ReadonlySet<string>;
}): readonly string[] => {
  const places = placesOf(o.folder);
  return [...o.descriptions.operations.values()]
    .filter(({ cacheMs, dataClass }) => cacheMs > 0 && !o.plain.has(`data:${dataClass}`))
    .map((described) =>
      said(places, described, {
        path: ['cacheSeconds'],
        what: `has no effect: whoever may see "${described.dataClass}" is shown it for a time, at a press, or with something left out, and such an answer is kept in no memory. Remove it.`,
      }),
    );
};

/** `catalogue`: null where the pack is not sound, and nobody knows what it says. */
export const tryRecorded = (o: {
  readonly folder: string;
  readonly descriptions: Descriptions;
  readonly catalogue: Catalogue | null;
  readonly screen: Screen;
}): TriedFindings => {
  const { folder, descriptions, catalogue, screen } = o;
  const places = placesOf(folder);
  const findings: string[] = [];
  const tried: TriedOperation[] = [];
  const untried: string[] = [];
  for (const described of descriptions.operations.values()) {
    const recorded = readRecordedPages(folder, described);
    if (recorded[0]?.how === 'none') untried.push(described.name);
    for (const [at, page] of recorded.entries())
      if (page.how === 'unusable') findings.push(`${recordedPath(folder, described, at + 1)} ${page.why}.`);
    const bodies = recorded.flatMap((page) => (page.how === 'read' ? [page.body] : []));
    if (bodies.length === 0) continue;
    const response = tryPages({ described, bodies, names: true });
    const { operation, misfits } = ofRecords({ described, tried: response, from: 'recorded', catalogue, screen });
    tried.push(operation);
    for (const misfit of misfits) findings.push(said(places, described, misfit));
  }
  return {
    findings,
    tried,
    notes:
      untried.length === 0
        ? []
        : [
            `Of ${untried.length} ${untried.length === 1 ? 'operation' : 'operations'} no response is recorded, so whether they are described rightly was not tried out: ${shortened(untried)}. A response as the system gives it belongs into ${folder}/recorded/BACKEND/OPERATION.json.`,
          ],
  };
};

const MOST_NAMED = 12;

const shortened = (names: readonly string[]): string =>
  names.length <= MOST_NAMED ? names.join(', ') : `${names.slice(0, MOST_NAMED).join(', ')} and others`;

/** What a live system answered, page by page. `bodies`: none where nothing came that could be held against anything. */
export const tryLive = (o: {
  readonly described: Described;
  readonly bodies: readonly unknown[];
  readonly catalogue: Catalogue | null;
  readonly places: Places;
  readonly screen: Screen;
}): { readonly operation: TriedOperation; readonly findings: readonly string[] } => {
  const { described, places } = o;
  const tried = tryPages({ described, bodies: o.bodies.length === 0 ? [undefined] : o.bodies, names: false });
  const { operation, misfits } = ofRecords({ ...o, tried, from: 'live' });
  return { operation, findings: misfits.map((misfit) => said(places, described, misfit)) };
};

/** As people read it, a line or two an operation. */
export const triedLines = (tried: readonly TriedOperation[]): readonly string[] =>
  tried.flatMap(({ operation, from, records, fields, says }) => {
    const taken = fields.map(
      ({ name, type, notGiven }) => `${name} ${type}${notGiven === 0 ? '' : ` (not given in ${notGiven})`}`,
    );
    const came = records === null ? 'nothing that could be used' : `${records} ${records === 1 ? 'record' : 'records'}`;
    return [
      `- ${operation} (${from}): ${came}${taken.length === 0 ? '' : `: ${taken.join(', ')}`}`,
      ...says.map(({ intent, locale, text }) => `    ${intent}, ${locale}: ${text.replaceAll('\n', '\n      ')}`),
    ];
  });
