/** Microsoft Graph goes away under a Sotto that knows its people from Entra, on both platforms. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { GraphStandIn } from '../../playground/graph/stand-in.ts';
import { createSqliteStore } from '../../src/adapters/sqlite/store.ts';
import type { DecisionEntry } from '../../src/core/audit.ts';
import { repliesIn } from '../../src/core/replies/replies.ts';
import type { PlatformName } from '../../src/core/types.ts';
import { type AzureStage, openAzureStage } from '../stand-ins/azure/stage.ts';
import { makeCrowd, type Somebody, TEAM, TENANT } from '../support/crowd.ts';
import { type Fleet, openFleet } from '../support/fleet.ts';
import { graphOf, PAYROLL_GROUP } from '../support/graph-people.ts';
import { figuresOf, OWN_LEAVE } from '../support/reckoning.ts';
import { haveSignedInWith } from '../support/signing-in.ts';
import { until } from '../support/until.ts';

const SCOPE = 'https://graph.microsoft.com/.default';
const PEOPLE = makeCrowd({ count: 6, payroll: 1 });
const [EVAN, STRANGER, PAYROLL] = [PEOPLE[0], PEOPLE[1], PEOPLE.at(-1)] as [Somebody, Somebody, Somebody];
const PAY = `what does ${STRANGER.name} earn?`;
const OWN_PAY = 'show me my last payslip';
const UNREACHABLE = repliesIn('en').identity.unreachable;

/** Longer than anybody is known from before, ms. */
const TOO_LATE_MS = 4 * 60 * 60_000;

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
    graph = graphOf(PEOPLE, (token) => azure.authority.issued(token)?.scope === SCOPE);
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
    await signInJustNow(EVAN);
    await Promise.all(fleet.processes.map((one) => one.start()));
  }, 120_000);
  afterEach(async () => {
    await fleet.end();
    await azure.close();
  });

  /** Before the process has its store for itself. */
  const signInJustNow = async ({ teamsUser }: Somebody): Promise<void> => {
    const data = join(fleet.folder, 'data-0');
    mkdirSync(data);
    const store = createSqliteStore({ path: join(data, 'sotto.db') });
    const at = Date.now();
    const as = { store, dataKey: fleet.secret('data-key') };
    await haveSignedInWith(as, { person: teamsUser, at, until: at + 60 * 60_000 });
    await store.close();
  };
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

  /** Until those who were known are known from before only. */
  const outage = async (): Promise<void> => {
    graph.setMode('outage');
    await pass(LATER_MS);
    await pass(LATER_MS / 10);
  };
  const back = async (): Promise<void> => {
    graph.setMode('ok');
    // Nobody is asked for again at once after a failure.
    await pass(15_000);
  };

  it('refuses what is sensitive, goes on with the rest from what it knew, and is as before afterwards', async () => {
    const slack = await ask('slack', EVAN, OWN_LEAVE);
    const teams = await ask('teams', EVAN, OWN_LEAVE);
    expect([slack.read, teams.read].every((text) => text.startsWith(figuresOf(EVAN)))).toBe(true);
    // The same human on both platforms is one person, whose sign-in counts on both.
    expect(slack.decision.person).toBe(teams.decision.person);
    for (const on of ['slack', 'teams'] as const)
      expect((await ask(on, EVAN, OWN_PAY)).decision).toMatchObject({ verdict: 'answer', intent: 'salary.payslip' });
    expect((await ask('teams', PAYROLL, PAY)).decision).toMatchObject({ verdict: 'answer' });
    expect((await ask('slack', EVAN, PAY)).decision).toMatchObject({ verdict: 'refuse' });

    await outage();
    for (const on of ['slack', 'teams'] as const)
      expect((await ask(on, EVAN, OWN_LEAVE)).read.startsWith(figuresOf(EVAN))).toBe(true);
    const calls = fleet.backend.requests().length;
    for (const [on, who, text] of [
      ['teams', PAYROLL, PAY],
      ['slack', EVAN, OWN_PAY],
      ['teams', EVAN, OWN_PAY],
    ] as const) {
      const refused = await ask(on, who, text);
      expect(refused.decision).toMatchObject({ verdict: 'refuse', reasons: ['stale'] });
      // "Restricted" would be wrong: it may be asked, and will be answered in a few minutes.
      expect(refused.read).toBe(UNREACHABLE);
    }
    const unknown = await ask('teams', STRANGER, OWN_LEAVE);
    expect(unknown.decision.reasons).toEqual(['account-unreachable']);
    expect(unknown.read).toBe(UNREACHABLE);
    expect(fleet.backend.requests()).toHaveLength(calls);

    await back();
    await until(async () => (await ask('teams', PAYROLL, PAY)).decision.verdict === 'answer', 60_000);
    expect((await ask('teams', STRANGER, OWN_LEAVE)).read.startsWith(figuresOf(STRANGER))).toBe(true);
    expect((await ask('slack', EVAN, OWN_PAY)).decision).toMatchObject({ verdict: 'answer' });
  }, 240_000);

  it('for hours is borne so long and no longer: then nobody is known any more', async () => {
    const own = async () => ask('slack', EVAN, OWN_LEAVE);
    expect((await own()).read.startsWith(figuresOf(EVAN))).toBe(true);
    await outage();
    expect((await own()).read.startsWith(figuresOf(EVAN))).toBe(true);
    await pass(TOO_LATE_MS);
    const calls = fleet.backend.requests().length;
    const refused = await own();
    expect(refused.decision.reasons).toEqual(['account-unreachable']);
    expect(refused.read).toBe(UNREACHABLE);
    expect(fleet.backend.requests()).toHaveLength(calls);
    await back();
    await until(async () => (await own()).read.startsWith(figuresOf(EVAN)), 60_000);
  }, 240_000);
});
