/** Secrets rotate while people ask: nobody is refused, nobody goes without an answer, and what was replaced is dead. */
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createSealer } from '../../src/adapters/sealer/sealer.ts';
import { command } from '../support/command.ts';
import { makeCrowd } from '../support/crowd.ts';
import { type Fleet, type FleetSecret, openFleet, type Said } from '../support/fleet.ts';
import { type Load, startLoad } from '../support/load.ts';
import { ALL_ANSWERED, disclosedOf, OWN_LEAVE, reckon } from '../support/reckoning.ts';
import { until } from '../support/until.ts';
import { signedBy } from './signed-by.ts';

/** A file is looked at again after a second; with a little to spare, ms. */
const KNOWN_MS = 3_000;

/** Once all seal by the new data key: until the walk that wraps the rest anew has begun, and until what it met in other hands is done with. ms. */
const BEGUN_MS = 500;
const SHOWN_MS = 1_500;

/** So many that nobody asks more in a minute than one may. */
const PEOPLE = makeCrowd({ count: 60 });

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const token = (): string => randomBytes(32).toString('base64url');

interface Rotated {
  readonly make: () => string;
  /** The other side goes over to it, from one moment to the next. Null: there is none, and Sotto itself says when it is in use. */
  readonly tell: ((fleet: Fleet, value: string) => void) | null;
  /** What must come to pass before the old one may be taken away; default: nothing. */
  readonly needed?: (told: () => Promise<readonly string[]>) => Promise<void>;
}

/** The operator's rule: nothing is left under the old one, as each process says. */
const rewrapped = async (told: () => Promise<readonly string[]>): Promise<void> => {
  await sleep(BEGUN_MS);
  await until(async () => {
    await sleep(200);
    return (await told()).every((metrics) => metrics.includes('\nsotto_rewrap{state="left"} 0\n'));
  }, 60_000);
  await sleep(SHOWN_MS);
};

const SIX: Readonly<Record<FleetSecret, Rotated>> = {
  'slack-signing-secret': { make: token, tell: ({ slack }, value) => slack.setSigningSecret(value) },
  'slack-bot-token': {
    make: () => `xoxb-${token()}`,
    tell: ({ slack }, botToken) => slack.setToken({ botToken }),
  },
  'teams-app-password': { make: token, tell: ({ teams }, value) => teams.setPassword(value) },
  'hr-token': { make: token, tell: ({ backend }, value) => backend.setToken(value) },
  'audit-signing-key': {
    make: () => generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString().trim(),
    tell: null,
  },
  'data-key': { make: () => randomBytes(32).toString('base64'), tell: null, needed: rewrapped },
};
const NAMES = Object.keys(SIX) as readonly FleetSecret[];

export const rotationTest = (o: {
  /** Rotations of each secret. */
  readonly times: Readonly<Record<FleetSecret, number>>;
  readonly processes: number;
  /** Of all processes; absent: an embedded one. */
  readonly store?: () => string;
}): void => {
  const total = NAMES.reduce((sum, name) => sum + o.times[name], 0);

  describe(`${total} rotations of six secrets under load`, () => {
    let fleet: Fleet;
    let load: Load;
    let said: readonly Said[] = [];
    /** Every value that each of them had, the present one last. */
    const had = new Map<FleetSecret, string[]>();
    let metrics: readonly string[] = [];
    let rotations = 0;

    /** Written beside and moved in, as a deployment does it. */
    const put = (name: string, value: string): void => {
      const path = join(fleet.secretsFolder, name);
      writeFileSync(`${path}.new`, `${value}\n`, { mode: 0o600 });
      renameSync(`${path}.new`, path);
    };
    const rotate = async (name: FleetSecret): Promise<void> => {
      const { make, tell, needed } = SIX[name];
      const next = make();
      put(`${name}.previous`, fleet.secret(name));
      put(name, next);
      had.get(name)?.push(next);
      if (tell === null) {
        const count = (had.get(name)?.length ?? 0) - 1;
        await until(async () => {
          await sleep(200);
          return (await told()).every((metrics) => metrics.includes(`\n${inUse(name, count)}\n`));
        }, 60_000);
      } else {
        // Anywhere within the overlap.
        await sleep(KNOWN_MS + 250 * Math.random());
        tell(fleet, next);
      }
      await needed?.(told);
      await sleep(250 * Math.random());
      rmSync(join(fleet.secretsFolder, `${name}.previous`));
      rotations += 1;
    };
    const told = (): Promise<readonly string[]> =>
      Promise.all(fleet.processes.map(async (one) => (await fetch(`${one.opsUrl()}/metrics`)).text()));
    const inUse = (name: FleetSecret, count: number): string =>
      `sotto_rotations_total{name="${name}",outcome="in-use"} ${count}`;
    const lost = (name: FleetSecret): string => had.get(name)?.at(-2) ?? '';
    const present = (name: FleetSecret): string => had.get(name)?.at(-1) ?? '';
    /** Calls that were refused by their credential, by whom. */
    const refused = (): Readonly<Record<'slack' | 'teams' | 'hr', number>> => ({
      slack: fleet.slack.requests().filter(({ error }) => error === 'invalid_auth').length,
      teams: fleet.teams.requests().filter(({ verb, status }) => verb === 'token' && status === 401).length,
      hr: fleet.backend.refused(),
    });

    beforeAll(async () => {
      fleet = await openFleet(o.processes, {
        people: PEOPLE,
        teamsTokenSeconds: 2,
        backendIsGuarded: true,
        unlike: { spreadMs: 3_000 },
        ...(o.store === undefined ? {} : { store: o.store() }),
      });
      for (const name of NAMES) had.set(name, [fleet.secret(name)]);
      await Promise.all(fleet.processes.map((one) => one.start()));
      load = startLoad({ fleet, people: PEOPLE, everyMs: 100 });
      await Promise.all(
        NAMES.map(async (name, index) => {
          // Not all in step.
          await sleep(300 * index);
          for (let n = 0; n < o.times[name]; n++) await rotate(name);
        }),
      );
      said = await load.end();
      metrics = await told();
    }, 240_000);
    afterAll(() => fleet.end());

    it('refuse no valid request, and answer every question once', () => {
      expect(rotations).toBe(total);
      expect(said.length).toBeGreaterThan(total);
      expect(load.deliveries().filter(({ status }) => status !== 200)).toEqual([]);
      for (const each of metrics) {
        expect(each).toMatch(/^sotto_slack_requests_total\{status="200"\} [1-9]/m);
        expect(each).not.toMatch(/^sotto_(?:slack|teams)_requests_total\{status="(?!20)/m);
      }
      expect(reckon(fleet, said)).toEqual(ALL_ANSWERED);
    });

    it('reach both sides: what one of them did not know yet, or no more, was refused there and tried again by the other value', () => {
      // Each switch falls into the overlap, in which Sotto holds both; whichever it tried first was wrong for a while.
      for (const count of Object.values(refused())) expect(count).toBeGreaterThan(0);
      for (const one of fleet.processes)
        expect(one.output()).not.toMatch(/slack\.call-failed|teams\.call-failed|backend\.failed|rotation\.failed/);
      for (const each of metrics)
        for (const name of ['data-key', 'audit-signing-key'] as const)
          expect(each.split('\n')).toContain(inUse(name, o.times[name]));
    });

    it('leave audit logs that verify whole, by the one key that the vault still holds', async () => {
      let entries = 0;
      for (const at of fleet.processes.keys()) {
        const data = fleet.dataOf(at);
        const env = { SOTTO_VAULT: `files:${fleet.secretsFolder}` };
        const verified = await command({ args: ['audit', 'verify', '--json'], data, env }).ended();
        expect({ status: verified.status, err: verified.err }).toEqual({ status: 0, err: '' });
        const { ok, logs } = JSON.parse(verified.out) as { ok: boolean; logs: readonly { entries: number }[] };
        expect([ok, logs.length]).toEqual([true, 1]);
        entries += logs[0]?.entries ?? 0;
        const [log = ''] = readdirSync(join(data, 'audit'));
        const kept = readFileSync(join(data, 'audit', log, 'public-key.pem'), 'utf8');
        expect(kept.split('BEGIN PUBLIC KEY').length - 1).toBe(o.times['audit-signing-key'] + 1);
      }
      expect(entries).toBe(fleet.trail().length);
      expect(fleet.trail().filter(({ kind }) => kind === 'key')).toHaveLength(
        o.times['audit-signing-key'] * o.processes,
      );
    });

    it('leave what was replaced dead', async () => {
      await sleep(KNOWN_MS);
      const answered = (secret: string): Promise<number> => signedBy(fleet, PEOPLE[0]?.slackUser, secret);
      expect(await answered(present('slack-signing-secret'))).toBe(200);
      for (const secret of had.get('slack-signing-secret')?.slice(0, -1) ?? [])
        expect(await answered(secret)).toBe(401);

      const before = refused();
      const more: Said[] = [];
      for (const who of PEOPLE.slice(0, 10))
        for (const on of ['slack', 'teams'] as const) more.push(await fleet.say({ on, who, text: OWN_LEAVE }));
      await until(() => disclosedOf(fleet, more) === more.length, 60_000);
      // Nothing was refused any more, so nothing was tried but what is good now.
      expect(refused()).toEqual(before);
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
      await Promise.all(fleet.processes.map((one) => one.kill()));
      await Promise.all(fleet.processes.map((one) => one.start()));
      const [who] = PEOPLE;
      const more = who === undefined ? [] : [await fleet.say({ on: 'slack', who, text: OWN_LEAVE })];
      await until(() => disclosedOf(fleet, more) === 1, 60_000);
      const output = fleet.processes.map((one) => one.output()).join('\n');
      expect(output).not.toMatch(/hash-key\.lost/);
      // Of a key in PEM the line that holds it.
      for (const [name, values] of had)
        expect([name, values.filter((value) => output.includes(value.split('\n')[1] ?? value))]).toEqual([name, []]);
    }, 120_000);
  });
};
