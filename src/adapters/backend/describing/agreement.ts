/** What the shape of a description cannot say: whether its parts agree with each other. */

import { faultsOfPaging } from './agreement-paging.ts';
import type { BackendShape } from './backend.ts';
import { faultOfKeyHeader } from './key-header.ts';
import { type OperationShape, templatesOf } from './operation.ts';
import { placesOf, readTemplate, writtenPlace } from './template.ts';
import { isHere } from './texts.ts';

interface Disagreement {
  readonly path: readonly string[];
  /** Completes "PLACE …". */
  readonly what: string;
}

const BRACED = /\{([A-Za-z][A-Za-z0-9]{0,63})\}/g;

/** Every name in braces that is no field, and whatever else stands in braces. */
const strange = (text: string, known: ReadonlySet<string>): readonly string[] => {
  const names = Array.from(text.matchAll(BRACED), ([, name = '']) => name).filter((name) => !known.has(name));
  return /[{}]/.test(text.replace(BRACED, '')) ? [...names, 'a brace of its own'] : names;
};

const ofWords = (own: string, op: OperationShape): readonly Disagreement[] => {
  const fields = new Set(Object.keys(op.fields));
  const texts: readonly (readonly [string, Readonly<Record<string, string>> | undefined, ReadonlySet<string>])[] = [
    ['say', op.say, fields],
    ['sayOf', op.sayOf, new Set([...fields, 'name'])],
    ['each', op.each, fields],
    ['none', op.none, new Set(['name'])],
  ];
  return [
    ...texts.flatMap(([name, each, known]) =>
      Object.entries(each ?? {}).flatMap(([language, text]) =>
        strange(text, known).map((it) => ({
          path: ['operations', own, name, language],
          what: `names {${it}}, and there is no such field. Add it to fields, or mend the text`,
        })),
      ),
    ),
    ...(op.card?.facts ?? []).flatMap(({ field }, at) =>
      fields.has(field)
        ? []
        : [
            {
              path: ['operations', own, 'card', 'facts', String(at), 'field'],
              what: `is "${field}", and there is no such field. Add it to fields`,
            },
          ],
    ),
  ];
};

const ofCalling = (own: string, op: OperationShape): readonly Disagreement[] => {
  const at = (...rest: readonly string[]): readonly string[] => ['operations', own, ...rest];
  const found: Disagreement[] = [];
  const add = (path: readonly string[], what: string): void => void found.push({ path, what });
  const writes = op.write !== undefined;
  if (op.method === 'GET' && writes) add(at('write'), 'cannot be said of a GET, which changes nothing');
  if (op.reads && (writes || op.method !== 'POST')) add(at('reads'), 'is for a POST without write alone');
  if (op.method !== 'GET' && !writes && !op.reads)
    add(
      at('method'),
      `is ${op.method}, which changes something. Say how it is done once (write), or of a POST that reads: true`,
    );
  if (op.body !== undefined && (op.method === 'GET' || op.method === 'DELETE'))
    add(at('body'), `cannot be sent with ${op.method}`);
  if (op.records !== undefined && op.one !== undefined)
    add(at('one'), 'cannot stand beside records: it is one or a list');
  if (op.oneMayLack && op.one === undefined) add(at('oneMayLack'), 'needs one: where the one record stands');
  if (writes && op.records !== undefined) add(at('records'), 'cannot be said of a write, whose response is one record');
  if (writes && op.cacheSeconds > 0) add(at('cacheSeconds'), 'cannot be said of a write');
  if (writes && op.retries !== undefined) add(at('retries'), 'is for reads alone: a write is done once');
  const { path, query, body } = templatesOf(op);
  const places = [
    ...placesOf(path).map((place) => [place, 'path'] as const),
    ...query.flatMap(([, template]) => placesOf(template).map((place) => [place, 'query'] as const)),
    ...body.flatMap((template) => placesOf(template).map((place) => [place, 'body'] as const)),
  ];
  if (op.recordsAbout !== undefined && (op.records === undefined || !places.some(([{ of }]) => of === 'subject')))
    add(
      at('recordsAbout'),
      'is for a list (records) that is asked with {subject}: of any other policy decides about each record',
    );
  for (const [place, where] of places) {
    if (place.of !== 'words') continue;
    if (!writes)
      add(at(where), `holds ${writtenPlace(place)}: what somebody wrote stands in the body of a write alone`);
    else if (op.write !== undefined && !Object.hasOwn(op.write.words, place.name))
      add(at(where), `holds ${writtenPlace(place)}, and write.words has no such text`);
  }
  for (const name of Object.keys(op.write?.words ?? {}))
    if (!places.some(([place]) => place.of === 'words' && place.name === name))
      add(at('write', 'words', name), 'is asked for and sent nowhere. Put it into the body');
  return found;
};

const ofKeyHeader = (own: string, op: OperationShape, data: BackendShape): readonly Disagreement[] => {
  const what = faultOfKeyHeader(op, data);
  return what === null ? [] : [{ path: ['operations', own, 'write', 'again', 'header'], what }];
};

/** What an operation is used for beside being asked. */
const ofUses = (own: string, op: OperationShape, all: BackendShape['operations']): readonly Disagreement[] => {
  if (op.write === undefined) return [];
  const { again, undo } = op.write;
  const found: Disagreement[] = [];
  const kindsOf = (other: OperationShape): readonly string[] => {
    const { path, query, body } = templatesOf(other);
    return [path, ...query.map(([, template]) => template), ...body].flatMap(placesOf).map(({ of }) => of);
  };
  if (typeof again === 'object' && 'find' in again) {
    const path = ['operations', own, 'write', 'again', 'find'];
    const finder = all[again.find];
    if (finder === undefined || finder.write !== undefined)
      found.push({ path, what: `is "${again.find}", and this file has no operation of that name that reads` });
    else if (!kindsOf(finder).includes('key'))
      found.push({ path, what: `is "${again.find}", which is not asked with {key}` });
    if (
      !templatesOf(op)
        .body.flatMap(placesOf)
        .some(({ of }) => of === 'key')
    )
      found.push({ path, what: 'needs {key} in the body, or nothing is found by it' });
  }
  if (undo === undefined) return found;
  const path = ['operations', own, 'write', 'undo', 'operation'];
  const taker = all[undo.operation];
  if (taker?.write === undefined)
    return [
      ...found,
      { path, what: `is "${undo.operation}", and this file has no operation of that name that writes` },
    ];
  if (taker.data !== op.data) found.push({ path, what: `is "${undo.operation}", which is of another data class` });
  if (kindsOf(taker).some((of) => of === 'slot' || of === 'words'))
    found.push({ path, what: `is "${undo.operation}", which asks for more than is known by then` });
  const results = Object.keys(op.write.result);
  for (const place of [...placesOf(templatesOf(taker).path), ...templatesOf(taker).body.flatMap(placesOf)])
    if (place.of === 'result' && !results.includes(place.name))
      found.push({
        path,
        what: `is "${undo.operation}", which needs {result.${place.name}}, and write.result takes no such thing`,
      });
  return found;
};

const ofHosts = (data: BackendShape): readonly Disagreement[] => {
  const own = new URL(data.baseUrl);
  const called: readonly (readonly [readonly string[], string | undefined])[] = [
    [['signIn', 'oauth', 'tokenUrl'], data.signIn?.oauth?.tokenUrl],
    ...Object.entries(data.hooks).map(
      ([name, { proof }]) =>
        [
          ['hooks', name, 'proof', 'jwt', 'keys', 'url'],
          'jwt' in proof && 'url' in proof.jwt.keys ? proof.jwt.keys.url : undefined,
        ] as const,
    ),
  ];
  return called.flatMap(([path, address]) => {
    if (address === undefined) return [];
    const { hostname } = new URL(address);
    if (hostname === own.hostname || data.hosts.includes(hostname)) return [];
    return isHere(address) && isHere(data.baseUrl)
      ? []
      : [{ path, what: `leads to ${hostname}, which is not among the hosts that may be called. Add it to hosts` }];
  });
};

/** Half of the questions that one process works on at once (`core/places.ts`): a system that hangs holds no more of them. */
const MOST_AT_ONCE = 28;

const ofLimits = ({ limits: { concurrent, waiting } }: BackendShape): readonly Disagreement[] =>
  concurrent + waiting <= MOST_AT_ONCE
    ? []
    : [
        {
          path: ['limits'],
          what: `has ${concurrent} calls at once and ${waiting} that wait: a system that hangs would hold up the others' questions. Keep both together at ${MOST_AT_ONCE} at most`,
        },
      ];

const ofLookup = (data: BackendShape): readonly Disagreement[] => {
  const { lookup } = data;
  if (lookup === undefined) return [];
  if (data.goesBy === undefined)
    return [{ path: ['lookup'], what: 'needs goesBy: what the directory calls people in it' }];
  const read = Object.entries(lookup.query).map(([name, text]) => [name, readTemplate(text)] as const);
  const wrong = read.filter(
    ([, template]) => template === null || placesOf(template).some(({ of }) => of !== 'subject'),
  );
  if (wrong.length > 0)
    return wrong.map(([name]) => ({ path: ['lookup', 'query', name], what: 'must be plain text with {subject}' }));
  return read.some(([, template]) => template !== null && placesOf(template).length > 0)
    ? []
    : [{ path: ['lookup', 'query'], what: 'must hold {subject} somewhere, or everybody would be the same' }];
};

const ofHooks = (data: BackendShape): readonly Disagreement[] =>
  Object.entries(data.hooks).flatMap(([name, { say, fields }]) =>
    Object.entries(say).flatMap(([language, text]) =>
      strange(text, new Set(Object.keys(fields))).map((it) => ({
        path: ['hooks', name, 'say', language],
        what: `names {${it}}, and there is no such field. Add it to fields, or mend the text`,
      })),
    ),
  );

/** Everything in which a description contradicts itself. */
export const disagreements = (data: BackendShape): readonly Disagreement[] => [
  ...(data.auth !== undefined && data.signIn !== undefined
    ? [{ path: ['auth'], what: 'cannot stand beside signIn. Keep one of them' }]
    : []),
  ...ofHosts(data),
  ...ofLimits(data),
  ...ofLookup(data),
  ...ofHooks(data),
  ...Object.entries(data.operations).flatMap(([own, op]) => [
    ...ofCalling(own, op),
    ...ofKeyHeader(own, op, data),
    ...faultsOfPaging(op).map(([path, what]) => ({ path: ['operations', own, ...path], what })),
    ...ofUses(own, op, data.operations),
    ...ofWords(own, op),
  ]),
];
