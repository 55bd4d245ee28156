import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { callerOf, type Front } from '../../../src/adapters/http/caller.ts';
import { raw, route, started } from './support.ts';

const of = (front: Front, remoteAddress: string | undefined, headers: Record<string, string> = {}) =>
  callerOf({ headers, socket: { remoteAddress } } as unknown as Parameters<typeof callerOf>[0], front);

describe('who sent a request', () => {
  it('is whoever the socket leads to, where nothing stands in front, whatever the headers say', () => {
    const said = { 'x-forwarded-for': '198.51.100.7', 'x-forwarded-proto': 'https' };
    expect(of('tls', '203.0.113.9', said)).toEqual({ address: '203.0.113.9', secure: true });
    expect(of('plain', '203.0.113.9', said)).toEqual({ address: '203.0.113.9', secure: false });
    expect(of('plain', '127.0.0.1')).toEqual({ address: '127.0.0.1', secure: true });
    expect(of('plain', '::1')).toEqual({ address: '::1', secure: true });
    expect(of('plain', '::ffff:127.0.0.1')).toEqual({ address: '127.0.0.1', secure: true });
    expect(of('tls', undefined)).toEqual({ address: '', secure: true });
    expect(of('plain', undefined)).toEqual({ address: '', secure: false });
  });

  it('is whom a proxy in front saw, which stands last: what stands before it, anybody may have written', () => {
    const behind = (forwarded: string, proto = 'https') =>
      of('proxy', '10.0.0.2', { 'x-forwarded-for': forwarded, 'x-forwarded-proto': proto });
    expect(behind('198.51.100.7')).toEqual({ address: '198.51.100.7', secure: true });
    expect(behind('203.0.113.9, 198.51.100.7').address).toBe('198.51.100.7');
    expect(behind('198.51.100.7:4711').address).toBe('198.51.100.7');
    expect(behind('[2001:db8::7]:4711').address).toBe('2001:db8::7');
    expect(behind('2001:db8::7').address).toBe('2001:db8::7');
    for (const nobody of ['', 'unknown', '198.51.100.7, ', '198.51.100.7, unknown', '_hidden', '198.51.100.300'])
      expect(behind(nobody).address).toBe('');
    for (const plain of ['', 'http', 'https, http', 'httpsx', 'https;'])
      expect(behind('198.51.100.7', plain).secure).toBe(false);
    expect(behind('198.51.100.7', 'http, https').secure).toBe(true);
    // Not even from this machine: the proxy is on it, and who came to the proxy is not.
    expect(of('proxy', '127.0.0.1')).toEqual({ address: '', secure: false });
  });

  it('is told without throwing, as an address or as nobody, whatever the headers hold', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (forwarded, proto) => {
        const { address } = of('proxy', '10.0.0.2', { 'x-forwarded-for': forwarded, 'x-forwarded-proto': proto });
        expect(address).toMatch(/^[0-9a-fA-F:.]*$/);
      }),
    );
  });

  it.each([
    [undefined, { address: '127.0.0.1', secure: true }],
    [true, { address: '198.51.100.7', secure: true }],
  ])('comes with the request to its route (behind a proxy: %s)', async (behindProxy, caller) => {
    const seen: unknown[] = [];
    const server = await started({
      ...(behindProxy === undefined ? {} : { behindProxy }),
      routes: [
        route(async (request) => {
          seen.push(request.caller);
          return { status: 200 };
        }),
      ],
    });
    const lines = ['x-forwarded-for: 198.51.100.7', 'x-forwarded-proto: https', 'content-length: 0'];
    await raw(server.url, `POST /in HTTP/1.1\r\nhost: a\r\nconnection: close\r\n${lines.join('\r\n')}\r\n\r\n`);
    await server.close({ graceMs: 100 });
    expect(seen).toEqual([caller]);
  });
});
