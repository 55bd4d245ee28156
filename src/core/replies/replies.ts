import type { Locale, PerLocale } from '../types.ts';
import { de } from './de.ts';
import { en } from './en.ts';
import type { Replies } from './shape.ts';

const all: PerLocale<Replies> = { en, de };

/** The bot's sentences in one language. */
export const repliesIn = (locale: Locale): Replies => all[locale];
