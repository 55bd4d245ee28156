/** The chat page: who asks where, what they said and were told, and why. It shows what the server says and decides nothing. */
import { composer, target } from './composer.js';
import { setTime } from './countdown.js';
import { dress } from './dress.js';
import { byId, onRadio, onSwitch } from './elements.js';
import { createPane } from './pane.js';
import { forEach, NAMES, NARROW, PLATFORMS } from './platforms.js';
import { joinedRows } from './rows.js';
import { changes, get, post } from './server.js';
import {
  browserLanguage,
  chosenLanguage,
  closeWhereFolded,
  foldSettings,
  languageSwitch,
  lookSwitch,
  showSwitches,
} from './settings.js';
import { unreadBadges } from './unread.js';
import { speak, words } from './words.js';

const PLACES = ['direct', 'channel', 'shared'];

const address = new URL(location.href);
const asked = (name, allowed) => allowed.find((each) => each === address.searchParams.get(name)) ?? allowed[0];

let people = [];
let person = null;
let place = asked('place', PLACES);
/** The one that a narrow page shows. */
let shown = asked('platform', PLATFORMS);
let personWasChosen = address.searchParams.has('person');
let state = null;
/** The panes of the private chat while the person looks elsewhere; null: they are there, or it is not known. */
let inPrivate = null;
let wanted = 0;
const unread = unreadBadges();
const rows = joinedRows();

const trouble = (fault) => {
  const bar = byId('trouble');
  bar.hidden = fault === null;
  bar.textContent = fault === null ? '' : words().trouble[fault];
};

// ---- Looking -------------------------------------------------------------------------------------------------

/** Fetches and shows; of several that overlap only the last counts, so that an old view never covers a new one. */
const look = async () => {
  if (person === null) return;
  wanted += 1;
  const mine = wanted;
  const [here, there] = await Promise.all([
    get('/api/state', { person: person.id, place }),
    place === 'direct' ? null : get('/api/state', { person: person.id, place: 'direct' }),
  ]);
  if (mine !== wanted) return;
  if (!here.ok) return trouble(here.fault);
  setTime(here.value.now);
  state = here.value;
  inPrivate = there?.ok ? there.value.panes : null;
  render();
};

const homeOf = (platform) => ({
  onOpen: async () => {
    const done = await post('/api/open-home', { person: person.id, platform });
    await look();
    return done.ok;
  },
  onPress: async (pressed) => {
    const done = await post('/api/press-home', { person: person.id, platform, ...pressed });
    await look();
    return done.ok;
  },
});

const panes = forEach((platform) =>
  createPane({
    platform,
    onPress: async (pressed) => {
      const done = await post('/api/press', { person: person.id, platform, ...pressed });
      await look();
      return done.ok;
    },
    onPressView: async (pressed) => {
      const done = await post('/api/press-view', { person: person.id, platform, ...pressed });
      await look();
      return done.ok;
    },
    onSubmit: async (sent) => {
      const done = await post('/api/submit', { person: person.id, platform, ...sent });
      await look();
      return done.ok;
    },
    home: platform === 'slack' ? homeOf(platform) : null,
    onCloseView: async (id) => {
      await post('/api/close-view', { person: person.id, platform, id });
      await look();
    },
  }),
);

const askPrivately = (platform) => async () => {
  const done = await post('/api/ask-privately', { person: person.id, platform });
  panes[platform].trouble(done.ok ? null : { text: words().pressFailed });
  await look();
};
byId('ask-privately').addEventListener('click', askPrivately('slack'));
byId('ask-privately-teams').addEventListener('click', askPrivately('teams'));

const render = () => {
  const scroll = byId('scroll');
  const key = `${person.id}/${place}`;
  const atEnd = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 120;
  const moved = scroll.dataset.key !== key;
  scroll.dataset.key = key;
  const talks = forEach((platform) => panes[platform].show({ key, person, place, pane: state.panes[platform] }));
  const talking = rows.place(talks) > 0;
  byId('welcome').hidden = talking;
  byId('talk').toggleAttribute('data-talking', talking);
  showUnread();
  showSwitches({ person, ...state });
  if (moved || atEnd) scroll.scrollTop = scroll.scrollHeight;
};

const showUnread = () => unread.show({ person, place, shown, here: state.panes, inPrivate });

// ---- Choosing ------------------------------------------------------------------------------------------------

const lines = changes({
  onChange: () => void look(),
  onLine: (stands) => trouble(stands ? null : 'offline'),
});

const dressed = () => {
  speak(chosenLanguage() ?? (personWasChosen ? person.locale : browserLanguage()));
  dress({ people, person, place, shown, onPerson: choosePerson, onSuggestion: (text) => void say(text) });
};

/** What stood there belongs to another person or place. */
const elsewhere = () => {
  state = null;
  inPrivate = null;
  for (const platform of PLATFORMS) panes[platform].trouble(null);
  dressed();
  void look();
};

const choosePerson = (someone) => {
  person = someone;
  personWasChosen = true;
  closeWhereFolded();
  lines.watch(person.id);
  elsewhere();
};

const choosePlace = (chosen) => {
  place = chosen;
  elsewhere();
};

/** Each of the two keeps where it was read to. */
const readTo = forEach(() => null);
const choosePlatform = (chosen) => {
  const scroll = byId('scroll');
  readTo[shown] = scroll.scrollHeight - scroll.scrollTop;
  shown = chosen;
  dressed();
  scroll.scrollTop = scroll.scrollHeight - (readTo[shown] ?? 0);
  if (state !== null) showUnread();
};

// ---- Saying --------------------------------------------------------------------------------------------------

const say = async (text, platforms = target()) => {
  if (person === null) return false;
  const sent = await post('/api/say', { person: person.id, place, text, platforms });
  trouble(sent.ok ? null : sent.fault);
  if (!sent.ok) return false;
  for (const platform of platforms) {
    panes[platform].trouble(sent.value.failed.includes(platform) ? missed(platform, text) : null);
  }
  await look();
  byId('scroll').scrollTop = byId('scroll').scrollHeight;
  return true;
};

const missed = (platform, text) => ({
  text: words().notReached(NAMES[platform]),
  again: async () => {
    if (!(await say(text, [platform]))) panes[platform].trouble(missed(platform, text));
  },
});

const afterSwitch = async (done) => {
  trouble(done.ok ? null : done.fault);
  await look();
};

// ---- Starting ------------------------------------------------------------------------------------------------

const start = async () => {
  const found = await get('/api/people');
  if (!found.ok) {
    speak(chosenLanguage() ?? browserLanguage());
    trouble(found.fault);
    setTimeout(() => void start(), 2_000);
    return;
  }
  people = found.value;
  const wantedPerson = address.searchParams.get('person') ?? 'evan';
  person = people.find(({ id }) => id === wantedPerson) ?? people[0];
  trouble(null);
  dressed();
  lines.watch(person.id);
  await look();
};

lookSwitch();
foldSettings();
languageSwitch({
  onChoose: () => {
    if (person === null) return;
    dressed();
    if (state !== null) render();
  },
});
onRadio('place', choosePlace);
onRadio('platform', choosePlatform);
NARROW.addEventListener('change', () => state !== null && render());
byId('go-private').addEventListener('click', () => {
  choosePlace('direct');
  byId('ask').focus();
});
composer({ onSay: (text) => say(text) });
// Browsers that do not let the keyboard scroll a box by itself need this.
byId('scroll').tabIndex = 0;
onSwitch('signed-in', async (on) => afterSwitch(await post('/api/sign-in', { person: person.id, on })));
onSwitch('restricted', async (on) => afterSwitch(await post('/api/restrict', { on })));
void start();
