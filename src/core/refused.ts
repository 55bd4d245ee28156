/** What somebody is told where a rule refuses: HR's words where there are some, whom to ask, and how to use a right that the law gives. */
import { repliesIn } from './replies/replies.ts';
import type { Locale, Said, Topic } from './types.ts';

export const SAID_NOTHING: Said = { words: {}, contact: {}, rights: {} };

/** Also what HR see before they publish. Without words of HR's: a sentence of ours, with the topic's contact. */
export const refusedText = (o: {
  readonly said: Said;
  readonly topic: Pick<Topic, 'title' | 'contact'> | undefined;
  readonly locale: Locale;
}): string => {
  const { said, topic, locale } = o;
  return repliesIn(locale).restricted({
    topic: topic?.title[locale] ?? '',
    contact: topic?.contact[locale] ?? '',
    words: said.words[locale] ?? null,
    whom: said.contact[locale] ?? null,
    rights: said.rights[locale] ?? null,
  });
};
