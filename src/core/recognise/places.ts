/** Where a strange word with a capital is a place, and nobody: beside a journey, or what one costs. */
import { MY } from './person-words.ts';
import { type Token, wordAt } from './tokens.ts';
import { accented } from './words/shape.ts';

const TRAVEL = accented(`
  trip trips travel flight journey stay conference
  reise reisen dienstreise dienstreisen geschäftsreise flug fahrt konferenz messe
  voyage déplacement mission vol séjour conférence viaje viajes vuelo congreso
`);
const CLAIM = accented(`
  expense expenses claim claims receipt receipts reimbursement hotel taxi
  spesen spesenabrechnung reisekosten reisekostenabrechnung hotelrechnung belege frais justificatifs hôtel remboursement gastos dietas reembolso factura facturas
`);
const TOWARDS = /^(?:to|à|a|para)$/;
/** Nobody is in, or towards, a person: "a week in Italy", "en Italie", "nach Wien". */
const WHERE = /^(?:in|nach|en|au|aux)$/;
const FROM = /^(?:from|aus)$/;
/** Of somebody, too: no more than what is mine is of a place. */
const OF = /^(?:de|d)$/;
/** "my expense report from Lyon": how many words back. */
const BACK = 4;

const isJourney = (word: string): boolean => TRAVEL.has(word) || CLAIM.has(word);

/** "ma note de frais de Lyon", "mis gastos de Sevilla". */
const isOfMine = (tokens: readonly Token[], at: number): boolean =>
  isJourney(wordAt(tokens, at - 2)) && [3, 4, 5, 6].some((back) => MY.has(wordAt(tokens, at - back)));

/** "My trip to Denver", "mon voyage à Lyon", "my Hamburg trip", "my expense claim from Lyon". */
export const isPlace = (tokens: readonly Token[], at: number): boolean => {
  const before = wordAt(tokens, at - 1);
  const after = wordAt(tokens, at + 1);
  if (WHERE.test(before) || TRAVEL.has(after) || (CLAIM.has(after) && MY.has(before))) return true;
  if (TOWARDS.test(before)) return TRAVEL.has(wordAt(tokens, at - 2));
  if (OF.test(before)) return isOfMine(tokens, at);
  return FROM.test(before) && Array.from({ length: BACK }, (_, back) => wordAt(tokens, at - 2 - back)).some(isJourney);
};
