/** Buttons of an Adaptive Card: in rows that a phone can draw, and told apart by whoever hears them. */
import { spokenLabels } from '../../core/spoken.ts';
import type { Button, CardLink } from '../../core/types.ts';
import { oneLine, shortened } from './lines.ts';

type Json = Readonly<Record<string, unknown>>;

/** What a button brings back. */
export type ButtonData = (button: Button) => Json;

/** Characters of a label, and of what is heard of it. */
const LONGEST_LABEL = 75;
const LONGEST_SPOKEN = 120;

const MOST_BUTTONS = 24;

/**
 * Teams draws six buttons of a set and drops the rest, and a phone lays a set out in one row, whose labels it cuts. So a row has three at
 * most. How wide they may be together, in characters, was measured with the vendor's own renderer on a screen of 390 px; what stands around
 * a label takes as much as four.
 */
const MOST_IN_ROW = 3;
const MOST_WIDE = 38;
const AROUND = 4;

/** Sets of buttons, one below the other. `about`: what they belong to, where a page has the same ones several times; null: the card. */
export const buttonSets = (
  buttons: readonly Button[],
  o: { readonly about: string | null; readonly data: ButtonData },
): readonly Json[] => {
  const drawn = buttons.slice(0, MOST_BUTTONS).map((button) => ({
    ...button,
    label: shortened(oneLine(button.label) || '…', LONGEST_LABEL),
  }));
  const spoken = spokenLabels(drawn, { about: o.about === null ? null : oneLine(o.about), most: LONGEST_SPOKEN });
  const actions = drawn.map((button, at) => actionOf(button, spoken[at] ?? null, o.data));
  return rowsOf(drawn.map(({ label }) => label.length + AROUND)).map(([from, to]) => ({
    type: 'ActionSet',
    actions: actions.slice(from, to),
  }));
};

/** Buttons that lead to a page, each in a row of its own. */
export const linkSets = (links: readonly CardLink[] = []): readonly Json[] =>
  links.slice(0, MOST_IN_ROW).map(({ label, url }) => ({
    type: 'ActionSet',
    actions: [{ type: 'Action.OpenUrl', title: shortened(oneLine(label) || '…', LONGEST_LABEL), url }],
  }));

const actionOf = (button: Button, spoken: string | null, data: ButtonData): Json => ({
  type: 'Action.Submit',
  title: button.label,
  ...(spoken === null ? {} : { tooltip: spoken }),
  data: data(button),
});

/** Where each row begins and ends. */
const rowsOf = (lengths: readonly number[]): readonly (readonly [number, number])[] => {
  const rows: [number, number][] = [];
  let used = 0;
  lengths.forEach((length, at) => {
    const row = rows.at(-1);
    if (row === undefined || at - row[0] >= MOST_IN_ROW || used + length > MOST_WIDE) {
      rows.push([at, at + 1]);
      used = length;
    } else {
      row[1] = at + 1;
      used += length;
    }
  });
  return rows;
};
