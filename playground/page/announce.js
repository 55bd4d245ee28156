import { byId, el } from './elements.js';

/** Long enough for a screen reader to pick it up. ms. */
const KEPT = 4_000;

/**
 * Says something to a screen reader, politely. The line goes soon after, and at once with `forget`, so that an answer
 * that has left is not still to be found here.
 */
export const announce = ({ id, text, lang }) => {
  const line = el('p', { text, lang, 'data-of': id });
  byId('announcements').append(line);
  setTimeout(() => line.remove(), KEPT);
};

export const forget = (id) => {
  for (const line of byId('announcements').children) if (line.dataset.of === id) line.remove();
};
