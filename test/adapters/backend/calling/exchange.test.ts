import { describe, expect, it } from '@jest/globals';
import type { Agent, Dispatcher } from 'undici';
import { exchange } from '../../../../src/adapters/backend/calling/exchange.ts';
import type { Sent } from '../../../../src/adapters/backend/calling/types.ts';

/** What came of a request that was out when its connection broke with this code. */
const brokenBy = (code: string): Promise<Sent> => {
  const controller = { abort: () => undefined } as unknown as Dispatcher.DispatchController;
  const dispatch: Agent['dispatch'] = (_, handler) => {
    handler.onRequestStart?.(controller, null);
    handler.onResponseError?.(controller, Object.assign(new Error('x'), { code }));
    return true;
  };
  return exchange({
    agent: { dispatch } as Agent,
    request: { method: 'POST', url: 'https://x.example.com/', headers: {}, body: '{}' },
    url: new URL('https://x.example.com/'),
    signal: AbortSignal.timeout(60_000),
    mostBytes: 1_024,
    clock: { now: () => 0 },
  });
};

describe('a request that was out when the connection broke', () => {
  // As OpenSSL 3 names them, and as those before did.
  it.each([
    'ERR_SSL_SSL/TLS_ALERT_BAD_CERTIFICATE',
    'ERR_SSL_SSL/TLS_ALERT_CERTIFICATE_EXPIRED',
    'ERR_SSL_SSL/TLS_ALERT_CERTIFICATE_REVOKED',
    'ERR_SSL_SSL/TLS_ALERT_CERTIFICATE_UNKNOWN',
    'ERR_SSL_SSL/TLS_ALERT_UNSUPPORTED_CERTIFICATE',
    'ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE',
    'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED',
    'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA',
  ])('was read by nobody where our certificate was turned away (%s)', async (code) => {
    expect(await brokenBy(code)).toEqual({ how: 'not-sent', code });
  });

  it.each([
    'ECONNRESET',
    'UND_ERR_SOCKET',
    'ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR',
    'ERR_SSL_TLSV1_ALERT_DECRYPT_ERROR',
    'ERR_SSL_SSL/TLS_ALERT_BAD_RECORD_MAC',
  ])('may have been read in any other case (%s)', async (code) => {
    expect(await brokenBy(code)).toEqual({ how: 'lost', code });
  });
});
