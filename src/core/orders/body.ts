/** What is kept of an order, sealed. Its code is not: only a hash of it under a key that lies sealed beside it. */
import { z } from 'zod';
import type { Confirmation, KeptOrder, Sealer } from '../ports.ts';
import { orderContext } from '../sealing.ts';
import { keyedHash, sameHash } from './code.ts';
import { type Order, parseOrder, type Receipt, receiptShape } from './types.ts';

const shape = z.strictObject({ order: z.unknown(), key: z.string(), code: z.string() });

export interface Body {
  readonly order: Order;
  /** Of this one order. What it keys survives a rotation of the data key. */
  readonly key: string;
  /** Keyed hash. */
  readonly code: string;
}

type Confirmed = Omit<Confirmation, 'proof'>;

const proofOf = ({ key }: Body, { person, by, at }: Confirmed): string =>
  keyedHash({ key, of: 'proof', value: JSON.stringify([person, by, at]) });

export const proven = (body: Body, confirmation: Confirmed): Confirmation => ({
  ...confirmation,
  proof: proofOf(body, confirmation),
});

/** The confirmations that are ours, each person once. */
export const ours = (body: Body, confirmations: readonly Confirmation[]): readonly Confirmation[] => {
  const proved = confirmations.filter((each) => sameHash(each.proof, proofOf(body, each)));
  return proved.filter(({ person }, at) => proved.findIndex((each) => each.person === person) === at);
};

/** `id`: of the order. */
export const sealBody = (sealer: Sealer, id: string, body: Body): string =>
  sealer.seal(orderContext(id), JSON.stringify(body));

const opened = (sealer: Sealer, id: string, sealed: string): unknown => {
  const plain = sealer.open(orderContext(id), sealed);
  return plain === null ? null : JSON.parse(plain);
};

/** Null where it does not open, or holds what this version does not know. */
export const openBody = (sealer: Sealer, { id, body: sealed }: Pick<KeptOrder, 'id' | 'body'>): Body | null => {
  const parsed = shape.safeParse(opened(sealer, id, sealed));
  const order = parsed.success ? parseOrder(parsed.data.order) : null;
  return parsed.success && order !== null ? { ...parsed.data, order } : null;
};

export const sealReceipt = (sealer: Sealer, id: string, receipt: Receipt): string =>
  sealer.seal(orderContext(id), JSON.stringify(receipt));

export const openReceipt = (sealer: Sealer, id: string, sealed: string): Receipt | null => {
  const parsed = receiptShape.safeParse(opened(sealer, id, sealed));
  return parsed.success ? parsed.data : null;
};
