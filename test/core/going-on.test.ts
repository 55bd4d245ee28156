import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type JudgePorts, judge } from '../../src/core/judge.ts';
import type { Judgement } from '../../src/core/judgement.ts';
import type { Recogniser } from '../../src/core/ports.ts';
import { type ConversationState, freshState, parseState, turnOf, withTurn, written } from '../../src/core/state.ts';
import type { Colleague, Decision, Person, PolicyRequest, Recognition } from '../../src/core/types.ts';
import { judgePorts } from '../../src/core/world.ts';
import { TALK_INTENTS, talkCatalogue } from '../support/talk-intents.ts';
import { createTestWorld, EVAN, MONA, PERMIT, REFUSE, recognised, type TestWorld } from '../support/world.ts';

const NOON = Date.parse('2026-11-26T12:00:00Z');
const MINUTE = 60_000;

const HUGO: Colleague = { id: 'hugo', name: 'Hugo Lind', manager: null };

/** What the recogniser of this test makes of a text: by a word in it. Of whatever else it is sure that it is about leave. */
const recognise = (text: string): Recognition => {
  const of = (intent: string): Recognition => recognised(intent, [intent.split('.')[0] ?? '']);
  if (/payday/.test(text)) return of('salary.payday');
  if (/payslip/.test(text)) return of('salary.payslip');
  if (/statement/.test(text)) return of('salary.statement');
  if (/everybody/.test(text)) return of('salary.all');
  if (/suspicious/.test(text)) return recognised('leave.balance', ['salary']);
  if (/gibberish/.test(text)) return recognised(null);
  return recognised('leave.balance');
};

describe('What was asked before', () => {
  let t: TestWorld;
  let ports: JudgePorts;
  let now: number;
  let state: ConversationState;
  let person: Person;
  let asks: string[];
  beforeEach(() => {
    t = createTestWorld();
    now = NOON;
    state = freshState(NOON);
    person = EVAN;
    asks = [];
    const people = [EVAN, MONA, HUGO];
    const recogniser: Recogniser = {
      recognise: ({ text }) => recognise(text),
      knows: (text) => !/zoltan|blorp/i.test(text),
    };
    ports = {
      ...judgePorts(t.world),
      clock: { now: () => now, sleep: async () => undefined },
      catalogue: talkCatalogue(t.world.catalogue),
      recogniser,
      directory: {
        ...t.world.directory,
        colleague: async (id) => people.find((one) => one.id === id) ?? null,
        mentions: async ({ tokens }) =>
          tokens.flatMap((word, start) => {
            const found = people.filter(({ name }) => name.toLowerCase().split(' ').includes(word));
            return found.length === 0 ? [] : [{ start, length: 1, people: found }];
          }),
      },
      policy: {
        ...t.world.policy,
        decide: (request) => {
          asks.push(`${request.action} ${request.about}`);
          return t.script.decide(request);
        },
      },
    };
  });
  afterEach(() => t.close());

  const ask = async (text: string, resumes?: string): Promise<Judgement> => {
    const judgement = await judge({
      ports,
      asked: { kind: 'text', text },
      person,
      platform: 'slack',
      place: 'direct',
      state,
      ...(resumes === undefined ? {} : { resumes }),
    });
    const { verdict } = judgement;
    state = parseState(written(withTurn(state, turnOf({ at: now, verdict, judgement, question: `q-${text}` }))), now);
    return judgement;
  };
  const said = ({ verdict, intent, about, subject, slots }: Judgement) =>
    [verdict, intent?.id ?? null, about, subject?.id ?? null, JSON.stringify(slots)].map(String).join(' ');

  /** A recogniser that makes nothing of one text, but that it is like what was asked before. */
  const quiet = (nothing: string) => (o: { readonly text: string }) =>
    o.text === nothing ? { ...recognised(null), ranking: ['salary.payslip'] } : recognise(o.text);

  /** Anybody's own is permitted, nobody else's pay. */
  const ownPay = ({ action, about }: PolicyRequest): Decision =>
    action.startsWith('salary') && about !== 'self' ? REFUSE : PERMIT;

  it('is gone on with: intent, person and slots stay, and what is said replaces', async () => {
    expect(said(await ask('my payslip'))).toBe('answer salary.payslip self evan {}');
    expect(said(await ask('and last month?'))).toBe('answer salary.payslip self evan {"month":"2026-10"}');
    expect(said(await ask('und Mona?'))).toBe('answer salary.payslip other mona {"month":"2026-10"}');
    expect(said(await ask('et en mai ?'))).toBe('answer salary.payslip other mona {"month":"2026-05"}');
    expect(said(await ask('what about mine'))).toBe('answer salary.payslip self evan {"month":"2026-05"}');
    expect(said(await ask('y el mes pasado'))).toBe('answer salary.payslip self evan {"month":"2026-10"}');
    expect(said(await ask('same for Hugo'))).toBe('answer salary.payslip other hugo {"month":"2026-10"}');
    expect(said(await ask('and hers?'))).toBe('answer salary.payslip other hugo {"month":"2026-10"}');
  });

  it('is about pay after a question about pay, whatever the words alone would be taken for', async () => {
    t.script.decide = ownPay;
    expect(said(await ask("Mona's payslip"))).toBe('refuse salary.payslip other mona {}');
    for (const text of ['and last year?', 'und letztes Jahr?', 'et Hugo ?', 'and hers in May?', 'same for Zoltan'])
      expect([text, (await ask(text)).verdict, state.turns.at(-1)?.refused]).toEqual([text, 'refuse', 'salary']);
  });

  it('counts as suspected: after a question that was refused on suspicion the next is refused again', async () => {
    t.script.decide = ({ action }) => (action === 'salary.suspected' ? REFUSE : PERMIT);
    expect(await ask('something suspicious about my leave')).toMatchObject({ verdict: 'refuse', onSuspicion: true });
    expect(await ask('and last year?')).toMatchObject({ verdict: 'refuse', onSuspicion: true, refusedTopic: 'salary' });
    expect(asks.filter((one) => one.startsWith('leave.balance'))).not.toContain('leave.balance other');
  });

  it('about nobody in particular is not gone on with about a colleague: what its topic keeps is judged', async () => {
    t.script.decide = ({ action }) => (action === 'salary.suspected' ? REFUSE : PERMIT);
    for (const text of ['and Mona?', 'und Hugo', 'same for Zoltan', 'Mona']) {
      expect(said(await ask('when is payday'))).toBe('answer salary.payday self null {}');
      expect(await ask(text)).toMatchObject({ verdict: 'refuse', refusedTopic: 'salary' });
    }
    await ask('when is payday');
    expect(said(await ask('and next month?'))).toBe('answer salary.payday self null {}');
    expect(said(await ask('and for me?'))).toBe('answer salary.payday self null {}');
  });

  it('is where "the month before" and "the next one" count from', async () => {
    await ask('my payslip of October 2025');
    const slots: unknown[] = [];
    const texts = [
      'and the month before?',
      'und der Monat davor?',
      'the previous one',
      "et le mois d'avant",
      'y el anterior',
    ];
    for (const text of texts) slots.push((await ask(text)).slots['month']);
    expect(slots).toEqual(['2025-09', '2025-08', '2025-07', '2025-06', '2025-05']);
    expect(said(await ask('and the month after that?'))).toBe('answer salary.payslip self evan {"month":"2025-06"}');
    expect(said(await ask('and the next one please'))).toBe('answer salary.payslip self evan {"month":"2025-07"}');
    expect((await ask('and the year before?')).asks?.slot.name).toBe('month');
    // From today, and nothing else: it names its own time.
    expect((await ask('and the month before last?')).slots['month']).toBe('2026-09');
    await ask('my payslip');
    expect(await ask('and the month before?')).toMatchObject({ verdict: 'which', slots: {} });
  });

  it('is not counted back once more where the question waited for a sign-in', async () => {
    const stepUp: Decision = { ...(REFUSE as Extract<Decision, { effect: 'refuse' }>), helps: 'sign-in' };
    for (const text of ['and the month before?', 'and the previous month?', 'y el mes anterior']) {
      await ask('my payslip of October 2025');
      t.script.decide = ({ action }) => (action.startsWith('salary') ? stepUp : PERMIT);
      expect(await ask(text)).toMatchObject({ verdict: 'step-up', slots: { month: '2025-09' } });
      t.script.decide = () => PERMIT;
      expect((await ask(text, `q-${text}`)).slots).toEqual({ month: '2025-09' });
    }
  });

  it('is not told again in place of a time that is not understood', async () => {
    for (const text of ['and 31 April', 'and 13/2025', 'and on 30 February?', 'und 9999', 'and in 2025-00']) {
      expect((await ask('my payslip of October 2025')).slots).toEqual({ month: '2025-10' });
      ports = { ...ports, recogniser: { ...ports.recogniser, recognise: quiet(text) } };
      expect([text, await ask(text)]).toMatchObject([text, { verdict: 'which', asks: { slot: { name: 'month' } } }]);
    }
  });

  it('is not told again for a word that may be another time', async () => {
    for (const word of ['Blorp', 'blorp']) {
      await ask('my payslip of October 2025');
      const judgement = await ask(`and ${word}`);
      expect(judgement.verdict).toBe('which');
    }
    // Whoever that is, the month stays for the next.
    await ask('and Zoltan');
    expect((await ask('and Mona')).slots).toEqual({ month: '2025-10' });
    await ask('my payslip of October 2025');
    expect((await ask('and blorp in May')).slots).toEqual({ month: '2026-05' });
  });

  it('may be asked for once more in so many words', async () => {
    await ask('my payslip');
    const texts = [
      'can I have August too',
      'and July as well please',
      'no, June',
      'sorry, I meant May',
      'ich meinte April',
    ];
    const slots: unknown[] = [];
    for (const text of texts) slots.push((await ask(text)).slots['month']);
    expect(slots).toEqual(['2026-08', '2026-07', '2026-06', '2026-05', '2026-04']);
  });

  it('was about people of theirs, and of none in particular: then it is asked which of them', async () => {
    t.script.decide = ({ about }) => (about === 'other' ? REFUSE : PERMIT);
    state = withTurn(state, { at: now, verdict: 'which', intent: 'leave.balance', topics: ['leave'], about: 'report' });
    expect(said(await ask('and last week?'))).toBe('which leave.balance report null {}');
  });

  it('says whom a pronoun of a whole question means', async () => {
    expect(said(await ask("Mona's payslip"))).toBe('answer salary.payslip other mona {}');
    expect(said(await ask('how much leave has she left'))).toBe('answer leave.balance other mona {}');
    now += 11 * MINUTE;
    expect(said(await ask('how much leave has she left'))).toBe('which leave.balance other null {}');
  });

  it('of somebody whom nobody knows is about another', async () => {
    t.script.decide = ownPay;
    await ask('my payslip');
    expect(said(await ask('and Zoltan?'))).toBe('refuse salary.payslip other null {}');
  });

  it('does not hide what a strange word may ask: the text itself is judged as well, by the strictest', async () => {
    t.script.decide = ownPay;
    const salary = { ...recognised('salary.payslip', ['salary']) };
    ports = {
      ...ports,
      recogniser: {
        recognise: ({ text }) => (/salry/.test(text) ? salary : recognise(text)),
        knows: (word) => word !== 'salry',
      },
    };
    // Slips of the pen may be anything, also where there is nothing to go on with.
    expect(said(await ask("what about Mona's salry"))).toBe('refuse salary.payslip other mona {}');
    await ask('how much leave have I left');
    expect(said(await ask("what about Mona's salry"))).toBe('refuse salary.payslip other mona {}');
  });

  it('does not hide what else such a text was taken for, where a foreign model names something beside it', async () => {
    t.script.decide = ({ action }) => (action === 'salary.all' ? REFUSE : PERMIT);
    await ask('my payslip');
    const own = recognised('salary.all');
    const named: Recognition = { ...recognised('salary.payslip'), also: ['salary.all'], own };
    ports = { ...ports, recogniser: { knows: (word) => word !== 'salry', recognise: () => named } };
    expect(said(await ask('same for my salry'))).toBe('refuse salary.all other null {}');
  });

  it('is gone on with whatever a foreign model names', async () => {
    t.script.decide = ownPay;
    await ask("Mona's payslip");
    const own = { ...recognised(null), ranking: ['leave.policy', 'salary.payslip'] };
    const named: Recognition = { ...recognised('leave.policy'), own };
    ports = { ...ports, recogniser: { ...ports.recogniser, recognise: () => named } };
    expect((await ask('and my blorp of last month?')).verdict).toBe('refuse');
  });

  it('has no guard suspect what has no word of its own, but what is hidden in it', async () => {
    const wary: Recognition = recognised(null, ['salary']);
    await ask('how much leave have I left');
    t.script.decide = ({ action }) => (action === 'salary.suspected' ? REFUSE : PERMIT);
    ports = { ...ports, recogniser: { ...ports.recogniser, recognise: () => wary } };
    for (const text of ['and last year?', 'und Mona?', "et l'année dernière ?", 'October'])
      expect([text, (await ask(text)).verdict]).toEqual([text, 'answer']);
    for (const text of ['and Mona 💰?', 'Mona $?', 'and m y p a y', 'and last year <pay>', 'et l n c s d Mona'])
      expect([text, (await ask(text)).verdict]).toEqual([text, 'refuse']);
  });

  it('is not what a text with words of its own goes on with, but where nothing else was made of them and it is likely', async () => {
    await ask('my payslip');
    const making = (recognition: Recognition) => {
      ports = { ...ports, recogniser: { ...ports.recogniser, recognise: () => recognition } };
    };
    making(recognised('leave.policy'));
    expect((await ask('and my blorp of last month?')).intent?.id).toBe('leave.policy');
    making(recognised('salary.payslip'));
    await ask('my payslip');
    making(recognised(null));
    expect((await ask('and my blorp of last month?')).verdict).toBe('unknown');
    making({ ...recognised(null), ranking: ['leave.policy', 'salary.payslip'] });
    // Of whom a strange word speaks is not known.
    expect(said(await ask('and my blorp of last month?'))).toBe('which salary.payslip other null {"month":"2026-10"}');
  });

  it('fades after ten minutes, and then such a text asks nothing', async () => {
    await ask('my payslip');
    now += 10 * MINUTE - 1;
    expect((await ask('and last month?')).intent?.id).toBe('salary.payslip');
    now += 10 * MINUTE;
    expect(await ask('and last month?')).toMatchObject({ verdict: 'unknown', intent: null });
  });

  it('fades where two messages that were about nothing came between, and no sooner', async () => {
    await ask('my payslip');
    await ask('gibberish');
    await ask('gibberish');
    expect((await ask('October?')).intent?.id).toBe('salary.payslip');
    await ask('gibberish');
    await ask('gibberish');
    await ask('gibberish');
    expect((await ask('October?')).verdict).toBe('unknown');
  });

  it('is the last thing that was asked, and none of those before', async () => {
    await ask('my payslip');
    await ask('how much leave have I left');
    expect((await ask('and last year?')).intent?.id).toBe('leave.balance');
  });

  it('that cannot be read is nothing harmless: such a text is not understood', async () => {
    for (const memory of ['?', '{}', '', '{"startedAt":1,"turns":[{"at":1}]}']) {
      state = parseState(memory, now);
      expect(await ask('and last year?')).toMatchObject({ verdict: 'unknown', intent: null });
    }
    state = freshState(now);
    expect((await ask('and Mona?')).verdict).toBe('unknown');
  });

  it('of an older program, which kept nobody and no month, is gone on with as far as it goes', async () => {
    const older = (about: string) =>
      JSON.stringify({
        startedAt: now,
        turns: [{ at: now, verdict: 'answer', intent: 'salary.payslip', topics: ['salary'], about }],
      });
    state = parseState(older('self'), now);
    expect(said(await ask('and last month?'))).toBe('answer salary.payslip self evan {"month":"2026-10"}');
    state = parseState(older('other'), now);
    expect(said(await ask('and last month?'))).toBe('which salary.payslip other null {"month":"2026-10"}');
  });

  it('of an intent that the pack has no more keeps its topics', async () => {
    t.script.decide = ({ action }) => (action === 'salary.suspected' ? REFUSE : PERMIT);
    const turn = {
      at: now,
      verdict: 'answer',
      intent: 'salary.gone',
      topics: ['salary'],
      about: 'self',
      subject: 'evan',
    };
    state = parseState(JSON.stringify({ startedAt: now, turns: [turn] }), now);
    expect(await ask('and last month?')).toMatchObject({ verdict: 'refuse', intent: null, refusedTopic: 'salary' });
  });

  it('of somebody who has left the directory is about nobody who is known', async () => {
    t.script.decide = ownPay;
    state = withTurn(state, {
      at: now,
      verdict: 'answer',
      intent: 'salary.payslip',
      topics: ['salary'],
      about: 'report',
      subject: 'gone',
    });
    expect(said(await ask('and last month?'))).toBe('refuse salary.payslip other null {"month":"2026-10"}');
  });

  it('remembers whom and when only as long as it may be gone on with', async () => {
    await ask('my payslip');
    await ask('and last month?');
    for (const text of ['gibberish', 'gibberish', 'gibberish']) await ask(text);
    expect(written(state)).not.toMatch(/evan|2026-10/);
    await ask('and last month?');
    await ask('my payslip of October 2025');
    now += 11 * MINUTE;
    await ask('how much leave have I left');
    expect(written(state)).not.toMatch(/2025-10/);
  });

  it('is what a question that waited for a sign-in goes on with, whatever was asked meanwhile', async () => {
    const stepUp: Decision = { ...(REFUSE as Extract<Decision, { effect: 'refuse' }>), helps: 'sign-in' };
    await ask('my payslip');
    t.script.decide = ({ action }) => (action.startsWith('salary') ? stepUp : PERMIT);
    expect((await ask('and last month?')).verdict).toBe('step-up');
    for (const text of ['how much leave', 'and now?', 'leave again', 'how much leave']) await ask(text);
    t.script.decide = () => PERMIT;
    expect(said(await ask('and last month?', 'q-and last month?'))).toBe(
      'answer salary.payslip self evan {"month":"2026-10"}',
    );
    expect((await ask('and last month?', 'another')).verdict).toBe('unknown');
  });

  it('fills what was asked for', async () => {
    expect(await ask('my statement')).toMatchObject({
      verdict: 'which',
      asks: { slot: { name: 'year' }, values: ['2026', '2025'] },
    });
    expect(said(await ask('2024'))).toBe('answer salary.statement self evan {"year":"2024"}');
    expect((await ask('between 2023 and 2024')).verdict).toBe('which');
    expect(said(await ask('last year, please'))).toBe('answer salary.statement self evan {"year":"2025"}');
  });

  it('is asked for only where the answer would be permitted', async () => {
    t.script.decide = ownPay;
    expect((await ask("Mona's statement")).verdict).toBe('refuse');
    expect((await ask('my statement')).verdict).toBe('which');
  });

  it('asks back where an optional month was said and is no month', async () => {
    expect(await ask('my payslip of last year')).toMatchObject({ verdict: 'which', asks: { slot: { name: 'month' } } });
    expect(said(await ask('October'))).toBe('answer salary.payslip self evan {"month":"2026-10"}');
  });

  it('goes by the day where they are: by the message, then the directory, then the country', async () => {
    now = Date.parse('2026-11-01T03:30:00Z');
    const month = async (o: Partial<Person>, timeZone: string | null) => {
      const { slots } = await judge({
        ports,
        asked: { kind: 'text', text: 'my payslip of last month', timeZone },
        person: { ...EVAN, ...o },
        platform: 'teams',
        place: 'direct',
        state: freshState(now),
      });
      return slots['month'];
    };
    // Evan's country is the United States: there it is October still.
    expect(await month({}, null)).toBe('2026-09');
    expect(await month({ timeZone: 'Europe/Berlin' }, null)).toBe('2026-10');
    expect(await month({ timeZone: 'Europe/Berlin' }, 'America/Denver')).toBe('2026-09');
    expect(await month({ country: 'DE' }, 'Mars/Base')).toBe('2026-10');
  });

  it('is of the day when it was written, however long it waited', async () => {
    now = Date.parse('2026-11-01T12:00:00Z');
    const month = async (at: string) => {
      const { slots } = await judge({
        ports,
        asked: { kind: 'text', text: 'my payslip of last month', at: Date.parse(at) },
        person: EVAN,
        platform: 'slack',
        place: 'direct',
        state: freshState(now),
      });
      return slots['month'];
    };
    expect(await month('2026-10-31T23:55:00Z')).toBe('2026-09');
    expect(await month('2026-11-01T11:55:00Z')).toBe('2026-10');
    expect(await month('2027-02-01T00:00:00Z')).toBe('2026-10');
  });

  it('never changes what a bare text is about, whatever the recogniser makes of it', async () => {
    const texts = ['and last year?', 'and Mona?', 'October', 'y el mes pasado', 'was ist mit ihr', 'what about mine'];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...texts),
        fc.constantFrom(null, ...TALK_INTENTS.map(({ id }) => id)),
        fc.constantFrom('salary.payslip', 'salary.all', 'leave.balance'),
        async (text, guess, before) => {
          const intent = TALK_INTENTS.find(({ id }) => id === before) ?? null;
          const judgement = {
            intent,
            topics: [before.split('.')[0] ?? ''],
            about: 'self' as const,
            refusedTopic: null,
            onSuspicion: false,
          };
          const memory = withTurn(
            freshState(now),
            turnOf({ at: now, verdict: 'answer', judgement: { ...judgement, subject: EVAN } }),
          );
          const fooled = { ...ports.recogniser, recognise: () => recognised(guess) };
          const judged = await judge({
            ports: { ...ports, recogniser: fooled },
            asked: { kind: 'text', text },
            person: EVAN,
            platform: 'slack',
            place: 'direct',
            state: memory,
          });
          expect(judged.intent?.id).toBe(before);
          expect(judged.topics).toContain(before.split('.')[0]);
        },
      ),
    );
  });
});
