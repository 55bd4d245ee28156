import { describe, expect, it } from '@jest/globals';
import { GENERAL } from '../../playground/teams/conversations.ts';
import { call, direct, EVAN, post, teams } from './support/teams-bench.ts';

describe('that the bot is at it', () => {
  it('is taken, stands nowhere, and can be neither changed nor removed', async () => {
    const typing = await post({ type: 'typing' });
    expect([typing.status, typing.id]).toEqual([201, expect.stringMatching(/./)]);
    expect(teams.history({ user: EVAN })).toEqual([]);
    const at = ['conversations', direct(), 'activities', typing.id];
    expect(await call('DELETE', at)).toMatchObject({ status: 404, error: 'ActivityNotFoundInConversation' });
    expect(await call('PUT', at, { body: { type: 'message', text: 'x' } })).toMatchObject({ status: 404 });
    expect(teams.past()).toEqual([]);
  });

  it('says nothing beside, and only where the bot is', async () => {
    expect(await post({ type: 'typing', text: 'soon' })).toMatchObject({ status: 400 });
    teams.setMember({ channel: GENERAL, bot: false });
    expect(await post({ type: 'typing' }, GENERAL)).toMatchObject({ status: 403 });
  });
});
