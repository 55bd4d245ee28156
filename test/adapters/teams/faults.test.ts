import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { faultOf } from '../../../src/adapters/teams/faults.ts';

const JSON_TYPE = 'application/json; charset=utf-8';
const answer = (status: number, o: { code?: string; type?: string; after?: string; body?: string } = {}) =>
  ({
    kind: 'answer',
    status,
    headers: {
      'content-type': o.type ?? JSON_TYPE,
      ...(o.after === undefined ? {} : { 'retry-after': o.after }),
    },
    body:
      o.body ?? (o.code === undefined ? '' : JSON.stringify({ error: { code: o.code, message: 'words of a server' } })),
  }) as const;

describe('what an answer of the Connector means', () => {
  it.each([
    [429, { code: 'TooManyRequests', after: '7' }, 'limited', 'TooManyRequests', 7_000],
    [429, {}, 'limited', 'http_429', 5_000],
    [429, { after: '0' }, 'limited', 'http_429', 1_000],
    [429, { after: '999999' }, 'limited', 'http_429', 3_600_000],
    [429, { after: 'soon' }, 'limited', 'http_429', 5_000],
    [412, { code: 'PreconditionFailed' }, 'passing', 'PreconditionFailed', 1_000],
    [412, { after: '3' }, 'passing', 'http_412', 3_000],
    [409, {}, 'passing', 'http_409', 1_000],
    [500, { code: 'ServiceError' }, 'unclear', 'ServiceError', null],
    [502, {}, 'unclear', 'http_502', null],
    [503, { after: '4' }, 'unclear', 'http_503', 4_000],
    [504, {}, 'unclear', 'http_504', null],
    [408, {}, 'unclear', 'http_408', null],
    [404, { code: 'ConversationNotFound' }, 'absent', 'ConversationNotFound', null],
    [404, { code: 'ActivityNotFoundInConversation' }, 'absent', 'ActivityNotFoundInConversation', null],
    [404, {}, 'absent', 'http_404', null],
    [404, { code: 'BotNotInConversationRoster' }, 'final', 'BotNotInConversationRoster', null],
    [404, { type: 'text/html', body: '<html>' }, 'passing', 'http_404_page', null],
    [410, {}, 'absent', 'http_410', null],
    [403, { code: 'BotNotInConversationRoster' }, 'final', 'BotNotInConversationRoster', null],
    [403, { code: 'BotDisabledByAdmin' }, 'final', 'BotDisabledByAdmin', null],
    [403, { code: 'ConversationBlockedByUser' }, 'final', 'ConversationBlockedByUser', null],
    [403, { code: 'MessageWritesBlocked' }, 'final', 'MessageWritesBlocked', null],
    [403, { code: 'ServiceError' }, 'final', 'ServiceError', null],
    [403, {}, 'final', 'http_403', null],
    [403, { type: 'text/html', body: '<html>' }, 'final', 'http_403', null],
    [401, { code: 'BotNotRegistered' }, 'final', 'BotNotRegistered', null],
    [401, { code: 'Unauthorized' }, 'parked', 'Unauthorized', 900_000],
    [400, { code: 'BadSyntax' }, 'final', 'BadSyntax', null],
    [405, {}, 'final', 'http_405', null],
    [413, { code: 'MessageSizeTooBig' }, 'final', 'MessageSizeTooBig', null],
    [307, {}, 'final', 'http_307', null],
    [418, {}, 'passing', 'http_418', null],
    [423, { code: 'Locked' }, 'passing', 'Locked', null],
  ] as const)('R10 %i with %j: %s', (status, o, kind, code, afterMs) => {
    const fault = faultOf(answer(status, o));
    expect({ kind: fault.kind, code: fault.code, afterMs: fault.afterMs ?? null }).toEqual({ kind, code, afterMs });
  });

  it('tells no answer from an answer, and what was sent from what was not', () => {
    expect(faultOf({ kind: 'unclear', code: 'timeout' })).toMatchObject({ kind: 'unclear', code: 'timeout' });
    expect(faultOf({ kind: 'not-sent', code: 'ECONNREFUSED' })).toMatchObject({ kind: 'passing', alarm: false });
    expect(faultOf({ kind: 'not-sent', code: 'host_not_allowed' })).toMatchObject({ kind: 'final', alarm: true });
  });

  it('raises the alarm for what somebody has to mend, not for what people may want', () => {
    const alarms = (status: number, code?: string) => faultOf(answer(status, code === undefined ? {} : { code })).alarm;
    expect([401, 400, 413, 307].map((status) => alarms(status))).toEqual([true, true, true, true]);
    expect([429, 412, 502, 404].map((status) => alarms(status))).toEqual([false, false, false, false]);
    expect(alarms(403, 'ConversationBlockedByUser')).toBe(false);
    expect(alarms(403, 'ServiceError')).toBe(true);
  });

  it('R10 says of which refusals another try, or another address, may be worth it', () => {
    const because = (status: number, code?: string) =>
      faultOf(answer(status, code === undefined ? {} : { code })).because;
    expect([because(403), because(403, 'ServiceError'), because(403, 'Forbidden')]).toEqual(
      Array.from({ length: 3 }, () => 'unsteady'),
    );
    expect([because(403, 'BotDisabledByAdmin'), because(404), because(413)]).toEqual([undefined, undefined, undefined]);
    expect([because(418), because(423)]).toEqual(['unknown', 'unknown']);
  });

  it('never takes words for a code, whatever the answer is', () => {
    fc.assert(
      fc.property(fc.integer({ min: 300, max: 599 }), fc.string(), fc.jsonValue(), (status, code, body) => {
        for (const given of [answer(status, { code }), answer(status, { body: JSON.stringify(body) })])
          expect(faultOf(given).code).toMatch(/^(?:http_\d{3}|[A-Za-z][A-Za-z0-9]{1,39})$/);
      }),
    );
  });
});
