/** The same by a Key Vault, which Sotto opens by a certificate that is renewed meanwhile. */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SPREAD_MS } from '../../src/main/opening.ts';
import { createClientCertificate } from '../stand-ins/azure/certificate.ts';
import { type AzureStage, CLIENT, openAzureStage } from '../stand-ins/azure/stage.ts';
import { makeCrowd } from '../support/crowd.ts';
import { type Fleet, type FleetSecret, openFleet, type Said } from '../support/fleet.ts';
import { type Load, startLoad } from '../support/load.ts';
import { ALL_ANSWERED, reckon } from '../support/reckoning.ts';
import { until } from '../support/until.ts';
import { signedBy } from './signed-by.ts';

/** So many that nobody asks more in a minute than one may: Sotto's minutes fly here. */
const PEOPLE = makeCrowd({ count: 40 });

/** Longer than a secret is believed without a look, ms. */
const LATER_MS = 90_000;

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const token = (): string => randomBytes(32).toString('base64url');
const NEW: Readonly<Record<FleetSecret, string>> = {
  'slack-signing-secret': token(),
  'slack-bot-token': `xoxb-${token()}`,
  'teams-app-password': token(),
  'hr-token': token(),
  'data-key': randomBytes(32).toString('base64'),
  'audit-signing-key': generateKeyPairSync('ed25519')
    .privateKey.export({ type: 'pkcs8', format: 'pem' })
    .toString()
    .trim(),
};
const NAMES = Object.keys(NEW) as readonly FleetSecret[];

describe('six secrets in a Key Vault, and the certificate that opens it', () => {
  let azure: AzureStage;
  let fleet: Fleet;
  let load: Load;
  let said: readonly Said[] = [];
  let ahead = 0;
  /** Sotto's clock is set, and its looks are waited for. */
  const pass = async (ms: number): Promise<void> => {
    const before = azure.vault.counts().list;
    ahead += ms;
    await fleet.processes[0]?.ahead(ahead);
    await until(() => azure.vault.counts().list >= before + NAMES.length, 60_000);
  };
  const metric = async (name: string): Promise<number> => {
    const told = await (await fetch(`${fleet.processes[0]?.opsUrl()}/metrics`)).text();
    return Number(
      told
        .split('\n')
        .find((line) => line.startsWith(`${name} `))
        ?.split(' ')
        .at(-1) ?? 0,
    );
  };
  const inUse = (name: string): Promise<number> => metric(`sotto_rotations_total{name="${name}",outcome="in-use"}`);

  beforeAll(async () => {
    const [one, two] = await Promise.all([createClientCertificate(), createClientCertificate()]);
    // Tokens live so briefly that each look needs a new one.
    azure = await openAzureStage({ now: () => Date.now() + ahead, tokenSeconds: 2 });
    azure.authority.setCertificates(CLIENT, [one.cert]);
    let certificateFile = '';
    fleet = await openFleet(1, {
      people: PEOPLE,
      backendIsGuarded: true,
      teamsTokenSeconds: 2,
      unlike: { movable: true },
      slackClock: {
        now: () => Date.now() + ahead,
        sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      },
      settings: () => {
        const { AZURE_FEDERATED_TOKEN_FILE: _, ...others } = azure.environment;
        return { ...others, AZURE_CLIENT_CERTIFICATE_PATH: certificateFile };
      },
    });
    certificateFile = join(fleet.secretsFolder, 'sotto.pem');
    const put = (file: string): void => {
      writeFileSync(`${certificateFile}.new`, file, { mode: 0o600 });
      renameSync(`${certificateFile}.new`, certificateFile);
    };
    put(one.file);
    const versions = new Map(NAMES.map((name) => [name, azure.vault.put(name, fleet.secret(name))]));
    await fleet.processes[0]?.start();
    load = startLoad({ fleet, people: PEOPLE, everyMs: 60 });

    // The new one is in the app registration before it is in the file, and the old one leaves it afterwards.
    azure.authority.setCertificates(CLIENT, [one.cert, two.cert]);
    put(two.file);
    await pass(LATER_MS);
    azure.authority.setCertificates(CLIENT, [two.cert]);

    const fresh = NAMES.map((name) => `/${azure.vault.put(name, NEW[name])}`);
    await pass(LATER_MS);
    const read = (id: string): boolean =>
      azure.vault.calls().some(({ path, status }) => path.endsWith(id) && status === 200);
    await until(() => fresh.every(read), 60_000);
    // What was read is known a moment later.
    await sleep(300);
    fleet.slack.setSigningSecret(NEW['slack-signing-secret']);
    fleet.slack.setToken({ botToken: NEW['slack-bot-token'] });
    fleet.teams.setPassword(NEW['teams-app-password']);
    fleet.backend.setToken(NEW['hr-token']);
    await until(async () => (await inUse('audit-signing-key')) === 1, 60_000);
    // A new data key is used later: other processes may still have to see it.
    expect(await inUse('data-key')).toBe(0);
    // It counts from when it was noticed, which may be a moment after it was read.
    const isUsed = async (): Promise<boolean> => (await inUse('data-key')) === 1;
    await pass(SPREAD_MS.several);
    await until(isUsed, 14_000).catch(async () => {
      await pass(SPREAD_MS.several);
      await until(isUsed, 30_000);
    });
    // What was sealed by the old one until then is shown soon after.
    await sleep(1_500);
    for (const [name, version] of versions) azure.vault.change(name, version, { enabled: false });
    await pass(LATER_MS);
    said = await load.end();
  }, 240_000);
  afterAll(async () => {
    await fleet.end();
    await azure.close();
  });

  it('rotate while people ask, and every question is answered once', async () => {
    expect(said.length).toBeGreaterThan(20);
    expect(load.deliveries().filter(({ status }) => status !== 200)).toEqual([]);
    expect(reckon(fleet, said)).toEqual(ALL_ANSWERED);
    expect(fleet.processes[0]?.output()).not.toMatch(/failed|secrets\.outage|certificate\.unusable/);
    expect(azure.vault.offences()).toEqual([]);
    expect(azure.authority.counts().refused).toBe(0);
  });

  it('are dead where their versions were disabled', async () => {
    const answered = (secret: string): Promise<number> => signedBy(fleet, PEOPLE[0]?.slackUser, secret);
    await until(async () => (await answered(fleet.secret('slack-signing-secret'))) === 401, 60_000);
    expect(await answered(NEW['slack-signing-secret'])).toBe(200);
  }, 90_000);

  it('stand in no output, neither the old ones nor the new', () => {
    const output = fleet.processes[0]?.output() ?? '';
    const seen = NAMES.flatMap((name) => [fleet.secret(name), NEW[name]]).filter((value) =>
      output.includes(value.split('\n')[1] ?? value),
    );
    expect(seen).toEqual([]);
    expect(output).not.toMatch(/BEGIN|PRIVATE/);
  });
});
