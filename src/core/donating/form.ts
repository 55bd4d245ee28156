/** The form in which somebody gives a phrase: what it is, what they meant, and exactly what becomes of it. */
import { LANGUAGES, type Language } from '../languages.ts';
import { repliesIn } from '../replies/replies.ts';
import type { Form, Intent, Locale, Option } from '../types.ts';
import { MOST_PHRASE } from './phrase.ts';

/** No intent is called so: they have a dot. */
const NONE = 'none';

/** What a platform takes in one choice; and where a form of a large pack is too much for it, of which each has the longest of titles. */
export const MOST_OPTIONS = 100;
export const FEW_OPTIONS = 25;
const LONGEST_LABEL = 75;

export interface Filled {
  readonly text: string;
  readonly meant: string | null;
  readonly language: string;
}

/** What was written and chosen, as it came. */
export const filledIn = (values: Readonly<Record<string, readonly string[]>>): Filled => ({
  text: values['phrase']?.[0] ?? '',
  meant: values['meant']?.[0] ?? null,
  language: values['language']?.[0] ?? '',
});

/** Which of these was meant: `null` for none of them, `undefined` where nothing that stood there was chosen. */
export const meantIn = ({ meant }: Filled, all: readonly Pick<Intent, 'id'>[]): string | null | undefined => {
  if (meant === NONE) return null;
  return all.find(({ id }) => id === meant)?.id;
};

export const languageIn = ({ language }: Filled): Language | undefined => LANGUAGES.find((each) => each === language);

/** The id only where it alone tells two apart. */
const optionsOf = (permitted: readonly Intent[], locale: Locale, most: number): readonly Option[] =>
  permitted.slice(0, most - 1).map(({ id, title }) => {
    const alike = permitted.filter((other) => other.title[locale] === title[locale]).length > 1;
    return { value: id, label: (alike ? `${id}: ${title[locale]}` : title[locale]).slice(0, LONGEST_LABEL) };
  });

export const donatingForm = (o: {
  readonly locale: Locale;
  /** Sealed; see `buttons.ts`. */
  readonly state: string;
  readonly filled: Filled;
  /** What they could be answered: nobody learns here that there is more. */
  readonly permitted: readonly Intent[];
  readonly findings: readonly string[];
  /** To choose from: so many at most. */
  readonly most: number;
}): Form => {
  const texts = repliesIn(o.locale).donating;
  const { phrase, meant, language } = texts.fields;
  const { filled, locale } = o;
  const options = [{ value: NONE, label: texts.noneOfThese }, ...optionsOf(o.permitted, locale, o.most)];
  const chosen = options.some(({ value }) => value === filled.meant) ? filled.meant : null;
  const languages = LANGUAGES.map((value) => ({ value, label: texts.languages[value] }));
  const required = true;
  return {
    state: o.state,
    title: texts.title,
    text: texts.whatHappens,
    findings: o.findings,
    fields: [
      { name: 'phrase', ...phrase, required, kind: 'text', value: filled.text, most: MOST_PHRASE, lines: true },
      { name: 'meant', ...meant, required, kind: 'one', options, value: chosen },
      { name: 'language', ...language, required, kind: 'one', options: languages, value: languageIn(filled) ?? locale },
    ],
    submit: texts.submit,
  };
};
