/** Everybody of a directory in a file, found by whatever they are asked for by. */
import { createIdentifierIndex, type IdentifierIndex } from '../../../core/identifying.ts';
import { createNameIndex, type NameIndex } from '../../../core/naming.ts';
import { createReportIndex, type ReportIndex } from '../../../core/reporting.ts';
import type { Account } from '../../../core/types.ts';
import { colleagueOf, type Entry } from './entry.ts';

export interface Roll {
  readonly byId: ReadonlyMap<string, Entry>;
  readonly byAccount: ReadonlyMap<string, Entry>;
  readonly bySignIn: ReadonlyMap<string, Entry>;
  /** As a mention names it: tokens are lower case. */
  readonly bySlack: ReadonlyMap<string, Entry>;
  readonly names: NameIndex;
  readonly reporting: ReportIndex;
  readonly identifiers: IdentifierIndex;
}

/** What events are delivered for is a workspace, also where a whole organisation installed the bot. */
const ORGANISATION = /^E[A-Z0-9]{5,20}$/;

/** People of other companies are known by their account alone, whichever workspace it is of. */
export const ANY_TENANT = '*';

export const mentionKey = (tenant: string, user: string): string => `${tenant}:${user.toLowerCase()}`;

/** Both are compared exactly, as OpenID Connect has it. */
export const signInKey = (issuer: string, subject: string): string => `${issuer} ${subject}`;

export const accountKey = ({ platform, tenant, user, external }: Account): string =>
  platform === 'slack' && external ? `slack:${ANY_TENANT}:${user}` : `${platform}:${tenant}:${user}`;

export type ReadRoll =
  | { readonly ok: true; readonly roll: Roll }
  | { readonly ok: false; readonly findings: readonly string[] };

/** Every finding that speaks against the people together. */
export const rollOf = (people: readonly Entry[]): ReadRoll => {
  const findings: string[] = [];
  const byId = new Map<string, Entry>();
  const byAccount = new Map<string, Entry>();
  const bySlack = new Map<string, Entry>();
  const bySignIn = new Map<string, Entry>();
  const names = createNameIndex();
  const identifiers = createIdentifierIndex();
  const claim = (key: string, e: Entry): void => {
    if (byAccount.has(key)) findings.push(`the account ${key} belongs to two people. Give it to one.`);
    byAccount.set(key, e);
  };
  for (const e of people) {
    if (byId.has(e.id)) findings.push(`the id ${e.id} stands twice. Ids must be unique and are never reused.`);
    byId.set(e.id, e);
    for (const { team, user } of e.accounts.slack) {
      const tenant = e.kind === 'external' ? ANY_TENANT : team;
      if (ORGANISATION.test(tenant))
        findings.push(
          `${e.id} has an account in the organisation ${team}, where nobody would be known by it. Name each workspace of it that they use (T…), with the same user id.`,
        );
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
    identifiers.add(colleagueOf(e), e.identifiers);
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
  if (findings.length > 0) return { ok: false, findings };
  const reporting = createReportIndex(people.filter((e) => !e.deactivated).map(colleagueOf));
  return { ok: true, roll: { byId, byAccount, bySlack, bySignIn, names, reporting, identifiers } };
};
