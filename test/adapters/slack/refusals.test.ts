import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError } from '@slack/web-api';
import { clientOptions } from '../../../src/adapters/slack/client.ts';
import {
  CODE_CLASSES,
  faultOf,
  isClassified,
  isTokenRefused,
  LIMIT_CODES,
} from '../../../src/adapters/slack/faults.ts';
import { openSlack, type SlackBench, TEAM } from './support.ts';

/** Section 6 of the facts, code by code: what a refusal to delete means, when it is tried again, and whom it is a matter for. */
const CLASSES = [
  ['message_not_found', 'gone', null, null],
  ['ratelimited', 'later', 60_000, 'limit'],
  ['rate_limited', 'later', 60_000, 'limit'],
  ['service_unavailable', 'later', null, null],
  ['fatal_error', 'later', null, null],
  ['internal_error', 'later', null, null],
  ['request_timeout', 'later', null, null],
  ['team_added_to_org', 'later', 3_600_000, null],
  ['org_login_required', 'later', 3_600_000, null],
  ['ekm_access_denied', 'later', 3_600_000, null],
  ['token_expired', 'later', 60_000, null],
  ['account_inactive', 'later', 60_000, 'parked'],
  ['token_revoked', 'later', 60_000, 'parked'],
  ['invalid_auth', 'later', 60_000, 'parked'],
  ['not_authed', 'later', 900_000, 'parked'],
  ['two_factor_setup_required', 'later', 900_000, 'parked'],
  ['accesslimited', 'later', 900_000, 'parked'],
  ['channel_not_found', 'never', null, null],
  ['compliance_exports_prevent_deletion', 'never', null, null],
  ['cant_delete_message', 'never', null, 'unsteady'],
  ['missing_scope', 'never', null, null],
  ['not_allowed_token_type', 'never', null, null],
  ['no_permission', 'never', null, null],
  ['access_denied', 'never', null, null],
  ['delete_failed', 'later', null, 'unknown'],
  ['never_heard_of', 'later', null, 'unknown'],
] as const;

const ALARMS = [
  'ekm_access_denied',
  'account_inactive',
  'token_revoked',
  'invalid_auth',
  'not_authed',
  'two_factor_setup_required',
  'accesslimited',
  'missing_scope',
  'not_allowed_token_type',
  'no_permission',
  'access_denied',
  'delete_failed',
  'never_heard_of',
];

const said = (error: string) => new WebAPIPlatformError({ ok: false, error });

describe('R19 what a refusal to delete means', () => {
  let bench: SlackBench;
  beforeEach(async () => {
    bench = await openSlack();
  });
  afterEach(() => bench.close());

  it.each(CLASSES)('R19 %s: %s', async (code, fault, afterMs, because) => {
    bench.standIn.fail({ method: 'chat.delete', how: code });
    const ref = { platform: 'slack', tenant: TEAM, channel: 'D0EVAN0000', id: '1.000001' } as const;
    expect(await bench.slack.platform.remove({ ref })).toEqual({
      ok: false,
      fault,
      code,
      ...(afterMs === null ? {} : { afterMs }),
      ...(because === null ? {} : { because }),
    });
    const alarms = bench.logged.filter((line) => line.includes('slack.call-failed'));
    expect(alarms).toHaveLength(ALARMS.includes(code) ? 1 : 0);
  });
});

describe('R19 Slack’s error codes', () => {
  it('R19 are each of one class, and the limit of a tier is told by its own', () => {
    const limited = [...CODE_CLASSES].flatMap(([code, name]) => (name === 'limit' ? [code] : []));
    expect(LIMIT_CODES).toEqual([...limited, 'http_429']);
    for (const [code] of CODE_CLASSES) expect(faultOf(said(code))).toMatchObject({ code });
  });

  it('R19 that nobody documents are unknown by name, and nothing of another shape gets into a log', () => {
    expect([isClassified('delete_failed'), isClassified('toString'), isClassified('channel_not_found')]).toEqual([
      false,
      false,
      true,
    ]);
    expect(faultOf(said('words of\nsomebody'))).toMatchObject({ code: 'unreadable_code', because: 'unknown' });
  });

  it('R19 that refuse the token alone are tried by another token, and no others', () => {
    const tried = [...CODE_CLASSES.keys()].filter((code) => isTokenRefused(said(code)));
    expect(tried.toSorted()).toEqual(['account_inactive', 'invalid_auth', 'token_expired', 'token_revoked']);
  });

  it('R19 by status: a limit waits as long as it says, an hour at most, and a minute where it does not say', () => {
    const http = (status: number) => faultOf(new WebAPIHTTPError(status, '', {}, ''));
    expect(faultOf(new WebAPIRateLimitedError(30))).toMatchObject({ kind: 'limited', afterMs: 30_000 });
    expect(faultOf(new WebAPIRateLimitedError(0))).toMatchObject({ kind: 'limited', afterMs: 1_000 });
    expect(faultOf(new WebAPIRateLimitedError(999_999))).toMatchObject({ kind: 'limited', afterMs: 3_600_000 });
    expect([http(429), http(500), http(503), http(408), http(403)].map(({ kind }) => kind)).toEqual([
      'limited',
      'unclear',
      'unclear',
      'passing',
      'final',
    ]);
  });

  it('R26 the client waits eight seconds, retries nothing itself, keeps to its host and hands a limit over at once', () => {
    expect(clientOptions(null)).toMatchObject({
      timeout: 8_000,
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
      allowAbsoluteUrls: false,
    });
  });

  it('R26 a 429 that says no time is a limit as well, as the vendor’s library words it', () => {
    const source = readFileSync('node_modules/@slack/web-api/dist/WebClient.js', 'utf8');
    expect(source).toContain('new Error(`Retry header did not contain a valid timeout (url: ');
    const error = new Error('Retry header did not contain a valid timeout (url: x, retry-after header: null)');
    expect(faultOf(error)).toMatchObject({ kind: 'limited', code: 'http_429', afterMs: 60_000 });
  });
});
