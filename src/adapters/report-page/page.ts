/**
 * The report as one page: nothing is fetched, no script runs, and what the log holds is text wherever it stands. The first screen says in words what happened; below, each
 * chart has its exact table; the end says what all of it rests on.
 */
import type { LogFacts, Officer, Report } from '../../core/report/types.ts';
import type { ReportWords } from '../../core/report/words-shape.ts';
import type { Locale } from '../../core/types.ts';
import { escaped } from '../bounded/html.ts';
import { auditorSection } from './auditor.ts';
import { type Figures, figuresIn } from './figures.ts';
import { firstScreen } from './first.ts';
import { deedsSection, restrictionsSection, runsSection, signInsSection } from './officers.ts';
import { groupsSection, questionsSection, topicsSection } from './questions.ts';
import { rejectedSection, removalsSection } from './removals.ts';
import type { Section } from './section.ts';
import { STYLE, STYLE_SOURCE } from './style.ts';

export interface ReportPageOptions {
  readonly report: Report;
  /** Empty: there is no log. */
  readonly logs: readonly LogFacts[];
  /** Whether somebody knew how long each log must be. */
  readonly compared: boolean;
  readonly locale: Locale;
  readonly words: ReportWords;
  /** ms since the epoch. */
  readonly madeAt: number;
  /** Of Sotto. */
  readonly version: string;
  /** How an officer is called. */
  nameOf(officer: Officer): string;
}

/** What every part of the page is made from. */
export interface Made extends ReportPageOptions {
  readonly figures: Figures;
}

/** `frame-ancestors` counts only in a header. */
const POLICY = `default-src 'none'; style-src ${STYLE_SOURCE}; base-uri 'none'; form-action 'none'`;

export const reportPage = (options: ReportPageOptions): string => {
  const { locale, words, report } = options;
  const made: Made = { ...options, figures: figuresIn(words.tag) };
  const { day } = made.figures;
  const period = words.period({ from: day(report.period.since), to: day(report.period.until - 1) });
  const sections = [
    questionsSection(made),
    topicsSection(made),
    groupsSection(made),
    removalsSection(made),
    restrictionsSection(made),
    signInsSection(made),
    rejectedSection(made),
    deedsSection(made),
    runsSection(made),
    auditorSection(made, period),
  ];
  return [
    `<!doctype html><html lang="${locale}"><head><meta charset="utf-8">`,
    `<meta http-equiv="content-security-policy" content="${POLICY}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="referrer" content="no-referrer"><meta name="robots" content="noindex">',
    `<title>${escaped(`${words.what} · ${period}`)} · Sotto</title><style>${STYLE}</style></head>`,
    '<body><div class="page"><header><p class="brand">Sotto</p>',
    `<h1>${escaped(words.what)}</h1><p class="period">${escaped(period)} (UTC)</p>`,
    report.period.until > options.madeAt ? `<p class="soft">${escaped(words.lastDay)}</p>` : '',
    '</header><main>',
    firstScreen(made),
    `<nav class="contents" aria-label="${escaped(words.contents)}"><ul>`,
    ...sections.map(({ id, words: { what } }) => `<li><a href="#${id}">${escaped(what)}</a></li>`),
    '</ul></nav>',
    ...sections.map(sectionMarkup),
    '</main></div></body></html>\n',
  ].join('');
};

const sectionMarkup = ({ id, words, body }: Section): string =>
  [
    `<section id="${id}" aria-labelledby="${id}-h"><header><h2 id="${id}-h">${escaped(words.what)}</h2>`,
    `<p>${escaped(words.says)}</p></header><div>${body}</div></section>`,
  ].join('');
