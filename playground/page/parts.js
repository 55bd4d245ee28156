/** The words of a message or a window as its platform lays them out. Read as text they are the words alone, a line break between two. */
import { el } from './elements.js';

const factsOf = ({ facts, columns }) => {
  const lines = facts.map(({ label, value }) =>
    el('span', {}, [label === '' ? null : el('b', { text: label }), value]),
  );
  return el('span', { class: columns ? 'facts columns' : 'facts' }, withBreaks(lines));
};

const withBreaks = (nodes) => nodes.flatMap((node, at) => (at === 0 ? [node] : ['\n', node]));

/**
 * @param {object} o
 * @param {string} o.text
 * @param {readonly object[]} [o.parts] absent: it is words alone
 * @param {string | null} o.lang
 */
export const wordsOf = ({ text, parts, lang }) => {
  const attributes = { class: 'text', dir: 'auto', lang };
  if (parts === undefined) return el('p', { ...attributes, text });
  const nodes = parts.map((part) =>
    part.kind === 'facts' ? factsOf(part) : el(part.kind === 'title' ? 'b' : 'span', { text: part.text }),
  );
  return el('p', attributes, withBreaks(nodes));
};
