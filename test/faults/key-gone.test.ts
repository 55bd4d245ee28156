/** The only version of a key is disabled in Key Vault: that is how somebody pulls it. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type AzureStage, openAzureStage } from '../stand-ins/azure/stage.ts';
import { makeCrowd } from '../support/crowd.ts';
import { type Fleet, type FleetSecret, openFleet, type Said } from '../support/fleet.ts';
import { ALL_ANSWERED, disclosedOf, OWN_LEAVE, reckon } from '../support/reckoning.ts';
import { until } from '../support/until.ts';

const PEOPLE = makeCrowd({ count: 2 });
const NAMES = [
  'data-key',
  'audit-signing-key',
  'slack-signing-secret',
  'slack-bot-token',
  'hr-token',
] as const satisfies readonly FleetSecret[];

/** Longer than a secret is believed without a look, ms. */
const LATER_MS = 90_000;

describe('a key whose only version is disabled', () => {
  let azure: AzureStage;
  let fleet: Fleet;
  let ahead = 0;
  const versions = new Map<string, string>();
  beforeEach(async () => {
    azure = await openAzureStage();
    ahead = 0;
    fleet = await openFleet(1, {
      people: PEOPLE,
      teamsIsOn: false,
      settings: () => azure.environment,
      slackClock: {
        now: () => Date.now() + ahead,
        sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      },
      unlike: { movable: true, quick: true },
    });
    for (const name of NAMES) versions.set(name, azure.vault.put(name, fleet.secret(name)));
  });
  afterEach(async () => {
    await fleet.end();
    await azure.close();
  });

  const ready = async () => {
    const answered = await fetch(`${fleet.processes[0]?.opsUrl()}/health/ready`);
    return [answered.status, await answered.json()];
  };
  const later = async (): Promise<void> => {
    ahead += LATER_MS;
    await fleet.processes[0]?.ahead(ahead);
  };
  const event = () =>
    JSON.stringify(
      fleet.slack.envelope({
        type: 'message',
        channel: 'D0SOMEBODY0',
        channel_type: 'im',
        user: PEOPLE[0]?.slackUser,
        text: OWN_LEAVE,
        ts: `${Math.floor((Date.now() + ahead) / 1_000)}.000001`,
      }),
    );

  it.each(['data-key', 'audit-signing-key'] as const)(
    'ends all answers until there is one again: %s',
    async (name) => {
      const [one] = fleet.processes;
      await one?.start();
      const said: Said[] = [];
      const ask = async (): Promise<void> => {
        for (const who of PEOPLE) said.push(await fleet.say({ on: 'slack', who, text: OWN_LEAVE }));
        await until(() => disclosedOf(fleet, said) === said.length);
      };
      await ask();
      expect(await ready()).toEqual([200, { ok: true }]);

      azure.vault.change(name, versions.get(name) ?? '', { enabled: false });
      await later();
      await until(async () => (await ready())[0] === 503, 60_000);
      expect(await ready()).toEqual([503, { ok: false, why: 'secrets' }]);
      await until(() => one?.output().includes('answering.stopped') === true, 10_000);
      const secret = fleet.secret('slack-signing-secret');
      const { status } = await fleet.slack.deliverRaw({ body: event(), contentType: 'application/json', secret });
      expect(status).toBe(503);

      azure.vault.change(name, versions.get(name) ?? '', { enabled: true });
      await later();
      await until(async () => (await ready())[0] === 200, 60_000);
      await until(() => one?.output().includes('answering.resumed') === true, 10_000);
      await ask();
      expect(reckon(fleet, said)).toEqual(ALL_ANSWERED);
    },
    120_000,
  );
});
