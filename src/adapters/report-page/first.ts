/** The first screen: whether the record can be relied on, what happened in a sentence each, and the few numbers that most look for. */
import type { LogFacts, Questions, Report } from '../../core/report/types.ts';
import type { Verdict } from '../../core/types.ts';
import { escaped } from '../bounded/html.ts';
import type { Made } from './page.ts';

/** Of a verdict that stands by itself; null: it does not. A verdict that nobody's question had is none. */
export const countOfVerdict = (questions: Questions | null, verdict: Verdict): number | null => {
  if (questions === null) return null;
  const found = questions.outcomes.find(({ verdicts }) => verdicts.includes(verdict));
  return found === undefined ? 0 : found.verdicts.length === 1 ? found.count : null;
};

/** Of all logs together: the worst of them. */
export const foundOf = (logs: readonly LogFacts[]): LogFacts['found'] => {
  if (logs.some(({ found }) => found === 'not-sound')) return 'not-sound';
  return logs.length === 0 || logs.some(({ found }) => found === 'not-checked') ? 'not-checked' : 'sound';
};

const record = ({ words, logs, compared, figures }: Made): string => {
  const found = foundOf(logs);
  const { record: said } = words;
  const line = (strong: string, then: string): string =>
    `<p><strong>${escaped(strong)}</strong></p><p>${escaped(then)}</p>`;
  if (logs.length === 0) return `<div class="record not-checked"><p><strong>${escaped(said.none)}</strong></p></div>`;
  if (found === 'not-sound') return `<div class="record not-sound">${line(said.notSound, said.notSoundThen)}</div>`;
  if (found === 'not-checked')
    return `<div class="record not-checked">${line(said.notChecked, said.notCheckedThen)}</div>`;
  const entries = figures.number(logs.reduce((sum, log) => sum + log.entries, 0));
  const [first = '', ...rest] = said.sound({ logs: logs.length, entries, compared }).split('. ');
  return [
    // Nobody can say that nothing is missing at its end: that is no green light.
    `<div class="record ${compared ? 'sound' : 'not-checked'}"><p><strong>${escaped(first)}.</strong> ${escaped(rest.join('. '))}</p>`,
    compared ? '' : `<p class="soft">${escaped(said.notCompared)}</p>`,
    '</div>',
  ].join('');
};

const sentences = ({ report, words, figures: { number } }: Made): readonly string[] => {
  const { first } = words;
  const { questions, removals, restrictions, rejected } = report;
  const said = (count: number | null): string | null => (count === null ? null : number(count));
  const answered = said(countOfVerdict(questions, 'answer'));
  const refused = said(countOfVerdict(questions, 'refuse'));
  return [
    questions === null
      ? first.fewQuestions
      : `${first.questions({ total: number(questions.total), people: number(questions.people), more: questions.more })} ${first.ended({ answered, refused })}`,
    removals === null
      ? first.noRemovals
      : first.removals({
          total: number(removals.total),
          onTime: number(removals.lateness['on-time']),
          late: number(removals.lateness['late-ours'] + removals.lateness['late-theirs']),
          refused: number(removals.lateness.refused),
        }),
    restrictions.inForce === 0
      ? first.noRestrictions
      : first.restrictions({
          inForce: number(restrictions.inForce),
          approved: number(restrictions.approved),
          one: restrictions.inForce === 1,
        }),
    rejected.total === 0
      ? first.noRejected
      : first.rejected({ total: number(rejected.total), one: rejected.total === 1 }),
  ];
};

const onTimeShare = ({ removals }: Report, { number, share }: Made['figures']): string | null =>
  removals === null
    ? null
    : removals.lateness['on-time'] === removals.total
      ? number(removals.total)
      : share(removals.lateness['on-time'], removals.total);

export const firstScreen = (made: Made): string => {
  const { report, words, figures } = made;
  const { questions, restrictions, rejected } = report;
  const count = (value: number | null): string | null => (value === null ? null : figures.number(value));
  const shown: readonly (readonly [string, string | null])[] = [
    [words.figures.questions, count(questions?.total ?? null)],
    [words.figures.answered, count(countOfVerdict(questions, 'answer'))],
    [words.figures.refused, count(countOfVerdict(questions, 'refuse'))],
    [words.figures.onTime, onTimeShare(report, figures)],
    [words.figures.restrictions, count(restrictions.inForce)],
    [words.figures.rejected, count(rejected.total)],
  ];
  return [
    record(made),
    `<div class="lead">${sentences(made)
      .map((sentence) => `<p>${escaped(sentence)}</p>`)
      .join('')}</div>`,
    '<dl class="figures">',
    ...shown.map(
      ([what, value]) =>
        `<div><dt>${escaped(what)}</dt>${value === null ? `<dd class="few">${escaped(words.figures.notShown)}</dd>` : `<dd>${escaped(value)}</dd>`}</div>`,
    ),
    '</dl>',
  ].join('');
};
