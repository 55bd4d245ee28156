import { byId, el } from './elements.js';
import { NAMES, PLATFORMS } from './platforms.js';
import { words } from './words.js';

/** Long enough for a screen reader to pick it up. ms. */
const KEPT = 4_000;

/**
 * Says something to a screen reader, politely. The line goes soon after, and at once with `forget`, so that an answer
 * that has left is not still to be found here.
 */
export const announce = ({ platform, id, text, lang }) => {
  const line = el('p', { text, lang, 'data-of': `${platform}/${id}` });
  byId('announcements').append(line);
  setTimeout(() => line.remove(), KEPT);
};

/** Reads out what Sotto said, and where; what both say is read out once. */
export const readOut = ({ platform, id, text, lang }) => {
  const lines = [...byId('announcements').children].map(({ textContent }) => textContent);
  const other = PLATFORMS.find((each) => each !== platform);
  if (lines.includes(words().said(NAMES[other], text))) {
    const same = words().saidTheSame(NAMES[platform]);
    announce({ platform, id, text: same, lang: document.documentElement.lang });
  } else announce({ platform, id, text: words().said(NAMES[platform], text), lang });
};

export const forget = ({ platform, id }) => {
  for (const line of byId('announcements').querySelectorAll('p')) {
    if (line.dataset.of === `${platform}/${id}`) line.remove();
  }
};
