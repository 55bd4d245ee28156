import { avatar } from './avatars.js';
import { byId, el, onRadio } from './elements.js';
import { words } from './words.js';

/** Beside the two talks there is room for the people on a wide page; elsewhere they fold away. */
const BESIDE = matchMedia('(min-width: 68.75rem)');

/** Storage may be forbidden; then a choice holds until the page is left. */
const kept = {
  get: (name) => {
    try {
      return localStorage.getItem(name);
    } catch {
      return null;
    }
  },
  set: (name, value) => {
    try {
      localStorage.setItem(name, value);
    } catch {
      // Nothing depends on it.
    }
  },
};

/** The language that was chosen by hand; null: none was. */
export const chosenLanguage = () => kept.get('sotto-language');

export const browserLanguage = () => (navigator.language.toLowerCase().startsWith('de') ? 'de' : 'en');

/** Wires the light and dark switch: as the system has it until somebody chooses. */
export const lookSwitch = () => {
  const button = byId('look');
  const system = matchMedia('(prefers-color-scheme: dark)');
  const isDark = () => (document.documentElement.dataset.look ?? (system.matches ? 'dark' : 'light')) === 'dark';
  const say = () => button.setAttribute('aria-pressed', String(isDark()));
  button.addEventListener('click', () => {
    const look = isDark() ? 'light' : 'dark';
    document.documentElement.dataset.look = look;
    kept.set('sotto-look', look);
    say();
  });
  system.addEventListener('change', say);
  say();
};

export const languageSwitch = ({ onChoose }) => {
  onRadio('language', (value) => {
    kept.set('sotto-language', value);
    onChoose();
  });
};

/** The nine people as one group of radio buttons: arrow keys move within it without a line of ours. */
export const peopleList = ({ people, person, onChoose }) => {
  const { lang } = document.documentElement;
  const focused = byId('people').contains(document.activeElement);
  byId('people').replaceChildren(
    ...people.map((someone) => {
      const radio = el('input', { type: 'radio', name: 'person', value: someone.id, id: `person-${someone.id}` });
      radio.checked = someone.id === person.id;
      radio.addEventListener('change', () => onChoose(someone));
      return el('label', { class: 'person', for: radio.id }, [
        radio,
        avatar(someone),
        el('span', { class: 'person-words' }, [
          el('b', { text: someone.name }),
          el('span', { class: 'role', text: someone.role[lang] }),
        ]),
      ]);
    }),
  );
  if (focused) byId(`person-${person.id}`).focus();
  const summary = avatar(person);
  summary.id = 'summary-avatar';
  byId('summary-avatar').replaceWith(summary);
  byId('summary-name').textContent = person.name;
};

/** Opens the settings where there is room for them and folds them where there is not. */
export const foldSettings = () => {
  const fold = () => {
    byId('settings').open = BESIDE.matches;
  };
  BESIDE.addEventListener('change', fold);
  fold();
};

/** Where the list covers the talk, a choice closes it. */
export const closeWhereFolded = () => {
  if (!BESIDE.matches) byId('settings').open = false;
};

export const showSwitches = ({ person, signedIn, restricted }) => {
  byId('signed-in').checked = signedIn !== null;
  byId('signed-in-hint').textContent =
    signedIn === null ? words().signedInHint : words().signedInFor(person.name.split(' ')[0], signedIn);
  byId('restricted').checked = restricted;
};
