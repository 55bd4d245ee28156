/** A page as `sotto audit report` would write it of ninety days, or of whatever a test says of them. */
import { type ReportPageOptions, reportPage } from '../../../src/adapters/report-page/page.ts';
import { DAY_MS } from '../../../src/core/report/axis.ts';
import { createTallies } from '../../../src/core/report/tallies.ts';
import type { LogFacts } from '../../../src/core/report/types.ts';
import { reportWords } from '../../../src/core/report/words.ts';
import type { Locale } from '../../../src/core/types.ts';
import { auditDays } from '../../support/audit-days.ts';

export const SINCE = Date.UTC(2026, 8, 1);
const DAYS = 90;

export const NOTE =
  'slot-0\n34543\nqPdKAdVwyOo3BHDkoRyXsLCsF1CR2WlxYhWrVd2hEpw=\n\n\u2014 slot-0 Y/4J9yO1cJmG7v1bQyPzU3Sg3hFz1mO3yM2cKQ0v4i7uWlqN8kE1pT5rX9aBcDeFgHiJkLmNoPqRsTuVwXyZ01234567\n';

export const log = (changed: Partial<LogFacts> = {}): LogFacts => ({
  origin: 'slot-0',
  found: 'sound',
  entries: 34_543,
  pruned: 0,
  why: null,
  note: NOTE,
  ...changed,
});

type Entries = Iterable<Readonly<Record<string, unknown>>>;

export const pageOf = (
  o: {
    readonly entries?: Entries;
    readonly locale?: Locale;
    readonly since?: number;
    readonly days?: number;
  } & Partial<Omit<ReportPageOptions, 'report' | 'words' | 'locale'>> = {},
): string => {
  const { entries, locale = 'en', since = SINCE, days = DAYS, ...rest } = o;
  const tallies = createTallies({ period: { since, until: since + days * DAY_MS } });
  for (const entry of entries ?? auditDays({ since, days, people: 620, questions: 190 })) tallies.add(entry, 'slot-0');
  return reportPage({
    report: tallies.report(),
    logs: [log(), log({ origin: 'slot-1', entries: 1_204, pruned: 256 })],
    compared: true,
    locale,
    words: reportWords(locale),
    madeAt: since + days * DAY_MS + 7 * 3_600_000,
    version: '0.10.0',
    nameOf: ({ fingerprint }) => fingerprint.slice(0, 8),
    ...rest,
  });
};

const EVIL =
  '"><script>document.title="ran"</script><img src=x onerror=\'document.title="ran"\'>\u202e]]>--><svg onload=alert(1)>';

/** Whoever could write into the log, or chose names of topics, groups and rules, tries to make the page run or fetch something. */
export const hostileEntries = function* (): Entries {
  for (let person = 0; person < 12; person++)
    for (const verdict of ['answer', 'refuse'])
      yield {
        kind: 'decision',
        at: SINCE + person,
        question: EVIL,
        person: `${EVIL}${person}`,
        verdict,
        topics: [EVIL],
        groups: [EVIL, 'javascript:alert(1)'],
        personKind: EVIL,
      };
  const by = { by: EVIL, approvedBy: EVIL };
  yield { kind: 'restriction', at: SINCE, restriction: EVIL, change: 'published', version: 1, ...by };
  yield { kind: 'deed', at: SINCE, what: 'hold', on: 'topic', target: EVIL, by: EVIL };
  yield { kind: 'rejected', at: SINCE, platform: EVIL, reason: EVIL, count: 3 };
  yield { kind: 'start', at: SINCE, version: EVIL };
  for (let person = 0; person < 6; person++)
    yield { kind: 'sign-in', at: SINCE, for: EVIL, change: 'refused', person: `${person}`, code: EVIL };
};

export const hostilePage = (): string =>
  pageOf({
    entries: hostileEntries(),
    logs: [log({ origin: EVIL, found: 'not-sound', why: EVIL, note: EVIL })],
    nameOf: () => EVIL,
    version: EVIL,
  });
