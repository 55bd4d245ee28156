/** Entries of every kind, generated: a new kind does not compile until it is here. Each id and code is another one, so that a lost one is missed. */
import fc from 'fast-check';
import type { AuditEntry } from '../../src/core/audit.ts';

type Kind = AuditEntry['kind'];
type OfKind<K extends Kind> = fc.Arbitrary<Extract<AuditEntry, { readonly kind: K }>>;

const one = <const T extends readonly unknown[]>(...of: T): fc.Arbitrary<T[number]> => fc.constantFrom(...of);
const id = fc.uuid();
const code = fc.uuid().map((it) => `code-${it}`);
const hash = fc.uuid().map((it) => `fp-${it}`);
const at = fc.integer({ min: 1_800_000_000_000, max: 1_900_000_000_000 });
const count = fc.integer({ min: 0, max: 1_000_000 });
const text = (of: fc.Arbitrary<string>) => fc.option(of, { nil: null });
const name = text(fc.uuid().map((it) => `name-${it}`));
const many = (of: fc.Arbitrary<string>) => fc.array(of, { maxLength: 4 });
const platform = one('slack', 'teams');
const verdict = one('answer', 'refuse', 'step-up', 'private-only', 'which', 'unknown', 'throttled');

/** All of them, also those that may be absent: what is there is what can be lost. */
type Fields<E> = { readonly [F in Exclude<keyof E, 'kind' | 'at'>]-?: fc.Arbitrary<Exclude<E[F], undefined>> };

const entry = <K extends Kind>(kind: K, fields: Fields<Extract<AuditEntry, { readonly kind: K }>>): OfKind<K> =>
  fc.record({ kind: fc.constant(kind), at, ...fields }) as unknown as OfKind<K>;

const stands = { pack: hash, policy: hash, restrictions: hash, restrictionsVersion: count };

export const ENTRIES: { readonly [K in Kind]: OfKind<K> } = {
  decision: entry('decision', {
    question: id,
    attempt: count,
    platform,
    tenant: id,
    place: one(null, 'direct', 'group', 'channel', 'shared'),
    person: hash,
    name,
    personKind: one(null, 'employee', 'contractor', 'guest', 'external'),
    groups: many(code),
    verdict,
    intent: text(code),
    topics: many(code),
    about: one(null, 'self', 'report', 'other'),
    subject: text(hash),
    reasons: many(code),
    show: one(null, 'message', 'hold-reveal', 'view'),
    expiresSeconds: fc.option(count, { nil: null }),
    policy: hash,
    restrictions: count,
    signIn: id,
  }),
  'data-refused': entry('data-refused', {
    question: id,
    operation: code,
    dataClass: code,
    reasons: many(code),
    policy: hash,
    restrictions: count,
  }),
  surprise: entry('surprise', {
    question: id,
    operation: code,
    field: code,
    held: one('iban', 'card', 'national-id', 'secret'),
  }),
  write: entry('write', {
    question: id,
    attempt: count,
    write: id,
    operation: code,
    dataClass: code,
    state: fc.constantFrom('begun' as const, 'done' as const, 'not-done' as const, 'doubt' as const, 'undone' as const),
    undoes: fc.option(id, { nil: null }),
    code: fc.option(code, { nil: null }),
  }),
  disclosure: entry('disclosure', {
    question: id,
    verdict: fc.oneof(verdict, fc.constant('apology' as const)),
    channel: id,
    message: id,
    removeAt: fc.option(at, { nil: null }),
  }),
  aside: entry('aside', {
    question: id,
    platform,
    tenant: id,
    channel: id,
    removable: one('not-after-30-minutes', 'gone-after-24-hours'),
  }),
  undeliverable: entry('undeliverable', { question: id, code }),
  'dead-letter': entry('dead-letter', {
    question: id,
    change: one('set-aside', 'retry', 'shredded'),
    code: text(code),
    as: text(id),
    by: text(hash),
    byName: name,
  }),
  removal: entry('removal', {
    platform,
    tenant: id,
    channel: id,
    message: id,
    state: one('removed', 'already-gone', 'blanked', 'refused-by-platform'),
    code,
    dueAt: at,
    attempts: count,
    engineMs: count,
    platformMs: count,
  }),
  reported: entry('reported', {
    question: id,
    attempt: count,
    hook: code,
    outcome: one('told', 'offered', 'refused', 'nobody', 'nowhere', 'surprise', 'strange', 'held-back', 'counted'),
    platform: one(null, 'slack', 'teams'),
    tenant: text(id),
    person: text(hash),
    name,
    dataClass: text(code),
    intent: text(code),
    reasons: many(code),
    policy: hash,
    restrictions: count,
  }),
  rejected: entry('rejected', { platform: one('slack', 'teams', 'hooks'), reason: code, count }),
  start: entry('start', {
    version: code,
    settings: hash,
    backends: hash,
    closed: one(null, 'pack', 'restrictions'),
    ...stands,
  }),
  pack: entry('pack', {
    how: one('first', 'stricter', 'approved', 'closed', 'stands'),
    by: many(hash),
    byNames: fc.array(name, { maxLength: 4 }),
    ...stands,
  }),
  stop: entry('stop', { version: code, settings: hash, how: one('asked', 'failed') }),
  recovered: entry('recovered', { droppedBytes: count, elsewhere: count }),
  key: entry('key', {
    key: hash,
    replaces: text(hash),
    closed: fc.array(fc.record({ origin: id, size: count, root: hash }), { maxLength: 2 }),
  }),
  restriction: entry('restriction', {
    restriction: id,
    change: one(
      'published',
      'changed',
      'lifted',
      'suspended',
      'rolled-back',
      'proposed',
      'approved',
      'declined',
      'lapsing',
      'void',
    ),
    version: fc.option(count, { nil: null }),
    by: fc.oneof(hash, fc.constant('')),
    byName: name,
    approvedBy: text(hash),
    approvedByName: name,
    policy: text(hash),
  }),
  'sign-in': entry('sign-in', {
    for: one('question', 'orders'),
    change: one('linked', 'begun', 'refused'),
    id: text(id),
    person: text(hash),
    name,
    code: text(code),
  }),
  grant: entry('grant', {
    for: one('question', 'orders'),
    id: text(id),
    person: hash,
    name,
    change: one('given', 'ended'),
    by: code,
    signedInAt: fc.option(at, { nil: null }),
    until: fc.option(at, { nil: null }),
  }),
  order: entry('order', {
    order: id,
    what: one(null, 'pause', 'hold', 'export'),
    change: one('placed', 'confirmed', 'burnt', 'begun', 'done', 'failed'),
    by: text(hash),
    byName: name,
    question: text(id),
    attempt: fc.option(count, { nil: null }),
  }),
  deed: entry('deed', {
    order: id,
    what: one(
      'pause',
      'resume',
      'hold',
      'lift',
      'recall',
      'forget',
      'export',
      'audit-export',
      'donated',
      'retry',
      'restrict',
      'audit-lost',
    ),
    on: one('person', 'conversation', 'topic', 'intent', 'all', 'hold', 'phrases'),
    target: text(hash),
    by: hash,
    byName: name,
  }),
  receipt: entry('receipt', {
    order: id,
    target: hash,
    by: hash,
    byName: name,
    removed: count,
    gone: count,
    questions: count,
    transcripts: count,
    references: count,
    signIns: count,
    donations: count,
    decisions: count,
    marks: count,
    names: count,
    held: count,
    left: count,
  }),
  probing: entry('probing', {
    person: hash,
    name,
    topics: many(code),
    refusals: count,
    since: at,
    contact: text(hash),
    contactName: name,
  }),
  backup: entry('backup', { archive: id, bytes: count, version: count, restrictions: hash }),
  restored: entry('restored', { archive: id, madeAt: at, untried: count, waitedMs: count }),
  installation: entry('installation', {
    platform,
    tenant: id,
    channel: id,
    change: one('installed', 'refused', 'uninstalled', 'revoked', 'purged', 'parked', 'mended'),
    code: text(code),
    purged: fc.option(
      fc.record({ questions: count, transcripts: count, references: count, messages: count, held: count }),
      { nil: null },
    ),
  }),
  live: entry('live', {
    platform,
    tenant: id,
    person: hash,
    name,
    change: one('begun', 'removed', 'blanked', 'pending', 'stays', 'unverified', 'lost', 'not-posted'),
  }),
  lost: entry('lost', {
    origin: id,
    size: count,
    found: one('gone', 'cut', 'unreadable', 'elsewhere'),
    entries: fc.option(count, { nil: null }),
    order: id,
    by: hash,
    byName: name,
  }),
  pruned: entry('pruned', { upTo: count, origin: id }),
  clock: entry('clock', { platform, aheadMs: fc.integer({ min: -100_000, max: 100_000 }), requests: count }),
  export: entry('export', {
    order: id,
    change: one('begun', 'done', 'failed'),
    format: one('native', 'ocsf', 'syslog'),
    person: text(hash),
    topic: text(code),
    kinds: many(code),
    since: fc.option(at, { nil: null }),
    until: fc.option(at, { nil: null }),
    origin: text(id),
    names: fc.boolean(),
    standing: fc.option(at, { nil: null }),
    by: many(hash),
    byNames: fc.array(name, { maxLength: 4 }),
    entries: fc.option(count, { nil: null }),
    origins: fc.array(fc.record({ origin: id, from: count, to: count }), { maxLength: 2 }),
  }),
  opened: entry('opened', { people: many(hash) }),
};

export const KINDS = Object.keys(ENTRIES) as readonly Kind[];

export const anyEntry: fc.Arbitrary<AuditEntry> = fc.oneof(
  ...(Object.values(ENTRIES) as readonly fc.Arbitrary<AuditEntry>[]),
);
