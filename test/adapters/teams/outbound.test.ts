/** What goes out, on the whole way: a person asks, the Connector misbehaves, and they see one answer that leaves when its time is up. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { SeenTeamsRequest } from '../../../playground/teams/types.ts';
import { createExpiring, type Expiring } from '../../../src/core/expire.ts';
import type { World } from '../../../src/core/world.ts';
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts';
import { until } from '../../support/until.ts';
import { HOLD } from '../../support/world.ts';
import { EVAN, openTeamsWhole, TENANT, type TeamsProcess, type TeamsWhole } from './whole.ts';

const WORDS = 'You have 12 days.';

let clock: FakeClock;
let whole: TeamsWhole;
let process: TeamsProcess;
let world: World;
const running: Expiring[] = [];
beforeEach(async () => {
  clock = createFakeClock(Date.now());
  whole = await openTeamsWhole({
    clock,
    around: (made) => {
      world = made;
      return made;
    },
  });
  const [only] = whole.processes;
  if (only === undefined) throw new Error('no process');
  process = only;
  process.script.decide = () => HOLD;
});
afterEach(async () => {
  const stopping = running.splice(0).map((each) => each.stop({ graceMs: 100 }));
  await clock.advance(1_000);
  await Promise.all(stopping);
  await whole.close();
});

const moving = (done: () => boolean, stepMs = 500): Promise<void> =>
  until(async () => {
    await clock.advance(stepMs);
    return done();
  });
const answers = (): number => whole.seen().filter((text) => text.includes(WORDS)).length;
const calls = (verb: SeenTeamsRequest['verb']) => whole.standIn.requests().filter((request) => request.verb === verb);
const asked = async (): Promise<void> => {
  await whole.standIn.say({ user: EVAN, text: 'how many days of leave have I left?' });
  await moving(() => answers() > 0);
};
const expiring = (): Expiring => {
  const made = createExpiring(world);
  made.start();
  running.push(made);
  return made;
};
const removals = () => process.entries.flatMap((entry) => (entry.kind === 'removal' ? [entry] : []));

describe('R9 what Teams answers badly or not at all', () => {
  it.each([
    ['502-after', 2],
    ['500-before', 2],
    ['reset', 2],
    ['reset-after', 2],
    ['412', 2],
    ['429', 2],
    ['429-bare', 2],
    ['503-before', 2],
  ])('R9 %s to a post: one answer is seen, and whatever is made twice holds none of its words', async (how, made) => {
    whole.standIn.fail({ verb: 'activity.create', how });
    await asked();
    await clock.advance(60_000);
    expect(answers()).toBe(1);
    const posts = calls('activity.create');
    expect(posts).toHaveLength(made);
    for (const { body } of posts) expect(JSON.stringify(body)).not.toContain(WORDS);
    // Each was a call of its own, by its own id: nothing below tried again by itself.
    expect(new Set(posts.map(({ requestId }) => requestId)).size).toBe(made);
    expect(posts.every(({ attempt, early }) => attempt === 1 && !early)).toBe(true);
  });

  it.each(['502-after', '500-before', 'reset', '412', '429'])(
    'R9 %s to what fills it in: it is filled in again, and is one message',
    async (how) => {
      whole.standIn.fail({ verb: 'activity.update', how });
      await asked();
      await moving(() => calls('activity.update').length > 1);
      expect(answers()).toBe(1);
      expect(calls('activity.create')).toHaveLength(1);
      expect(calls('activity.update').every(({ early }) => !early)).toBe(true);
    },
  );

  it('R9 ends on record where Teams never takes it: the budget of attempts is not for ever', async () => {
    whole.standIn.fail({ verb: 'activity.create', how: '412', times: 1_000 });
    await whole.standIn.say({ user: EVAN, text: 'how many days of leave have I left?' });
    const ended = () => process.entries.filter(({ kind }) => kind === 'undeliverable');
    await moving(() => ended().length > 0, 60_000);
    expect(ended()).toMatchObject([{ code: 'PreconditionFailed' }]);
    // That it is typing is tried once, and only where there is time for it.
    const posts = calls('activity.create').filter(({ body }) => body['type'] === 'message');
    expect(posts).toHaveLength(12);
    expect(whole.seen()).toEqual([]);
  });
});

describe('R11 an answer that must leave', () => {
  it('R11 is one activity, text or card, and what has no id is never filled in', async () => {
    whole.standIn.fail({ verb: 'activity.create', how: 'empty-id' });
    await asked();
    const sent = [...calls('activity.create'), ...calls('activity.update')];
    expect(sent).toHaveLength(3);
    for (const { body } of sent) {
      expect([body['text'] ?? '', body['attachments']]).toEqual(['', [expect.anything()]]);
    }
    // The one without an id stands, and tells nothing; it is on record of nothing that it leaves.
    expect([whole.seen().length, answers()]).toEqual([2, 1]);
    const { removals: pending } = await world.store.expiries.scan({ cursor: null, limit: 10 });
    const [answered] = calls('activity.update');
    expect(pending.map(({ ref }) => ref.id)).toEqual([answered?.activity]);
  });
});

describe('R10 taking an answer away', () => {
  it.each([['204'], ['404-before'], ['ActivityNotFoundInConversation'], ['ConversationNotFound']])(
    'R10 %s is an end',
    async (how) => {
      await asked();
      expiring();
      whole.standIn.fail({ verb: 'activity.delete', how });
      await moving(() => removals().length > 0, 5_000);
      expect(removals()).toMatchObject([{ state: how === '204' ? 'removed' : 'already-gone' }]);
      await clock.advance(60_000);
      expect(calls('activity.delete')).toHaveLength(1);
    },
  );

  it('R10 where deleting is refused, a line that says nothing stands in its place', async () => {
    await asked();
    expiring();
    whole.standIn.fail({ verb: 'activity.delete', how: 'MessageWritesBlocked', times: 1_000 });
    await moving(() => removals().length > 0, 5_000);
    expect(removals()).toMatchObject([{ state: 'blanked' }]);
    expect([answers(), whole.seen()]).toEqual([0, [expect.stringContaining('This answer has been removed.')]]);
  });

  it.each([
    'BotNotInConversationRoster',
    'BotDisabledByAdmin',
    'ConversationBlockedByUser',
    'ServiceError',
    '403-html',
  ])('R10 %s to everything is on record as not deleted on the platform', async (how) => {
    await asked();
    expiring();
    for (const verb of ['activity.delete', 'activity.update'] as const) whole.standIn.fail({ verb, how, times: 1 });
    await moving(() => removals().length > 0, 5_000);
    const code = how === '403-html' ? 'http_403' : how;
    expect(removals()).toMatchObject([{ state: 'refused-by-platform', code }]);
    expect(answers()).toBe(1);
  });

  it.each(['500-before', '502-after', 'reset', '412', '429', '429-bare', '404-html', '401-before'])(
    'R10 %s is tried again until it is gone, by whichever process is there then',
    async (how) => {
      await asked();
      const first = expiring();
      whole.standIn.fail({ verb: 'activity.delete', how, times: 1 });
      await moving(() => calls('activity.delete').length > 0, 5_000);
      const stopped = first.stop({ graceMs: 10 });
      await clock.advance(100);
      await stopped;
      running.splice(0);
      expiring();
      await moving(() => removals().length > 0, 30_000);
      expect(removals()).toMatchObject([{ state: how === '502-after' ? 'already-gone' : 'removed' }]);
      expect(answers()).toBe(0);
      expect(calls('activity.delete').every(({ early }) => !early)).toBe(true);
    },
  );
});

describe('R8 the token of the bot', () => {
  it('R8 goes nowhere but to Teams, whatever address is kept of a chat', async () => {
    await asked();
    const before = whole.standIn.requests().length;
    whole.setReference(whole.standIn.direct(EVAN), 'https://evil.example/amer/');
    await process.work.accept({
      kind: 'question',
      id: 'planted',
      account: { platform: 'teams', tenant: TENANT, user: EVAN, external: false },
      place: { kind: 'direct', channel: whole.standIn.direct(EVAN), thread: null },
      conversation: 'planted',
      at: clock.now(),
      text: 'how many days of leave have I left?',
    });
    await moving(() => process.entries.some(({ kind }) => kind === 'undeliverable'));
    expect(process.entries.filter(({ kind }) => kind === 'undeliverable')).toMatchObject([
      { code: 'host_not_allowed' },
    ]);
    expect(whole.standIn.requests()).toHaveLength(before);
  });
});
