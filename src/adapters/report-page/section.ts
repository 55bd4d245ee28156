/** One part of the page below the first screen. */
import type { ChartWords } from '../../core/report/words-shape.ts';
import { escaped } from '../bounded/html.ts';

export interface Section {
  readonly id: string;
  readonly words: ChartWords;
  /** Markup. */
  readonly body: string;
}

export const softly = (text: string): string => `<p class="soft">${escaped(text)}</p>`;
