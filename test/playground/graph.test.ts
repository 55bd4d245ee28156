import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import Fastify, { type FastifyInstance } from 'fastify';
import { PAYROLL_TEAM, readSampleTenant, SAMPLE_GROUPS } from '../../playground/graph/sample.ts';
import { createGraphStandIn } from '../../playground/graph/stand-in.ts';
import { SAMPLE_PEOPLE } from '../../src/policies/pack.ts';

const sample = readSampleTenant(SAMPLE_PEOPLE);
const { idOf } = sample;

interface Body {
  readonly value?: readonly Readonly<Record<string, unknown>>[];
  readonly '@odata.nextLink'?: string;
  readonly error?: { readonly code: string };
}

describe('the stand-in for Graph', () => {
  const graph = createGraphStandIn({ ...sample, accepts: (token) => token === 'good' });
  let app: FastifyInstance;
  let base: string;
  beforeAll(async () => {
    app = Fastify({ forceCloseConnections: true });
    graph.routes(app);
    base = `${await app.listen({ host: '127.0.0.1', port: 0 })}/standin/graph`;
  });
  beforeEach(() => graph.setMode('ok'));
  afterAll(() => app.close());

  const call = async (
    path: string,
    init: RequestInit = {},
  ): Promise<{ readonly status: number; readonly body: Body; readonly headers: Headers }> => {
    const response = await fetch(path.startsWith('http') ? path : `${base}/v1.0${path}`, {
      ...init,
      headers: { authorization: 'Bearer good', ...init.headers },
    });
    return { status: response.status, body: (await response.json()) as Body, headers: response.headers };
  };
  const check = (id: string, body: unknown) =>
    call(`/users/${id}/checkMemberGroups`, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    });

  it('shows what was selected and nothing else, and by itself neither type nor country', async () => {
    const erin = `/users/${idOf('erin')}`;
    expect((await call(`${erin}?$select=id,userType&$expand=manager($select=id)`)).body).toEqual({
      id: idOf('erin'),
      userType: 'Member',
      manager: { '@odata.type': '#microsoft.graph.user', id: idOf('mona') },
    });
    const plain = (await call(erin)).body;
    expect(Object.keys(plain)).not.toContain('accountEnabled');
    expect(Object.keys(plain)).not.toContain('manager');
    expect((await call(`/users/${idOf('mona')}?$select=id&$expand=manager`)).body).toEqual({ id: idOf('mona') });
  });

  it('refuses what Graph would not understand', async () => {
    for (const query of [
      '$select=id,shoeSize',
      '$expand=directReports',
      '$expand=manager($select=mail)',
      '$top=1000',
      '$top=0',
      "$filter=displayName eq 'Erin'",
      "$filter=mail eq 'a",
      "$filter=mail eq 'a'b'",
      '$skiptoken=unknown',
      'select=id',
    ]) {
      expect([query, (await call(`/users?${query}`)).status]).toEqual([query, 400]);
    }
    expect((await call(`/users/${idOf('erin')}?$top=1`)).status).toBe(400);
  });

  it('lists everybody over several pages', async () => {
    const ids: unknown[] = [];
    let pages = 0;
    let next: string | undefined = '/users?$select=id&$top=999';
    while (next !== undefined) {
      const { body } = await call(next);
      ids.push(...(body.value ?? []).map(({ id }) => id));
      next = body['@odata.nextLink'];
      pages += 1;
    }
    expect(ids).toEqual(sample.users.map(({ id }) => id));
    expect(pages).toBeGreaterThanOrEqual(2);
  });

  it('finds whoever has an address or a name, in any case, with a quote in it', async () => {
    graph.tenant.change(idOf('evan'), { mail: "e'van@example.com" });
    const idsOf = async (filter: string) =>
      (await call(`/users?$select=id&$filter=${encodeURIComponent(filter)}`)).body.value?.map(({ id }) => id);
    expect(await idsOf("mail eq 'ERIN@example.com'")).toEqual([idOf('erin')]);
    expect(await idsOf("mail eq 'e''van@example.com' or userPrincipalName eq 'hana@example.com'")).toEqual([
      idOf('evan'),
      idOf('hana'),
    ]);
    expect(await idsOf("mail eq 'x'' or mail eq ''pia@example.com'")).toEqual([]);
  });

  it('checks groups through groups, twenty at most, and knows what it does not know', async () => {
    const payroll = SAMPLE_GROUPS.get('payroll') ?? '';
    const all = [...SAMPLE_GROUPS.values()];
    expect((await check(idOf('pia'), { groupIds: all })).body).toEqual({ value: [payroll] });
    graph.tenant.leave(idOf('pia'), PAYROLL_TEAM);
    expect((await check(idOf('pia'), { groupIds: all })).body).toEqual({ value: [] });
    graph.tenant.join(idOf('pia'), PAYROLL_TEAM);
    const many = Array.from({ length: 21 }, () => payroll);
    const statuses = [
      await check(idOf('pia'), { groupIds: many }),
      await check(idOf('pia'), { groupIds: ['payroll'] }),
      await check(idOf('pia'), { groupIds: [payroll], more: 1 }),
      await check('aaaaaaaa-0000-4000-8000-000000000001', { groupIds: [payroll] }),
      await check(idOf('pia'), { groupIds: ['aaaaaaaa-0000-4000-8000-000000000001'] }),
    ].map(({ status }) => status);
    expect(statuses).toEqual([400, 400, 400, 404, 404]);
  });

  it('answers nobody without a token of its own, and keeps none', async () => {
    for (const authorization of ['', 'Bearer bad', 'Basic good', 'good']) {
      const { status, body } = await call('/users', { headers: { authorization } });
      expect([authorization, status, body.error?.code]).toEqual([authorization, 401, 'InvalidAuthenticationToken']);
    }
    const { requests } = (await (await fetch(`${base}/requests`)).json()) as { readonly requests: readonly unknown[] };
    expect(requests.at(-1)).toEqual({
      at: expect.any(Number),
      method: 'GET',
      url: '/standin/graph/v1.0/users',
      operation: 'users',
      status: 401,
    });
    expect(requests).toEqual(graph.requests());
    expect(JSON.stringify(requests)).not.toMatch(/good|bad/);
  });

  it('answers 404 to everything else and keeps that, too', async () => {
    for (const path of [
      '/groups',
      '/me',
      `/users/${idOf('erin')}/manager`,
      '/users/aaaaaaaa-0000-4000-8000-000000000001',
    ]) {
      expect([path, (await call(path)).status]).toEqual([path, 404]);
      expect(graph.requests().at(-1)).toMatchObject({ url: `/standin/graph/v1.0${path}`, status: 404 });
    }
    expect((await call(`/users/${idOf('erin')}`, { method: 'DELETE' })).status).toBe(404);
  });

  it('breaks as it is told to, and for known tokens only', async () => {
    const status = async () => (await call('/users')).status;
    graph.setMode('outage');
    expect(await status()).toBe(503);
    graph.setMode('throttled', { seconds: 7 });
    const throttled = await call('/users');
    expect([throttled.status, throttled.headers.get('retry-after')]).toEqual([429, '7']);
    graph.setMode('malformed');
    expect((await call('/users')).body).toEqual({ value: 'none', id: 7 });
    expect((await call('/users', { headers: { authorization: 'Bearer bad' } })).status).toBe(401);
    graph.setMode('hang');
    await expect(call('/users', { signal: AbortSignal.timeout(100) })).rejects.toThrow();
    graph.setMode('half');
    expect([await status(), (await check(idOf('pia'), { groupIds: [SAMPLE_GROUPS.get('hr')] })).status]).toEqual([
      200, 503,
    ]);
  });

  it('throttles everything at once, and need not say for how long', async () => {
    graph.setMode('throttled', { seconds: 7 });
    const [one, two] = [await call('/users'), await check(idOf('erin'), { groupIds: [...SAMPLE_GROUPS.values()] })];
    expect([one.status, two.status, one.headers.get('retry-after')]).toEqual([429, 429, '7']);
    graph.setMode('throttled', { seconds: null });
    const silent = await call('/users');
    expect([silent.status, silent.headers.get('retry-after')]).toEqual([429, null]);
  });

  it('refuses a good token so often as it is told to', async () => {
    graph.refuse(1);
    expect([(await call('/users')).status, (await call('/users')).status]).toEqual([401, 200]);
  });

  it('gives fields that the app may not read as null, and says nothing of it', async () => {
    graph.lacks(['User.Read.All', 'Member.Read.Hidden']);
    const { status, body } = await call(
      `/users/${idOf('erin')}?$select=id,displayName,accountEnabled,userType,usageLocation&$expand=manager($select=id)`,
    );
    expect([status, body]).toEqual([
      200,
      { id: idOf('erin'), displayName: 'Erin Weber', accountEnabled: null, userType: null, usageLocation: null },
    ]);
    graph.lacks(['Member.Read.Hidden']);
  });

  it('begins a list by filter with a page on which there is nobody, and goes on elsewhere', async () => {
    graph.setSparse(true);
    const first = await call("/users?$filter=mail eq 'erin@example.com'&$select=id");
    expect([first.body.value, typeof first.body['@odata.nextLink']]).toEqual([[], 'string']);
    expect((await call(first.body['@odata.nextLink'] ?? '')).body.value).toEqual([{ id: idOf('erin') }]);
    graph.setSparse(false);
  });

  it('shows nobody in a group with hidden membership to an app that may not see it', async () => {
    const [group = ''] = SAMPLE_GROUPS.values();
    const hidden = createGraphStandIn({
      ...sample,
      groups: sample.groups.map((each) => (each.id === group ? { ...each, hidden: true } : each)),
      accepts: () => true,
    });
    const server = Fastify({ forceCloseConnections: true });
    hidden.routes(server);
    const at = `${await server.listen({ host: '127.0.0.1', port: 0 })}/standin/graph/v1.0`;
    const seen = async (): Promise<unknown> => {
      const response = await fetch(
        `${at}/groups/${group}/transitiveMembers/microsoft.graph.user?$select=id&$count=true`,
        {
          headers: { authorization: 'Bearer x', consistencylevel: 'eventual' },
        },
      );
      return ((await response.json()) as Body).value?.length;
    };
    expect(await seen()).toBe(0);
    hidden.lacks([]);
    expect(await seen()).toBeGreaterThan(0);
    await server.close();
  });

  it('answers advanced queries from an index that may be behind, and checks a person as of now', async () => {
    const payroll = SAMPLE_GROUPS.get('payroll') ?? '';
    const members = async (): Promise<unknown> =>
      (
        await call(`/groups/${payroll}/transitiveMembers/microsoft.graph.user?$select=id&$count=true`, {
          headers: { consistencylevel: 'eventual' },
        })
      ).body.value;
    graph.tenant.lag(true);
    graph.tenant.leave(idOf('pia'), PAYROLL_TEAM);
    expect(await members()).toEqual([{ id: idOf('pia') }]);
    expect((await check(idOf('pia'), { groupIds: [payroll] })).body.value).toEqual([]);
    graph.tenant.lag(false);
    expect(await members()).toEqual([]);
    graph.tenant.join(idOf('pia'), PAYROLL_TEAM);
  });

  it('forgets whoever is removed, as a manager and in groups', async () => {
    graph.tenant.remove(idOf('hana'));
    expect((await call(`/users/${idOf('hana')}`)).status).toBe(404);
    expect((await call(`/users/${idOf('hugo')}?$select=id&$expand=manager`)).body).toEqual({ id: idOf('hugo') });
    expect(() => graph.tenant.change(idOf('hana'), { accountEnabled: false })).toThrow();
  });
});
