/** What leads out of a talk, to a page of its own: each platform draws it as a button. */
import { el } from './elements.js';

/** Null: there are none. */
export const linksOf = ({ links = [], person }) =>
  links.length === 0
    ? null
    : el(
        'p',
        { class: 'buttons', lang: person.locale },
        links.map(({ label, url }) => el('a', { href: url, target: '_blank', rel: 'noopener', text: label })),
      );
