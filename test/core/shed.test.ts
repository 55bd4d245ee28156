import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openState } from '../../src/core/held.ts';
import { inboundContext } from '../../src/core/sealing.ts';
import { isStale, PATIENCE_MS } from '../../src/core/shed.ts';
import { createWork, type Work } from '../../src/core/work.ts';
import { createFakeClock, type FakeClock } from '../support/fake-clock.ts';
import { until } from '../support/until.ts';
import { createTestWorld, PERMIT, question, recordOf, type TestWorld } from '../support/world.ts';

const SHED = 'I have too much to do right now. Ask me again in a minute.';

describe('a question that waited too long', () => {
  let t: TestWorld;
  let work: Work;
  let clock: FakeClock;
  beforeEach(() => {
    clock = createFakeClock();
    t = createTestWorld({ clock });
    t.script.decide = () => PERMIT;
    work = createWork(t.world);
  });
  afterEach(async () => {
    const stopped = work.stop({ graceMs: 2_000 });
    await clock.advance(3_000);
    await stopped;
    await t.close();
  });

  const settled = (): number => t.calls.filter((call) => call.startsWith('settle')).length;
  /** As many questions as there are, each in a talk of its own, while nobody works. */
  const pile = async (count: number): Promise<void> => {
    for (let i = 0; i < count; i++) {
      const { id, account, inbound, ...rest } = await accepted(i);
      await t.store.inbox.accept({ id, account, inbound, ...rest });
    }
  };
  const accepted = async (i: number) => {
    const asked = question({
      conversation: `c${i}`,
      account: { platform: 'slack', tenant: 'T1', user: `U${i}`, external: false },
    });
    const account = `slack:U${i}`;
    const { writeInbound } = await import('../../src/core/inbound.ts');
    return {
      id: asked.id,
      conversation: asked.conversation,
      tenant: 'T1',
      account,
      inbound: t.world.sealer.seal(
        inboundContext({ tenant: 'T1', account, conversation: asked.conversation }),
        writeInbound(asked),
      ),
      counts: [
        { name: 'person', key: `p${i}`, windowMs: 60_000 },
        { name: 'tenant', key: 't', windowMs: 60_000 },
      ],
      now: clock.now(),
      leaseMs: 60_000,
      claim: false,
    };
  };

  it('is told so at once where more wait than there are places: nobody is looked up, decided about or read', async () => {
    await pile(56);
    await clock.advance(PATIENCE_MS + 1);
    work.start();
    await until(() => settled() === 56);
    expect(new Set(t.messages.map(({ card }) => card.text.split('\n')[0]))).toEqual(new Set([SHED]));
    expect(t.messages[0]?.card.text).toContain('zu viel zu tun');
    expect(new Set(t.calls.map((call) => call.split(' ')[0]))).toEqual(new Set(['audit', 'commit', 'post', 'settle']));
    const decisions = t.entries.flatMap((entry) => (entry.kind === 'decision' ? [entry] : []));
    expect(decisions).toHaveLength(56);
    expect(decisions[0]).toMatchObject({ verdict: 'throttled', reasons: ['shed'], intent: null, topics: [] });
  });

  it('is nothing that its conversation remembers: nobody knows what it was about', async () => {
    await pile(56);
    await clock.advance(PATIENCE_MS + 1);
    work.start();
    await until(() => settled() === 56);
    const all = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY, cursor: null, limit: 100 };
    const { transcripts } = await t.store.conversations.scan(all);
    expect(transcripts.map((transcript) => openState(t.world, transcript)?.turns)).toEqual(
      Array.from({ length: 56 }, () => []),
    );
  });

  it('is answered all the same where there are places: an old question is better answered late than turned away', async () => {
    await pile(3);
    await clock.advance(10 * 60_000);
    work.start();
    await until(() => settled() === 3);
    expect(t.messages.map(({ card }) => card.text)).toEqual(Array(3).fill('You have 12 days.'));
  });

  it('is answered where it waited no longer than three minutes', async () => {
    await pile(56);
    await clock.advance(PATIENCE_MS - 1_000);
    work.start();
    await until(() => settled() === 56);
    expect(new Set(t.messages.map(({ card }) => card.text))).toEqual(new Set(['You have 12 days.']));
  });

  it('is never shed once it was begun, whoever goes on with it', async () => {
    await pile(56);
    const claims = await t.store.inbox.claim({ now: clock.now(), leaseMs: 1_000, limit: 100 });
    expect(claims).toHaveLength(56);
    await clock.advance(PATIENCE_MS + 30_000);
    work.start();
    await until(() => settled() === 56);
    expect(new Set(t.messages.map(({ card }) => card.text))).toEqual(new Set(['You have 12 days.']));
  });

  it('is never shed where it waited for the person, who has come', async () => {
    await pile(1);
    const [claim] = await t.store.inbox.claim({ now: clock.now(), leaseMs: 1_000, limit: 1 });
    if (claim === undefined) throw new Error('nothing waits');
    const late = clock.now() + PATIENCE_MS + 1_000;
    expect([isStale(claim, late), isStale({ ...claim, parked: 'sign-in' }, late)]).toEqual([true, false]);
  });

  it('is asked as a question where it could not be put on record that it was shed', async () => {
    let failures = 56;
    t.script.auditFails = ({ kind }) => kind === 'decision' && failures-- > 0;
    t.script.fetch = () => ({ ok: true, records: [recordOf('evan')] });
    await pile(56);
    await clock.advance(PATIENCE_MS + 1_000);
    work.start();
    await until(() => failures <= 0);
    await until(async () => {
      await clock.advance(1_000);
      return settled() === 56;
    });
    expect(new Set(t.messages.map(({ card }) => card.text))).toEqual(new Set(['You have 12 days.']));
  });
});
