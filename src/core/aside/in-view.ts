/**
 * Asking by a form: a shortcut opens it, and what is sent in it goes the way of every question: accepted durably, judged and answered in
 * the private chat. Here nothing is decided but whether somebody may see the form.
 */
import { apologyCard, plainCard, stillCard, strangerCard, throttledCard, viewExpiredCard } from '../answer.ts';
import { codeOf, SottoError } from '../errors.ts';
import type { OpenedView } from '../ports.ts';
import { repliesIn } from '../replies/replies.ts';
import { counted, record, strangersLocale, who } from '../steps.ts';
import { standsStill } from '../still.ts';
import { throttled } from '../throttle.ts';
import type { Card, Form, Locale, Press, Question, Submit } from '../types.ts';
import type { World } from '../world.ts';
import { asideForm, askedIn } from './form.ts';

/** Fills the view that a shortcut opened with the form. Never throws. */
export const openAside = async (world: World, press: Press, view: OpenedView): Promise<void> => {
  const known: { locale: Locale } = { locale: 'en' };
  try {
    const shown = await formOrNot(world, press, known);
    const done = 'text' in shown && 'fields' in shown ? await view.ask(shown) : await view.reveal(shown as Card);
    if (!done.ok) world.log.warn('aside.not-shown', { id: press.id, code: done.code });
  } catch (error) {
    world.log.error('aside.failed', { id: press.id, code: codeOf(error) });
    await view.reveal(apologyCard(known.locale)).catch(() => undefined);
  }
};

const formOrNot = async (world: World, press: Press, known: { locale: Locale }): Promise<Form | Card> => {
  const attempt = { id: press.id, attempts: 1 };
  const { account } = press;
  const wait = throttled(await counted(world, press));
  const found = await who(world, account);
  if (!found.ok) {
    await record(world, attempt, press, {
      person: null,
      verdict: 'refuse',
      reasons: [`account-${found.why}`],
    });
    return strangerCard(found.why, await strangersLocale(world, account));
  }
  const { person } = found;
  const { locale } = person;
  known.locale = locale;
  const still = standsStill(world);
  if (still !== null) {
    await record(world, attempt, press, { person, verdict: 'refuse', reasons: [still] });
    return stillCard(locale, still);
  }
  if (wait !== null) {
    await record(world, attempt, press, { person, verdict: 'throttled', reasons: ['throttled'] });
    return throttledCard(locale, wait);
  }
  await record(world, attempt, press, { person, verdict: 'answer', reasons: ['aside-form'] });
  const { value: text } = press;
  const { sealer, clock } = world;
  return asideForm({ sealer, now: clock.now(), account, locale, text, own: text !== '', findings: [] });
};

/** Takes the form that was sent. Rejects where the question was not taken: the form stays as it was filled in. */
export const takeAside = async (
  world: World,
  submit: Submit,
  view: OpenedView,
  accept: (question: Question) => Promise<'accepted' | 'repeat' | 'unavailable'>,
): Promise<void> => {
  const { account, place, conversation, at, id } = submit;
  const { sealer, clock } = world;
  const text = askedIn(submit, { sealer, now: clock.now() });
  const found = await who(world, account);
  const locale = found.ok ? found.person.locale : await strangersLocale(world, account);
  const replies = repliesIn(locale);
  if (text === null) {
    await view.reveal(viewExpiredCard(locale));
    return;
  }
  if (text === '') {
    const findings = [replies.fieldNeeded];
    await view.ask(asideForm({ sealer, now: clock.now(), account, locale, text, own: false, findings }));
    return;
  }
  const taken = await accept({ kind: 'question', id, account, place, conversation, at, text, aside: 'form' });
  if (taken === 'unavailable')
    throw new SottoError('busy', 'The question could not be taken just now. The form stays open: send it again.');
  await view.reveal(plainCard(replies.aside.sent));
};
