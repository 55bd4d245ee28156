import { byId } from './elements.js';
import { forEach, NAMES, NARROW, PLATFORMS } from './platforms.js';
import { words } from './words.js';

/** Which of Sotto's messages somebody has not had before their eyes, and the badges that say so. */
export const unreadBadges = () => {
  /** Ids, and only of what is still there; by person, place and platform. */
  const seen = new Map();

  /** How many are new. What is visible is seen; so is all that was there at the first look. */
  const count = ({ key, messages, visible }) => {
    const ids = messages.flatMap(({ id, from }) => (from === 'sotto' ? [id] : []));
    const before = seen.get(key);
    if (visible || before === undefined) {
      seen.set(key, new Set(ids));
      return 0;
    }
    seen.set(key, new Set(ids.filter((id) => before.has(id))));
    return ids.filter((id) => !before.has(id)).length;
  };

  /**
   * @param {object} now
   * @param {string} now.shown the platform that a narrow page shows
   * @param {{slack: object, teams: object}} now.here the panes of this place
   * @param {{slack: object, teams: object} | null} now.inPrivate those of the private chat, where that is another place
   */
  const show = ({ person, place, shown, here, inPrivate }) => {
    const countIn = (where, panes, isVisible) =>
      forEach((platform) =>
        count({
          key: `${person.id}/${where}/${platform}`,
          messages: panes[platform].messages,
          visible: isVisible(platform),
        }),
      );
    const newHere = countIn(place, here, (platform) => !NARROW.matches || platform === shown);
    for (const platform of PLATFORMS) badge(`unread-${platform}`, newHere[platform]);
    const there = inPrivate === null ? { slack: 0, teams: 0 } : countIn('direct', inPrivate, () => false);
    badge('unread', there.slack + there.teams);
    const wrote = PLATFORMS.filter((platform) => there[platform] > 0).map((platform) => NAMES[platform]);
    byId('elsewhere').hidden = wrote.length === 0;
    byId('elsewhere-words').textContent = wrote.length === 0 ? '' : words().elsewhere(wrote);
  };
  return { show };
};

const badge = (id, count) => {
  byId(id).hidden = count === 0;
  byId(id).textContent = count === 0 ? '' : words().unread(count);
};
