/** Which class of OCSF each kind of entry is, and where its fields stand there. */
import type { AuditEntry } from './audit.ts';
import type { Mapped, Mapping, Standing } from './audit-ocsf-mapping.ts';
import { PEOPLE } from './audit-ocsf-people.ts';
import { QUESTIONS } from './audit-ocsf-questions.ts';
import { RUNNING } from './audit-ocsf-running.ts';
import { OTHER } from './audit-ocsf-shape.ts';

const KINDS: Mapping = { ...QUESTIONS, ...PEOPLE, ...RUNNING };

/** Of entries, in no order. */
export const KNOWN_KINDS: readonly string[] = Object.keys(KINDS);

export const isKnownKind = (kind: string): boolean => Object.hasOwn(KINDS, kind);

/**
 * A kind that this version does not know is a base event, and so is an entry whose fields are not what they are here: one that cannot be placed must not stop what comes behind it.
 */
export const mappedOf = (entry: AuditEntry, at: Standing): Mapped => {
  const kind: unknown = entry.kind;
  if (typeof kind !== 'string' || !isKnownKind(kind)) return unknown();
  try {
    const mapped = (KINDS[entry.kind] as (entry: AuditEntry, at: Standing) => Mapped)(entry, at);
    // `constructor` is a name that every object has.
    return typeof mapped.activity === 'number' ? mapped : unknown();
  } catch {
    return unknown();
  }
};

const unknown = (): Mapped => ({
  of: 'base',
  activity: OTHER,
  severity: 'informational',
  status: 'other',
  has: {},
  moved: [],
});
