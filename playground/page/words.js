/** Every word of the page, in both languages. What Sotto itself says comes from the server and is not here. */
import { byId } from './elements.js';
import { de } from './words-de.js';
import { en } from './words-en.js';

const LANGUAGES = { en, de };

let language = 'en';

/** The words of the language in use. */
export const words = () => LANGUAGES[language];

/** "14:05", in seconds where a second matters. */
export const clock = (at, withSeconds = false) =>
  new Intl.DateTimeFormat(language === 'de' ? 'de-DE' : 'en-GB', {
    hour: '2-digit',
    minute: '2-digit',
    ...(withSeconds ? { second: '2-digit' } : {}),
  }).format(at);

/** Puts the words of this language wherever the html asks for one, and says so to whoever reads the page aloud. */
export const speak = (chosen) => {
  language = chosen === 'de' ? 'de' : 'en';
  document.documentElement.lang = language;
  document.title = words().title;
  for (const element of document.querySelectorAll('[data-word]')) element.textContent = words()[element.dataset.word];
  for (const element of document.querySelectorAll('[data-label]')) {
    element.setAttribute('aria-label', words()[element.dataset.label]);
  }
  for (const radio of document.querySelectorAll('input[name="language"]')) radio.checked = radio.value === language;
  byId('ask-label').textContent = words().ask('direct');
};
