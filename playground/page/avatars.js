import { el } from './elements.js';

/** The initial of a person, in a colour that is always theirs. */
export const avatar = (person) =>
  el('span', {
    class: 'avatar',
    'data-tint': String(tint(person.id)),
    'aria-hidden': 'true',
    text: person.name.charAt(0),
  });

/** One of nine quiet colours. */
const tint = (id) => [...id].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 9, 5);

export const sottoAvatar = () =>
  el('span', { class: 'avatar of-sotto' }, [el('img', { src: '/page/icon.svg', alt: '', width: 24, height: 24 })]);
