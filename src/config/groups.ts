/** Groups as rules name them, and where the directory has them. */
import type { Reading } from './findings.ts';

/** A group of the directory, under the name that rules would use. */
export const GROUP = /^[A-Za-z0-9._-]{1,64}$/;

/** `payroll=ID,hr=ID`. A rule that names a group which stands not here holds for nobody. */
export const readGroups = (
  { optional, list, find }: Reading,
  o: {
    readonly setting: string;
    readonly id: RegExp;
    /** Completes "and …". */
    readonly what: string;
    /** Whose groups they are. */
    readonly of: string;
  },
): ReadonlyMap<string, string> => {
  const groups = new Map<string, string>();
  for (const pair of list(optional(o.setting) ?? '')) {
    const [name = '', id = '', ...rest] = pair.split('=').map((part) => part.trim());
    if (!GROUP.test(name) || !o.id.test(id) || rest.length > 0)
      find(`${o.setting} has "${pair.slice(0, 120)}". Each part is a group as the rules name it, "=", and ${o.what}.`);
    else if (groups.has(name)) find(`${o.setting} names "${name}" twice. Name one group of ${o.of} for it.`);
    else groups.set(name, o.of === 'Entra' ? id.toLowerCase() : id);
  }
  return groups;
};
