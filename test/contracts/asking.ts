/** What the core relies on where a platform asks by a form; part of the platform contract. */
import { expect, it } from '@jest/globals';
import type { Form } from '../../src/core/types.ts';
import type { PlatformStage } from './platform.ts';

const FORM: Form = {
  state: 'sealed-state',
  title: 'New restriction',
  text: 'It only ever forbids.\nYou see what it does before it is in force.',
  findings: [],
  fields: [
    { kind: 'text', name: 'title', label: 'Title', hint: null, required: true, value: '', most: 80, lines: false },
    {
      kind: 'many',
      name: 'forbids',
      label: 'What is restricted',
      hint: 'A topic, or single questions of it.',
      required: true,
      options: [
        { value: 'salary', label: 'Salary' },
        { value: 'a,b', label: 'With a comma' },
        { value: 'a%2Cb', label: 'With a sign' },
      ],
      values: ['salary'],
    },
    {
      kind: 'one',
      name: 'place',
      label: 'Where',
      hint: null,
      required: false,
      options: [
        { value: 'direct', label: 'In private chat' },
        { value: 'channel', label: 'In channels' },
      ],
      value: 'direct',
    },
    { kind: 'date', name: 'until', label: 'Until', hint: 'Empty: until it is lifted.', required: false, value: null },
    {
      kind: 'text',
      name: 'words-en',
      label: 'Words of the refusal',
      hint: null,
      required: false,
      value: 'Not now.',
      most: 500,
      lines: true,
    },
  ],
  submit: 'Preview',
};

const FILLED = {
  title: ['Salary <freeze> & *more* {{DATE(2026-01-01,SHORT)}}'],
  forbids: ['salary', 'a,b', 'a%2Cb'],
  place: ['channel'],
  until: ['2026-12-31'],
  'words-en': ['Not now.\n<!channel> [press](https://evil.example) 🙂'],
};

/** @param stage of the test that runs */
export const askingContract = (stage: () => PlatformStage): void => {
  it('asks by a form, in which all that is to be read stands, and what was given', async () => {
    const { asked, read } = await stage().ask({ ...FORM, findings: ['The end is in the past.'] });
    expect(asked).toEqual({ ok: true });
    const shown = read() ?? '';
    for (const part of [
      'New restriction',
      'The end is in the past.',
      'It only ever forbids.',
      'What is restricted',
      'A topic, or single questions of it.',
      'With a comma',
      'In private chat',
      'Empty: until it is lifted.',
      'Not now.',
      'Preview',
    ])
      expect(shown).toContain(part);
    expect(shown.indexOf('The end is in the past.')).toBeLessThan(shown.indexOf('What is restricted'));
  });

  it('brings back what was filled in as it was filled in, with the state that the form carried', async () => {
    const form = await stage().ask(FORM);
    const submit = await form.send(FILLED);
    expect(submit).toMatchObject({ kind: 'submit', state: 'sealed-state', place: { kind: 'direct' } });
    expect(submit?.account.platform).toBe(stage().platform.name);
    expect({ ...submit?.values }).toEqual(FILLED);
  });

  it('brings back nothing where nothing was filled in, and another id for another form', async () => {
    const fields = FORM.fields.map((field) => ({ ...field, required: false }));
    const empty = { title: [], forbids: [], place: [], until: [], 'words-en': [] };
    const form = await stage().ask({ ...FORM, fields });
    const first = await form.send(empty);
    const second = await (await stage().ask({ ...FORM, fields, state: 'another-sealed-state' })).send(empty);
    for (const { name } of FORM.fields) expect(first?.values[name] ?? []).toEqual([]);
    expect(first?.id).not.toBe(second?.id);
  });

  it('asks again in the same view, with what was entered', async () => {
    const again = { ...FORM, findings: ['That is nobody.'], text: 'Once more.' };
    const form = await stage().ask(FORM, again);
    await form.send(FILLED);
    expect(form.read()).toContain('That is nobody.');
    expect(form.read()).toContain('Once more.');
  });

  it('offers a hundred options, and takes any of their words for words', async () => {
    const options = Array.from({ length: 100 }, (_, at) => ({
      value: `topic.question-${at}`,
      label: `Question *${at}* [of](https://evil.example) <at>all</at> & more`,
    }));
    const many = {
      kind: 'many',
      name: 'many',
      label: '*All*',
      hint: null,
      required: true,
      options,
      values: [],
    } as const;
    const form = await stage().ask({ ...FORM, fields: [many] });
    expect(form.asked).toEqual({ ok: true });
    const submit = await form.send({ many: ['topic.question-0', 'topic.question-99'] });
    expect({ ...submit?.values }).toEqual({ many: ['topic.question-0', 'topic.question-99'] });
    expect(stage().pinged()).toEqual([]);
  });
};
