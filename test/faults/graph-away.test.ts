/** Microsoft Graph goes away under a Sotto that knows its people from Entra, on both platforms. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createGraphStandIn, type GraphStandIn } from '../../playground/graph/stand-in.ts';
import type { DecisionEntry } from '../../src/core/audit.ts';
import { repliesIn } from '../../src/core/replies/replies.ts';
import type { PlatformName } from '../../src/core/types.ts';
import { type AzureStage, openAzureStage } from '../stand-ins/azure/stage.ts';
import { makeCrowd, type Somebody, TEAM, TENANT } from '../support/crowd.ts';
import { type Fleet, openFleet } from '../support/fleet.ts';
import { figuresOf, OWN_LEAVE } from '../support/reckoning.ts';
import { until } from '../support/until.ts';

const PAYROLL_GROUP = '7c1d9a40-0000-4b6e-9d53-2f8e6a1b0c03';
const SCOPE = 'https://graph.microsoft.com/.default';
const PEOPLE = makeCrowd({ count: 6, payroll: 1 });

/** Past the five minutes for which people are known freshly, and within what platforms bear of clocks that differ. ms. */
const LATER_MS = 285_000;

describe('Graph away', () => {
  let azure: AzureStage;
  let graph: GraphStandIn;
  let fleet: Fleet;
  let ahead = 0;
  beforeEach(async () => {
    ahead = 0;
    azure = await openAzureStage({ scopes: [SCOPE] });
    graph = createGraphStandIn({
      users: PEOPLE.map(({ id, name, teamsUser }) => ({
        id: teamsUser,
        displayName: name,
        givenName: name.split(' ')[0] ?? null,
        surname: name.split(' ')[1] ?? null,
        mailNickname: id,
        mail: `${id}@example.com`,
        userPrincipalName: `${id}@example.com`,
        userType: 'Member',
        accountEnabled: true,
        country: null,
        usageLocation: 'DE',
        preferredLanguage: 'en-GB',
        manager: null,
      })),
      groups: [
        {
          id: PAYROLL_GROUP,
          members: PEOPLE.filter(({ groups }) => groups.includes('payroll')).map(({ teamsUser }) => teamsUser),
        },
      ],
      accepts: (token) => azure.authority.issued(token)?.scope === SCOPE,
    });
    fleet = await openFleet(1, {
      people: PEOPLE,
      idOf: ({ teamsUser }) => teamsUser,
      routes: (app) => graph.routes(app),
      settings: (base) => {
        const { SOTTO_VAULT: _, ...identity } = azure.environment;
        return {
          ...identity,
          SOTTO_DIRECTORY: `entra:${TENANT}`,
          SOTTO_ENTRA_GROUPS: `payroll=${PAYROLL_GROUP}`,
          SLACK_EMAIL_VERIFIED_TEAMS: TEAM,
          GRAPH_URL: `${base}/standin/graph`,
        };
      },
      slackClock: {
        now: () => Date.now() + ahead,
        sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      },
      unlike: { movable: true },
    });
    await Promise.all(fleet.processes.map((one) => one.start()));
  }, 120_000);
  afterEach(async () => {
    await fleet.end();
    await azure.close();
  });

  const pass = async (ms: number): Promise<void> => {
    ahead += ms;
    await fleet.processes[0]?.ahead(ahead);
  };
  const ask = async (
    on: PlatformName,
    who: Somebody,
    text: string,
  ): Promise<{ readonly decision: DecisionEntry; readonly read: string }> => {
    const { question } = await fleet.say({ on, who, text });
    const about = () => fleet.trail().filter((entry) => 'question' in entry && entry.question === question);
    await until(() => about().some(({ kind }) => kind === 'disclosure'));
    const decision = about().findLast((entry): entry is DecisionEntry => entry.kind === 'decision');
    const shown = about().find((entry) => entry.kind === 'disclosure');
    if (decision === undefined || shown === undefined) throw new Error(`${question} has no end`);
    const message = fleet.talks[on]
      .messages(who)
      .find(({ channel, id }) => channel === shown.channel && id === shown.message);
    return { decision, read: message?.text ?? '' };
  };

  it('refuses what is sensitive, goes on with the rest from what it knew, and is as before afterwards', async () => {
    const [evan, stranger] = PEOPLE;
    const payroll = PEOPLE.at(-1);
    if (evan === undefined || stranger === undefined || payroll === undefined) throw new Error('nobody is there');
    const pay = `what does ${stranger.name} earn?`;
    const unreachable = repliesIn('en').identity.unreachable;

    const slack = await ask('slack', evan, OWN_LEAVE);
    const teams = await ask('teams', evan, OWN_LEAVE);
    expect([slack.read, teams.read].every((text) => text.startsWith(figuresOf(evan)))).toBe(true);
    // The same human on both platforms is one person.
    expect(slack.decision.person).toBe(teams.decision.person);
    expect((await ask('teams', payroll, pay)).decision).toMatchObject({ verdict: 'answer' });
    expect((await ask('slack', evan, pay)).decision).toMatchObject({ verdict: 'refuse' });

    graph.setMode('outage');
    await pass(LATER_MS);
    await pass(LATER_MS / 10);
    for (const on of ['slack', 'teams'] as const)
      expect((await ask(on, evan, OWN_LEAVE)).read.startsWith(figuresOf(evan))).toBe(true);
    const calls = fleet.backend.requests().length;
    const refused = await ask('teams', payroll, pay);
    expect(refused.decision).toMatchObject({ verdict: 'refuse', reasons: ['stale'] });
    expect(refused.read).toBe(unreachable);
    const unknown = await ask('teams', stranger, OWN_LEAVE);
    expect(unknown.decision.reasons).toEqual(['account-unreachable']);
    expect(unknown.read).toBe(unreachable);
    expect(fleet.backend.requests()).toHaveLength(calls);

    graph.setMode('ok');
    // Nobody is asked for again at once after a failure.
    await pass(15_000);
    await until(async () => (await ask('teams', payroll, pay)).decision.verdict === 'answer', 60_000);
    expect((await ask('teams', stranger, OWN_LEAVE)).read.startsWith(figuresOf(stranger))).toBe(true);
  }, 240_000);
});
