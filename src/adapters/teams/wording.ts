/** What stands around and in dialogs in the language of whoever looks at them. */
import type { Locale, PerLocale } from '../../core/types.ts';
import type { DialogTexts } from './dialog.ts';
import { createFormCard, type RenderForm } from './form.ts';
import { createPageCard, type RenderPage } from './page.ts';

export interface Worded {
  readonly texts: DialogTexts;
  readonly renderForm: RenderForm;
  readonly renderPage: RenderPage;
}

/** Null: Teams does not say which language, or it is one that we do not speak. */
export type Wording = (locale: Locale | null) => Worded;

const worded = (texts: DialogTexts): Worded => ({
  texts,
  renderForm: createFormCard({ needed: texts.fieldNeeded }),
  renderPage: createPageCard({ noRoom: texts.noRoom ?? '…' }),
});

export const createWording = (o: {
  readonly texts: DialogTexts;
  readonly textsIn?: PerLocale<DialogTexts>;
}): Wording => {
  const unsaid = worded(o.texts);
  const said = o.textsIn === undefined ? null : { en: worded(o.textsIn.en), de: worded(o.textsIn.de) };
  return (locale) => (locale === null || said === null ? unsaid : said[locale]);
};
