/** The steps of everything of HR's talk that is answered in a view: how often, who, whose button, on record, done. */
import { apologyCard, notYoursCard, plainCard, strangerCard, throttledCard } from '../answer.ts';
import type { DisclosureEntry } from '../audit.ts';
import { codeOf, hasCode, SottoError } from '../errors.ts';
import { noteShown } from '../owed.ts';
import type { OpenedView } from '../ports.ts';
import { repliesIn } from '../replies/replies.ts';
import { counted, record } from '../steps.ts';
import { throttled } from '../throttle.ts';
import { type Card, type Form, type Locale, type Press, type Submit, VIEW_CHANNEL } from '../types.ts';
import type { World } from '../world.ts';
import { askedHr, type HrPerson } from './author.ts';
import { beginMessage } from './posting.ts';

/** What a view is filled with: a form, or a sentence. A form has a shorter one for where the platform does not take it. */
export type Shown = { readonly form: Form; readonly brief?: Form } | { readonly card: Card; readonly form?: undefined };

/** What is to be done, once that it is done is on record; null: it is not theirs. */
interface Authorised {
  readonly reasons: readonly string[];
  readonly show: () => Promise<Shown>;
}

/**
 * The steps of everything that is answered in a view: how often, who, whose button, on record, done. Rejects for a form that was sent
 * and of which nothing became: platforms then leave it as it was filled in. For a press never.
 */
export const inView = async (
  world: World,
  inbound: Press | Submit,
  view: OpenedView,
  read: (hr: HrPerson) => Promise<Authorised | null>,
): Promise<void> => {
  const known = { locale: 'en' as Locale, theirs: false };
  try {
    const shown = await decided(world, inbound, read, known);
    const missed = await shownIn(view, shown, known.locale);
    // What HR restricts, and whom it touches, is data as well.
    if (known.theirs && !missed) await noteShown(world, disclosureOf(world, inbound, view));
    if (missed && inbound.kind === 'submit') await sayInstead(world, inbound, shown, known.locale);
  } catch (error) {
    // Promise 1: an error refuses; nothing is in force by a form alone.
    const passes = hasCode(error, 'busy');
    world.log[passes ? 'warn' : 'error']('restricting.form-failed', { id: inbound.id, code: codeOf(error) });
    if (inbound.kind === 'submit') throw error;
    await view.reveal(apologyCard(known.locale)).catch(() => undefined);
  }
};

const disclosureOf = (world: World, { id }: Press | Submit, { ref }: OpenedView): DisclosureEntry => ({
  kind: 'disclosure',
  at: world.clock.now(),
  question: id,
  verdict: 'answer',
  channel: VIEW_CHANNEL,
  message: ref?.id ?? id,
  removeAt: null,
});

const decided = async (
  world: World,
  inbound: Press | Submit,
  read: (hr: HrPerson) => Promise<Authorised | null>,
  known: { locale: Locale; theirs: boolean },
): Promise<Shown> => {
  const attempt = { id: inbound.id, attempts: 1 };
  const wait = throttled(await counted(world, inbound));
  const asked = wait === null ? await askedHr(world, inbound.account) : null;
  const hr = asked === 'unreachable' ? null : asked;
  if (hr !== null) known.locale = hr.person.locale;
  const authorised = hr === null ? null : await read(hr);
  const person = hr?.person ?? null;
  if (authorised !== null) {
    await record(world, attempt, inbound, { person, verdict: 'answer', reasons: authorised.reasons });
    known.theirs = true;
    return authorised.show();
  }
  if (wait !== null) {
    await record(world, attempt, inbound, { person, verdict: 'throttled', reasons: ['throttled'] });
    return notNow(inbound, throttledCard(known.locale, wait));
  }
  if (asked === 'unreachable') {
    await record(world, attempt, inbound, { person, verdict: 'refuse', reasons: ['unreachable'] });
    return notNow(inbound, strangerCard('unreachable', known.locale));
  }
  await record(world, attempt, inbound, { person, verdict: 'refuse', reasons: ['button-not-yours'] });
  return { card: notYoursCard(known.locale) };
};

/** What passes by itself must not cost anybody what they wrote into a form; a press loses nothing. */
const notNow = (inbound: Press | Submit, card: Card): Shown => {
  if (inbound.kind === 'press') return { card };
  throw new SottoError('busy', 'The form could not be taken just now. It stays open: send it again in a moment.');
};

/** True: nobody saw it, since the view was closed meanwhile, its time was over, or the platform did not take it. A press is pressed again. */
const shownIn = async (view: OpenedView, shown: Shown, locale: Locale): Promise<boolean> => {
  if (shown.form === undefined) return !(await view.reveal(shown.card)).ok;
  const asked = await view.ask(shown.form);
  if (asked.ok || asked.fault !== 'never') return !asked.ok;
  const brief = shown.brief === undefined ? asked : await view.ask(shown.brief);
  if (brief.ok || brief.fault !== 'never') return !brief.ok;
  return !(await view.reveal(plainCard(repliesIn(locale).restricting.tooLarge))).ok;
};

/** What came of a form that was sent, in private chat: whoever sent it must not think that it was taken. */
const sayInstead = async (world: World, { account }: Submit, shown: Shown, locale: Locale): Promise<void> => {
  const { missed } = repliesIn(locale).restricting;
  const text = shown.form === undefined ? shown.card.text : [missed, ...shown.form.findings].join('\n');
  await beginMessage(world, { account, card: plainCard(text) });
};
