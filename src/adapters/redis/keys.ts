/**
 * Where things lie. What belongs to one conversation shares a hash tag, `{tenant:shard}`, so that one script may change it
 * together also where Redis is a cluster (Engine requirement 19). Everything that a name is made of is escaped: names never run together.
 */
import { packParts, unpackParts } from '../../core/stored.ts';

/** A tenant's work lies on so many tags. The number is part of the schema: another one would not find what lies there. */
export const SHARDS = 8;

/** FNV-1a, 32 bits: spreads evenly, and stays what it is. */
export const hashOf = (text: string): number => {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
};

/** Without braces and colons, which mean something in a tag. */
const tagSafe = (part: string): string =>
  part.replace(/[^A-Za-z0-9_.-]/g, (unit) => `%${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** `what` is a conversation, or the key of a reference. */
export const tagOf = (tenant: string, what: string): string => `${tagSafe(tenant)}:${hashOf(what) % SHARDS}`;

export const tagsOf = (tenant: string): readonly string[] =>
  Array.from({ length: SHARDS }, (_, shard) => `${tagSafe(tenant)}:${shard}`);

/** Whose tag it is. */
export const tenantOf = (tag: string): string => {
  const tenant = tag.slice(0, tag.lastIndexOf(':'));
  if (!tenant.includes('%')) return tenant;
  return tenant.replace(/%([0-9a-f]{4})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
};

/** One text within a name. */
export const nameOf = (text: string): string => packParts([text]);

export const textOfName = (name: string): string => unpackParts(name)[0] ?? '';

export interface Keys {
  /** What every key of a tag begins with. */
  base(tag: string): string;
  /** Of the whole set-up: registers, restrictions, versions. They share one tag. */
  all(name: string): string;
  /** Of what was decided: by far the most, so they have a tag of their own. */
  decisions(name: string): string;
  budget(key: string): string;
  /** What waits for this person; `person` is a keyed hash. */
  people(person: string): string;
  count(o: { readonly key: string; readonly windowMs: number }): string;
}

export const createKeys = (prefix: string): Keys => ({
  base: (tag) => `${prefix}{${tag}}:`,
  all: (name) => `${prefix}{all}:${name}`,
  decisions: (name) => `${prefix}{decisions}:${name}`,
  budget: (key) => `${prefix}{budget:${tagSafe(key)}}`,
  people: (person) => `${prefix}{waits:${tagSafe(person)}}`,
  count: ({ key, windowMs }) => `${prefix}{count:${tagSafe(key)}}:${windowMs}`,
});

/** Where a claim lives, and the proof that it is still ours. */
export interface Lease {
  readonly token: string;
  readonly tag: string;
  readonly conversation: string;
}

export const packLease = ({ token, tag, conversation }: Lease): string => packParts([token, tag, conversation]);

/** Null where it is not one of ours. */
export const unpackLease = (lease: string): Lease | null => {
  const [token, tag, conversation, ...rest] = unpackParts(lease);
  if (token === undefined || tag === undefined || conversation === undefined || rest.length > 0) return null;
  return isTag(tag) ? { token, tag, conversation } : null;
};

/** True for what `tagOf` gives; nothing else becomes a part of a key. */
export const isTag = (text: string): boolean => /^[A-Za-z0-9_.%-]*:[0-7]$/.test(text);
