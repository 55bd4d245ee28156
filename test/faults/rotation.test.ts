/** A hundred rotations while people ask: nobody is refused, nobody goes without an answer, and what was replaced is dead. */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createSealer } from '../../src/adapters/sealer/sealer.ts';
import { command } from '../support/command.ts';
import { makeCrowd } from '../support/crowd.ts';
import { type Fleet, type FleetSecret, openFleet, type Said } from '../support/fleet.ts';
import { type Load, startLoad } from '../support/load.ts';
import { ALL_ANSWERED, disclosedOf, OWN_LEAVE, reckon } from '../support/reckoning.ts';
import { until } from '../support/until.ts';

/** Of each of the six: 102 in all. */
const EACH = 17;

/** A file is looked at again after a second, and keys are put in force half a second after that; with a little to spare, ms. */
const KNOWN_MS = 1_700;

/** So many that nobody asks more in a minute than one may. */
const PEOPLE = makeCrowd({ count: 60 });

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

interface Rotated {
  readonly name: FleetSecret;
  readonly make: () => string;
  /** The other side goes over to it, from one moment to the next. */
  readonly tell: (fleet: Fleet, value: string) => void;
}

const token = (): string => randomBytes(32).toString('base64url');
const SIX: readonly Rotated[] = [
  { name: 'slack-signing-secret', make: token, tell: ({ slack }, value) => slack.setSigningSecret(value) },
  {
    name: 'slack-bot-token',
    make: () => `xoxb-${token()}`,
    tell: ({ slack }, botToken) => slack.setToken({ botToken }),
  },
  { name: 'teams-app-password', make: token, tell: ({ teams }, value) => teams.setPassword(value) },
  { name: 'hr-token', make: token, tell: ({ backend }, value) => backend.setToken(value) },
  { name: 'data-key', make: () => randomBytes(32).toString('base64'), tell: () => undefined },
  {
    name: 'audit-signing-key',
    make: () => generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    tell: () => undefined,
  },
];

describe(`${EACH * SIX.length} rotations of six secrets under load`, () => {
  let fleet: Fleet;
  let load: Load;
  let said: readonly Said[] = [];
  /** Every value that each of them had, the present one last. */
  const had = new Map<FleetSecret, string[]>();
  let metrics = '';
  let rotations = 0;

  /** Written beside and moved in, as a deployment does it. */
  const put = (name: string, value: string): void => {
    const path = join(fleet.secretsFolder, name);
    writeFileSync(`${path}.new`, `${value}\n`, { mode: 0o600 });
    renameSync(`${path}.new`, path);
  };
  const rotate = async ({ name, make, tell }: Rotated): Promise<void> => {
    const next = make().trim();
    put(`${name}.previous`, fleet.secret(name));
    put(name, next);
    had.get(name)?.push(next);
    await sleep(KNOWN_MS);
    // Anywhere within the overlap.
    await sleep(300 * Math.random());
    tell(fleet, next);
    await sleep(300 * Math.random());
    rmSync(join(fleet.secretsFolder, `${name}.previous`));
    rotations += 1;
  };
  const lost = (name: FleetSecret): string => had.get(name)?.at(-2) ?? '';
  const present = (name: FleetSecret): string => had.get(name)?.at(-1) ?? '';
  const refusedAtSlack = (): number => fleet.slack.requests().filter(({ error }) => error === 'invalid_auth').length;
  const refusedAtTeams = (): number =>
    fleet.teams.requests().filter(({ verb, status }) => verb === 'token' && status === 401).length;

  beforeAll(async () => {
    fleet = await openFleet(1, { people: PEOPLE, teamsTokenSeconds: 2, backendIsGuarded: true });
    for (const { name } of SIX) had.set(name, [fleet.secret(name)]);
    await fleet.processes[0]?.start();
    load = startLoad({ fleet, people: PEOPLE, everyMs: 100 });
    await Promise.all(
      SIX.map(async (one, index) => {
        // Not all in step.
        await sleep(350 * index);
        for (let n = 0; n < EACH; n++) await rotate(one);
      }),
    );
    said = await load.end();
    metrics = await (await fetch(`${fleet.processes[0]?.opsUrl()}/metrics`)).text();
  }, 240_000);
  afterAll(() => fleet.end());

  it('refuse no valid request, and answer every question once', () => {
    expect(rotations).toBe(102);
    expect(said.length).toBeGreaterThan(200);
    expect(load.deliveries().filter(({ status }) => status !== 200)).toEqual([]);
    expect(metrics).toMatch(/^sotto_slack_requests_total\{status="200"\} [1-9]/m);
    expect(metrics).not.toMatch(/^sotto_(?:slack|teams)_requests_total\{status="(?!200|201|202)/m);
    expect(reckon(fleet, said)).toEqual(ALL_ANSWERED);
  });

  it('reach both sides: what one of them did not know yet, or no more, was refused there and tried again by the other value', () => {
    // Each switch falls into the overlap, in which Sotto holds both; whichever it tried first was wrong for a while.
    expect(refusedAtSlack()).toBeGreaterThan(0);
    expect(fleet.backend.refused()).toBeGreaterThan(0);
    expect(refusedAtTeams()).toBeGreaterThan(0);
    expect(fleet.processes[0]?.output()).not.toMatch(
      /slack\.call-failed|teams\.call-failed|backend\.failed|rotation\.failed/,
    );
    for (const name of ['data-key', 'audit-signing-key'])
      expect(metrics).toMatch(new RegExp(`^sotto_rotations_total\\{name="${name}",outcome="done"\\} [1-9]`, 'm'));
  });

  it('leave an audit log that verifies whole, by the one key that the vault still holds', async () => {
    const verified = await command({
      args: ['audit', 'verify', '--json'],
      data: fleet.dataOf(0),
      env: { SOTTO_VAULT: `files:${fleet.secretsFolder}` },
    }).ended();
    expect(verified.err).toBe('');
    const { ok, logs } = JSON.parse(verified.out) as { ok: boolean; logs: readonly { entries: number }[] };
    expect({ ok, status: verified.status, entries: logs[0]?.entries }).toEqual({
      ok: true,
      status: 0,
      entries: fleet.trail().length,
    });
    const kept = readFileSync(join(fleet.dataOf(0), 'audit', 'slot-0', 'public-key.pem'), 'utf8');
    expect(kept.split('BEGIN PUBLIC KEY').length - 1).toBe(EACH + 1);
    expect(fleet.trail().filter(({ kind }) => kind === 'key')).toHaveLength(EACH);
  });

  it('leave what was replaced dead', async () => {
    await sleep(KNOWN_MS);
    const body = JSON.stringify(
      fleet.slack.envelope({
        type: 'message',
        channel: 'D0NOBODY000',
        channel_type: 'im',
        user: PEOPLE[0]?.slackUser,
        text: 'hello',
        ts: '1.000001',
        subtype: 'bot_message',
      }),
    );
    const answered = async (secret: string): Promise<number> =>
      (await fleet.slack.deliverRaw({ body, contentType: 'application/json', secret })).status;
    expect(await answered(present('slack-signing-secret'))).toBe(200);
    for (const secret of had.get('slack-signing-secret')?.slice(0, -1) ?? []) expect(await answered(secret)).toBe(401);

    const before = [refusedAtSlack(), refusedAtTeams(), fleet.backend.refused()];
    const more: Said[] = [];
    for (const who of PEOPLE.slice(0, 10))
      for (const on of ['slack', 'teams'] as const) more.push(await fleet.say({ on, who, text: OWN_LEAVE }));
    await until(() => disclosedOf(fleet, more) === more.length, 60_000);
    // Nothing was refused any more, so nothing was tried but what is good now.
    expect([refusedAtSlack(), refusedAtTeams(), fleet.backend.refused()]).toEqual(before);
    said = [...said, ...more];
    expect(reckon(fleet, said)).toEqual(ALL_ANSWERED);

    const context = { tenant: 'T', person: 'p', purpose: 'reply' } as const;
    const sealed = createSealer({ dataKey: { current: lost('data-key'), accepted: [] } }).seal(context, 'words');
    const sealer = createSealer({ dataKey: { current: present('data-key'), accepted: [] } });
    expect(sealer.open(context, sealed)).toBeNull();
    sealer.rotate({ current: present('data-key'), accepted: [present('data-key'), lost('data-key')] });
    expect(sealer.open(context, sealed)).toBe('words');
  }, 120_000);

  it('are no hindrance to the next start, and no secret is in any output', async () => {
    const [one] = fleet.processes;
    await one?.kill();
    await one?.start();
    const more = [await fleet.say({ on: 'slack', who: PEOPLE[0] as (typeof PEOPLE)[number], text: OWN_LEAVE })];
    await until(() => disclosedOf(fleet, more) === 1, 60_000);
    const output = one?.output() ?? '';
    for (const [name, values] of had)
      expect([name, values.filter((value) => output.includes(value.slice(-40)))]).toEqual([name, []]);
  }, 120_000);
});
