/** One attempt at a write: it begins durably before anything is called, and what came of it is durable before anything is said. */
import type { Wrote } from '../data.ts';
import { SottoError } from '../errors.ts';
import type { Judgement } from '../judgement.ts';
import type { Claim, KeptWrite, Operation, WriteStands } from '../ports.ts';
import { MOST_WRITES } from '../stored-writes.ts';
import type { Person, Press } from '../types.ts';
import type { World } from '../world.ts';
import type { Writing } from './carried.ts';
import { endBegun, MOST_LOOKS, NOT_CALLED, openDetail, sealDetail, settleWrite, waitsForSignIn } from './kept.ts';
import { SENT_ANEW } from './outcome.ts';

/**
 * An attempt that says nothing any more may be under way still for so long, ms: three times what a call may take (`timeoutMs` of a
 * description). Until then no other is made.
 */
const REST_MS = 30_000;

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

/**
 * What waits for a sign-in is not written any more, whoever signs in: they have its form again, with all that stood in it. False: it is too late for that, for it
 * was begun, and nobody may do it twice. A process that dies of it leaves a row by which nothing is ever called.
 */
export const endWaiting = async ({ store, clock }: Pick<World, 'store' | 'clock'>, id: string): Promise<boolean> => {
  for (let look = 1; look <= MOST_LOOKS; look++) {
    const now = clock.now();
    const began = await store.writes.begin({ id, owner: NOT_CALLED, value: '', most: null, now });
    if (began.status === 'enough') return false;
    const known = began.status === 'known' ? began.write : null;
    const had: WriteStands = known ?? { state: 'begun', tries: 1, triedAt: now, code: null };
    const uncalled = known === null || (known.state === 'begun' && known.owner === NOT_CALLED);
    if (!uncalled && !waitsForSignIn(had)) return had.state === 'not-done';
    const { tries, triedAt } = had;
    const has: WriteStands = { state: 'not-done', tries, triedAt, code: SENT_ANEW };
    if ((await store.writes.change({ id, had, has, value: null })) === 'put') return true;
  }
  return false;
};

/** A press that was judged, and may be gone on with. */
export interface Permitted {
  readonly person: Person;
  readonly judgement: Judgement;
  readonly writing: Writing;
}

/** What is called, and with what. */
export interface Call {
  readonly operation: string;
  readonly slots: Judgement['slots'];
  /** Of what is taken back; null: nothing is. */
  readonly result: Readonly<Record<string, string>> | null;
}

export type Begun =
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
export const begin = async (world: World, claim: Claim, press: Press, o: Beginning): Promise<Begun> => {
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
  const another = detail !== null && detail.press !== press.id;
  const signedIn = waitsForSignIn(write) && detail !== null && !another;
  const retried = (write.state === 'not-done' && writing.undoes !== null && another) || signedIn;
  if (write.state !== 'begun' && !retried) return { how: 'ended', write };
  if (write.state === 'begun' && (described.writes?.again === 'never' || write.owner === NOT_CALLED))
    return { how: 'ended', write: await endBegun(world, { write, code: 'interrupted', had: write }) };
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
export const end = async (
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
