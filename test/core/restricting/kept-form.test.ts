import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Form } from '../../../src/core/types.ts';
import { createHrStage, type HrStage, HUGO, PAY_FREEZE } from '../../support/hr-stage.ts';
import { liftIn, PLAIN_RESTRICTION, publishIn } from '../../support/restricting.ts';

const PAY = { ...PLAIN_RESTRICTION, id: 'pay', title: 'Pay freeze', forbids: ['salary'] };

describe('a form that HR sent', () => {
  let stage: HrStage;
  beforeEach(() => {
    stage = createHrStage();
  });
  afterEach(() => stage.close());

  const drafts = () => stage.t.store.proposals.all({ now: stage.t.world.clock.now() });
  const opened = async (label = 'New'): Promise<Form | null> => {
    await stage.say('hugo', 'restrictions');
    return (await stage.open('hugo', label)).form;
  };
  /** Rejected, and nothing was put in the place of what was written. */
  const staysOpen = async (form: Form | null): Promise<void> => {
    const views = stage.t.views.length;
    await expect(stage.send('hugo', form, PAY_FREEZE)).rejects.toThrow();
    expect(stage.t.views).toHaveLength(views + 1);
    expect(stage.t.views.at(-1)).not.toHaveProperty('card.text');
    expect(await drafts()).toEqual([]);
  };

  it('stays as it was filled in where that cannot be put on record', async () => {
    const form = await opened();
    stage.t.script.auditFails = () => true;
    await staysOpen(form);
    stage.t.script.auditFails = () => false;
    expect((await stage.send('hugo', form, PAY_FREEZE)).card?.text).toContain('nothing is in force yet');
  });

  it('stays so where the directory is away, which nobody takes for somebody else’s button', async () => {
    const form = await opened();
    const { find } = stage.t.script;
    stage.t.script.find = async () => ({ ok: false, why: 'unreachable' });
    await staysOpen(form);
    expect(stage.t.entries.at(-1)).toMatchObject({ verdict: 'refuse', reasons: ['unreachable'] });
    expect((await stage.open('hugo', 'New')).card?.text).toContain('could not check who you are');
    stage.t.script.find = async () => ({ ok: true, person: { ...HUGO, fresh: false } });
    await staysOpen(form);
    stage.t.script.find = find;
    expect((await stage.send('hugo', form, PAY_FREEZE)).card?.text).toContain('nothing is in force yet');
  });

  it('stays so where too much is asked at once, and while Sotto is held back', async () => {
    const form = await opened();
    const { now } = stage.t.world.clock;
    for (let n = 0; n < 3_000; n++)
      await stage.t.store.counters.add({ key: 'ask:tenant:T1', windowMs: 60_000, now: now() });
    await staysOpen(form);
    expect(stage.t.entries.at(-1)).toMatchObject({ verdict: 'throttled' });
    stage.work.holdBack();
    await staysOpen(form);
  });

  it.each(['later', 'gone'] as const)('is answered in the chat where the view took it no more (%s)', async (fault) => {
    const form = await opened();
    stage.t.script.reveal = () => ({ ok: false, fault, code: 'http_500' });
    stage.t.script.ask = () => ({ ok: false, fault, code: 'http_500' });
    await stage.send('hugo', form, { title: ['Half of it'] });
    expect(stage.read('hugo')).toContain('I could not show you the form again in time.');
    await stage.send('hugo', form, PAY_FREEZE);
    expect(stage.chat('hugo').some(({ card }) => card.text.includes('nothing is in force yet'))).toBe(true);
  });

  it('makes one draft, however often the button is pressed before the answer is seen', async () => {
    const form = await opened();
    await stage.send('hugo', form, PAY_FREEZE, { id: 'one' });
    await stage.previewed('hugo');
    const again = await stage.send('hugo', form, PAY_FREEZE, { id: 'another' });
    expect(again.card?.text).toContain('I have taken this already.');
    expect(await drafts()).toHaveLength(1);
    expect((await stage.send('hugo', form, { ...PAY_FREEZE, title: ['Other'] })).card?.text).toContain('Thank you');
    expect(await drafts()).toHaveLength(2);
  });

  it('does not undo unseen what somebody else changed while it was open', async () => {
    await publishIn(stage.t.store.restrictions, { restriction: PAY });
    const form = await opened('Change…');
    await publishIn(stage.t.store.restrictions, { restriction: { ...PAY, words: { en: 'Ask the works council.' } } });
    const again = await stage.send('hugo', form, { title: ['Renamed'], why: ['A better name.'] });
    expect(again.form?.findings).toEqual([
      expect.stringContaining('Somebody has changed this restriction since you opened the form.'),
    ]);
    expect(again.form?.fields[0]).toMatchObject({ name: 'title', value: 'Renamed' });
    expect(await drafts()).toEqual([]);
    await stage.send('hugo', again.form, {});
    const { text } = await stage.previewed('hugo');
    expect(text).toContain('Words (en): Ask the works council. → nothing');
  });

  it('says that there is nothing to change where somebody lifted it meanwhile', async () => {
    await publishIn(stage.t.store.restrictions, { restriction: PAY });
    const form = await opened('Change…');
    await liftIn(stage.t.store.restrictions, { id: 'pay' });
    expect((await stage.send('hugo', form, { why: ['x'] })).card?.text).toContain('was lifted meanwhile');
    expect(await drafts()).toEqual([]);
  });
});
