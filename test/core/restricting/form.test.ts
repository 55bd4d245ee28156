import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { inputOf, valuesOf } from '../../../src/core/restricting/fields.ts';
import { restrictionForm } from '../../../src/core/restricting/form.ts';
import { restrictingSections } from '../../../src/core/restricting/list.ts';
import type { Restriction } from '../../../src/core/types.ts';
import { accountFor, createHrStage, HANA, type HrStage, HUGO, PAY_FREEZE } from '../../support/hr-stage.ts';
import { PLAYED_CHOICES } from '../../support/played-restricting.ts';
import { PLAIN_RESTRICTION, publishIn } from '../../support/restricting.ts';
import { EVAN } from '../../support/world.ts';

const PAY = { ...PLAIN_RESTRICTION, id: 'pay', title: 'Pay freeze', forbids: ['salary'] };
const NOW = Date.parse('2026-11-26T10:00:00.000Z');

describe("HR's form", () => {
  let stage: HrStage;
  beforeEach(() => {
    stage = createHrStage();
  });
  afterEach(() => stage.close());

  const drafts = () => stage.t.store.proposals.all({ now: stage.t.world.clock.now() });

  it('says everything that is wrong at once, keeps what was entered, and drafts nothing', async () => {
    await stage.say('hugo', 'restrictions');
    const { form } = await stage.open('hugo', 'New');
    expect(form?.title).toBe('New restriction');
    const values = { countries: ['Germany'], until: ['2020-01-01'], 'words-en': ['Closed.'], applies: ['manager'] };
    const again = await stage.send('hugo', form, values);
    expect(again.card).toBeNull();
    expect(again.form?.findings).toEqual([
      'Title: please give it one of 1 to 80 characters.',
      'Topics: please choose at least one topic or question that there is.',
      'Countries: please write ISO codes of two letters, for example DE, US.',
      'Until: this day is over. Please give a later one.',
      'Why: please say it in 1 to 500 characters.',
    ]);
    const entered = Object.fromEntries(
      (again.form?.fields ?? []).map((field) => [field.name, field.kind === 'many' ? field.values : field.value]),
    );
    expect(entered).toMatchObject({ countries: 'Germany', 'words-en': 'Closed.', applies: ['manager'] });
    expect(await drafts()).toEqual([]);
    expect(
      (await stage.send('hugo', again.form, { ...PAY_FREEZE, countries: ['de, us'], until: [] })).card?.text,
    ).toContain('nothing is in force yet');
    expect(await drafts()).toHaveLength(1);
  });

  it('says what the policies find in it, in their own words only where it is about no field', async () => {
    await stage.say('hugo', 'restrictions');
    const { form } = await stage.open('hugo', 'New');
    const unknown = await stage.send('hugo', form, { ...PAY_FREEZE, countries: ['ZZ'] });
    expect(unknown.form?.findings).toEqual(['Countries: please write ISO codes of two letters, for example DE, US.']);
    stage.t.script.restricting.refuses = () => 'No.';
    const refused = await stage.send('hugo', form, PAY_FREEZE);
    expect(refused.form?.findings).toEqual([
      'The rules could not be made of this. Look at its topics, groups and words, and try again.',
    ]);
  });

  it('makes one draft of what is sent twice', async () => {
    await stage.say('hugo', 'restrictions');
    const { form } = await stage.open('hugo', 'New');
    await stage.send('hugo', form, PAY_FREEZE, { id: 'the-same' });
    await stage.previewed('hugo');
    const again = await stage.send('hugo', form, PAY_FREEZE, { id: 'the-same' });
    expect(again.card?.text).toContain('I have taken this already.');
    expect(await drafts()).toHaveLength(1);
  });

  it('says that too many wait where a hundred do', async () => {
    const now = stage.t.world.clock.now();
    for (let at = 0; at < 100; at++)
      await stage.t.store.proposals.put({ id: `p${at}`, state: 'draft', body: 'x', until: now + 60_000, now });
    await stage.say('hugo', 'restrictions');
    const { form } = await stage.open('hugo', 'New');
    const sent = await stage.send('hugo', form, PAY_FREEZE);
    expect(sent.form?.findings).toEqual([
      'Too many changes wait already. Publish or discard some, or wait: drafts end after a day.',
    ]);
  });

  it('is opened and sent by nobody but the one of HR whom it was made for', async () => {
    await stage.say('hugo', 'restrictions');
    const NOT_YOURS = 'That button was made for somebody else';
    expect((await stage.open('hugo', 'New', { as: 'hana' })).card?.text).toContain(NOT_YOURS);
    expect((await stage.open('hugo', 'New', { as: 'evan' })).card?.text).toContain(NOT_YOURS);
    const { form } = await stage.open('hugo', 'New');
    if (form === null) throw new Error('no form');
    expect((await stage.send('hana', form, PAY_FREEZE)).card?.text).toContain(NOT_YOURS);
    for (const state of ['', 'x', `${form.state.slice(0, -2)}AA`])
      expect((await stage.send('hugo', { ...form, state }, PAY_FREEZE)).card?.text).toContain(NOT_YOURS);
    stage.people.set('hugo', { ...HUGO, groups: ['employee'] });
    expect((await stage.send('hugo', form, PAY_FREEZE)).card?.text).toContain(NOT_YOURS);
    expect(await drafts()).toEqual([]);
    expect(stage.t.entries.at(-1)).toMatchObject({ verdict: 'refuse', reasons: ['button-not-yours'] });
  });

  it('is not asked where that cannot be put on record', async () => {
    await stage.say('hugo', 'restrictions');
    stage.t.script.auditFails = () => true;
    const { form, card } = await stage.open('hugo', 'New');
    expect(form).toBeNull();
    expect(card?.text).toContain('went wrong');
  });

  it('is asked shorter where the platform takes it no longer, and else says so', async () => {
    await stage.say('hugo', 'restrictions');
    const large = { ok: false, fault: 'never', code: 'form-too-large' } as const;
    stage.t.script.ask = (form) =>
      form.fields.some(({ name, kind }) => name === 'intents' && kind === 'many') ? large : null;
    const { form } = await stage.open('hugo', 'New');
    expect(form?.fields.find(({ name }) => name === 'intents')).toMatchObject({ kind: 'text' });
    stage.t.script.ask = () => large;
    expect((await stage.open('hugo', 'New')).card?.text).toContain('sotto restrict');
  });

  it('says in the chat what came of it, where the view was over its time', async () => {
    await stage.say('hugo', 'restrictions');
    const { form } = await stage.open('hugo', 'New');
    stage.t.script.ask = () => ({ ok: false, fault: 'gone', code: 'too-late' });
    await stage.send('hugo', form, { title: ['Half of it'] });
    expect(stage.read('hugo')).toBe(
      [
        'I could not show you the form again in time. Nothing was drafted; please open it once more.',
        'Topics: please choose at least one topic or question that there is.',
        'Why: please say it in 1 to 500 characters.',
      ].join('\n'),
    );
  });

  it('begins with what stands, and asks which where several do', async () => {
    await publishIn(stage.t.store.restrictions, { restriction: PAY });
    await publishIn(stage.t.store.restrictions, {
      restriction: { ...PAY, id: 'other', title: 'Other', forbids: ['leave'] },
    });
    await stage.say('hugo', 'restrictions');
    const which = await stage.open('hugo', 'Change…');
    expect(which.form?.fields).toMatchObject([{ kind: 'one', options: [{ value: 'other' }, { value: 'pay' }] }]);
    const { form } = await stage.send('hugo', which.form, { which: ['other'] });
    expect(form?.fields.find(({ name }) => name === 'topics')).toMatchObject({ values: ['leave'] });
    await stage.send('hugo', form, { title: ['Renamed'], why: ['A better name.'] });
    expect((await stage.previewed('hugo')).buttons[0]?.label).toBe('Publish');
    await stage.press('hugo', 'Publish');
    const { restrictions } = await stage.t.store.restrictions.current();
    expect(restrictions.map(({ id, title }) => [id, title])).toEqual([
      ['other', 'Renamed'],
      ['pay', 'Pay freeze'],
    ]);
  });

  it('begins with a template, and never overwrites what stands under its id', async () => {
    stage.t.script.restricting.templates = [PAY];
    await stage.say('hugo', 'restrictions');
    const { form } = await stage.open('hugo', 'From template…');
    await stage.send('hugo', form, { why: ['As agreed.'] });
    await stage.previewed('hugo');
    await stage.press('hugo', 'Publish');
    const twice = await stage.send('hugo', form, { title: ['Mine'], why: ['Again.'] });
    expect(twice.form?.findings).toEqual([
      'The restriction "pay" is in force already. Change that one, or give this one another id.',
    ]);
    expect((await stage.t.store.restrictions.current()).restrictions).toMatchObject([{ title: 'Pay freeze' }]);
  });

  it('opens again with what was drafted, where its author wants it changed', async () => {
    await stage.draft('hugo', { ...PAY_FREEZE, places: ['channel'] });
    const { form } = await stage.open('hugo', 'Change');
    expect(form?.fields.find(({ name }) => name === 'places')).toMatchObject({ values: ['channel'] });
    expect(form?.fields.find(({ name }) => name === 'why')).toMatchObject({ value: 'The works council asked for it.' });
  });

  it('speaks German to whoever does', async () => {
    stage.people.set('hugo', { ...HUGO, locale: 'de' });
    expect((await stage.say('hugo', 'einschränkungen')).text).toBe('HR schränkt nichts ein.');
    const { form } = await stage.open('hugo', 'Neu');
    expect(form?.submit).toBe('Vorschau');
    await stage.send('hugo', form, { ...PAY_FREEZE, until: ['2099-12-31'] });
    const { text } = await stage.previewed('hugo');
    expect(text).toContain('Ab sofort bis 31. Dezember 2099 können 5 Personen nicht nach Topic salary fragen.');
    expect(text).toContain('Gelesen wird dann (de):');
    expect((await stage.press('hugo', 'In Kraft setzen')).text).toContain('In Kraft, als Version 1.');
  });

  it('keeps to what platforms take: titles of 24 characters, 100 options, a label below 76', () => {
    const intents = Array.from({ length: 250 }, (_, at) => ({
      id: `salary.intent-${at}`,
      topic: 'salary',
      title: { en: 'x'.repeat(90), de: 'y' },
    }));
    const form = restrictionForm({
      locale: 'en',
      state: 's',
      values: { intents: ['salary.intent-7', 'salary.intent-9'] },
      findings: [],
      choices: { ...PLAYED_CHOICES, intents },
      isNew: true,
    });
    expect(form.fields.find(({ name }) => name === 'intents')).toMatchObject({
      kind: 'text',
      value: 'salary.intent-7, salary.intent-9',
    });
    expect(form.title.length).toBeLessThanOrEqual(24);
    expect(form.submit.length).toBeLessThanOrEqual(24);
    for (const field of form.fields)
      if (field.kind === 'many') {
        expect(field.options.length).toBeLessThanOrEqual(100);
        for (const { label } of field.options) expect(label.length).toBeLessThanOrEqual(75);
      }
  });

  it('stands on the own page of HR and of nobody else', async () => {
    const { world } = stage.t;
    const [card] = await restrictingSections(world, { person: HANA, account: accountFor('hana') });
    expect(card?.text).toBe('Nothing is restricted by HR.');
    expect(await restrictingSections(world, { person: EVAN, account: accountFor('evan') })).toEqual([]);
    // Remembered as of HR, and not any more.
    stage.people.set('hana', { ...HANA, groups: ['employee'] });
    expect(await restrictingSections(world, { person: HANA, account: accountFor('hana') })).toEqual([]);
  });
});

describe('the fields of the form', () => {
  const day = fc
    .date({ min: new Date('2027-01-01T00:00:00.000Z'), max: new Date('2098-12-31T00:00:00.000Z'), noInvalidDate: true })
    .map((date) => `${date.toISOString().slice(0, 10)}T00:00:00.000Z`);
  const line = (most: number) =>
    fc
      .string({ minLength: 1, maxLength: most })
      .map((text) => `x${text.replace(/\p{Cc}/gu, '').trim()}`.slice(0, most));
  const said = (most: number) =>
    fc.record({ en: line(most), de: line(most) }, { requiredKeys: [] }).map((texts) => texts as Restriction['words']);
  const restriction: fc.Arbitrary<Restriction> = fc
    .record({
      title: line(80),
      forbids: fc.subarray(['leave', 'salary', 'leave.balance', 'salary.payslip'], { minLength: 1 }),
      appliesTo: fc.subarray(['employee', 'manager']),
      exceptGroups: fc.subarray(['payroll', 'hr']),
      places: fc.subarray(['direct', 'group', 'channel', 'shared'] as const),
      countries: fc.subarray(['DE', 'US', 'FR']),
      times: fc.tuple(fc.option(day), fc.option(day)),
      words: said(500),
      contact: said(200),
      rights: said(500),
    })
    .map(({ times, ...rest }) => {
      const [from, until] = times[0] !== null && times[1] !== null && times[0] >= times[1] ? [null, times[1]] : times;
      return { ...rest, id: 'r', from, until, suspendedUntil: null };
    });

  it('bring every restriction there and back unchanged', () => {
    fc.assert(
      fc.property(restriction, (had) => {
        const values = { ...valuesOf(had, PLAYED_CHOICES), why: ['why'] };
        const read = inputOf({ values, id: 'r', stands: null, now: NOW });
        const { suspendedUntil: _, ...expected } = had;
        expect(read).toEqual({ ok: true, input: expected });
      }),
      { numRuns: 300 },
    );
  });

  it('keep the time of day of a day that nobody touched', () => {
    const had = { ...PAY, from: '2026-12-01T08:30:00.000Z', until: '2026-12-31T17:00:00.000Z' };
    const values = { ...valuesOf(had, PLAYED_CHOICES), why: ['why'] };
    const untouched = inputOf({ values, id: 'pay', stands: had, now: NOW });
    expect(untouched).toMatchObject({ ok: true, input: { from: had.from, until: had.until } });
    const touched = inputOf({ values: { ...values, until: ['2027-01-01'] }, id: 'pay', stands: had, now: NOW });
    expect(touched).toMatchObject({ input: { from: had.from, until: '2027-01-02T00:00:00.000Z' } });
  });

  it.each(['2026-02-30', '31.12.2026', 'tomorrow', '2026-1-1', '9'.repeat(2_000)])(
    'know that %j is no day',
    (until) => {
      const values = { ...PAY_FREEZE, until: [until] };
      expect(inputOf({ values, id: null, stands: null, now: NOW })).toEqual({ ok: false, wrong: ['until'] });
    },
  );

  it('never throw, whatever is sent', () => {
    const anything = fc.dictionary(
      fc.constantFrom('title', 'topics', 'intents', 'countries', 'from', 'until', 'words-en', 'why', '__proto__', 'x'),
      fc.array(fc.string({ unit: 'binary' })),
    );
    fc.assert(
      fc.property(anything, (values) => {
        const read = inputOf({ values, id: null, stands: null, now: NOW });
        expect(typeof read.ok).toBe('boolean');
      }),
      { numRuns: 300 },
    );
  });
});
