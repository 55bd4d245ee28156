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
