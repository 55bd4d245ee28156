/** What is kept of a write, opened and sealed; and how its row in the store comes from one state to the next. */
import { z } from 'zod';
import type { KeptWrite, WriteStands, WriteState } from '../ports.ts';
import { writeContext } from '../sealing.ts';
import type { World } from '../world.ts';

const shape = z.strictObject({
  /** Id of the press that tried it last. */
  press: z.string(),
  intent: z.string(),
  operation: z.string(),
  subject: z.string().nullable(),
  slots: z.record(z.string(), z.string()),
  /** For the operation that takes it back. */
  result: z.record(z.string(), z.string()),
});

export type WriteDetail = z.infer<typeof shape>;

export const sealDetail = (
  { sealer }: Pick<World, 'sealer'>,
  of: Pick<KeptWrite, 'id' | 'owner'>,
  detail: WriteDetail,
): string => sealer.seal(writeContext(of), JSON.stringify(detail));

/** Null: they were forgotten, or it does not open. */
export const openDetail = ({ sealer }: Pick<World, 'sealer'>, { id, owner, value }: KeptWrite): WriteDetail | null => {
  const plain = value === '' ? null : sealer.open(writeContext({ owner, id }), value);
  const read = plain === null ? null : shape.safeParse(JSON.parse(plain));
  return read?.success === true ? read.data : null;
};

/** For sure it was not done, for want of a token of whoever asked: under the same key it may be done once they signed in. */
export const waitsForSignIn = ({ state, code }: Pick<KeptWrite, 'state' | 'code'>): boolean =>
  state === 'not-done' && code === 'sign-in';

/** Others may change it meanwhile; looked at anew so often. */
export const MOST_LOOKS = 4;

/** Owner of a row that stands so that nothing is called any more: nobody's, and no fingerprint, which is hex. A forgotten row is nobody's either, but was perhaps called for. */
export const NOT_CALLED = 'not-called';

/** A row that was begun, and is not gone on with: as sure as that is. As `settleWrite`; returns what it is to be told as. */
export const endBegun = async (
  world: Pick<World, 'store' | 'clock'>,
  { write, code, ...o }: { readonly write: KeptWrite; readonly code: string; readonly had?: WriteStands },
): Promise<KeptWrite> => {
  const state = write.owner === NOT_CALLED ? 'not-done' : 'doubt';
  await settleWrite(world, { id: write.id, state, code, value: null, ...o });
  return { ...write, state, code };
};

/** What is known for sure takes the place of what was not. */
const REPLACES: { readonly [S in WriteState]: readonly WriteState[] } = {
  begun: [],
  done: ['begun', 'doubt'],
  'not-done': ['begun'],
  doubt: ['begun'],
  undone: ['done'],
};

/**
 * Has it stand so, whoever else was at it. False: it stands otherwise, and by what is surer. Rejects as the store does.
 */
export const settleWrite = async (
  { store, clock }: Pick<World, 'store' | 'clock'>,
  o: {
    readonly id: string;
    readonly state: Exclude<WriteState, 'begun'>;
    readonly code: string | null;
    /** As this attempt began it; absent: as it stands. */
    readonly had?: WriteStands;
    /** Sealed; null: what is kept stays as it is. */
    readonly value: string | null;
  },
): Promise<boolean> => {
  const { id, state, code, value } = o;
  let had: WriteStands | null = o.had ?? null;
  for (let look = 1; look <= MOST_LOOKS; look++) {
    had ??= await store.writes.find({ id, now: clock.now() });
    if (had === null || !REPLACES[state].includes(had.state)) return had?.state === state;
    // Somebody else tries it now: whether it was done is theirs to say, unless it is known.
    if (state !== 'done' && o.had !== undefined && had.tries !== o.had.tries) return false;
    const { tries, triedAt } = had;
    if ((await store.writes.change({ id, had, has: { state, tries, triedAt, code }, value })) === 'put') return true;
    had = null;
  }
  return false;
};
