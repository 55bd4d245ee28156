/** What needs a strong sign-in, asked on Teams over http: a link in private, or Teams' own token where that shows as much (Teams requirement 19). */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse, stringify } from 'yaml';
import { GENERAL } from '../../../playground/teams/conversations.ts';
import { readableTeams } from '../../../playground/teams/readable.ts';
import { SAMPLE_PEOPLE } from '../../../src/policies/pack.ts';
import { type Entra, openEntra } from '../../support/entra.ts';
import { type Ended, openStage, type TestStage } from '../../support/stage.ts';
import { until } from '../../support/until.ts';

const PUBLIC = 'https://sotto.example.com';
const PAY = 'show me my payslip please';
const OAUTH = 'application/vnd.microsoft.card.oauth';

describe('a strong sign-in on Teams', () => {
  const teamsAppId = randomUUID();
  const folder = mkdtempSync(join(tmpdir(), 'sotto-people-'));
  let entra: Entra;
  let stage: TestStage;
  beforeAll(async () => {
    entra = await openEntra();
    const people = parse(readFileSync(SAMPLE_PEOPLE, 'utf8'));
    // Entra names people by their object id, which is their account on Teams.
    for (const { accounts } of people.people)
      accounts.oidc = (accounts.teams ?? []).map(({ user }: { readonly user: string }) => ({
        issuer: entra.issuer,
        subject: user,
      }));
    const peopleFile = join(folder, 'people.yaml');
    writeFileSync(peopleFile, stringify(people), { mode: 0o600 });
    stage = await openStage({
      peopleFile,
      teamsAppId,
      publicUrl: PUBLIC,
      teamsSingleSignOn: true,
      signIn: {
        issuer: entra.issuer,
        clientId: 'sotto',
        personClaim: 'oid',
        strength: { acr: [], authContext: 'c1', amr: [] },
      },
    });
  });
  afterAll(async () => {
    await stage.end();
    entra.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const linksOf = (ended: Ended, who = 'erin') => {
    const { disclosure } = ended;
    const talk = stage.talks.teams.messages(stage.person(who));
    return talk.find(({ id }) => id === disclosure?.message)?.links ?? [];
  };
  const asking = (who: string) =>
    stage.teams
      .history({ user: stage.person(who).teamsUser })
      .filter(({ attachments }) => attachments.some(({ contentType }) => contentType === OAUTH));
  const handOver = async (who: string, over: object = {}): Promise<number | 'unknown'> => {
    const { teamsUser: oid, teamsTenant: tid } = stage.person(who);
    return stage.teams.handOver({ user: oid, token: await entra.token({ aud: teamsAppId, oid, tid, ...over }) });
  };
  const given = () => stage.trail.filter(({ entry }) => entry.kind === 'grant' && entry.change === 'given');
  const answered = (question: string): boolean =>
    stage.trail.some(
      ({ entry }) => entry.kind === 'decision' && entry.question === question && entry.verdict === 'answer',
    );
  const minutesAgo = (minutes: number): number => Math.floor(Date.now() / 1_000) - minutes * 60;

  it('R19 asked in a channel, is offered by a link in the private chat, and the channel learns nothing', async () => {
    const before = stage.teams.past().length;
    const ended = await stage.ask({ who: 'erin', where: 'channel', on: 'teams', says: PAY });
    expect(ended.decision).toMatchObject({ verdict: 'step-up' });
    expect(ended.disclosure?.channel).toBe(stage.teams.direct(stage.person('erin').teamsUser));
    expect(linksOf(ended)).toEqual([
      { label: expect.any(String), url: expect.stringMatching(/^https:\/\/sotto\.example\.com\/auth\/sign-in\?t=/) },
    ]);
    const inChannel = stage.teams
      .past()
      .slice(before)
      .filter(({ message }) => message.channel === GENERAL && message.bot !== null);
    for (const { message } of inChannel) {
      expect(message.attachments.map(({ contentType }) => contentType)).not.toContain(OAUTH);
      expect(readableTeams(message).text + JSON.stringify(message.attachments)).not.toMatch(
        /auth\/sign-in|salary|payslip/i,
      );
    }
  });

  /** How many tokens came to this so far; those that the bot service would not exchange never come to be judged. */
  const judged = async (outcome: string): Promise<number> => {
    const metrics = await (await fetch(`${stage.running.opsUrl}/metrics`)).text();
    return Number(new RegExp(`quiet_sign_ins_total\\{outcome="${outcome}"\\} (\\d+)`).exec(metrics)?.[1] ?? 0);
  };

  it.each<readonly [string, string, () => object, string]>([
    ['of too long ago', 'mona', () => ({ auth_time: minutesAgo(17) }), 'stale'],
    ['without the authentication context', 'evan', () => ({ acrs: undefined }), 'not-strong'],
    ['of another issuer', 'hana', () => ({ iss: 'https://login.microsoftonline.com/x/v2.0' }), 'wrong-issuer'],
    ['that another client than Teams got', 'pia', () => ({ azp: randomUUID() }), 'wrong-audience'],
  ])('R19 a token %s brings no answer: the link stays, and nothing is said', async (_, who, over, outcome) => {
    const ended = await stage.ask({ who, on: 'teams', says: PAY });
    expect(ended.decision).toMatchObject({ verdict: 'step-up' });
    await until(() => asking(who).length > 0);
    const before = given().length;
    expect(await handOver(who, over())).toBe(200);
    await until(async () => (await judged(outcome)) === 1);
    await until(() => asking(who).length === 0);
    expect([given().length, answered(ended.question), linksOf(ended, who).length]).toEqual([before, false, 1]);
  });

  it('R17 a token of another person is turned away before it is judged', async () => {
    await until(() => asking('erin').length > 0);
    expect(await handOver('erin', { oid: stage.person('mona').teamsUser })).toBe(412);
    expect([given(), await judged('other-person')]).toEqual([[], 0]);
  });

  it('R19 a strong and recent one brings the answer by itself, and none who asks has to leave the chat', async () => {
    const ended = await stage.ask({ who: 'hugo', on: 'teams', says: PAY });
    expect(ended.decision).toMatchObject({ verdict: 'step-up' });
    await until(() => asking('hugo').length > 0);
    const at = minutesAgo(3);
    expect(await handOver('hugo', { auth_time: at })).toBe(200);
    await until(() => answered(ended.question));
    expect(given().at(-1)?.entry).toMatchObject({ by: 'teams', signedInAt: at * 1_000 });
    await until(() => asking('hugo').length === 0);
    expect(await handOver('hugo')).toBe('unknown');
  });
});
