import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Decision, MessageRef } from '../../src/core/types.ts';
import { createWork, type Work } from '../../src/core/work.ts';
import { until } from '../support/until.ts';
import { createTestWorld, question, type TestWorld } from '../support/world.ts';

const ANSWER = 'You have 12 days.';
/** Its end is always near enough to be over by another clock. */
const BRIEF: Decision = {
  effect: 'permit',
  rules: ['a-permit'],
  obligations: { show: 'hold-reveal', expiresSeconds: 25, moreTime: 0, redact: [] },
};
const LEFT = 'This has expired, so it is no longer shown. Please ask me again.';

describe('an answer that was revealed by somebody who crashed before saying so', () => {
  let t: TestWorld;
  let work: Work;
  /** Every text that was ever to be read. */
  let read: string[];

  beforeEach(() => {
    t = createTestWorld();
    read = [];
    t.script.decide = () => BRIEF;
    t.script.post = (card) => {
      read.push(card.text);
      return null;
    };
    work = createWork(t.world);
    work.start();
  });
  afterEach(async () => {
    await work.stop({ graceMs: 2_000 });
    await t.close();
  });

  /** The first one who reveals it does, dies, and meanwhile this happens. */
  const revealedThen = (happens: (ref: MessageRef) => void | Promise<void>): void => {
    let revealed = 0;
    t.script.update = (ref, card) => {
      read.push(card.text);
      revealed += 1;
      if (revealed > 1) return null;
      void happens(ref);
      throw new Error('the process died here');
    };
  };
  const settled = (): Promise<void> => until(() => t.calls.some((call) => call.startsWith('settle')));

  it('is not shown again once its time was up and it left: who reads is told to ask again', async () => {
    revealedThen(({ id }) => {
      t.messages.splice(
        t.messages.findIndex(({ ref }) => ref.id === id),
        1,
      );
    });
    await work.accept(question());
    await settled();
    expect(read.filter((text) => text === ANSWER)).toHaveLength(2);
    expect(t.messages.map(({ card }) => card.text)).toEqual([LEFT]);
    expect(t.entries.at(-1)).toMatchObject({ kind: 'disclosure', verdict: 'apology', removeAt: null });
  });

  it('is not shown again where it was to stay and somebody took it away: what was forgotten does not come back', async () => {
    t.script.decide = () => ({ ...BRIEF, obligations: { ...BRIEF.obligations, expiresSeconds: null } }) as Decision;
    revealedThen(({ id }) => {
      t.messages.splice(
        t.messages.findIndex(({ ref }) => ref.id === id),
        1,
      );
    });
    await work.accept(question());
    await settled();
    expect(t.messages.map(({ card }) => card.text)).toEqual([LEFT]);
  });

  it('is not revealed in the message from which it was emptied', async () => {
    revealedThen(async (ref) => {
      const removeAt = await t.store.expiries.sooner({ ref, removeAt: 0 });
      const removals = await t.store.expiries.claim({ now: removeAt ?? 0, leaseMs: 1_000, limit: 1 });
      await t.store.expiries.ack({ removals });
    });
    await work.accept(question());
    await settled();
    expect(read.filter((text) => text === ANSWER)).toHaveLength(1);
    expect(t.messages.map(({ card }) => card.text)).toEqual([expect.any(String), LEFT]);
  });

  it('is not called undeliverable because the platform lets nobody change it any more', async () => {
    revealedThen(() => {
      t.script.update = () => ({ ok: false, fault: 'never', code: 'edit_window_closed' });
    });
    await work.accept(question());
    await settled();
    expect(t.calls).not.toContain('settle undeliverable');
    expect(t.messages.map(({ card }) => card.text)).toEqual([expect.any(String), LEFT]);
  });

  it('is told to have left once, though that was interrupted as well', async () => {
    revealedThen(({ id }) => {
      t.messages.splice(
        t.messages.findIndex(({ ref }) => ref.id === id),
        1,
      );
    });
    let interrupted = false;
    t.script.auditFails = ({ kind }) => kind === 'disclosure';
    const { inbox } = t.world.store;
    await work.stop({ graceMs: 0 });
    work = createWork({
      ...t.world,
      store: {
        ...t.world.store,
        inbox: {
          ...inbox,
          settle: async (end) => {
            if (interrupted) return inbox.settle(end);
            interrupted = true;
            throw new Error('the process died here');
          },
        },
      },
    });
    work.start();
    await work.accept(question());
    await settled();
    expect(t.messages.map(({ card }) => card.text)).toEqual([LEFT]);
  });
});

describe('an answer that cannot be shown at all', () => {
  let t: TestWorld;
  let work: Work;
  beforeEach(() => {
    t = createTestWorld();
    work = createWork(t.world);
    work.start();
  });
  afterEach(async () => {
    await work.stop({ graceMs: 2_000 });
    await t.close();
  });

  it('is given up only once that is on record', async () => {
    let away = true;
    t.script.post = () => ({ ok: false, fault: 'never', code: 'account_inactive' });
    t.script.auditFails = ({ kind }) => {
      const fails = away && kind === 'undeliverable';
      if (fails) away = false;
      return fails;
    };
    await work.accept(question());
    await until(() => t.calls.includes('settle undeliverable'));
    expect(t.entries.at(-1)).toMatchObject({ kind: 'undeliverable', code: 'account_inactive' });
  });
});
