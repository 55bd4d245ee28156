/** What a kind of entry says of the class of OCSF that it is, and the objects that more than one of them needs. */
import type { AuditEntry } from './audit.ts';
import type { CLASSES, ClassName, OTHER, SEVERITIES, STATUSES } from './audit-ocsf-shape.ts';

export type Activity<C extends ClassName> = keyof (typeof CLASSES)[C]['activities'] | typeof OTHER;

interface Of<C extends ClassName> {
  readonly of: C;
  readonly activity: Activity<C>;
  /** For an activity that the schema has no number for: what we call it. */
  readonly as?: string;
  readonly severity: keyof typeof SEVERITIES;
  readonly status: keyof typeof STATUSES;
  /** The outcome in the log's own word, where it has one. */
  readonly code?: string | null;
  /** Attributes of the class; null ones are left out. */
  readonly has: Readonly<Record<string, unknown>>;
  /** Ties together what belongs to one question or one order. */
  readonly about?: string | null;
  readonly tenant?: string;
  /** Fields of the entry whose value stands in the event as it is, so that it is not said again in `unmapped`. */
  readonly moved: readonly string[];
}

export type Mapped = { readonly [C in ClassName]: Of<C> }[ClassName];

/** Where the entry stands. */
export interface Standing {
  /** Of the event. */
  readonly uid: string;
  readonly origin: string;
  /** Sotto, as the schema's product. */
  readonly product: Readonly<Record<string, string>>;
}

/**
 * Each kind has its own: a new kind does not compile until it is mapped. A field that none names needs nothing: it is kept under its own name
 * in `unmapped`. None of them throws, whatever an entry of another version lacks.
 */
export type Mapping = {
  readonly [K in AuditEntry['kind']]: (entry: Extract<AuditEntry, { readonly kind: K }>, at: Standing) => Mapped;
};

/** Sotto itself, wherever it acts of its own. */
export const SOTTO = { app_name: 'Sotto' };
export const HERE = { svc_name: 'sotto' };

/** `uid`: the keyed hash of a person. */
export const personOf = (uid: string) => ({ uid, type: 'User', type_id: 1 });

export const actorOf = (uid: string | null | undefined) => (uid ? { user: personOf(uid) } : SOTTO);

/** Null and empty ones are left out. */
export const resources = (...each: readonly (readonly [type: string, uids: unknown])[]) =>
  each.flatMap(([type, uids]) =>
    (Array.isArray(uids) ? uids : [uids])
      .filter((uid): uid is string => typeof uid === 'string' && uid !== '')
      .map((uid) => ({ type, uid })),
  );

/** A managed entity needs a name or an id. */
export const entity = (type: string, uid: string | null, more: Readonly<Record<string, string>> = {}) => ({
  entity: { type, ...(uid ? { uid } : { name: type }), ...more },
});

/** Rules that decided, each by its id. */
export const authorizations = (decision: string, rules: unknown) =>
  resources(['rule', rules]).map(({ uid }) => ({ decision, policy: { uid } }));
