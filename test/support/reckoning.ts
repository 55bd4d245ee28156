/** Whether everybody who asked how much leave they have left was told so, once, and nothing else. */
import { repliesIn } from '../../src/core/replies/replies.ts';
import type { PlatformName } from '../../src/core/types.ts';
import type { Somebody } from './crowd.ts';
import type { Fleet, Said } from './fleet.ts';

/** A question whose answer holds figures of one's own. */
export const OWN_LEAVE = 'how many days of leave have I left?';

export const figuresOf = ({ left }: Somebody): string => `You have ${left} of 900 days of leave left this year.`;

export interface Reckoning {
  /** Questions whose answer is not on record, or does not stand where the record says. */
  readonly unanswered: readonly string[];
  readonly answeredTwice: readonly string[];
  /** What people read that is no answer with their own figures. */
  readonly otherWords: readonly string[];
  /** Messages that stand there without being on record. */
  readonly unrecorded: number;
  /** Of those: they still say that an answer is about to come. */
  readonly placeholders: number;
}

export const ALL_ANSWERED: Reckoning = {
  unanswered: [],
  answeredTwice: [],
  otherWords: [],
  unrecorded: 0,
  placeholders: 0,
};

/** Whoever asked something else as well must be left out. */
export const reckon = (fleet: Fleet, said: readonly Said[]): Reckoning => {
  const shown = new Map<string, string>();
  const people: Readonly<Record<PlatformName, Set<Somebody>>> = { slack: new Set(), teams: new Set() };
  for (const { on, who } of said) people[on].add(who);
  const otherWords: string[] = [];
  const { placeholder } = repliesIn('en');
  for (const on of ['slack', 'teams'] as const) {
    for (const who of people[on]) {
      for (const { from, channel, id, text } of fleet.talks[on].messages(who)) {
        if (from === 'person' || isToldOnce(text, on)) continue;
        shown.set(`${channel} ${id}`, text);
        if (text !== placeholder && !text.startsWith(figuresOf(who))) otherWords.push(text);
      }
    }
  }

  const unanswered: string[] = [];
  const answeredTwice: string[] = [];
  const onRecord = new Set<string>();
  const disclosed = Map.groupBy(
    fleet.trail().filter((entry) => entry.kind === 'disclosure'),
    ({ question }) => question,
  );
  for (const { question } of said) {
    // Whoever takes over from one that died may note the same message again.
    const places = new Set((disclosed.get(question) ?? []).map(({ channel, message }) => `${channel} ${message}`));
    const [where = ''] = places;
    const text = shown.get(where);
    if (text === undefined || text === placeholder || onRecord.has(where)) unanswered.push(question);
    if (places.size > 1) answeredTwice.push(question);
    onRecord.add(where);
  }
  const unrecorded = [...shown].filter(([where]) => !onRecord.has(where));
  const placeholders = unrecorded.filter(([, text]) => text === placeholder).length;
  return { unanswered, answeredTwice, otherWords, unrecorded: unrecorded.length, placeholders };
};

/** What everybody is told once, beside their first answer; it answers nothing and is not on record. */
const isToldOnce = (text: string, platform: PlatformName): boolean => {
  const [first = ''] = repliesIn('en')
    .privacy.firstUse({ platform, hours: 0, outsider: false, hint: null })
    .split('\n');
  return text.startsWith(first);
};

/** How many of these have their answer on record by now. */
export const disclosedOf = (fleet: Fleet, said: readonly Said[]): number => {
  const disclosed = new Set(fleet.trail().flatMap((entry) => (entry.kind === 'disclosure' ? [entry.question] : [])));
  return said.filter(({ question }) => disclosed.has(question)).length;
};
