import type { Language } from '../languages.ts';

interface Asked {
  readonly label: string;
  readonly hint: string | null;
}

/** What is said to whoever gives a phrase that was not recognised. */
export interface DonatingReplies {
  /** Button below "I did not understand that". */
  readonly offer: string;
  /** Of the form; 24 characters at most, as its button. */
  readonly title: string;
  readonly submit: string;
  /** Above the fields: exactly what becomes of it. */
  readonly whatHappens: string;
  readonly fields: { readonly phrase: Asked; readonly meant: Asked; readonly language: Asked };
  /** First of what may have been meant. */
  readonly noneOfThese: string;
  readonly languages: { readonly [L in Language]: string };
  readonly wrong: {
    phrase(o: { readonly most: number }): string;
    readonly meant: string;
    readonly language: string;
  };
  /** It is kept. */
  readonly thanks: string;
  /** There is no room for more, of everybody's; of this person's. Nothing was kept. */
  readonly full: string;
  readonly enough: string;
}
