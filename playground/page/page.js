/** The chat page: who asks where, what they said and were told, and why. It shows what the server says and decides nothing. */
import { serverNow, setTime } from './countdown.js';
import { byId, el } from './elements.js';
import { conversation } from './messages.js';
import { changes, get, post } from './server.js';
import {
  browserLanguage,
  chosenLanguage,
  closeOnPhone,
  foldSettings,
  languageSwitch,
  lookSwitch,
  peopleList,
  showSwitches,
} from './settings.js';
import { suggestionsFor } from './suggestions.js';
import { speak, words } from './words.js';

const PLACES = ['direct', 'channel', 'shared'];

/** How long a question without an answer shows that one is being written, ms. */
const PATIENCE = 15_000;

const address = new URL(location.href);
let people = [];
let person = null;
let place = PLACES.includes(address.searchParams.get('place')) ? address.searchParams.get('place') : 'direct';
let personWasChosen = address.searchParams.has('person');
let state = null;
/** Ids of what each person has seen in private; a new one while they are elsewhere makes a badge. */
const seenInPrivate = new Map();
let wanted = 0;

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
  const asked = { person, place };
  const [here, inPrivate] = await Promise.all([
    get('/api/state', { person: person.id, place }),
    place === 'direct' ? null : get('/api/state', { person: person.id, place: 'direct' }),
  ]);
  if (mine !== wanted) return;
  if (!here.ok) return trouble(here.fault);
  setTime(here.value.now);
  state = here.value;
  notePrivate({ id: asked.person.id, inPrivate, here: here.value.messages });
  render();
};

const notePrivate = ({ id, inPrivate, here }) => {
  if (inPrivate === null) seenInPrivate.set(id, new Set(here.map((message) => message.id)));
  if (inPrivate?.ok && !seenInPrivate.has(id)) {
    seenInPrivate.set(id, new Set(inPrivate.value.messages.map((message) => message.id)));
  }
  const unseen = inPrivate?.ok
    ? inPrivate.value.messages.filter((message) => message.from === 'sotto' && !seenInPrivate.get(id).has(message.id))
    : [];
  byId('unread').hidden = unseen.length === 0;
  byId('unread').textContent = unseen.length === 0 ? '' : words().unread(unseen.length);
  byId('elsewhere').hidden = unseen.length === 0;
};

const talk = conversation({
  onPress: async ({ messageId, action, value, button }) => {
    button.disabled = true;
    const pressed = await post('/api/press', { person: person.id, messageId, action, value });
    button.disabled = false;
    trouble(pressed.ok ? null : pressed.fault);
    await look();
    byId('ask').focus();
  },
});

const render = () => {
  const scroll = byId('scroll');
  const atEnd = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 120;
  const key = `${person.id}/${place}`;
  const moved = scroll.dataset.key !== key;
  scroll.dataset.key = key;
  talk.show({ key, person, messages: state.messages });
  const talking = byId('messages').children.length > 0;
  byId('welcome').hidden = talking;
  byId('talk').toggleAttribute('data-talking', talking);
  showTyping();
  showSwitches({ person, ...state });
  byId('talk').style.setProperty('--gutter', `${(scroll.offsetWidth - scroll.clientWidth) / 2}px`);
  if (moved || atEnd) scroll.scrollTop = scroll.scrollHeight;
};

const showTyping = () => {
  const last = state.messages.at(-1);
  const waited = last?.from === 'person' ? serverNow() - last.at : Number.POSITIVE_INFINITY;
  byId('typing').hidden = waited > PATIENCE;
  if (waited <= PATIENCE) setTimeout(() => state !== null && showTyping(), PATIENCE - waited + 50);
};

// ---- Choosing ------------------------------------------------------------------------------------------------

const lines = changes({
  onChange: () => void look(),
  onLine: (stands) => trouble(stands ? null : 'offline'),
});

/** Everything that names the person, the place or the language. */
const dress = () => {
  speak(chosenLanguage() ?? (personWasChosen ? person.locale : browserLanguage()));
  peopleList({ people, person, onChoose: choosePerson });
  for (const radio of document.querySelectorAll('input[name="place"]')) radio.checked = radio.value === place;
  byId('place-title').textContent = words().titleOf[place];
  byId('place-hint').textContent = words().hintOf[place];
  byId('welcome-title').textContent = words().welcomeTitle(person.name.split(' ')[0]);
  byId('ask-label').textContent = words().ask(place);
  byId('ask').placeholder = words().ask(place);
  byId('suggestions').replaceChildren(
    ...suggestionsFor(person).map(({ text, about }) => {
      const button = el('button', { type: 'button', lang: person.locale }, [
        el('span', { text }),
        el('span', { class: 'about', text: about }),
      ]);
      button.addEventListener('click', () => void say(text));
      return el('li', {}, [button]);
    }),
  );
  const here = new URL(location.href);
  here.search = new URLSearchParams({ person: person.id, place }).toString();
  history.replaceState(null, '', here);
};

const choosePerson = (someone) => {
  person = someone;
  personWasChosen = true;
  state = null;
  dress();
  closeOnPhone();
  lines.watch(person.id);
  void look();
};

const choosePlace = (chosen) => {
  place = chosen;
  state = null;
  dress();
  void look();
};

// ---- Saying --------------------------------------------------------------------------------------------------

const say = async (text) => {
  const scroll = byId('scroll');
  const sent = await post('/api/say', { person: person.id, place, text });
  trouble(sent.ok ? null : sent.fault);
  if (!sent.ok) return false;
  await look();
  scroll.scrollTop = scroll.scrollHeight;
  return true;
};

const grow = () => {
  const box = byId('ask');
  box.style.height = 'auto';
  box.style.height = `${Math.min(box.scrollHeight, 180)}px`;
};

const composer = () => {
  const box = byId('ask');
  byId('form').addEventListener('submit', async (event) => {
    event.preventDefault();
    const text = box.value;
    if (text.trim() === '' || person === null) return;
    // What was typed comes back if it could not be sent.
    box.value = '';
    grow();
    if (!(await say(text)) && box.value === '') box.value = text;
    grow();
  });
  box.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    byId('form').requestSubmit();
  });
  box.addEventListener('input', grow);
};

const toggle = (id, send) => {
  byId(id).addEventListener('change', async (event) => {
    const done = await send(event.target.checked);
    trouble(done.ok ? null : done.fault);
    await look();
  });
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
  const asked = address.searchParams.get('person') ?? 'evan';
  person = people.find(({ id }) => id === asked) ?? people[0];
  trouble(null);
  dress();
  lines.watch(person.id);
  await look();
};

lookSwitch();
foldSettings();
languageSwitch({
  onChoose: () => {
    dress();
    if (state !== null) render();
  },
});
for (const radio of document.querySelectorAll('input[name="place"]')) {
  radio.addEventListener('change', () => choosePlace(radio.value));
}
byId('go-private').addEventListener('click', () => {
  choosePlace('direct');
  byId('ask').focus();
});
composer();
// Browsers that do not let the keyboard scroll a box by itself need this.
byId('scroll').tabIndex = 0;
toggle('signed-in', (on) => post('/api/sign-in', { person: person.id, on }));
toggle('restricted', (on) => post('/api/restrict', { on }));
void start();
