/**
 * What a shown message is about, so that a recall, a hold or a forgetting finds it, and nobody can read it: keyed hashes of
 * the person, the conversation, the topic and the intent, each of a fixed width, and the second in which it was asked. The
 * hashes are short, for there is one of these for every answer that stands. That anybody of a million people has the 36 bits
 * of a given one happens once in seventy thousand set-ups, that one of a thousand topics has the 24 bits of a given one once in
 * seventeen thousand; then an answer too many is found.
 */
import type { About, Sealer } from './ports.ts';

/** Characters of each part, in this order. Six bits each. */
const WIDTHS = { person: 6, conversation: 6, topic: 4, intent: 4 } as const;
type Part = keyof typeof WIDTHS;
const PARTS: readonly Part[] = ['person', 'conversation', 'topic', 'intent'];

/** Base 36, padded: enough for twelve hundred years, twice. */
const SECONDS_WIDTH = 7;

/** Added to the seconds of what is no answer but tells what was asked (a refusal, a view's button): the half that no time reaches. */
const NO_ANSWER = 36 ** SECONDS_WIDTH / 2;

const startOf = (part: Part): number =>
  PARTS.slice(0, PARTS.indexOf(part)).reduce((sum, before) => sum + WIDTHS[before], 0);
const SECONDS_START = PARTS.reduce((sum, part) => sum + WIDTHS[part], 0);

/** Two hashes of different parts never meet, nor do they meet a fingerprint of the audit log. */
const named = (part: Part, value: string): string => `about ${part} ${value}`;

/** The first bits of a fingerprint, which is hex: three bytes make four characters. */
const shortened = (part: Part, fingerprint: string): string =>
  Buffer.from(fingerprint.slice(0, 12), 'hex').toString('base64url').slice(0, WIDTHS[part]);

const secondsOf = (at: number, answer: boolean): string =>
  (Math.max(0, Math.floor(at / 1_000)) + (answer ? 0 : NO_ANSWER))
    .toString(36)
    .padStart(SECONDS_WIDTH, '0')
    .slice(-SECONDS_WIDTH);

/** `person` is a directory id, `at` when the question was accepted, ms. `answer`: false where it only tells what was asked. */
export const aboutOf = (
  sealer: Pick<Sealer, 'fingerprint'>,
  o: Readonly<Record<Part, string>> & { readonly at: number; readonly answer?: boolean },
): About =>
  PARTS.map((part) => shortened(part, sealer.fingerprint(named(part, o[part])))).join('') +
  secondsOf(o.at, o.answer ?? true);

/** What to look for; null: whatever it is. Made by `wantedOf`. */
export interface Wanted extends Readonly<Record<Part, ReadonlySet<string> | null>> {
  /** ms since the epoch, whole seconds; asked at or after. */
  readonly since: number | null;
  /** Asked before; in the second of `before` itself still counts, for a second is all that is known. */
  readonly before: number | null;
}

/** Answers that are about all that is named. Hashed under every accepted data key, so that a rotation hides none. */
export const wantedOf = (
  sealer: Pick<Sealer, 'fingerprints'>,
  o: Readonly<Partial<Record<Part, string>>> & { readonly since?: number; readonly before?: number },
): Wanted => {
  const hashes = (part: Part): ReadonlySet<string> | null => {
    const value = o[part];
    if (value === undefined) return null;
    return new Set(hashesOf(sealer, { on: part, what: value }));
  };
  return {
    person: hashes('person'),
    conversation: hashes('conversation'),
    topic: hashes('topic'),
    intent: hashes('intent'),
    since: o.since === undefined ? null : Math.floor(o.since / 1_000) * 1_000,
    before: o.before ?? null,
  };
};

/** What a recall takes back, as `wantedOf` is told it. */
export const recalledBy = ({
  intent,
  topic,
  since,
}: {
  readonly intent: string | null;
  readonly topic: string | null;
  readonly since: number | null;
}): Parameters<typeof wantedOf>[1] => ({
  ...(intent === null ? {} : { intent }),
  ...(topic === null ? {} : { topic }),
  ...(since === null ? {} : { since }),
});

const kept = (about: About): number => Number.parseInt(about.slice(SECONDS_START), 36);

/** Only answers are recalled; what tells what was asked is held, exported and forgotten with them. */
export const isAnswer = (about: About): boolean => kept(about) < NO_ANSWER;

/** What an answer about this carries, under every data key that is accepted. */
export const hashesOf = (
  sealer: Pick<Sealer, 'fingerprints'>,
  { on, what }: { readonly on: Part; readonly what: string },
): readonly string[] => sealer.fingerprints(named(on, what)).map((fingerprint) => shortened(on, fingerprint));

/** Answers that carry one of these hashes. */
export const wantedBy = (on: Part, hashes: readonly string[]): Wanted => ({
  person: null,
  conversation: null,
  topic: null,
  intent: null,
  [on]: new Set(hashes),
  since: null,
  before: null,
});

/** When it was asked, ms since the epoch, to the second. */
export const askedAt = (about: About): number => (kept(about) % NO_ANSWER) * 1_000;

export const matches = (about: About, wanted: Wanted): boolean => {
  const fits = PARTS.every((part) => {
    const hashes = wanted[part];
    if (hashes === null) return true;
    const start = startOf(part);
    return hashes.has(about.slice(start, start + WIDTHS[part]));
  });
  if (!fits) return false;
  const at = askedAt(about);
  return (wanted.since === null || at >= wanted.since) && (wanted.before === null || at < wanted.before);
};
