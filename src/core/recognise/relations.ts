/** Whom a text means who is named by nothing but how they stand to the asker: "my manager", "my team". */
import type { Directory } from '../ports.ts';
import type { About, Colleague, Person } from '../types.ts';
import { isAnd } from './owner.ts';
import { MANAGER, MEMBERS, MY, PRONOUNS, REPORTS } from './person-words.ts';
import { type Token, wordAt } from './tokens.ts';
import { accented } from './words/shape.ts';

export interface Spoken {
  readonly tokens: readonly Token[];
  /** Positions of words that speak of somebody else; see `othersIn`. */
  readonly others: readonly number[];
  readonly isThing: (word: string) => boolean;
  readonly asker: Person;
  readonly directory: Directory;
}

/** Of whom the directory knows. Who was it before, or will be, it does not say: "my previous manager" is somebody, unknown whom. */
const PRESENT = accented(`
  own direct current new whole entire full line work company corporate
  eigene eigenen eigener aktuelle aktuellen aktueller neue neuen neuer direkte direkten direkter ganzes ganzem ganze ganzen gesamte gesamten
  propre propres actuel actuelle actuels nouveau nouvelle nouveaux petite petit
  propio propia propios actual actuales nuevo nueva nuevos pequeño
`);

/** "my manager", "mein neuer Chef", "mon nouveau responsable", "my line manager". */
const isMine = (tokens: readonly Token[], at: number): boolean => {
  for (let back = at - 1; back >= Math.max(0, at - 3); back--) {
    const word = wordAt(tokens, back);
    if (MY.has(word)) return true;
    if (!PRESENT.has(word)) return false;
  }
  return false;
};

/** "my manager and petra" is about two, one of whom nobody knows. */
const joinsStranger = ({ tokens, isThing }: Spoken): boolean =>
  tokens.some((_, at) => isAnd(tokens, at) && at + 1 < tokens.length && !isKnown(wordAt(tokens, at + 1), isThing));
const isKnown = (word: string, isThing: Spoken['isThing']): boolean =>
  isThing(word) || MY.has(word) || MANAGER.has(word) || REPORTS.has(word) || MEMBERS.has(word) || !/^\p{L}/u.test(word);

const isOwnerMark = (tokens: readonly Token[], at: number): boolean => wordAt(tokens, at) === "'s";

/** Whom "my manager" means, where the text speaks of nobody else; null: nobody, or nobody that the directory knows. */
export const askersManager = async (o: Spoken): Promise<Colleague | null> => {
  const { tokens, others, asker, directory } = o;
  const [at, ...more] = others;
  if (at === undefined || asker.manager === null || !more.every((it) => isOwnerMark(tokens, it))) return null;
  if (!MANAGER.has(wordAt(tokens, at)) || !isMine(tokens, at) || joinsStranger(o)) return null;
  return directory.colleague(asker.manager);
};

/**
 * Who is meant by "my team", "mis subordinados", "everyone on my team": the people who report to the asker, where the text speaks of
 * nobody else. One of them alone is whom it is about; several stand to the asker as reports, and which of them is open.
 */
export const askersReports = async (o: Spoken): Promise<About | null> => {
  const { tokens, others, asker, directory } = o;
  const team = others.find((at) => REPORTS.has(wordAt(tokens, at)) && isMine(tokens, at));
  const rest = others.filter((at) => at !== team && !isOwnerMark(tokens, at));
  if (team === undefined || joinsStranger(o)) return null;
  if (!rest.every((at) => at < team && MEMBERS.has(wordAt(tokens, at)) && !PRONOUNS.has(wordAt(tokens, at))))
    return null;
  const reports = await directory.reports({ manager: asker.id, asker });
  const theirs = reports.filter(({ id, manager }) => manager === asker.id && id !== asker.id);
  const [only, ...more] = theirs;
  if (only === undefined) return null;
  return more.length === 0
    ? { relation: 'report', subject: only, candidates: [] }
    : { relation: 'report', subject: null, candidates: theirs };
};
