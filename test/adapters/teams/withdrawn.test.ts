import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { GENERAL } from '../../../playground/teams/conversations.ts';
import { readableTeams } from '../../../playground/teams/readable.ts';
import { repliesIn } from '../../../src/core/replies/replies.ts';
import type { PlaceKind } from '../../../src/core/types.ts';
import { openStage, type TestStage } from '../../support/stage.ts';
import { until } from '../../support/until.ts';

const { edited } = repliesIn('en').aside;

describe('somebody who changes or deletes what they had asked', () => {
  let stage: TestStage;
  beforeAll(async () => {
    stage = await openStage();
  });
  afterAll(() => stage.end());

  /** What the bot shows them in private now. */
  const told = (who: string) => {
    const { teamsUser: user } = stage.person(who);
    return stage.teams
      .history({ user })
      .filter(({ channel, bot }) => bot !== null && channel === stage.teams.direct(user))
      .map((message) => readableTeams(message).text);
  };
  const asked = async (who: string, place: Extract<PlaceKind, 'direct' | 'channel'>, text: string) => {
    const said = await stage.talks.teams.say({ person: stage.person(who), place, text });
    const { question, channel, id } = said;
    await until(() => stage.trail.some(({ entry }) => entry.kind === 'disclosure' && entry.question === question));
    return {
      question,
      channel,
      id,
      change: (to: string | null) =>
        stage.teams.change({ user: stage.person(who).teamsUser, channel, ts: id, text: to }),
    };
  };
  const decisions = () => stage.trail.filter(({ entry }) => entry.kind === 'decision').length;
  /** Nothing is left to be done. */
  const waits = () =>
    until(async () => {
      const { queued, leased } = await stage.running.world.store.inbox.census({ now: Date.now() });
      return queued + leased === 0;
    });

  it('R22 deletes it, and what stands of the answer is taken away, without a word', async () => {
    const { change } = await asked('mona', 'direct', 'how many days of vacation do I have left?');
    expect(told('mona').join()).toContain('9 of 30');
    expect(await change(null)).toBe(200);
    await until(() => told('mona').length === 0);
    expect(told('mona')).toEqual([]);
  });

  it('R22 changes it, and what was said to it is taken away: the changed words are not asked by themselves', async () => {
    const { change } = await asked('pia', 'direct', 'how many days of vacation do I have left?');
    expect(told('pia').join()).toContain('days');
    const before = decisions();
    expect(await change('what does Mona earn?')).toBe(200);
    await until(() => told('pia').includes(edited));
    await until(() => told('pia').length === 1);
    expect(told('pia')).toEqual([edited]);
    await waits();
    expect(decisions()).toBe(before);
  });

  it('R22 does so in a channel, where only what is theirs goes', async () => {
    await asked('evan', 'channel', 'how many days of vacation do I have left?');
    const { change } = await asked('hugo', 'channel', 'how many days of vacation do I have left?');
    const others = told('evan');
    expect(await change(null)).toBe(200);
    await until(() => told('hugo').length === 0);
    expect(told('evan')).toEqual(others);
    expect(others.join()).toContain('days');
    expect(stage.teams.history().some(({ channel, bot }) => channel === GENERAL && bot !== null)).toBe(true);
  });

  it('R22 has what waits for a sign-in ended, on record, and nothing is answered when they sign in', async () => {
    const { question, change } = await asked('hana', 'direct', 'can you show me my last payslip');
    expect((await stage.running.world.store.inbox.census({ now: Date.now() })).parked).toBe(1);
    expect(await change(null)).toBe(200);
    await until(async () => (await stage.running.world.store.inbox.census({ now: Date.now() })).parked === 0);
    const end = stage.trail
      .map(({ entry }) => entry)
      .find((entry) => entry.kind === 'undeliverable' && entry.question === question);
    expect(end).toMatchObject({ code: 'withdrawn' });
  });

  /** Of a message that somebody may not have written. */
  const changedBy = (who: string, { channel, id }: { readonly channel: string; readonly id: string }) => {
    const { teamsUser: user } = stage.person(who);
    return stage.teams.deliver({
      channelId: 'msteams',
      serviceUrl: stage.teams.serviceUrl(),
      recipient: { id: stage.teams.botUserId },
      timestamp: new Date().toISOString(),
      text: 'a changed message',
      type: 'messageUpdate',
      id,
      from: { id: `29:${user}`, aadObjectId: user },
      conversation: { id: channel, conversationType: 'personal' },
      channelData: { tenant: { id: stage.tenantId }, eventType: 'editMessage' },
    });
  };

  it('R22 ends nothing that somebody else had asked', async () => {
    const { channel, id } = await asked('evan', 'direct', 'can you show me my last payslip');
    expect((await changedBy('hugo', { channel, id })).status).toBe(200);
    await waits();
    expect((await stage.running.world.store.inbox.census({ now: Date.now() })).parked).toBe(1);
  });

  it('R22 is not told anything of a message that asked nothing', async () => {
    const channel = stage.teams.direct(stage.person('carl').teamsUser);
    expect((await changedBy('carl', { channel, id: '1500000000000' })).status).toBe(200);
    await waits();
    expect(told('carl')).toEqual([]);
  });
});
