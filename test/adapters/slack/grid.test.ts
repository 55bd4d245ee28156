import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Json } from '../../../playground/slack/types.ts';
import { systemClock } from '../../../src/adapters/system/system.ts';
import { type Stores, sqliteStores } from './install-stores.ts';
import {
  type BenchOptions,
  FOREIGN,
  GINA,
  GRETA,
  GRID,
  GUS,
  IN_GRID,
  type InstallBench,
  install,
  ONE,
  openInstalls,
  PLAIN,
  type Process,
  TWO,
} from './install-support.ts';
import { APP, EVAN, FORM, formOf, messageEvent, pressPayload, TEAM } from './support.ts';

let stores: Stores;
let bench: InstallBench;
beforeEach(async () => {
  stores = await sqliteStores(2);
});
afterEach(async () => {
  await bench.close();
  await stores.close();
});

const kept = () => {
  const [store] = stores.all;
  if (store === undefined) throw new Error('There is no store.');
  return store.installations;
};
const open = async (o: Partial<BenchOptions> = {}): Promise<readonly [Process, Process]> => {
  bench = await openInstalls({ stores: stores.all, clock: systemClock(), ...o });
  const [first, second] = bench.processes;
  if (first === undefined || second === undefined) throw new Error('There are too few.');
  return [first, second];
};
const ask = async (process: Process, tenant: string, user: string) => {
  const profile = await process.slack.profile({ platform: 'slack', tenant, user, external: false });
  return profile === 'unreachable' ? profile : profile.kind;
};
const card = { text: 'Hello', note: null, buttons: [], fallback: null };
const event = async (team: string, over: Json = {}, envelope: Json = {}): Promise<number> => {
  const body = JSON.stringify(bench.standIn.envelope(messageEvent(over), envelope, team));
  return (await bench.standIn.deliverRaw({ body })).status;
};

describe('the three kinds of installation', () => {
  it('R25 each workspace is served by its own token, or by its organisation’s, which is told which one is meant', async () => {
    const [first, second] = await open();
    expect((await install(first, { team: TEAM })).status).toBe(200);
    expect((await install(first, { team: IN_GRID })).status).toBe(200);
    expect((await install(first, { team: ONE, as: 'org' })).status).toBe(200);
    const { installations } = await kept().all();
    expect(installations.map(({ tenant }) => tenant).toSorted()).toEqual([GRID, IN_GRID, TEAM].toSorted());
    for (const [team, user] of [
      [ONE, GRETA],
      [TWO, GINA],
      [IN_GRID, GUS],
      [TEAM, EVAN],
    ] as const)
      expect(await bench.standIn.say({ team, user, text: 'hello' })).toMatchObject({ delivered: 200 });
    expect(first.accepted.map(({ account }) => [account.tenant, account.external])).toEqual([
      [ONE, false],
      [TWO, false],
      [IN_GRID, false],
      [TEAM, false],
    ]);
    // Another process, which heard none of it, answers from the store alone.
    for (const [tenant, user] of [
      [ONE, GRETA],
      [TWO, GINA],
      [IN_GRID, GUS],
      [TEAM, EVAN],
    ] as const) {
      expect(await ask(second, tenant, user)).toBe('member');
      const posted = await second.slack.platform.post({ to: { tenant, user, channel: null }, card, key: tenant });
      expect(posted).toMatchObject({ ok: true });
    }
    const asked = bench.standIn.requests({ method: 'users.info' });
    expect(asked.map(({ team, args, ok }) => [team, args['team_id'] ?? null, ok])).toEqual([
      [ONE, ONE, true],
      [TWO, TWO, true],
      [IN_GRID, null, true],
      [TEAM, null, true],
    ]);
    const posts = bench.standIn.requests({ method: 'chat.postMessage' });
    expect(posts.map(({ team, args, ok }) => [team, args['team_id'] ?? null, ok])).toEqual([
      [ONE, ONE, true],
      [TWO, TWO, true],
      [IN_GRID, null, true],
      [TEAM, null, true],
    ]);
  });

  it('R25 an organisation’s id beside a workspace is no organisation-wide installation', async () => {
    const [first] = await open();
    await install(first, { team: IN_GRID });
    await bench.standIn.say({ team: IN_GRID, user: GUS, text: 'hello' });
    expect((await kept().all()).links).toEqual([]);
    // So nothing is known of its neighbour, and no token of another is tried there.
    const before = bench.standIn.requests().length;
    expect(await ask(first, ONE, GRETA)).toBe('unreachable');
    expect(bench.standIn.requests()).toHaveLength(before);
  });

  it('R25 an installation without a workspace never breaks anything: events, presses, views and the end of it', async () => {
    const [first] = await open();
    await install(first, { team: ONE, as: 'org' });
    const authorizations = [
      { enterprise_id: GRID, team_id: null, user_id: 'U0BOT', is_bot: true, is_enterprise_install: true },
    ];
    expect(await event(ONE, {}, { authorizations })).toBe(200);
    expect(await event(ONE, {}, { authorizations, team_id: null })).toBe(200);
    const press = formOf(
      pressPayload({
        user: { id: GRETA, team_id: ONE },
        team: null,
        enterprise: { id: GRID, name: 'Grid' },
        is_enterprise_install: true,
      }),
    );
    expect(await bench.standIn.deliverRaw({ body: press, contentType: FORM })).toMatchObject({ status: 200 });
    const view = formOf({
      type: 'view_closed',
      api_app_id: APP,
      team: null,
      user: { id: GRETA, team_id: ONE },
      enterprise: { id: GRID, name: 'Grid' },
      is_enterprise_install: true,
      view: { id: 'V1', team_id: ONE, app_installed_team_id: GRID, type: 'modal' },
    });
    expect(await bench.standIn.deliverRaw({ body: view, contentType: FORM })).toMatchObject({ status: 200 });
    const ended = { team_id: null, enterprise_id: GRID, is_enterprise_install: true, authorizations: [] };
    const body = JSON.stringify(bench.standIn.envelope({ type: 'app_uninstalled' }, ended, ONE));
    expect(await bench.standIn.deliverRaw({ body })).toMatchObject({ status: 200 });
    expect(await kept().find({ platform: 'slack', tenant: GRID })).toMatchObject({
      state: 'gone',
    });
    expect(first.logged.join()).not.toMatch(/failed/);
  });

  it('R25 a token in the vault that is good for a whole organisation is told the workspace as well', async () => {
    const [first] = await open({
      byHand: true,
      teamIds: [GRID],
      botToken: async () => ({ current: 'xoxb-org-wide', accepted: ['xoxb-org-wide'] }),
      standIn: {
        workspaces: [
          {
            teamId: ONE,
            enterpriseId: GRID,
            installation: 'org',
            botToken: 'xoxb-org-wide',
            people: [{ user: GRETA, name: 'Greta', kind: 'employee' }],
          },
          {
            teamId: TWO,
            enterpriseId: GRID,
            installation: 'org',
            botToken: 'xoxb-org-wide',
            people: [{ user: GINA, name: 'Gina', kind: 'employee' }],
          },
        ],
      },
    });
    for (let tries = 0; tries < 100 && bench.standIn.requests({ method: 'auth.test' }).length === 0; tries++)
      await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await ask(first, TWO, GINA)).toBe('member');
    expect(bench.standIn.requests({ method: 'users.info' })).toMatchObject([{ team: TWO, args: { team_id: TWO } }]);
  });
});

describe('which installation is meant', () => {
  it('R32 is what Slack authorised, never the workspace of whoever wrote', async () => {
    const [first] = await open({ teamIds: [TEAM, PLAIN] });
    await install(first, { team: TEAM });
    await install(first, { team: PLAIN });
    expect(await event(TEAM, { team: PLAIN, user_team: PLAIN })).toBe(200);
    expect(first.accepted.map(({ account }) => account.tenant)).toEqual([TEAM]);
    // Somebody of a workspace that is on no list writes in a channel that is shared with it.
    expect(
      await event(TEAM, { team: FOREIGN, user_team: FOREIGN }, { is_ext_shared_channel: true, team_id: FOREIGN }),
    ).toBe(200);
    expect(first.accepted.map(({ account }) => [account.tenant, account.external])).toEqual([
      [TEAM, false],
      [TEAM, true],
    ]);
    expect((await kept().all()).links).toEqual([]);
  });

  it('R32 and whoever answers, later and elsewhere, has the token from the store: there is none in the vault', async () => {
    const [first, second] = await open();
    await install(first, { team: TEAM });
    await install(first, { team: PLAIN });
    await bench.standIn.say({ team: TEAM, user: EVAN, text: 'hello' });
    const [question] = first.accepted;
    const to = { tenant: question?.account.tenant ?? '', user: EVAN, channel: question?.place.channel ?? null };
    expect(await second.slack.platform.post({ to, card, key: 'k' })).toMatchObject({ ok: true });
    expect(bench.standIn.history({ team: TEAM }).map(({ text }) => text)).toContain('Hello');
    expect(bench.standIn.history({ team: PLAIN })).toEqual([]);
  });

  it('R32 and nobody answers where nothing is installed, though the workspace is on the list', async () => {
    const [first] = await open();
    await install(first, { team: TEAM });
    const posted = await first.slack.platform.post({
      to: { tenant: PLAIN, user: EVAN, channel: null },
      card,
      key: 'k',
    });
    expect(posted).toMatchObject({ ok: false, fault: 'later', code: 'credential-parked' });
    expect(bench.standIn.requests({ method: 'chat.postMessage' })).toEqual([]);
  });
});
