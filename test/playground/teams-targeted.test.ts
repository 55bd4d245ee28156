import { describe, expect, it } from '@jest/globals';
import { GENERAL, GROUP, SHARED } from '../../playground/teams/conversations.ts';
import { wireIdOf } from '../../playground/teams/envelopes.ts';
import type { Json } from '../../playground/teams/types.ts';
import { call, clock, direct, EVAN, reached, reopen, TENANT, teams, XENA } from './support/teams-bench.ts';

const QUERY = '?isTargetedActivity=true';
const hello = { type: 'message', text: 'Hello' };
const evan = wireIdOf({ user: EVAN, name: 'Evan' }, TENANT);
const forEvan = { ...hello, recipient: { id: evan } };
const at = (conversation: string, ...more: readonly string[]) => ['conversations', conversation, 'activities', ...more];
const targeted = (body: Json, conversation = SHARED) =>
  call('POST', at(conversation), { body, query: QUERY }) as Promise<{ status: number; id: string; error?: string }>;
const seenBy = (user: string) => teams.history({ user }).map(({ text }) => text);

describe('a message for one person alone, of the stand-in', () => {
  it('is seen by that person and by nobody else who is there', async () => {
    expect((await targeted(forEvan)).status).toBe(201);
    expect([seenBy(EVAN), seenBy(XENA)]).toEqual([['Hello'], []]);
    expect(teams.history()).toMatchObject([{ targetedAt: EVAN }]);
    expect(teams.requests().at(-1)).toMatchObject({ verb: 'activity.create', targeted: true });
  });

  it('is for everybody where the query is missing, whomever it names', async () => {
    await call('POST', at(SHARED), { body: { ...forEvan, recipient: { id: evan, isTargeted: true } } });
    expect([seenBy(EVAN), seenBy(XENA)]).toEqual([['Hello'], ['Hello']]);
  });

  it.each([
    ['without a recipient', hello, SHARED],
    ['with a recipient of no id', { ...hello, recipient: {} }, SHARED],
    ['for somebody unknown', { ...hello, recipient: { id: '29:1nobody' } }, SHARED],
    ['for somebody who is not there', { ...hello, recipient: { id: XENA } }, GENERAL],
  ] as const)('is refused %s', async (_, body, conversation) => {
    expect(await targeted(body, conversation)).toMatchObject({ status: 400, error: 'BadArgument' });
    expect(teams.history()).toEqual([]);
  });

  it('is refused in a private chat, and where the bot is not', async () => {
    expect(await targeted(forEvan, direct())).toMatchObject({ status: 400, error: 'BadArgument' });
    teams.setMember({ channel: GROUP, bot: false });
    expect(await targeted(forEvan, GROUP)).toMatchObject({ status: 403, error: 'BotNotInConversationRoster' });
  });

  it('is changed and removed by the same query and without a recipient, and not otherwise', async () => {
    const { id } = await targeted(forEvan);
    const change = (body: Json, query: string) => call('PUT', at(SHARED, id), { body, query });
    expect(await change(hello, '')).toMatchObject({ status: 404, error: 'ActivityNotFoundInConversation' });
    expect(await change(forEvan, QUERY)).toMatchObject({ status: 400, error: 'BadArgument' });
    expect(await call('DELETE', at(SHARED, id))).toMatchObject({ status: 404 });
    expect(seenBy(EVAN)).toEqual(['Hello']);
    expect((await change({ ...hello, text: 'Changed' }, QUERY)).status).toBe(200);
    expect([seenBy(EVAN), seenBy(XENA)]).toEqual([['Changed'], []]);
    expect((await call('DELETE', at(SHARED, id), { query: QUERY })).status).toBe(200);
    expect(seenBy(EVAN)).toEqual([]);
  });

  it('does not let an ordinary message be changed or removed by the query', async () => {
    const { id } = (await call('POST', at(SHARED), { body: hello })) as { id: string };
    expect(await call('PUT', at(SHARED, id), { body: hello, query: QUERY })).toMatchObject({ status: 404 });
    expect(await call('DELETE', at(SHARED, id), { query: QUERY })).toMatchObject({ status: 404 });
  });

  it('is gone after 24 hours, for the bot as well', async () => {
    await reopen({ tokenSeconds: 48 * 3_600 });
    const { id } = await targeted(forEvan);
    await clock.advance(24 * 3_600_000 - 1);
    expect(seenBy(EVAN)).toEqual(['Hello']);
    await clock.advance(1);
    expect(seenBy(EVAN)).toEqual([]);
    const late = await call('DELETE', at(SHARED, id), { query: QUERY });
    expect(late).toMatchObject({ status: 404, error: 'ActivityNotFoundInConversation' });
  });

  it('is known to no other call, and by no other query', async () => {
    for (const query of ['?isTargetedActivity=false', '?isTargetedActivity=true&x=1', '?x=1'])
      expect((await call('POST', at(SHARED), { body: forEvan, query })).status).toBe(404);
    expect((await call('GET', ['conversations', SHARED, 'members', EVAN], { query: QUERY })).status).toBe(404);
    expect(teams.history()).toEqual([]);
  });

  it('can be unknown to a Teams, which says so', async () => {
    await reopen({ targeted: 'refused' });
    expect(await targeted(forEvan)).toMatchObject({ status: 400, error: 'BadArgument' });
    expect(teams.history()).toEqual([]);
  });

  it('can be taken for an ordinary one by a Teams, which everybody then sees', async () => {
    await reopen({ targeted: 'ignored' });
    expect((await targeted(forEvan)).status).toBe(201);
    expect([seenBy(EVAN), seenBy(XENA)]).toEqual([['Hello'], ['Hello']]);
  });
});

describe('a person who writes to the bot alone, in a channel of the stand-in', () => {
  it('mentions nobody, and is seen by nobody else', async () => {
    await teams.say({ user: EVAN, text: 'my leave?', channel: SHARED, targeted: true });
    expect(reached).toMatchObject([{ text: 'my leave?', recipient: { isTargeted: true } }]);
    expect(JSON.stringify(reached)).not.toContain('"mention"');
    expect([seenBy(EVAN), seenBy(XENA)]).toEqual([['my leave?'], []]);
  });
});
