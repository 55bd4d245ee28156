/**
 * Begins a description from an OpenAPI document. What the document cannot know stands there as a decision (`FILL IN`): of what data class
 * an operation is, whom a record is about, what a person's id is put in place of, and which fields may leave at all.
 */

import { TO_DECIDE } from '../describing/undecided.ts';
import { BACKEND_SCHEMA } from '../json-schema.ts';
import { at, listAt, type Row, textAt } from './document.ts';
import { type Found, operationsIn } from './operations.ts';
import { type Leaf, takenFrom } from './shape.ts';
import { signInOf } from './signing-in.ts';
import { comment, dashed, plainNameOf, quoted } from './writing.ts';

/** Of one description; more are named one by one. */
const MOST_OPERATIONS = 30;

export type Scaffolded =
  | {
      readonly ok: true;
      readonly name: string;
      /** Of the file. */
      readonly text: string;
      readonly operations: readonly string[];
      /** What was left out, as sentences. */
      readonly notes: readonly string[];
    }
  /** `why`: a whole sentence. */
  | { readonly ok: false; readonly why: string };

/** Who the document says is asked about may be written by many names. */
const PERSONAL = /employee|person|people|user|worker|member|staff|colleague/i;

const decision = (text: string): string => quoted(`${TO_DECIDE} ${text}`);

const baseOf = (document: Row): string => {
  const url = (textAt(listAt(document, 'servers')[0], 'url') ?? '').replace(/\/+$/, '');
  try {
    const { protocol, hostname, username, password, search, hash } = new URL(url);
    const here = protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(hostname);
    const plain = username === '' && password === '' && search === '' && hash === '' && !/[{}]/.test(url);
    if ((protocol === 'https:' || here) && plain && url.length <= 500) return quoted(url);
  } catch {
    // It is relative, or no address.
  }
  return decision(
    `the https address of the system, without a slash at its end (the document says "${comment(url, 80)}")`,
  );
};

const pathLines = (found: Found): readonly string[] => {
  const open = [...found.path.matchAll(/\{([^{}]*)\}/g)].map(([, name = '']) => name);
  const fits = /^(?:\/[A-Za-z0-9_~$-][A-Za-z0-9._~$-]*)+$/.test(found.path) && found.path.length <= 500;
  if (open.length === 0 && fits) return [`    path: ${quoted(found.path)}`];
  const [one = ''] = open;
  const guess =
    open.length === 1 && PERSONAL.test(`${found.path}`) ? found.path.replace(`{${one}}`, '{subject}') : null;
  return [
    ...(guess === null
      ? []
      : [`    # Where {${comment(one, 40)}} is the person whose data it is: path: ${quoted(comment(guess, 200))}`]),
    `    path: ${decision(`${comment(found.path, 200)}, with {subject} (whose data), {asker} (who asks), {slot.NAME} or what always stands there in each brace`)}`,
  ];
};

const queryLines = (found: Found): readonly string[] => {
  const query = found.parameters.filter((each) => each.in === 'query');
  const fits = query.filter(({ name }) => /^[$A-Za-z][A-Za-z0-9_.[\]-]{0,63}$/.test(name));
  const needed = fits.filter(({ required }) => required).slice(0, 10);
  const may = fits.filter((each) => !needed.includes(each)).map(({ name }) => name);
  return [
    ...(may.length === 0 ? [] : [`    # It may be asked with: ${comment(may.join(', '), 200)}`]),
    ...(needed.length === 0
      ? []
      : [
          '    query:',
          ...needed.map(
            ({ name }) =>
              `      ${quoted(name)}: ${decision('what it is asked with: plain text, {subject} or {slot.NAME}')}`,
          ),
        ]),
  ];
};

const headerLines = (found: Found): readonly string[] => {
  const needed = found.parameters
    .filter((each) => each.in === 'header' && each.required && /^[A-Za-z][A-Za-z0-9-]{0,63}$/.test(each.name))
    .filter(({ name }) => !/^(?:accept|content-type|authorization)$/i.test(name))
    .map(({ name }) => name);
  return needed.length === 0 ? [] : [`    # It wants these headers: ${comment(needed.join(', '), 200)}`];
};

const bodyLines = (found: Found): readonly string[] => {
  if (found.method === 'GET') return [];
  const named = found.body.filter((name) => /^[\x20-\x7e]{1,100}$/.test(name) && name !== '__proto__');
  const body =
    found.method === 'DELETE' || named.length === 0
      ? []
      : [
          '    body:',
          ...named.map(
            (name) =>
              `      ${quoted(name)}: ${decision('what is sent: text, {subject}, {slot.NAME} or {words.NAME}')}`,
          ),
        ];
  return [
    '    # A search that changes nothing says "reads: true" in place of write.',
    '    write:',
    `      again: ${decision('how it is done once: { header: Idempotency-Key }, { find: OPERATION } or never')}`,
    ...body,
    ...(found.method === 'DELETE' || found.mayBody.length === 0
      ? []
      : [`    # It may be sent besides: ${comment(found.mayBody.join(', '), 200)}`]),
  ];
};

const fieldLine = (name: string, { steps, type, optional, codes }: Leaf): string => {
  const from = takenFrom(steps) ?? name;
  if (from === name && !optional && type !== 'choice') return `${name}: ${type}`;
  const values = codes.map((code) => `${quoted(code)}: { en: ${quoted(code)}, de: ${quoted(code)} }`);
  return `${name}: { ${[
    `type: ${type}`,
    ...(from === name ? [] : [`from: ${quoted(from)}`]),
    ...(optional ? ['optional: true'] : []),
    ...(type === 'choice' ? [`values: { ${values.join(', ')} }`] : []),
  ].join(', ')} }`;
};

const MOST_CANDIDATES = 12;

const recordLines = ({ response, method }: Found): readonly string[] => {
  const leaves = response?.leaves ?? [];
  const candidates = leaves
    .filter(({ type }) => type === 'text' || type === 'number')
    .flatMap(({ steps }) => takenFrom(steps) ?? [])
    .slice(0, MOST_CANDIDATES);
  const names = new Set<string>();
  const fields = leaves.map((leaf) => {
    const plain = plainNameOf(leaf.steps);
    let name = plain;
    for (let n = 2; names.has(name); n++) name = `${plain}${n}`;
    names.add(name);
    return `      # ${fieldLine(name, leaf)}`;
  });
  return [
    `    data: ${decision('of what data class it is, a name under data: of the topic whose questions it answers')}`,
    `    subject: ${decision(
      `the field that names whom a record is about${candidates.length === 0 ? '' : `, perhaps one of ${comment(candidates.join(', '), 300)}`}`,
    )}`,
    // What a write answers with is one record.
    ...(response?.records == null || method !== 'GET' ? [] : [`    records: ${quoted(response.records)}`]),
    ...(response?.one == null ? [] : [`    one: ${quoted(response.one)}`]),
    ...(fields.length === 0
      ? [`    fields: ${decision('what is taken of a record, NAME: TYPE. The document does not say what comes')}`]
      : [
          `    fields: ${decision('take this text away, and the # of each field that an answer may say. No other leaves the response')}`,
          ...fields,
          ...(response?.more === true ? ['      # … and more, which the document lists.'] : []),
        ]),
  ];
};

/** Parameters by which lists are mostly asked for page by page. */
const OF_PAGES: readonly (readonly [name: RegExp, said: string])[] = [
  [/^(?:cursor|after|starting_after|(?:next_?)?page_?token|continuation_?token)$/i, 'cursor'],
  [/^(?:\$?skip|(?:[a-z]+_)?offset|startIndex|startAt)$/i, 'offset'],
  [/^(?:page|page_?number)$/i, 'number'],
];

const pagesLines = ({ response, parameters, method }: Found): readonly string[] => {
  if (response?.records == null || method !== 'GET') return [];
  const [hint] = parameters.flatMap(({ name, in: where }) => {
    const said = where === 'query' ? OF_PAGES.find(([shape]) => shape.test(name))?.[1] : undefined;
    return said === undefined ? [] : [`${said}: ${comment(name, 40)}`];
  });
  return hint === undefined
    ? []
    : [`    # It seems to come in pages: say pages: { ${hint}, … }, or the first is taken for all of it.`];
};

const operationLines = (name: string, found: Found): readonly string[] => [
  ...(found.summary === null || comment(found.summary, 120) === '' ? [] : [`  # ${comment(found.summary, 120)}`]),
  `  ${name}:`,
  `    method: ${found.method}`,
  ...pathLines(found),
  ...queryLines(found),
  ...headerLines(found),
  ...bodyLines(found),
  ...recordLines(found),
  ...pagesLines(found),
];

/** `name`: of the backend; null: from the document's title. `only`: operation ids, or METHOD PATH; empty: all that read. */
export const scaffoldBackend = (o: {
  readonly document: Row;
  readonly name: string | null;
  readonly only: readonly string[];
}): Scaffolded => {
  const { document, only } = o;
  const name = o.name ?? dashed(textAt(at(document, 'info'), 'title') ?? '', 40);
  if (!/^[a-z][a-z0-9-]{0,39}$/.test(name))
    return {
      ok: false,
      why: 'The backend has no name that could be written. Give one with --name: lower-case letters, digits and dashes, 40 at most.',
    };
  const all = operationsIn(document);
  const called = (each: (typeof all)[number]): readonly string[] => [each.id ?? '', `${each.method} ${each.path}`];
  const missing = only.filter((wanted) => !all.some((each) => called(each).includes(wanted)));
  if (missing.length > 0)
    return {
      ok: false,
      why: `The document has no operation "${comment(missing[0] ?? '', 80)}". It has: ${comment(all.map((each) => each.id ?? `${each.method} ${each.path}`).join(', '), 400)}.`,
    };
  const wanted =
    only.length === 0
      ? all.filter(({ method }) => method === 'GET')
      : all.filter((each) => called(each).some((one) => only.includes(one)));
  if (wanted.length === 0)
    return { ok: false, why: 'The document has no operation that reads (GET). Name those that are meant with --only.' };
  const chosen = wanted.slice(0, MOST_OPERATIONS).map((each) => each.read());
  const names = new Set<string>();
  const named = chosen.map((found) => {
    const plain = dashed(found.id ?? `${found.method.toLowerCase()} ${found.path}`, 48) || 'operation';
    let last = plain;
    for (let n = 2; names.has(last); n++) last = `${plain}-${n}`;
    names.add(last);
    return { found, own: `${name}.${last}` };
  });
  const { lines, hosts } = signInOf(document, name, rawOperations(document, chosen));
  const text = [
    `# yaml-language-server: $schema=schemas/${BACKEND_SCHEMA}`,
    `# Begun from "${comment(textAt(at(document, 'info'), 'title') ?? 'an OpenAPI document', 80)}". What says ${TO_DECIDE} is for you to decide; "sotto check" lists it.`,
    `backend: ${name}`,
    `baseUrl: ${baseOf(document)}`,
    ...(hosts.length === 0 ? [] : [`hosts: [${[...new Set(hosts)].map(quoted).join(', ')}]`]),
    ...lines,
    `goesBy: ${decision("by what it names people: email, employee-number or user-name. Remove the line where it goes by the directory's own ids")}`,
    'operations:',
    ...named.flatMap(({ found, own }) => operationLines(own, found)),
    '',
  ].join('\n');
  return {
    ok: true,
    name,
    text,
    operations: named.map(({ own }) => own),
    notes: [
      ...(wanted.length > chosen.length
        ? [
            `Left out, since there are so many: ${wanted.length - chosen.length}. Name those that are meant with --only.`,
          ]
        : []),
      ...(only.length === 0 && all.length > wanted.length
        ? [
            `Left out, since it changes something: ${all.length - wanted.length}. Name those that are meant with --only.`,
          ]
        : []),
    ],
  };
};

/** As they stand in the document, for what they say of signing in. */
const rawOperations = (document: Row, chosen: readonly Found[]): readonly Row[] =>
  chosen.flatMap(({ method, path }) => {
    const operation = at(at(at(document, 'paths'), path), method.toLowerCase());
    return typeof operation === 'object' && operation !== null ? [operation as Row] : [];
  });
