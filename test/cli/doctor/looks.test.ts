import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { sealArchive } from '../../../src/adapters/archive/archive.ts';
import type { RedisHealth } from '../../../src/adapters/redis/health.ts';
import { lookAtBackups } from '../../../src/cli/doctor/backups.ts';
import { lookAtClock, offsetLine } from '../../../src/cli/doctor/clock.ts';
import { installationLines } from '../../../src/cli/doctor/installations.ts';
import { inWords, type Line } from '../../../src/cli/doctor/line.ts';
import { coreLimit, roomLine, swap } from '../../../src/cli/doctor/machine.ts';
import { lookAtPermissions } from '../../../src/cli/doctor/permissions.ts';
import { lookAtSecrets } from '../../../src/cli/doctor/secrets.ts';
import { redisLines } from '../../../src/cli/doctor/store.ts';
import type { BackupPlace } from '../../../src/core/backup-ports.ts';
import { SottoError } from '../../../src/core/errors.ts';
import type { Secret } from '../../../src/core/ports.ts';
import { stretchName } from '../../../src/main/backup/names.ts';

const DAY_MS = 24 * 3_600_000;
const NOW = Date.parse('2026-11-26T09:00:00Z');

const states = (lines: readonly Line[]): readonly string[] => lines.map(({ state }) => state);
const words = (lines: readonly Line[]): string => lines.map(inWords).join('\n');

/** Whatever is not well says why, and how to mend it. */
const whole = (lines: readonly Line[]): void => {
  for (const { state, what, why, mend } of lines)
    if (state !== 'ok') expect(`${what} ${why} ${mend}`.length).toBeGreaterThan(60);
};

const folders: string[] = [];
const servers: Server[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  for (const server of servers.splice(0)) server.closeAllConnections();
});
const folder = (): string => {
  const made = mkdtempSync(join(tmpdir(), 'sotto-doctor-'));
  folders.push(made);
  return made;
};

describe('doctor, of secrets', () => {
  const look = (held: Readonly<Record<string, Secret | Error>>) =>
    lookAtSecrets({
      config: {
        slack: { appId: 'A', teamIds: ['T'], mode: 'http', oauth: null, emailVerifiedTeams: [], unsafeApiUrl: null },
        teams: null,
        store: { kind: 'sqlite', path: '/nowhere' },
        backendsFolder: '/nowhere',
        warnMs: 30 * DAY_MS,
      },
      secrets: {
        get: async (name) => {
          const found =
            held[name] ?? new SottoError('secret-missing', `The secret "${name}" is missing. Put it there.`);
          if (found instanceof Error) throw found;
          return found;
        },
      },
      now: NOW,
    });
  const token = (until: number | null): Secret => ({ current: 'xoxb-1-2-abcdefghijkl', accepted: ['a', 'b'], until });

  it('finds one that ends within thirty days, and not one that ends later or never', async () => {
    const about = async (until: number | null): Promise<Line> => {
      const line = (await look({ 'slack-bot-token': token(until) })).find(({ what }) => what.startsWith('slack-bot'));
      if (line === undefined) throw new Error('nothing was said of it');
      whole([line]);
      return line;
    };
    expect(await about(null)).toMatchObject({
      state: 'ok',
      what: expect.stringContaining('one older value is accepted'),
    });
    expect(await about(NOW + 30 * DAY_MS + 1)).toMatchObject({ state: 'ok' });
    expect(await about(NOW + 30 * DAY_MS)).toMatchObject({
      state: 'finding',
      what: 'slack-bot-token ends in 30 days, on 2026-12-26.',
      mend: expect.stringContaining('docs/operations.md'),
    });
    expect(await about(NOW - DAY_MS)).toMatchObject({
      state: 'finding',
      what: expect.stringContaining('ended 24 h ago'),
    });
  });

  it('finds one that is missing or malformed, and never says what is in it', async () => {
    const lines = await look({
      'data-key': { current: 'hush-hush', accepted: ['hush-hush'] },
      'slack-bot-token': token(null),
    });
    expect(words(lines)).toMatch(/FINDING +secrets +The secret "data-key" is not 32 bytes/);
    expect(words(lines)).toContain('"audit-signing-key" is missing');
    expect(words(lines)).not.toMatch(/hush|xoxb-1/);
  });

  it('says once that a vault is away', async () => {
    const away = new SottoError('secrets-unavailable', 'The vault cannot be reached. See that it can.');
    const lines = await look({
      'data-key': away,
      'audit-signing-key': away,
      'slack-signing-secret': away,
      'slack-bot-token': away,
    });
    expect(states(lines)).toEqual(['finding']);
  });
});

describe('doctor, of permissions', () => {
  const root = (): { readonly data: string; readonly backends: string; readonly look: () => readonly Line[] } => {
    const top = folder();
    const [data, backends, people] = [join(top, 'data'), join(top, 'backends'), join(top, 'people.yaml')];
    mkdirSync(data, { mode: 0o700 });
    mkdirSync(backends, { mode: 0o700 });
    writeFileSync(people, '', { mode: 0o600 });
    writeFileSync(join(data, 'sotto.db'), '', { mode: 0o600 });
    const look = () =>
      lookAtPermissions({
        dataFolder: data,
        store: { kind: 'sqlite', path: join(data, 'sotto.db') },
        directory: { kind: 'file', path: people },
        policiesFolder: null,
        backendsFolder: backends,
      });
    return { data, backends, look };
  };

  it('finds nothing where all is for its user alone', () => {
    expect(states(root().look())).toEqual(['ok']);
  });

  it.each([
    ['a data folder that others may open', 0o750, 'data', 'finding', /Others may open SOTTO_DATA.*chmod 700/],
    ['a store that others may write to', 0o666, 'data/sotto.db', 'finding', /Others may write to .*sotto\.db/],
    ['backends that anybody may write to', 0o777, 'backends', 'finding', /Anybody on this machine.*chmod o-w/],
    ['backends that a group may write to', 0o770, 'backends', 'warning', /The group of .*backends may write/],
    ['people that anybody may write to', 0o666, 'people.yaml', 'finding', /make themselves anybody/],
  ] as const)('finds %s', (_, mode, path, state, says) => {
    const { data, look } = root();
    chmodSync(join(data, '..', path), mode);
    const lines = look();
    whole(lines);
    expect(words(lines.filter((line) => line.state === state))).toMatch(says);
  });

  it('says that a folder which the first start will make is not there yet', () => {
    const { data, look } = root();
    rmSync(data, { recursive: true });
    expect(words(look())).toContain('the first start makes it');
  });
});

describe('doctor, of clocks', () => {
  it('is patient with two seconds, warns beyond, and finds half of a lease', () => {
    const line = (aheadMs: number, withinMs = 10): string => offsetLine('Redis', { aheadMs, withinMs }).state;
    expect([0, 2_009, -2_009].map((ahead) => line(ahead))).toEqual(['ok', 'ok', 'ok']);
    expect([2_011, -2_011, 30_009].map((ahead) => line(ahead))).toEqual(['warning', 'warning', 'warning']);
    expect([30_011, -30_011].map((ahead) => line(ahead))).toEqual(['finding', 'finding']);
    // What cannot be told is not held against anybody.
    expect(line(2_500, 600)).toBe('ok');
    expect(offsetLine('Redis', { aheadMs: 40_000, withinMs: 1 }).what).toContain('40 s behind that of Redis');
    whole([
      offsetLine('Redis', { aheadMs: 4_000, withinMs: 1 }),
      offsetLine('Redis', { aheadMs: 40_000, withinMs: 1 }),
    ]);
  });

  it('asks Slack what time it is, without a token, and says where it cannot be asked', async () => {
    const asked: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      asked.push(request.url, request.headers.authorization);
      response.writeHead(404, { date: new Date(Date.now() + 90_000).toUTCString() }).end('no');
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const look = (unsafeApiUrl: string) =>
      lookAtClock({
        config: {
          vault: { kind: 'files', folder: '/nowhere', dataKeyWrappedBy: null },
          slack: { appId: 'A', teamIds: ['T'], mode: 'http', oauth: null, emailVerifiedTeams: [], unsafeApiUrl },
          teams: null,
        },
        redis: null,
        now: Date.now,
      });
    const [line] = await look(`http://127.0.0.1:${port}/api/`);
    expect(line).toMatchObject({
      state: 'finding',
      what: expect.stringMatching(/clock is 9\d s behind that of Slack/),
    });
    expect(asked).toEqual(['/api/api.test', undefined]);
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
    const [none] = await look(`http://127.0.0.1:${port}/api/`);
    expect(none).toMatchObject({ state: 'warning', what: 'The clock of Slack could not be read (ECONNREFUSED).' });
  });
});

describe('doctor, of Redis', () => {
  const well: RedisHealth = {
    version: '7.4.0',
    maxmemoryPolicy: 'noeviction',
    usedBytes: 10,
    mostBytes: 100,
    appendonly: 'yes',
    appendfsync: 'always',
    appendsWell: true,
    replica: false,
    time: NOW,
    tripMs: 1,
  };
  const look = (differs: Partial<RedisHealth>, url = 'rediss://redis.example.com:6380') =>
    redisLines({ ...well, ...differs }, url);

  it('finds nothing in one that is as it should be', () => {
    expect(new Set(states(look({})))).toEqual(new Set(['ok']));
    expect(new Set(states(look({}, 'redis://127.0.0.1:6379')))).toEqual(new Set(['ok']));
  });

  it.each([
    [
      { maxmemoryPolicy: 'allkeys-lru' },
      'finding',
      /drops keys when its memory is full \(maxmemory-policy allkeys-lru/,
    ],
    [{ maxmemoryPolicy: null }, 'warning', /does not tell what it drops/],
    [{ appendonly: 'no' }, 'finding', /keeps no append-only file/],
    [{ appendfsync: 'everysec' }, 'warning', /A power cut loses the last second/],
    [{ appendfsync: null }, 'warning', /does not tell how durable/],
    [{ appendsWell: false }, 'finding', /append-only file failed/],
    [{ replica: true }, 'finding', /is a replica/],
    [{ mostBytes: 0 }, 'warning', /no bound for its memory/],
    [{ usedBytes: 81 }, 'finding', /uses 81 % of its memory/],
  ] as const)('tells of %j', (differs, state, says) => {
    const told = look(differs).filter((line) => line.state !== 'ok');
    whole(told);
    expect([states(told), words(told)]).toEqual([[state], expect.stringMatching(says)]);
  });

  it('warns of one that is spoken to in the clear beyond this machine', () => {
    expect(words(look({}, 'redis://redis.example.com:6379'))).toMatch(/WARNING .*in the clear, beyond this machine/);
  });
});

describe('doctor, of backups', () => {
  const place = (name: string, names: readonly string[] | Error): BackupPlace => ({
    name,
    list: async () => {
      if (names instanceof Error) throw names;
      return names.map((one) => ({ name: one, bytes: 1 }));
    },
    read: async () => null,
    write: async () => 'written',
    remove: async () => undefined,
  });
  const look = (...places: readonly BackupPlace[]) => lookWith(null, ...places);
  const lookWith = (dataKey: Secret | null, ...places: readonly BackupPlace[]) =>
    lookAtBackups({
      dataKey,
      config: { backups: { places: [], everyMs: 3_600_000, keepMs: DAY_MS, auditLockMs: 0 } },
      places,
      now: NOW,
    });
  const TAIL = '0123456789ab-0000000000000001';
  const recent = `20261126t083000000z-${TAIL}`;
  const old = `20261125t083000000z-${TAIL}`;

  it('opens the newest in each place, and looks whether the logs that it knows are there', async () => {
    const [now, gone] = [randomBytes(32).toString('base64'), randomBytes(32).toString('base64')];
    const of = (key: string): Secret => ({ current: key, accepted: [key] });
    const lineage = '0123456789ab';
    const kept = async (dataKey: Secret, stretches: readonly string[]): Promise<BackupPlace> => {
      const header = {
        kind: 'state' as const,
        version: '0.4.0',
        madeAt: NOW,
        lineage,
        restrictions: { version: 1, hash: 'ab', count: 0 },
        policy: '',
        sections: {},
        stretchKeys: [],
        logs: [{ origin: 'slot-0', entries: 90, root: 'ab'.repeat(32) }],
      };
      const bytes = await sealArchive({ dataKey, body: [], header: () => header });
      return {
        ...place('/mnt/a', [recent]),
        list: async (kind) => (kind === 'state' ? [recent] : stretches).map((name) => ({ name, bytes: 1 })),
        read: async () => bytes,
      };
    };
    const stretch = (from: number, to: number): string => stretchName({ lineage, origin: 'slot-0', from, to });
    const lines = await lookWith(
      of(now),
      await kept(of(now), [stretch(0, 40), stretch(40, 90)]),
      await kept(of(gone), [stretch(0, 90)]),
      await kept(of(now), [stretch(40, 90)]),
      await kept(of(now), [stretch(0, 40)]),
    );
    expect(states(lines)).toEqual(['ok', 'finding', 'finding', 'finding']);
    expect(words(lines)).toMatch(
      /another data key[\s\S]*audit log slot-0 are missing[\s\S]*audit log slot-0 are missing/,
    );
    whole(lines);
  });

  it('tells the age of the newest in each place', async () => {
    const lines = await look(place('/mnt/a', [old, recent]), place('/mnt/b', [old]));
    expect(lines).toMatchObject([
      { state: 'ok', what: 'The last backup in /mnt/a is 30 min old.' },
      { state: 'finding', what: 'The last backup in /mnt/b is 25 h old.' },
    ]);
    whole(lines);
  });

  it('finds a place without one, and one that does not answer; warns of one place only, and of none', async () => {
    const away = new SottoError('backup-unavailable', 'The container cannot be reached. See that it can be from here.');
    const lines = await look(place('/mnt/a', ['something-else']), place('/mnt/b', away));
    expect(states(lines)).toEqual(['finding', 'finding']);
    // One from the future says nothing of how old the last is.
    const ahead = `20271126t083000000z-${TAIL}`;
    expect(await look(place('/mnt/a', [old, ahead]), place('/mnt/b', [ahead]))).toMatchObject([
      { state: 'finding', what: 'The last backup in /mnt/a is 25 h old.' },
      { state: 'finding', what: 'There is no backup in /mnt/b yet.' },
    ]);
    expect(words(lines)).toMatch(/no backup in \/mnt\/a yet[\s\S]*cannot be reached/);
    expect(words(await look(place('/mnt/a', [recent])))).toMatch(/WARNING .*one place only/);
    expect(words(await look())).toMatch(/WARNING .*No backups are made/);
  });
});

describe('doctor, of the machine', () => {
  it('reads the limit of core dumps as the system writes it', () => {
    const limits =
      'Limit   Soft Limit   Hard Limit   Units\nMax core file size        0                    unlimited            bytes\n';
    expect(coreLimit(limits)).toBe('0');
    expect(coreLimit(limits.replace(' 0 ', ' unlimited '))).toBe('unlimited');
    expect(coreLimit(null)).toBeNull();
  });

  it('warns of swap, and not where there is none', () => {
    const head = 'Filename\tType\tSize\tUsed\tPriority\n';
    expect(states(swap(head))).toEqual(['ok']);
    expect(states(swap(`${head}/swapfile file 1 0 -2\n`))).toEqual(['warning']);
    expect(swap(null)).toEqual([]);
  });

  it('warns of a disk that fills, and finds one that is full', () => {
    const mib = 1024 ** 2;
    expect([1024, 1023, 100, 99].map((size) => roomLine('/data', size * mib).state)).toEqual([
      'ok',
      'warning',
      'warning',
      'finding',
    ]);
  });
});

describe('installations', () => {
  const row = { platform: 'slack', tenant: 'T0ONE00000', state: 'installed', code: '', endsAt: null } as const;

  it('say nothing where there are none, and when the first token ends where there are', () => {
    expect(installationLines([], NOW)).toEqual([]);
    const lines = installationLines(
      [
        row,
        { ...row, endsAt: NOW + 5 * 3_600_000 },
        { ...row, endsAt: NOW + 9 * 3_600_000 },
        { ...row, state: 'gone' },
      ],
      NOW,
    );
    expect(states(lines)).toEqual(['ok']);
    expect(words(lines)).toContain(
      'installed in 3 places, and was taken away from 1. The first token that ends does so in 5 h',
    );
  });

  it('are a finding where one is refused, and a warning where one cannot be renewed, each with how it is mended', () => {
    const lines = installationLines(
      [
        { ...row, state: 'parked', code: 'invalid_refresh_token' },
        { ...row, tenant: 'T0TWO00000', code: 'invalid_refresh_token', endsAt: NOW + 3_600_000 },
      ],
      NOW,
    );
    expect(states(lines)).toEqual(['ok', 'finding', 'warning']);
    whole(lines);
    expect(words(lines)).toMatch(/T0ONE00000.*invalid_refresh_token[\s\S]*T0TWO00000.*\/slack\/install/);
  });

  it('are told by ten at most', () => {
    const many = Array.from(
      { length: 30 },
      (_, at) => ({ ...row, tenant: `T${at}`, state: 'parked', code: 'c' }) as const,
    );
    expect(installationLines(many, NOW)).toHaveLength(12);
  });
});
