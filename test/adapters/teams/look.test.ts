import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { SottoError } from '../../../src/core/errors.ts';
import type { Looked } from '../../../src/core/ports.ts';
import { APP, type OutwardBench, openOutward, TENANT } from './outward.ts';
import { openTeams } from './support.ts';

const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

const bench = async (o: Parameters<typeof openOutward>[0] = {}): Promise<OutwardBench> => {
  const made = await openOutward({ deadlineMs: 300, ...o });
  open.push(made.close);
  return made;
};
const look = async ({ platform }: Pick<OutwardBench, 'platform'>, at: Looked['at']): Promise<Looked | undefined> =>
  (await platform.look?.({ tenant: TENANT }))?.find((looked) => looked.at === at);

/** Something else that stands at the public address. */
const other = async (status: number, body = ''): Promise<string> => {
  const server: Server = createServer((_request, response) => response.writeHead(status).end(body));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push(() => new Promise((resolve) => server.close(resolve)));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
};

describe('how the installation stands at Teams', () => {
  it('is well where Entra gives a token and Teams takes it, and nothing comes of asking', async () => {
    const teams = await bench();
    expect(await look(teams, 'token')).toMatchObject({ ok: true, code: 'ok' });
    const asked = teams.standIn.requests().filter(({ verb }) => verb !== 'token');
    expect(asked).toMatchObject([{ verb: 'member.get', method: 'GET', status: 404, bearer: 'issued' }]);
    expect(asked[0]?.path).toContain(encodeURIComponent(`28:${APP}`));
    expect([teams.standIn.past(), teams.logged]).toEqual([[], []]);
  });

  it('is well by Entra alone where nobody there has written yet', async () => {
    const teams = await bench({ find: async () => null });
    expect(await look(teams, 'token')).toMatchObject({ ok: true, code: 'ok' });
    expect(teams.standIn.requests().map(({ verb }) => verb)).toEqual(['token']);
  });

  it('is not where there is no token, it is refused, or its address is none of Teams’', async () => {
    const none = await bench({ bearer: async () => Promise.reject(new SottoError('secrets-unavailable', 'no')) });
    expect(await look(none, 'token')).toMatchObject({ ok: false, code: 'secrets-unavailable' });
    const foreign = await bench({ bearer: async () => 'of-another-app' });
    expect(await look(foreign, 'token')).toMatchObject({ ok: false, code: 'Unauthorized' });
    const planted = await bench({ find: async () => 'https://evil.example/' });
    expect(await look(planted, 'token')).toMatchObject({ ok: false, code: 'host_not_allowed' });
    for (const [how, code] of [
      ['BotNotRegistered', 'BotNotRegistered'],
      ['hang', 'timeout'],
      ['500-before', 'http_500'],
    ] as const) {
      const failing = await bench();
      failing.standIn.fail({ verb: 'member.get', how });
      expect(await look(failing, 'token')).toMatchObject({ ok: false, code });
    }
  });

  it('has a way in where what nobody signed is refused at its address without a word', async () => {
    const inward = await openTeams();
    open.push(inward.close);
    const publicUrl = new URL(inward.url).origin;
    expect(await look(await bench({ publicUrl }), 'way-in')).toMatchObject({ ok: true, code: 'ok', values: ['https'] });
    expect(inward.accepted).toEqual([]);
  });

  it.each([
    [200, '', 'not_ours'],
    [401, 'Who are you?', 'not_ours'],
    [404, '', 'http_404'],
    [502, '<html>', 'http_502'],
    [301, '', 'http_301'],
  ])('has none where something answers %i "%s"', async (status, body, code) => {
    const publicUrl = await other(status, body);
    expect(await look(await bench({ publicUrl }), 'way-in')).toMatchObject({ ok: false, code });
  });

  it('has none where the address was not said, or nobody is there', async () => {
    expect(await look(await bench(), 'way-in')).toMatchObject({ ok: false, code: 'public_url_unset' });
    const publicUrl = await other(200);
    await open.pop()?.();
    expect(await look(await bench({ publicUrl }), 'way-in')).toMatchObject({ ok: false, code: 'ECONNREFUSED' });
  });
});
