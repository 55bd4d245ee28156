import { afterEach, describe, expect, it } from '@jest/globals';
import { HOLD, PERMIT } from '../../support/world.ts';
import { type Between, openBetween } from './between.ts';
import { TEAM } from './support.ts';

const MINUTE = 60_000;
const OTHER = 'T0OTHER000';
const PEOPLE = 60;
const userOf = (n: number): string => `U0FLOOD${String(n).padStart(3, '0')}`;
const people = Array.from({ length: PEOPLE }, (_, n) => ({
  user: userOf(n),
  name: `Person ${n}`,
  kind: 'employee' as const,
}));

let b: Between | null = null;
afterEach(async () => {
  await b?.close();
  b = null;
});

const askedBy = (stage: Between, user: string, n = 0) => {
  const channel = `D${user.slice(1)}`;
  return stage.asked({
    id: `slack:${TEAM}:${channel}:${n}`,
    account: { platform: 'slack', tenant: TEAM, user, external: false },
    conversation: `slack:${TEAM}:${channel}`,
    place: { kind: 'direct', channel, thread: null },
  });
};
const shown = ({ t }: Between) => t.entries.filter(({ kind }) => kind === 'disclosure').length;

describe('R18 many who ask at once in one workspace', () => {
  it('R18 are all answered once, at Slack’s pace: no call is refused, none comes early, and no answer is given up for it', async () => {
    const stage = await openBetween({ standIn: { people } });
    b = stage;
    const { t, bench, clock, passing } = stage;
    t.script.decide = () => HOLD;
    const work = stage.work();
    const began = clock.now();
    for (const { user } of people) await work.accept(askedBy(stage, user));
    await passing(() => shown(stage) === PEOPLE, 250);
    const requests = bench.standIn.requests();
    expect(requests.filter(({ status, early }) => status === 429 || early)).toEqual([]);
    const updates = requests.filter(({ method }) => method === 'chat.update').map(({ at }) => at);
    expect(updates).toHaveLength(PEOPLE);
    // What a process may be ahead of the common budget by, beside 45 a minute.
    for (const from of updates)
      expect(updates.filter((at) => at >= from && at < from + MINUTE).length).toBeLessThanOrEqual(47);
    expect(clock.now() - began).toBeLessThan(3 * MINUTE);
    for (const { user } of people) {
      const read = bench.standIn.history({ user }).filter(({ bot }) => bot !== null);
      expect(read.map(({ text }) => text)).toEqual(['A confidential answer']);
    }
    expect(t.entries.some(({ kind }) => kind === 'undeliverable')).toBe(false);
  }, 60_000);

  it('R18 delay nobody of another workspace', async () => {
    const one = 'U0OTHER000';
    const stage = await openBetween({
      adapter: { teamIds: [TEAM, OTHER] },
      standIn: {
        // They share what is installed for all of them, so that one token serves both.
        enterpriseId: 'E0ALL00000',
        installation: 'org',
        people,
        workspaces: [
          {
            teamId: OTHER,
            enterpriseId: 'E0ALL00000',
            installation: 'none',
            people: [{ user: one, name: 'Other', kind: 'employee' }],
          },
        ],
      },
    });
    b = stage;
    const { t, clock, passing, bench } = stage;
    t.script.decide = () => PERMIT;
    // Twenty each of sixty people: twelve hundred posts, of which Slack takes some hundred a minute.
    const work = stage.work();
    for (let n = 0; n < 20; n++) for (const { user } of people) await work.accept(askedBy(stage, user, n));
    await passing(() => shown(stage) > 50, 100);
    const at = clock.now();
    const before = shown(stage);
    expect(before).toBeLessThan(PEOPLE * 20);
    const channel = `D${one.slice(1)}`;
    const question = stage.asked({
      id: `slack:${OTHER}:${channel}:1`,
      account: { platform: 'slack', tenant: OTHER, user: one, external: false },
      conversation: `slack:${OTHER}:${channel}`,
      place: { kind: 'direct', channel, thread: null },
    });
    await work.accept(question);
    await passing(() => t.entries.some((entry) => entry.kind === 'disclosure' && entry.question === question.id), 100);
    expect(clock.now() - at).toBeLessThan(15_000);
    expect(shown(stage)).toBeLessThan(PEOPLE * 20);
    expect(bench.standIn.requests().filter(({ status, early }) => status === 429 || early)).toEqual([]);
  }, 90_000);
});
