/**
 * Giving a phrase: a press opens the form, and only what is sent in it is kept. Each is a step of its own: how often, who, whose
 * button, on record without a word of it, done. Guests and people of other companies are offered none and give none.
 */
import {
  apologyCard,
  notYoursCard,
  plainCard,
  stillCard,
  strangerCard,
  throttledCard,
  viewExpiredCard,
} from '../answer.ts';
import { circumstances, permittedIntents } from '../askable.ts';
import type { DecisionEntry } from '../audit.ts';
import { codeOf, SottoError } from '../errors.ts';
import { isOutsider } from '../judgement.ts';
import type { OpenedView } from '../ports.ts';
import { repliesIn } from '../replies/replies.ts';
import { type Asker, counted, record, stateOf, strangersLocale, who } from '../steps.ts';
import { standsStill } from '../still.ts';
import { throttled } from '../throttle.ts';
import type { Card, Form, Intent, Locale, Person, Press, Submit } from '../types.ts';
import { judgePorts, type World } from '../world.ts';
import { inTime, readOffer, sealDonating } from './buttons.ts';
import { donatingForm, FEW_OPTIONS, type Filled, filledIn, languageIn, MOST_OPTIONS, meantIn } from './form.ts';
import { MOST_PHRASE, type Phrase, sealPhrase, tidied } from './phrase.ts';

/** `brief`: in place of a form that is too large for the platform. */
interface Asking {
  readonly form: Form;
  readonly brief: Form;
}

type Shown = Asking | { readonly card: Card };

/** Fills the view that a press opened with the form. Never throws. */
export const openDonating = async (world: World, press: Press, view: OpenedView): Promise<void> => {
  const known = { locale: 'en' as Locale };
  try {
    await showIn(
      view,
      await decided(world, press, known, (person) => {
        const text = readOffer(press, { sealer: world.sealer, now: world.clock.now() });
        if (text === null) return null;
        const filled: Filled = { text, meant: null, language: person.locale };
        return { reason: 'form', show: () => formFor(world, press, person, filled, []) };
      }),
    );
  } catch (error) {
    world.log.error('donating.failed', { id: press.id, code: codeOf(error) });
    await view.reveal(apologyCard(known.locale)).catch(() => undefined);
  }
};

/** Takes the form that was sent. Rejects where nothing became of it, and the form should stay as it was filled in. */
export const takeDonation = async (world: World, submit: Submit, view: OpenedView): Promise<void> => {
  const known = { locale: 'en' as Locale };
  try {
    await showIn(
      view,
      await decided(world, submit, known, (person) =>
        inTime(submit, { sealer: world.sealer, now: world.clock.now() })
          ? { reason: 'sent', show: () => taken(world, submit, person) }
          : null,
      ),
    );
  } catch (error) {
    world.log.warn('donating.failed', { id: submit.id, code: codeOf(error) });
    throw error;
  }
};

const decided = async (
  world: World,
  inbound: Press | Submit,
  known: { locale: Locale },
  read: (person: Person) => { readonly reason: 'form' | 'sent'; readonly show: () => Promise<Shown> } | null,
): Promise<Shown> => {
  const attempt = { id: inbound.id, attempts: 1 };
  const note = (person: Asker, verdict: DecisionEntry['verdict'], reasons: readonly string[]): Promise<void> =>
    record(world, attempt, inbound, { person, verdict, reasons });
  const wait = throttled(await counted(world, inbound));
  const found = await who(world, inbound.account);
  if (!found.ok) {
    await note(null, 'refuse', [`account-${found.why}`]);
    const card = strangerCard(found.why, await strangersLocale(world, inbound.account));
    return notNow(inbound, found.why === 'unreachable' || found.why === 'stale', card);
  }
  const { person } = found;
  known.locale = person.locale;
  const still = standsStill(world);
  if (still !== null) {
    await note(person, 'refuse', [still]);
    return notNow(inbound, true, stillCard(person.locale, still));
  }
  if (wait !== null) {
    await note(person, 'throttled', ['throttled']);
    return notNow(inbound, true, throttledCard(person.locale, wait));
  }
  const theirs = isOutsider(person) ? null : read(person);
  if (theirs === null) {
    await note(person, 'refuse', ['button-not-yours']);
    return { card: isOutsider(person) ? notYoursCard(person.locale) : viewExpiredCard(person.locale) };
  }
  await note(person, 'answer', ['donating', theirs.reason]);
  return theirs.show();
};

/** What passes by itself must not cost anybody what they wrote into a form; a press loses nothing. */
const notNow = (inbound: Press | Submit, passes: boolean, card: Card): Shown => {
  if (inbound.kind === 'press' || !passes) return { card };
  throw new SottoError('busy', 'The form could not be taken just now. It stays open: send it again in a moment.');
};

const showIn = async (view: OpenedView, shown: Shown): Promise<void> => {
  if ('card' in shown) {
    await view.reveal(shown.card);
    return;
  }
  const isTooLarge = async (form: Form): Promise<boolean> => {
    const asked = await view.ask(form);
    return !asked.ok && asked.fault === 'never';
  };
  if ((await isTooLarge(shown.form)) && (await isTooLarge(shown.brief)))
    throw new SottoError('busy', 'The platform takes no form of this size, so none was shown. Nothing was kept.');
};

/** What they could be answered in their private chat, with what came before in the talk. */
const permittedTo = async (world: World, inbound: Press | Submit, person: Person): Promise<readonly Intent[]> => {
  const { catalogue, clock } = world;
  const { platform } = inbound.account;
  const state = await stateOf(world, inbound);
  const request = circumstances({ person, platform, place: 'direct', state, catalogue, now: clock.now() });
  return permittedIntents(judgePorts(world), request);
};

const formFor = async (
  world: World,
  inbound: Press | Submit,
  person: Person,
  filled: Filled,
  findings: readonly string[],
): Promise<Asking> => {
  const { sealer, clock } = world;
  const permitted = await permittedTo(world, inbound, person);
  const state = sealDonating({ sealer, account: inbound.account, now: clock.now() });
  const form = (most: number): Form =>
    donatingForm({ locale: person.locale, state, filled, permitted, findings, most });
  return { form: form(MOST_OPTIONS), brief: form(FEW_OPTIONS) };
};

/** The very form, which is made once, and what stood in it: platforms deliver again, and people press again. */
const asSent = ({ state, values }: Submit): string =>
  JSON.stringify([state, Object.entries(values).toSorted(([a], [b]) => (a < b ? -1 : 1))]);

const taken = async (world: World, submit: Submit, person: Person): Promise<Shown> => {
  const texts = repliesIn(person.locale).donating;
  const filled = filledIn(submit.values);
  const text = tidied(filled.text);
  const meant = meantIn(filled, await permittedTo(world, submit, person));
  const language = languageIn(filled);
  const findings = [
    ...(text === '' || text.length > MOST_PHRASE ? [texts.wrong.phrase({ most: MOST_PHRASE })] : []),
    ...(meant === undefined ? [texts.wrong.meant] : []),
    ...(language === undefined ? [texts.wrong.language] : []),
  ];
  if (findings.length > 0 || meant === undefined || language === undefined)
    return formFor(world, submit, person, filled, findings);
  return { card: plainCard(texts[await kept(world, submit, person, { text, meant, language })]) };
};

const kept = async (
  { sealer, clock, store, metrics }: World,
  submit: Submit,
  person: Person,
  phrase: Phrase,
): Promise<'thanks' | 'full' | 'enough'> => {
  const now = clock.now();
  const owner = sealer.fingerprint(person.id);
  const id = sealer.fingerprint(`donating:${asSent(submit)}`);
  const value = sealPhrase(sealer, { owner, id }, phrase);
  const outcome = await store.donations.add({ id, at: now, owner, value, now });
  metrics.count('donations', { outcome });
  return outcome === 'kept' ? 'thanks' : outcome;
};
