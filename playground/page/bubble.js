/** One message as it stands in a talk, and the line that stays where one was. */
import { avatar, sottoAvatar } from './avatars.js';
import { countdown } from './countdown.js';
import { el } from './elements.js';
import { linksOf } from './links.js';
import { wordsOf } from './parts.js';
import { NAMES } from './platforms.js';
import { whyPanel } from './why.js';
import { clock, words } from './words.js';

const OTHER = { slack: NAMES.teams, teams: NAMES.slack };

const head = ({ name, at, label }) =>
  el('p', { class: 'head' }, [
    el('b', { text: name }),
    label === null ? null : el('span', { class: 'label', text: label }),
    el('time', { datetime: new Date(at).toISOString(), text: clock(at) }),
  ]);

/** Here as the other platform has it beside, `data-shared` is set and one panel for both stands between them; see rows.js. */
const whyOf = ({ why, platform, before }) =>
  why === null
    ? null
    : whyPanel({
        why,
        entries: [`#${why.auditIndex}`],
        same: words().sameAs(OTHER[platform]),
        open: before?.querySelector('.why')?.open ?? false,
      });

/**
 * @param {object} options
 * @param {object} options.message as the server tells it
 * @param {HTMLElement | undefined} options.before what stood in its place
 */
export const bubble = ({ platform, message, person, onPress, before }) => {
  const { id, from, text, parts, note, buttons, links, at, leavesAt, ephemeral, why } = message;
  const sotto = from === 'sotto';
  const pressable = buttons.map(({ action, label, value }) => {
    const button = el('button', { type: 'button', text: label, 'data-action': action });
    button.addEventListener('click', () => onPress({ messageId: id, action, value, button }));
    return button;
  });
  return el('li', { class: 'turn', 'data-from': from, 'data-ephemeral': ephemeral, 'data-id': id }, [
    el('article', { class: 'message' }, [
      sotto ? sottoAvatar() : avatar(person),
      el('div', { class: 'body' }, [
        ephemeral ? el('p', { class: 'only-you', text: words().onlyYou }) : null,
        head({ name: sotto ? 'Sotto' : person.name, at, label: sotto ? words().app : null }),
        el('div', { class: 'card' }, [
          wordsOf({ text, parts, lang: sotto ? person.locale : null }),
          note === null ? null : el('p', { class: 'note', lang: person.locale, text: note }),
          linksOf({ links, person }),
          buttons.length === 0 ? null : el('div', { class: 'buttons', lang: person.locale }, pressable),
          leavesAt === null ? null : countdown({ at, leavesAt }),
        ]),
      ]),
    ]),
    whyOf({ why, platform, before }),
  ]);
};

export const tombstone = ({ platform, message: { id, at, why }, before }) =>
  el('li', { class: 'turn gone', 'data-from': 'sotto', 'data-id': id }, [
    el('article', { class: 'message' }, [
      sottoAvatar(),
      el('div', { class: 'body' }, [
        head({ name: 'Sotto', at, label: words().app }),
        el('div', { class: 'card' }, [
          el('p', { class: 'text', text: words().left }),
          el('p', { class: 'note', text: words().leftWhy }),
        ]),
      ]),
    ]),
    whyOf({ why, platform, before }),
  ]);
