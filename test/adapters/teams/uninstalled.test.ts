/** The app is taken away from a chat, and everything that is held of it goes: from the activity to the store. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { GENERAL } from '../../../playground/teams/conversations.ts';
import { transcriptsOf } from '../../../src/core/held.ts';
import { openStage, type TestStage } from '../../support/stage.ts';
import { until } from '../../support/until.ts';

let stage: TestStage;
beforeAll(async () => {
  stage = await openStage();
  for (const who of ['evan', 'mona']) await stage.signIn(who, 1);
}, 120_000);
afterAll(() => stage.end());

const store = () => stage.running.world.store;
const accountOf = (who: string): string => stage.people.find(({ id }) => id === who)?.teamsUser ?? '';
const chatOf = (who: string): string => stage.teams.direct(accountOf(who));
const reference = (key: string) => store().references.find({ tenant: stage.tenantId, key, now: Date.now() });
const talks = async (): Promise<readonly string[]> => {
  const found: string[] = [];
  for await (const { conversation } of transcriptsOf(stage.running.world)) found.push(conversation);
  return found.toSorted();
};
const pending = async (channel: string) =>
  (await store().expiries.scan({ cursor: null, limit: 500 })).removals.filter(
    ({ ref, then }) => ref.channel === channel && then === 'remove',
  );
const purged = (channel: string) =>
  stage.trail.flatMap(({ entry }) =>
    entry.kind === 'installation' && entry.channel === channel && entry.change === 'purged' ? [entry] : [],
  );

describe('R23 a chat that the app was taken away from', () => {
  it('R23 is known no more: no reference, no memory, nothing that should still be done there', async () => {
    for (const who of ['evan', 'mona']) await stage.ask({ who, says: 'show me my payslip', on: 'teams' });
    const [evans, monas] = [chatOf('evan'), chatOf('mona')];
    expect(await reference(evans)).not.toBeNull();
    expect((await pending(evans)).length).toBeGreaterThan(0);
    expect(await stage.teams.uninstall({ user: accountOf('evan') })).toBe(200);
    await until(() => purged(evans).length === 1);
    expect(await reference(evans)).toBeNull();
    expect(await pending(evans)).toEqual([]);
    expect(await talks()).toEqual([`teams:${stage.tenantId}:${monas}`]);
    expect([await reference(monas), await reference('')].every((kept) => kept !== null)).toBe(true);
    await until(async () => (await store().inbox.backlog()).claimed === 0);
    expect(purged(evans)).toMatchObject([{ platform: 'teams', purged: { transcripts: 1, held: 0 } }]);
  }, 60_000);

  it('R23 is answered as ever once it has the app again', async () => {
    stage.teams.setMember({ channel: chatOf('evan'), bot: true });
    const again = await stage.ask({ who: 'evan', says: 'show me my payslip', on: 'teams' });
    expect(again.disclosure).toMatchObject({ verdict: 'answer', channel: chatOf('evan') });
    expect((await pending(chatOf('evan'))).length).toBeGreaterThan(0);
    expect(await reference(chatOf('evan'))).not.toBeNull();
  }, 60_000);

  it('R23 is a team with all its channels', async () => {
    await stage.ask({ who: 'mona', says: 'how many days of leave do I have left?', on: 'teams', where: 'channel' });
    expect(await reference(GENERAL)).not.toBeNull();
    expect(await stage.teams.uninstall({ user: accountOf('mona'), channel: GENERAL })).toBe(200);
    await until(() => purged(GENERAL).length === 1);
    expect(await reference(GENERAL)).toBeNull();
    expect((await talks()).filter((talk) => talk.includes(GENERAL))).toEqual([]);
    expect(await reference(chatOf('mona'))).not.toBeNull();
  }, 60_000);
});

describe('R24 where chats are reached', () => {
  it('R24 lies sealed in the store, by tenant, follows every activity, and holds no token', async () => {
    const before = await reference(chatOf('mona'));
    expect(before).not.toBeNull();
    for (const key of [chatOf('mona'), '']) {
      expect(await reference(key)).not.toMatch(/http|127\.0\.0\.1|standin|Bearer|eyJ/);
      expect(await store().references.find({ tenant: 'another', key, now: Date.now() })).toBeNull();
    }
    stage.teams.move('emea');
    const asked = stage.teams.requests().length;
    await stage.ask({ who: 'mona', says: 'when is pay day?', on: 'teams' });
    expect(await reference(chatOf('mona'))).not.toBe(before);
    const made = stage.teams
      .requests()
      .slice(asked)
      .filter(({ verb, conversation }) => verb.startsWith('activity.') && conversation === chatOf('mona'));
    expect(made.length).toBeGreaterThan(0);
    expect(made.filter(({ status, path }) => status >= 300 || !path.startsWith('/emea/'))).toEqual([]);
  }, 60_000);
});
