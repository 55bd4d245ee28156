import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Press, Submit } from '../../../src/core/types.ts';
import {
  readWriteForm,
  readWriting,
  sealWriteForm,
  undoButton,
  writePress,
} from '../../../src/core/writing/carried.ts';
import { accountFor } from '../../support/hr-stage.ts';
import { createTestWorld, type TestWorld } from '../../support/world.ts';

const HOUR_MS = 60 * 60_000;
const NOW = 1_700_000_000_000;

describe('what the form of a write carries', () => {
  let t: TestWorld;
  beforeEach(() => {
    t = createTestWorld();
  });
  afterEach(() => t.close());

  const account = accountFor('evan');
  const place = { kind: 'direct', channel: 'D1', thread: null } as const;
  const form = { id: 'f1', intent: 'leave.book', subject: null };
  const submit = (o: Partial<Submit> = {}): Submit => {
    const state = sealWriteForm({ sealer: t.world.sealer, account, now: NOW }, form);
    return { kind: 'submit', id: 's1', account, place, conversation: 'c1', at: NOW, state, values: {}, ...o };
  };
  const pressed = (o: Partial<Submit> = {}): Press =>
    writePress({ sealer: t.world.sealer, now: NOW }, { submit: submit(o), form, slots: {}, words: {} });

  it('is read for a day, and never after', () => {
    const { sealer } = t.world;
    expect(readWriteForm(submit(), { sealer, now: NOW + 24 * HOUR_MS })).toEqual(form);
    expect(readWriteForm(submit(), { sealer, now: NOW + 24 * HOUR_MS + 1 })).toBeNull();
    expect(readWriteForm(submit({ account: accountFor('mona') }), { sealer, now: NOW })).toBeNull();
  });

  it('becomes one press, however often, whenever and from wherever it is sent', () => {
    expect(pressed({ id: 's2', at: NOW + 5, conversation: 'c2' }).id).toBe(pressed().id);
  });

  it('is begun within two days, and not after', () => {
    const { sealer } = t.world;
    expect(readWriting(pressed(), { sealer, now: NOW + 48 * HOUR_MS })).toMatchObject({ id: 'w-f1', counts: true });
    expect(readWriting(pressed(), { sealer, now: NOW + 48 * HOUR_MS + 1 })).toMatchObject({ counts: false });
  });

  it('is taken back for as long as its button says, and not after', () => {
    const { sealer } = t.world;
    const { action, value } = undoButton({ sealer, account, ...form, until: NOW + HOUR_MS, label: 'Take it back' });
    const press: Press = { ...pressed(), action, value };
    expect(readWriting(press, { sealer, now: NOW + HOUR_MS })).toMatchObject({ undoes: 'f1', counts: true });
    expect(readWriting(press, { sealer, now: NOW + HOUR_MS + 1 })).toMatchObject({ counts: false });
  });
});
