import { announce, forget } from './announce.js';
import { countdown } from './countdown.js';
import { byId, el } from './elements.js';
import { whyPanel } from './why.js';
import { clock, words } from './words.js';

/**
 * The conversation on the page. It keeps, of every answer that will leave, that it was there and why: never its words,
 * which are in the document alone and go from there when the platform no longer has them.
 */
export const conversation = ({ onPress }) => {
  /** By person and place: what will leave or has left, by message id, as `{at, why, left}`. */
  const leaving = new Map();
  let current = null;
  /** What stands on the page now, by message id: the element, and what it was made of to see whether that changed. */
  let standing = new Map();

  /** @param {{key: string, person: object, messages: readonly object[]}} view */
  const show = ({ key, person, messages }) => {
    const fresh = current !== key;
    if (fresh) {
      current = key;
      standing = new Map();
      byId('messages').replaceChildren();
    }
    if (!leaving.has(key)) leaving.set(key, new Map());
    const goers = leaving.get(key);
    const present = new Set(messages.map(({ id }) => id));
    for (const { id, at, leavesAt, why } of messages) if (leavesAt !== null) goers.set(id, { at, why });
    const gone = [...goers].flatMap(([id, { at, why }]) => (present.has(id) ? [] : [{ id, at, why, left: true }]));
    const all = merge(messages, gone);

    const next = new Map();
    for (const message of all) {
      const made = JSON.stringify(message);
      // Reasons and end of an answer may come a moment after its words; that is nothing to say twice.
      const said = JSON.stringify([message.left, message.text, message.note]);
      const { lang } = document.documentElement;
      const before = standing.get(message.id);
      if (before?.made === made && before.lang === lang) {
        next.set(message.id, before);
        continue;
      }
      const element = message.left ? tombstone(message, before) : bubble({ message, person, onPress, before });
      next.set(message.id, { made, said, lang, element });
      replace(before?.element, element);
      if (!fresh && before?.said !== said) tell(message, person);
    }
    for (const [id, { element }] of standing) if (!next.has(id)) element.remove();
    standing = next;
    order([...next.values()].map(({ element }) => element));
  };
  return { show };
};

/** Both are in order of time; on a tie, what is still there comes first. */
const merge = (messages, gone) => {
  const all = [...messages];
  for (const tomb of gone.toSorted((a, b) => a.at - b.at)) {
    const later = all.findIndex(({ at }) => at > tomb.at);
    all.splice(later === -1 ? all.length : later, 0, tomb);
  }
  return all;
};

const order = (elements) => {
  const list = byId('messages');
  elements.forEach((element, at) => {
    if (list.children[at] !== element) list.insertBefore(element, list.children[at] ?? null);
  });
};

/** A person whose focus was in the old element is not thrown back to the start of the page. */
const replace = (before, after) => {
  if (before === undefined) return;
  const focused = before.contains(document.activeElement) ? document.activeElement : null;
  const at = focused === null ? -1 : [...before.querySelectorAll('summary, button')].indexOf(focused);
  const wasSummary = focused?.tagName === 'SUMMARY';
  before.replaceWith(after);
  if (focused === null) return;
  const target = wasSummary ? after.querySelector('summary') : after.querySelectorAll('summary, button')[at];
  (target ?? byId('ask')).focus();
};

const tell = (message, person) => {
  if (message.left) {
    forget(message.id);
    announce({ id: message.id, text: words().left, lang: document.documentElement.lang });
  } else if (message.from === 'sotto') {
    forget(message.id);
    announce({ id: message.id, text: `Sotto: ${message.text} ${message.note ?? ''}`, lang: person.locale });
  }
};

const head = ({ name, at, labels }) =>
  el('p', { class: 'head' }, [
    el('b', { text: name }),
    ...labels.map((text) => el('span', { class: 'label', text })),
    el('time', { datetime: new Date(at).toISOString(), text: clock(at) }),
  ]);

export const avatar = (person) =>
  el('span', {
    class: 'avatar',
    'data-tint': String(tint(person.id)),
    'aria-hidden': 'true',
    text: person.name.charAt(0),
  });

/** One of nine quiet colours, the same for a person always. */
const tint = (id) => [...id].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 9, 5);

const sottoAvatar = () => el('img', { class: 'avatar', src: '/page/icon.svg', alt: '', width: 36, height: 36 });

const bubble = ({ message, person, onPress, before }) => {
  const { id, from, text, note, buttons, at, leavesAt, ephemeral, why } = message;
  const sotto = from === 'sotto';
  const labels = [sotto ? words().app : null, ephemeral ? words().onlyYou : null].filter((label) => label !== null);
  const pressable = buttons.map(({ action, label, value }) => {
    const button = el('button', { type: 'button', text: label });
    button.addEventListener('click', () => onPress({ messageId: id, action, value, button }));
    return button;
  });
  return el('li', { class: 'turn', 'data-from': from, 'data-ephemeral': ephemeral, 'data-id': id }, [
    el('article', { class: 'message' }, [
      sotto ? sottoAvatar() : avatar(person),
      el('div', { class: 'body' }, [
        head({ name: sotto ? 'Sotto' : person.name, at, labels }),
        el('p', { class: 'text', dir: 'auto', lang: sotto ? person.locale : null, text }),
        buttons.length === 0 ? null : el('div', { class: 'buttons', lang: person.locale }, pressable),
        note === null ? null : el('p', { class: 'note', lang: person.locale, text: note }),
        leavesAt === null ? null : countdown({ at, leavesAt }),
      ]),
    ]),
    why === null ? null : whyPanel(why, openOf(before)),
  ]);
};

const tombstone = ({ id, at, why }, before) =>
  el('li', { class: 'turn gone', 'data-from': 'sotto', 'data-id': id }, [
    el('article', { class: 'message' }, [
      sottoAvatar(),
      el('div', { class: 'body' }, [
        head({ name: 'Sotto', at, labels: [words().app] }),
        el('p', { class: 'text', text: words().left }),
        el('p', { class: 'note', text: words().leftWhy }),
      ]),
    ]),
    why === null ? null : whyPanel(why, openOf(before)),
  ]);

const openOf = (before) => before?.element.querySelector('.why')?.open ?? null;
