/** One person by their object id: the account, and which of the groups that rules may name they are in. */
import { z } from 'zod';
import type { Log } from '../../core/ports.ts';
import type { Locale, Person } from '../../core/types.ts';
import { countryOf, isGuest, kindOf } from './accounts.ts';
import type { Graph } from './graph.ts';
import { CONTRACTOR, guid } from './settings.ts';

/**
 * What Entra says of an account. `unreachable`: something that policy reads is missing, and nothing is guessed. `external`: the
 * same of a guest, who belongs to another company and to whom "try again later" would be a lie.
 */
export type EntraPerson =
  | {
      readonly kind: 'person';
      readonly person: Omit<Person, 'fresh'>;
      /** False: Entra names no language, and the one in it is a guess. */
      readonly saysLanguage: boolean;
    }
  | { readonly kind: 'refused'; readonly why: 'unknown' | 'deactivated' | 'unreachable' | 'external' };

/** checkMemberGroups takes no more ids at once (Teams facts, section 7). */
const MOST_IDS = 20;

const FIELDS = 'id,displayName,userType,accountEnabled,country,usageLocation,preferredLanguage,userPrincipalName';

const text = z.string().max(1_000).nullish();

/** Without the permission User.Read.All some fields come as null: an account that is not said to be enabled is no answer. */
const user = z.object({
  id: guid,
  displayName: text,
  userType: text,
  accountEnabled: z.boolean(),
  country: text,
  usageLocation: text,
  preferredLanguage: text,
  userPrincipalName: z.string().max(1_000),
  // A contact may be somebody's manager, too; it has an id and asks nothing.
  manager: z.object({ id: guid }).nullish(),
});

/** A list that goes on elsewhere is not the whole answer. */
const memberships = z.object({ value: z.array(guid).max(MOST_IDS), '@odata.nextLink': z.undefined().optional() });

/**
 * Asks for one person; the id is an object id in lower case. Null: Graph could not be asked, or one answer of several was
 * missing or malformed. Groups are then unknown, and unknown groups are never none (Teams requirement 18).
 */
export const createPeopleLookup = (o: {
  readonly graph: Graph;
  /** By the word that rules name, object ids in lower case. */
  readonly groups: ReadonlyMap<string, string>;
  readonly log: Log;
}): ((id: string) => Promise<EntraPerson | null>) => {
  const { graph } = o;
  const ids = [...new Set(o.groups.values())];
  const chunks = Array.from({ length: Math.ceil(ids.length / MOST_IDS) }, (_, at) =>
    ids.slice(at * MOST_IDS, (at + 1) * MOST_IDS),
  );

  const memberOf = async (id: string, groupIds: readonly string[]): Promise<ReadonlySet<string> | null> => {
    const answer = await graph.ask({
      operation: 'groups',
      url: graph.at(`users/${id}/checkMemberGroups`),
      body: { groupIds },
      shape: memberships,
    });
    // A group that was not asked for is an answer to another question.
    if (answer.ok && answer.body.value.every((group) => groupIds.includes(group))) return new Set(answer.body.value);
    o.log.warn('entra.groups-unknown', { id, code: answer.ok ? 'malformed' : answer.why });
    return null;
  };

  return async (id) => {
    const [found, ...memberships] = await Promise.all([
      graph.ask({
        operation: 'user',
        url: graph.at(`users/${id}?$select=${FIELDS}&$expand=manager($select=id)`),
        shape: user,
      }),
      ...chunks.map((chunk) => memberOf(id, chunk)),
    ]);
    if (!found.ok) return found.why === 'not-found' ? { kind: 'refused', why: 'unknown' } : null;
    const account = found.body;
    if (account.id !== id) return null;
    if (!account.accountEnabled) return { kind: 'refused', why: 'deactivated' };
    const country = countryOf(account);
    if (country === null && isGuest(account)) return { kind: 'refused', why: 'external' };
    if (country === null) {
      o.log.warn('entra.no-country', { id, code: 'usageLocation' });
      return { kind: 'refused', why: 'unreachable' };
    }
    const inGroups = new Set<string>();
    for (const part of memberships) {
      if (part === null) return null;
      for (const group of part) inGroups.add(group);
    }
    const words = [...o.groups].flatMap(([word, group]) => (inGroups.has(group) ? [word] : []));
    return {
      kind: 'person',
      saysLanguage: (account.preferredLanguage ?? '') !== '',
      person: {
        id,
        name: account.displayName ?? account.userPrincipalName,
        manager: account.manager?.id ?? null,
        kind: kindOf(isGuest(account), words.includes(CONTRACTOR)),
        groups: words.filter((word) => word !== CONTRACTOR),
        country,
        locale: localeOf(account),
      },
    };
  };
};

const localeOf = ({ preferredLanguage }: z.infer<typeof user>): Locale =>
  /^de(?:-|$)/i.test(preferredLanguage ?? '') ? 'de' : 'en';
