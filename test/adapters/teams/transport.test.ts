import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { allowedHosts } from '../../../src/adapters/teams/service-hosts.ts';
import { type OutwardBench, openOutward } from './outward.ts';

let bench: OutwardBench;
let elsewhere: Server;
let reached: number;
let elsewhereUrl: string;
beforeEach(async () => {
  reached = 0;
  elsewhere = createServer((_request, response) => {
    reached += 1;
    response.end('{"id":"1"}');
  });
  await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
  elsewhereUrl = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`;
  bench = await openOutward();
});
afterEach(async () => {
  await bench.close();
  await new Promise((resolve) => {
    elsewhere.close(resolve);
    elsewhere.closeAllConnections();
  });
});

const get = (url: string) => bench.transport.send({ method: 'GET', url, headers: {}, body: null });

describe('R8 where the token may go', () => {
  const mayCall = allowedHosts(['127.0.0.1:4000', 'localhost', 'teams.example.com']);

  it.each([
    'https://smba.trafficmanager.net/amer/',
    'https://smba.trafficmanager.net/amer/a1b2c3d4-e5f6-7890-abcd-ef1234567890/v3/conversations',
    'https://SMBA.trafficmanager.net/emea/',
    'https://api.botframework.com/',
    'https://token.botframework.com/api',
    'https://botframework.com/',
    'https://smba.infra.gov.teams.microsoft.us/gcch',
    'https://canary.botapi.skype.teams.microsoft.com/',
    'http://127.0.0.1:4000/x',
    'http://localhost:1234/x',
    'https://teams.example.com/',
  ])('R8 %s: yes', (address) => {
    expect(mayCall(address)).toBe(true);
  });

  it.each([
    'http://smba.trafficmanager.net/amer/',
    'https://smba.trafficmanager.net:8443/amer/',
    'https://evil.trafficmanager.net/',
    'https://x.smba.trafficmanager.net/',
    'https://smba.trafficmanager.net.evil.example/',
    'https://smba.trafficmanager.net@evil.example/',
    'https://name:word@smba.trafficmanager.net/',
    'https://evil.example/smba.trafficmanager.net',
    'https://evil.example#smba.trafficmanager.net',
    'https:\\\\evil.example\\smba.trafficmanager.net',
    'https://evilbotframework.com/',
    'https://botframework.com.evil.example/',
    'https://teams.microsoft.com.evil.example/',
    'https://smba.trafficmanager.net./',
    'https://graph.microsoft.com/v1.0/users',
    'http://127.0.0.1:4001/x',
    'http://teams.example.com/',
    'ftp://smba.trafficmanager.net/',
    'javascript:alert(1)',
    'file:///etc/passwd',
    '//smba.trafficmanager.net/',
    'smba.trafficmanager.net',
    '',
    `https://smba.trafficmanager.net/${'x'.repeat(5_000)}`,
  ])('R8 %s: no', (address) => {
    expect(mayCall(address)).toBe(false);
  });

  it('R8 is decided by the host alone, whatever stands around it', () => {
    const own = allowedHosts([]);
    fc.assert(
      fc.property(fc.webUrl({ withFragments: true, withQueryParameters: true }), (address) => {
        const { protocol, hostname, port } = new URL(address);
        const microsofts =
          /^(?:smba\.trafficmanager\.net|(?:.+\.)?(?:botframework\.com|teams\.microsoft\.(?:com|us)))$/;
        expect(own(address)).toBe(protocol === 'https:' && port === '' && microsofts.test(hostname));
      }),
    );
  });

  it('R8 sends nothing to another host, nor where a redirect points', async () => {
    expect(await get(elsewhereUrl)).toEqual({ kind: 'not-sent', code: 'host_not_allowed' });
    bench.standIn.fail({ verb: 'conversation.create', how: 'redirect', location: elsewhereUrl });
    const answer = await bench.transport.send({
      method: 'POST',
      url: `${bench.standIn.serviceUrl()}v3/conversations`,
      headers: { authorization: 'Bearer x' },
      body: '{}',
    });
    expect(answer).toMatchObject({ kind: 'answer', status: 307 });
    expect(reached).toBe(0);
  });
});

describe('R9 a request on its way out', () => {
  it('R9 ends at its deadline where no answer comes, and where an answer does not end', async () => {
    const dripping = createServer((_request, response) => {
      response.write('{');
    });
    await new Promise<void>((resolve) => dripping.listen(0, '127.0.0.1', resolve));
    const host = `127.0.0.1:${(dripping.address() as AddressInfo).port}`;
    const hung = await openOutward({ deadlineMs: 400 });
    const other = await openOutward({ deadlineMs: 300, unsafeServiceHosts: [host] });
    try {
      hung.standIn.fail({ verb: '*', how: 'hang' });
      const url = `${hung.standIn.serviceUrl()}v3/conversations/x/members/y`;
      expect(await hung.transport.send({ method: 'GET', url, headers: {}, body: null })).toEqual({
        kind: 'unclear',
        code: 'timeout',
      });
      const outcome = await other.transport.send({ method: 'GET', url: `http://${host}/`, headers: {}, body: null });
      expect(outcome).toEqual({ kind: 'unclear', code: 'timeout' });
    } finally {
      await hung.close();
      await other.close();
      dripping.close();
      dripping.closeAllConnections();
    }
  });

  it('reads an answer up to a bound', async () => {
    bench.standIn.fail({ verb: '*', how: 'huge' });
    expect(await get(`${bench.standIn.serviceUrl()}v3/conversations/x/members/y`)).toEqual({
      kind: 'unclear',
      code: 'answer_too_long',
    });
  });

  it('tells what was never sent from what may have arrived', async () => {
    await new Promise((resolve) => elsewhere.close(resolve));
    const host = new URL(elsewhereUrl).host;
    const other = await openOutward({ unsafeServiceHosts: [host, new URL(bench.base).host] });
    try {
      const refused = await other.transport.send({ method: 'GET', url: elsewhereUrl, headers: {}, body: null });
      expect(refused).toEqual({ kind: 'not-sent', code: 'ECONNREFUSED' });
      bench.standIn.fail({ verb: '*', how: 'reset' });
      const url = `${bench.standIn.serviceUrl()}v3/conversations/x/members/y`;
      expect(await other.transport.send({ method: 'GET', url, headers: {}, body: null })).toMatchObject({
        kind: 'unclear',
      });
    } finally {
      await other.close();
    }
  });

  it('is counted by how it ended, without an address or a token', async () => {
    await get(elsewhereUrl);
    await get(`${bench.standIn.serviceUrl()}v3/conversations/x/members/y`);
    const metrics = await bench.metrics();
    expect(metrics).toContain('sotto_teams_requests_out_total{outcome="host_not_allowed"} 1');
    expect(metrics).toContain('sotto_teams_requests_out_total{outcome="status-4xx"} 1');
    expect(metrics).not.toContain('127.0.0.1');
  });
});
