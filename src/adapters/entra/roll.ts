/**
 * The roll of the tenant's members, so that a name in a question can be told from a word. Read whole at the start and every
 * quarter of an hour; what could not be read whole leaves the last one in force: its names for a day, who reports to whom for half an hour.
 */
import { z } from 'zod';
import { SottoError } from '../../core/errors.ts';
import { createIdentifierIndex, type IdentifierIndex, type Identifiers } from '../../core/identifying.ts';
import { createNameIndex, type NamedPerson, type NameIndex } from '../../core/naming.ts';
import type { Clock, Log, Random } from '../../core/ports.ts';
import { createReportIndex, type ReportIndex } from '../../core/reporting.ts';
import type { Colleague } from '../../core/types.ts';
import { createRounds, EVERY_MS, MOST_AGE_MS, type Rounds } from '../bounded/rounds.ts';
import { countryOf, isGuest } from './accounts.ts';
import type { Graph } from './graph.ts';
import { guid } from './settings.ts';

/**
 * A name stays a name, but whoever was somebody's manager may be it no more, and an address may be somebody else's by now: after this,
 * two rounds, neither is known of anybody.
 */
const MOST_MANAGER_AGE_MS = 2 * EVERY_MS;

/** One round may not take longer than until the next. */
const MOST_ROUND_MS = EVERY_MS;

const MOST_PEOPLE = 200_000;
const MOST_PAGES = 2_000;

/** The most that Graph gives at once. */
const PAGE = 999;

/** It stands on a button. Characters. */
const LONGEST_DEPARTMENT = 100;

const FIELDS =
  'id,displayName,givenName,surname,mailNickname,userType,userPrincipalName,accountEnabled,country,usageLocation,department,mail,employeeId';

const text = z.string().max(1_000).nullish();

const page = z.object({
  value: z
    .array(
      z.object({
        id: guid,
        displayName: text,
        givenName: text,
        surname: text,
        mailNickname: text,
        userType: text,
        userPrincipalName: text,
        accountEnabled: z.boolean().nullish(),
        country: text,
        usageLocation: text,
        department: text,
        mail: text,
        employeeId: text,
        manager: z.object({ id: guid }).nullish(),
      }),
    )
    .max(PAGE),
  '@odata.nextLink': z.string().max(16_000).optional(),
});

type Listed = z.infer<typeof page>['value'][number];

interface ReadRoll {
  readonly at: number;
  readonly names: NameIndex;
  readonly byId: ReadonlyMap<string, Colleague>;
  /** Of those whose accounts are enabled. */
  readonly reporting: ReportIndex;
  /** Of everybody in the tenant: what a guest or somebody who has left is called is not somebody else's alone. */
  readonly identifiers: IdentifierIndex;
  /** Accounts that are enabled and of whom it is known where they work, guests among them. */
  readonly active: ReadonlyMap<string, { readonly guest: boolean; readonly country: string }>;
  /** Where members worked last who have left: their records are read as well. */
  readonly left: ReadonlyMap<string, string>;
}

export interface Roll extends Rounds {
  /** Refuses with code `directory-unavailable` where there is none younger than a day. */
  current(): Pick<ReadRoll, 'names' | 'byId' | 'reporting' | 'identifiers' | 'active' | 'left'> & {
    readonly managersKnown: boolean;
  };
}

export const createRoll = (o: {
  readonly graph: Graph;
  readonly clock: Clock;
  readonly log: Log;
  readonly random: Random;
}): Roll => {
  const { clock, graph, log } = o;
  let roll: ReadRoll | null = null;

  const round = async (signal: AbortSignal): Promise<boolean> => {
    const at = clock.now();
    const names = createNameIndex();
    const byId = new Map<string, Colleague>();
    const working: Colleague[] = [];
    const identifiers = createIdentifierIndex();
    const active = new Map<string, { readonly guest: boolean; readonly country: string }>();
    const left = new Map<string, string>();
    let url = graph.at(`users?$select=${FIELDS}&$expand=manager($select=id)&$top=${PAGE}`);
    for (let pages = 1; pages <= MOST_PAGES && Math.max(byId.size, active.size) <= MOST_PEOPLE; pages++) {
      const answer = await graph.ask({ operation: 'roll', url, shape: page });
      if (!answer.ok || signal.aborted) return false;
      const members = answer.body.value.filter(isMember);
      names.add(members.flatMap(namesOf));
      for (const member of members) {
        const colleague = colleagueOf(member);
        byId.set(member.id, colleague);
        if (member.accountEnabled === true) working.push(colleague);
      }
      for (const listed of answer.body.value) {
        identifiers.add(byId.get(listed.id) ?? null, identifiersOf(listed));
        const country = countryOf(listed);
        if (country === null) continue;
        if (listed.accountEnabled === true) active.set(listed.id, { guest: !isMember(listed), country });
        else if (isMember(listed)) left.set(listed.id, country);
      }
      const next = answer.body['@odata.nextLink'];
      if (next === undefined) {
        // A tenant has somebody; an empty list is a permission that is missing.
        if (byId.size === 0) return reject('empty');
        roll = { at, names, byId, reporting: createReportIndex(working), identifiers, active, left };
        log.info('entra.roll-read', { count: byId.size, ms: clock.now() - at });
        return true;
      }
      // The token goes along, so a link leads nowhere but back to Graph.
      if (!graph.isOwn(next)) return reject('foreign-link');
      if (clock.now() - at > MOST_ROUND_MS) return reject('too-slow');
      url = next;
    }
    return reject('too-large');
  };

  const reject = (code: string): false => {
    log.error('entra.roll-rejected', { code });
    return false;
  };

  return {
    ...createRounds({ ...o, round }),
    current: () => {
      const now = clock.now();
      if (roll !== null && now >= roll.at && now - roll.at <= MOST_AGE_MS)
        return { ...roll, managersKnown: now - roll.at <= MOST_MANAGER_AGE_MS };
      throw new SottoError(
        'directory-unavailable',
        'The names of the people could not be read from Microsoft Entra for a day, so nobody can tell whom a question speaks of. Check that the app may read users (User.Read.All) and that Graph can be reached.',
      );
    },
  };
};

/** Guests are nobody's colleagues here; those who have left stay, for a question about them is about somebody. */
const isMember = (listed: Listed): boolean => !isGuest(listed);

const identifiersOf = ({ mail, employeeId, userPrincipalName }: Listed): Identifiers => ({
  email: mail,
  'employee-number': employeeId,
  'user-name': userPrincipalName,
});

const colleagueOf = ({ id, displayName, userPrincipalName, manager, department }: Listed): Colleague => ({
  id,
  name: displayName ?? userPrincipalName ?? id,
  manager: manager?.id ?? null,
  ...(/\p{L}/u.test(department ?? '') ? { department: (department ?? '').slice(0, LONGEST_DEPARTMENT) } : {}),
});

/**
 * A mailbox or a room is a user, too: "Payroll", "IT Helpdesk". Nobody gave it a first or a last name, and no word of the
 * trade may be taken for a person because of it, so such a name is not looked for.
 */
const namesOf = (listed: Listed): readonly NamedPerson[] => {
  const given = [listed.givenName, listed.surname].flatMap((name) => (/\p{L}/u.test(name ?? '') ? [name ?? ''] : []));
  if (given.length === 0) return [];
  const aliases = [...given, given.join(' '), listed.mailNickname ?? ''];
  return [{ ...colleagueOf(listed), aliases }];
};
