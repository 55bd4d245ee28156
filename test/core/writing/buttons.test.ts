import { afterAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Account, Press } from '../../../src/core/types.ts';
import { opensWriting, readOpening, writeButton } from '../../../src/core/writing/buttons.ts';
import { createTestWorld } from '../../support/world.ts';

const t = createTestWorld();
afterAll(() => t.close());
const { sealer } = t.world;
const EVAN: Account = { platform: 'slack', tenant: 'T1', user: 'U1', external: false };
const NOW = 1_000;
const DAY = 24 * 60 * 60_000;

const pressOf = (account: Account, action: string, value: string): Press => ({
  kind: 'press',
  id: 'p',
  account,
  place: { kind: 'direct', channel: 'D1', thread: null },
  conversation: 'c',
  at: NOW,
  action,
  value,
  respondTo: null,
  message: null,
});

const made = (words: Readonly<Record<string, string>> = {}) =>
  writeButton({
    sealer,
    account: EVAN,
    intent: 'leave.book',
    subject: null,
    slots: { period: '2026-12-01/2026-12-04' },
    words,
    label: 'Open the form',
    now: NOW,
  });

describe('the button that opens the form of a write', () => {
  it('carries what the form is filled with, for the account that it was made for', () => {
    const button = made({ note: 'Half of it at home.' });
    if (button === null) throw new Error('no button');
    const press = pressOf(EVAN, button.action, button.value);
    expect(opensWriting(press, { sealer })).toBe(true);
    expect(readOpening(press, { sealer, now: NOW })).toEqual({
      intent: 'leave.book',
      subject: null,
      slots: { period: '2026-12-01/2026-12-04' },
      words: { note: 'Half of it at home.' },
    });
  });

  it('opens nothing for anybody else, changed, under another action, or after a day', () => {
    const { action = '', value = '' } = made() ?? {};
    const other = { ...EVAN, user: 'U2' };
    expect(opensWriting(pressOf(other, action, value), { sealer })).toBe(false);
    expect(opensWriting(pressOf({ ...EVAN, tenant: 'T2' }, action, value), { sealer })).toBe(false);
    expect(opensWriting(pressOf(EVAN, 'sotto.view', value), { sealer })).toBe(false);
    expect(readOpening(pressOf(EVAN, action, `${value.slice(0, -2)}AA`), { sealer, now: NOW })).toBeNull();
    const press = pressOf(EVAN, action, value);
    expect(readOpening(press, { sealer, now: NOW + DAY })).not.toBeNull();
    expect(readOpening(press, { sealer, now: NOW + DAY + 1 })).toBeNull();
    // It is told from other buttons whatever became of its time.
    expect(opensWriting(press, { sealer })).toBe(true);
  });

  it('is none where it does not fit into what a platform takes, whatever was written', () => {
    expect(made({ note: 'x'.repeat(900) })).not.toBeNull();
    expect(made({ note: 'x'.repeat(2_000) })).toBeNull();
    fc.assert(
      fc.property(fc.string({ maxLength: 3_000, unit: 'binary' }), (note) => {
        const button = made({ note });
        if (button === null) return note.length > 100;
        const read = readOpening(pressOf(EVAN, button.action, button.value), { sealer, now: NOW });
        return button.value.length <= 2_000 && read?.words['note'] === note.toWellFormed();
      }),
    );
  });
});
