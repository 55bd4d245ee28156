import { announce, forget, readOut } from './announce.js';
import { bubble, tombstone } from './bubble.js';
import { byId } from './elements.js';
import { NAMES } from './platforms.js';
import { words } from './words.js';

/** Lines that stay for answers that have left; older ones go. */
const MOST_LEFT = 200;

/**
 * One platform's talk on the page. It keeps, of every answer that will leave, that it was there and why: never its words,
 * which are in the document alone and go from there when the platform no longer has them.
 */
export const conversation = ({ platform, list, onPress }) => {
  /** By person and place: what will leave or has left, by message id, as `{at, why}`. */
  const leaving = new Map();
  let current = null;
  /** What stands on the page now, by message id: the element, and what it was made of to see whether that changed. */
  let standing = new Map();

  /**
   * @param {{key: string, person: object, messages: readonly object[]}} view
   * @returns {readonly {id: string, from: string, at: number, text: string, why: object | null, element: HTMLElement}[]} in order
   */
  const show = ({ key, person, messages }) => {
    const fresh = current !== key;
    if (fresh) {
      current = key;
      standing = new Map();
      list.replaceChildren();
    }
    const all = merge(messages, goneFrom({ leaving, key, messages }));
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
      const make = message.left ? tombstone : bubble;
      const element = make({ platform, message, person, onPress, before: before?.element });
      next.set(message.id, { made, said, lang, element });
      replace(before?.element, element);
      if (!fresh && before?.said !== said) tell({ platform, message, person });
    }
    for (const [id, { element }] of standing) if (!next.has(id)) element.remove();
    standing = next;
    const shown = all.map((message) => ({ text: '', ...message, element: next.get(message.id).element }));
    order({ list, elements: shown.map(({ element }) => element) });
    return shown;
  };
  return { show };
};

/** Notes what will leave and returns what has. */
const goneFrom = ({ leaving, key, messages }) => {
  const goers = leaving.get(key) ?? new Map();
  leaving.set(key, goers);
  const present = new Set(messages.map(({ id }) => id));
  for (const { id, at, leavesAt, why } of messages) if (leavesAt !== null) goers.set(id, { at, why });
  for (const id of [...goers.keys()].slice(0, Math.max(0, goers.size - MOST_LEFT))) goers.delete(id);
  return [...goers].flatMap(([id, { at, why }]) =>
    present.has(id) ? [] : [{ id, from: 'sotto', at, why, left: true }],
  );
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

const order = ({ list, elements }) => {
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

const tell = ({ platform, message, person }) => {
  const { id, left, from, text, note } = message;
  if (from !== 'sotto') return;
  forget({ platform, id });
  if (left) announce({ platform, id, text: words().leftOn(NAMES[platform]), lang: document.documentElement.lang });
  else readOut({ platform, id, text: note === null ? text : `${text} ${note}`, lang: person.locale });
};
