/**
 * People from a file, YAML or a table, for small companies and for the sample. Read again when the file changes. A version that
 * cannot be read leaves the last good one in force, since half a directory must not turn people into strangers; but whom it may have
 * taken something from is not known, so nobody is known afresh then, and after four hours nobody at all.
 */
import { SottoError } from '../../core/errors.ts';
import type { IdentifierIndex } from '../../core/identifying.ts';
import type { Directory, Identifier, Log, Mention } from '../../core/ports.ts';
import type { Person } from '../../core/types.ts';
import { OF_PEOPLE } from '../bounded/memory.ts';
import { colleagueOf, personOf } from './people/entry.ts';
import { readPeople, stampOf } from './people/file.ts';
import { ANY_TENANT, accountKey, mentionKey, type Roll, signInKey } from './people/roll.ts';

const LOOK_EVERY_MS = 1_000;

/** That it cannot be read is said again after this, ms. */
const SAID_AGAIN_MS = 60_000;

export interface FileDirectory extends Directory {
  /** By directory id, for tools that act as somebody of the sample; null: there is none. */
  person(id: string): Promise<Person | null>;
  /** How many employees, not deactivated, are in this group. */
  employeesIn(group: string): number;
  /** How many people have an identifier of this kind that is theirs alone, and how many values several of them share. */
  identifiable(by: Identifier): { readonly people: number; readonly shared: number };
}

/** Refuses with code `settings`, naming every finding, where the file is missing or wrong. */
export const createFileDirectory = (o: {
  readonly path: string;
  readonly log?: Log;
  readonly now?: () => number;
}): FileDirectory => {
  const now = o.now ?? Date.now;
  // Looked at before it is read: what is written meanwhile is read once more.
  let good = stampOf(o.path);
  let roll = readPeople(o.path);
  let lookedAt = now();
  /** The file on the disk cannot be read, or is not there. Null: it is the one that was read. */
  let broken: { readonly stamp: string | null; readonly since: number; readonly saidAt: number } | null = null;

  const look = (): void => {
    const at = now();
    const stamp = stampOf(o.path);
    if (stamp !== null && stamp === good) {
      broken = null;
      return;
    }
    // What failed is tried again within the minute: the disk may have been at fault.
    const triedLately = broken !== null && at >= broken.saidAt && at - broken.saidAt < SAID_AGAIN_MS;
    if (triedLately && broken?.stamp === stamp) return;
    try {
      roll = readPeople(o.path);
      good = stamp;
      broken = null;
    } catch {
      o.log?.error('directory.unreadable', { code: 'settings' });
      broken = { stamp, since: broken?.since ?? at, saidAt: at };
    }
  };

  const current = (anew = false): Roll => {
    // One that is mended counts at once: nobody is refused for what stood there a moment ago.
    if (!anew && broken === null && Math.abs(now() - lookedAt) < LOOK_EVERY_MS) return roll;
    lookedAt = now();
    look();
    return roll;
  };

  /** `nobody`: it is unknown for too long what the file says now. */
  const trust = (): 'fresh' | 'stale' | 'nobody' => {
    if (broken === null) return 'fresh';
    const age = now() - broken.since;
    return age >= 0 && age <= OF_PEOPLE.staleMs ? 'stale' : 'nobody';
  };

  const sure = (): IdentifierIndex => {
    const { identifiers } = current();
    if (trust() === 'fresh') return identifiers;
    throw new SottoError(
      'directory-unavailable',
      'The directory cannot be read, so nobody can tell whom a system means. Mend the file that SOTTO_DIRECTORY names; its findings are in the log of the next start and in `sotto check`.',
    );
  };

  return {
    find: async (account, { anew } = { anew: false }) => {
      const found = current(anew).byAccount.get(accountKey(account));
      const trusted = trust();
      if (trusted === 'nobody' || (anew && trusted !== 'fresh')) return { ok: false, why: 'unreachable' };
      if (found === undefined) return { ok: false, why: account.external ? 'external' : 'unknown' };
      if (found.deactivated) return { ok: false, why: 'deactivated' };
      // An account of another company is somebody only where the file itself says that they are external.
      if (account.external && found.kind !== 'external') return { ok: false, why: 'external' };
      return { ok: true, person: { ...personOf(found), fresh: trusted === 'fresh' } };
    },
    mentions: async (asked) => {
      const { names, bySlack } = current();
      return [...names.mentions(asked), ...mentionedOnSlack(bySlack, asked)];
    },
    colleague: async (wanted) => {
      const found = current().byId.get(wanted);
      return found === undefined ? null : colleagueOf(found);
    },
    countryOf: async (wanted) => current().byId.get(wanted)?.country ?? null,
    // Whoever was called so may be called so no more: what the file says now is not known.
    identifier: async (asked) => sure().identifier(asked),
    identified: async (asked) => sure().identified(asked),
    reports: async (asked) => {
      const { reporting } = current();
      return trust() === 'fresh' ? reporting.reports(asked) : [];
    },
    members: async () =>
      [...current().byId.values()].flatMap((e) =>
        e.deactivated ? [] : [{ id: e.id, kind: e.kind, groups: e.groups, country: e.country }],
      ),
    accounts: async (wanted) => {
      const accounts = current().byId.get(wanted)?.accounts;
      return [
        ...(accounts?.slack ?? []).map(({ team, user }) => ({ platform: 'slack' as const, tenant: team, user })),
        ...(accounts?.teams ?? []).map(({ tenant, user }) => ({ platform: 'teams' as const, tenant, user })),
      ];
    },
    signInOf: async ({ issuer, subject }) => {
      const { bySignIn, byId } = current(true);
      if (trust() !== 'fresh') return { ok: false, why: 'unreachable' };
      const own = byId.get(subject);
      const found = bySignIn.get(signInKey(issuer, subject)) ?? (own?.accounts.oidc.length === 0 ? own : undefined);
      return found === undefined || found.deactivated ? { ok: false, why: 'unknown' } : { ok: true, person: found.id };
    },
    person: async (wanted) => {
      const found = current().byId.get(wanted);
      return found === undefined ? null : personOf(found);
    },
    identifiable: (by) => {
      const { byId, identifiers } = current();
      const people = [...byId.keys()].filter((person) => identifiers.identifier({ person, by }) !== null).length;
      return { people, shared: identifiers.shared()[by] };
    },
    employeesIn: (group) =>
      [...current().byId.values()].filter((e) => e.kind === 'employee' && !e.deactivated && e.groups.includes(group))
        .length,
  };
};

/** "@U0MONA0000": whoever has that account in the workspace where it was written; guests and people of other companies see themselves alone. */
const mentionedOnSlack = (
  bySlack: Roll['bySlack'],
  { tokens, asker, where }: Parameters<Directory['mentions']>[0],
): readonly Mention[] => {
  if (where?.platform !== 'slack') return [];
  const outsider = asker.kind === 'guest' || asker.kind === 'external';
  return tokens.flatMap((token, start) => {
    if (tokens[start - 1] !== '@') return [];
    const found = bySlack.get(mentionKey(where.tenant, token)) ?? bySlack.get(mentionKey(ANY_TENANT, token));
    if (found === undefined || (outsider && found.id !== asker.id)) return [];
    return [{ start, length: 1, people: [colleagueOf(found)] }];
  });
};
