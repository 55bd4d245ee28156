/**
 * OWASP API5:2023, broken function level authorization: that somebody may read a thing, or knows how to ask for it, lets nobody write it. Every way in which a
 * write could be reached is tried by somebody who may not.
 */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { guarded, readAuthorised, writeAuthorised } from '../../src/core/data.ts';
import type { Press } from '../../src/core/types.ts';
import { UNDO_ACTION, WRITE_ACTION } from '../../src/core/writing/carried.ts';
import type { HrStage } from '../support/hr-stage.ts';
import { EVANS_REQUEST } from '../support/requests.ts';
import { until } from '../support/until.ts';
import { PERMIT, pressOf, REFUSE } from '../support/world.ts';
import { BOOK, CANCEL, type WritingBackend } from '../support/writing-backend.ts';
import { createWritingStage } from '../support/writing-stage.ts';

describe('API5:2023, whoever may not have something written', () => {
  let stage: HrStage;
  let system: WritingBackend;
  beforeEach(() => {
    ({ stage, system } = createWritingStage());
  });
  afterEach(() => stage.close());

  const formOf = async () => {
    await stage.say('evan', 'book leave');
    return (await stage.open('evan', 'Open the form')).form;
  };

  it('is refused at the question, at the form, and at what was sent', async () => {
    const form = await formOf();
    stage.t.script.decide = ({ action }) => (action === BOOK ? REFUSE : PERMIT);
    expect((await stage.say('evan', 'book leave')).buttons.map(({ label }) => label)).not.toContain('Open the form');
    expect((await stage.open('evan', 'Open the form')).form).toBeNull();
    const before = stage.chat('evan').length;
    await stage.send('evan', form, {});
    await until(() => stage.chat('evan').length > before);
    expect(stage.read('evan')).toContain('restricted');
    expect(system.asked).toEqual([]);
  });

  it('is refused by the data class of the write alone, which is not that of reading', async () => {
    stage.t.script.operation = (name) => ({ ...system.operation(name), dataClass: 'leave-request' });
    const form = await formOf();
    stage.t.script.decide = ({ action }) => (action === 'data:leave-request' ? REFUSE : PERMIT);
    expect((await stage.open('evan', 'Open the form')).form).toBeNull();
    const before = stage.chat('evan').length;
    await stage.send('evan', form, {});
    await until(() => stage.chat('evan').length > before);
    expect(system.asked).toEqual([]);
  });

  it('makes no press of their own that writes or takes back, whatever they put into it', async () => {
    await formOf();
    const [{ card, ref } = { card: null, ref: null }] = stage.chat('evan').slice(-1);
    const values = [...(card?.buttons ?? []).map(({ value }) => value), '', 'x', JSON.stringify({ kind: 'write' })];
    for (const action of [WRITE_ACTION, UNDO_ACTION])
      for (const value of values) {
        const before = stage.chat('evan').length;
        const press: Press = { ...pressOf({ action, label: '', value }, ref), id: `${action}:${value.length}` };
        await stage.work.accept(press);
        await until(() => stage.chat('evan').length > before);
        // After some of them they wait.
        expect(stage.read('evan')).toMatch(/That button was made for somebody else|That was a lot at once/);
        await until(async () => (await stage.t.store.inbox.backlog()).claimed === 0);
      }
    expect(system.asked).toEqual([]);
  });

  it('writes nothing by reading, and reads nothing by writing', async () => {
    const { backend } = stage.t.world;
    const of = { subject: 'evan', id: 'q', locale: 'en', request: EVANS_REQUEST } as const;
    for (const operation of [BOOK, CANCEL])
      expect(await readAuthorised({ ...of, backend, operation })).toEqual({ ok: false, why: 'unreachable' });
    expect(await writeAuthorised({ ...of, backend, operation: 'leave.balance' })).toEqual({
      ok: false,
      why: 'unreachable',
    });
    // A copy of the guarded backend opens nothing.
    const copy = { ...backend };
    expect(await writeAuthorised({ ...of, backend: copy, operation: BOOK })).toEqual({ ok: false, why: 'unreachable' });
    // Nor does one whose system takes no writes.
    const { policy, directory } = stage.t.world;
    const reading = guarded({
      policy,
      directory,
      screen: { find: () => [] },
      backend: { operation: (name) => system.operation(name), fetch: async () => ({ ok: false, code: 'unreachable' }) },
    });
    expect(await writeAuthorised({ ...of, backend: reading, operation: BOOK })).toEqual({
      ok: false,
      why: 'unreachable',
    });
    expect(stage.t.calls.filter((call) => /^(backend|write) /.test(call))).toEqual([]);
  });

  it('cannot have it written for somebody else than the rule permits', async () => {
    stage.t.script.decide = ({ action, about }) => (action.startsWith('data:') && about !== 'self' ? REFUSE : PERMIT);
    const { backend } = stage.t.world;
    const of = { backend, operation: BOOK, id: 'q', locale: 'en', request: EVANS_REQUEST } as const;
    expect(await writeAuthorised({ ...of, subject: 'mona' })).toMatchObject({ ok: false, why: 'refused' });
    expect(await writeAuthorised({ ...of, subject: null })).toMatchObject({ ok: false, reasons: ['no-subject'] });
    expect(await writeAuthorised({ ...of, subject: 'evan' })).toMatchObject({ ok: true });
  });
});
