import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SottoError } from '../../../src/core/errors.ts';
import { repliesIn } from '../../../src/core/replies/replies.ts';
import type { ReachRow } from '../../../src/core/restricting-ports.ts';
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts';
import { createHrStage, type HrStage, PAY_FREEZE } from '../../support/hr-stage.ts';
import { NOTHING_TRIED } from '../../support/played-restricting.ts';
import { until } from '../../support/until.ts';

describe('what a change would do', () => {
  let stage: HrStage;
  let clock: FakeClock;
  beforeEach(() => {
    clock = createFakeClock(Date.parse('2026-11-26T10:00:00.000Z'));
    stage = createHrStage({ clock });
  });
  afterEach(() => stage.close());

  const begun = async (): Promise<void> => {
    await stage.say('hugo', 'restrictions');
    const { form } = await stage.open('hugo', 'New');
    await stage.send('hugo', form, PAY_FREEZE);
  };
  const shown = (): string => stage.read('hugo');

  it('is counted by intent, group and place, and says what rests on suspicion alone, and what is withheld', async () => {
    stage.t.script.restricting.dryRun = async () => ({
      questions: 1_234,
      distinct: 90,
      refused: { questions: 120, people: 31 },
      permitted: null,
      none: { refused: false, permitted: false },
      rows: {
        refused: [
          { by: 'intent', what: 'salary.payslip', questions: 100, people: 30 },
          { by: 'group', what: 'employee', questions: 120, people: 31 },
          { by: 'place', what: 'direct, channel', questions: 120, people: 31 },
        ],
        permitted: [],
      },
      withheld: true,
      onSuspicionAlone: 0.25,
    });
    stage.t.script.restricting.reach = async () => ({
      cells: 10,
      rows: [
        {
          groups: ['payroll'],
          intents: ['salary.payslip'],
          about: ['self', 'other'],
          places: ['direct'],
          signIn: true,
          show: 'view',
        },
      ],
    });
    const { text } = await stage.draft('hugo', PAY_FREEZE);
    expect(text).toContain(
      [
        'The last 30 days (1,234 questions), tried out:',
        '120 questions of 31 people would be refused that were answered.',
        'By question: title of salary.payslip: 100 questions of 30 people.',
        'By group: employee: 120 questions of 31 people.',
        'By place: private chats, channels: 120 questions of 31 people.',
        '25 % of these are refused on suspicion alone: how they were put sounded like it.',
        'Questions of fewer than five people could be answered that were refused.',
        'Rows of fewer than five people are left out or joined.',
        '',
        'Who can still ask:',
        '• payroll: title of salary.payslip; about themselves and about anybody, in private chats, after a strong sign-in',
      ].join('\n'),
    );
  });

  it('says how much more there is where not all of it has room', () => {
    const intents = Array.from({ length: 7 }, (_, n) => `it.q${n}`);
    const row: ReachRow = {
      groups: ['hr'],
      intents,
      about: ['self'],
      places: ['direct', 'group'],
      signIn: false,
      show: 'view',
    };
    const rows = Array.from({ length: 10 }, (_, n) => ({
      by: 'group' as const,
      what: `g${n}`,
      questions: 9,
      people: 5,
    }));
    const run = {
      ...NOTHING_TRIED,
      questions: 90,
      refused: { questions: 90, people: 50 },
      rows: { refused: rows, permitted: [] },
    };
    for (const [locale, still, tried] of [
      ['en', 'hr: it.q0, it.q1, it.q2, it.q3, it.q4 and 2 more; ', 'g7: 9 questions of 5 people; 2 more.'],
      ['de', 'hr: it.q0, it.q1, it.q2, it.q3, it.q4 und 2 weitere; ', 'g7: 9 Fragen von 5 Personen; 2 weitere.'],
    ] as const) {
      const { trial } = repliesIn(locale).restricting;
      expect(trial.reach({ reach: { cells: 1, rows: [row] }, title: (id) => id })).toContain(still);
      expect(trial.dryRun({ run: { ...run, none: { refused: false, permitted: true } }, title: (id) => id })).toContain(
        tried,
      );
    }
  });

  it('is drawn while it runs, ten updates at most and none within a second and a half, and has no buttons before it is done', async () => {
    const seen: string[] = [];
    stage.t.script.update = (_ref, card) => {
      seen.push(card.text);
      expect(card.buttons.length > 0).toBe(!/[▓░]/.test(card.text));
      return null;
    };
    stage.t.script.restricting.dryRun = async ({ progress }) => {
      for (let done = 0; done <= 100; done++) {
        progress({ done, total: 100 });
        await clock.advance(500);
        await new Promise(setImmediate);
      }
      return NOTHING_TRIED;
    };
    await begun();
    await stage.previewed('hugo');
    const drawn = seen.flatMap((text) => /^.*[▓░].*$/m.exec(text)?.[0] ?? []);
    expect(drawn.length).toBeGreaterThan(5);
    expect(seen.length).toBeLessThanOrEqual(10);
    expect(drawn[0]).toMatch(/^The last 30 days: [▓░]{10} [0-9]+ %$/);
    const percents = drawn.map((line) => Number(/([0-9]+) %/.exec(line)?.[1]));
    expect(percents).toEqual(percents.toSorted((a, b) => a - b));
  });

  it('is cut off in time, and says so: the change can be published all the same', async () => {
    stage.t.script.restricting.dryRun = ({ signal }) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(new SottoError('deadline', 'It took too long.')));
      });
    await begun();
    await until(() => /[▓░]/.test(shown()));
    await clock.advance(60_000);
    const card = await stage.previewed('hugo');
    expect(card.text).toContain('The last 30 days: this could not be looked at in time.');
    expect(card.text).toContain('Who can still ask: this could not be looked at in time.');
    expect(card.buttons[0]?.label).toBe('Publish');
  });

  it.each([
    ['usage', 'Who can still ask: this would take too long to look at.'],
    ['policy-invalid', 'Who can still ask: this could not be looked at just now.'],
  ] as const)('says where it fails with %s', async (code, line) => {
    stage.t.script.restricting.reach = async () => {
      throw new SottoError(code, 'No.');
    };
    const { text } = await stage.draft('hugo', PAY_FREEZE);
    expect(text).toContain(line);
    expect(text).toContain('The last 30 days: fewer than five people asked anything');
  });

  it('is said in a new message where the one that was begun is gone', async () => {
    stage.t.script.restricting.dryRun = async () => {
      const at = stage.t.messages.findIndex(({ card }) => /[▓░]/.test(card.text));
      stage.t.messages.splice(at, 1);
      return NOTHING_TRIED;
    };
    const card = await stage.draft('hugo', PAY_FREEZE);
    expect(card.buttons[0]?.label).toBe('Publish');
  });

  it('ends with the process, which says so', async () => {
    stage.t.script.restricting.dryRun = ({ signal }) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(new SottoError('deadline', 'Stopped.')));
      });
    await begun();
    await until(() => /[▓░]/.test(shown()));
    const background = stage.t.world.background as unknown as { stop(o: { graceMs: number }): Promise<void> };
    await background.stop({ graceMs: 5_000 });
    expect(shown()).toContain('could not be looked at in time');
    expect(stage.t.world.background.begin(async () => undefined)).toBe(false);
    await stage.say('hugo', 'restrictions');
    expect((await stage.press('hugo', 'Look')).text).toContain('I am looking at too many changes already.');
  });

  it('has nothing to press where the draft was discarded meanwhile', async () => {
    stage.t.script.restricting.dryRun = async () => {
      for (const { id } of await stage.t.store.proposals.all({ now: clock.now() }))
        await stage.t.store.proposals.drop({ id });
      return NOTHING_TRIED;
    };
    await begun();
    await until(() => shown().includes('This is not there any more.'));
    expect(stage.chat('hugo').at(-1)?.card.buttons).toEqual([]);
  });

  it('counts people by the roll, and says it without a count where there is none', async () => {
    stage.t.script.members = async () => {
      throw new SottoError('directory-unavailable', 'No roll.');
    };
    const { text } = await stage.draft('hugo', PAY_FREEZE);
    expect(text).toContain('From now on nobody except payroll can ask about topic salary.');
  });

  it('shows what an employee reads of each topic, where HR gave no words', async () => {
    const card = await stage.draft('hugo', { ...PAY_FREEZE, topics: ['leave', 'salary'] });
    const [, read = ''] = card.text.split('An employee will read (en):\n');
    const lines = read.split('\n').slice(0, 2);
    expect(lines).toEqual([
      expect.stringMatching(/^“This question about .*leave/i),
      expect.stringMatching(/^“This question about .*(salary|pay)/i),
    ]);
  });

  it('shows the words in each language, as an employee will read them, with whom to ask and their rights', async () => {
    const { text } = await stage.draft('hugo', {
      ...PAY_FREEZE,
      'words-en': ['Pay is closed.'],
      'contact-en': ['Pia'],
      'rights-en': ['You may ask in writing.'],
    });
    expect(text).toContain('An employee will read (en):\n“Pay is closed. Please ask Pia. You may ask in writing.”');
    expect(text).toContain('An employee will read (de):\n“Diese Frage zum Thema');
  });
});
