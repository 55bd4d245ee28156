import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { OpenedView } from '../../src/core/ports.ts';
import { MORE_ACTION, type Press } from '../../src/core/types.ts';
import { createWork } from '../../src/core/work.ts';
import { until } from '../support/until.ts';
import { createTestWorld, PERMIT, question, recordOf, type TestWorld } from '../support/world.ts';

/** So many that whoever waits for nothing is done. */
const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
};

const GRACE = { graceMs: 20_000 };

describe('whoever stops', () => {
  let t: TestWorld;
  let letGo: () => void;
  let gate: Promise<void>;
  beforeEach(() => {
    t = createTestWorld({});
    t.script.decide = () => PERMIT;
    gate = new Promise<void>((resolve) => {
      letGo = resolve;
    });
  });
  afterEach(() => t.close());

  it('waits for what the store gave while it was told to, which nobody else takes before its lease is over', async () => {
    const held = createWork(t.world);
    held.holdBack();
    await held.accept(question());
    let asked = false;
    const { inbox } = t.world.store;
    const claim: typeof inbox.claim = async (o) => {
      const claims = await inbox.claim(o);
      asked = true;
      await gate;
      return claims;
    };
    let read = (): void => undefined;
    const reading = new Promise<void>((resolve) => {
      read = resolve;
    });
    t.script.fetch = async () => {
      await reading;
      return { ok: true, records: [recordOf('evan')] };
    };
    const work = createWork({ ...t.world, store: { ...t.world.store, inbox: { ...inbox, claim } } });
    work.start();
    await until(() => asked);
    const stopped = work.stop(GRACE).then(() => t.messages.length);
    letGo();
    await turns();
    read();
    expect(await stopped).toBe(1);
    expect(await t.store.inbox.backlog()).toEqual({ waiting: 0, claimed: 0 });
  });

  /** A store that keeps what arrives and says so only once it is let go; `kept`: it has it. */
  const slowStore = () => {
    let kept = false;
    const { inbox } = t.world.store;
    const accept: typeof inbox.accept = async (o) => {
      const accepted = await inbox.accept(o);
      kept = true;
      await gate;
      return accepted;
    };
    return { kept: () => kept, world: { ...t.world, store: { ...t.world.store, inbox: { ...inbox, accept } } } };
  };

  it('waits for what the store was keeping while it was told to, and answers it once', async () => {
    const slow = slowStore();
    const work = createWork(slow.world);
    work.start();
    const accepted = work.accept(question());
    await until(slow.kept);
    const stopped = work.stop(GRACE).then(() => t.messages.length);
    await turns();
    letGo();
    expect(await accepted).toBe('accepted');
    expect(await stopped).toBe(1);
    expect(await t.store.inbox.backlog()).toEqual({ waiting: 0, claimed: 0 });
  });

  it('begins nothing that the store kept too late to be waited for: it is accepted, and free for whoever comes next', async () => {
    const slow = slowStore();
    const work = createWork(slow.world);
    work.start();
    const asked = question();
    const accepted = work.accept(asked);
    await until(slow.kept);
    await work.stop({ graceMs: 0 });
    letGo();
    expect(await accepted).toBe('accepted');
    await until(async () => (await t.store.inbox.backlog()).claimed === 0);
    expect(await t.store.inbox.backlog()).toEqual({ waiting: 1, claimed: 0 });
    expect(t.messages).toEqual([]);
    const next = createWork(t.world);
    next.start();
    expect(await next.accept(asked)).toBe('repeat');
    await until(() => t.messages.length === 1);
    await next.stop(GRACE);
    expect(t.messages).toHaveLength(1);
    expect(t.entries.filter(({ kind }) => kind === 'decision')).toHaveLength(1);
  });

  it('waits for the page that is made anew in a view', async () => {
    const work = createWork(t.world);
    const { text: _, ...arrived } = question();
    const press: Press = { ...arrived, kind: 'press', action: MORE_ACTION, value: '', respondTo: null, message: null };
    const ends: string[] = [];
    const view: OpenedView = {
      ref: null,
      ask: async () => ({ ok: true }),
      reveal: async () => ({ ok: true }),
      page: async () => {
        ends.push('page begun');
        await gate;
        ends.push('page');
        return { ok: true };
      },
    };
    const pressed = work.onPage(press, view);
    await until(() => ends.includes('page begun'));
    const stopped = work.stop(GRACE).then(() => ends.push('stopped'));
    await turns();
    letGo();
    await Promise.all([pressed, stopped]);
    expect(ends).toEqual(['page begun', 'page', 'stopped']);
  });
});
