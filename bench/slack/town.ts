/**
 * Sixty workspaces of one enterprise that installed Sotto, each with its people; what the directory and the HR system know of
 * them; and Sotto as a process of its own between them.
 */
import Fastify from 'fastify';
import { createSlackStandIn } from '../../playground/slack/stand-in.ts';
import type { SlackStandIn } from '../../playground/slack/types.ts';
import { createSottoProcess, type SottoProcess } from '../../test/support/sotto-process.ts';
import { openHousehold, START_MS } from '../load/household.ts';
import { type Counted, openProxy } from '../load/through-proxy.ts';

const APP = 'A0SOTTO000';
const ENTERPRISE = 'E0BENCH000';

export interface Member {
  readonly team: string;
  readonly user: string;
}

export interface Town {
  readonly slack: SlackStandIn;
  readonly sotto: SottoProcess;
  /** Every workspace in turn, and in each every person in turn. */
  readonly members: readonly Member[];
  /** Of Sotto. */
  readonly dataFolder: string;
  counted(): Promise<Counted>;
  end(): Promise<void>;
}

export const openTown = async (o: {
  readonly workspaces: number;
  readonly peopleEach: number;
  /** After which answers leave that must. */
  readonly expiresSeconds: number;
  /** Null: the embedded one. */
  readonly store: string | null;
  /** The answer to every so-manieth delivery never reaches Slack, which sends it again. */
  readonly loseEvery: number;
}): Promise<Town> => {
  const teams = Array.from({ length: o.workspaces }, (_, n) => `T0BENCH${String(n).padStart(3, '0')}`);
  const members = Array.from({ length: o.peopleEach }, (_, n) =>
    teams.map((team, t) => ({ team, user: `U0B${String(t).padStart(3, '0')}P${String(n).padStart(3, '0')}` })),
  ).flat();
  const household = await openHousehold({
    ...o,
    name: 'slack',
    people: members.map(({ team, user }) => ({ id: user.toLowerCase(), accounts: { slack: [{ team, user }] } })),
    secrets: { 'slack-signing-secret': 'token', 'slack-bot-token': 'slack-bot-token' },
  });

  const proxy = await openProxy(o);
  const botToken = household.secret('slack-bot-token');
  const [first = '', ...others] = teams;
  const of = (teamId: string) => ({
    teamId,
    enterpriseId: ENTERPRISE,
    installation: 'org' as const,
    botToken,
    people: members
      .filter(({ team }) => team === teamId)
      .map(({ user }) => ({ user, name: user, kind: 'employee' as const })),
  });
  const slack = createSlackStandIn({
    ...of(first),
    workspaces: others.map(of),
    appId: APP,
    signingSecret: household.secret('slack-signing-secret'),
    eventsUrl: () => proxy.url,
  });
  const app = Fastify({ forceCloseConnections: true });
  slack.routes(app);
  household.routes(app);
  const base = await app.listen({ host: '127.0.0.1', port: 0 });

  const sotto = createSottoProcess({
    environment: () => ({
      ...household.settings(base),
      SLACK_APP_ID: APP,
      SLACK_TEAM_IDS: ENTERPRISE,
      SLACK_API_URL: `${base}/standin/slack/api/`,
    }),
    // As `serve` is, but for what it has learnt, which it need not learn anew.
    unlike: () => ({}),
    startMs: START_MS,
  });
  const end = async (): Promise<void> => {
    await sotto.kill();
    await slack.close();
    await app.close();
    proxy.close();
    household.end();
  };
  try {
    await sotto.start();
    await proxy.to(`${sotto.url()}/slack/events`);
  } catch (error) {
    await end();
    throw error;
  }
  return { slack, sotto, members, dataFolder: household.dataFolder, counted: () => proxy.counted(), end };
};
