/**
 * People from a YAML file, for small companies and for the sample. Read again when the file changes; a version that
 * does not parse leaves the last good one in force, since half a directory must not turn people into strangers.
 */
import { readFileSync, statSync } from 'node:fs';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { SottoError } from '../../core/errors.ts';
import { createNameIndex, type NameIndex } from '../../core/naming.ts';
import type { Directory, Log, Mention } from '../../core/ports.ts';
import { createReportIndex, type ReportIndex } from '../../core/reporting.ts';
import { asTimeZone } from '../../core/time-zones.ts';
import type { Account, Colleague, Person } from '../../core/types.ts';
import { issueInWords } from '../bounded/issue.ts';

const MOST_BYTES = 4 * 1024 * 1024;

/** What one slip of the pen makes of the rest of a file need not all be said. */
const MOST_ERRORS = 5;
const LOOK_EVERY_MS = 1_000;

const id = z.string().regex(/^[A-Za-z0-9._-]{1,64}$/, 'must be 1 to 64 letters, digits, dots, dashes or underscores');

const entry = z.strictObject({
  id,
  name: z.string().min(1).max(200),
  aliases: z.array(z.string().min(1).max(100)).max(20).default([]),
  kind: z.enum(['employee', 'contractor', 'guest', 'external']),
  groups: z.array(id).max(200).default([]),
  country: z.string().regex(/^[A-Z]{2}$/, 'must be two capital letters (ISO 3166-1)'),
  locale: z.enum(['en', 'de']),
  timeZone: z
    .string()
    .refine((zone) => asTimeZone(zone) !== null, 'must be a time zone of the IANA database, like Europe/Berlin')
    .optional(),
  manager: id.nullable(),
  department: z.string().min(1).max(100).optional(),
  deactivated: z.boolean().default(false),
  accounts: z.strictObject({
    slack: z.array(z.strictObject({ team: z.string().max(64), user: z.string().max(64) })).default([]),
    teams: z.array(z.strictObject({ tenant: z.string().max(64), user: z.string().max(64) })).default([]),
    // Where there is none, the provider's subject is the person's id.
    oidc: z
      .array(z.strictObject({ issuer: z.url().max(500), subject: z.string().min(1).max(255) }))
      .max(10)
      .default([]),
  }),
});

const file = z.strictObject({ people: z.array(entry).min(1).max(20_000) });

type Entry = z.infer<typeof entry>;

interface Roll {
  readonly byId: ReadonlyMap<string, Entry>;
  readonly byAccount: ReadonlyMap<string, Entry>;
  readonly bySignIn: ReadonlyMap<string, Entry>;
  /** As a mention names it: tokens are lower case. */
  readonly bySlack: ReadonlyMap<string, Entry>;
  readonly names: NameIndex;
  readonly reporting: ReportIndex;
}

export interface FileDirectory extends Directory {
  /** By directory id, for tools that act as somebody of the sample; null: there is none. */
  person(id: string): Promise<Person | null>;
  /** How many employees, not deactivated, are in this group. */
  employeesIn(group: string): number;
}

/** Refuses with code `settings`, naming every finding, where the file is missing or wrong. */
export const createFileDirectory = (o: {
  readonly path: string;
  readonly log?: Log;
  readonly now?: () => number;
}): FileDirectory => {
  const now = o.now ?? Date.now;
  let roll = read(o.path);
  let seen = stamp(o.path);
  let lookedAt = now();

  const current = (anew = false): Roll => {
    if (!anew && now() - lookedAt < LOOK_EVERY_MS) return roll;
    lookedAt = now();
    try {
      const stamped = stamp(o.path);
      if (stamped === seen) return roll;
      seen = stamped;
      roll = read(o.path);
    } catch {
      o.log?.error('directory.unreadable', { code: 'settings' });
    }
    return roll;
  };

  return {
    find: async (account, { anew } = { anew: false }) => {
      const found = current(anew).byAccount.get(accountKey(account));
      if (found === undefined) return { ok: false, why: account.external ? 'external' : 'unknown' };
      if (found.deactivated) return { ok: false, why: 'deactivated' };
      // An account of another company is somebody only where the file itself says that they are external.
      if (account.external && found.kind !== 'external') return { ok: false, why: 'external' };
      return { ok: true, person: personOf(found) };
    },
    mentions: async (asked) => {
      const { names, bySlack } = current();
      return [...names.mentions(asked), ...mentionedOnSlack(bySlack, asked)];
    },
    colleague: async (wanted) => {
      const found = current().byId.get(wanted);
      return found === undefined ? null : colleagueOf(found);
    },
    reports: async (asked) => current().reporting.reports(asked),
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
      const own = byId.get(subject);
      const found = bySignIn.get(signInKey(issuer, subject)) ?? (own?.accounts.oidc.length === 0 ? own : undefined);
      return found === undefined || found.deactivated ? { ok: false, why: 'unknown' } : { ok: true, person: found.id };
    },
    person: async (wanted) => {
      const found = current().byId.get(wanted);
      return found === undefined ? null : personOf(found);
    },
    employeesIn: (group) =>
      [...current().byId.values()].filter((e) => e.kind === 'employee' && !e.deactivated && e.groups.includes(group))
        .length,
  };
};

/** People of other companies are known by their account alone, whichever workspace it is of. */
const ANY_TENANT = '*';

const mentionKey = (tenant: string, user: string): string => `${tenant}:${user.toLowerCase()}`;

/** Both are compared exactly, as OpenID Connect has it. */
const signInKey = (issuer: string, subject: string): string => `${issuer} ${subject}`;

const accountKey = ({ platform, tenant, user, external }: Account): string =>
  platform === 'slack' && external ? `slack:${ANY_TENANT}:${user}` : `${platform}:${tenant}:${user}`;

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

const colleagueOf = ({ id: own, name, manager, department }: Entry): Colleague =>
  department === undefined ? { id: own, name, manager } : { id: own, name, manager, department };

const personOf = (e: Entry): Person => ({
  id: e.id,
  name: e.name,
  manager: e.manager,
  kind: e.kind,
  groups: e.groups,
  country: e.country,
  locale: e.locale,
  ...(e.timeZone === undefined ? {} : { timeZone: e.timeZone }),
  // The version on disk is the truth; one that does not parse leaves the last good one in force.
  fresh: true,
});

const stamp = (path: string): string => {
  const { mtimeMs, size, ino } = statSync(path);
  return `${mtimeMs}:${size}:${ino}`;
};

const read = (path: string): Roll => {
  const refuse = (findings: readonly string[], cause?: unknown): SottoError =>
    new SottoError('settings', findings.map((finding) => `The directory ${path}: ${finding}`).join('\n'), { cause });
  let text: string;
  try {
    if (statSync(path).size > MOST_BYTES)
      throw refuse([`it is larger than ${MOST_BYTES} bytes. Split it or use another directory.`]);
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    if (cause instanceof SottoError) throw cause;
    throw refuse(['it cannot be read. Name a readable YAML file in SOTTO_DIRECTORY.'], cause);
  }
  const document = parseDocument(text, { uniqueKeys: true });
  if (document.errors.length > 0) {
    // The library's own words quote the line, and with it somebody's name and address.
    throw refuse(
      document.errors
        .slice(0, MOST_ERRORS)
        .map(
          ({ code, linePos }) =>
            `it is not YAML at line ${linePos?.[0].line ?? '?'}, column ${linePos?.[0].col ?? '?'} (${code}). Mend it there.`,
        ),
    );
  }
  const parsed = file.safeParse(document.toJS({ maxAliasCount: 0 }));
  if (!parsed.success) {
    throw refuse(parsed.error.issues.map((issue) => `${issue.path.join('.') || 'the file'} ${issueInWords(issue)}`));
  }
  return rollOf(parsed.data.people, refuse);
};

const rollOf = (people: readonly Entry[], refuse: (findings: readonly string[]) => SottoError): Roll => {
  const findings: string[] = [];
  const byId = new Map<string, Entry>();
  const byAccount = new Map<string, Entry>();
  const bySlack = new Map<string, Entry>();
  const bySignIn = new Map<string, Entry>();
  const names = createNameIndex();
  const claim = (key: string, e: Entry): void => {
    if (byAccount.has(key)) findings.push(`the account ${key} belongs to two people. Give it to one.`);
    byAccount.set(key, e);
  };
  for (const e of people) {
    if (byId.has(e.id)) findings.push(`the id ${e.id} stands twice. Ids must be unique and are never reused.`);
    byId.set(e.id, e);
    for (const { team, user } of e.accounts.slack) {
      const tenant = e.kind === 'external' ? ANY_TENANT : team;
      claim(`slack:${tenant}:${user}`, e);
      bySlack.set(mentionKey(tenant, user), e);
    }
    for (const { tenant, user } of e.accounts.teams) claim(`teams:${tenant}:${user}`, e);
    for (const { issuer, subject } of e.accounts.oidc) {
      const key = signInKey(issuer, subject);
      if (bySignIn.has(key)) findings.push(`a sign-in of ${e.id} is another person's, too. Give it to one.`);
      bySignIn.set(key, e);
    }
    names.add([{ ...colleagueOf(e), aliases: e.aliases }]);
  }
  for (const { id: own, manager } of people) {
    if (manager !== null && !byId.has(manager))
      findings.push(`${own} reports to ${manager}, whom nobody is. Name an id of the file, or null.`);
    if (manager === own) findings.push(`${own} reports to themselves. Name somebody else, or null.`);
  }
  for (const e of people) {
    const other = e.accounts.oidc.map(({ subject }) => byId.get(subject)).find((it) => it !== undefined && it !== e);
    if (other?.accounts.oidc.length === 0)
      findings.push(
        `${e.id} signs in with a subject that is the id of ${other.id}, who has none of their own, so it could be either. Give ${other.id} an entry under accounts.oidc.`,
      );
  }
  if (findings.length > 0) throw refuse(findings);
  const reporting = createReportIndex(people.filter((e) => !e.deactivated).map(colleagueOf));
  return { byId, byAccount, bySlack, bySignIn, names, reporting };
};
