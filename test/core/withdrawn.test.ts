import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Withdrawn } from '../../src/core/chore-types.ts';
import type { Pending } from '../../src/core/ports.ts';
import { repliesIn } from '../../src/core/replies/replies.ts';
import { createWork, type Work } from '../../src/core/work.ts';
import { until } from '../support/until.ts';
import { HOLD } from '../support/world.ts';
import { accountOf, openPeople, type People } from './orders/people.ts';

let p: People;
let running: Work | null = null;
beforeEach(async () => {
  p = await openPeople();
  p.t.script.decide = () => HOLD;
});
afterEach(async () => {
  const stopping = running?.stop({ graceMs: 500 });
  running = null;
  await p.clock.advance(1_000);
  await stopping;
  await p.close();
});

const withdrawnBy = (who: 'evan' | 'mona', how: Withdrawn['how']): Withdrawn => ({
  kind: 'withdrawn',
  id: `withdrawn-${who}`,
  account: accountOf(who),
  place: { kind: 'direct', channel: `D-${who}`, thread: null },
  conversation: `slack:T1:D-${who}:withdrawn`,
  at: p.clock.now(),
  question: `question-${who}`,
  talk: `slack:T1:D-${who}`,
  asked: p.clock.now(),
  how,
});
/** Chats in which something is to leave in its time, and those in which it leaves now. */
const standing = async (): Promise<{ readonly later: readonly string[]; readonly now: readonly string[] }> => {
  const { removals } = await p.world.store.expiries.scan({ cursor: null, limit: 500 });
  const chats = (fits: (removal: Pending) => boolean) =>
    removals
      .filter(fits)
      .map(({ ref }) => ref.channel)
      .toSorted();
  const due = ({ removeAt, then }: Pending) => then === 'remove' && removeAt <= p.clock.now();
  return { later: chats((removal) => !due(removal)), now: chats(due) };
};
const told = () => p.t.messages.flatMap(({ ref, card }) => (ref.channel === 'D-evan' ? [card.text] : []));
const ended = async (withdrawn: Withdrawn): Promise<void> => {
  running = createWork(p.world);
  expect(await running.accept(withdrawn)).toBe('accepted');
  await until(async () => (await p.world.store.inbox.census({ now: p.clock.now() })).leased === 0);
};

describe('a question that was changed or deleted', () => {
  it("R22 takes its answer away, and nobody else's", async () => {
    await p.ask('evan');
    await p.ask('mona');
    expect(await standing()).toEqual({ later: ['D-evan', 'D-mona'], now: [] });
    await ended(withdrawnBy('evan', 'deleted'));
    expect(await standing()).toEqual({ later: ['D-mona'], now: ['D-evan'] });
  });

  it.each(['unreachable', 'stale', 'unknown', 'deactivated'] as const)(
    'R22 takes it away also where the directory says that whoever asked is %s',
    async (why) => {
      await p.ask('evan');
      await p.ask('mona');
      p.t.script.find = async () => ({ ok: false, why });
      await ended(withdrawnBy('evan', 'deleted'));
      expect(await standing()).toEqual({ later: ['D-mona'], now: ['D-evan'] });
    },
  );

  it('R22 takes nothing away where somebody else changed something in that chat', async () => {
    await p.ask('evan');
    await ended({ ...withdrawnBy('evan', 'edited'), account: accountOf('mona') });
    expect(await standing()).toEqual({ later: ['D-evan'], now: [] });
  });

  it('R22 tells whoever changed it that it is not asked again, in the language of the platform where nobody knows theirs', async () => {
    await p.ask('evan');
    const before = told();
    p.t.script.find = async () => ({ ok: false, why: 'unreachable' });
    p.t.script.locale = 'de';
    await ended(withdrawnBy('evan', 'edited'));
    expect(told()).toEqual([...before, repliesIn('de').aside.edited]);
  });
});
