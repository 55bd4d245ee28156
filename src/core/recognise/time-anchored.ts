/**
 * Times that count from what was asked before: "and the month before?", "the previous one", "der Monat davor", "le mois d'avant",
 * "el anterior". Only a talk that goes on has them; by itself such a text names no time.
 */
import type { Unit } from './calendar.ts';
import type { TimeToken } from './time-tokens.ts';
import { UNITS } from './time-words.ts';

export interface Anchored {
  /** Null: whatever was asked for before, one further. */
  readonly unit: Unit | null;
  readonly offset: -1 | 1;
  /** Its tokens: the first, and the first behind it. */
  readonly start: number;
  readonly end: number;
}

const set = (list: string): readonly string[] => list.split(/\s+/).filter((word) => word !== '');
const each = (offset: -1 | 1, list: string) => set(list).map((word) => [word, offset] as const);

/** Behind a unit, or alone. */
const BEHIND: ReadonlyMap<string, -1 | 1> = new Map([
  ...each(-1, 'before davor zuvor vorher avant antes'),
  ...each(1, 'after afterwards danach darauf apres despues'),
]);

/** Beside a unit on either side, or alone behind an article. */
const BESIDE: ReadonlyMap<string, -1 | 1> = new Map([
  ...each(
    -1,
    `previous preceding prior vorherige vorherigen vorheriger vorheriges vorherigem vorhergehende vorhergehenden
    precedent precedente anterior`,
  ),
  ...each(1, 'following folgende folgenden folgender folgendes suivant suivante siguiente'),
]);

const ONE: ReadonlySet<string> = new Set(set('one celui celle'));
const OF: ReadonlySet<string> = new Set(set('d de'));
/** May stand behind "before" without being what it is before. */
const TAIL: ReadonlySet<string> = new Set(
  set('that it then please too also as bitte auch svp stp aussi porfa por tambien'),
);

const isWord = (token: TimeToken | undefined): boolean => token !== undefined && /^[\p{L}\p{N}]/u.test(token.word);

/** Null: there is none, or several. `covered`: tokens that name a time by themselves ("the month before last"). */
export const anchoredIn = (tokens: readonly TimeToken[], covered: ReadonlySet<number>): Anchored | null => {
  const found = tokens.flatMap((_, at) => anchoredAt(tokens, covered, at) ?? []);
  return found.length === 1 ? (found[0] ?? null) : null;
};

const anchoredAt = (tokens: readonly TimeToken[], covered: ReadonlySet<number>, at: number): Anchored | null => {
  const word = (place: number): string => tokens[place]?.word ?? '';
  const unitOf = (place: number): Unit | null => UNITS.get(word(place))?.[0]?.is ?? null;
  const behind = BEHIND.get(word(at));
  if (behind !== undefined) {
    const next = tokens[at + 1];
    if (covered.has(at) || (isWord(next) && !TAIL.has(word(at + 1)))) return null;
    const before = OF.has(word(at - 1)) ? at - 2 : at - 1;
    const unit = covered.has(before) ? null : unitOf(before);
    return { unit, offset: behind, start: unit !== null || ONE.has(word(before)) ? before : at, end: at + 1 };
  }
  const offset = BESIDE.get(word(at)) ?? (word(at) === 'next' && word(at + 1) === 'one' ? 1 : undefined);
  if (offset === undefined) return null;
  if (unitOf(at + 1) !== null) return { unit: unitOf(at + 1), offset, start: at, end: at + 2 };
  if (unitOf(at - 1) !== null) return { unit: unitOf(at - 1), offset, start: at - 1, end: at + 1 };
  if (ONE.has(word(at + 1))) return { unit: null, offset, start: at, end: at + 2 };
  return isWord(tokens[at + 1]) && !TAIL.has(word(at + 1)) ? null : { unit: null, offset, start: at, end: at + 1 };
};
