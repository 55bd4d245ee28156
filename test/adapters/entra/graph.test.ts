import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, describe, expect, it } from '@jest/globals';
import { PAYROLL_TEAM, SAMPLE_GROUPS } from '../../../playground/graph/sample.ts';
import { until } from '../../support/until.ts';
import { idOf, SAMPLE, scene, TOKEN, teams, whileTimeRuns } from './support.ts';

const ERIN = teams(idOf('erin'));
const UNREACHABLE = { ok: false, why: 'unreachable' };

const servers: Server[] = [];
afterAll(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

/** A Graph that answers like none: whatever the handler does. */
const odd = async (answer: (response: ServerResponse, url: string) => void): Promise<string> => {
  const server = createServer((request, response) => answer(response, request.url ?? ''));
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

const json = (response: ServerResponse, body: unknown): void =>
  void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));

const outcomes = (counted: Awaited<ReturnType<typeof scene>>['counted'], operation: string): unknown =>
  counted.filter(([, labels]) => labels?.['operation'] === operation).map(([, labels]) => labels?.['outcome']);

describe('a call to Graph', () => {
  it('is tried three times where the service is away, and then given up', async () => {
    const { directory, graph, asked, clock, counted } = await scene();
    graph.setMode('outage');
    expect(await whileTimeRuns(clock, directory.find(ERIN))).toEqual(UNREACHABLE);
    expect(asked('user')).toBe(3);
    expect(outcomes(counted, 'user')).toEqual(['503']);
  });

  it('succeeds once the service is back within its time', async () => {
    const { directory, graph, clock, asked } = await scene();
    graph.setMode('outage');
    const finding = directory.find(ERIN);
    await until(() => asked('user') === 1 && asked('groups') === 1 && clock.sleeping() === 2);
    graph.setMode('ok');
    expect(await whileTimeRuns(clock, finding)).toMatchObject({ ok: true });
  });

  it('waits as long as Graph asks for, and not a moment less', async () => {
    const { directory, graph, clock, asked } = await scene();
    graph.setMode('throttled', { seconds: 2 });
    const finding = directory.find(ERIN);
    await until(() => asked('user') === 1 && asked('groups') === 1 && clock.sleeping() === 2);
    graph.setMode('ok');
    await clock.advance(1_999);
    expect(asked('user')).toBe(1);
    expect(await whileTimeRuns(clock, finding)).toMatchObject({ ok: true });
  });

  it('is not made at all while Graph wants to be left alone for longer than somebody would wait', async () => {
    const { directory, graph, clock, asked } = await scene();
    graph.setMode('throttled', { seconds: 60 });
    expect(await whileTimeRuns(clock, directory.find(ERIN))).toEqual(UNREACHABLE);
    graph.setMode('ok');
    const before = asked('user');
    expect(await whileTimeRuns(clock, directory.find(teams(idOf('evan'))))).toEqual(UNREACHABLE);
    expect(asked('user')).toBe(before);
    await clock.advance(60_000);
    expect(await directory.find(ERIN)).toMatchObject({ ok: true });
  });

  it('has a deadline where nobody answers', async () => {
    const { directory, graph, clock, counted } = await scene();
    graph.setMode('hang');
    expect(await whileTimeRuns(clock, directory.find(ERIN))).toEqual(UNREACHABLE);
    expect(outcomes(counted, 'user')).toEqual(['timeout']);
  });

  it('has a deadline where nobody gives a token, and none where one is refused', async () => {
    const waiting = await scene({ options: { token: () => new Promise(() => undefined) } });
    expect(await whileTimeRuns(waiting.clock, waiting.directory.find(ERIN))).toEqual(UNREACHABLE);
    const refused = await scene({ options: { token: () => Promise.reject(new Error('no')) } });
    expect(await whileTimeRuns(refused.clock, refused.directory.find(ERIN))).toEqual(UNREACHABLE);
    for (const token of ['', 'two words', 'line\r\nbreak', 'ü']) {
      const odd = await scene({ options: { token: async () => token } });
      expect([token, await odd.directory.find(ERIN)]).toEqual([token, UNREACHABLE]);
      expect(odd.graph.requests()).toEqual([]);
    }
  });

  it('asks for the token anew each time, so that a rotated one counts at once', async () => {
    let token = 'old';
    const { directory } = await scene({ options: { token: async () => token } });
    expect(await directory.find(ERIN)).toEqual(UNREACHABLE);
    token = TOKEN;
    expect(await directory.find(ERIN)).toMatchObject({ ok: true });
  });

  it('is made once more where a token had just ended, and no more than that', async () => {
    const { directory, graph, asked } = await scene();
    graph.refuse(2);
    expect(await directory.find(ERIN)).toMatchObject({ ok: true });
    expect([asked('user'), asked('groups')]).toEqual([2, 2]);
    graph.refuse(100);
    expect(await directory.find(teams(idOf('evan')))).toEqual(UNREACHABLE);
    expect([asked('user'), asked('groups')]).toEqual([4, 4]);
  });

  it('leaves Graph alone for ten seconds where it does not say for how long', async () => {
    const { directory, graph, clock, asked } = await scene();
    graph.setMode('throttled', { seconds: null });
    expect(await whileTimeRuns(clock, directory.find(ERIN))).toEqual(UNREACHABLE);
    graph.setMode('ok');
    const before = asked('user');
    expect(await whileTimeRuns(clock, directory.find(teams(idOf('evan'))))).toEqual(UNREACHABLE);
    expect(asked('user')).toBe(before);
    await clock.advance(10_000);
    expect(await directory.find(teams(idOf('evan')))).toMatchObject({ ok: true });
  });

  it('makes nobody of whom a permission hides what decides, and nobody more of a hidden group', async () => {
    const { directory, graph } = await scene();
    graph.lacks(['User.Read.All']);
    expect(await directory.find(ERIN)).toEqual(UNREACHABLE);
    const payroll = SAMPLE_GROUPS.get('payroll');
    const groups = SAMPLE.groups.map((each) => (each.id === payroll ? { ...each, hidden: true } : each));
    const hidden = await scene({ groups });
    expect(await hidden.directory.find(teams(idOf('pia')))).toMatchObject({ ok: true, person: { groups: [] } });
    hidden.graph.lacks([]);
    expect(await hidden.directory.find(teams(idOf('pia')), { anew: true })).toMatchObject({
      person: { groups: ['payroll'] },
    });
  });

  it('asks who somebody is as of now, though the index that lists are made from is behind', async () => {
    const { directory, graph } = await scene();
    await directory.start();
    graph.tenant.lag(true);
    graph.tenant.leave(idOf('pia'), PAYROLL_TEAM);
    expect(await directory.find(teams(idOf('pia')))).toMatchObject({ person: { groups: [] } });
    expect((await directory.members()).find(({ id }) => id === idOf('pia'))?.groups).toEqual(['payroll']);
    await directory.stop();
  });

  it('follows no redirect, which would take the token along', async () => {
    const reached: string[] = [];
    const elsewhere = await odd((response, url) => {
      reached.push(url);
      json(response, {});
    });
    const unsafeGraphUrl = await odd((response) => void response.writeHead(302, { location: elsewhere }).end());
    const { directory, clock } = await scene({ options: { unsafeGraphUrl } });
    expect(await whileTimeRuns(clock, directory.find(ERIN))).toEqual(UNREACHABLE);
    expect(reached).toEqual([]);
  });

  it('believes no answer that is too long, of another shape, or about somebody else', async () => {
    const whole = {
      id: idOf('erin'),
      displayName: 'Erin',
      userType: 'Member',
      accountEnabled: true,
      usageLocation: 'DE',
      userPrincipalName: 'erin@example.com',
    };
    const answers: readonly unknown[] = [
      { ...whole, id: idOf('evan') },
      { ...whole, accountEnabled: undefined },
      { ...whole, accountEnabled: 'true' },
      { ...whole, userPrincipalName: null },
      { ...whole, manager: { id: 'mona' } },
      { ...whole, more: 'x'.repeat(1024 * 1024) },
      [],
      null,
    ];
    let body: unknown = whole;
    const unsafeGraphUrl = await odd((response) => json(response, body));
    const groups = new Map<string, string>();
    for (const answer of answers) {
      body = answer;
      const { directory } = await scene({ options: { unsafeGraphUrl, groups } });
      expect([answer, await directory.find(ERIN)]).toEqual([answer, UNREACHABLE]);
    }
    body = whole;
    const { directory } = await scene({ options: { unsafeGraphUrl, groups } });
    expect(await directory.find(ERIN)).toMatchObject({ person: { kind: 'employee', manager: null } });
  });

  it('takes groups for unknown that were not asked for, or of which there are more elsewhere', async () => {
    const group = 'aaaaaaaa-0000-4000-8000-000000000001';
    const erin = SAMPLE.users.find(({ id }) => id === idOf('erin'));
    let memberships: unknown = { value: [group] };
    const unsafeGraphUrl = await odd((response, url) =>
      json(response, url.endsWith('Groups') ? memberships : { ...erin, manager: null }),
    );
    const find = async () =>
      (await scene({ options: { unsafeGraphUrl, groups: new Map([['payroll', group]]) } })).directory.find(ERIN);
    expect(await find()).toMatchObject({ person: { groups: ['payroll'] } });
    for (const answer of [
      { value: ['aaaaaaaa-0000-4000-8000-000000000002'] },
      { value: [group], '@odata.nextLink': 'https://graph.microsoft.com/v1.0/more' },
      { value: null },
      {},
    ]) {
      memberships = answer;
      expect([answer, await find()]).toEqual([answer, UNREACHABLE]);
    }
  });

  it('is one of sixteen at most, and all are answered', async () => {
    let now = 0;
    let most = 0;
    const waiting: (() => void)[] = [];
    const unsafeGraphUrl = await odd((response) => {
      now += 1;
      most = Math.max(most, now);
      waiting.push(() => {
        now -= 1;
        response.writeHead(404).end();
      });
    });
    const { directory } = await scene({ options: { unsafeGraphUrl, groups: new Map() } });
    const all = Promise.all(
      Array.from({ length: 60 }, (_, n) =>
        directory.find(teams(`aaaaaaaa-0000-4000-8000-${String(n).padStart(12, '0')}`)),
      ),
    );
    let answered = 0;
    await until(() => {
      for (const answer of waiting.splice(0)) {
        answer();
        answered += 1;
      }
      return answered === 60;
    });
    expect(new Set((await all).map((found) => (found.ok ? 'found' : found.why)))).toEqual(new Set(['unknown']));
    expect(most).toBeLessThanOrEqual(16);
    expect(most).toBeGreaterThan(1);
  });

  it('is let go when the directory stops', async () => {
    const { directory, graph, asked } = await scene();
    graph.setMode('hang');
    const finding = directory.find(ERIN);
    await until(() => asked('user') === 1);
    await directory.stop();
    expect(await finding).toEqual(UNREACHABLE);
  });

  it('leaves neither token, name nor address in the log', async () => {
    const at = await scene();
    await at.directory.start();
    at.graph.setMode('malformed');
    await at.directory.find(ERIN);
    at.graph.setMode('outage');
    await whileTimeRuns(at.clock, at.directory.find(teams(idOf('evan'))));
    await at.directory.stop();
    expect(at.lines.length).toBeGreaterThan(2);
    const written = JSON.stringify([at.lines, at.counted]);
    for (const secret of [TOKEN, 'Erin', 'Evan', 'example.com']) expect(written).not.toContain(secret);
  });
});
