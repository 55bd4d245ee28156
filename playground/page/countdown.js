import { el } from './elements.js';
import { clock, words } from './words.js';

const R = 6;
const ROUND = 2 * Math.PI * R;

/** Server minus browser, ms: a countdown goes by the clock that the removal goes by. */
let offset = 0;
let ticking;

/** Says what time it is on the server. */
export const setTime = (now) => {
  offset = now - Date.now();
};

export const serverNow = () => Date.now() + offset;

/** What is said of a message that leaves, and of a window that is emptied. */
const sayings = {
  message: { on: 'leavesIn', now: 'leavesNow', at: 'leavesAtTime' },
  view: { on: 'emptiedIn', now: 'emptiedNow', at: 'emptiedAtTime' },
};

/**
 * A countdown to `leavesAt`. What ticks is for the eye alone; a screen reader hears the time of day, once.
 * @param {{at: number, leavesAt: number, of?: 'message' | 'view'}} what
 */
export const countdown = ({ at, leavesAt, of = 'message' }) => {
  const SVG = 'http://www.w3.org/2000/svg';
  const ring = document.createElementNS(SVG, 'svg');
  ring.setAttribute('viewBox', '0 0 16 16');
  ring.setAttribute('class', 'ring');
  for (const part of ['track', 'left']) {
    const circle = document.createElementNS(SVG, 'circle');
    for (const [name, value] of Object.entries({ class: part, cx: 8, cy: 8, r: R })) circle.setAttribute(name, value);
    ring.append(circle);
  }
  const pill = el('p', { class: 'countdown', 'data-of': of, 'data-at': at, 'data-leaves': leavesAt }, [
    el('span', { class: 'ticks', 'aria-hidden': 'true' }, [ring, el('span', { class: 'left-words' })]),
    el('span', { class: 'unseen', text: words()[sayings[of].at](clock(leavesAt, true)) }),
  ]);
  tick(pill);
  start();
  return pill;
};

const tick = (pill) => {
  const { on, now } = sayings[pill.dataset.of];
  const leavesAt = Number(pill.dataset.leaves);
  const left = leavesAt - serverNow();
  const share = Math.min(1, Math.max(0, left / Math.max(1, leavesAt - Number(pill.dataset.at))));
  const circle = pill.querySelector('.left');
  circle.setAttribute('stroke-dasharray', `${(share * ROUND).toFixed(2)} ${ROUND.toFixed(2)}`);
  const text = left > 0 ? words()[on](span(left)) : words()[now];
  const line = pill.querySelector('.left-words');
  if (line.textContent !== text) line.textContent = text;
};

const start = () => {
  ticking ??= setInterval(() => {
    const pills = document.querySelectorAll('.countdown');
    for (const pill of pills) tick(pill);
    if (pills.length > 0) return;
    clearInterval(ticking);
    ticking = undefined;
  }, 500);
};

/** 75_000 -> "1:15"; from an hour on "1:02:05". */
export const span = (ms) => {
  const seconds = Math.ceil(ms / 1000);
  const two = (n) => String(n).padStart(2, '0');
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return `${hours > 0 ? `${hours}:${two(minutes)}` : minutes}:${two(seconds % 60)}`;
};
