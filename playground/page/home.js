import { byId, el } from './elements.js';
import { words } from './words.js';

/**
 * The bot's own page on a platform that has one, behind a tab beside the talk. It covers the talk while it is shown, and only
 * in the private chat. What stands on it is in the document alone.
 * @param {object} options
 * @param {string} options.platform
 * @param {() => Promise<boolean>} options.onOpen the person looks at it; resolves to whether the platform said so to the bot
 * @param {(press: {action: string, value: string}) => Promise<boolean>} options.onPress resolves to whether it was taken
 * @param {() => void} options.onTurn the other tab was chosen
 */
export const homeTab = ({ platform, onOpen, onPress, onTurn }) => {
  const panel = byId(`home-${platform}`);
  const bar = byId(`tabs-${platform}`);
  const tabs = { messages: byId(`tab-messages-${platform}`), home: byId(`tab-home-${platform}`) };
  /** What was made of what, so that neither focus nor a press under way is lost to a drawing that changes nothing. */
  let made = null;
  /** Whose page it is. */
  let whose = null;
  let open = false;
  let failed = false;
  /** Sotto's messages that stood there when the page was opened. */
  let read = null;

  const turn = (wanted) => {
    const turned = open !== wanted;
    open = wanted;
    read = null;
    failed = false;
    for (const [name, tab] of Object.entries(tabs)) {
      const chosen = (name === 'home') === open;
      tab.setAttribute('aria-selected', String(chosen));
      tab.tabIndex = chosen ? 0 : -1;
    }
    panel.hidden = !open;
    tellUnread(0);
    if (turned) onTurn();
    if (open) void look();
  };
  /** On the tab of the talk, while the page covers it. */
  const tellUnread = (count) => {
    const badge = byId(`unread-tab-${platform}`);
    badge.hidden = count === 0;
    badge.textContent = count === 0 ? '' : words().unread(count);
  };
  const look = async () => {
    const asked = whose;
    const done = await onOpen();
    if (asked === whose) fail(!done);
  };
  const fail = (on) => {
    failed = on;
    byId(`home-trouble-${platform}`).textContent = failed ? words().homeFailed : '';
  };

  const press = async ({ action, value, button }) => {
    if (button.getAttribute('aria-disabled') === 'true') return;
    button.setAttribute('aria-disabled', 'true');
    const taken = await onPress({ action, value, at: button.dataset.at });
    button.removeAttribute('aria-disabled');
    byId(`home-trouble-${platform}`).textContent = taken ? '' : words().pressFailed;
  };

  for (const [name, tab] of Object.entries(tabs)) tab.addEventListener('click', () => turn(name === 'home'));
  // As people know tabs: the arrows choose, and only the chosen one is on the way of the tab key.
  bar.addEventListener('keydown', (event) => {
    const step = { ArrowLeft: !open, ArrowRight: !open, Home: false, End: true }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    turn(step);
    tabs[open ? 'home' : 'messages'].focus();
  });

  const draw = ({ home, person }) => {
    const now = JSON.stringify([home, document.documentElement.lang]);
    if (now === made) return;
    made = now;
    const focused = panel.contains(document.activeElement) ? document.activeElement.dataset.at : undefined;
    const sections = (home?.sections ?? []).map((section, at) => sectionOf({ section, at, person, press }));
    const page = byId(`home-page-${platform}`);
    page.replaceChildren(
      ...(sections.length > 0 ? sections : [el('p', { class: 'nothing', text: words().homeEmpty })]),
    );
    if (focused === undefined) return;
    (page.querySelector(`[data-at="${CSS.escape(focused)}"]`) ?? panel).focus();
  };

  return {
    isOpen: () => open,
    /** @param {{person: object, place: string, pane: object}} shown */
    show: ({ person, place, pane }) => {
      bar.hidden = place !== 'direct';
      // The page is one person's: another one begins with the talk.
      if (open && (place !== 'direct' || (whose !== null && whose !== person.id))) turn(false);
      whose = person.id;
      draw({ home: pane.home, person });
      const ids = pane.messages.flatMap(({ id, from }) => (from === 'sotto' ? [id] : []));
      read ??= new Set(ids);
      tellUnread(open ? ids.filter((id) => !read.has(id)).length : 0);
    },
  };
};

/** One part of such a page. `press` gets the button's action and value, and the button itself. */
export const sectionOf = ({ section: { title, text, note, buttons }, at, person, press }) => {
  const lang = person.locale;
  const pressable = buttons.map(({ action, label, value }, index) => {
    const button = el('button', { type: 'button', text: label, 'data-at': `${at}.${index}` });
    button.addEventListener('click', () => press({ action, value, button }));
    return button;
  });
  return el('section', { class: 'home-section', lang }, [
    title === null ? null : el('h3', { class: 'heading', dir: 'auto', text: title }),
    text === '' ? null : el('p', { class: 'text', dir: 'auto', text }),
    note === null ? null : el('p', { class: 'note', text: note }),
    pressable.length === 0 ? null : el('div', { class: 'buttons' }, pressable),
  ]);
};
