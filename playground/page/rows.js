import { byId, el } from './elements.js';
import { agree, pairs } from './pairs.js';
import { NAMES } from './platforms.js';
import { whyPanel } from './why.js';
import { words } from './words.js';

/**
 * Sets the two talks beside each other, row by row, and puts one panel of reasons between two answers that were decided
 * alike. A row has two lines of the grid: the messages, and below them what joins them.
 */
export const joinedRows = () => {
  /** What stands between the talks now, by the ids of the two answers. */
  let standing = new Map();

  /** @param {{slack: readonly object[], teams: readonly object[]}} shown as `conversation.show` returns it */
  const place = ({ slack, teams }) => {
    const rows = pairs(slack, teams);
    const lastOf = { slack: 0, teams: 0 };
    const next = new Map();
    rows.forEach(([left, right], at) => {
      const joined = left !== null && right !== null && agree(left.why, right.why);
      for (const [platform, one] of [
        ['slack', left],
        ['teams', right],
      ]) {
        if (one === null) continue;
        one.element.style.gridRow = String(2 * at + 1);
        one.element.toggleAttribute('data-shared', joined);
        lastOf[platform] = at + 1;
      }
      if (!joined) return;
      const element = joint({ left, right, before: standing });
      element.line.style.gridRow = String(2 * at + 2);
      next.set(element.key, element);
    });
    byId('rows').style.setProperty('--rows', String(2 * rows.length + 2));
    for (const platform of ['slack', 'teams']) {
      byId(`typing-${platform}`).style.gridRow = String(2 * lastOf[platform] + 1);
    }
    standing = next;
    show([...next.values()].map(({ line }) => line));
    return rows.length;
  };
  return { place };
};

const joint = ({ left, right, before }) => {
  const key = `${left.id} ${right.id}`;
  const made = JSON.stringify([left.why, right.why, document.documentElement.lang]);
  const old = before.get(key);
  if (old?.made === made) return old;
  const panel = whyPanel({
    why: left.why,
    entries: [`#${left.why.auditIndex} ${NAMES.slack}`, `#${right.why.auditIndex} ${NAMES.teams}`],
    same: words().sameOn,
    open: old?.line.querySelector('.why').open ?? false,
  });
  return { key, made, line: el('li', { class: 'joint' }, [panel]) };
};

/** Only what changed is touched, so that neither focus nor an open panel is lost. */
const show = (lines) => {
  const list = byId('joints');
  for (const line of list.querySelectorAll(':scope > li')) if (!lines.includes(line)) line.remove();
  lines.forEach((line, at) => {
    if (list.children[at] !== line) list.insertBefore(line, list.children[at] ?? null);
  });
};
