import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createMetrics } from '../../../src/adapters/metrics/metrics.ts';
import { createAppToken } from '../../../src/adapters/teams/app-token.ts';
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts';
import { APP, type OutwardBench, openOutward, PASSWORD } from './outward.ts';

let bench: OutwardBench;
let clock: FakeClock;
let secret: string;
let previous: readonly string[];
beforeEach(async () => {
  clock = createFakeClock();
  secret = PASSWORD;
  previous = [];
  bench = await openOutward({ clock });
});
afterEach(() => bench.close());

const make = (over: { loginUrl?: string; appId?: string; deadlineMs?: number } = {}) =>
  createAppToken({
    loginUrl: bench.standIn.loginUrl(),
    appId: APP,
    secret: async () => ({ current: secret, accepted: [secret, ...previous] }),
    clock,
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    metrics: createMetrics(),
    ...over,
  });
const asked = () => bench.standIn.requests().filter(({ verb }) => verb === 'token');

describe('the token of the bot', () => {
  it('is asked for once, however many wait for it, and kept', async () => {
    const bearer = make();
    const tokens = await Promise.all(Array.from({ length: 20 }, bearer));
    expect(new Set(tokens).size).toBe(1);
    expect(await bearer()).toBe(tokens[0]);
    expect(asked()).toHaveLength(1);
    expect(asked()).toMatchObject([
      { body: { grant_type: 'client_credentials', client_id: APP, scope: 'https://api.botframework.com/.default' } },
    ]);
  });

  it('is replaced before it ends, by the secret that is current then', async () => {
    const bearer = make();
    const first = await bearer();
    bench.standIn.setPassword('the-next-password');
    secret = 'the-next-password';
    await clock.advance(54 * 60_000);
    expect(await bearer()).toBe(first);
    await clock.advance(2 * 60_000);
    expect(await bearer()).not.toBe(first);
    expect(asked().map(({ status }) => status)).toEqual([200, 200]);
  });

  it('is asked for by the former secret where the authority does not know the new one yet, or knows it already', async () => {
    [secret, previous] = ['the-next-password', [PASSWORD]];
    expect(await make()()).toMatch(/^standin\./);
    expect(asked().map(({ status }) => status)).toEqual([401, 200]);
    bench.standIn.setPassword('the-next-password');
    [secret, previous] = [PASSWORD, ['the-next-password']];
    expect(await make()()).toMatch(/^standin\./);
    expect(asked().map(({ status }) => status)).toEqual([401, 200, 401, 200]);
  });

  it('is asked for by one secret alone where the authority refuses for another reason, or does not answer', async () => {
    previous = ['another'];
    for (const how of ['500-before', '400-before', 'reset']) {
      bench.standIn.fail({ verb: 'token', how });
      await expect(make()()).rejects.toMatchObject({ code: 'secrets-unavailable' });
    }
    expect(asked()).toHaveLength(3);
  });

  it('is kept for half of a life that is very short', async () => {
    const brief = await openOutward({ clock, standIn: { tokenSeconds: 10 } });
    try {
      const first = await brief.bearer();
      await clock.advance(4_900);
      expect(await brief.bearer()).toBe(first);
      await clock.advance(200);
      expect(await brief.bearer()).not.toBe(first);
    } finally {
      await brief.close();
    }
  });

  it('is refused with a code that says so, never with the secret, and asked for anew the next time', async () => {
    secret = 'a wrong secret';
    const bearer = make();
    const error: unknown = await bearer().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'secrets-unavailable' });
    expect(String(error)).not.toContain('a wrong secret');
    secret = PASSWORD;
    expect(await bearer()).toMatch(/^standin\./);
  });

  it.each(['500-before', 'reset', 'hang', 'not-json', 'huge', 'redirect'])(
    'is none where the authority fails: %s',
    async (how) => {
      bench.standIn.fail({ verb: 'token', how });
      await expect(make({ deadlineMs: 300 })()).rejects.toMatchObject({ code: 'secrets-unavailable' });
    },
  );

  it('comes from this machine only: the secret goes there', () => {
    for (const loginUrl of [
      'https://login.microsoftonline.com/x',
      'http://127.0.0.1.example/x',
      'ftp://localhost/x',
      '',
    ])
      expect(() => make({ loginUrl })).toThrow(expect.objectContaining({ code: 'settings' }));
    for (const loginUrl of ['http://127.0.0.1:1/x', 'https://localhost:1/x/', 'http://[::1]:1/x'])
      expect(make({ loginUrl })).toBeInstanceOf(Function);
  });
});
