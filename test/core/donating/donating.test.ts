import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { givenPhrases, MOST_PHRASE } from '../../../src/core/donating/phrase.ts';
import { DONATIONS_MS, MOST_DONATIONS } from '../../../src/core/stored-donations.ts';
import type { Form } from '../../../src/core/types.ts';
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts';
import { createHrStage, type HrStage } from '../../support/hr-stage.ts';
import { until } from '../../support/until.ts';
import { EVAN, PERMIT, REFUSE, recognised } from '../../support/world.ts';

const PHRASE = 'is there any pto left for me, old chap';
const OFFER = 'Teach me this';

describe('a phrase that was not recognised', () => {
  let stage: HrStage;
  beforeEach(() => {
    stage = createHrStage();
    stage.t.script.recognition = recognised(null);
  });
  afterEach(() => stage.close());

  const buttons = (card: { readonly buttons: readonly { readonly label: string }[] }) =>
    card.buttons.map(({ label }) => label);
  const given = async () => (await givenPhrases(stage.t.world)).given;
  const formOf = async (says = PHRASE): Promise<Form> => {
    await stage.say('evan', says);
    const { form } = await stage.open('evan', OFFER);
    if (form === null) throw new Error('no form');
    return form;
  };
  const CHOSEN = { meant: ['leave.balance'], language: ['en'] };

  it('may be given by its author, who sees exactly what becomes of it, and is kept only once they send it', async () => {
    expect(buttons(await stage.say('evan', PHRASE))).toContain(OFFER);
    const { form } = await stage.open('evan', OFFER);
    expect(form?.text).toContain('Nothing is kept unless you send this.');
    expect(form?.text).toContain('sealed for 90 days, without your name');
    expect(form?.text).toContain('take out names');
    expect(form?.fields).toMatchObject([
      { name: 'phrase', kind: 'text', value: PHRASE, most: MOST_PHRASE },
      { name: 'meant', kind: 'one', value: null },
      { name: 'language', kind: 'one', value: 'en' },
    ]);
    expect(await given()).toEqual([]);

    const now = stage.t.world.clock.now();
    const sent = await stage.send('evan', form, { ...CHOSEN, phrase: ['any PTO left?'] });
    expect(sent.card?.text).toContain('Thank you.');
    expect(await given()).toMatchObject([
      {
        text: 'any PTO left?',
        meant: 'leave.balance',
        language: 'en',
        owner: stage.t.world.sealer.fingerprint('evan'),
      },
    ]);
    expect((await given())[0]?.at).toBeGreaterThanOrEqual(now);
  });

  it('lies sealed in the store, and stands in no entry of the record', async () => {
    const form = await formOf();
    await stage.send('evan', form, CHOSEN);
    const { donations } = await stage.t.store.donations.scan({
      now: stage.t.world.clock.now(),
      cursor: null,
      limit: 9,
    });
    expect(donations).toHaveLength(1);
    expect(JSON.stringify(donations)).not.toMatch(/pto|leave|evan/i);
    const entries = JSON.stringify(stage.t.entries);
    expect(entries).not.toMatch(/pto|old chap/i);
    expect(stage.t.entries.flatMap((entry) => (entry.kind === 'decision' ? [entry.reasons] : []))).toEqual([
      ['not-recognised'],
      ['donating', 'form'],
      ['donating', 'sent'],
    ]);
  });

  it('is not offered where it has no words, or more than a phrase has', async () => {
    expect(buttons(await stage.say('evan', 'a'.repeat(MOST_PHRASE)))).toContain(OFFER);
    expect(buttons(await stage.say('evan', 'a'.repeat(MOST_PHRASE + 1)))).not.toContain(OFFER);
    expect(buttons(await stage.say('evan', '\u200b \u200b'))).not.toContain(OFFER);
  });

  it('fits into what a button may carry, or is not offered', async () => {
    for (const letter of ['a', 'ä', '好', '😀']) {
      const card = await stage.say('evan', letter.repeat(MOST_PHRASE / letter.length));
      for (const { value } of card.buttons) expect(value.length).toBeLessThanOrEqual(2_000);
    }
  });

  it('is not offered where it was recognised or refused', async () => {
    stage.t.script.recognition = recognised('leave.balance');
    expect(buttons(await stage.say('evan', PHRASE))).not.toContain(OFFER);
    stage.t.script.decide = () => REFUSE;
    expect(buttons(await stage.say('evan', PHRASE))).not.toContain(OFFER);
  });

  it('is offered to no guest, to whom not recognised looks like every no', async () => {
    stage.people.set('evan', { ...EVAN, kind: 'guest', groups: ['guest'] });
    const card = await stage.say('evan', PHRASE);
    expect(card.text).toContain('This is restricted here.');
    expect(card.buttons).toEqual([]);
  });

  it('is not taken from who became a guest meanwhile', async () => {
    const form = await formOf();
    stage.people.set('evan', { ...EVAN, kind: 'guest', groups: ['guest'] });
    expect((await stage.send('evan', form, CHOSEN)).card?.text).toContain('That button was made for somebody else');
    expect(await given()).toEqual([]);
  });

  it('is opened and sent by nobody but its author', async () => {
    await stage.say('evan', PHRASE);
    const opened = await stage.open('evan', OFFER, { as: 'mona' });
    expect([opened.form, opened.card?.text]).toEqual([null, expect.not.stringContaining('pto')]);
    const { form } = await stage.open('evan', OFFER);
    const sent = await stage.send('mona', form, CHOSEN);
    expect([sent.form, sent.card?.text]).toEqual([null, expect.stringContaining('made for somebody else')]);
    expect(await given()).toEqual([]);
  });

  it('says what is wrong with what was sent, keeps what was entered, and nothing else', async () => {
    const form = await formOf();
    const again = await stage.send('evan', form, {
      phrase: ['  \u200b '],
      meant: ['salary.everything'],
      language: ['xx'],
    });
    expect(again.form?.findings).toEqual([
      'Please write a phrase of 1 to 300 characters.',
      'Please choose what you meant, or “None of these”.',
      'Please choose a language.',
    ]);
    const long = await stage.send('evan', again.form, { ...CHOSEN, phrase: ['a'.repeat(MOST_PHRASE + 1)] });
    expect(long.form?.findings).toEqual(['Please write a phrase of 1 to 300 characters.']);
    expect(long.form?.fields).toMatchObject([{}, { value: 'leave.balance' }, { value: 'en' }]);
    expect(await given()).toEqual([]);
  });

  it('may mean none of what there is, and offers nothing that its author may not ask', async () => {
    stage.t.script.decide = ({ action }) => (action === 'leave.policy' ? REFUSE : PERMIT);
    const form = await formOf();
    const meant = form.fields.find(({ name }) => name === 'meant');
    const options = meant?.kind === 'one' ? meant.options.map(({ value }) => value) : [];
    expect(options[0]).toBe('none');
    expect(options).toContain('leave.balance');
    expect(options).not.toContain('leave.policy');
    // Neither is it taken: what stands in a form is not believed.
    expect((await stage.send('evan', form, { ...CHOSEN, meant: ['leave.policy'] })).form?.findings).toHaveLength(1);
    await stage.send('evan', form, { ...CHOSEN, meant: ['none'] });
    expect(await given()).toMatchObject([{ meant: null }]);
  });

  it('counts once, however often its form is sent', async () => {
    const form = await formOf();
    for (const id of ['one', 'one', 'two'])
      expect((await stage.send('evan', form, CHOSEN, { id })).card?.text).toContain('Thank you.');
    expect(await given()).toHaveLength(1);
  });

  it('is kept as one line of what can be seen', async () => {
    const form = await formOf();
    await stage.send('evan', form, { ...CHOSEN, phrase: ['  any\u202e\tPTO\u001b[31m\n left\u0007? '] });
    expect(await given()).toMatchObject([{ text: 'any PTO [31m left ?' }]);
  });

  it('is not taken where that cannot be put on record', async () => {
    const form = await formOf();
    stage.t.script.auditFails = () => true;
    await expect(stage.send('evan', form, CHOSEN)).rejects.toThrow();
    expect(await given()).toEqual([]);
  });

  it('is not taken while Sotto is paused, and stands as it was filled in', async () => {
    const form = await formOf();
    stage.t.script.closed = true;
    await expect(stage.send('evan', form, CHOSEN)).rejects.toMatchObject({ code: 'busy' });
    expect(await given()).toEqual([]);
    stage.t.script.closed = false;
    expect((await stage.send('evan', form, CHOSEN)).card?.text).toContain('Thank you.');
  });

  it('is one of no more than the store may keep', async () => {
    const now = stage.t.world.clock.now();
    for (let at = 0; at < MOST_DONATIONS; at++)
      await stage.t.store.donations.add({ id: `d${at}`, at: now, owner: `o${at % 100}`, value: 'sealed', now });
    const form = await formOf();
    expect((await stage.send('evan', form, CHOSEN)).card?.text).toContain('was not kept');
    expect((await givenPhrases(stage.t.world)).unread).toBe(MOST_DONATIONS);
  });
});

describe('phrases over time', () => {
  let stage: HrStage;
  let clock: FakeClock;
  beforeEach(() => {
    clock = createFakeClock();
    stage = createHrStage({ clock });
    stage.t.script.recognition = recognised(null);
  });
  afterEach(() => stage.close());

  const give = async (): Promise<string> => {
    await stage.say('evan', PHRASE);
    const { form } = await stage.open('evan', OFFER);
    return (await stage.send('evan', form, { meant: ['none'], language: ['en'] })).card?.text ?? '';
  };

  it('are taken from one person twenty times a day, and again on the next', async () => {
    for (let n = 1; n < 20; n++) {
      expect(await give()).toContain('Thank you.');
      await clock.advance(120_000);
    }
    await stage.say('evan', PHRASE);
    const { form } = await stage.open('evan', OFFER);
    const send = async (): Promise<string> =>
      (await stage.send('evan', form, { meant: ['none'], language: ['en'] })).card?.text ?? '';
    // The last one that is taken, and once more because it is delivered again: it is kept.
    expect(await send()).toContain('Thank you.');
    expect(await send()).toContain('Thank you.');
    expect(await give()).toContain('as many phrases');
    expect((await givenPhrases(stage.t.world)).given).toHaveLength(20);
    await clock.advance(24 * 60 * 60_000);
    expect(await give()).toContain('Thank you.');
  });

  it('go by themselves after ninety days, while it runs', async () => {
    await give();
    const before = clock.now();
    await clock.advance(DONATIONS_MS - 60_000);
    expect((await givenPhrases(stage.t.world)).given).toHaveLength(1);
    await clock.advance(2 * 60_000);
    expect((await givenPhrases(stage.t.world)).given).toEqual([]);
    // Shredded, not only left out.
    const shredded = async (): Promise<boolean> => {
      const { donations } = await stage.t.store.donations.scan({ now: before, cursor: null, limit: 9 });
      return donations.length === 0;
    };
    expect(await shredded()).toBe(false);
    stage.work.start();
    await until(shredded);
    await stage.work.stop({ graceMs: 0 });
  });

  it('are asked for in a form that waits a day, as the button does', async () => {
    await stage.say('evan', PHRASE);
    const { form } = await stage.open('evan', OFFER);
    await clock.advance(24 * 60 * 60_000 + 1);
    expect((await stage.open('evan', OFFER)).card?.text).toContain('This has expired');
    const sent = await stage.send('evan', form, { meant: ['none'], language: ['en'] });
    expect(sent.card?.text).toContain('This has expired');
    expect((await givenPhrases(stage.t.world)).given).toEqual([]);
  });
});
