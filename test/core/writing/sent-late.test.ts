/** Forms that come back when they are not what they were: the description changed, or their time is over. What was written is not lost, nor put elsewhere. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { AskedWords } from '../../../src/core/ports.ts';
import type { Form } from '../../../src/core/types.ts';
import type { HrStage } from '../../support/hr-stage.ts';
import { until } from '../../support/until.ts';
import { both, intentOf } from '../../support/world.ts';
import { BOOK, type WritingBackend } from '../../support/writing-backend.ts';
import { createWritingStage } from '../../support/writing-stage.ts';

const HOUR_MS = 60 * 60_000;
const DAY_MS = 24 * HOUR_MS;

const asks = (name: string, label = name): AskedWords => ({
  name,
  label: both(label),
  hint: null,
  most: 200,
  required: false,
  lines: true,
});

describe('a form that is sent after something changed', () => {
  let stage: HrStage;
  let system: WritingBackend;
  let asked: readonly AskedWords[];
  let later: number;
  beforeEach(() => {
    ({ stage, system } = createWritingStage());
    asked = [asks('toManager'), asks('secret')];
    later = 0;
    const { clock } = stage.t.world;
    Object.assign(stage.t.world, { clock: { ...clock, now: () => clock.now() + later } });
    stage.t.script.operation = (name) => {
      const { writes, ...of } = system.operation(name);
      return writes === undefined ? of : { ...of, writes: { ...writes, words: asked } };
    };
  });
  afterEach(() => stage.close());

  const SENT = { 'words-1': ['I am away.'], 'words-2': ['I am ill.'] };

  const formOf = async (): Promise<Form> => {
    await stage.say('evan', 'book me some leave');
    const { form } = await stage.open('evan', 'Open the form');
    if (form === null) throw new Error('no form');
    return form;
  };
  const written = async (form: Form | null, values = {}): Promise<unknown> => {
    const before = stage.chat('evan').length;
    const { card } = await stage.send('evan', form, values);
    expect(card?.text).toContain('I have it.');
    await until(() => stage.chat('evan').length > before);
    await until(async () => (await stage.t.store.inbox.backlog()).claimed === 0);
    return system.asked.at(-1)?.words;
  };
  const reasons = () => stage.t.entries.flatMap((entry) => (entry.kind === 'decision' ? entry.reasons : []));

  it('puts no text into another’s place where their order changed: it comes again, each where it belongs', async () => {
    const form = await formOf();
    asked = [asks('secret'), asks('toManager')];
    const { form: again } = await stage.send('evan', form, SENT);
    expect(again?.findings.join()).toContain('This form has changed meanwhile, so nothing was sent.');
    expect(again?.fields).toMatchObject([
      { label: 'secret', value: 'I am ill.' },
      { label: 'toManager', value: 'I am away.' },
    ]);
    expect(again?.text).not.toContain('I am');
    expect(reasons()).toContain('form-changed');
    expect(system.asked).toEqual([]);
    expect(await written(again)).toEqual({ secret: 'I am ill.', toManager: 'I am away.' });
  });

  it('gives back what was written into a text that is there no more, and sends it nowhere', async () => {
    const form = await formOf();
    asked = [asks('toEverybody'), asks('toManager')];
    const { form: again } = await stage.send('evan', form, SENT);
    expect(again?.fields).toMatchObject([{ value: '' }, { value: 'I am away.' }]);
    expect(again?.text).toContain('What you wrote, for you to copy:\nI am ill.');
    expect(await written(again)).toEqual({ toManager: 'I am away.' });
  });

  it('keeps the whole of what is too long for its text by then', async () => {
    const form = await formOf();
    asked = asked.map((each) => ({ ...each, most: 5 }));
    const { form: again } = await stage.send('evan', form, SENT);
    expect(again?.findings.join()).toContain('toManager: 5 characters at most, please.');
    expect(again?.fields).toMatchObject([{ value: 'I am ' }, { value: 'I am ' }]);
    expect(again?.text).toContain('What you wrote, for you to copy:\nI am away.\n\nI am ill.');
  });

  it.each([
    ['what a text is called', () => (asked = [asks('toManager', 'To everybody'), asks('secret')])],
    ['the operation behind it', () => put({ operation: 'leave.publish' })],
    ['what stands above it', () => put({ form: { intro: both('Everybody reads it.'), submit: both('Send') } })],
  ])('comes again where %s is another, with all that was written', async (_, change) => {
    const form = await formOf();
    change();
    stage.t.script.operation = (
      (before) => (name: string) =>
        before(name === 'leave.publish' ? BOOK : name)
    )(stage.t.script.operation);
    const { form: again } = await stage.send('evan', form, SENT);
    expect(again?.findings.join()).toContain('has changed meanwhile');
    expect(again?.fields).toMatchObject([{ value: 'I am away.' }, { value: 'I am ill.' }]);
    expect(system.asked).toEqual([]);
  });
  const put = (o: Partial<ReturnType<typeof intentOf>>): void => {
    const intents = stage.t.world.catalogue.intents as Map<string, ReturnType<typeof intentOf>>;
    intents.set(BOOK, { ...intentOf({ id: BOOK, title: both('Book leave') }), ...o });
  };

  it('is taken within its day, to the last moment, and afterwards comes again with what was written', async () => {
    const form = await formOf();
    later = DAY_MS - HOUR_MS;
    expect(await written(form, SENT)).toEqual({ toManager: 'I am away.', secret: 'I am ill.' });
    const other = await formOf();
    later += DAY_MS + 1_000;
    const { form: again } = await stage.send('evan', other, SENT);
    expect(again?.findings.join()).toContain('This form had run out, so nothing was sent.');
    expect(again?.fields).toMatchObject([{ value: 'I am away.' }, { value: 'I am ill.' }]);
    expect(reasons()).toContain('form-expired');
    expect(system.asked).toHaveLength(1);
    await written(again);
    expect(system.asked).toHaveLength(2);
  });

  it('is not written again where it was before it ran out, by whichever of the two it is sent', async () => {
    const form = await formOf();
    await stage.send('evan', form, SENT);
    await until(() => system.effects.length === 1);
    later = DAY_MS + HOUR_MS;
    const { card } = await stage.send('evan', form, SENT, { id: 'late' });
    expect(card?.text).toContain('You sent this form before');
    expect(system.effects).toHaveLength(1);
  });

  it('is written once under its own key where it came again and is sent twice', async () => {
    const form = await formOf();
    later = DAY_MS + HOUR_MS;
    const { form: again } = await stage.send('evan', form, SENT);
    const { form: twice } = await stage.send('evan', form, SENT, { id: 'twice' });
    await written(again);
    const { card } = await stage.send('evan', twice, {}, { id: 'thrice' });
    expect(card?.text).toContain('You sent this form before');
    expect(system.effects).toHaveLength(1);
  });

  it('does not come again once nobody would know that it was written: the words are there to copy', async () => {
    const form = await formOf();
    later = 7 * DAY_MS + 1_000;
    const { card, form: again } = await stage.send('evan', form, SENT);
    expect(again).toBeNull();
    expect(card?.text).toContain('This has expired, so nothing was sent.');
    expect(card?.text).toContain('What you wrote, for you to copy:\nI am away.\n\nI am ill.');
  });

  it('gives the words back where nothing is written by it any more', async () => {
    const form = await formOf();
    put({ operation: null });
    const { card } = await stage.send('evan', form, SENT);
    expect(card?.text).toContain('What you wrote, for you to copy:\nI am away.\n\nI am ill.');
    expect(JSON.stringify(stage.t.entries)).not.toContain('I am');
  });

  it('is taken back while its button says so, and not a moment longer', async () => {
    await written(await formOf(), SENT);
    later = 30 * 60_000 + 1_000;
    expect((await stage.press('evan', 'Take it back')).text).toContain('It is too late to take that back here.');
    expect(system.asked).toHaveLength(1);
    later = 28 * 60_000;
    expect((await stage.press('evan', 'Take it back')).text).toBe('Book leave: taken back.');
  });
});
