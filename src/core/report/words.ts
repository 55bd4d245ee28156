import type { Locale, PerLocale } from '../types.ts';
import { de } from './words-de.ts';
import { en } from './words-en.ts';
import type { ReportWords } from './words-shape.ts';

const WORDS: PerLocale<ReportWords> = { en, de };

export const reportWords = (locale: Locale): ReportWords => WORDS[locale];
