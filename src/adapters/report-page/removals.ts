/** Messages whose time was up, and what was turned away at the door. */
import { LATE_STEPS, LATENESS, REMOVAL_STATES, REST } from '../../core/report/types.ts';
import { escaped } from '../bounded/html.ts';
import { barsMarkup } from './charts.ts';
import { overTimeMarkup } from './over-time.ts';
import type { Made } from './page.ts';
import { type Section, softly } from './section.ts';
import { foldedTable } from './table.ts';

const COLOURS = {
  'on-time': 'c-answer',
  'late-ours': 'c-refuse',
  'late-theirs': 'c-which',
  refused: 'c-private-only',
} as const;

export const removalsSection = (made: Made): Section => {
  const { report, words, figures } = made;
  const { removals } = report;
  const section = (body: string): Section => ({ id: 'removals', words: words.removals, body });
  if (removals === null) return section(softly(words.first.noRemovals));
  const rows = LATENESS.filter((how) => removals.lateness[how] > 0).map((how) => ({
    name: words.lateness[how],
    colour: COLOURS[how],
    sum: removals.lateness[how],
    time: removals.time[how],
  }));
  const count = { what: words.count, number: true };
  const share = { what: words.share, number: true };
  const counted = (name: string, value: number, whole: number): readonly string[] => [
    name,
    figures.number(value),
    figures.share(value, whole),
  ];
  const states = foldedTable(words.table, {
    caption: words.state,
    columns: [{ what: words.state }, count, share],
    rows: REMOVAL_STATES.map((state) => counted(words.states[state], removals.states[state], removals.total)),
    foot: [words.total, figures.number(removals.total), ''],
    as: 'wide',
  });
  const left = removals.total - removals.lateness.refused;
  const late = foldedTable(words.table, {
    caption: words.lateBy,
    columns: [{ what: words.lateBy }, count, share],
    rows: removals.steps.map((value, at) => {
      const [least, most] = [LATE_STEPS[at - 1], LATE_STEPS[at]];
      const name = words.step({
        least: least === undefined ? null : words.span(least),
        most: most === undefined ? null : words.span(most),
      });
      return counted(name, value, left);
    }),
    foot: [words.total, figures.number(left), ''],
  });
  return section(overTimeMarkup(made, { id: 'r', caption: words.removals.what, rows }) + states + late);
};

/** The reasons that a chart shows; the table has all. */
const MOST_BARS = 8;

export const rejectedSection = (made: Made): Section => {
  const { report, words, figures } = made;
  const { rejected } = report;
  const section = (body: string): Section => ({ id: 'rejected', words: words.rejected, body });
  if (rejected.total === 0) return section(softly(words.first.noRejected));
  const named = rejected.reasons.map(({ what, count }) => ({ name: what === REST ? words.rest : what, count }));
  const rows = named.slice(0, MOST_BARS).map(({ name, count }) => ({
    name,
    sum: figures.number(count),
    parts: [{ value: count, colour: 'bar', says: figures.number(count) }],
    says: `${words.count}: ${figures.number(count)}`,
  }));
  const all = [{ name: words.rejected.what, colour: 'bar', sum: rejected.total, time: rejected.time }];
  return section(
    [
      overTimeMarkup(made, { id: 'x', caption: words.rejected.what, rows: all }),
      `<h3>${escaped(words.reason)}</h3>`,
      barsMarkup({ id: 'xr', rows }),
      foldedTable(words.table, {
        caption: words.reason,
        columns: [{ what: words.reason }, { what: words.count, number: true }],
        rows: named.map(({ name, count }) => [name, figures.number(count)]),
        foot: [words.total, figures.number(rejected.total)],
        as: 'wide',
      }),
    ].join(''),
  );
};
