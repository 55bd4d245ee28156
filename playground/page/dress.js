import { byId, el } from './elements.js';
import { PLATFORMS } from './platforms.js';
import { peopleList } from './settings.js';
import { suggestionsFor } from './suggestions.js';
import { words } from './words.js';

const suggestion = ({ text, about, lang, onChoose }) => {
  const button = el('button', { type: 'button', lang }, [
    el('span', { text }),
    el('span', { class: 'about', text: about }),
  ]);
  button.addEventListener('click', () => onChoose(text));
  return el('li', {}, [button]);
};

/** Everything that names the person, the place, the platform or the language; the address too, so that a reload keeps them. */
export const dress = ({ people, person, place, shown, onPerson, onSuggestion }) => {
  peopleList({ people, person, onChoose: onPerson });
  for (const [name, value] of [
    ['place', place],
    ['platform', shown],
  ]) {
    for (const radio of document.querySelectorAll(`input[name="${name}"]`)) radio.checked = radio.value === value;
  }
  byId('talk').dataset.shown = shown;
  byId('place-title').textContent = words().titleOf[place];
  byId('place-hint').textContent = words().hintOf[place];
  for (const platform of PLATFORMS) byId(`place-${platform}`).textContent = words().placeOn[platform][place];
  byId('welcome-title').textContent = words().welcomeTitle(person.name.split(' ')[0]);
  byId('ask-label').textContent = words().ask(place);
  byId('ask').placeholder = words().ask(place);
  byId('suggestions').replaceChildren(
    ...suggestionsFor(person).map((one) => suggestion({ ...one, lang: person.locale, onChoose: onSuggestion })),
  );
  const here = new URL(location.href);
  const kept = { person: person.id, place, ...(shown === PLATFORMS[0] ? {} : { platform: shown }) };
  here.search = new URLSearchParams(kept).toString();
  history.replaceState(null, '', here);
};
