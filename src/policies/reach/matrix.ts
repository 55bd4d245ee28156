/** A policy as a table for people: what comes of every request, in as few rows as say it, one line each, in an order that stays. */
import { SottoError } from '../../core/errors.ts';
import { boxesOf } from './boxes.ts';
import { enumerate, type TrialPack } from './enumerate.ts';
import { COLUMNS, rowOf } from './matrix-row.ts';
import type { Running } from './running.ts';
import { EVER } from './time-cut.ts';

/** More rows than this nobody reads. */
const MOST_ROWS = 2_000;

/** A row for each group of requests that come out alike; every request is in exactly one. Refuses with `usage` beyond 2,000 rows. */
export const matrixOf = async (
  o: Omit<Running, 'progress'> & { readonly pack: TrialPack },
): Promise<readonly (readonly string[])[]> => {
  const { rules, actions } = o.pack;
  const judged = await enumerate({ ...o, rules, actions: [...actions.keys()], span: EVER, progress: () => {} });
  const rows = judged.flatMap((it) => boxesOf(it).map((box) => rowOf(box, it.cuts)));
  if (rows.length > MOST_ROWS) {
    throw new SottoError(
      'usage',
      `The table would have ${rows.length} rows, and more than ${MOST_ROWS} nobody reads. Let the rules name fewer groups, places and times together.`,
    );
  }
  return rows;
};

const INTRODUCTION = `# The policy as a table

Written by \`npm run matrix\` from the pack that ships; a test compares the two, so that a change of policy is a difference that a
reviewer sees. Do not edit it by hand.

Every request of somebody is in exactly one row: an intent, a data class (\`data:…\`) or what a topic's guard suspects (\`….suspected\`),
asked by a kind of person, in or not in groups, in a place, about themselves, a report or others, after a strong sign-in of an age.
\`any\`: it makes no difference. \`step-up\` and \`private\` say what would make it an answer. A restriction of HR's comes on top.
`;

/** As Markdown, a table for each topic. */
export const matrixText = (rows: readonly (readonly string[])[], topicOf: (action: string) => string): string => {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const topics = Map.groupBy(rows, ([action = '']) => topicOf(action));
  const tables = [...topics].map(([topic, own]) =>
    [`## ${topic}`, '', line(COLUMNS), line(COLUMNS.map(() => '---')), ...own.map(line), ''].join('\n'),
  );
  return [INTRODUCTION, ...tables].join('\n');
};
