/** Key Vault goes away: at the start, and later. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type AzureStage, openAzureStage } from '../stand-ins/azure/stage.ts';
import { makeCrowd } from '../support/crowd.ts';
import { type Fleet, openFleet, type Said } from '../support/fleet.ts';
import { ALL_ANSWERED, disclosedOf, OWN_LEAVE, reckon } from '../support/reckoning.ts';
import { until } from '../support/until.ts';

const PEOPLE = makeCrowd({ count: 4 });
const NAMES = [
  'data-key',
  'audit-signing-key',
  'slack-signing-secret',
  'slack-bot-token',
  'teams-app-password',
] as const;

/** Longer than a secret is believed without a look, ms. */
const LATER_MS = 90_000;

describe('Key Vault away', () => {
  let azure: AzureStage;
  let fleet: Fleet;
  let ahead = 0;
  beforeEach(async () => {
    azure = await openAzureStage();
    ahead = 0;
  });
  afterEach(async () => {
    await fleet.end();
    await azure.close();
  });

  const open = async (movable: boolean): Promise<void> => {
    fleet = await openFleet(1, {
      people: PEOPLE,
      settings: () => azure.environment,
      slackClock: {
        now: () => Date.now() + ahead,
        sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      },
      ...(movable ? { unlike: { movable } } : {}),
    });
    for (const name of NAMES) azure.vault.put(name, fleet.secret(name));
  };
  const secretsIn = (text: string): readonly string[] => NAMES.filter((name) => text.includes(fleet.secret(name)));

  it.each([
    { how: 'answers 503', fault: { kind: 'status', status: 503 } },
    { how: 'does not answer', fault: { kind: 'hang' } },
  ] as const)(
    'at the start, where it $how, is a refusal that names the vault, and no secret',
    async ({ fault }) => {
      await open(false);
      azure.vault.fail(fault);
      const [one] = fleet.processes;
      await expect(one?.start()).rejects.toThrow(/does not start/);
      expect(await one?.ended()).toBe(2);
      expect(one?.output()).toContain(new URL(azure.vault.url).host);
      expect(secretsIn(one?.output() ?? '')).toEqual([]);
    },
    120_000,
  );

  it('later stops nothing: the last good secrets serve, and an alarm says so', async () => {
    await open(true);
    const [one] = fleet.processes;
    await one?.start();
    const said: Said[] = [];
    const ask = async (): Promise<void> => {
      for (const who of PEOPLE) {
        said.push(await fleet.say({ on: 'slack', who, text: OWN_LEAVE }));
        said.push(await fleet.say({ on: 'teams', who, text: OWN_LEAVE }));
      }
      await until(() => disclosedOf(fleet, said) === said.length);
    };
    await ask();
    azure.vault.fail({ kind: 'status', status: 503 });
    ahead = LATER_MS;
    await one?.ahead(LATER_MS);
    await until(() => one?.output().includes('secrets.outage') === true, 60_000);
    await ask();
    expect(reckon(fleet, said)).toEqual(ALL_ANSWERED);
    const metrics = await (await fetch(`${one?.opsUrl()}/metrics`)).text();
    expect(metrics).toMatch(/^sotto_secrets_last_good_total [1-9]/m);

    azure.vault.heal();
    await until(() => one?.output().includes('secrets.recovered') === true, 90_000);
    expect(secretsIn(one?.output() ?? '')).toEqual([]);
    expect(azure.vault.offences()).toEqual([]);
  }, 240_000);

  it('does not keep a rotated secret from counting once it is back, the old one beside it', async () => {
    await open(true);
    const [one] = fleet.processes;
    await one?.start();
    azure.vault.put('slack-signing-secret', 'a-new-signing-secret-of-slack');
    ahead = LATER_MS;
    await one?.ahead(LATER_MS);
    const event = fleet.slack.envelope({
      type: 'message',
      channel: 'D0NOBODY000',
      channel_type: 'im',
      user: PEOPLE[0]?.slackUser,
      text: 'hello',
      ts: '1.000001',
      subtype: 'bot_message',
    });
    const answered = async (secret: string): Promise<number> =>
      (await fleet.slack.deliverRaw({ body: JSON.stringify(event), contentType: 'application/json', secret })).status;
    await until(async () => (await answered('a-new-signing-secret-of-slack')) === 200, 60_000);
    expect(await answered(fleet.secret('slack-signing-secret'))).toBe(200);
    expect(await answered('a-signing-secret-of-nobody-at-all')).toBe(401);
  }, 180_000);
});
