/** What became of a write, told by whoever takes its press up again: what an earlier attempt made of it, or what is known where none can go on. */
import { plainCard } from '../answer.ts';
import type { WriteEntry } from '../audit.ts';
import { type Outcome, PLAIN } from '../commit.ts';
import { codeOf } from '../errors.ts';
import type { Claim, Found, KeptWrite } from '../ports.ts';
import { repliesIn } from '../replies/replies.ts';
import { record, strangersLocale } from '../steps.ts';
import type { Locale, Press } from '../types.ts';
import type { World } from '../world.ts';
import type { Writing } from './carried.ts';
import { toldBack } from './given-back.ts';
import { endBegun, NOT_CALLED, openDetail, settleWrite, waitsForSignIn } from './kept.ts';

/** An entry of it. Refuses as the audit log does. */
export const note = (
  { audit, clock }: Pick<World, 'audit' | 'clock'>,
  claim: Pick<Claim, 'id' | 'attempts'>,
  { id, undoes }: Writing,
  of: Pick<WriteEntry, 'operation' | 'dataClass' | 'state' | 'code'>,
): Promise<unknown> => {
  const { id: question, attempts: attempt } = claim;
  return audit.append({ kind: 'write', at: clock.now(), question, attempt, write: id, undoes, ...of });
};

/** As it is recorded: what takes back says `undone` where it did. */
export const recorded = (state: KeptWrite['state'], { undoes }: Writing): WriteEntry['state'] =>
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
  if (waitsForSignIn(write) && detail !== null && !another) return null;
  const locale = found.ok ? found.person.locale : await strangersLocale(world, press.account);
  await recordTold(world, claim, press, found, write);
  await recordEnd(world, claim, writing, write);
  const texts = repliesIn(locale).writing;
  const again = write.state === 'done' && writing.undoes !== null && another;
  const said = again
    ? { card: plainCard(texts.undoneBefore) }
    : toldBack(world, { writing, press, locale, stands: write });
  return { ...ruleless(locale), ...said, verdict: 'answer' };
};

/** That it is told what came of it; before it is told (promise 5). */
const recordTold = (
  world: World,
  claim: Claim,
  press: Press,
  found: Found,
  { state }: Pick<KeptWrite, 'state'>,
): Promise<void> =>
  record(world, claim, press, {
    person: found.ok ? found.person : null,
    verdict: 'answer',
    reasons: [`write-${state}`],
  });

/** What was taken back stands so, and what came of it is on record. */
export const recordEnd = async (world: World, claim: Claim, writing: Writing, write: KeptWrite): Promise<void> => {
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
  const told = (stands: Pick<KeptWrite, 'state' | 'code' | 'triedAt'>) =>
    ({ ...ruleless(locale), ...toldBack(world, { writing, press, locale, stands }), verdict: 'apology' }) as const;
  let write = await world.store.writes.find({ id, now });
  if (write === null && !last) return told({ state: 'not-done', code: 'failed', triedAt: now });
  if (!last) throw error;
  const code = 'failed-too-often';
  if (write === null) {
    // Set aside it may be asked once more, perhaps long after they sent another form.
    await world.store.writes.begin({ id, owner: NOT_CALLED, value: '', most: null, now });
    await settleWrite(world, { id, state: 'not-done', code, value: null });
  } else if (write.state === 'begun') await endBegun(world, { write, code });
  write = await world.store.writes.find({ id, now });
  if (write === null) throw error;
  const ended = write;
  // Promise 5: it tells what was done. Where the log takes nothing the error goes on, for as long as anything is tried.
  await recordTold(world, claim, press, found, ended);
  await recordEnd(world, claim, writing, ended).catch((cause: unknown) =>
    world.log.error('writing.not-recorded', { id: claim.id, code: codeOf(cause) }),
  );
  return { ...told(ended), ...(after === null ? {} : { after }) };
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
  await endBegun(world, { write, code: 'interrupted', had: write });
  return toldBefore(world, claim, press, found, writing);
};
