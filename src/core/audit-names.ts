/** Where the sealed names of people stand in entries of the audit log, and how an export tells them once they were opened. */
import type { OcsfEvent } from './audit-ocsf.ts';
import type { NamePurpose, SealedName } from './ports.ts';

export interface NamedIn {
  readonly fingerprint: string;
  readonly name: SealedName;
  readonly purpose: NamePurpose;
}

type Entry = Readonly<Record<string, unknown>>;

/** A field with a name, and the one with the fingerprint that it is of. */
const PAIRS = [
  ['name', 'person'],
  ['byName', 'by'],
  ['byNames', 'by'],
  ['approvedByName', 'approvedBy'],
  ['contactName', 'contact'],
] as const;

/** Who asked, or was told what is theirs; all others are named for what they do or are told in their role. */
const isAsker = ({ kind, for: signedInFor }: Entry): boolean =>
  kind === 'decision' ||
  kind === 'probing' ||
  kind === 'reported' ||
  ((kind === 'grant' || kind === 'sign-in') && signedInFor === 'question');

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);

/** None where an entry has none, or is of a version that had none. */
export const namesIn = (entry: Entry): readonly NamedIn[] =>
  PAIRS.flatMap(([field, of]) => {
    const purpose = field === 'name' && isAsker(entry) ? 'asker' : 'officer';
    const people = listOf(entry[of]);
    return listOf(entry[field]).flatMap((name, at) => {
      const fingerprint = people[at];
      return typeof name === 'string' && typeof fingerprint === 'string' ? [{ fingerprint, name, purpose }] : [];
    });
  });

/** Whatever of the event is identified by the fingerprint of somebody whose name was opened has that name. `names`: directory ids by fingerprint. */
export const withNames = (event: OcsfEvent, names: ReadonlyMap<string, string>): OcsfEvent => {
  const { unmapped, ...mapped } = event;
  const named = namedIn(mapped, names) as OcsfEvent;
  return unmapped === undefined ? named : { ...named, unmapped };
};

const namedIn = (value: unknown, names: ReadonlyMap<string, string>): unknown => {
  if (Array.isArray(value)) return value.map((each) => namedIn(each, names));
  if (typeof value !== 'object' || value === null) return value;
  const all = Object.fromEntries(Object.entries(value).map(([key, each]) => [key, namedIn(each, names)]));
  const { uid } = all;
  const name = typeof uid === 'string' ? names.get(uid) : undefined;
  return name === undefined ? all : { ...all, name };
};
