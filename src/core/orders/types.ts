/**
 * What operators order. An order that changes what people may see waits until somebody with the operators' role confirms
 * its code in private chat; what is only read needs none. Everything in an order came over the control socket, so it is read strictly.
 */
import { z } from 'zod';
import { safely } from '../safely.ts';

/** An id as the directory, a platform or the pack gives it: printable, without spaces. */
const id = z.string().regex(/^[\x21-\x7e]{1,256}$/, 'must be 1 to 256 printable characters without spaces');

/** `slack:TEAM:USER` or `teams:TENANT:USER`. */
const accounts = z
  .array(
    z
      .string()
      .regex(
        /^(?:slack|teams):[\x21-\x39\x3b-\x7e]{1,128}:[\x21-\x7e]{1,128}$/,
        'must be slack:TEAM:USER or teams:TENANT:USER',
      ),
  )
  .max(20)
  .default([]);

/** Of a donated phrase, as it is printed; it stands in the audit log, so nothing else may. */
const phraseId = z.string().regex(/^[0-9a-f]{32}$/, 'must be 32 hex digits');

/** ms since the epoch. */
const time = z.number().int().nonnegative();

/** A kind of entry, or the name of a log. */
const name = z.string().regex(/^[a-z0-9][a-z0-9.-]{0,62}$/, 'must be 1 to 63 small letters, digits, dots and dashes');

/** The formats that the audit log is taken out in. */
export const EXPORT_FORMATS = ['native', 'ocsf', 'syslog'] as const;

const orderShape = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('pause') }),
  z.strictObject({ kind: z.literal('resume') }),
  /** `what`: a person's id of the directory, a conversation's id, or a topic of the pack. */
  z.strictObject({ kind: z.literal('hold'), on: z.enum(['person', 'conversation', 'topic']), what: id }),
  /** `id`: the hold's. */
  z.strictObject({ kind: z.literal('lift'), id }),
  /** Live answers of an intent or a topic (both null: of all), given since a time (null: all). */
  z.strictObject({
    kind: z.literal('recall'),
    intent: id.nullable(),
    topic: id.nullable(),
    since: time.nullable(),
  }),
  /** `accounts`: further ones that are theirs, where the directory does not know them (any more). */
  /** `self`: the person's own word, in a form of theirs; the first of the accounts is the one that sent it. Never over the control socket. */
  z.strictObject({ kind: z.literal('forget'), person: id, accounts, self: z.literal(true).optional() }),
  z.strictObject({ kind: z.literal('export'), person: id, accounts }),
  /** Entries of the audit log: those about a person, of a topic, of some kinds, of one log, from a time on and up to another (null or none: whatever). */
  /** `standing`: what comes after them as well, for thirty days; never about a person or with names, for that is looked at once. */
  z
    .strictObject({
      kind: z.literal('audit-export'),
      format: z.enum(EXPORT_FORMATS),
      person: id.nullable(),
      topic: id.nullable(),
      kinds: z.array(name).max(40),
      origin: name.nullable(),
      since: time.nullable(),
      until: time.nullable(),
      names: z.boolean(),
      standing: z.boolean(),
    })
    .refine(({ standing, person, names }) => !standing || (person === null && !names)),
  /** Donated phrases, read by whoever waits at the command line. `remove`: ids of those that are shredded instead. */
  z.strictObject({ kind: z.literal('donated'), remove: z.array(phraseId).max(500).default([]) }),
  /** `id`: the dead letter's. */
  z.strictObject({ kind: z.literal('retry'), id }),
  /** `origin`: of an audit log that is gone or was cut. */
  z.strictObject({ kind: z.literal('audit-lost'), origin: z.string().regex(/^[a-z0-9][a-z0-9.-]{0,62}$/) }),
  /** A draft of a change of what is restricted. `hash`: of exactly what was drafted. Made by the running Sotto alone, which knows the draft. */
  z.strictObject({
    kind: z.literal('restrict'),
    proposal: id,
    hash: z.string().regex(/^[0-9a-f]{64}$/),
    /** `one`: of HR or an operator. `two-of-hr`: different people. */
    confirmed: z.enum(['one', 'two-of-hr']),
    says: z.strictObject({ en: z.string().max(4_000), de: z.string().max(4_000) }),
  }),
]);

export type Order = z.infer<typeof orderShape>;
export type OrderKind = Order['kind'];
export type OrderOf<K extends OrderKind> = Extract<Order, { readonly kind: K }>;

/** Null where it is no order. */
export const parseOrder = (value: unknown): Order | null => {
  const parsed = safely(orderShape, value);
  return parsed.success ? parsed.data : null;
};

/** How many different people must confirm it. */
export const confirmationsFor = (order: Order): 1 | 2 =>
  order.kind === 'lift' ||
  // With what is kept of somebody go their entries of the audit log.
  order.kind === 'export' ||
  (order.kind === 'restrict' && order.confirmed === 'two-of-hr') ||
  // It looks at one human being, or at who all of them are.
  (order.kind === 'audit-export' && (order.person !== null || order.names))
    ? 2
    : 1;

/** Whether nobody confirms it without having read what it permits that is not permitted now. */
export const isLookedAt = (order: Order): order is OrderOf<'restrict'> =>
  order.kind === 'restrict' && order.confirmed !== 'one';

/** The roles of which somebody must be to confirm it; one of them is enough. */
export const rolesFor = (order: Order): readonly Role[] => {
  if (order.kind !== 'restrict') return ['operators'];
  return order.confirmed === 'two-of-hr' ? ['hr'] : ['hr', 'operators'];
};

export type Role = 'hr' | 'operators';

/** What came of an order, as the command prints it. Sealed while it is kept; it may hold what people must not read elsewhere. */
export const receiptShape = z.strictObject({
  /** False: it was not done, or not wholly. */
  ok: z.boolean(),
  /** Plain English sentences, one a line. */
  says: z.array(z.string().max(2_000)).max(1_000),
  /** The same for programs (`--json`). */
  data: z.record(z.string(), z.json()),
});

export type Receipt = z.infer<typeof receiptShape>;

/** An order whose confirmations are complete. */
export interface Ordered {
  /** Of the order; the same when it is executed a second time, so it serves as a key for what must happen once. */
  readonly id: string;
  /** Fingerprint of the operator whose confirmation was the last one needed. */
  readonly by: string;
  /** Fingerprints of everybody whose confirmation counted, in their order. */
  readonly confirmed: readonly string[];
  /** When that was. */
  readonly at: number;
  /** Its place in the order of confirmation, so that what comes late undoes nothing that was confirmed after it. */
  readonly turn: number;
}
