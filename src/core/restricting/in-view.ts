/** The steps of everything of HR's talk that is answered in a view: how often, who, whose button, on record, done. */
import { apologyCard, notYoursCard, plainCard, throttledCard } from '../answer.ts';
import { codeOf } from '../errors.ts';
import type { OpenedView } from '../ports.ts';
import { repliesIn } from '../replies/replies.ts';
import { accountKey } from '../sealing.ts';
import { counted, record } from '../steps.ts';
import { throttled } from '../throttle.ts';
import type { Card, Form, Locale, Press, Submit } from '../types.ts';
import type { World } from '../world.ts';
import { type HrPerson, hrPerson } from './author.ts';
import { beginMessage } from './posting.ts';

/** What a view is filled with: a form, or a sentence. A form has a shorter one for where the platform does not take it. */
export type Shown = { readonly form: Form; readonly brief?: Form } | { readonly card: Card; readonly form?: undefined };

/** What is to be done, once that it is done is on record; null: it is not theirs. */
interface Authorised {
  readonly reasons: readonly string[];
  readonly show: () => Promise<Shown>;
}

/** The steps of everything that is answered in a view: how often, who, whose button, on record, done. */
export const inView = async (
  world: World,
  inbound: Press | Submit,
  view: OpenedView,
  read: (hr: HrPerson) => Promise<Authorised | null>,
): Promise<void> => {
  const known = { locale: 'en' as Locale };
  try {
    const shown = await decided(world, inbound, read, known);
    const missed = await shownIn(view, shown, known.locale);
    if (missed && inbound.kind === 'submit') await sayInstead(world, inbound, shown, known.locale);
  } catch (error) {
    // Promise 1: an error refuses; nothing is in force by a form alone.
    world.log.error('restricting.form-failed', { id: inbound.id, code: codeOf(error) });
    await view.reveal(apologyCard(known.locale)).catch(() => undefined);
  }
};

const decided = async (
  world: World,
  inbound: Press | Submit,
  read: (hr: HrPerson) => Promise<Authorised | null>,
  known: { locale: Locale },
): Promise<Shown> => {
  const attempt = { id: inbound.id, attempts: 1 };
  const wait = throttled(await counted(world, inbound));
  const hr = wait === null ? await hrPerson(world, inbound.account) : null;
  if (hr !== null) known.locale = hr.person.locale;
  const authorised = hr === null ? null : await read(hr);
  const person = hr?.person.id ?? accountKey(inbound.account);
  if (authorised !== null) {
    await record(world, attempt, inbound, { person, verdict: 'answer', reasons: authorised.reasons });
    return authorised.show();
  }
  if (wait !== null) {
    await record(world, attempt, inbound, { person, verdict: 'throttled', reasons: ['throttled'] });
    return { card: throttledCard(known.locale, wait) };
  }
  await record(world, attempt, inbound, { person, verdict: 'refuse', reasons: ['button-not-yours'] });
  return { card: notYoursCard(known.locale) };
};

/** True: the view was closed meanwhile, or its time was over, so nobody saw it. A press loses nothing by that: it is pressed again. */
const shownIn = async (view: OpenedView, shown: Shown, locale: Locale): Promise<boolean> => {
  if (shown.form === undefined) {
    const revealed = await view.reveal(shown.card);
    return !revealed.ok && revealed.fault === 'gone';
  }
  const asked = await view.ask(shown.form);
  if (asked.ok || asked.fault !== 'never') return !asked.ok && asked.fault === 'gone';
  const brief = shown.brief === undefined ? asked : await view.ask(shown.brief);
  if (!brief.ok && brief.fault === 'never') await view.reveal(plainCard(repliesIn(locale).restricting.tooLarge));
  return false;
};

/** What came of a form that was sent, in private chat: whoever sent it must not think that it was taken. */
const sayInstead = async (world: World, { account }: Submit, shown: Shown, locale: Locale): Promise<void> => {
  const { missed } = repliesIn(locale).restricting;
  const text = shown.form === undefined ? shown.card.text : [missed, ...shown.form.findings].join('\n');
  await beginMessage(world, { account, card: plainCard(text) });
};
