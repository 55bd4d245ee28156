import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { GENERAL } from '../../../playground/teams/conversations.ts';
import { SottoError } from '../../../src/core/errors.ts';
import { EVAN, type OutwardBench, openOutward, TENANT, XENA } from './outward.ts';

let bench: OutwardBench;
beforeEach(async () => {
  bench = await openOutward({ deadlineMs: 400 });
});
afterEach(() => bench.close());

const at = (conversation = bench.direct) => ({
  tenant: TENANT,
  serviceUrl: bench.standIn.serviceUrl(),
  conversation,
});
const activity = { type: 'message', text: 'Hello' };
const create = (conversation?: string) => bench.connector.create({ ...at(conversation), activity });
const calls = () => bench.standIn.requests().filter(({ verb }) => verb !== 'token');
const created = async (): Promise<string> => {
  const outcome = await create();
  if ('fault' in outcome) throw new Error(outcome.fault.code);
  return outcome.done.id;
};

describe('calls to the Connector', () => {
  it('make, change and remove a message, and look at a member, with ids escaped', async () => {
    const id = await created();
    expect(await bench.connector.update({ ...at(), id, activity })).toEqual({ done: null });
    expect(await bench.connector.member({ ...at(), user: EVAN })).toMatchObject({
      done: { aadObjectId: EVAN, tenantId: TENANT, userRole: 'user', userPrincipalName: 'evan@example.com' },
    });
    expect(await bench.connector.remove({ ...at(), id })).toEqual({ done: null });
    expect(await bench.connector.personalChat({ ...at(), user: EVAN })).toEqual({
      done: { conversation: bench.direct },
    });
    expect(await create(`${GENERAL};messageid=1`)).toMatchObject({ done: {} });
    expect(calls().map(({ verb, method, status, bearer }) => [verb, method, status, bearer])).toEqual([
      ['activity.create', 'POST', 201, 'issued'],
      ['activity.update', 'PUT', 200, 'issued'],
      ['member.get', 'GET', 200, 'issued'],
      ['activity.delete', 'DELETE', 200, 'issued'],
      ['conversation.create', 'POST', 201, 'issued'],
      ['activity.create', 'POST', 201, 'issued'],
    ]);
    expect(calls().at(-1)?.path).toBe(`/v3/conversations/${encodeURIComponent(`${GENERAL};messageid=1`)}/activities`);
    expect(new Set(calls().map(({ requestId }) => requestId)).size).toBe(6);
  });

  it('tell who is a guest or from another company', async () => {
    const outcome = await bench.connector.member({
      ...at('19:5be1f7d2c8a94d06b3e17a90c4f2d861@thread.tacv2'),
      user: XENA,
    });
    expect(outcome).toMatchObject({ done: { userRole: 'guest', userPrincipalName: expect.stringContaining('#EXT#') } });
  });

  it('say the same chat each time: making it twice makes one', async () => {
    const chats = await Promise.all([1, 2, 3].map(() => bench.connector.personalChat({ ...at(), user: EVAN })));
    expect(new Set(chats.map((chat) => JSON.stringify(chat))).size).toBe(1);
    expect(await bench.connector.personalChat({ ...at(), user: 'nobody' })).toMatchObject({
      fault: { kind: 'final', code: 'BadArgument' },
    });
  });

  it.each([
    '500-before',
    '502-before',
    '502-after',
    '503-after',
    '504-after',
    'hang',
    'hang-after',
    'reset',
    'reset-after',
  ])('R9 a create is made once and is unclear after %s', async (how) => {
    bench.standIn.fail({ verb: 'activity.create', how, times: 5 });
    expect(await create()).toMatchObject({ fault: { kind: 'unclear' } });
    expect(calls()).toHaveLength(1);
    expect(calls()).toMatchObject([{ attempt: 1 }]);
  });

  it('R9 no call hangs, whichever it is and whatever hangs', async () => {
    const id = await created();
    bench.standIn.fail({ verb: '*', how: 'hang', times: 4 });
    const outcomes = await Promise.all([
      bench.connector.update({ ...at(), id, activity }),
      bench.connector.remove({ ...at(), id }),
      bench.connector.member({ ...at(), user: EVAN }),
      bench.connector.personalChat({ ...at(), user: EVAN }),
    ]);
    for (const outcome of outcomes) expect(outcome).toMatchObject({ fault: { kind: 'unclear', code: 'timeout' } });
  });

  it('R10 a removal is done with 200 and 204, gone with 404, and terminal with 403', async () => {
    const id = await created();
    bench.standIn.fail({ verb: 'activity.delete', how: '202-after' });
    expect(await bench.connector.remove({ ...at(), id })).toEqual({ done: null });
    const next = await created();
    bench.standIn.fail({ verb: 'activity.delete', how: '204' });
    expect(await bench.connector.remove({ ...at(), id: next })).toEqual({ done: null });
    expect(await bench.connector.remove({ ...at(), id: next })).toMatchObject({ fault: { kind: 'absent' } });
    for (const how of ['BotNotInConversationRoster', 'BotDisabledByAdmin', 'ConversationBlockedByUser', '403-html']) {
      bench.standIn.fail({ verb: 'activity.delete', how });
      expect(await bench.connector.remove({ ...at(), id })).toMatchObject({ fault: { kind: 'final' } });
    }
  });

  it('R11 an answer without an id means a message that nobody can remove: unclear, and an alarm', async () => {
    bench.standIn.fail({ verb: 'activity.create', how: 'empty-id' });
    expect(await create()).toMatchObject({ fault: { kind: 'unclear', code: 'id_missing', alarm: true } });
    expect(bench.logged.join()).toContain('id_missing');
    for (const how of ['not-json', '204']) {
      bench.standIn.fail({ verb: 'activity.create', how });
      expect(await create()).toMatchObject({ fault: { kind: 'unclear', code: 'id_missing' } });
    }
    expect(bench.standIn.history()).toHaveLength(3);
  });

  it.each([
    'https://evil.example/',
    'http://127.0.0.1:9/',
    'https://smba.trafficmanager.net.evil.example/',
    'not an address',
    '',
  ])('R8 sends nothing to a stored address that is not allowed, not even for a token: %s', async (serviceUrl) => {
    let asked = 0;
    const strict = await openOutward({
      bearer: async () => {
        asked += 1;
        return 'token';
      },
    });
    try {
      const where = { tenant: TENANT, serviceUrl, conversation: 'x' };
      const outcomes = [
        await strict.connector.create({ ...where, activity }),
        await strict.connector.update({ ...where, id: '1', activity }),
        await strict.connector.remove({ ...where, id: '1' }),
        await strict.connector.member({ ...where, user: EVAN }),
        await strict.connector.personalChat({ ...where, user: EVAN }),
      ];
      for (const outcome of outcomes)
        expect(outcome).toMatchObject({ fault: { kind: 'final', code: 'host_not_allowed', alarm: true } });
      expect(asked).toBe(0);
      expect(await strict.metrics()).not.toContain('sotto_teams_requests_out_total{');
    } finally {
      await strict.close();
    }
  });

  it.each(['', '.', '..', 'a\ud800', 'x'.repeat(1_001)])('send nothing for an id that is no id: %j', async (id) => {
    expect(await bench.connector.remove({ ...at(), id })).toMatchObject({ fault: { kind: 'final', code: 'bad_id' } });
    expect(calls()).toEqual([]);
  });

  it('stay in their place whatever an id holds', async () => {
    await bench.connector.remove({ ...at('a/../../b?x#y'), id: '../../z' });
    expect(calls()).toMatchObject([
      { verb: 'activity.delete', conversation: 'a/../../b?x#y', activity: '../../z', status: 404 },
    ]);
  });

  it('were not made where there is no token, and say so', async () => {
    for (const [bearer, code] of [
      [async () => Promise.reject(new SottoError('secrets-unavailable', 'no')), 'secrets-unavailable'],
      [async () => Promise.reject(new Error('an error that holds a secret')), 'unexpected'],
      [async () => 'a token\nwith a break', 'token_unusable'],
      [async () => '', 'token_unusable'],
    ] as const) {
      const without = await openOutward({ bearer });
      const where = { tenant: TENANT, serviceUrl: without.standIn.serviceUrl(), conversation: without.direct };
      const outcome = await without.connector.create({ ...where, activity });
      await without.close();
      expect(outcome).toMatchObject({ fault: { kind: 'passing', code, alarm: true } });
      expect(without.standIn.requests()).toEqual([]);
      expect(without.logged.join()).not.toMatch(/secret"|holds|with a break/);
    }
  });

  it('with a token that the platform refuses are parked, with an alarm', async () => {
    await created();
    bench.standIn.revokeTokens();
    expect(await create()).toMatchObject({ fault: { kind: 'parked', code: 'Unauthorized', alarm: true } });
    expect(calls().at(-1)).toMatchObject({ bearer: 'foreign', status: 401 });
  });

  it('R27 leave no words and no token in logs or metrics, however they fail', async () => {
    const words = { type: 'message', text: 'words of somebody' };
    const kinds = ['502-after', '403-html', 'BadSyntax', '400-before', 'empty-id', 'redirect', 'hang', '401-before'];
    for (const how of kinds) {
      bench.standIn.fail({ verb: 'activity.create', how });
      await bench.connector.create({ ...at(), activity: words });
    }
    const all = `${bench.logged.join('\n')}\n${await bench.metrics()}`;
    expect(bench.logged.length).toBeGreaterThan(3);
    expect(all).not.toContain('words of somebody');
    expect(all).not.toContain(await bench.bearer());
    expect(all).not.toContain(bench.direct);
  });

  it('are counted by what was asked and how they ended', async () => {
    await created();
    bench.standIn.fail({ verb: 'activity.create', how: '429' });
    await create();
    const metrics = await bench.metrics();
    expect(metrics).toContain('sotto_teams_calls_total{method="activity.create",outcome="ok"} 1');
    expect(metrics).toContain('sotto_teams_calls_total{method="activity.create",outcome="limited"} 1');
  });
});
