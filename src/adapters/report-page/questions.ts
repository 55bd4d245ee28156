/** Questions over time, by topic, and refusals by group. */
import { type GroupRow, NO_TOPIC, type Outcome, REST } from '../../core/report/types.ts';
import type { PersonKind } from '../../core/types.ts';
import { barsMarkup, legendMarkup } from './charts.ts';
import { overTimeMarkup } from './over-time.ts';
import type { Made } from './page.ts';
import { type Section, softly } from './section.ts';
import { foldedTable } from './table.ts';

const nameOf = ({ verdicts }: Outcome, { words }: Made): string => {
  const [first, ...more] = verdicts.map((verdict) => words.verdicts[verdict]);
  return more.length === 0 ? (first ?? '') : words.several({ names: [first ?? '', ...more] });
};

const colourOf = ({ verdicts }: Outcome): string => `c-${verdicts.length === 1 ? verdicts[0] : 'several'}`;

export const questionsSection = (made: Made): Section => {
  const { report, words } = made;
  const { questions } = report;
  if (questions === null) return { id: 'questions', words: words.questions, body: softly(words.first.fewQuestions) };
  const rows = questions.outcomes.map((outcome) => ({
    name: nameOf(outcome, made),
    colour: colourOf(outcome),
    sum: outcome.count,
    time: outcome.time,
  }));
  return {
    id: 'questions',
    words: words.questions,
    body: overTimeMarkup(made, { id: 'q', caption: words.questions.what, rows }) + softly(words.fewMark),
  };
};

const topicName = (topic: string, { words }: Made): string => {
  if (topic === NO_TOPIC) return words.noTopic;
  return topic === REST ? words.rest : topic;
};

export const topicsSection = (made: Made): Section => {
  const { report, words, figures } = made;
  const { questions } = report;
  if (questions === null) return { id: 'topics', words: words.topics, body: softly(words.first.fewQuestions) };
  const { outcomes } = questions;
  const shown = outcomes.map((outcome) => ({
    outcome,
    topics: new Map(outcome.topics.apart.map(({ what, count }) => [what, count])),
  }));
  const sumOf = (topic: string): number => shown.reduce((sum, { topics }) => sum + (topics.get(topic) ?? 0), 0);
  const topics = [...new Set(shown.flatMap(({ topics: some }) => [...some.keys()]))].sort(
    (left, right) => sumOf(right) - sumOf(left) || (left < right ? -1 : 1),
  );
  const legend = legendMarkup(outcomes.map((outcome) => ({ name: nameOf(outcome, made), colour: colourOf(outcome) })));
  const rows = topics.map((topic) => {
    const parts = shown.flatMap(({ outcome, topics: some }) => {
      const value = some.get(topic);
      const says = `${nameOf(outcome, made)}: ${figures.number(value ?? 0)}`;
      return value === undefined ? [] : [{ value, colour: colourOf(outcome), says }];
    });
    return {
      name: topicName(topic, made),
      sum: figures.number(sumOf(topic)),
      parts,
      says: parts.map(({ says }) => says).join('; '),
    };
  });
  const value = (count: number | undefined): string | null =>
    count === undefined || count === 0 ? null : figures.number(count);
  const table = foldedTable(words.table, {
    caption: words.topics.what,
    columns: [{ what: words.topic }, ...outcomes.map((outcome) => ({ what: nameOf(outcome, made), number: true }))],
    rows: [
      ...topics.map((topic) => [topicName(topic, made), ...shown.map(({ topics: some }) => value(some.get(topic)))]),
      ...(outcomes.some((outcome) => outcome.topics.together > 0)
        ? [[words.topicsTogether, ...outcomes.map((outcome) => value(outcome.topics.together))]]
        : []),
    ],
    foot: [words.total, ...outcomes.map(({ count }) => figures.number(count))],
    as: 'wide' as const,
  });
  return { id: 'topics', words: words.topics, body: legend + barsMarkup({ id: 't', rows }) + table };
};

const KINDS: readonly PersonKind[] = ['employee', 'contractor', 'guest', 'external'];

const groupName = ({ of, what }: GroupRow, { words }: Made): string => {
  if (of === 'not-recorded') return words.notRecorded;
  const kind = KINDS.find((one) => of === 'kind' && one === what);
  return kind === undefined ? what : words.kinds[kind];
};

export const groupsSection = (made: Made): Section => {
  const { report, words, figures } = made;
  const { refusals, questions } = report;
  const section = (body: string): Section => ({ id: 'groups', words: words.groups, body });
  if (refusals === null) return section(softly(questions === null ? words.first.fewQuestions : words.groupsNotAlone));
  const rows = refusals.groups.map((row) => ({
    name: groupName(row, made),
    sum: figures.number(row.count),
    parts: [{ value: row.count, colour: 'c-refuse', says: figures.number(row.count) }],
    says: `${words.verdicts.refuse}: ${figures.number(row.count)}`,
  }));
  const table = {
    caption: words.groups.what,
    columns: [{ what: words.group }, { what: words.count, number: true }],
    rows: rows.map(({ name, sum }) => [name, sum]),
    as: 'wide' as const,
  };
  const withheld = refusals.withheld ? softly(words.groupsWithheld) : '';
  const also = report.dataRefused === null ? '' : softly(words.also.dataRefused(figures.number(report.dataRefused)));
  return section(
    (rows.length === 0 ? '' : barsMarkup({ id: 'g', rows }) + foldedTable(words.table, table)) + withheld + also,
  );
};
