/**
 * Everybody of our workspaces, so that a name in a question can be told from a word. Read whole at the start and every quarter of an
 * hour; what could not be read whole leaves the last one in force for a day.
 */
import { SottoError } from '../../core/errors.ts';
import { createNameIndex, type NameIndex } from '../../core/naming.ts';
import type { Clock, Log, Random } from '../../core/ports.ts';
import type { Colleague } from '../../core/types.ts';
import { createRounds, MOST_AGE_MS, type Rounds } from '../bounded/rounds.ts';
import { personIdOf, type SlackAsked, type SlackMember } from './slack.ts';

interface ReadRoll {
  readonly at: number;
  readonly names: NameIndex;
  readonly byId: ReadonlyMap<string, Colleague>;
  /** By workspace and account, as a mention names it: tokens are lower case. */
  readonly byMention: ReadonlyMap<string, Colleague>;
  /** Every account of a person, those that are deactivated among them. */
  readonly accounts: ReadonlyMap<string, readonly SlackMember[]>;
}

export interface Roll extends Rounds {
  /** Refuses with code `directory-unavailable` where there is none younger than a day. */
  current(): ReadRoll;
}

export const mentionKey = (tenant: string, user: string): string => `${tenant}:${user.toLowerCase()}`;

export const colleagueOf = (member: SlackMember): Colleague => ({
  id: personIdOf(member),
  name: member.name,
  // Slack does not know who reports to whom.
  manager: null,
});

export const createRoll = (o: {
  readonly tenants: readonly string[];
  readonly slack: Pick<SlackAsked, 'everybody'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly random: Random;
}): Roll => {
  const { clock, log } = o;
  let roll: ReadRoll | null = null;

  const round = async (signal: AbortSignal): Promise<boolean> => {
    const at = clock.now();
    const names = createNameIndex();
    const byId = new Map<string, Colleague>();
    const byMention = new Map<string, Colleague>();
    const accounts = new Map<string, SlackMember[]>();
    for (const tenant of o.tenants) {
      const members = await o.slack.everybody(tenant);
      if (members === 'unreachable' || signal.aborted) {
        if (!signal.aborted) log.warn('slack-groups.roll-unread', { tenant });
        return false;
      }
      for (const member of members) {
        const colleague = colleagueOf(member);
        accounts.set(colleague.id, [...(accounts.get(colleague.id) ?? []), member]);
        // Guests are nobody's colleagues here; those who have left stay, for a question about them is about somebody.
        if (member.kind === 'guest') continue;
        if (!byId.has(colleague.id)) names.add([{ ...colleague, aliases: member.aliases }]);
        byId.set(colleague.id, colleague);
        byMention.set(mentionKey(tenant, member.user), colleague);
      }
    }
    roll = { at, names, byId, byMention, accounts };
    log.info('slack-groups.roll-read', { count: byId.size, ms: clock.now() - at });
    return true;
  };

  return {
    ...createRounds({ ...o, round }),
    current: () => {
      const now = clock.now();
      if (roll !== null && now >= roll.at && now - roll.at <= MOST_AGE_MS) return roll;
      throw new SottoError(
        'directory-unavailable',
        'The names of the people could not be read from Slack for a day, so nobody can tell whom a question speaks of. Check that the app has the scope users:read in every workspace of SLACK_TEAM_IDS and that Slack can be reached.',
      );
    },
  };
};
