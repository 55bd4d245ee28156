/**
 * Writes, once. A press that a sent form became has been judged like a question when it comes here. In order: the data is authorised; that it
 * begins is on record, then in the store; the system is called; what came of it is in the store, then on record. So whoever takes the press up after a
 * crash knows what may have been done: it is never done anew but under the same key, where the system does a key once, or looks first; and
 * what is not known is said to be so.
 */
import { dataRefusedCard, isStale, plainCard } from '../answer.ts';
import type { WriteEntry } from '../audit.ts';
import { type Outcome, PLAIN } from '../commit.ts';
import { type Wrote, writeAuthorised } from '../data.ts';
import { codeOf, SottoError } from '../errors.ts';
import type { Judgement } from '../judge.ts';
import type { Claim, Found, KeptWrite, Operation, WriteStands } from '../ports.ts';
import { repliesIn } from '../replies/replies.ts';
import { noteSurprises } from '../screening.ts';
import { asPersonCard } from '../sign-in/offer.ts';
import { noteDataRefused, record, strangersLocale } from '../steps.ts';
import { MOST_WRITES } from '../stored-writes.ts';
import type { Locale, Person, Press } from '../types.ts';
import type { Asked } from '../understood.ts';
import type { World } from '../world.ts';
import type { Writing } from './carried.ts';
import { openDetail, sealDetail, settleWrite } from './kept.ts';
import { doneCard, toldCard } from './outcome.ts';

/**
 * An attempt that says nothing any more may be under way still for so long, ms: three times what a call may take (`timeoutMs` of a
 * description). Until then no other is made.
 */
const REST_MS = 30_000;

/** Whoever has begun calls within so long, ms, or not at all: with the call itself it is over before another is made. */
const MOST_LATE_MS = 10_000;

/** Until when it must be left alone, ms since the epoch; null: it need not be. */
export const restsUntil = async (
  { store, clock }: Pick<World, 'store' | 'clock'>,
  { id }: Writing,
): Promise<number | null> => {
  const now = clock.now();
  const write = await store.writes.find({ id, now });
  const until = write?.state === 'begun' ? write.triedAt + REST_MS : 0;
  return until > now ? until : null;
};

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

const note = (
  { audit, clock }: Pick<World, 'audit' | 'clock'>,
  claim: Pick<Claim, 'id' | 'attempts'>,
  { id, undoes }: Writing,
  of: Pick<WriteEntry, 'operation' | 'dataClass' | 'state' | 'code'>,
): Promise<unknown> => {
  const { id: question, attempts: attempt } = claim;
  return audit.append({ kind: 'write', at: clock.now(), question, attempt, write: id, undoes, ...of });
};

/** As it is recorded: what takes back says `undone` where it did. */
const recorded = (state: KeptWrite['state'], { undoes }: Writing): WriteEntry['state'] =>
  state === 'done' && undoes !== null ? 'undone' : state;

/**
 * What an earlier attempt made of it, told again; whatever the rules say by now, for it was done under those that stood then (the
 * design's step 11). Null: it is not decided yet.
 */
export const toldBefore = async (
  world: World,
  claim: Claim,
  press: Press,
  found: Found,
  writing: Writing,
): Promise<Outcome | null> => {
  const write = await world.store.writes.find({ id: writing.id, now: world.clock.now() });
  if (write === null || write.state === 'begun') return null;
  const detail = openDetail(world, write);
  const another = detail !== null && detail.press !== press.id;
  // What could not be taken back may be tried by another press.
  if (write.state === 'not-done' && writing.undoes !== null && another) return null;
  const locale = found.ok ? found.person.locale : await strangersLocale(world, press.account);
  const person = found.ok ? found.person : null;
  await record(world, claim, press, { person, verdict: 'answer', reasons: [`write-${write.state}`] });
  await recordEnd(world, claim, writing, write);
  const texts = repliesIn(locale).writing;
  const again = write.state === 'done' && writing.undoes !== null && another;
  const card = again
    ? plainCard(texts.undoneBefore)
    : toldCard(world, { writing, account: press.account, locale, stands: write });
  return { ...ruleless(locale), card, verdict: 'answer' };
};

/** What was taken back stands so, and what came of it is on record. */
const recordEnd = async (world: World, claim: Claim, writing: Writing, write: KeptWrite): Promise<void> => {
  const detail = openDetail(world, write);
  const operation = detail?.operation ?? '';
  const dataClass = world.backend.operation(operation)?.dataClass ?? '';
  if (write.state === 'done' && writing.undoes !== null)
    await settleWrite(world, { id: writing.undoes, state: 'undone', code: null, value: null });
  await note(world, claim, writing, { operation, dataClass, state: recorded(write.state, writing), code: write.code });
};

const ruleless = (locale: Locale) =>
  ({ judgement: null, obligations: PLAIN, locale, unchecked: true, ruleless: true }) as const;

/**
 * The attempt failed. Whatever may have been done is not passed over in silence: while that can still be found out the error goes on, so that
 * the press is tried again. `last`: it is not any more; then it ends as what is known of it, and what never began never will.
 */
export const afterFailure = async (
  world: World,
  claim: Claim,
  press: Press,
  o: {
    readonly found: Found;
    readonly writing: Writing;
    readonly last: boolean;
    readonly error: unknown;
    /** What becomes of the press where it is not tried any more. */
    readonly after: Outcome['after'];
  },
): Promise<Outcome> => {
  const { writing, found, last, error, after = null } = o;
  const { id } = writing;
  const now = world.clock.now();
  const locale = found.ok ? found.person.locale : await strangersLocale(world, press.account);
  const told = (stands: Pick<KeptWrite, 'state' | 'code' | 'triedAt'>): Outcome['card'] =>
    toldCard(world, { writing, account: press.account, locale, stands });
  let write = await world.store.writes.find({ id, now });
  if (write === null && !last)
    return { ...ruleless(locale), card: told({ state: 'not-done', code: 'failed', triedAt: now }), verdict: 'apology' };
  if (!last) throw error;
  const code = 'failed-too-often';
  if (write === null) {
    // Set aside it may be asked once more, perhaps long after they sent another form.
    await world.store.writes.begin({ id, owner: '', value: '', most: null, now });
    await settleWrite(world, { id, state: 'not-done', code, value: null });
  } else if (write.state === 'begun') await settleWrite(world, { id, state: 'doubt', code, value: null });
  write = await world.store.writes.find({ id, now });
  if (write === null) throw error;
  const ended = write;
  await recordEnd(world, claim, writing, ended).catch((cause: unknown) =>
    world.log.error('writing.not-recorded', { id: claim.id, code: codeOf(cause) }),
  );
  return { ...ruleless(locale), card: told(ended), verdict: 'apology', ...(after === null ? {} : { after }) };
};

/**
 * It was begun before, and was not gone on with now: a rule came between, nobody is answered, or who asks could not be told. What was asked of
 * the system stands all the same, so it ends as not known. Null: nothing was begun, or it has been told already.
 */
export const toldWhatIsKnown = async (
  world: World,
  claim: Claim,
  press: Press,
  found: Found,
  writing: Writing,
): Promise<Outcome | null> => {
  const { id } = writing;
  const write = await world.store.writes.find({ id, now: world.clock.now() });
  if (write?.state !== 'begun') return null;
  await settleWrite(world, { id, state: 'doubt', code: 'interrupted', had: write, value: null });
  return toldBefore(world, claim, press, found, writing);
};

interface Permitted {
  readonly person: Person;
  readonly judgement: Judgement;
  readonly writing: Writing;
}

/** Its time was over before it came to anything, or there is nothing (any more) that it would take back. */
const over = (o: Permitted, card: string): Outcome => ({
  card: plainCard(card),
  verdict: 'answer',
  judgement: o.judgement,
  obligations: PLAIN,
  locale: o.person.locale,
});

/** What is called, and with what. */
interface Call {
  readonly operation: string;
  readonly slots: Judgement['slots'];
  /** Of what is taken back; null: nothing is. */
  readonly result: Readonly<Record<string, string>> | null;
}

const callOf = async (world: World, o: Permitted): Promise<Call | Outcome> => {
  const { writing, judgement, person } = o;
  const texts = repliesIn(person.locale).writing;
  const operation = judgement.intent?.operation ?? '';
  const described = world.backend.operation(operation)?.writes;
  if (writing.undoes === null) {
    if (!writing.counts || described === undefined) return over(o, texts.late);
    return { operation, slots: judgement.slots, result: null };
  }
  const contact = world.catalogue.topics.get(judgement.intent?.topic ?? '')?.contact[person.locale] ?? '';
  const before = await world.store.writes.find({ id: writing.undoes, now: world.clock.now() });
  if (before?.state === 'undone') return over(o, texts.undoneBefore);
  const detail = before === null ? null : openDetail(world, before);
  const undo = described?.undo ?? null;
  // An account may be somebody else's by now.
  const theirs = before !== null && world.sealer.fingerprints(person.id).includes(before.owner);
  if (!writing.counts || undo === null || detail === null || before?.state !== 'done' || !theirs)
    return over(o, texts.undoLate({ contact }));
  return { operation: undo.operation, slots: detail.slots, result: detail.result };
};

/** The write of a press that was judged and is permitted. */
export const carryOut = async (world: World, claim: Claim, press: Press, o: Permitted): Promise<Outcome> => {
  const { person, judgement, writing } = o;
  const { locale } = person;
  const call = await callOf(world, o);
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
    card: toldCard(world, { writing, account, locale, stands }),
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
  if (intent !== null && ended.state === 'not-done' && ended.code === 'sign-in') {
    // It is asked as the person, and no token of theirs is there: they sign in, and send the form once more.
    const { links } = await asPersonCard(world, { intent, signIn: 'press', person, account });
    const { card, ...of } = told(ended);
    return { ...of, card: { ...card, ...(links === undefined ? {} : { links }) } };
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

type Begun =
  /** `again`: an attempt before this one may have done it. */
  | { readonly how: 'go'; readonly stands: WriteStands; readonly owner: string; readonly again: boolean }
  | { readonly how: 'enough' }
  | { readonly how: 'ended'; readonly write: KeptWrite };

interface Beginning extends Permitted {
  readonly call: Call;
  readonly described: Operation;
  readonly subject: string | null;
}

/** Durable before anything is called; and nobody else is at the press by now. */
const begin = async (world: World, claim: Claim, press: Press, o: Beginning): Promise<Begun> => {
  const { writing, person, described } = o;
  const { store, clock, sealer } = world;
  const { id } = writing;
  const now = clock.now();
  const kept = await store.inbox.renew({ id: claim.id, lease: claim.lease, until: now + world.leaseMs });
  if (kept === 'lost') throw new SottoError('deadline', 'Another process is at this write. It was left to that one.');
  const owner = sealer.fingerprint(person.id);
  const value = sealDetail(world, { id, owner }, { ...detailOf(press, o), result: {} });
  const most = writing.undoes === null ? MOST_WRITES : null;
  const began = await store.writes.begin({ id, owner, value, most, now });
  if (began.status === 'enough') return { how: 'enough' };
  if (began.status === 'begun')
    return { how: 'go', owner, again: false, stands: { state: 'begun', tries: 1, triedAt: now, code: null } };
  const { write } = began;
  const detail = openDetail(world, write);
  const retried = write.state === 'not-done' && writing.undoes !== null && detail !== null && detail.press !== press.id;
  if (write.state !== 'begun' && !retried) return { how: 'ended', write };
  if (write.state === 'begun' && described.writes?.again === 'never') {
    await settleWrite(world, { id, state: 'doubt', code: 'interrupted', had: write, value: null });
    return { how: 'ended', write: { ...write, state: 'doubt', code: 'interrupted' } };
  }
  const stands: WriteStands = { state: 'begun', tries: write.tries + 1, triedAt: now, code: null };
  const anew = sealDetail(world, { id, owner: write.owner }, { ...detailOf(press, o), result: {} });
  if ((await store.writes.change({ id, had: write, has: stands, value: anew })) !== 'put')
    throw new SottoError('busy', 'Another process is at this write. It was left to that one.');
  return { how: 'go', owner: write.owner, stands, again: write.state === 'begun' };
};

const detailOf = (press: Press, { writing, call, subject }: Pick<Beginning, 'writing' | 'call' | 'subject'>) => ({
  press: press.id,
  intent: writing.intent,
  operation: call.operation,
  subject,
  slots: call.slots,
});

/** What came of it is durable before anything is said of it. */
const end = async (
  world: World,
  o: Pick<Beginning, 'writing' | 'call' | 'subject'> & {
    readonly begun: Extract<Begun, { how: 'go' }>;
    readonly wrote: Wrote;
    readonly press: Press;
  },
): Promise<Pick<KeptWrite, 'state' | 'code' | 'triedAt'>> => {
  const { writing, wrote, begun } = o;
  const { id } = writing;
  const state = wrote.ok ? 'done' : wrote.code === 'doubt' ? 'doubt' : 'not-done';
  const code = wrote.ok ? null : wrote.code;
  const result = wrote.ok ? wrote.result : {};
  const value = sealDetail(world, { id, owner: begun.owner }, { ...detailOf(o.press, o), result });
  const settled = await settleWrite(world, { id, state, code, had: begun.stands, value });
  if (state === 'done' && writing.undoes !== null)
    await settleWrite(world, { id: writing.undoes, state: 'undone', code: null, value: null });
  const { triedAt } = begun.stands;
  if (settled) return { state, code, triedAt };
  const stands = await world.store.writes.find({ id, now: world.clock.now() });
  // It was done, whatever somebody else thinks of it; anything else is theirs to say.
  return state === 'done' || stands === null ? { state, code, triedAt } : stands;
};
