/** The same where people come from Entra and secrets from Key Vault: what Graph, the vault, the authority and Slack's profiles say goes nowhere. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type AzureStage, openAzureStage } from '../stand-ins/azure/stage.ts';
import { type CanaryStage, type Laid, openCanaryStage } from '../support/canary-stage.ts';
import { TEAM, TENANT } from '../support/crowd.ts';
import type { FleetSecret } from '../support/fleet.ts';
import { graphOf, PAYROLL_GROUP } from '../support/graph-people.ts';
import { HOOK_SECRETS } from '../support/hooked.ts';
import { OWN_LEAVE } from '../support/reckoning.ts';
import { refuses } from './canaries/ends.ts';
import { wrong } from './canaries/outward.ts';

const SCOPE = 'https://graph.microsoft.com/.default';
const SECRETS: readonly FleetSecret[] = [
  'data-key',
  'audit-signing-key',
  'slack-signing-secret',
  'slack-bot-token',
  'teams-app-password',
];

let azure: AzureStage;
let stage: CanaryStage;

beforeAll(async () => {
  azure = await openAzureStage({ scopes: [SCOPE] });
  stage = await openCanaryStage({
    idOf: ({ teamsUser }) => teamsUser,
    routes: (app, people) => graphOf(people, (token) => azure.authority.issued(token)?.scope === SCOPE).routes(app),
    settings: (base) => ({
      ...azure.environment,
      SOTTO_DIRECTORY: `entra:${TENANT}`,
      SOTTO_ENTRA_GROUPS: `payroll=${PAYROLL_GROUP}`,
      SLACK_EMAIL_VERIFIED_TEAMS: TEAM,
      GRAPH_URL: `${base}/standin/graph`,
    }),
  });
  for (const name of SECRETS) azure.vault.put(name, stage.fleet.secret(name));
  stage.canaries.add('Azure: the proof of who we are', readFileSync(azure.tokenFile, 'utf8').trim());
  for (const [name, secret] of HOOK_SECRETS) azure.vault.put(name, secret);
  await stage.process.start();
}, 120_000);
afterAll(async () => {
  await stage.end();
  await azure.close();
});

/** Every token that was ever given is a canary as well. */
const nothingLeaked = async (): Promise<void> => {
  for (const [n, token] of azure.authority.tokens().entries()) stage.canaries.add(`Azure: token ${n}`, token);
  expect(azure.authority.tokens().length).toBeGreaterThan(0);
  expect(await stage.leaks(stage.canaries.all())).toEqual([]);
};
const ask = async (on: 'slack' | 'teams', payroll = false, text = OWN_LEAVE) =>
  stage.ask({ on, who: stage.somebody(payroll), text });

describe('nothing leaks of what comes in', () => {
  it('by people whom Graph knows, and secrets that the vault holds', async () => {
    const { name, annual } = stage.subject;
    for (const on of ['slack', 'teams'] as const) {
      const { read } = await ask(on, true, `what does ${name} earn?`);
      expect(read).toContain(annual.toLocaleString('en-US'));
      expect((await ask(on)).decision.verdict).toBe('answer');
    }
    await nothingLeaked();
  }, 120_000);

  it('by what Graph says wrongly of somebody', async () => {
    const word = stage.canaries.word('Graph: what it says wrongly');
    for (const laid of Object.values(wrong(word))) {
      const given = stage.lay({ path: /\/standin\/graph\/.*users/, ...laid });
      const asked = ask('teams');
      await given();
      await asked;
    }
    await nothingLeaked();
  }, 120_000);

  it('by a record of Graph with words in every field', async () => {
    const word = stage.canaries.word('Graph: a field of somebody');
    const fields = [
      'displayName',
      'givenName',
      'surname',
      'mail',
      'userPrincipalName',
      'usageLocation',
      'department',
      'userType',
      'country',
    ];
    const record = { ...Object.fromEntries(fields.map((field) => [field, word])), [word]: word };
    for (const over of [
      { accountEnabled: true },
      { id: word },
      { error: { code: word, message: word, innerError: { 'request-id': word } } },
    ]) {
      const who = stage.somebody();
      const headers = { 'content-type': 'application/json' };
      const body = JSON.stringify({ ...record, id: who.teamsUser, ...over });
      const given = stage.lay({ path: /\/standin\/graph\/.*users/, status: 200, headers, body });
      const asked = stage.ask({ on: 'teams', who, text: OWN_LEAVE });
      await given();
      await asked;
    }
    await nothingLeaked();
  }, 120_000);

  it('by a profile of Slack, right and wrong', async () => {
    const word = stage.canaries.word('Slack: what stands in a profile that is asked for');
    const profile = { email: `${word}@example.com`, real_name: word, phone: word, title: word };
    const user = { id: 'U0X', team_id: TEAM, name: word, real_name: word, is_email_confirmed: true, profile };
    const right: Omit<Laid, 'path'> = {
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ok: true, user }),
    };
    for (const laid of [right, ...Object.values(wrong(word))]) {
      const given = stage.lay({ path: /\/slack\/api\/users\.info/, ...laid });
      const asked = ask('slack');
      await given();
      await asked;
    }
    await nothingLeaked();
  }, 120_000);

  it('by a vault and an authority that refuse, at a start', async () => {
    const word = stage.canaries.word('Azure: a secret of a name that is not ours');
    azure.vault.put(word, word);
    for (const spoil of [
      () => azure.vault.fail({ kind: 'status', status: 403 }),
      () => azure.vault.fail({ kind: 'status', status: 500 }),
      () => azure.vault.fail({ kind: 'challenge', resource: 'https://elsewhere.example' }),
      () => azure.authority.mode('500'),
    ]) {
      spoil();
      const said = await refuses(stage, {});
      expect(said).toContain('Sotto does not start:');
      azure.vault.heal();
      azure.authority.mode('ok');
    }
    await nothingLeaked();
  }, 180_000);
});
