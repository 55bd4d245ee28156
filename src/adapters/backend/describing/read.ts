/** From the shape of a description, as it was written, to what a call works from. */
import type { Held, Operation, Saying, WriteOperation } from '../../../core/ports.ts';
import type { Described, DescribedBackend, DescribedField, DescribedHook, DescribedPages } from '../described.ts';
import { sizeOf } from './agreement-paging.ts';
import type { BackendShape } from './backend.ts';
import { type OperationShape, templatesOf } from './operation.ts';
import { takeAt } from './taking.ts';
import { placesOf, readTemplate, type Template } from './template.ts';

const asTemplate = (text: string): Template => readTemplate(text) ?? { parts: [text], number: false };

export const backendOf = (data: BackendShape): DescribedBackend => ({
  name: data.backend,
  baseUrl: data.baseUrl,
  hosts: [new URL(data.baseUrl).hostname, ...data.hosts],
  network: data.network,
  timeoutMs: data.timeoutMs,
  limits: data.limits,
  breaker: data.breaker,
  token: data.auth?.secret ?? null,
  signIn: data.signIn ?? null,
  lookup:
    data.lookup === undefined
      ? null
      : {
          path: data.lookup.path,
          query: Object.entries(data.lookup.query).map(([name, text]) => [name, asTemplate(text)] as const),
          id: takeAt(data.lookup.id),
          proof: takeAt(data.lookup.proof),
          forMs: data.lookup.seconds * 1_000,
        },
});

const fieldOf = (name: string, written: OperationShape['fields'][string]): DescribedField => {
  const field =
    typeof written === 'string' ? { type: written, optional: false, holds: [] as readonly Held[] } : written;
  const [type = '', currency] = field.type.split(':');
  const from = ('from' in field ? field.from : undefined) ?? name;
  const at = ('currency' in field ? field.currency : undefined) ?? currency;
  return {
    type: type as DescribedField['type'],
    take: takeAt(from),
    currency: at === undefined ? null : takeAt(at),
    optional: field.optional,
    values: new Map(Object.entries(('values' in field ? field.values : undefined) ?? {})),
    holds: field.holds,
  };
};

const fieldsOf = (written: OperationShape['fields']): ReadonlyMap<string, DescribedField> =>
  new Map(Object.entries(written).map(([name, field]) => [name, fieldOf(name, field)]));

const slotsOf = (op: OperationShape): Pick<Operation, 'slots'> => {
  const slots = new Map<string, { name: string; needed: boolean; part: boolean }>();
  const { path, query, body } = templatesOf(op);
  // What is left out of a body has nothing in its place: a write is not made without it.
  for (const [needed, template] of [
    [true, path] as const,
    ...query.map(([, it]) => [false, it] as const),
    ...body.map((it) => [true, it] as const),
  ]) {
    for (const place of placesOf(template)) {
      if (place.of !== 'slot') continue;
      const before = slots.get(place.name) ?? { name: place.name, needed, part: false };
      slots.set(place.name, {
        ...before,
        needed: before.needed || needed,
        part: before.part || place.part !== null,
      });
    }
  }
  return slots.size === 0 ? {} : { slots: [...slots.values()] };
};

const sayingOf = (op: OperationShape): Pick<Operation, 'says'> => {
  const { say, sayOf, each, none, card } = op;
  if (say === undefined && each === undefined && card === undefined) return {};
  const says: Saying = {
    say: say ?? null,
    sayOf: sayOf ?? null,
    each: each ?? null,
    none: none ?? null,
    title: card?.title ?? null,
    facts: card?.facts ?? [],
  };
  return { says };
};

const writesOf = (op: OperationShape): Pick<Operation, 'writes'> => {
  if (op.write === undefined) return {};
  const { again, undo, words } = op.write;
  const writes: WriteOperation = {
    again: again === 'never' ? 'never' : 'header' in again ? 'key' : 'look',
    undo: undo === undefined ? null : { operation: undo.operation, ms: undo.minutes * 60_000 },
    words: Object.entries(words).map(([name, asked]) => ({
      name,
      label: asked.label,
      hint: asked.hint ?? null,
      most: asked.most,
      required: asked.required,
      lines: asked.lines,
    })),
  };
  return { writes };
};

const pagesOf = ({ pages, query }: OperationShape): DescribedPages | null => {
  if (pages === undefined) return null;
  const { cursor, offset, number, next = pages.link, link, id, most } = pages;
  const by = cursor !== undefined ? 'cursor' : offset !== undefined ? 'offset' : 'number';
  return {
    by,
    parameter: cursor ?? offset ?? number ?? '',
    next: next === undefined ? null : takeAt(next),
    isLink: link !== undefined,
    first: pages.first ?? (by === 'number' ? 1 : 0),
    size: sizeOf(pages, query),
    id: id === undefined ? null : takeAt(id),
    most,
  };
};

const totalOf = ({ total }: OperationShape): Described['total'] => {
  if (total === undefined) return null;
  return typeof total === 'string' ? takeAt(total) : { header: total.header.toLowerCase() };
};

const holdsOf = (fields: ReadonlyMap<string, DescribedField>): Pick<Operation, 'holds'> => {
  const holds = new Map(
    [...fields].flatMap(([name, field]) => (field.holds.length === 0 ? [] : [[name, field.holds]])),
  );
  return holds.size === 0 ? {} : { holds };
};

const names = (template: Template, of: 'subject'): boolean => placesOf(template).some((place) => place.of === of);

const operationOf = (name: string, op: OperationShape, data: BackendShape, backend: DescribedBackend): Described => {
  const { path, query, body } = templatesOf(op);
  const fields = fieldsOf(op.fields);
  return {
    name,
    dataClass: op.data,
    list: op.records !== undefined,
    bySubject: [path, ...query.map(([, template]) => template), ...body].some((it) => names(it, 'subject')),
    ...(op.recordsAbout === 'anybody' ? { aboutAnybody: true } : {}),
    ...slotsOf(op),
    ...writesOf(op),
    ...sayingOf(op),
    ...holdsOf(fields),
    ...(data.goesBy === undefined ? {} : { goesBy: data.goesBy }),
    ...(data.signIn?.oauth === undefined || data.signIn.oauth.grant === 'client-credentials' ? {} : { asPerson: true }),
    backend,
    method: op.method,
    path,
    query,
    headers: op.headers,
    body: op.body ?? null,
    subject: takeAt(op.subject),
    records: op.records === undefined ? null : takeAt(op.records),
    recordsMayLack: op.recordsMayLack,
    pages: pagesOf(op),
    more: op.more === undefined ? null : takeAt(op.more),
    total: totalOf(op),
    one: op.one === undefined ? null : takeAt(op.one),
    oneMayLack: op.oneMayLack,
    fields,
    retries: op.write === undefined ? (op.retries ?? data.retries) : 0,
    cacheMs: op.cacheSeconds * 1_000,
    write:
      op.write === undefined
        ? null
        : {
            again: op.write.again,
            result: new Map(Object.entries(op.write.result).map(([own, from]) => [own, takeAt(from)])),
          },
  };
};

export const operationsOf = (data: BackendShape, backend: DescribedBackend): readonly Described[] =>
  Object.entries(data.operations).map(([name, op]) => operationOf(name, op, data, backend));

export const hooksOf = (data: BackendShape, backend: DescribedBackend): readonly DescribedHook[] =>
  Object.entries(data.hooks).map(([name, hook]) => ({
    name,
    backend,
    goesBy: data.goesBy ?? null,
    proof: hook.proof,
    from: hook.from,
    bytes: hook.bytes,
    people: hook.people,
    intent: hook.intent,
    windowMs: hook.windowSeconds * 1_000,
    id: hook.id === undefined ? null : takeAt(hook.id),
    subject: takeAt(hook.subject),
    dataClass: hook.data,
    fields: fieldsOf(hook.fields),
    say: hook.say,
  }));

/** Names of all secrets that it needs. */
export const secretsOf = (data: BackendShape): readonly string[] => {
  const { oauth, apiKey, mutualTls, hmac } = data.signIn ?? {};
  const ofHooks = Object.values(data.hooks).flatMap(({ proof }) => {
    if ('standard' in proof) return [proof.standard.secret];
    if ('hmac' in proof) return [proof.hmac.secret];
    return 'secret' in proof.jwt.keys ? [proof.jwt.keys.secret] : [];
  });
  return [
    data.auth?.secret,
    oauth?.secret,
    apiKey?.secret,
    mutualTls?.certificate,
    mutualTls?.key,
    mutualTls?.ca,
    hmac?.secret,
    ...ofHooks,
  ].filter((name) => name !== undefined);
};
