/** What an Entra directory is told before it asks anybody anything; all refusals carry code `settings`. */
import { z } from 'zod';
import { SottoError } from '../../core/errors.ts';

const GUID_SHAPE = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export const isGuid = (text: string): boolean => GUID_SHAPE.test(text);

/** Ids are compared in one case: Graph, tokens and people write them in both. */
export const guid = z
  .string()
  .regex(GUID_SHAPE)
  .transform((id) => id.toLowerCase());

const LOOPBACK: readonly string[] = ['127.0.0.1', 'localhost', '[::1]'];

const GRAPH = 'https://graph.microsoft.com';

/** Where Graph's paths begin, without a slash at the end. */
export const checkedGraphUrl = (unsafeGraphUrl: string | null): string => {
  if (unsafeGraphUrl === null) return GRAPH;
  const url = URL.canParse(unsafeGraphUrl) ? new URL(unsafeGraphUrl) : null;
  const plain = url !== null && `${url.username}${url.password}${url.search}${url.hash}` === '';
  if (url === null || !plain || !/^https?:$/.test(url.protocol) || !LOOPBACK.includes(url.hostname)) {
    throw new SottoError(
      'settings',
      'The address of Microsoft Graph is not on this machine. The token for the directory would go there, so it may only be a stand-in on loopback. Leave GRAPH_URL out to talk to Graph itself.',
    );
  }
  // With the version or without: Graph's own address is given both ways.
  return url.href.replace(/\/+$/, '').replace(/\/v1\.0$/, '');
};

export const checkedTenant = (tenantId: string): string => {
  if (isGuid(tenantId)) return tenantId.toLowerCase();
  throw new SottoError(
    'settings',
    'The tenant of the Entra directory is no tenant id, so nobody could be told from a stranger. Give the GUID that the Entra admin centre shows under Overview, as entra:GUID.',
  );
};

/** The group that makes somebody a contractor, and no group besides. */
export const CONTRACTOR = 'contractor';

/** What somebody is, they are by their account; a group must not make a guest an employee. */
const KINDS: readonly string[] = ['employee', 'guest', 'external'];

/** Ten requests a person; a pack names a handful. */
const MOST_GROUPS = 200;

const WORD = /^[A-Za-z0-9._-]{1,64}$/;

/** By the word that rules name, the id of the Entra group. All findings at once. */
export const checkedGroups = (groups: ReadonlyMap<string, string>): ReadonlyMap<string, string> => {
  const findings = [...groups].flatMap(([word, id]) => {
    if (!WORD.test(word))
      return ['A group has a name that no rule can name. Use letters, digits, dots, dashes and underscores.'];
    if (KINDS.includes(word))
      return [`"${word}" is what somebody is by their account, so no group can say it. Leave it out.`];
    return isGuid(id)
      ? []
      : [`The group "${word}" has no object id. Copy the GUID from the group's overview in Entra.`];
  });
  if (groups.size > MOST_GROUPS)
    findings.push(`There are more than ${MOST_GROUPS} groups. Map those only that rules name.`);
  if (findings.length > 0) throw new SottoError('settings', findings.join('\n'));
  return new Map([...groups].map(([word, id]) => [word, id.toLowerCase()]));
};

const MOST_STALE_MS = 24 * 60 * 60 * 1_000;

export const checkedStaleMs = (staleMs: number): number => {
  if (Number.isSafeInteger(staleMs) && staleMs >= 0 && staleMs <= MOST_STALE_MS) return staleMs;
  throw new SottoError(
    'settings',
    `People may be answered from what was known of them up to ${MOST_STALE_MS / 3_600_000} hours ago, and no longer: give whole milliseconds from 0 to ${MOST_STALE_MS}.`,
  );
};
