/**
 * Somebody who stands in a question about the asker without being asked about: for whose sake it is asked ("can I add my wife to my
 * plan"), and who decides on it ("did my manager approve my leave").
 */
import { MANAGER, MY } from './person-words.ts';
import { type Token, wordAt } from './tokens.ts';
import { accented, words } from './words/shape.ts';

const KIN = new Set([
  ...words(`
    wife husband spouse partner mum mom mother dad father parent parents son daughter child children kid kids
    ehefrau ehemann frau mutter vater eltern sohn tochter kind kinder
  `),
  ...accented(`
    mari femme époux épouse conjoint conjointe père mère parents fils fille enfant enfants
    marido esposo esposa pareja padre madre padres hijo hija hijos hijas mujer
  `),
]);

/** Before "my wife": she is added, covered, accompanied; it is not her pay or her leave. */
const SAKE = words(`
  for with if when because add adding cover covers insure to für mit wenn falls weil pour avec si quand para con cuando añadir incluir ajouter
`);

/** Whether the word at this place is somebody of the asker's family for whose sake is asked; "my wife's" and "of my wife" are not. */
export const isDependant = (tokens: readonly Token[], at: number): boolean =>
  KIN.has(wordAt(tokens, at)) &&
  MY.has(wordAt(tokens, at - 1)) &&
  SAKE.has(wordAt(tokens, at - 2)) &&
  wordAt(tokens, at + 1) !== "'s";

const DECIDES = new Set([
  ...words(`
    approve approved approves sign signed accept accepted reject rejected decline declined confirm confirmed ok okay
    genehmigt abgelehnt freigegeben unterschrieben bestätigt angenommen
  `),
  ...accented(`
    signé validé approuvé accepté refusé rejeté confirmé firmó firmado aprobó aprobado validó aceptó aceptado autorizó rechazó rechazado
  `),
]);

/** Whether the word at this place is the asker's manager, who decides on what is the asker's and stands behind it. */
export const isDecider = (tokens: readonly Token[], at: number): boolean =>
  MANAGER.has(wordAt(tokens, at)) &&
  MY.has(wordAt(tokens, at - 1)) &&
  tokens.some(({ word }, place) => place > at && MY.has(word)) &&
  tokens.some(({ word }) => DECIDES.has(word));
