/** Proofs of RFC 6962, section 2.1.1 and 2.1.2, made from hashes of whole subtrees, and checked as RFC 9162, section 2.1.3 and 2.1.4 say. */
import { nodeHash } from './merkle.ts';

/** The root of the whole subtree with 2^level leaves that begins at the leaf `index * 2^level`. */
export type HashAt = (level: number, index: number) => Promise<Buffer>;

/** 2^53 leaves: no whole number is counted further. */
const MOST_LEVELS = 53;

/** The largest power of two below `size`, which is above 1. */
const splitOf = (size: number): number => {
  let split = 1;
  while (split * 2 < size) split *= 2;
  return split;
};

/** The root over the leaves `from` to before `to`, of which `from` is a multiple of every subtree that is asked for. */
const rootOver = async (from: number, to: number, at: HashAt): Promise<Buffer> => {
  const size = to - from;
  const level = Math.log2(size);
  if (Number.isInteger(level)) return at(level, from / size);
  const middle = from + splitOf(size);
  return nodeHash(await rootOver(from, middle, at), await rootOver(middle, to, at));
};

/** The root of a tree of this size, above 0. */
export const rootAt = (size: number, at: HashAt): Promise<Buffer> => rootOver(0, size, at);

/** The way from the leaf `index` up to the root of the first `size` leaves, nearest first. */
export const inclusionProof = async (o: {
  readonly index: number;
  readonly size: number;
  readonly at: HashAt;
}): Promise<readonly Buffer[]> => {
  if (!(o.index >= 0 && o.index < o.size)) throw new RangeError('the leaf is not in the tree');
  const path: Buffer[] = [];
  let [from, to] = [0, o.size];
  while (to - from > 1) {
    const middle = from + splitOf(to - from);
    if (o.index < middle) {
      path.push(await rootOver(middle, to, o.at));
      to = middle;
    } else {
      path.push(await rootOver(from, middle, o.at));
      from = middle;
    }
  }
  return path.reverse();
};

/** That the tree of `to` leaves goes on from the tree of `from` leaves; 0 < from <= to. Empty where both are one. */
export const consistencyProof = async (o: {
  readonly from: number;
  readonly to: number;
  readonly at: HashAt;
}): Promise<readonly Buffer[]> => {
  if (!(o.from > 0 && o.from <= o.to)) throw new RangeError('the former tree is not a part of the later one');
  const over = async (old: number, begin: number, end: number, whole: boolean): Promise<Buffer[]> => {
    const size = end - begin;
    if (old === size) return whole ? [] : [await rootOver(begin, end, o.at)];
    const split = splitOf(size);
    if (old <= split)
      return [...(await over(old, begin, begin + split, whole)), await rootOver(begin + split, end, o.at)];
    return [...(await over(old - split, begin + split, end, false)), await rootOver(begin, begin + split, o.at)];
  };
  return over(o.from, 0, o.to, true);
};

const isOdd = (value: number): boolean => value % 2 === 1;
const half = (value: number): number => Math.floor(value / 2);

/** The root that a proof leads to; null: it is none for this leaf and size. RFC 9162, section 2.1.3.2. */
export const rootByInclusion = (o: {
  readonly index: number;
  readonly size: number;
  readonly leaf: Buffer;
  readonly proof: readonly Buffer[];
}): Buffer | null => {
  if (!(o.index >= 0 && o.index < o.size) || o.proof.length > MOST_LEVELS) return null;
  let [node, last, root] = [o.index, o.size - 1, o.leaf];
  for (const hash of o.proof) {
    if (last === 0) return null;
    if (isOdd(node) || node === last) {
      root = nodeHash(hash, root);
      while (!isOdd(node) && node !== 0) [node, last] = [half(node), half(last)];
    } else {
      root = nodeHash(root, hash);
    }
    [node, last] = [half(node), half(last)];
  }
  return last === 0 ? root : null;
};

/** Whether the later tree goes on from the former one. RFC 9162, section 2.1.4.2. */
export const isConsistent = (o: {
  readonly from: { readonly size: number; readonly root: Buffer };
  readonly to: { readonly size: number; readonly root: Buffer };
  readonly proof: readonly Buffer[];
}): boolean => {
  const { from, to } = o;
  if (from.size === to.size) return o.proof.length === 0 && from.root.equals(to.root);
  if (!(from.size > 0 && from.size < to.size) || o.proof.length > MOST_LEVELS + 1) return false;
  const proof = Number.isInteger(Math.log2(from.size)) ? [from.root, ...o.proof] : [...o.proof];
  const [first, ...rest] = proof;
  if (first === undefined) return false;
  let [node, last] = [from.size - 1, to.size - 1];
  while (isOdd(node)) [node, last] = [half(node), half(last)];
  let [former, later] = [first, first];
  for (const hash of rest) {
    if (last === 0) return false;
    if (isOdd(node) || node === last) {
      former = nodeHash(hash, former);
      later = nodeHash(hash, later);
      while (!isOdd(node) && node !== 0) [node, last] = [half(node), half(last)];
    } else {
      later = nodeHash(later, hash);
    }
    [node, last] = [half(node), half(last)];
  }
  return last === 0 && former.equals(from.root) && later.equals(to.root);
};
