/** The bot's own page as an Adaptive Card in a dialog. */
import type { Home } from '../../core/types.ts';
import { cardOf, type Json, MOST_CARD, paragraph, sectionOf, size } from './card.ts';
import { oneLine } from './lines.ts';

export type RenderPage = (home: Home) => Json;

/**
 * Its sections, a line between two. A section is whole or not there, for half of one could say the opposite of all of it; what must stand
 * at the end has its room first. Where something was left out, a line says so: `noRoom`.
 */
export const createPageCard =
  (o: { readonly noRoom: string }): RenderPage =>
  ({ sections, last = [] }) => {
    const more = [paragraph(oneLine(o.noRoom), { spacing: 'large', small: true })];
    let left = MOST_CARD - size(cardOf(more));
    let all = true;
    const fitting = (cards: Home['sections']): readonly Json[] =>
      cards.flatMap((card, index) => {
        // The first one's line goes where nothing stands above it; see below.
        const made = sectionOf(card, true);
        const needs = made.length === 0 ? 0 : size(made) + index;
        if (needs > left) {
          all = false;
          return [];
        }
        left -= needs;
        return made;
      });
    const foot = fitting(last);
    const head = fitting(sections);
    const body = [...head, ...(all ? [] : more), ...foot];
    const [first, ...others] = body.length === 0 ? more : body;
    const { separator: _line, spacing: _room, ...plain } = first ?? {};
    return cardOf([plain, ...others]);
  };
