/**
 * People from a YAML file, for small companies and for the sample. Read again when the file changes; a version that
 * does not parse leaves the last good one in force, since half a directory must not turn people into strangers.
 */
import { readFileSync, statSync } from 'node:fs';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { SottoError } from '../../core/errors.ts';
import type { Directory, Log, Mention } from '../../core/ports.ts';
import type { Account, Colleague, Person } from '../../core/types.ts';

const MOST_BYTES = 4 * 1024 * 1024;
const LOOK_EVERY_MS = 1_000;

/** A name has eight words at most (a GUID has five); longer stretches of a question are not looked up. */
const MOST_WORDS = 8;

/** More than any question has; past it nobody could say whom it names. */
const MOST_TOKENS = 20_000;

/** Several people of a name are as unclear as these many. */
const MOST_NAMESAKES = 50;

const id = z.string().regex(/^[A-Za-z0-9._-]{1,64}$/, 'must be 1 to 64 letters, digits, dots, dashes or underscores');

const entry = z.strictObject({
  id,
  name: z.string().min(1).max(200),
  aliases: z.array(z.string().min(1).max(100)).max(20).default([]),
  kind: z.enum(['employee', 'contractor', 'guest', 'external']),
  groups: z.array(id).max(200).default([]),
  country: z.string().regex(/^[A-Z]{2}$/, 'must be two capital letters (ISO 3166-1)'),
  locale: z.enum(['en', 'de']),
  manager: id.nullable(),
  deactivated: z.boolean().default(false),
  accounts: z.strictObject({
    slack: z.array(z.strictObject({ team: z.string().max(64), user: z.string().max(64) })).default([]),
    teams: z.array(z.strictObject({ tenant: z.string().max(64), user: z.string().max(64) })).default([]),
  }),
});

const file = z.strictObject({ people: z.array(entry).min(1).max(20_000) });

type Entry = z.infer<typeof entry>;

interface Roll {
  readonly byId: ReadonlyMap<string, Entry>;
  readonly byAccount: ReadonlyMap<string, Entry>;
  /** Every way of naming somebody, lower case, words joined by a space. */
  readonly byName: ReadonlyMap<string, readonly Colleague[]>;
}

export interface FileDirectory extends Directory {
  /** By directory id, for tools that act as somebody of the sample; null: there is none. */
  person(id: string): Promise<Person | null>;
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

  const current = (): Roll => {
    if (now() - lookedAt < LOOK_EVERY_MS) return roll;
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
    find: async (account) => {
      const found = current().byAccount.get(accountKey(account));
      if (found === undefined) return { ok: false, why: account.external ? 'external' : 'unknown' };
      if (found.deactivated) return { ok: false, why: 'deactivated' };
      // An account of another company is somebody only where the file itself says that they are external.
      if (account.external && found.kind !== 'external') return { ok: false, why: 'external' };
      return { ok: true, person: personOf(found) };
    },
    mentions: async ({ tokens, asker }) => {
      // Outsiders see nobody but themselves: what they ask must not tell who works here.
      const outsider = asker.kind === 'guest' || asker.kind === 'external';
      const { byName } = current();
      if (tokens.length > MOST_TOKENS) {
        throw new SottoError(
          'directory-unavailable',
          'The text is too long to look up whom it names. Ask in fewer words.',
        );
      }
      const plain = tokens.map((token) => token.replaceAll('\u2019', "'"));
      const ways = [plain.map(folded), plain.map((token) => folded(spelt(token)))];
      const spellings = (start: number, length: number): readonly string[] =>
        ways.map((way) => way.slice(start, start + length).join(' '));
      const mentions: Mention[] = [];
      for (let start = 0; start < tokens.length; start++) {
        for (let length = Math.min(MOST_WORDS, tokens.length - start); length > 0; length--) {
          const people = namedBy(byName, spellings(start, length))
            .filter((colleague) => !outsider || colleague.id === asker.id)
            .slice(0, MOST_NAMESAKES);
          if (people.length === 0) continue;
          mentions.push({ start, length, people });
          start += length - 1;
          break;
        }
      }
      return mentions;
    },
    colleague: async (wanted) => {
      const found = current().byId.get(wanted);
      return found === undefined ? null : colleagueOf(found);
    },
    person: async (wanted) => {
      const found = current().byId.get(wanted);
      return found === undefined ? null : personOf(found);
    },
  };
};

/** Both spellings of what was said are looked up, since either may be the one that the file has. */
const namedBy = (byName: Roll['byName'], forms: readonly string[]): readonly Colleague[] => [
  ...new Set(forms.flatMap((form) => byName.get(form) ?? [])),
];

const accountKey = ({ platform, tenant, user, external }: Account): string =>
  platform === 'slack' && external ? `slack:*:${user}` : `${platform}:${tenant}:${user}`;

const colleagueOf = ({ id: own, name, manager }: Entry): Colleague => ({ id: own, name, manager });

const personOf = (e: Entry): Person => ({
  ...colleagueOf(e),
  kind: e.kind,
  groups: e.groups,
  country: e.country,
  locale: e.locale,
  // The version on disk is the truth; one that does not parse leaves the last good one in force.
  fresh: true,
});

const stamp = (path: string): string => {
  const { mtimeMs, size, ino } = statSync(path);
  return `${mtimeMs}:${size}:${ino}`;
};

/** Lower case without diacritics, so that "Müller", "muller" and "MÜLLER" are one; "mueller" is entered beside it. */
const folded = (text: string): string =>
  text.toLowerCase().normalize('NFD').replace(/\p{M}/gu, '').replaceAll('ß', 'ss');

const spelt = (text: string): string =>
  text
    .toLowerCase()
    .normalize('NFC')
    .replaceAll('ä', 'ae')
    .replaceAll('ö', 'oe')
    .replaceAll('ü', 'ue')
    .replaceAll('ß', 'ss');

/** The words of a name as a text is split into words: a hyphen or a dot parts, an apostrophe between letters does not. */
const wordsOf = (name: string): readonly string[] =>
  name
    .normalize('NFC')
    .replaceAll('\u2019', "'")
    .match(/[\p{L}\p{N}\p{M}]+(?:'[\p{L}\p{N}\p{M}]+)*/gu) ?? [];

/** "Mona's", and in German "Monas" and "Hans'": whose it is, is said so. */
const owned = (name: string): readonly string[] => [name, `${name}'s`, `${name}s`, `${name}'`];

/** Any stretch of the name, the whole both ways round, the aliases, the id, the accounts that a platform writes for a mention. */
const namesOf = (e: Entry): ReadonlySet<string> => {
  const words = wordsOf(e.name);
  const last = words.at(-1);
  const turned = last === undefined ? [] : [last, ...words.slice(0, -1)];
  const runs = words.flatMap((_, from) =>
    words.slice(from, from + MOST_WORDS).map((__, more) => words.slice(from, from + more + 1)),
  );
  const firstAndLast = words[0] === undefined || last === undefined ? [] : [words[0], last];
  const said = [...runs, turned, firstAndLast, ...e.aliases.map(wordsOf), wordsOf(e.id)];
  const accounts = e.accounts.slack.map(({ user }) => [user]);
  const all = [...said, ...accounts].filter(({ length }) => length > 0 && length <= MOST_WORDS);
  return new Set(all.flatMap((name) => owned(name.join(' ')).flatMap((form) => [folded(form), folded(spelt(form))])));
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
  if (document.errors.length > 0) throw refuse(document.errors.map(({ message }) => `it is not YAML: ${message}`));
  const parsed = file.safeParse(document.toJS({ maxAliasCount: 0 }));
  if (!parsed.success) {
    throw refuse(
      parsed.error.issues.map(({ path: at, message }) => `${at.join('.') || 'the file'} ${message}. Mend it there.`),
    );
  }
  return rollOf(parsed.data.people, refuse);
};

const rollOf = (people: readonly Entry[], refuse: (findings: readonly string[]) => SottoError): Roll => {
  const findings: string[] = [];
  const byId = new Map<string, Entry>();
  const byAccount = new Map<string, Entry>();
  const byName = new Map<string, Colleague[]>();
  const claim = (key: string, e: Entry): void => {
    if (byAccount.has(key)) findings.push(`the account ${key} belongs to two people. Give it to one.`);
    byAccount.set(key, e);
  };
  for (const e of people) {
    if (byId.has(e.id)) findings.push(`the id ${e.id} stands twice. Ids must be unique and are never reused.`);
    byId.set(e.id, e);
    for (const { team, user } of e.accounts.slack)
      claim(e.kind === 'external' ? `slack:*:${user}` : `slack:${team}:${user}`, e);
    for (const { tenant, user } of e.accounts.teams) claim(`teams:${tenant}:${user}`, e);
    const colleague = colleagueOf(e);
    for (const name of namesOf(e)) {
      const others = byName.get(name);
      if (others === undefined) byName.set(name, [colleague]);
      else others.push(colleague);
    }
  }
  for (const { id: own, manager } of people) {
    if (manager !== null && !byId.has(manager))
      findings.push(`${own} reports to ${manager}, whom nobody is. Name an id of the file, or null.`);
    if (manager === own) findings.push(`${own} reports to themselves. Name somebody else, or null.`);
  }
  if (findings.length > 0) throw refuse(findings);
  return { byId, byAccount, byName };
};
