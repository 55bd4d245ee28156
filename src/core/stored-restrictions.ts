/** What every store writes alike of restrictions: what became of them, what may become one, which pack was approved; and how much of each. */
import { z } from 'zod';
import { SottoError } from './errors.ts';
import type { Pin, RestrictionChange } from './store-ports.ts';
import { packParts, unpackParts, whole } from './stored.ts';

/** What a change of the restrictions may be, as it is read back. */
export const CHANGES = [
  'published',
  'changed',
  'lifted',
  'suspended',
  'rolled-back',
  'approved',
] as const satisfies readonly RestrictionChange['change'][];

/** When, what and which: what the sealed part of a change is bound to, so that none of it can be exchanged beside it. */
export const changeRecord = ({ at, change, id }: Pick<RestrictionChange, 'at' | 'change' | 'id'>): string =>
  packParts(id === null ? [String(whole(at)), change] : [String(whole(at)), change, id]);

/** Null where it is none of ours. */
export const unpackChange = (record: string): Pick<RestrictionChange, 'at' | 'change' | 'id'> | null => {
  const [at = '', word, id = null, ...rest] = unpackParts(record);
  const change = CHANGES.find((one) => one === word);
  return change === undefined || !/^-?[0-9]{1,16}$/.test(at) || rest.length > 0 ? null : { at: Number(at), change, id };
};

/** Changes of the restrictions that are kept, the newest. */
export const MOST_CHANGES = 1_000;

/** Drafts, and changes that wait for a second person. */
export const MOST_PROPOSALS = 100;

/** Decisions that are kept, the newest; and how much older than what is added last any may be, ms. */
export const MOST_DECISIONS = 250_000;
export const DECISIONS_MS = 31 * 24 * 60 * 60_000;

/** Bytes of what an approved pack is compared by, and who may have approved it. */
export const MOST_PIN_BYTES = 4 * 1024 * 1024;
const MOST_APPROVERS = 16;

/** Read as strictly as a foreign file. */
export const storedPin: z.ZodType<Pin> = z
  .strictObject({
    pack: z.string().min(1).max(128),
    at: z.number().int(),
    by: z.array(z.string().max(128)).max(MOST_APPROVERS).readonly(),
    body: z.string().max(MOST_PIN_BYTES),
  })
  .readonly();

/** A pin as it is kept. Refuses with `pack-invalid` one that is too large. */
export const keptPin = (pin: Pin): Pin => {
  const kept = storedPin.safeParse({ ...pin, at: whole(pin.at) });
  if (kept.success && Buffer.byteLength(pin.body) <= MOST_PIN_BYTES) return kept.data;
  throw new SottoError(
    'pack-invalid',
    `What a pack is compared by is kept up to ${MOST_PIN_BYTES} bytes, with at most ${MOST_APPROVERS} people who approved it; this is more, and was not kept. Make the pack smaller.`,
  );
};
