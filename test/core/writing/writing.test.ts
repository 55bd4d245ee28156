import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { WriteEntry } from '../../../src/core/audit.ts';
import type { Store } from '../../../src/core/ports.ts';
import { accountKey, contextOfKept } from '../../../src/core/sealing.ts';
import { countsOf, PERSON_PER_MINUTE } from '../../../src/core/throttle.ts';
import type { Form } from '../../../src/core/types.ts';
import { accountFor, type HrStage } from '../../support/hr-stage.ts';
import { until } from '../../support/until.ts';
import { both, intentOf, MONA, PERMIT, REFUSE } from '../../support/world.ts';
import { BOOK, CANCEL, type WritingBackend } from '../../support/writing-backend.ts';
import { createWritingStage, OPEN, openedForm } from '../../support/writing-stage.ts';

const UNDO = 'Take it back';

const DAYS = {
  name: 'days',
  type: 'period',
  looks: 'ahead',
  required: true,
  ask: both('Which days?'),
  choices: [],
  min: 0,
  max: 0,
} as const;

const INTENT = intentOf({
  id: BOOK,
  title: both('Book leave'),
  slots: [DAYS],
  say: both('Booked under {number}.'),
  form: { intro: both('Your manager sees it.'), submit: both('Book') },
});

const NOT_COME = 'Book leave: nothing was done. What you wrote is kept in the form below.';

const SENT = { 'slot-days-first': ['2026-12-01'], 'slot-days-last': ['2026-12-04'], 'words-1': ['Skiing.'] };

describe('what is written to a system of record', () => {
  let stage: HrStage;
  let system: WritingBackend;
  beforeEach(() => {
    ({ stage, system } = createWritingStage(INTENT));
  });
  afterEach(() => stage.close());

  const formOf = (): Promise<Form> => openedForm(stage);
  const states = (): readonly string[] =>
    stage.t.entries.filter((entry): entry is WriteEntry => entry.kind === 'write').map(({ state }) => state);
  /** What is told of a form that is sent. */
  const told = async (form: Form, values = SENT) => {
    const before = stage.chat('evan').length;
    const view = await stage.send('evan', form, values);
    await until(() => stage.chat('evan').length > before);
    await until(async () => (await stage.t.store.inbox.backlog()).claimed === 0);
    return { view, card: stage.chat('evan').at(-1)?.card };
  };

  it('is not written by asking for it: there is a card, and a button that opens the form', async () => {
    const card = await stage.say('evan', 'book me some leave');
    expect(card.text).toBe('Book leave: please fill in the form. Nothing is sent before you send it.');
    expect(card.buttons.map(({ label }) => label)).toEqual([OPEN]);
    const { form } = await stage.open('evan', OPEN);
    expect(form).toMatchObject({ title: 'Book leave', text: 'Your manager sees it.', submit: 'Book', findings: [] });
    expect(form?.fields).toMatchObject([
      { name: 'slot-days-first', kind: 'date', label: 'First day', hint: 'Which days?', required: true, value: null },
      { name: 'slot-days-last', kind: 'date', label: 'Last day', hint: null, required: true, value: null },
      { name: 'words-1', kind: 'text', label: 'Note', required: false, lines: true, most: 200, value: '' },
    ]);
    expect(system.asked).toEqual([]);
  });

  it('is written once the form is sent, with what stands in it and nothing else, and told', async () => {
    const { view, card } = await told(await formOf());
    expect(view.card?.text).toContain('I have it.');
    expect(card?.text).toBe('Booked under N1.');
    expect(card?.buttons.map(({ label }) => label)).toEqual([UNDO]);
    expect(card?.note).toBe('You can take it back within 29 min.');
    expect(system.asked).toMatchObject([
      {
        operation: BOOK,
        subject: 'evan',
        asker: 'evan',
        slots: { days: '2026-12-01/2026-12-04' },
        words: { note: 'Skiing.' },
        again: false,
      },
    ]);
    expect(states()).toEqual(['begun', 'done']);
  });

  it('is on record, in the store and authorised before it is called, and on record before it is told', async () => {
    const form = await formOf();
    stage.t.calls.length = 0;
    await told(form);
    const order = stage.t.calls.filter((call) => /decide|audit|write|commit|post/.test(call));
    expect(order.slice(0, 8)).toEqual([
      `decide ${BOOK}`,
      'audit decision',
      'decide data:leave',
      'audit write',
      `write ${BOOK}`,
      'decide data:leave',
      'audit write',
      'commit',
    ]);
    expect(JSON.stringify(stage.t.entries)).not.toContain('Skiing');
  });

  it('is written once, however often the form is sent and by whatever id it comes', async () => {
    const form = await formOf();
    await told(form);
    for (const id of ['again-1', 'again-2']) {
      const { card } = await stage.send('evan', form, { ...SENT, 'words-1': ['Other words.'] }, { id });
      expect(card?.text).toContain('You sent this form before');
    }
    expect(system.effects).toHaveLength(1);
    expect(system.asked).toHaveLength(1);
  });

  it('is written twice for two forms, each with a key of its own', async () => {
    await told(await formOf());
    await told(await formOf());
    expect(system.effects).toHaveLength(2);
    expect(new Set(system.asked.map(({ key }) => key)).size).toBe(2);
  });

  it.each([
    ['a day that is none', { 'slot-days-first': ['2026-02-30'] }, 'Which days?: I cannot read that.'],
    ['days the wrong way round', { 'slot-days-last': ['2026-11-01'] }, 'The last day must not be before the first.'],
    ['only one day', { 'slot-days-last': [] }, 'Which days?: I cannot read that.'],
    ['nothing', { 'slot-days-first': [], 'slot-days-last': [] }, 'Which days?: please fill this in.'],
    ['too many words', { 'words-1': ['x'.repeat(201)] }, 'Note: 200 characters at most, please.'],
  ])('is not written with %s: the form says so, and keeps what was right', async (_, wrong, finding) => {
    const form = await formOf();
    const sent = await stage.send('evan', form, { ...SENT, ...wrong });
    expect(sent.form?.findings.join(' ')).toContain(finding);
    expect(sent.form?.fields.map(({ name }) => name)).toEqual(form.fields.map(({ name }) => name));
    expect(system.asked).toEqual([]);
    // Mended it is taken, from the same form.
    expect((await told(sent.form ?? form)).card?.text).toBe('Booked under N1.');
  });

  it('is told as not done where it was not, with a button that opens the form as it was sent', async () => {
    system.next.push('not-sent');
    const { card } = await told(await formOf());
    expect(card?.text).toBe(
      'Book leave: nothing was done. The system could not be reached. Please try again in a few minutes.',
    );
    expect(states()).toEqual(['begun', 'not-done']);
    const { form } = await stage.open('evan', OPEN);
    expect(form?.fields).toMatchObject([{ value: '2026-12-01' }, { value: '2026-12-04' }, { value: 'Skiing.' }]);
    expect((await told(form as Form)).card?.text).toBe('Booked under N1.');
    expect(system.effects).toHaveLength(1);
  });

  it.each(['lost', 'lost-before', 'broken'] as const)(
    'is told as not known where a reply was %s, and is not tried again',
    async (how) => {
      system.next.push(how);
      const { card } = await told(await formOf());
      expect(card?.text).toContain('I do not know whether it was done');
      expect(card?.text).toContain('Please ask the leave desk before you send it once more.');
      expect(card?.buttons).toEqual([]);
      expect(states()).toEqual(['begun', 'doubt']);
      expect(system.asked).toHaveLength(1);
    },
  );

  it('is not written where a rule refuses it by then, at the form and at the press', async () => {
    const form = await formOf();
    stage.t.script.decide = () => REFUSE;
    const { card } = await stage.open('evan', OPEN);
    expect(card?.text).toContain('restricted');
    expect((await told(form)).card?.text).toContain('restricted');
    expect(system.asked).toEqual([]);
    expect(states()).toEqual([]);
  });

  it('is not lost where they ask too much by then: it says that nothing was done, and gives back what was written', async () => {
    const form = await formOf();
    const { store, clock } = stage.t.world;
    const account = accountFor('evan');
    const [asks] = countsOf({ account: `T1:${accountKey(account)}`, tenant: 'T1' });
    const add = (): Promise<number> =>
      store.counters.add({ key: asks?.key ?? '', windowMs: asks?.windowMs ?? 0, now: clock.now() });
    // The form is the last thing that is heard within this minute, and what it becomes is one too many.
    while ((await add()) < PERSON_PER_MINUTE - 1);
    const { view, card } = await told(form);
    expect(view.card?.text).toContain('I have it.');
    expect(card?.text).toContain(`${NOT_COME}\nThat was a lot at once.`);
    expect(card?.buttons.map(({ label }) => label)).toEqual([OPEN]);
    expect(system.asked).toEqual([]);
  });

  it.each(['unreachable', 'stale'] as const)(
    'is not lost where who they are is %s just then: the form comes back as it was sent',
    async (why) => {
      const form = await formOf();
      const { find } = stage.t.script;
      let looks = 0;
      stage.t.script.find = async (account) => (++looks === 1 ? find(account) : { ok: false, why });
      const { card } = await told(form);
      expect(card?.text).toContain(NOT_COME);
      expect(system.asked).toEqual([]);
      stage.t.script.find = find;
      const again = await stage.open('evan', OPEN);
      expect(again.form?.fields).toMatchObject([
        { value: '2026-12-01' },
        { value: '2026-12-04' },
        { value: 'Skiing.' },
      ]);
      expect((await told(again.form as Form)).card?.text).toBe('Booked under N1.');
    },
  );

  it('is said to be kept only where it is: what does not fit into a button is not', async () => {
    const form = await formOf();
    const { find, operation } = stage.t.script;
    stage.t.script.operation = (name) => {
      const { writes, ...of } = operation(name);
      if (writes === undefined) return of;
      return { ...of, writes: { ...writes, words: writes.words.map((asked) => ({ ...asked, most: 2_000 })) } };
    };
    let looks = 0;
    stage.t.script.find = async (account) => (++looks === 1 ? find(account) : { ok: false, why: 'unreachable' });
    const { card } = await told(form, { ...SENT, 'words-1': ['x'.repeat(1_900)] });
    expect(card?.text).toContain('Book leave: nothing was done.\n');
    expect(card?.text).not.toContain('is kept');
    stage.t.script.find = find;
    const again = await stage.open('evan', OPEN);
    expect(again.form?.fields).toMatchObject([{ value: '2026-12-01' }, { value: '2026-12-04' }, { value: '' }]);
  });

  it('is not written where the rule on its data refuses it', async () => {
    const form = await formOf();
    stage.t.script.decide = ({ action }) => (action === 'data:leave' ? REFUSE : PERMIT);
    expect((await told(form)).card?.text).toContain('restricted');
    expect(system.asked).toEqual([]);
    expect(stage.t.entries.filter(({ kind }) => kind === 'data-refused')).toHaveLength(1);
  });

  it('is reported though a restriction was published while it was written', async () => {
    const form = await formOf();
    system.meanwhile = async () => {
      stage.t.script.decide = () => REFUSE;
      await stage.t.store.restrictions.change({
        expected: null,
        put: [],
        remove: [],
        hash: null,
        record: { at: 1, id: 'leave', change: 'published', detail: 'sealed' },
        settles: null,
      });
    };
    const { card } = await told(form);
    expect(card?.text).toBe('Book leave: done.');
    expect(system.effects).toHaveLength(1);
  });

  it('is taken back by its button, once, and told', async () => {
    await told(await formOf());
    const undone = await stage.press('evan', UNDO);
    expect(undone.text).toBe('Book leave: taken back.');
    expect(system.effects.map(({ operation, undone: gone }) => [operation, gone])).toEqual([
      [BOOK, true],
      [CANCEL, false],
    ]);
    expect(system.asked[1]).toMatchObject({ operation: CANCEL, result: { number: 'N1' }, words: {} });
    expect(states()).toEqual(['begun', 'done', 'begun', 'undone']);
    expect((await stage.press('evan', UNDO)).text).toBe('It has been taken back already.');
    expect(system.asked).toHaveLength(2);
  });

  it('is taken back by another press where the first came to nothing', async () => {
    await told(await formOf());
    system.next.push('not-sent');
    expect((await stage.press('evan', UNDO)).text).toContain('it was not taken back, and stands as before');
    expect((await stage.press('evan', UNDO)).text).toBe('Book leave: taken back.');
    expect(system.effects).toHaveLength(2);
  });

  it('is not taken back once a rule refuses it', async () => {
    await told(await formOf());
    stage.t.script.decide = () => REFUSE;
    expect((await stage.press('evan', UNDO)).text).toContain('restricted');
    expect(system.asked).toHaveLength(1);
  });

  it('is not taken back where it is not known any more to have been done', async () => {
    await told(await formOf());
    const [{ key: id } = { key: '' }] = system.asked;
    const stands = await stage.t.store.writes.find({ id, now: Date.now() });
    if (stands === null) throw new Error('no write');
    const has = { state: 'doubt', tries: stands.tries, triedAt: stands.triedAt, code: null } as const;
    await stage.t.store.writes.change({ id, had: stands, has, value: null });
    expect((await stage.press('evan', UNDO)).text).toContain('It is too late to take that back here.');
    expect(system.asked).toHaveLength(1);
  });

  it('is taken back by nobody whom the account belongs to since', async () => {
    await told(await formOf());
    stage.t.script.find = async () => ({ ok: true, person: MONA });
    expect((await stage.press('evan', UNDO)).text).toContain('It is too late to take that back here.');
    expect(system.asked).toHaveLength(1);
  });

  it('is written by nobody else’s form or button', async () => {
    const form = await formOf();
    const other = await stage.send('mona', form, SENT);
    expect(other.card?.text ?? '').not.toContain('I have it');
    const opened = await stage.open('evan', OPEN, { as: 'mona' });
    expect(opened.form).toBeNull();
    await told(form);
    await stage.press('evan', UNDO, { as: 'mona' });
    expect(system.asked).toHaveLength(1);
  });

  it.each([
    ['was done', null],
    ['was not done', 'not-sent'],
    ['is not known', 'lost'],
  ] as const)('leaves no word of the form in the store once it is told that it %s', async (_, how) => {
    if (how !== null) system.next.push(how);
    await told(await formOf());
    await until(async () => (await stage.t.store.inbox.backlog()).waiting === 0);
    const plain: (string | null)[] = [];
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<Store['sealed']['scan']>> = await stage.t.store.sealed.scan({ cursor, limit: 99 });
      plain.push(...page.values.map((value) => stage.t.world.sealer.open(contextOfKept(value), value.value)));
      cursor = page.cursor;
    } while (cursor !== null);
    expect(plain).not.toContain(null);
    // What is kept is what was asked for, and none of their words.
    expect(plain.join('\n')).toContain('2026-12-01/2026-12-04');
    expect(plain.join('\n')).not.toContain('Skiing');
  });

  it('is not written more than twenty times an hour by one person', async () => {
    const { sealer, clock } = stage.t.world;
    const owner = sealer.fingerprint('evan');
    for (let n = 0; n < 19; n++)
      await stage.t.store.writes.begin({ id: `w${n}`, owner, value: '', most: null, now: clock.now() });
    expect((await told(await formOf())).card?.text).toBe('Booked under N1.');
    const { card } = await told(await formOf());
    expect(card?.text).toContain('You sent a great deal within an hour.');
    expect(system.effects).toHaveLength(1);
    expect(states().at(-1)).toBe('not-done');
  });
});
