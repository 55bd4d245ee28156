import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createSqliteStore } from '../../../src/adapters/sqlite/store.ts';
import { systemClock } from '../../../src/adapters/system/system.ts';
import type { Clock, Store } from '../../../src/core/ports.ts';
import {
  type BenchOptions,
  begin,
  FOREIGN,
  GRID,
  grant,
  IN_GRID,
  type InstallBench,
  install,
  ONE,
  openInstalls,
  PLAIN,
  type Process,
  PUBLIC_URL,
  REDIRECT,
  SCOPES,
  visit,
} from './install-support.ts';
import { TEAM } from './support.ts';

let folder = '';
let store: Store;
let bench: InstallBench | null = null;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sotto-install-'));
  store = createSqliteStore({ path: join(folder, 'a.db') });
});
afterEach(async () => {
  await bench?.close();
  bench = null;
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

const open = async (o: Partial<BenchOptions> = {}): Promise<Process> => {
  bench = await openInstalls({ stores: [store], clock: systemClock(), ...o });
  const [first] = bench.processes;
  if (first === undefined) throw new Error('There is no process.');
  return first;
};
const calls = (method: string) => bench?.standIn.requests({ method }) ?? [];
const kept = async () => (await store.installations.all()).installations;

describe('Slack’s app is installed by OAuth', () => {
  it('from our page to Slack’s, with all that the manifest asks for, and back to our address', async () => {
    const process = await open();
    const answer = await visit(`${process.base}/slack/install`);
    expect(answer.status).toBe(302);
    const url = new URL(answer.headers.get('location') ?? '');
    expect(url.pathname).toBe('/standin/slack/oauth/v2/authorize');
    expect(url.searchParams.get('scope')).toBe(SCOPES.join(','));
    expect(url.searchParams.get('redirect_uri')).toBe(REDIRECT);
    const cookie = answer.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(
      /^__Host-sotto-install=[\w.-]{50,90}; Path=\/; Max-Age=600; Secure; HttpOnly; SameSite=Lax$/,
    );
    expect(cookie).toContain(url.searchParams.get('state') ?? 'none');
  });

  it('and is kept sealed, on record first, and said so on a page without script', async () => {
    const process = await open();
    const answer = await install(process, { team: TEAM });
    expect([answer.status, answer.body]).toEqual([200, expect.stringContaining('<h1>Sotto is installed</h1>')]);
    expect(answer.headers.get('content-security-policy')).toMatch(/^default-src 'none'; .*frame-ancestors 'none'$/);
    expect(answer.headers.get('set-cookie')).toContain('Max-Age=0');
    expect(answer.body).not.toMatch(/<script|<style|https?:/);
    expect(process.recorded).toEqual([{ tenant: TEAM, change: 'installed', code: null }]);
    const [row] = await kept();
    expect(row).toMatchObject({ platform: 'slack', tenant: TEAM, state: 'installed', endsAt: null, renewAt: null });
    expect(row?.value).not.toContain('xoxb');
    // The token works at once, and none came from a vault.
    const profile = await process.slack.profile({
      platform: 'slack',
      tenant: TEAM,
      user: 'U0EVAN0000',
      external: false,
    });
    expect(profile).toMatchObject({ kind: 'member' });
  });

  it('in German where the browser asks for that', async () => {
    const process = await open();
    const { body } = await install(process, { team: TEAM }, { headers: { 'accept-language': 'fr, de-AT;q=0.8, en' } });
    expect(body).toContain('<html lang="de">');
    expect(body).toContain('Sotto ist installiert');
  });

  it('begun in one process and ended in another, whose tokens the others know', async () => {
    const process = await open({ stores: [store, store, store] });
    const [, second, third] = bench?.processes ?? [];
    if (second === undefined || third === undefined) throw new Error('There are too few.');
    expect((await install(process, { team: TEAM }, { to: second })).status).toBe(200);
    const asked = { platform: 'slack', tenant: TEAM, user: 'U0EVAN0000', external: false } as const;
    expect(await third.slack.profile(asked)).toMatchObject({ kind: 'member' });
  });

  it('and not where whoever was asked does not grant it', async () => {
    const process = await open();
    const answer = await install(process, { team: TEAM, as: 'deny' });
    expect([answer.status, answer.body]).toEqual([200, expect.stringContaining('Nothing was installed')]);
    expect([await kept(), process.recorded]).toEqual([[], []]);
  });
});

describe('what comes back from Slack is refused', () => {
  const refused = async (process: Process, query: string, cookie: string | null, reason: string): Promise<string> => {
    const answer = await visit(`${process.base}/slack/oauth_redirect${query}`, cookie === null ? {} : { cookie });
    expect([answer.status, process.rejected.at(-1)]).toEqual([400, reason]);
    expect(answer.headers.get('set-cookie')).toContain('Max-Age=0');
    expect([await kept(), process.recorded, calls('oauth.v2.access')]).toEqual([[], [], []]);
    return answer.body;
  };

  it('without a state, as Slack’s administration pages send it: begin at our page', async () => {
    const process = await open();
    const { cookie, location } = await begin(process);
    const query = new URLSearchParams(await grant(location, { team: TEAM }));
    query.delete('state');
    const body = await refused(process, `?${query.toString()}`, cookie, 'state-missing');
    expect(body).toContain(`${PUBLIC_URL}/slack/install`);
  });

  it('with a state of somebody else’s making, of another browser, or said twice', async () => {
    const process = await open();
    const { cookie, location } = await begin(process);
    const other = await begin(process);
    const query = await grant(location, { team: TEAM });
    const state = new URLSearchParams(query).get('state') ?? '';
    const [nonce = '', at = '', mac = ''] = state.split('.');
    const forged = `${nonce}.${at}.${mac.replace(/^./, (first) => (first === '0' ? '1' : '0'))}`;
    const name = cookie.split('=', 1)[0];
    await refused(process, query.replace(state, forged), `${name}=${forged}`, 'state-forged');
    await refused(process, query, null, 'state-foreign-browser');
    await refused(process, query, other.cookie, 'state-foreign-browser');
    await refused(process, query, `${other.cookie}; ${cookie}`, 'state-foreign-browser');
    await refused(process, `${query}&state=${state}`, cookie, 'state-missing');
    await refused(process, `${query}&code=other`, cookie, 'code-missing');
    await refused(process, `?state=${state}`, cookie, 'code-missing');
    // What was refused has used nothing up.
    expect((await visit(`${process.base}/slack/oauth_redirect${query}`, { cookie })).status).toBe(200);
  });

  it('after ten minutes, and before its time', async () => {
    let ahead = 0;
    const real = systemClock();
    const clock: Clock = { now: () => real.now() + ahead, sleep: real.sleep };
    const process = await open({ clock });
    const { cookie, location } = await begin(process);
    const query = await grant(location, { team: TEAM });
    ahead = 10 * 60_000;
    await refused(process, query, cookie, 'state-late');
    ahead = -2 * 60_000;
    await refused(process, query, cookie, 'state-late');
    ahead = 9 * 60_000;
    expect((await visit(`${process.base}/slack/oauth_redirect${query}`, { cookie })).status).toBe(200);
  });

  it('a second time, whichever process it comes to and however many come at once', async () => {
    const process = await open({ stores: [store, store, store] });
    const { cookie, location } = await begin(process);
    const query = await grant(location, { team: TEAM });
    const answers = await Promise.all(
      (bench?.processes ?? []).map(({ base }) => visit(`${base}/slack/oauth_redirect${query}`, { cookie })),
    );
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 400, 400]);
    expect(calls('oauth.v2.access')).toHaveLength(1);
    expect((bench?.processes ?? []).flatMap(({ rejected }) => rejected)).toEqual(['state-used', 'state-used']);
  });

  it('with a code that Slack does not know, and says what Slack said', async () => {
    const process = await open();
    const { cookie, location } = await begin(process);
    const query = new URLSearchParams(await grant(location, { team: TEAM }));
    query.set('code', 'of-nobody');
    const answer = await visit(`${process.base}/slack/oauth_redirect?${query.toString()}`, { cookie });
    expect([answer.status, answer.body]).toEqual([502, expect.stringContaining('invalid_code')]);
    expect(await kept()).toEqual([]);
  });

  it('where too many try at once, so that nobody makes us call Slack without end', async () => {
    const process = await open();
    const tries: number[] = [];
    for (let at = 0; at < 40; at++) {
      const { cookie, location } = await begin(process);
      const query = await grant(location, { team: TEAM });
      tries.push((await visit(`${process.base}/slack/oauth_redirect${query}`, { cookie })).status);
    }
    expect(tries.filter((status) => status === 429).length).toBeGreaterThan(0);
    expect(tries[0]).toBe(200);
    expect(process.rejected).toContain('too-many-installs');
  });

  it('and whoever was kept out by others has only to load the page again: neither state, nor code, nor cookie was used up', async () => {
    let room = false;
    const { budgets } = store;
    const take: typeof budgets.take = (asked) => budgets.take(room ? asked : { ...asked, want: 0 });
    const process = await open({ stores: [{ ...store, budgets: { ...budgets, take } }] });
    const { cookie, location } = await begin(process);
    const back = `${process.base}/slack/oauth_redirect${await grant(location, { team: TEAM })}`;
    const busy = await visit(back, { cookie });
    expect(busy.status).toBe(429);
    expect(busy.headers.get('set-cookie')).toBeNull();
    expect(busy.headers.get('retry-after')).toBe('10');
    room = true;
    expect((await visit(back, { cookie })).status).toBe(200);
  });
});

describe('where the app may not be', () => {
  it.each([
    { what: 'a workspace that is on no list', how: { team: FOREIGN } },
    {
      what: 'a workspace of an organisation, where only others are on the list',
      how: { team: ONE },
      teamIds: [TEAM, PLAIN],
    },
    {
      what: 'an organisation of which one workspace is on the list',
      how: { team: IN_GRID, as: 'org' as const },
      teamIds: [TEAM, IN_GRID],
    },
  ])('R3 is installed nowhere, given back at once and on record: $what', async ({ how, teamIds }) => {
    const process = await open(teamIds === undefined ? {} : { teamIds });
    const answer = await install(process, how);
    expect([answer.status, answer.body]).toEqual([403, expect.stringContaining('SLACK_TEAM_IDS')]);
    expect(await kept()).toEqual([]);
    const tenant = 'as' in how ? GRID : how.team;
    expect(process.recorded).toEqual([{ tenant, change: 'refused', code: 'team-foreign' }]);
    expect(calls('auth.revoke')).toMatchObject([{ ok: true }]);
  });

  it('and where Slack does not take the token back, somebody hears of it', async () => {
    const process = await open();
    bench?.standIn.fail({ method: 'auth.revoke', how: '500-before' });
    expect((await install(process, { team: FOREIGN })).status).toBe(403);
    expect(process.logged.join()).toContain('slack.token-not-revoked');
    expect(process.counted).toContain('install_tokens_not_revoked');
  });

  it('and what cannot be kept is given back, on record; what stands there stays', async () => {
    let away = true;
    const process = await open({
      installations: (own) => ({
        ...own,
        install: async (row) => {
          if (away) return 'full';
          return own.install(row);
        },
      }),
    });
    expect((await install(process, { team: TEAM })).status).toBe(503);
    expect([await kept(), process.recorded]).toEqual([
      [],
      [
        { tenant: TEAM, change: 'installed', code: null },
        { tenant: TEAM, change: 'refused', code: 'full' },
      ],
    ]);
    expect(calls('auth.revoke')).toMatchObject([{ ok: true }]);
    away = false;
    expect((await install(process, { team: TEAM })).status).toBe(200);
    away = true;
    expect((await install(process, { team: TEAM })).status).toBe(503);
    expect(calls('auth.revoke')).toHaveLength(1);
    expect(process.recorded.at(-1)).toEqual({ tenant: TEAM, change: 'refused', code: 'full' });
  });

  it('R3 but a workspace of an organisation that is on the list may have an installation of its own', async () => {
    const process = await open({ teamIds: [GRID] });
    expect((await install(process, { team: ONE })).status).toBe(200);
    expect((await kept()).map(({ tenant }) => tenant)).toEqual([ONE]);
  });

  it('is refused with less than it needs, in a sentence that says what is missing, and given back', async () => {
    const process = await open();
    const answer = await install(process, { team: TEAM, without: 'im:history,users:read.email' });
    expect([answer.status, answer.body]).toEqual([403, expect.stringContaining('im:history, users:read.email')]);
    expect([await kept(), process.recorded]).toEqual([
      [],
      [{ tenant: TEAM, change: 'refused', code: 'scopes-missing' }],
    ]);
    expect(calls('auth.revoke')).toHaveLength(1);
  });

  it('but what stands there is not taken away by an attempt with less', async () => {
    const process = await open();
    expect((await install(process, { team: TEAM })).status).toBe(200);
    expect((await install(process, { team: TEAM, without: 'im:history' })).status).toBe(403);
    expect(calls('auth.revoke')).toEqual([]);
    const asked = { platform: 'slack', tenant: TEAM, user: 'U0EVAN0000', external: false } as const;
    expect(await process.slack.profile(asked)).toMatchObject({ kind: 'member' });
  });

  it('and nothing of it all stands in any log: no code, no state, no token, no secret', async () => {
    const process = await open({ rotation: true });
    const { cookie, location } = await begin(process);
    const query = await grant(location, { team: TEAM });
    await visit(`${process.base}/slack/oauth_redirect${query}`, { cookie });
    await install(process, { team: FOREIGN });
    const secrets = [...new URLSearchParams(query).values(), 'xoxb', 'xoxe', 'client-secret'];
    for (const secret of secrets) expect(process.logged.join('\n')).not.toContain(secret);
  });
});
