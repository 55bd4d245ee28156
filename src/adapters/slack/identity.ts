import type { Clock, Log } from '../../core/ports.ts';
import type { AsBot } from './client.ts';
import { faultOf } from './faults.ts';

const FIRST_WAIT_MS = 1_000;
const MOST_WAIT_MS = 60_000;

/** Who the bot is on Slack. */
export interface Identity {
  /** The bot's user id; null until Slack has told it. */
  readonly user: string | null;
  readonly bot: string | null;
  /** The token is good in a whole organisation. */
  readonly orgWide: boolean;
}

export interface IdentityFinder {
  current(): Identity;
  start(): void;
  /** Does not wait for a call that hangs; whatever it brings is no longer heard. */
  stop(): void;
}

/** Of an app that was installed by hand, whose token says it. Asks Slack in the background, again and again until it answers: a question is parsed without it, too. */
export const createIdentity = (o: {
  readonly asBot: AsBot;
  readonly teamIds: readonly string[];
  readonly clock: Clock;
  readonly log: Log;
}): IdentityFinder => {
  const stopping = new AbortController();
  let identity: Identity = { user: null, bot: null, orgWide: false };

  const ask = async (): Promise<void> => {
    const [team = ''] = o.teamIds;
    for (let wait = FIRST_WAIT_MS; !stopping.signal.aborted; wait = Math.min(MOST_WAIT_MS, wait * 2)) {
      try {
        const said = await o.asBot(team, (client) => client.auth.test());
        const { user_id: user, bot_id: bot, team_id: home, enterprise_id: organisation } = said;
        if (![home, organisation].some((id) => id !== undefined && o.teamIds.includes(id))) {
          o.log.error('slack.token-foreign', { code: 'team-not-allowed' });
        }
        identity = { user: user ?? null, bot: bot ?? null, orgWide: said.is_enterprise_install === true };
        return;
      } catch (error) {
        if (stopping.signal.aborted) return;
        const fault = faultOf(error);
        o.log.warn('slack.identity-unknown', { code: fault.code });
        await o.clock.sleep(Math.max(wait, Math.min(MOST_WAIT_MS, fault.afterMs ?? 0)), stopping.signal);
      }
    }
  };

  return {
    current: () => identity,
    start: () => {
      void ask();
    },
    stop: () => stopping.abort(),
  };
};
