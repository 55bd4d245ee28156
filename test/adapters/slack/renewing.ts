import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SottoError } from '../../../src/core/errors.ts';
import type { KeptInstallation, Store } from '../../../src/core/ports.ts';
import { installationContext } from '../../../src/core/sealing.ts';
import { until } from '../../support/until.ts';
import type { Stores } from './install-stores.ts';
import {
  type BenchOptions,
  CLIENT_ID,
  CLIENT_SECRET,
  type InstallBench,
  install,
  openInstalls,
  PAT,
  PLAIN,
  type Process,
} from './install-support.ts';
import { createRunningClock, type RunningClock } from './running-clock.ts';
import { EVAN, sealerOf, TEAM } from './support.ts';

const HOUR_MS = 60 * 60_000;

/** Slack requirement 23, with three processes on one store. */
export const renewingContract = (name: string, openStores: (count: number) => Promise<Stores>): void => {
  let stores: Stores;
  let bench: InstallBench | null = null;
  let clock: RunningClock;
  beforeEach(async () => {
    stores = await openStores(3);
    clock = createRunningClock();
  });
  afterEach(async () => {
    await bench?.close();
    bench = null;
    await stores.close();
  });

  const open = async (o: Partial<BenchOptions> = {}): Promise<readonly [Process, Process, Process]> => {
    bench = await openInstalls({ stores: stores.all, clock, rotation: true, ...o });
    const [first, second, third] = bench.processes;
    if (first === undefined || second === undefined || third === undefined) throw new Error('There are too few.');
    return [first, second, third];
  };
  const rowOf = async (tenant = TEAM): Promise<KeptInstallation> => {
    const row = await stores.all[0]?.installations.find({ platform: 'slack', tenant });
    if (row === undefined || row === null) throw new Error('There is none.');
    return row;
  };
  const refreshes = (): number =>
    (bench?.standIn.requests({ method: 'oauth.v2.access' }) ?? []).filter(
      ({ args }) => args['grant_type'] === 'refresh_token',
    ).length;
  const infos = (): number => bench?.standIn.requests({ method: 'users.info' }).length ?? 0;
  const ask = async (process: Process, tenant = TEAM, user = EVAN) => {
    const profile = await process.slack.profile({ platform: 'slack', tenant, user, external: false });
    return profile === 'unreachable' ? profile : profile.kind;
  };
  /** Nobody is remembered for longer than five minutes. */
  const forgetPeople = (): void => clock.jump(5 * 60_000 + 1);
  /** Time goes on meanwhile, twenty times as fast as it does: a look that came a moment too early comes again. */
  const soon = (condition: () => Promise<boolean>): Promise<void> =>
    until(async () => {
      if (await condition()) return true;
      clock.jump(200);
      return false;
    });
  /** Somebody else uses the refresh token that we hold. */
  const steal = async (tenant = TEAM): Promise<void> => {
    const sealed = (await rowOf(tenant)).value;
    const { refresh } = JSON.parse(sealerOf(1).open(installationContext({ platform: 'slack', tenant }), sealed) ?? '');
    const body = new URLSearchParams({
      client_id: CLIENT_ID,
      client_secret: CLIENT_SECRET,
      grant_type: 'refresh_token',
      refresh_token: refresh,
    });
    const answer = await fetch(`${bench?.apiUrl}oauth.v2.access`, { method: 'POST', body });
    expect(await answer.json()).toMatchObject({ ok: true });
  };
  const logs = (): string => (bench?.processes ?? []).flatMap(({ logged }) => logged).join('\n');
  const counts = (): readonly string[] => (bench?.processes ?? []).flatMap(({ counted }) => counted);

  describe(`tokens that end, with three processes on ${name}`, () => {
    it('R23 are renewed ahead of time, well before two hours are left, once for all processes', async () => {
      const all = await open();
      await install(all[0], { team: TEAM });
      const before = await rowOf();
      expect((before.endsAt ?? 0) - clock.now()).toBeGreaterThan(11.9 * HOUR_MS);
      clock.jump(7.9 * HOUR_MS);
      await new Promise((resolve) => setTimeout(resolve, 600));
      expect(refreshes()).toBe(0);
      clock.jump(0.2 * HOUR_MS);
      await soon(async () => (await rowOf()).version !== before.version);
      const after = await rowOf();
      expect((before.endsAt ?? 0) - clock.now()).toBeGreaterThan(7_200_000);
      expect((after.endsAt ?? 0) - clock.now()).toBeGreaterThan(11.9 * HOUR_MS);
      // Once the old one has ended, all of them have the new one.
      clock.jump(4 * HOUR_MS);
      await new Promise((resolve) => setTimeout(resolve, 600));
      expect(await Promise.all(all.map((each) => ask(each)))).toEqual(['member', 'member', 'member']);
      expect(refreshes()).toBe(1);
    });

    it('R23 are renewed once, however many need one at the same moment, and all of them have it', async () => {
      const all = await open({ unstarted: true });
      await install(all[0], { team: TEAM });
      clock.jump(12 * HOUR_MS);
      const asked = all.flatMap((each) =>
        Array.from({ length: 5 }, (_, at) => ask(each, TEAM, at === 0 ? EVAN : `U0NOBODY0${at}`)),
      );
      const said = await Promise.all(asked);
      expect([said[0], said[5], said[10]]).toEqual(['member', 'member', 'member']);
      expect(refreshes()).toBe(1);
    });

    it('R23 are never used once they have ended, however the renewal fails', async () => {
      const [first, second] = await open();
      await install(first, { team: TEAM });
      bench?.standIn.fail({ method: 'oauth.v2.access', how: '500-before', times: 1_000 });
      clock.jump(12 * HOUR_MS);
      expect([await ask(first), await ask(second)]).toEqual(['unreachable', 'unreachable']);
      expect(infos()).toBe(0);
      expect(logs()).toContain('slack.token-not-renewed');
    });

    it('R23 and work again by themselves once Slack answers', async () => {
      const [first] = await open({ unstarted: true });
      await install(first, { team: TEAM });
      bench?.standIn.fail({ method: 'oauth.v2.access', how: '500-before', times: 1 });
      clock.jump(12 * HOUR_MS);
      expect(await ask(first)).toBe('unreachable');
      clock.jump(31_000);
      expect(await ask(first)).toBe('member');
      expect(refreshes()).toBe(2);
    });

    it('R23 are renewed at once where Slack says that one has ended, whatever our clock says, and the call is made again', async () => {
      let ahead = 0;
      const theirs = { now: () => clock.now() + ahead, sleep: clock.sleep };
      const [first] = await open({ unstarted: true, standIn: { clock: theirs } });
      await install(first, { team: TEAM });
      ahead = 12.5 * HOUR_MS;
      expect(await ask(first)).toBe('member');
      expect([refreshes(), infos()]).toEqual([1, 2]);
    });

    it('R23 whose refresh token is spent are an alarm that says what to do, serve until they end, and then nobody is asked there', async () => {
      const all = await open();
      await install(all[0], { team: TEAM });
      await install(all[1], { team: PLAIN });
      await steal();
      clock.jump(8.1 * HOUR_MS);
      await soon(async () => logs().includes('slack.reinstall-needed'));
      expect(counts()).toContain('token_renewals refused');
      await until(async () => (await rowOf()).code === 'invalid_refresh_token');
      expect(await ask(all[2])).toBe('member');
      const tried = refreshes();
      clock.jump(3.9 * HOUR_MS);
      await soon(async () => (await rowOf()).state === 'parked');
      await until(() =>
        all.every(({ tenancy }) => tenancy.of({ platform: 'slack', tenant: TEAM })?.state === 'parked'),
      );
      forgetPeople();
      const before = infos();
      expect(await Promise.all(all.map((each) => ask(each)))).toEqual(['unreachable', 'unreachable', 'unreachable']);
      expect(infos()).toBe(before);
      expect(all.flatMap(({ recorded }) => recorded).filter(({ change }) => change === 'parked')).toEqual([
        { tenant: TEAM, change: 'parked', code: 'invalid_refresh_token' },
      ]);
      // Nobody tried the spent one again, and the other workspace hears nothing of it.
      expect(refreshes()).toBe(tried);
      expect(await ask(all[0], PLAIN, PAT)).toBe('member');
      // Installing it anew mends it, everywhere, within a second.
      expect((await install(all[1], { team: TEAM })).status).toBe(200);
      const isBack = ({ tenancy }: Process): boolean =>
        tenancy.of({ platform: 'slack', tenant: TEAM })?.state === 'installed';
      await until(() => all.every(isBack), 1_000);
      expect(await Promise.all(all.map((each) => ask(each)))).toEqual(['member', 'member', 'member']);
    });

    it('R23 a new pair that the store does not take is not used, kept as soon as it does, and asked for once', async () => {
      let away = false;
      const failing = (own: Store['installations']): Store['installations'] => ({
        ...own,
        replace: async (pair) => {
          if (away) throw new SottoError('store-unavailable', 'It is away.');
          return own.replace(pair);
        },
      });
      const [first] = await open({ unstarted: true, installations: failing });
      await install(first, { team: TEAM });
      const before = await rowOf();
      away = true;
      clock.jump(12 * HOUR_MS);
      const asked = ask(first);
      await until(() => refreshes() === 1);
      for (let tries = 0; tries < 10; tries++) {
        clock.jump(600);
        await new Promise((resolve) => setTimeout(resolve, 30));
      }
      expect(await asked).toBe('unreachable');
      expect([infos(), (await rowOf()).value]).toEqual([0, before.value]);
      expect(counts()).toContain('token_renewals unkept');
      expect(logs()).toContain('slack.token-unkept');
      away = false;
      expect(await ask(first)).toBe('member');
      expect(refreshes()).toBe(1);
      expect((await rowOf()).value).not.toBe(before.value);
    });

    it('R23 a new pair that comes to be kept only after another process found the old one spent is kept all the same', async () => {
      let away = true;
      const slow = (own: Store['installations'], process: number): Store['installations'] => ({
        ...own,
        replace: async (pair) => {
          if (process === 0 && away) throw new SottoError('store-unavailable', 'It is away.');
          return own.replace(pair);
        },
      });
      const [first, second] = await open({ unstarted: true, installations: slow });
      await install(first, { team: TEAM });
      const before = await rowOf();
      clock.jump(8.5 * HOUR_MS);
      await first.tenancy.start();
      await first.slack.start();
      await soon(async () => counts().includes('token_renewals unkept'));
      // Its lease has lapsed by now, and another process tries with the same token.
      clock.jump(21_000);
      await second.tenancy.start();
      await second.slack.start();
      await soon(async () => (await rowOf()).code === 'invalid_refresh_token');
      expect((await rowOf()).value).toBe(before.value);
      // The first one knows of that, too.
      await until(() => first.tenancy.of({ platform: 'slack', tenant: TEAM })?.code === 'invalid_refresh_token');
      away = false;
      await soon(async () => {
        clock.jump(16_000);
        return (await rowOf()).value !== before.value;
      });
      expect(await rowOf()).toMatchObject({ state: 'installed', code: '' });
      await until(async () => (await ask(second)) === 'member');
    });

    it('R23 a process that dies between Slack’s answer and the store leaves an alarm, and no token that has ended', async () => {
      const lost = (own: Store['installations'], process: number): Store['installations'] => ({
        ...own,
        replace: process === 0 ? () => new Promise(() => undefined) : own.replace,
      });
      const [first, second] = await open({ unstarted: true, installations: lost });
      await install(first, { team: TEAM });
      clock.jump(8.5 * HOUR_MS);
      // It has the answer and never comes to keep it; its lease lapses.
      void first.slack.start();
      await until(() => refreshes() === 1);
      clock.jump(21_000);
      await second.tenancy.start();
      await second.slack.start();
      await soon(async () => second.logged.join().includes('slack.reinstall-needed'));
      expect(second.logged.join()).toContain('invalid_refresh_token');
      expect(await ask(second)).toBe('member');
      clock.jump(4 * HOUR_MS);
      await soon(async () => (await rowOf()).state === 'parked');
      forgetPeople();
      const before = infos();
      expect([await ask(second), infos()]).toEqual(['unreachable', before]);
    });

    it('R23 that do not end are exchanged once where rotation was switched on, and only where it was asked for', async () => {
      const [first] = await open({ rotation: false, rotate: true });
      await install(first, { team: TEAM });
      expect((await rowOf()).endsAt).toBeNull();
      clock.jump(60_000);
      await until(() => logs().includes('token_rotation_not_enabled'));
      expect(await ask(first)).toBe('member');
      bench?.standIn.rotateTokens();
      clock.jump(60_000);
      await soon(async () => (await rowOf()).endsAt !== null);
      const knows = ({ tenancy }: Process): boolean => tenancy.of({ platform: 'slack', tenant: TEAM })?.endsAt != null;
      await until(() => (bench?.processes ?? []).every(knows));
      const exchanges = (bench?.standIn.requests({ method: 'oauth.v2.exchange' }) ?? []).filter(({ ok }) => ok);
      expect(exchanges).toHaveLength(1);
      forgetPeople();
      expect(await ask(first)).toBe('member');
      clock.jump(8.1 * HOUR_MS);
      await soon(async () => refreshes() === 1);
      forgetPeople();
      await until(async () => (await ask(first)) === 'member');
    });

    it('R23 that do not end stay as they are where nobody asked for rotation', async () => {
      const [first] = await open({ rotation: false });
      await install(first, { team: TEAM });
      clock.jump(24 * HOUR_MS);
      await new Promise((resolve) => setTimeout(resolve, 400));
      expect((await rowOf()).endsAt).toBeNull();
      expect(bench?.standIn.requests({ method: 'oauth.v2.exchange' })).toEqual([]);
      expect(await ask(first)).toBe('member');
    });
  });
};
