import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { codeOfFetch, nothingSent } from '../../../src/adapters/bounded/failure.ts';
import { SottoError } from '../../../src/core/errors.ts';

const failureOf = (url: string, init: RequestInit = {}): Promise<unknown> =>
  fetch(url, init).then(
    () => 'it did not fail',
    (error: unknown) => error,
  );

/** A port where nobody listens any more. */
const deadPort = async (): Promise<number> => {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return port;
};

describe('the code of a failed fetch', () => {
  it('is the system’s, by one address and by several', async () => {
    const port = await deadPort();
    expect(codeOfFetch(await failureOf(`http://127.0.0.1:${port}/`))).toBe('ECONNREFUSED');
    const several = Object.assign(new AggregateError([Object.assign(new Error('x'), { code: 'EHOSTUNREACH' })]), {});
    expect(codeOfFetch(new TypeError('fetch failed', { cause: several }))).toBe('EHOSTUNREACH');
  });

  it('says that the time was up', async () => {
    const hanging = createServer(() => undefined);
    await new Promise<void>((resolve) => {
      hanging.listen(0, '127.0.0.1', resolve);
    });
    const { port } = hanging.address() as AddressInfo;
    const failure = await failureOf(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(5) });
    hanging.closeAllConnections();
    hanging.close();
    expect(codeOfFetch(failure)).toBe('timeout');
  });

  it('leaves an error of the house its own code, whatever caused it', () => {
    const cause = Object.assign(new Error('x'), { code: 'ECONNRESET' });
    expect(codeOfFetch(new SottoError('secrets-unavailable', 'No token.', { cause }))).toBe('secrets-unavailable');
  });

  it('never is a text', () => {
    for (const error of [new Error('an error that holds a secret'), 'a secret', null, undefined, { code: 7 }])
      expect(codeOfFetch(error)).toBe('unexpected');
  });

  it('tells what never arrived from what may have', () => {
    for (const code of ['ECONNREFUSED', 'ENOTFOUND', 'CERT_HAS_EXPIRED']) expect(nothingSent(code)).toBe(true);
    for (const code of ['ECONNRESET', 'UND_ERR_SOCKET', 'timeout', 'unexpected']) expect(nothingSent(code)).toBe(false);
  });
});
