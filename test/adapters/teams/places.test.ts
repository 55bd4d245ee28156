import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { GENERAL, SHARED } from '../../../playground/teams/conversations.ts';
import { readableTeams } from '../../../playground/teams/readable.ts';
import type { AuditEntry } from '../../../src/core/audit.ts';
import { repliesIn } from '../../../src/core/replies/replies.ts';
import { openStage, type TestStage } from '../../support/stage.ts';
import { until } from '../../support/until.ts';

const PAYDAY = '25th';
const { answeredInPrivate, aside } = repliesIn('en');

let stage: TestStage;
/** How much had happened before this test. */
let before: { readonly past: number; readonly requests: number; readonly trail: number };
const within = (o: Parameters<typeof openStage>[0]): void => {
  beforeAll(async () => {
    stage = await openStage(o);
  });
  beforeEach(() => {
    const { teams, trail } = stage;
    before = { past: teams.past().length, requests: teams.requests().length, trail: trail.length };
  });
  afterAll(() => stage.end());
};

const personOf = (who: string) => {
  const person = stage.people.find(({ id }) => id === who);
  if (person === undefined) throw new Error(`nobody of the sample is called ${who}`);
  return person;
};
const directOf = (who: string): string => stage.teams.direct(personOf(who).teamsUser);
const happened = () => stage.teams.past().slice(before.past);
const requests = () => stage.teams.requests().slice(before.requests);
const recorded = (kind: AuditEntry['kind']) =>
  stage.trail
    .slice(before.trail)
    .map(({ entry }) => entry)
    .filter((entry) => entry.kind === kind);
/** What the bot has put before more than one pair of eyes in this test, whatever became of it. */
const openly = (channel: string): readonly string[] =>
  happened()
    .filter(({ message, event }) => event !== 'deleted' && message.channel === channel)
    .filter(({ message }) => message.targetedAt === undefined)
    .map(({ message }) => readableTeams(message).text);
/** What the bot has put before this person alone. */
const alone = (who: string): readonly string[] =>
  happened()
    .filter(({ message }) => message.targetedAt === personOf(who).teamsUser)
    .map(({ message }) => readableTeams(message).text);
const payday = (who: string) => stage.ask({ who, says: 'when is payday?', where: 'channel', on: 'teams' });
const say = (who: string, text: string) => stage.talks.teams.say({ person: personOf(who), place: 'channel', text });
/** Nobody can write to them in private. */
const closePrivate = (who: string): void => stage.teams.setMember({ channel: directOf(who), bot: false });

describe('with messages for one person alone', () => {
  within({ teamsTargeted: true });

  it('R12 an answer that a rule lets stand in a channel stands there for the asker alone, as the wire says in every call', async () => {
    const { disclosure, said } = await payday('mona');
    expect([disclosure?.channel, said.includes(PAYDAY)]).toEqual([GENERAL, true]);
    expect(openly(GENERAL)).toEqual([]);
    expect(stage.teams.history({ user: personOf('evan').teamsUser }).filter(({ bot }) => bot !== null)).toEqual([]);
    const told = requests().filter(({ body }) => JSON.stringify(body).includes(PAYDAY));
    expect(told.map(({ verb, path, status }) => [verb, path.split('?')[1], status])).toEqual([
      ['activity.update', 'isTargetedActivity=true', 200],
    ]);
    const created = requests().filter(({ verb }) => verb === 'activity.create');
    expect(created.map(({ targeted, body }) => [targeted, typeof body['recipient']])).toEqual([[true, 'object']]);
    expect(recorded('aside')).toMatchObject([
      { platform: 'teams', channel: GENERAL, removable: 'gone-after-24-hours' },
    ]);
  });

  it('R12 what belongs into the private chat is told there, and the line in the channel is for the asker alone', async () => {
    await stage.ask({ who: 'mona', says: 'how many days of vacation do I have left?', where: 'channel', on: 'teams' });
    await until(() => alone('mona').length > 0);
    expect([alone('mona'), openly(GENERAL)]).toEqual([[answeredInPrivate], []]);
  });

  it('R12 an answer whose showing was lost is not shown a second time', async () => {
    // The moment is found by the query and not without it; what goes wrong comes after that.
    stage.teams.fail({ verb: 'activity.update', how: '204' });
    stage.teams.fail({ verb: 'activity.update', how: 'ActivityNotFoundInConversation' });
    stage.teams.fail({ verb: 'activity.update', how: '502-after', times: 2 });
    const { disclosure, said } = await payday('mona');
    expect([disclosure?.channel, said]).toEqual([directOf('mona'), `${aside.unclear}\n`]);
    expect(alone('mona').filter((text) => text.includes(PAYDAY))).not.toEqual([]);
    expect(openly(GENERAL)).toEqual([]);
  });

  it('R12 a question to the bot alone is taken without a mention, and leaves no trace for others', async () => {
    const says = 'how many days of vacation do I have left?';
    const ended = await stage.ask({ who: 'mona', says, where: 'shared', on: 'teams', by: 'command' });
    expect([ended.disclosure?.channel, ended.said.includes('9 of 30')]).toEqual([directOf('mona'), true]);
    expect(openly(SHARED)).toEqual([]);
    expect(JSON.stringify(stage.teams.history({ user: personOf('xena').teamsUser }))).not.toContain('vacation');
  });

  it('R12 where somebody cannot be written to in private, only that it is restricted is said in the channel', async () => {
    closePrivate('evan');
    await say('evan', 'how many days of vacation do I have left?');
    await until(() => alone('evan').length > 0);
    expect([alone('evan'), openly(GENERAL)]).toEqual([[aside.notReached], []]);
    expect(aside.notReached).toContain('restricted');
    expect([recorded('undeliverable').length, recorded('disclosure').length]).toEqual([1, 0]);
  });
});

describe('with a Teams that takes a message for one person alone for everybody’s', () => {
  within({ teamsTargetedMode: 'ignored' });

  it('R12 the answer goes to the private chat, and nobody else saw a word of it', async () => {
    const { disclosure, said } = await payday('mona');
    expect([disclosure?.channel, said.includes(PAYDAY)]).toEqual([directOf('mona'), true]);
    expect(openly(GENERAL).join()).not.toContain(PAYDAY);
    await until(() => openly(GENERAL).includes(answeredInPrivate));
    // What tried it out was taken away again; the line tells nothing.
    const left = stage.teams.history().filter(({ channel, bot }) => channel === GENERAL && bot !== null);
    expect(left.map((message) => readableTeams(message).text)).toEqual([answeredInPrivate]);
  });
});

describe('with a Teams that knows no messages for one person alone', () => {
  within({ teamsTargetedMode: 'refused' });

  it('R12 the answer goes to the private chat, also where the asker is not in the channel any more', async () => {
    expect((await payday('mona')).disclosure?.channel).toBe(directOf('mona'));
    stage.teams.fail({ verb: 'member.get', how: 'UserNotFound' });
    expect((await payday('mona')).disclosure?.channel).toBe(directOf('mona'));
    await until(() => openly(GENERAL).length === 2);
    expect(openly(GENERAL)).toEqual([answeredInPrivate, answeredInPrivate]);
  });

  it('R12 where both fail only that it is restricted is said', async () => {
    closePrivate('evan');
    await say('evan', 'when is payday?');
    await until(() => openly(GENERAL).length > 0);
    expect([openly(GENERAL), alone('evan')]).toEqual([[aside.notReached], []]);
    expect(JSON.stringify(happened())).not.toContain(PAYDAY);
    expect([recorded('undeliverable').length, recorded('disclosure').length]).toEqual([1, 0]);
  });
});

describe('without messages for one person alone', () => {
  within({ teamsTargeted: false });

  it('R12 none is ever tried, and the line in the channel tells nothing', async () => {
    expect((await payday('mona')).disclosure?.channel).toBe(directOf('mona'));
    await until(() => openly(GENERAL).length > 0);
    expect(requests().filter(({ targeted }) => targeted)).toEqual([]);
    expect([openly(GENERAL), recorded('aside')]).toEqual([[answeredInPrivate], []]);
  });
});
