import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { contextOf } from '../../../src/core/sealing.ts';
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
    const state = sealWriteForm({ sealer: t.world.sealer, account, now: NOW }, form, {
      shape: 'a form',
      asked: ['note'],
    });
    return { kind: 'submit', id: 's1', account, place, conversation: 'c1', at: NOW, state, values: {}, ...o };
  };
  const pressed = (o: Partial<Submit> = {}): Press =>
    writePress({ sealer: t.world.sealer, now: NOW }, { submit: submit(o), form, slots: {}, words: {} });

  it('says for how long it counts, a day, and is read by whom it was opened for alone', () => {
    const { sealer } = t.world;
    expect(readWriteForm(submit(), { sealer })).toMatchObject({ ...form, until: NOW + 24 * HOUR_MS, asked: ['note'] });
    expect(readWriteForm(submit({ account: accountFor('mona') }), { sealer })).toBeNull();
  });

  it('knows what it asked for, through a change of the key too, and nothing else', () => {
    const read = readWriteForm(submit(), { sealer: t.world.sealer });
    expect(read?.is('a form')).toBe(true);
    expect(read?.is('another form')).toBe(false);
    const { sealer } = t.world;
    const [before = ''] = sealer.fingerprints('a form');
    const rotated = { ...sealer, fingerprint: () => 'new', fingerprints: () => ['new', before] };
    expect(readWriteForm(submit(), { sealer: rotated })?.is('a form')).toBe(true);
  });

  it('counts as another form where an older version opened it, or its texts have too many names to be carried', () => {
    const { sealer } = t.world;
    const older = sealer.seal(
      contextOf(account, 'press'),
      JSON.stringify({ kind: 'write-form', ...form, until: NOW + HOUR_MS }),
    );
    expect(readWriteForm(submit({ state: older }), { sealer })?.is('a form')).toBe(false);
    const asked = Array.from({ length: 40 }, (_, at) => `${'name'.repeat(16)}${at}`);
    const state = sealWriteForm({ sealer, account, now: NOW }, form, { shape: 'a form', asked });
    expect(state.length).toBeLessThan(2_000);
    expect(readWriteForm(submit({ state }), { sealer })?.asked).toEqual([]);
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
