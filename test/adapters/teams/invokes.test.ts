import { afterEach, describe, expect, it } from '@jest/globals';
import { createMemoryBudgets } from '../../../src/core/budget.ts';
import type { Changed, OpenedView } from '../../../src/core/ports.ts';
import type { Card, Press } from '../../../src/core/types.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { until } from '../../support/until.ts';
import { CHANNEL, CHAT, EVAN, openTeams, TENANT, type TeamsBench, XENA } from './support.ts';

let bench: TeamsBench | null = null;
const open = async (...o: Parameters<typeof openTeams>): Promise<TeamsBench> => {
  bench = await openTeams(...o);
  return bench;
};
afterEach(async () => {
  await bench?.close();
  bench = null;
});

const card = (text: string): Card => ({ text, note: null, buttons: [], fallback: null });
const press = { person: EVAN, chat: CHAT, action: 'sotto.view', value: 'sealed', replyTo: '1771290108656' };
const TRY_AGAIN = { task: { type: 'message', value: 'Please press again.' } };
const dialogOf = ({ body }: { readonly body: string }): unknown => JSON.parse(body);

describe('a button that opens a dialog', () => {
  it('is answered with the card in the dialog', async () => {
    let revealed: Changed | null = null;
    const { sender, opened, accepted, rejected } = await open({
      open: async (_press, view) => {
        expect(view.ref).toBeNull();
        revealed = await view.reveal(card('Your payslip: 1'));
      },
    });
    const [answer] = await sender.fetchDialog(press);
    expect(answer?.status).toBe(200);
    expect(dialogOf(answer ?? { body: '' })).toEqual({
      task: {
        type: 'continue',
        value: {
          title: 'Sotto',
          width: 'medium',
          height: 'medium',
          card: {
            contentType: 'application/vnd.microsoft.card.adaptive',
            content: {
              type: 'AdaptiveCard',
              $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
              version: '1.5',
              body: [{ type: 'RichTextBlock', inlines: [{ type: 'TextRun', text: 'Your payslip: 1' }] }],
            },
          },
        },
      },
    });
    expect(revealed).toEqual({ ok: true });
    expect(opened).toMatchObject([
      {
        kind: 'press',
        action: 'sotto.view',
        value: 'sealed',
        account: { tenant: TENANT, user: EVAN.user, external: false },
        message: { platform: 'teams', tenant: TENANT, channel: CHAT.id, id: '1771290108656' },
      },
    ]);
    expect({ accepted, rejected }).toEqual({ accepted: [], rejected: [] });
  });

  it('says what came of taking more time, without the buttons that a dialog could not carry', async () => {
    const { sender, opened, accepted, rejected } = await open();
    const [answer] = await sender.fetchDialog({ ...press, action: 'sotto.more' });
    expect(answer?.status).toBe(200);
    expect(answer?.body).toContain('More.');
    expect(answer?.body).not.toContain('Ask again');
    expect(opened).toMatchObject([{ action: 'sotto.more', value: 'sealed', message: { id: '1771290108656' } }]);
    expect({ accepted, rejected }).toEqual({ accepted: [], rejected: [] });
  });

  it('says "try again" after 2.5 s, and what is revealed later is gone', async () => {
    const clock = createFakeClock(Date.now());
    const views: OpenedView[] = [];
    const { sender } = await open({
      adapter: { clock },
      open: (_press: Press, view) => {
        views.push(view);
        return new Promise(() => undefined);
      },
    });
    let answer = '';
    const sent = sender.fetchDialog(press).then(([first]) => {
      answer = first?.body ?? '';
    });
    await until(() => views.length === 1);
    await clock.advance(2_499);
    expect(answer).toBe('');
    await clock.advance(1);
    expect(await views[0]?.reveal(card('Your payslip: 1'))).toEqual({
      ok: false,
      fault: 'gone',
      code: 'dialog-answered',
    });
    await sent;
    expect(JSON.parse(answer)).toEqual(TRY_AGAIN);
  });

  it('says "try again" at once where it cannot be filled', async () => {
    const { sender } = await open({ open: async () => Promise.reject(new Error('store gone')) });
    const [answer] = await sender.fetchDialog(press);
    expect(dialogOf(answer ?? { body: '' })).toEqual(TRY_AGAIN);
  });

  it('is filled once, and also by somebody to whom the view was handed on', async () => {
    const results: Changed[] = [];
    const { sender } = await open({
      open: async (_press, view) => {
        setTimeout(() => {
          for (const text of ['first', 'second']) void view.reveal(card(text)).then((result) => results.push(result));
        }, 50);
      },
    });
    const [answer] = await sender.fetchDialog(press);
    expect(answer?.body).toContain('first');
    await until(() => results.length === 2);
    expect(results.map(({ ok }) => ok)).toEqual([true, false]);
  });

  it.each([
    { what: 'another action', over: { action: 'sotto.ask' }, reason: 'press-unknown' },
    { what: 'somebody anonymous', over: { person: { user: null, name: 'Anon' } }, reason: 'sender-anonymous' },
  ])('is refused for $what', async ({ over, reason }) => {
    const { sender, opened, rejected } = await open();
    expect(await sender.fetchDialog({ ...press, ...over })).toEqual([{ status: 400, body: '' }]);
    expect({ opened, rejected }).toEqual({ opened: [], rejected: [reason] });
  });
});

describe('R16 what is asked by invoke', () => {
  it.each([
    { name: 'signin/verifyState', value: { state: '123456' }, status: 400, reason: 'sign-in-by-code' },
    { name: 'composeExtension/query', value: {}, status: 501, reason: 'invoke-unknown' },
    { name: 'adaptiveCard/action', value: { action: {} }, status: 501, reason: 'invoke-unknown' },
    { name: 'task/submit', value: undefined, status: 400, reason: 'form-unknown' },
    { name: 'task/submit', value: { data: {} }, status: 400, reason: 'form-unknown' },
    { name: 'task/submit', value: { data: { sotto: { state: 7 } } }, status: 400, reason: 'form-unknown' },
    { name: 'task/submit', value: { data: { sotto: { state: '' } } }, status: 400, reason: 'form-unknown' },
    { name: '', value: {}, status: 501, reason: 'invoke-unknown' },
    { name: 7, value: {}, status: 400, reason: 'invoke-malformed' },
    { name: null, value: {}, status: 400, reason: 'invoke-malformed' },
    { name: 'task/fetch', value: undefined, status: 400, reason: 'press-unknown' },
    { name: 'task/fetch', value: 'x', status: 400, reason: 'press-unknown' },
    { name: 'task/fetch', value: { data: { sotto: null } }, status: 400, reason: 'press-unknown' },
    { name: 'signin/tokenExchange', value: undefined, status: 400, reason: 'sign-in-malformed' },
    { name: 'signin/tokenExchange', value: { id: 'x' }, status: 400, reason: 'sign-in-malformed' },
  ])('R16 $name with $value is refused with $status, without a word', async ({ name, value, status, reason }) => {
    const { sender, opened, accepted, rejected, tokens } = await open();
    const invoke = { ...sender.invoke({ person: EVAN, chat: CHAT, name: 'x', value: {} }), name, value };
    expect(await sender.send(invoke)).toEqual([{ status, body: '' }]);
    expect({ opened, accepted, rejected, calls: tokens.calls() }).toEqual({
      opened: [],
      accepted: [],
      rejected: [reason],
      calls: [],
    });
  });

  it('R16 a failed sign-in is acknowledged and logged by its code alone', async () => {
    const { sender, rejected, logged } = await open();
    for (const code of ['resourcematchfailed', 'in so many words']) {
      const value = { code, message: 'in so many words' };
      expect(await sender.send(sender.invoke({ person: EVAN, chat: CHAT, name: 'signin/failure', value }))).toEqual([
        { status: 200, body: '' },
      ]);
    }
    expect(rejected).toEqual([]);
    expect(logged).toEqual([
      '{"event":"teams.sign-in-failed","code":"resourcematchfailed"}',
      '{"event":"teams.sign-in-failed","code":"other"}',
    ]);
  });
});

describe('R17 single sign-on', () => {
  const claims = { oid: EVAN.user, tid: TENANT, exp: Math.floor(Date.now() / 1_000) + 3_600 };
  const exchange = (stage: TeamsBench, over: object = {}, token: object = claims) =>
    stage.sender.exchange({
      person: EVAN,
      chat: CHAT,
      connectionName: 'sso',
      token: stage.tokens.exchangeable({ ...token }),
      ...over,
    });

  it('R17 tells who it was where the token is theirs', async () => {
    const stage = await open();
    const [answer] = await exchange(stage, { id: 'request-1' });
    expect(answer?.status).toBe(200);
    expect(JSON.parse(answer?.body ?? '')).toEqual({ id: 'request-1', connectionName: 'sso' });
    expect(stage.signedIn).toEqual([{ platform: 'teams', tenant: TENANT, user: EVAN.user, external: false }]);
    expect(stage.tokens.calls()).toMatchObject([
      { method: 'POST', path: '/api/usertoken/exchange', authorised: true, status: 200 },
    ]);
    expect(stage.tokens.calls()[0]?.query).toEqual({
      userId: expect.stringMatching(/^29:/),
      connectionName: 'sso',
      channelId: 'msteams',
    });
    expect(stage.counted).toContain('teams_sign_ins {"outcome":"done"}');
  });

  it.each([
    { what: 'another person', over: { oid: XENA.user }, reason: 'token-of-another' },
    { what: 'another tenant', over: { tid: XENA.tenant }, reason: 'token-of-another' },
    { what: 'nobody', over: { oid: undefined }, reason: 'token-of-another' },
    { what: 'a time that is over', over: { exp: 1 }, reason: 'token-exchange-expired' },
    { what: 'an end that is text', over: { exp: 'never' }, reason: 'token-exchange-expired' },
    { what: 'another application', over: { aud: 'https://vault.azure.net' }, reason: 'token-exchange-audience' },
    { what: 'several applications', over: { aud: ['APP'] }, reason: 'token-exchange-audience' },
    { what: 'an application that ends like ours', over: { aud: 'api://not-APP' }, reason: 'token-exchange-audience' },
    { what: 'an address that ends like ours', over: { aud: 'https://x/APP' }, reason: 'token-exchange-audience' },
  ])('R17 refuses a token of $what', async ({ over, reason }) => {
    const stage = await open();
    const aud = 'aud' in over ? JSON.parse(JSON.stringify(over.aud).replaceAll('APP', stage.appId)) : undefined;
    const [answer] = await exchange(stage, { id: 'r' }, { ...claims, ...over, aud });
    expect(answer?.status).toBe(412);
    expect(JSON.parse(answer?.body ?? '')).toMatchObject({ id: 'r', connectionName: 'sso' });
    expect({ signedIn: stage.signedIn, rejected: stage.rejected }).toEqual({ signedIn: [], rejected: [reason] });
  });

  it.each([
    { what: 'whom it is for', without: 'aud', reason: 'token-exchange-audience' },
    { what: 'when it ends', without: 'exp', reason: 'token-exchange-expired' },
    { what: 'whose it is', without: 'oid', reason: 'token-of-another' },
    { what: 'of which tenant', without: 'tid', reason: 'token-of-another' },
  ])('R17 refuses a token that does not say $what', async ({ without, reason }) => {
    const stage = await open();
    const said = { aud: 'https://graph.microsoft.com', ...claims, [without]: undefined };
    stage.tokens.exchangesFor(() => stage.tokens.exchangeable(said));
    expect((await exchange(stage))[0]?.status).toBe(412);
    expect({ signedIn: stage.signedIn, rejected: stage.rejected }).toEqual({ signedIn: [], rejected: [reason] });
  });

  it('R17 hands on what Teams sent and not what it was exchanged for, and neither is logged', async () => {
    const seen: unknown[] = [];
    const stage = await open({ adapter: { signedIn: async (one) => void seen.push(one) } });
    const token = stage.tokens.exchangeable({ ...claims, nonce: 'canary-of-the-client' });
    const exchanged = stage.tokens.exchangeable({ ...claims, aud: stage.appId, nonce: 'canary-of-the-service' });
    stage.tokens.exchangesFor(() => exchanged);
    await exchange(stage, { token, id: 'name-of-a-link' });
    expect(seen).toEqual([{ account: expect.objectContaining({ user: EVAN.user }), token, name: 'name-of-a-link' }]);
    for (const secret of [token, exchanged]) expect(stage.logged.join()).not.toContain(secret);
  });

  it('R17 refuses what comes back and is no token', async () => {
    const stage = await open();
    stage.tokens.exchangesFor(() => 'opaque');
    expect((await exchange(stage))[0]?.status).toBe(412);
    expect(stage.rejected).toEqual(['token-exchange-unreadable']);
  });

  it.each([
    'APP',
    'api://botid-APP',
    'api://bot.example/APP',
    '00000003-0000-0000-c000-000000000000',
    'https://graph.microsoft.com',
  ])('R17 takes a token for %s', async (aud) => {
    const stage = await open();
    const [answer] = await exchange(stage, {}, { ...claims, aud: aud.replace('APP', stage.appId) });
    expect(answer?.status).toBe(200);
  });

  it.each(['consent', 'refuse', '500'] as const)('R17 answers 412 where the service answers %s', async (mode) => {
    const stage = await open();
    stage.tokens.mode(mode);
    expect((await exchange(stage))[0]?.status).toBe(412);
    expect({ signedIn: stage.signedIn, rejected: stage.rejected }).toEqual({ signedIn: [], rejected: [] });
  });

  it.each([
    { what: 'the service hangs', adapter: {} },
    { what: 'the app has no token', adapter: { appToken: () => new Promise<never>(() => undefined) } },
    {
      what: 'nobody can be told',
      adapter: { signedIn: () => new Promise<never>(() => undefined) },
      mode: 'ok' as const,
    },
  ])('R17 answers in time where $what', async ({ adapter, mode }) => {
    const stage = await open({ adapter, answerMs: 10_000 });
    stage.tokens.mode(mode ?? 'hang');
    const answers = await exchange(stage);
    expect(answers.map(({ status }) => status)).toEqual([412]);
    expect(stage.logged).toContain('{"event":"teams.not-signed-in","code":"deadline"}');
  });

  it('R17 exchanges once, however often and however many at once', async () => {
    const stage = await open();
    const answers = await Promise.all(Array.from({ length: 3 }, () => exchange(stage, { id: 'one' })));
    answers.push(await exchange(stage, { id: 'one' }));
    expect(answers.flat().map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect({ calls: stage.tokens.calls().length, signedIn: stage.signedIn.length }).toEqual({ calls: 1, signedIn: 1 });
  });

  it('R17 does not remember for ever', async () => {
    const clock = createFakeClock(Date.now());
    const stage = await open({ adapter: { clock } });
    await exchange(stage, { id: 'one' });
    await clock.advance(5 * 60_000 - 1);
    const lasting = { ...claims, exp: claims.exp + 3_600 };
    await exchange(stage, { id: 'one' }, lasting);
    expect(stage.tokens.calls()).toHaveLength(1);
    await clock.advance(1);
    await exchange(stage, { id: 'one' }, lasting);
    expect(stage.tokens.calls()).toHaveLength(2);
  });

  it('R17 exchanges once over two processes, and what one of them has done the other leaves', async () => {
    const budgets = createMemoryBudgets();
    const stages = [await open({ adapter: { budgets } }), await openTeams({ adapter: { budgets } })];
    try {
      const answers = await Promise.all(stages.map((stage) => exchange(stage, { id: 'one' })));
      expect(answers.flat().map(({ status }) => status)).toEqual([200, 200]);
      expect(stages.flatMap(({ tokens }) => tokens.calls())).toHaveLength(1);
      expect(stages.flatMap(({ signedIn }) => signedIn)).toHaveLength(1);
    } finally {
      await stages[1]?.close();
    }
  });

  it('R17 allows one person five exchanges within any minute at most, over all processes, and others theirs', async () => {
    const clock = createFakeClock(Date.now());
    const budgets = createMemoryBudgets();
    const stages = [await open({ adapter: { clock, budgets } }), await openTeams({ adapter: { clock, budgets } })];
    const [stage] = stages;
    if (stage === undefined) throw new Error('no stage');
    try {
      const statuses: (number | undefined)[] = [];
      // Twelve in fifty-five seconds, by turns.
      for (let index = 0; index < 12; index++) {
        statuses.push((await exchange(stages[index % 2] ?? stage, {}, claims))[0]?.status);
        await clock.advance(5_000);
      }
      expect(statuses.slice(0, 4)).toEqual([200, 200, 200, 429]);
      expect(statuses.filter((status) => status === 200).length).toBeLessThanOrEqual(5);
      expect(stages.flatMap(({ rejected }) => rejected)).toContain('sign-in-throttled');
      const erin = { user: '0a6f5f0e-1111-4d1c-8f5e-3a7d4b2c9e01', name: 'Erin' };
      expect((await exchange(stage, { person: erin }, { ...claims, oid: erin.user }))[0]?.status).toBe(200);
      await clock.advance(60_000);
      expect((await exchange(stage))[0]?.status).toBe(200);
    } finally {
      await stages[1]?.close();
    }
  });

  it('R17 exchanges nothing while it cannot be counted', async () => {
    const budgets = { ...createMemoryBudgets(), take: async () => Promise.reject(new Error('store gone')) };
    const stage = await open({ adapter: { budgets } });
    expect((await exchange(stage))[0]?.status).toBe(412);
    expect({ calls: stage.tokens.calls(), signedIn: stage.signedIn }).toEqual({ calls: [], signedIn: [] });
  });

  it.each([
    { what: 'in a channel', over: { chat: CHANNEL }, reason: 'sign-in-not-private' },
    { what: 'of another company', over: { person: XENA }, reason: 'sign-in-not-private' },
    { what: 'for another connection', over: { connectionName: 'other' }, reason: 'sign-in-malformed' },
    { what: 'of somebody anonymous', over: { person: { user: null, name: 'Anon' } }, reason: 'sender-anonymous' },
  ])('R17 is refused $what, before anything is exchanged', async ({ over, reason }) => {
    const stage = await open();
    expect(await exchange(stage, over)).toEqual([{ status: 400, body: '' }]);
    expect({ rejected: stage.rejected, calls: stage.tokens.calls() }).toEqual({ rejected: [reason], calls: [] });
  });

  it('R17 is unknown where there is no connection', async () => {
    const stage = await open({ adapter: { oauthConnection: null } });
    expect(await exchange(stage)).toEqual([{ status: 501, body: '' }]);
    expect(stage.rejected).toEqual(['invoke-unknown']);
  });

  it('R17 answers 412 where nobody could be told', async () => {
    const stage = await open({ adapter: { signedIn: async () => Promise.reject(new Error('store gone')) } });
    expect((await exchange(stage))[0]?.status).toBe(412);
  });
});

describe('Teams that hangs up', () => {
  it('sends a message twice, and an invoke a third time under a new id', async () => {
    const ids: string[] = [];
    const stage = await open({
      // Long enough for each to arrive, however busy the machine is.
      answerMs: 600,
      adapter: {
        clock: createFakeClock(Date.now()),
        accept: async (inbound) => {
          ids.push(inbound.id);
          return new Promise(() => undefined);
        },
      },
      open: () => new Promise(() => undefined),
    });
    expect((await stage.sender.say({ person: EVAN, chat: CHAT, text: 'hello' })).delivered).toEqual([
      { status: 0, body: '' },
      { status: 0, body: '' },
    ]);
    expect([ids.length, new Set(ids).size]).toEqual([2, 1]);
    expect(await stage.sender.fetchDialog(press)).toHaveLength(3);
    expect([stage.opened.length, new Set(stage.opened.map(({ id }) => id)).size]).toEqual([3, 2]);
  });
});
