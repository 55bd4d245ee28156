import { createPublicKey, generateKeyPairSync, hash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { encodeEntries, spansOf } from '../../../src/adapters/audit-log/bundle.ts';
import { openCheckpoint, readCheckpoint, signCheckpoint } from '../../../src/adapters/audit-log/checkpoint.ts';
import { growTree, leafHash, leafHashIn, nodeHash, rootOf } from '../../../src/adapters/audit-log/merkle.ts';
import { verifierKey } from '../../../src/adapters/audit-log/note.ts';
import {
  consistencyProof,
  inclusionProof,
  isConsistent,
  rootAt,
  rootByInclusion,
} from '../../../src/adapters/audit-log/proofs.ts';
import { bundlePath, hashesOf, levelsOf, tilePath, tilesAt } from '../../../src/adapters/audit-log/tiles.ts';

const sha = (...parts: readonly (Buffer | number)[]): Buffer =>
  hash('sha256', Buffer.concat(parts.map((part) => (typeof part === 'number' ? Buffer.of(part) : part))), 'buffer');

/** MTH of RFC 6962, section 2.1, word for word. */
const mth = (leaves: readonly Buffer[]): Buffer => {
  if (leaves.length === 0) return sha();
  if (leaves.length === 1) return sha(0, leaves[0] ?? Buffer.alloc(0));
  let k = 1;
  while (k * 2 < leaves.length) k *= 2;
  return sha(1, mth(leaves.slice(0, k)), mth(leaves.slice(k)));
};

const leavesOf = (size: number): readonly Buffer[] => Array.from({ length: size }, (_, i) => Buffer.from(`leaf ${i}`));

const grown = (leaves: readonly Buffer[]) => {
  const tree = growTree();
  for (const leaf of leaves) tree.push(leafHash(leaf));
  return tree;
};

/** Tiles as a log of these leaves would serve them, straight from their definition. */
const tilesFor = (leaves: readonly Buffer[]) => async (level: number, index: number, width: number) => {
  const span = 256 ** level;
  return Buffer.concat(
    Array.from({ length: width }, (_, i) => {
      const from = (index * 256 + i) * span;
      return mth(leaves.slice(from, from + span));
    }),
  );
};

describe('the Merkle tree', () => {
  it('has the hashes that RFC 6962 gives for eight known leaves', () => {
    // The inputs and roots of the reference tests of certificate-transparency.
    const inputs = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
    const roots = [
      '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
      'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
      'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
      '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
      '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
      'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
      '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
    ];
    const tree = growTree();
    expect(tree.root().toString('hex')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    for (const [at, input] of inputs.entries()) {
      tree.push(leafHash(Buffer.from(input, 'hex')));
      expect(tree.root().toString('hex')).toBe(roots[at]);
    }
  });

  it('grows to the root that the definition gives, and goes on from where it was', () => {
    for (let size = 0; size <= 70; size++) {
      const leaves = leavesOf(size);
      expect(grown(leaves).root()).toEqual(mth(leaves));
      const half = growTree(grown(leaves.slice(0, size >> 1)).frontier());
      for (const leaf of leaves.slice(size >> 1)) half.push(leafHash(leaf));
      expect(rootOf(half.frontier())).toEqual(mth(leaves));
    }
  });

  it('hashes a leaf in its place as outside of it, and leaves the bytes as they were', () => {
    const bytes = Buffer.from('xyabcz');
    expect(leafHashIn(bytes, 2, 5)).toEqual(leafHash(Buffer.from('abc')));
    expect(bytes.toString()).toBe('xyabcz');
    expect(nodeHash(leafHash(bytes), leafHash(bytes))).not.toEqual(leafHash(bytes));
  });

  it('proves every leaf of every tree up to forty, and no other leaf, place or size', async () => {
    for (let size = 1; size <= 40; size++) {
      const leaves = leavesOf(size);
      const at = hashesOf(size, tilesFor(leaves));
      expect(await rootAt(size, at)).toEqual(mth(leaves));
      for (let index = 0; index < size; index++) {
        const proof = await inclusionProof({ index, size, at });
        const leaf = leafHash(leaves[index] ?? Buffer.alloc(0));
        const root = mth(leaves);
        expect(rootByInclusion({ index, size, leaf, proof })).toEqual(root);
        expect(rootByInclusion({ index, size, leaf: leafHash(Buffer.from('other')), proof })).not.toEqual(root);
        const other = rootByInclusion({ index: (index + 1) % size, size, leaf, proof });
        if (size > 1) expect(other === null || !other.equals(root)).toBe(true);
        expect(rootByInclusion({ index, size, leaf, proof: [...proof, leaf] })).toBeNull();
        if (proof.length > 0) expect(rootByInclusion({ index, size, leaf, proof: proof.slice(1) })).toBeNull();
      }
    }
  });

  it('proves that every tree goes on from every former one, and from no other', async () => {
    const all = leavesOf(40);
    for (let size = 1; size <= 40; size++) {
      const leaves = all.slice(0, size);
      const at = hashesOf(size, tilesFor(leaves));
      const to = { size, root: mth(leaves) };
      for (let from = 1; from <= size; from++) {
        const proof = await consistencyProof({ from, to: size, at });
        const root = mth(all.slice(0, from));
        expect(isConsistent({ from: { size: from, root }, to, proof })).toBe(true);
        const forked = mth([...all.slice(0, from - 1), Buffer.from('forked')]);
        expect(isConsistent({ from: { size: from, root: forked }, to, proof })).toBe(false);
        expect(isConsistent({ from: { size: from, root }, to: { size, root: forked }, proof })).toBe(false);
        expect(isConsistent({ from: { size: from, root }, to, proof: [...proof, root] })).toBe(false);
        if (proof.length > 0)
          expect(isConsistent({ from: { size: from, root }, to, proof: proof.slice(1) })).toBe(false);
      }
    }
  });
});

describe('tiles', () => {
  it('are as many and as wide for 70,000 leaves as C2SP says', () => {
    expect([0, 1, 2].map((level) => tilesAt(level, 70_000))).toEqual([
      { whole: 273, rest: 112 },
      { whole: 1, rest: 17 },
      { whole: 0, rest: 1 },
    ]);
    expect(levelsOf(70_000)).toBe(3);
    expect([0, 1].map((level) => tilesAt(level, 256))).toEqual([
      { whole: 1, rest: 0 },
      { whole: 0, rest: 1 },
    ]);
    expect([levelsOf(0), levelsOf(1), levelsOf(255), levelsOf(256), levelsOf(65_536)]).toEqual([0, 1, 1, 2, 3]);
  });

  it('lie where C2SP says', () => {
    expect(tilePath(0, 1_234_067)).toBe('tile/0/x001/x234/067');
    expect(tilePath(2, 7, 5)).toBe('tile/2/007.p/5');
    expect(bundlePath(273, 112)).toBe('tile/entries/273.p/112');
    expect(bundlePath(1_000)).toBe('tile/entries/x001/000');
  });

  it('lead to the root of a tree of several levels', async () => {
    const leaves = leavesOf(66_000);
    const at = hashesOf(66_000, tilesFor(leaves));
    expect(await rootAt(66_000, at)).toEqual(mth(leaves));
    const proof = await inclusionProof({ index: 65_535, size: 66_000, at });
    const leaf = leafHash(leaves[65_535] ?? Buffer.alloc(0));
    expect(rootByInclusion({ index: 65_535, size: 66_000, leaf, proof })).toEqual(mth(leaves));
  });
});

describe('bundles', () => {
  it('give back every entry that was put in, and are read whole or not at all', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1, unit: 'grapheme' }), { maxLength: 20 }), (texts) => {
        const bytes = encodeEntries(texts);
        expect(spansOf(bytes)?.map(({ start, end }) => bytes.toString('utf8', start, end))).toEqual(texts);
        if (bytes.length > 0) expect(spansOf(bytes.subarray(0, -1))).toBeNull();
      }),
    );
    expect(() => encodeEntries([''])).toThrow(RangeError);
    expect(() => encodeEntries(['x'.repeat(65_536)])).toThrow(RangeError);
  });
});

describe('checkpoints', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const checkpoint = { origin: 'slot-0', size: 70_000, root: leafHash(Buffer.from('x')) };
  const note = signCheckpoint(checkpoint, privateKey);

  it('are spelt as C2SP says, and are opened by whoever has the key', () => {
    expect(readCheckpoint(note.replace('70000', 'many'))).toBeNull();
    expect(note).toMatch(/^slot-0\n70000\n[A-Za-z0-9+/]{43}=\n\n\u2014 slot-0 [A-Za-z0-9+/]{91}=\n$/);
    expect(openCheckpoint(note, [publicKey])).toMatchObject(checkpoint);
  });

  it('name their key as verifiers are given it', () => {
    const [name, id, key] = verifierKey('slot-0', createPublicKey(privateKey)).split(
      /\+(?=[0-9a-f]{8}\+)|(?<=\+[0-9a-f]{8})\+/,
    );
    const raw = Buffer.from(key ?? '', 'base64');
    expect({ name, type: raw[0], length: raw.length }).toEqual({ name: 'slot-0', type: 1, length: 33 });
    expect(sha(Buffer.from('slot-0\n'), raw).toString('hex', 0, 4)).toBe(id);
    expect(Buffer.from(note.split(' ').at(-1) ?? '', 'base64').toString('hex', 0, 4)).toBe(id);
  });

  it('count under no other key, name, text or spelling', () => {
    const other = generateKeyPairSync('ed25519');
    expect(openCheckpoint(note, [other.publicKey])).toBeNull();
    expect(openCheckpoint(note.replace('70000', '70001'), [publicKey])).toBeNull();
    expect(openCheckpoint(note.replace('\n70000', '\n070000'), [publicKey])).toBeNull();
    expect(openCheckpoint(note.replaceAll('slot-0', 'slot-1'), [publicKey])).toBeNull();
    for (let at = 0; at < note.length; at++)
      for (const put of ['', 'A', '\n']) {
        const spoilt = note.slice(0, at) + put + note.slice(at + 1);
        if (spoilt !== note) expect(openCheckpoint(spoilt, [publicKey])).toBeNull();
      }
  });

  it('pass over the signatures of others, and are refused where one of ours is wrong', () => {
    const other = generateKeyPairSync('ed25519');
    const theirs = signCheckpoint(checkpoint, other.privateKey).split('\n').at(-2);
    expect(openCheckpoint(`${note}${theirs}\n`, [publicKey])).toMatchObject(checkpoint);
    const line = note.split('\n').at(-2) ?? '';
    const bytes = Buffer.from(line.split(' ').at(-1) ?? '', 'base64');
    bytes[20] = (bytes[20] ?? 0) ^ 1;
    const wrong = `\u2014 slot-0 ${bytes.toString('base64')}`;
    expect(openCheckpoint(`${note}${wrong}\n`, [publicKey])).toBeNull();
  });
});
