/**
 * The form of a write, opened and sent. Opening it is judged as the question itself would be, so that nobody fills in in vain what they
 * may not have done. Nothing is written here: what was sent goes the way of every press, and is judged anew there.
 */
import {
  apologyCard,
  dataRefusedCard,
  notYoursCard,
  plainCard,
  refusalCard,
  stillCard,
  strangerCard,
  throttledCard,
} from '../answer.ts';
import { permittedIntents } from '../askable.ts';
import { writeAuthorised } from '../data.ts';
import { codeOf, SottoError } from '../errors.ts';
import { chosen } from '../interact.ts';
import { judge } from '../judge.ts';
import type { Judgement } from '../judgement.ts';
import type { OpenedView, WriteOperation } from '../ports.ts';
import { repliesIn } from '../replies/replies.ts';
import { withSignIn } from '../sign-in/offer.ts';
import { counted, noteDataRefused, record, stateOf, strangersLocale, who } from '../steps.ts';
import { standsStill } from '../still.ts';
import { WRITES_MS } from '../stored-writes.ts';
import { throttled } from '../throttle.ts';
import { todayIn, zoneOf } from '../time-zones.ts';
import type { Card, Form, Intent, Locale, Person, Press, Submit } from '../types.ts';
import { judgePorts, type World } from '../world.ts';
import { type Opening, readOpening } from './buttons.ts';
import { FORM_MS, readWriteForm, sealWriteForm, type WriteForm, writeId, writePress } from './carried.ts';
import { filledIn, shapeOf, type WriteFormOf, writeForm, writtenBeside } from './form.ts';
import { endWaiting } from './once.ts';
import { writesOf } from './ready.ts';

type Shown = { readonly card: Card } | { readonly form: Form };

/** Fills the view that a button opened: with the form, or with why there is none. Never throws. */
export const openWriting = async (world: World, press: Press, view: OpenedView): Promise<void> => {
  const known = { locale: 'en' as Locale };
  try {
    const shown = await formOrNot(world, press, known);
    const done = 'form' in shown ? await view.ask(shown.form) : await view.reveal(shown.card);
    if (!done.ok) world.log.warn('writing.not-shown', { id: press.id, code: done.code });
  } catch (error) {
    world.log.error('writing.failed', { id: press.id, code: codeOf(error) });
    await view.reveal(apologyCard(known.locale)).catch(() => undefined);
  }
};

const formOrNot = async (world: World, press: Press, known: { locale: Locale }): Promise<Shown> => {
  const attempt = { id: press.id, attempts: 1 };
  const { account } = press;
  const { sealer, clock, random } = world;
  const wait = throttled(await counted(world, press));
  const found = await who(world, account);
  if (!found.ok) {
    await record(world, attempt, press, { person: null, verdict: 'refuse', reasons: [`account-${found.why}`] });
    return { card: strangerCard(found.why, await strangersLocale(world, account)) };
  }
  const { person } = found;
  const { locale } = person;
  known.locale = locale;
  const texts = repliesIn(locale).writing;
  const simple = async (verdict: 'refuse' | 'throttled', reason: string, card: Card): Promise<Shown> => {
    await record(world, attempt, press, { person, verdict, reasons: [reason] });
    return { card };
  };
  const still = standsStill(world);
  if (still !== null) return simple('refuse', still, stillCard(locale, still));
  if (wait !== null) return simple('throttled', 'throttled', throttledCard(locale, wait));
  const opening = readOpening(press, { sealer, now: clock.now() });
  if (opening === null) return simple('refuse', 'button-expired', plainCard(texts.late));
  const asked = await chosen(world.directory, { ...opening, nobody: false });
  if (asked === null) return simple('refuse', 'button-not-yours', notYoursCard(locale));
  const { platform } = account;
  const ports = judgePorts(world);
  const state = await stateOf(world, press);
  // What becomes of it is told in the private chat, wherever the button stood.
  const judgement = await judge({ ports, asked, person, platform, place: 'direct', state });
  const { verdict, intent, obligations, reasons } = judgement;
  await record(world, attempt, press, { person, verdict, reasons, judgement });
  const writes = writesOf(world, intent);
  if (verdict !== 'answer' || intent === null || obligations === null || writes === null)
    return { card: await refusedCard(world, press, person, judgement) };
  const { operation } = intent;
  const may = await writeAuthorised({
    backend: world.backend,
    operation: operation ?? '',
    subject: judgement.subject?.id ?? null,
    id: press.id,
    locale,
    request: judgement.request,
  });
  if (!may.ok && may.why === 'refused') {
    await noteDataRefused(world, attempt, { operation: operation ?? '', ...may });
    return { card: dataRefusedCard({ intent, person, catalogue: world.catalogue, reasons: may.reasons }) };
  }
  if (opening.instead !== undefined && !(await endWaiting(world, opening.instead)))
    return { card: plainCard(texts.already) };
  const form: WriteForm = { id: random.id(), intent: intent.id, subject: opening.subject };
  return { form: formFor(world, press, person, { form, intent, writes, about: aboutOf(judgement, person) }, opening) };
};

const aboutOf = ({ subject }: Judgement, person: Person): string | null =>
  subject === null || subject.id === person.id ? null : subject.name;

const refusedCard = async (world: World, press: Press, person: Person, judgement: Judgement): Promise<Card> => {
  const { catalogue } = world;
  const refused = refusalCard({
    judgement,
    person,
    catalogue,
    signIn: world.signInOffered ? 'press' : 'nowhere',
    permitted: () => permittedIntents(judgePorts(world), judgement.request),
    // A button in a view would have no message to belong to.
    button: ({ label }) => ({ action: '', label, value: '' }),
  });
  const { account } = press;
  return withSignIn(world, { card: { ...refused, buttons: [] }, judgement, person, account });
};

interface Filling extends Pick<Opening, 'slots' | 'words'> {
  readonly findings?: readonly string[];
  /** See `filledIn`. */
  readonly left?: string;
}

const formFor = (
  world: Pick<World, 'sealer' | 'clock'>,
  { account }: Pick<Press, 'account'>,
  person: Person,
  o: {
    readonly form: WriteForm;
    readonly intent: Intent;
    readonly writes: WriteOperation;
    readonly about: string | null;
  },
  { findings = [], left = '', ...filling }: Filling,
): Form => {
  const { sealer, clock } = world;
  const now = clock.now();
  const of: WriteFormOf = {
    intent: o.intent,
    words: o.writes.words,
    locale: person.locale,
    today: todayIn(zoneOf({ said: null, person }), now),
  };
  const asked = of.words.map(({ name }) => name);
  const state = sealWriteForm({ sealer, account, now }, o.form, { shape: shapeOf(of), asked });
  return writeForm({ ...of, state, filling, findings, about: o.about, left });
};

/** Passes by itself, and must not cost anybody what they wrote: the form stays as it was filled in. */
const notNow = (): SottoError =>
  new SottoError('busy', 'The form could not be taken just now. It stays open: send it again in a moment.');

/** Takes the form that was sent. Rejects where it was not taken: it stays as it was filled in. */
export const takeWriting = async (
  world: World,
  submit: Submit,
  view: OpenedView,
  accept: (press: Press) => Promise<'accepted' | 'repeat' | 'unavailable'>,
): Promise<void> => {
  const { sealer, clock, catalogue, directory, store } = world;
  const { account } = submit;
  const attempt = { id: submit.id, attempts: 1 };
  const wait = throttled(await counted(world, submit));
  const found = await who(world, account);
  if (!found.ok) {
    await record(world, attempt, submit, { person: null, verdict: 'refuse', reasons: [`account-${found.why}`] });
    if (found.why === 'unreachable' || found.why === 'stale') throw notNow();
    await view.reveal(strangerCard(found.why, await strangersLocale(world, account)));
    return;
  }
  const { person } = found;
  const { locale } = person;
  const texts = repliesIn(locale).writing;
  if (standsStill(world) !== null || wait !== null) throw notNow();
  const form = readWriteForm(submit, { sealer });
  const intent = form === null ? undefined : catalogue.intents.get(form.intent);
  const writes = writesOf(world, intent);
  const refused = (reason: 'form-expired' | 'form-changed'): Promise<void> =>
    record(world, attempt, submit, { person, verdict: 'refuse', reasons: [reason] });
  /** Nothing can be sent from here any more: what they wrote is theirs to copy. */
  const over = async (): Promise<void> => {
    await refused('form-expired');
    const wrote = writtenBeside(submit.values, []);
    await view.reveal(plainCard(wrote === '' ? texts.late : `${texts.late}\n\n${texts.wrote}\n${wrote}`));
  };
  if (form === null || intent === undefined || writes === null) return over();
  const now = clock.now();
  const same = form.is(shapeOf({ intent, words: writes.words }));
  const filled = filledIn({ intent, words: writes.words, locale }, submit.values, same ? undefined : form.asked);
  const { slots, words } = filled;
  const late = form.until < now;
  if (late || !same) {
    // Under its own id it is written once, for as long as that is remembered.
    if (now >= form.until - FORM_MS + WRITES_MS) return over();
    if ((await store.writes.find({ id: writeId(form), now })) !== null) {
      await view.reveal(plainCard(texts.already));
      return;
    }
    await refused(late ? 'form-expired' : 'form-changed');
  }
  const findings = [...(late ? [texts.anew.late] : same ? [] : [texts.anew.changed]), ...(same ? filled.findings : [])];
  if (findings.length > 0) {
    const about = form.subject === null ? null : ((await directory.colleague(form.subject))?.name ?? null);
    const of = { form, intent, writes, about };
    await view.ask(formFor(world, submit, person, of, { ...filled, findings }));
    return;
  }
  const taken = await accept(writePress({ sealer, now }, { submit, form, slots, words }));
  if (taken === 'unavailable') throw notNow();
  await view.reveal(plainCard(taken === 'repeat' ? texts.already : texts.taken));
};
