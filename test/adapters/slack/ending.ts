import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { KeptInstallation } from '../../../src/core/ports.ts';
import { until } from '../../support/until.ts';
import type { Stores } from './install-stores.ts';
import {
  type BenchOptions,
  GINA,
  GRETA,
  GRID,
  GUS,
  IN_GRID,
  type InstallBench,
  install,
  ONE,
  openInstalls,
  PAT,
  PLAIN,
  type Process,
  secretOf,
  TWO,
} from './install-support.ts';
import { createRunningClock, type RunningClock } from './running-clock.ts';
import { EVAN, messageEvent, TEAM, TOKEN } from './support.ts';

/** Slack requirement 24, with three processes on one store. */
export const endingContract = (name: string, openStores: (count: number) => Promise<Stores>): void => {
  let stores: Stores;
  let bench: InstallBench;
  let clock: RunningClock;
  beforeEach(async () => {
    stores = await openStores(3);
    clock = createRunningClock();
  });
  afterEach(async () => {
    await bench.close();
    await stores.close();
  });

  const open = async (o: Partial<BenchOptions> = {}): Promise<readonly [Process, Process, Process]> => {
    bench = await openInstalls({ stores: stores.all, clock, ...o });
    const [first, second, third] = bench.processes;
    if (first === undefined || second === undefined || third === undefined) throw new Error('There are too few.');
    return [first, second, third];
  };
  const find = async (tenant = TEAM): Promise<KeptInstallation | null> =>
    (await stores.all[0]?.installations.find({ platform: 'slack', tenant })) ?? null;
  const ask = async (process: Process, tenant = TEAM, user = EVAN) => {
    const profile = await process.slack.profile({ platform: 'slack', tenant, user, external: false });
    return profile === 'unreachable' ? profile : profile.kind;
  };
  /** Time goes on meanwhile, thirty times as fast as it does. */
  const goesOn = (): boolean => {
    clock.jump(300);
    return true;
  };
  const calls = (): number => bench.standIn.requests().length;
  const isGone =
    (tenant = TEAM) =>
    ({ tenancy }: Process): boolean =>
      tenancy.of({ platform: 'slack', tenant })?.state === 'gone';

  describe(`taken away, with three processes on ${name}`, () => {
    it.each(['uninstall', 'revoke'] as const)(
      'R24 installation, clients and what was known of people are gone within a second in every process: %s',
      async (how) => {
        const all = await open();
        await install(all[0], { team: TEAM });
        await install(all[1], { team: PLAIN });
        for (const each of all) {
          expect(await ask(each)).toBe('member');
          expect(await ask(each, PLAIN, PAT)).toBe('member');
        }
        expect(await bench.standIn[how]({ team: TEAM })).toBe(200);
        expect(isGone()(all[0])).toBe(true);
        await until(() => all.every(isGone()), 1_000);
        const before = calls();
        // They were known for five minutes; nobody is asked for them again.
        expect(await Promise.all(all.map((each) => ask(each)))).toEqual(['unreachable', 'unreachable', 'unreachable']);
        expect(calls()).toBe(before);
        expect(await find()).toMatchObject({ state: 'gone', value: '', purging: true });
        // The other workspace hears nothing of it.
        expect(await Promise.all(all.map((each) => ask(each, PLAIN, PAT)))).toEqual(['member', 'member', 'member']);
      },
    );

    it('R24 what still comes from there is dropped at the door of every process, on record, and nothing is sent', async () => {
      const all = await open();
      await install(all[0], { team: TEAM });
      await bench.standIn.uninstall({ team: TEAM });
      await until(() => all.every(isGone()), 1_000);
      const before = calls();
      const body = JSON.stringify(bench.standIn.envelope(messageEvent(), {}, TEAM));
      expect(await bench.standIn.deliverRaw({ body })).toMatchObject({ status: 200 });
      expect([all[0].accepted, all[0].rejected]).toEqual([[], ['not-installed']]);
      const address = { tenant: TEAM, user: EVAN, channel: null };
      const card = { text: 'Hello', note: null, buttons: [], fallback: null };
      const posted = await all[2].slack.platform.post({ to: address, card, key: 'k' });
      expect(posted).toMatchObject({ ok: false, fault: 'never', code: 'not-installed' });
      expect(calls()).toBe(before);
    });

    it('R24 and so it is where it was installed by hand, until another token is in the vault', async () => {
      let token = TOKEN;
      const all = await open({
        byHand: true,
        botToken: async () => secretOf(token),
        standIn: { installation: 'workspace', botToken: TOKEN },
      });
      expect(await Promise.all(all.map((each) => ask(each)))).toEqual(['member', 'member', 'member']);
      await bench.standIn.uninstall({ team: TEAM });
      await until(() => all.every(isGone()), 1_000);
      const before = calls();
      expect(await Promise.all(all.map((each) => ask(each)))).toEqual(['unreachable', 'unreachable', 'unreachable']);
      expect(calls()).toBe(before);
      const row = await find();
      expect([row?.mark.length, row?.mark.includes(TOKEN)]).toEqual([32, false]);
      // It begins afresh only once all of the old is shredded.
      token = 'xoxb-token-of-a-second-installation';
      bench.standIn.setToken({ team: TEAM, botToken: token });
      clock.jump(2_100);
      expect(await ask(all[0])).toBe('unreachable');
      await stores.all[0]?.installations.purged({ platform: 'slack', tenant: TEAM, seen: row?.version ?? 0 });
      clock.jump(300);
      await until(() => goesOn() && !isGone()(all[1]));
      await until(async () => (await ask(all[1])) === 'member');
      await until(() => goesOn() && !all.some(isGone()));
      expect(await ask(all[2])).toBe('member');
      expect(all.flatMap(({ recorded }) => recorded)).toEqual([
        { tenant: TEAM, change: 'installed', code: 'from-the-vault' },
      ]);
    });

    it('R24 by hand, neither a vault that was away at the end nor a new key of hashes brings a dead token back', async () => {
      let away = false;
      const all = await open({
        byHand: true,
        botToken: async () => {
          if (away) throw new Error('away');
          return secretOf(TOKEN);
        },
        standIn: { installation: 'workspace', botToken: TOKEN },
      });
      await until(() => bench.standIn.requests({ method: 'auth.test' }).length >= 3);
      away = true;
      expect(await bench.standIn.uninstall({ team: TEAM })).toBe(200);
      const row = await find();
      expect(row).toMatchObject({ state: 'gone', mark: '' });
      await stores.all[0]?.installations.purged({ platform: 'slack', tenant: TEAM, seen: row?.version ?? 0 });
      away = false;
      await until(async () => goesOn() && (await find())?.mark !== '');
      expect(await find()).toMatchObject({ state: 'gone', purging: false, mark: expect.stringMatching(/^\w{32}$/) });
      expect(await Promise.all(all.map((each) => ask(each)))).toEqual(['unreachable', 'unreachable', 'unreachable']);
      expect(all.flatMap(({ recorded }) => recorded)).toEqual([]);
    });

    it('R24 by hand, the end of an installation that was before, told again, does not end the one of the new token', async () => {
      const all = await open({
        byHand: true,
        botToken: async () => secretOf(TOKEN),
        standIn: { installation: 'workspace', botToken: TOKEN },
      });
      const told = (ago: number) => {
        const late = { event_time: Math.floor(clock.now() / 1_000) - ago };
        return bench.standIn.deliverRaw({
          body: JSON.stringify(bench.standIn.envelope({ type: 'app_uninstalled' }, late, TEAM)),
        });
      };
      expect(await told(60)).toMatchObject({ status: 200 });
      expect(await find()).toBeNull();
      expect(await ask(all[1])).toBe('member');
      // Where Slack does not say whether it stands, it is to tell it again.
      bench.standIn.fail({ method: 'auth.test', how: '500-before', times: 1 });
      expect(await told(60)).toMatchObject({ status: 503 });
      expect(await find()).toBeNull();
      const body = JSON.stringify(
        bench.standIn.envelope({ type: 'app_uninstalled' }, { event_time: Math.floor(clock.now() / 1_000) - 60 }, TEAM),
      );
      bench.standIn.setToken({ team: TEAM, botToken: 'xoxb-token-of-somebody-else' });
      expect(await bench.standIn.deliverRaw({ body })).toMatchObject({ status: 200 });
      expect(await find()).toMatchObject({ state: 'gone' });
    });

    it('R24 but a token that was revoked beside the one in use ends nothing', async () => {
      const all = await open();
      await install(all[0], { team: TEAM });
      const event = { type: 'tokens_revoked', tokens: { oauth: [], bot: ['U0SOTTOBOT'] } };
      const body = JSON.stringify(bench.standIn.envelope(event, {}, TEAM));
      expect(await bench.standIn.deliverRaw({ body })).toMatchObject({ status: 200 });
      expect(await find()).toMatchObject({ state: 'installed' });
      expect(await ask(all[0])).toBe('member');
      expect(all[0].logged.join()).toContain('slack.still-installed');
      const ofPeople = { type: 'tokens_revoked', tokens: { oauth: [EVAN], bot: [] } };
      await bench.standIn.deliverRaw({ body: JSON.stringify(bench.standIn.envelope(ofPeople, {}, TEAM)) });
      expect(await find()).toMatchObject({ state: 'installed' });
    });

    it('R24 nor does the end of an installation that was before, told late', async () => {
      const all = await open();
      await install(all[0], { team: TEAM });
      const late = { event_time: Math.floor(clock.now() / 1_000) - 300 };
      const body = JSON.stringify(bench.standIn.envelope({ type: 'app_uninstalled' }, late, TEAM));
      expect(await bench.standIn.deliverRaw({ body })).toMatchObject({ status: 200 });
      expect(await find()).toMatchObject({ state: 'installed' });
      expect(await ask(all[1])).toBe('member');
    });

    it('R24 a revocation that Slack does not confirm parks it at once, and is settled once Slack answers', async () => {
      const all = await open();
      await install(all[0], { team: TEAM });
      await install(all[0], { team: PLAIN });
      bench.standIn.fail({ method: 'auth.test', how: '500-before', times: 2 });
      const event = { type: 'tokens_revoked', tokens: { oauth: [], bot: ['U0SOTTOBOT'] } };
      for (const team of [TEAM, PLAIN]) {
        const body = JSON.stringify(bench.standIn.envelope(event, {}, team));
        expect(await bench.standIn.deliverRaw({ body })).toMatchObject({ status: 200 });
      }
      expect([(await find())?.state, (await find(PLAIN))?.state]).toEqual(['parked', 'parked']);
      expect(await ask(all[0])).toBe('unreachable');
      await bench.standIn.revoke({ team: PLAIN });
      await until(async () => (await find(PLAIN))?.state === 'gone');
      clock.jump(31_000);
      await until(async () => (await find())?.state === 'installed');
      await until(async () => (await ask(all[0])) === 'member');
      expect(all.flatMap(({ recorded }) => recorded).map(({ change }) => change)).toContain('mended');
    });

    it('R24 503 where it cannot be kept, so that Slack says it again', async () => {
      const all = await open({
        installations: (own) => ({ ...own, end: () => Promise.reject(new Error('away')) }),
      });
      await install(all[0], { team: TEAM });
      const body = JSON.stringify(bench.standIn.envelope({ type: 'app_uninstalled' }, {}, TEAM));
      expect(await bench.standIn.deliverRaw({ body })).toMatchObject({ status: 503 });
      expect(await find()).toMatchObject({ state: 'installed' });
    });

    it('R24 an organisation ends with all its workspaces, and not the one that has its own installation', async () => {
      const all = await open();
      await install(all[0], { team: ONE, as: 'org' });
      await install(all[0], { team: IN_GRID });
      await bench.standIn.say({ team: ONE, user: GRETA, text: 'hi' });
      await bench.standIn.say({ team: TWO, user: GINA, text: 'hi' });
      expect([await ask(all[1], ONE, GRETA), await ask(all[1], IN_GRID, GUS)]).toEqual(['member', 'member']);
      await bench.standIn.uninstall({ team: ONE });
      await until(() => all.every(isGone(ONE)) && all.every(isGone(TWO)) && all.every(isGone(GRID)), 1_000);
      expect(await ask(all[1], ONE, GRETA)).toBe('unreachable');
      expect(all[2].tenancy.servedBy({ platform: 'slack', tenant: GRID }).toSorted()).toEqual([GRID, ONE, TWO]);
      expect(await ask(all[2], IN_GRID, GUS)).toBe('member');
      // One of them cannot begin afresh alone before what was there is shredded with the rest.
      const alone = { platform: 'slack', tenant: TWO, value: 'sealed', endsAt: null, renewAt: null } as const;
      expect(await all[0].tenancy.install(alone)).toBe('purging');
      // Installed anew, all of them are served again.
      const seen = (await find(GRID))?.version ?? 0;
      await stores.all[0]?.installations.purged({ platform: 'slack', tenant: GRID, seen });
      expect((await install(all[1], { team: TWO, as: 'org' })).status).toBe(200);
      await until(async () => (await ask(all[2], TWO, GINA)) === 'member');
    });

    const openGrid = async () => {
      const all = await open();
      await install(all[0], { team: ONE, as: 'org' });
      await install(all[0], { team: IN_GRID });
      expect([await ask(all[1], ONE, GRETA), await ask(all[1], TWO, GINA)]).toEqual(['unreachable', 'unreachable']);
      await bench.standIn.say({ team: ONE, user: GRETA, text: 'hi' });
      await bench.standIn.say({ team: TWO, user: GINA, text: 'hi' });
      expect([await ask(all[1], ONE, GRETA), await ask(all[1], TWO, GINA)]).toEqual(['member', 'member']);
      return all;
    };
    const shredded = async (tenant: string): Promise<void> => {
      const seen = (await find(tenant))?.version ?? 0;
      expect(await stores.all[0]?.installations.purged({ platform: 'slack', tenant, seen })).toBe('purged');
    };
    const say = (team: string, user: string, envelope = {}) =>
      bench.standIn.deliverRaw({
        body: JSON.stringify(bench.standIn.envelope(messageEvent({ user }), envelope, team)),
      });

    it('R24 a workspace that its organisation takes out ends alone, within a second in every process, and begins afresh when it is put in', async () => {
      const all = await openGrid();
      expect(await bench.standIn.changeAccess({ team: TWO, to: 'revoked' })).toBe(200);
      await until(() => all.every(isGone(TWO)), 1_000);
      expect(await find(TWO)).toMatchObject({ state: 'gone', code: 'uninstalled', purging: true });
      expect(await Promise.all(all.map((each) => ask(each, TWO, GINA)))).toEqual(Array(3).fill('unreachable'));
      expect(await Promise.all(all.map((each) => ask(each, ONE, GRETA)))).toEqual(Array(3).fill('member'));
      expect([(await find(GRID))?.state, (await find(IN_GRID))?.state]).toEqual(['installed', 'installed']);
      clock.jump(2_000);
      // Not before all of the old is shredded: Slack tells it again.
      expect(await bench.standIn.changeAccess({ team: TWO, to: 'granted' })).toBe(503);
      await shredded(TWO);
      expect(await bench.standIn.changeAccess({ team: TWO, to: 'granted' })).toBe(200);
      expect(await find(TWO)).toBeNull();
      clock.jump(300);
      await until(async () => (await ask(all[2], TWO, GINA)) === 'member');
    });

    it('R24 nor does what was said before the end, and comes late, take a workspace up again: only what comes after it', async () => {
      const all = await openGrid();
      const before = { event_time: Math.floor(clock.now() / 1_000) - 5 };
      await bench.standIn.changeAccess({ team: TWO, to: 'revoked' });
      await shredded(TWO);
      clock.jump(2_000);
      await say(TWO, GINA, before);
      expect(await find(TWO)).toMatchObject({ state: 'gone' });
      const again = { type: 'team_access_granted', team_ids: [TWO] };
      const body = JSON.stringify(bench.standIn.envelope(again, { ...before, team_id: null }, TWO));
      expect(await bench.standIn.deliverRaw({ body })).toMatchObject({ status: 200 });
      expect(await find(TWO)).toMatchObject({ state: 'gone' });
      await say(TWO, GINA);
      expect(await find(TWO)).toBeNull();
      await until(async () => (await ask(all[0], TWO, GINA)) === 'member');
    });

    it('R24 one that was never heard of is marked as well, one with its own installation keeps it, and a foreign one is dropped', async () => {
      const all = await open();
      await install(all[0], { team: ONE, as: 'org' });
      await install(all[0], { team: IN_GRID });
      // As Slack's reference shows it: the event in an envelope of its own.
      const told = (team_ids: readonly string[], enterprise_id: string) =>
        bench.standIn.deliverRaw({
          body: JSON.stringify(
            bench.standIn.envelope(
              { team_id: null, enterprise_id, event: { type: 'team_access_revoked', team_ids } },
              { team_id: null, enterprise_id: null, authorizations: [] },
              ONE,
            ),
          ),
        });
      expect(await told([TWO, IN_GRID], GRID)).toMatchObject({ status: 200 });
      expect(await find(TWO)).toMatchObject({ state: 'gone' });
      expect(await find(IN_GRID)).toMatchObject({ state: 'installed' });
      expect(await told(['T0ANOTHER0'], 'E0ANOTHER0')).toMatchObject({ status: 200 });
      expect(await find('T0ANOTHER0')).toBeNull();
      expect(all[0].rejected).toEqual(['team-foreign']);
      // The mark goes with the next installation of the organisation.
      await shredded(TWO);
      expect((await install(all[0], { team: ONE, as: 'org' })).status).toBe(200);
      expect(await find(TWO)).toBeNull();
    });

    it('R24 a workspace that is taken out ends alone where the organisation’s token is in the vault, too', async () => {
      const botToken = 'xoxb-org-wide';
      const inGrid = (teamId: string, user: string) =>
        ({
          teamId,
          enterpriseId: GRID,
          installation: 'org',
          botToken,
          people: [{ user, name: user, kind: 'employee' }],
        }) as const;
      const all = await open({
        byHand: true,
        teamIds: [GRID],
        botToken: async () => secretOf(botToken),
        standIn: { workspaces: [inGrid(ONE, GRETA), inGrid(TWO, GINA)] },
      });
      await until(() => bench.standIn.requests({ method: 'auth.test' }).length >= 3);
      await until(async () => (await ask(all[1], TWO, GINA)) === 'member');
      expect(await bench.standIn.changeAccess({ team: TWO, to: 'revoked' })).toBe(200);
      await until(() => all.every(isGone(TWO)), 1_000);
      expect([await ask(all[1], TWO, GINA), await ask(all[1], ONE, GRETA)]).toEqual(['unreachable', 'member']);
      await shredded(TWO);
      clock.jump(2_000);
      expect(await bench.standIn.changeAccess({ team: TWO, to: 'granted' })).toBe(200);
      await until(async () => goesOn() && (await ask(all[1], TWO, GINA)) === 'member');
    });

    it('R24 an end that names a workspace beside its whole organisation ends the organisation only where Slack says that its token is dead', async () => {
      const all = await openGrid();
      const body = () =>
        JSON.stringify(bench.standIn.envelope({ type: 'app_uninstalled' }, { is_enterprise_install: true }, TWO));
      expect(await bench.standIn.deliverRaw({ body: body() })).toMatchObject({ status: 200 });
      expect(await find(GRID)).toMatchObject({ state: 'installed' });
      expect(await find(TWO)).toMatchObject({ state: 'gone' });
      expect(await ask(all[0], ONE, GRETA)).toBe('member');
      const of = body();
      bench.standIn.fail({ method: 'auth.test', how: '500-before', times: 1 });
      await bench.standIn.deliverRaw({ body: of });
      expect(await find(GRID)).toMatchObject({ state: 'parked' });
    });
  });
};
