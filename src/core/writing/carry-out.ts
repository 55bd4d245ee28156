/**
 * Writes, once. A press that a sent form became has been judged like a question when it comes here. In order: the data is authorised; that it
 * begins is on record, then in the store; the system is called; what came of it is in the store, then on record. So whoever takes the press up after a
 * crash knows what may have been done: it is never done anew but under the same key, where the system does a key once, or looks first; and
 * what is not known is said to be so.
 */
import { dataRefusedCard, isStale, plainCard } from '../answer.ts';
import { type Outcome, PLAIN } from '../commit.ts';
import { writeAuthorised } from '../data.ts';
import { SottoError } from '../errors.ts';
import { parkMarkForToken, waitsFor } from '../parked.ts';
import type { Claim, KeptWrite } from '../ports.ts';
import { repliesIn } from '../replies/replies.ts';
import { noteSurprises } from '../screening.ts';
import { asPersonCard } from '../sign-in/offer.ts';
import { noteDataRefused } from '../steps.ts';
import type { Press } from '../types.ts';
import type { Asked } from '../understood.ts';
import type { World } from '../world.ts';
import type { Writing } from './carried.ts';
import { toldBack, withCopy } from './given-back.ts';
import { openDetail, settleWrite, waitsForSignIn } from './kept.ts';
import { begin, type Call, end, type Permitted } from './once.ts';
import { doneCard } from './outcome.ts';
import { note, recordEnd, recorded } from './told-again.ts';

/** Whoever has begun calls within so long, ms, or not at all: with the call itself it is over before another is made. */
const MOST_LATE_MS = 10_000;

/** What takes something back asks for what was written. */
export const askedIn = async (
  world: Pick<World, 'directory' | 'store' | 'clock' | 'sealer'>,
  writing: Writing,
): Promise<Asked | null> => {
  const { intent, subject } = writing;
  const colleague = subject === null ? null : await world.directory.colleague(subject);
  if (subject !== null && colleague === null) return null;
  return { kind: 'chosen', intent, subject: colleague, slots: writing.slots };
};

/** Its time was over before it came to anything, or there is nothing (any more) that it would take back. */
const over = (world: World, press: Press, o: Permitted, card: string): Outcome => ({
  ...withCopy(world, { writing: o.writing, press, locale: o.person.locale, card: plainCard(card) }),
  verdict: 'answer',
  judgement: o.judgement,
  locale: o.person.locale,
});

const callOf = async (world: World, press: Press, o: Permitted): Promise<Call | Outcome> => {
  const { writing, judgement, person } = o;
  const texts = repliesIn(person.locale).writing;
  const operation = judgement.intent?.operation ?? '';
  const described = world.backend.operation(operation)?.writes;
  if (writing.undoes === null) {
    if (!writing.counts || described === undefined) return over(world, press, o, texts.late);
    return { operation, slots: judgement.slots, result: null };
  }
  const contact = world.catalogue.topics.get(judgement.intent?.topic ?? '')?.contact[person.locale] ?? '';
  const before = await world.store.writes.find({ id: writing.undoes, now: world.clock.now() });
  if (before?.state === 'undone') return over(world, press, o, texts.undoneBefore);
  const detail = before === null ? null : openDetail(world, before);
  const undo = described?.undo ?? null;
  // An account may be somebody else's by now.
  const theirs = before !== null && world.sealer.fingerprints(person.id).includes(before.owner);
  if (!writing.counts || undo === null || detail === null || before?.state !== 'done' || !theirs)
    return over(world, press, o, texts.undoLate({ contact }));
  return { operation: undo.operation, slots: detail.slots, result: detail.result };
};

/** The write of a press that was judged and is permitted. */
export const carryOut = async (world: World, claim: Claim, press: Press, o: Permitted): Promise<Outcome> => {
  const { person, judgement, writing } = o;
  const { locale } = person;
  const call = await callOf(world, press, o);
  if ('card' in call) return call;
  const subject = judgement.subject?.id ?? null;
  const { request } = judgement;
  const { operation, slots } = call;
  const may = await writeAuthorised({
    backend: world.backend,
    operation,
    subject,
    id: claim.id,
    slots,
    locale,
    request,
  });
  const account = press.account;
  const plain = { judgement, obligations: PLAIN, locale, verdict: 'answer' } as const;
  if (!may.ok && may.why === 'refused') {
    await noteDataRefused(world, claim, { operation, ...may });
    const { intent } = judgement;
    const { reasons } = may;
    if (intent === null) throw new SottoError('pack-invalid', 'What is written has an intent. Nothing was written.');
    const card = dataRefusedCard({ intent, person, catalogue: world.catalogue, reasons });
    return { ...plain, card, verdict: 'refuse', unchecked: isStale(reasons) };
  }
  const told = (stands: Pick<KeptWrite, 'state' | 'code' | 'triedAt'>): Outcome => ({
    ...plain,
    ...toldBack(world, { writing, press, locale, stands }),
  });
  if (!may.ok) return told({ state: 'not-done', code: 'unreachable', triedAt: 0 });
  const { dataClass } = may.operation;
  await note(world, claim, writing, { operation, dataClass, state: 'begun', code: null });
  const begun = await begin(world, claim, press, { ...o, call, described: may.operation, subject });
  if (begun.how === 'enough') {
    world.metrics.count('writes', { outcome: 'enough' });
    await note(world, claim, writing, { operation, dataClass, state: 'not-done', code: 'enough' });
    return told({ state: 'not-done', code: 'enough', triedAt: 0 });
  }
  if (begun.how === 'ended') {
    await recordEnd(world, claim, writing, begun.write);
    return told(begun.write);
  }
  if (world.clock.now() - begun.stands.triedAt > MOST_LATE_MS) {
    // This process stood still: by the time that the call arrives, another may be at it.
    const stands = { state: 'not-done', code: 'unreachable' } as const;
    const had = begun.stands;
    if (begun.again || !(await settleWrite(world, { id: writing.id, ...stands, had, value: null })))
      throw new SottoError('deadline', 'It took too long to begin this write. It is left to the next attempt.');
    await note(world, claim, writing, { operation, dataClass, ...stands });
    return told({ ...stands, triedAt: had.triedAt });
  }
  const wrote = await may.write({
    key: writing.id,
    words: writing.words,
    ...(call.result === null ? {} : { result: call.result }),
    again: begun.again,
  });
  const ended = await end(world, { writing, begun, wrote, press, call, subject });
  const outcome = recorded(ended.state, writing);
  world.metrics.count('writes', { outcome });
  await note(world, claim, writing, { operation, dataClass, state: outcome, code: ended.code });
  const { intent } = judgement;
  if (intent !== null && waitsForSignIn(ended)) {
    // It is asked as the person, and no token of theirs is there. Nothing was asked of the system: it goes on once they signed in.
    const signIn = waitsFor(world, claim);
    const { links } = await asPersonCard(world, { intent, signIn: 'press', person, account });
    const linked = links === undefined ? {} : { links };
    if (typeof signIn === 'number') {
      const title = intent.title[locale];
      const card = plainCard(repliesIn(locale).writing.asYourself({ title, minutes: signIn }));
      const after = parkMarkForToken(world, person, judgement, writing.id);
      return { ...plain, card: { ...card, ...linked }, verdict: 'step-up', unchecked: true, after };
    }
    const { card, ...of } = told(ended);
    return { ...of, card: { ...card, ...linked } };
  }
  if (!wrote.ok || ended.state !== 'done') return told(ended);
  if (wrote.found.length > 0) await noteSurprises(world, { question: claim.id, operation, found: wrote.found });
  const { card, obligations } = doneCard(world, {
    writing,
    account,
    locale,
    wrote,
    judgement,
    person,
    at: ended.triedAt,
  });
  return { ...plain, card, obligations, ...(intent === null ? {} : { tells: { person: person.id, intent } }) };
};
