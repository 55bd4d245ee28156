/** The way to a person, whole: offered where nothing could be answered, sent by a form and by nothing else, on either platform. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SamplePerson } from '../../playground/people.ts';
import type { PlatformName } from '../../src/core/types.ts';
import { openStage, type TestStage } from '../support/stage.ts';
import { until } from '../support/until.ts';

const OFFER = { en: 'Ask a person', de: 'Einen Menschen fragen' };

describe('a person is asked instead', () => {
  let stage: TestStage;
  beforeAll(async () => {
    stage = await openStage();
  }, 60_000);
  afterAll(() => stage.end());

  const person = (who: string): SamplePerson => stage.person(who);
  /** Of the message that says so. */
  const labels = (who: string, on: PlatformName, said: string): readonly string[] => {
    const [line = ''] = said.trim().split('\n');
    const message = stage.talks[on].messages(person(who)).findLast(({ text }) => line !== '' && text.includes(line));
    if (message === undefined) throw new Error(`nothing says so: ${said}`);
    return message.buttons.map(({ label }) => label);
  };

  /** Presses the offer of the newest message that has it, and gives the form that opens. */
  const opened = async (who: string, on: PlatformName, offer: string) => {
    const talk = stage.talks[on];
    const message = talk.messages(person(who)).findLast(({ buttons }) => buttons.some(({ label }) => label === offer));
    const button = message?.buttons.find(({ label }) => label === offer);
    if (message === undefined || button === undefined) throw new Error('nobody was offered');
    talk.closeView(person(who));
    const { channel } = message;
    await talk.press({ person: person(who), channel, id: message.id, action: button.action, value: button.value });
    await until(() => (talk.view(person(who))?.form ?? null) !== null);
    const view = talk.view(person(who));
    // On Teams an input's name says what kind it is as well.
    const field = (name: string) => view?.form?.fields.find((each) => each.name.endsWith(name));
    return { talk, id: view?.id ?? '', text: JSON.stringify(view), field };
  };

  const sent = async (
    who: string,
    form: Awaited<ReturnType<typeof opened>>,
    values: { readonly about: string; readonly message: string },
  ): Promise<number | 'unknown'> =>
    form.talk.submit({
      person: person(who),
      id: form.id,
      values: {
        [form.field('slot-about')?.name ?? '']: [values.about],
        [form.field('words-1')?.name ?? '']: [values.message],
      },
    });

  const told = async (who: string, on: PlatformName, words: string): Promise<string> => {
    const found = () => stage.talks[on].messages(person(who)).findLast(({ text }) => text.includes(words));
    await until(() => found() !== undefined);
    return found()?.text ?? '';
  };

  it.each([
    ['evan', 'slack', 'en', 'Case'],
    ['evan', 'teams', 'en', 'Case'],
    ['erin', 'slack', 'de', 'Fall'],
    ['erin', 'teams', 'de', 'Fall'],
  ] as const)(
    'after a question that was not understood: %s on %s',
    async (who, on, locale, word) => {
      const before = stage.backend.deeds().length;
      const says = `zorble the quintessential frobnicator ${who} ${on}`;
      expect((await stage.ask({ who, says, on })).decision.verdict).toBe('unknown');
      const form = await opened(who, on, OFFER[locale]);
      expect(form.field('words-1')).toMatchObject({ value: says });
      expect(form.text).toContain(locale === 'en' ? 'outside of Sotto' : 'außerhalb von Sotto');
      expect(form.text).toContain(locale === 'en' ? 'with your name' : 'mit deinem Namen');
      // Nothing went out by opening it.
      expect(stage.backend.deeds()).toHaveLength(before);
      const message = `What I left in, ${on} ${who}`;
      expect(await sent(who, form, { about: 'hr', message })).toBe(200);
      await until(() => stage.backend.deeds().length > before);
      const { number, operation, body } = stage.backend.deeds().at(-1) ?? { number: '' };
      expect({ operation, body }).toEqual({ operation: 'case.open', body: { person: who, about: 'hr', message } });
      expect(await told(who, on, `${word} ${number}`)).toContain(number);
      expect(stage.backend.deeds()).toHaveLength(before + 1);
    },
    120_000,
  );

  it('after a refusal, which reached no system, and what is sent there is what was left in the form', async () => {
    const called = stage.backend.requests().length;
    const before = stage.backend.deeds().length;
    const { decision } = await stage.ask({ who: 'evan', says: 'what does Mona earn?', on: 'slack' });
    expect(decision.verdict).toBe('refuse');
    expect(stage.backend.requests()).toHaveLength(called);
    const form = await opened('evan', 'slack', OFFER.en);
    expect(form.field('words-1')).toMatchObject({ value: 'what does Mona earn?' });
    await sent('evan', form, { about: 'other', message: 'Whom may I ask about pay scales?' });
    await until(() => stage.backend.deeds().length > before);
    expect(stage.backend.deeds().at(-1)?.body).toEqual({
      person: 'evan',
      about: 'other',
      message: 'Whom may I ask about pay scales?',
    });
    expect(JSON.stringify(stage.backend.deeds())).not.toContain('Mona');
  }, 120_000);

  it('after a system could not be reached', async () => {
    await stage.forgetTalks();
    stage.backend.fail('500');
    const { said } = await stage.ask({ who: 'hana', says: 'how many vacation days do I have left?', on: 'teams' });
    expect(said).toContain('could not be reached');
    expect(labels('hana', 'teams', said)).toContain(OFFER.en);
  }, 120_000);

  it('and nobody who does not work here is offered it, nor whoever got an answer', async () => {
    await stage.forgetTalks();
    const guest = await stage.ask({ who: 'gus', says: 'zorble the quintessential frobnicator', on: 'slack' });
    expect(guest.decision.verdict).toBe('refuse');
    expect(labels('gus', 'slack', guest.said)).not.toContain(OFFER.en);
    const asks = await stage.ask({ who: 'gus', says: 'I want to talk to a human', on: 'teams' });
    expect(asks.decision.verdict).toBe('refuse');
    expect(labels('gus', 'teams', asks.said)).toEqual([]);
    const answered = await stage.ask({ who: 'evan', says: 'when is pay day?', on: 'slack' });
    expect(labels('evan', 'slack', answered.said)).not.toContain(OFFER.en);
  }, 120_000);
});
