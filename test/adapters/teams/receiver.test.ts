import { afterEach, describe, expect, it } from '@jest/globals';
import type { Json } from '../../../playground/teams/types.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { until } from '../../support/until.ts';
import { printedDuring } from './printed.ts';
import { CHANNEL, CHAT, EVAN, GROUP, openTeams, TENANT, type TeamsBench, XENA } from './support.ts';

let bench: TeamsBench | null = null;
const open = async (...o: Parameters<typeof openTeams>): Promise<TeamsBench> => {
  bench = await openTeams(...o);
  return bench;
};
afterEach(async () => {
  await bench?.close();
  bench = null;
});

describe('R4 the form of a request', () => {
  it.each([
    { what: 'nothing', body: '' },
    { what: 'an empty object', body: '{}' },
    { what: 'a list', body: '[]' },
    { what: 'null', body: 'null' },
    { what: 'a number', body: '7' },
    { what: 'no JSON', body: '{"type":' },
    { what: 'a type that is no text', body: '{"type":7}' },
    { what: 'an empty type', body: '{"type":""}' },
    { what: 'a depth without end', body: '['.repeat(100_000) },
  ])('R4 answers 400 to $what, without a word, and notes it once', async ({ body }) => {
    const { sender, accepted, rejected } = await open();
    const printed = await printedDuring(async () => {
      expect(await sender.raw({ body })).toEqual({ status: 400, body: '' });
    });
    expect({ accepted, rejected, printed }).toEqual({ accepted: [], rejected: ['body-malformed'], printed: [] });
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp'])(
    'R4 answers 415 to the type "%s"',
    async (contentType) => {
      const { sender, rejected, question } = await open();
      expect(await sender.raw({ body: JSON.stringify(question()), contentType })).toEqual({ status: 415, body: '' });
      expect(rejected).toEqual(['body-not-json']);
    },
  );

  it.each(['application/json', 'Application/JSON; charset=utf-8'])('R4 reads %s', async (contentType) => {
    const { sender, accepted, question } = await open();
    expect((await sender.raw({ body: JSON.stringify(question()), contentType })).status).toBe(200);
    expect(accepted).toHaveLength(1);
  });

  it('R4 answers 413 to a megabyte, and 405 to what is no POST', async () => {
    const { sender, teams, accepted, question } = await open();
    expect(await sender.raw({ body: 'x'.repeat(1 << 20) })).toEqual({ status: 413, body: '' });
    for (const method of ['GET', 'PUT', 'DELETE', 'OPTIONS'])
      expect(await sender.raw({ body: '', method })).toEqual({ status: 405, body: '' });
    expect(accepted).toEqual([]);
    expect((await sender.raw({ body: JSON.stringify(question()) })).status).toBe(200);
    const large = { headers: { 'content-type': 'application/json' }, body: Buffer.alloc(teams.route.bodyLimit + 1) };
    expect(await teams.route.handle(large)).toMatchObject({ status: 413, body: '' });
  });

  it('R2 refuses a header that came twice', async () => {
    const { teams, issuer, question, rejected } = await open();
    const token = `Bearer ${issuer.mint()}`;
    const body = Buffer.from(JSON.stringify(question()));
    const headers = { 'content-type': 'application/json', authorization: `${token}, ${token}` };
    expect(await teams.route.handle({ headers, body })).toMatchObject({ status: 401, body: '' });
    expect(rejected).toEqual(['token-malformed']);
  });
});

describe('R14 the answer within three seconds', () => {
  it('R14 says 200 only when the question is durably ours', async () => {
    const order: string[] = [];
    const { sender } = await open({
      adapter: {
        accept: async () => {
          await new Promise((resolve) => setTimeout(resolve, 100));
          order.push('accepted');
          return 'accepted';
        },
      },
    });
    await sender.say({ person: EVAN, chat: CHAT, text: 'hello' });
    order.push('answered');
    expect(order).toEqual(['accepted', 'answered']);
  });

  it.each([
    { what: 'says that it cannot', accept: async () => 'unavailable' as const },
    { what: 'throws', accept: async () => Promise.reject(new Error('about my secret salary')) },
    { what: 'never answers', accept: () => new Promise<never>(() => undefined) },
  ])('R14 says 503 where the store $what', async ({ accept }) => {
    const { post, question, rejected, logged } = await open({ adapter: { accept } });
    const printed = await printedDuring(async () => {
      expect(await post(question())).toEqual({ status: 503, body: '' });
    });
    expect({ rejected, printed }).toEqual({ rejected: [], printed: [] });
    expect(logged.join('\n')).not.toContain('salary');
  });

  it('R14 says so after 900 ms, whatever else takes long', async () => {
    const clock = createFakeClock(Date.now());
    let asked = false;
    const accept = (): Promise<never> => {
      asked = true;
      return new Promise(() => undefined);
    };
    const { post, question } = await open({ adapter: { clock, accept } });
    let status = 0;
    const sent = post(question()).then((answer) => {
      status = answer.status;
    });
    await until(() => asked);
    await clock.advance(899);
    expect(status).toBe(0);
    await clock.advance(1);
    await sent;
    expect(status).toBe(503);
  });

  it('R15 answers 200 to what was accepted before', async () => {
    const { post, question } = await open({ adapter: { accept: async () => 'repeat' } });
    expect((await post(question())).status).toBe(200);
  });

  it('R15 gives every delivery of one message the same id', async () => {
    const stage = await open();
    const message = stage.question();
    await Promise.all([stage.post(message), stage.post(message)]);
    await stage.post(message);
    expect(new Set(stage.accepted.map(({ id }) => id))).toEqual(
      new Set([`teams:${TENANT}:${CHAT.id}:${String(message['id'])}`]),
    );
    expect(stage.accepted).toHaveLength(3);
  });
});

describe('what is proved but no question', () => {
  /** `ends`: what goes into the inbox instead of a question, for it ends something; absent: nothing does. */
  const cases: readonly {
    readonly what: string;
    readonly of: (stage: TeamsBench) => Json;
    readonly ends?: string;
  }[] = [
    {
      what: 'an edit',
      of: ({ sender, question }) => sender.changed(question(), 'editMessage', 'and now?'),
      ends: 'withdrawn',
    },
    {
      what: 'a deletion',
      of: ({ sender, question }) => sender.changed(question(), 'softDeleteMessage'),
      ends: 'withdrawn',
    },
    { what: 'an installation', of: ({ sender }) => sender.installed({ person: EVAN, chat: CHAT, action: 'add' }) },
    {
      what: 'a removal',
      of: ({ sender }) => sender.installed({ person: EVAN, chat: CHAT, action: 'remove' }),
      ends: 'left',
    },
    { what: 'a new member', of: ({ sender }) => sender.membersAdded({ person: EVAN, chat: CHANNEL }) },
    { what: 'typing', of: ({ question }) => question({ type: 'typing', text: null }) },
    {
      what: 'a reaction',
      of: ({ question }) => question({ type: 'messageReaction', reactionsAdded: [{ type: 'like' }] }),
    },
    { what: 'an event', of: ({ question }) => question({ type: 'event', name: 'application/vnd.x' }) },
    { what: 'a type of tomorrow', of: ({ question }) => question({ type: 'somethingNew' }) },
    { what: 'buffered replies', of: ({ question }) => question({ type: 'typing', deliveryMode: 'expectReplies' }) },
    {
      what: 'a message in a channel that does not mention the bot',
      of: ({ sender }) => sender.message({ person: EVAN, chat: CHANNEL, text: 'hello all', mention: false }),
    },
    {
      what: 'a message in a group that does not mention the bot',
      of: ({ sender }) => sender.message({ person: EVAN, chat: GROUP, text: 'hello all', mention: false }),
    },
  ];
  it.each(cases)('R22 is acknowledged and not run: $what', async ({ of, ends }) => {
    const stage = await open();
    expect(await stage.post(of(stage))).toEqual({ status: 200, body: '' });
    const accepted = stage.accepted.map(({ kind }) => kind);
    expect({ accepted, rejected: stage.rejected }).toEqual({
      accepted: ends === undefined ? [] : [ends],
      rejected: [],
    });
  });

  it.each([
    { what: 'a bot', over: { from: { id: '28:another-bot', aadObjectId: EVAN.user } }, reason: 'sender-bot' },
    { what: 'a skill', over: { from: { id: '29:x', aadObjectId: EVAN.user, role: 'skill' } }, reason: 'sender-bot' },
    { what: 'nobody', over: { from: null }, reason: 'sender-unreadable' },
    { what: 'an anonymous guest', over: { from: { id: '29:x', name: 'Evan Brooks' } }, reason: 'sender-anonymous' },
    { what: 'an id that is none', over: { from: { id: '29:x', aadObjectId: 'evan' } }, reason: 'sender-anonymous' },
    { what: 'no chat', over: { conversation: { conversationType: 'personal' } }, reason: 'conversation-unreadable' },
    { what: 'a message without an id', over: { id: null }, reason: 'message-unreadable' },
    { what: 'a card of another bot', over: { text: null, value: { actionId: 'x' } }, reason: 'press-unknown' },
    { what: 'a value without a button', over: { text: null, value: { sotto: 'x' } }, reason: 'press-unknown' },
    {
      what: 'a value without end',
      over: { text: null, value: { sotto: { action: 'sotto.ask', value: 'x'.repeat(16_001) } } },
      reason: 'press-unknown',
    },
  ])('R20 is acknowledged, not run, and on record: $what', async ({ over, reason }) => {
    const stage = await open();
    expect(await stage.post(stage.question(over))).toEqual({ status: 200, body: '' });
    expect({ accepted: stage.accepted, rejected: stage.rejected }).toEqual({ accepted: [], rejected: [reason] });
  });

  it('R20 tells somebody of another company apart, so that the core can say that it is not for them', async () => {
    const { sender, accepted } = await open();
    await sender.say({ person: XENA, chat: CHAT, text: 'hello' });
    await sender.say({ person: XENA, chat: GROUP, text: 'hello' });
    expect(accepted).toMatchObject([
      { account: { tenant: TENANT, user: XENA.user, external: true }, place: { kind: 'direct' } },
      { account: { tenant: TENANT, user: XENA.user, external: true }, place: { kind: 'shared' } },
    ]);
  });
});

describe('R24 where a chat can be reached', () => {
  it('R24 is kept for the chat and for the tenant, from every verified activity, when it changes', async () => {
    const stage = await open();
    const { sender, issuer, kept, serviceUrl } = stage;
    await sender.say({ person: EVAN, chat: CHAT, text: 'one' });
    await sender.say({ person: EVAN, chat: CHAT, text: 'two' });
    expect(kept.splice(0).toSorted()).toEqual(
      [`${TENANT}|${CHAT.id}|${serviceUrl}`, `${TENANT}||${serviceUrl}`].toSorted(),
    );
    await sender.send(sender.installed({ person: EVAN, chat: CHANNEL, action: 'add' }));
    expect(kept.splice(0)).toEqual([`${TENANT}|${CHANNEL.id}|${serviceUrl}`]);
    const elsewhere = 'https://smba.trafficmanager.net/emea/';
    const moved = `Bearer ${issuer.mint({ claims: { serviceurl: elsewhere } })}`;
    await stage.post(stage.question({ serviceUrl: elsewhere }), moved);
    expect(kept.toSorted()).toEqual([`${TENANT}|${CHAT.id}|${elsewhere}`, `${TENANT}||${elsewhere}`].toSorted());
  });

  it('R24 is kept as somebody’s own where nobody else is in the chat, and as its team’s in a channel, so that it can be forgotten with them', async () => {
    const owners: string[] = [];
    const { sender } = await open({
      adapter: {
        reference: {
          keep: async ({ key, owner }) => void owners.push(`${key}|${owner}`),
          find: async () => null,
        },
      },
    });
    await sender.say({ person: EVAN, chat: CHAT, text: 'hello' });
    await sender.say({ person: EVAN, chat: CHANNEL, text: '<at>Sotto</at> hello' });
    expect(owners).toEqual([`${CHAT.id}|${EVAN.user}`, '|', `${CHANNEL.id}|19:team-of-the-stand-in@thread.tacv2`]);
  });

  it('R24 stands before the question is taken', async () => {
    const order: string[] = [];
    const { sender } = await open({
      adapter: {
        reference: {
          keep: async () => {
            await new Promise((resolve) => setTimeout(resolve, 50));
            order.push('kept');
          },
          find: async () => null,
        },
        accept: async () => {
          order.push('accepted');
          return 'accepted';
        },
      },
    });
    await sender.say({ person: EVAN, chat: CHAT, text: 'hello' });
    expect(order).toEqual(['kept', 'kept', 'accepted']);
  });

  it.each([
    { what: 'fails', keep: async () => Promise.reject(new Error('store gone')) },
    { what: 'hangs', keep: () => new Promise<never>(() => undefined) },
  ])('R24 holds up no question where the store $what, and is tried again', async ({ keep }) => {
    let tried = 0;
    const { sender, accepted } = await open({
      adapter: {
        reference: {
          keep: () => {
            tried++;
            return keep();
          },
          find: async () => null,
        },
      },
    });
    for (const text of ['one', 'two']) {
      const { delivered } = await sender.say({ person: EVAN, chat: CHAT, text });
      expect(delivered).toEqual([{ status: 200, body: '' }]);
    }
    expect({ accepted: accepted.length, tried }).toEqual({ accepted: 2, tried: 4 });
  });
});

describe('R27 what is logged and printed', () => {
  it('R27 holds no key, token, name or word, whatever happens', async () => {
    const stage = await open({
      adapter: {
        accept: async () => Promise.reject(new Error('about my secret salary')),
        reference: { keep: async () => Promise.reject(new Error('https://secret.example')), find: async () => null },
      },
      open: async () => Promise.reject(new Error('secret card')),
    });
    const { sender, issuer, logged, rejected } = stage;
    const printed = await printedDuring(async () => {
      await sender.say({ person: EVAN, chat: CHAT, text: 'my secret salary' });
      await sender.fetchDialog({ person: EVAN, chat: CHAT, action: 'sotto.view', value: 'secret', replyTo: '1' });
      await sender.send(sender.invoke({ person: EVAN, chat: CHAT, name: 'secret/invoke', value: { secret: 1 } }));
      const failure = { code: 'secret words', message: 'secret words' };
      await sender.send(sender.invoke({ person: EVAN, chat: CHAT, name: 'signin/failure', value: failure }));
      await sender.exchange({ person: EVAN, chat: CHAT, connectionName: 'sso', token: 'secret.secret.secret' });
      for (const key of ['unpublished', 'none', 'webchat'] as const)
        await stage.post(stage.question({ text: 'secret' }), `Bearer ${issuer.mint({ key })}`);
      await stage.post(stage.question(), `Bearer ${issuer.mint({ claims: { exp: 1 } })}`);
      issuer.mode('500');
      await stage.post(stage.question(), `Bearer ${issuer.mint({ header: { kid: 'secret' } })}`);
    });
    expect(printed).toEqual([]);
    expect(logged.length).toBeGreaterThan(4);
    const everything = [...logged, ...rejected, ...stage.counted].join('\n');
    expect(everything).not.toMatch(/secret|salary|eyJ|KEY|https?:|Evan/);
  });
});
