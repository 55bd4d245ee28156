import { createPrivateKey, createPublicKey } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonicalJson } from '../../../src/adapters/audit-log/canonical.ts';
import { signCheckpoint } from '../../../src/adapters/audit-log/checkpoint.ts';
import { verifyCopy } from '../../../src/adapters/audit-log/copies.ts';
import { growTree, leafHash } from '../../../src/adapters/audit-log/merkle.ts';
import { entryLine, noteLine } from '../../../src/core/audit-copy-lines.ts';
import { decision, newKey } from './support.ts';

const { secret, publicPem } = newKey();
const key = createPrivateKey(secret.current);
const keys = [createPublicKey(publicPem)];

/** A copy of so many entries, with a checkpoint behind every tenth. */
const copyOf = (count: number, origin = 'slot-0'): readonly string[] => {
  const tree = growTree();
  return Array.from({ length: count }, (_, index) => {
    const json = canonicalJson(decision(index));
    tree.push(leafHash(Buffer.from(`{"entry":${json},"seq":${index}}`)));
    const note = signCheckpoint({ origin, size: index + 1, root: tree.root() }, key);
    return [entryLine({ index, json }), ...(index % 10 === 9 ? [noteLine(note)] : [])];
  })
    .flat()
    .map((line) => line.slice(0, -1));
};
const lines = copyOf(100);
const verify = (some: readonly string[], origin = 'slot-0') => verifyCopy({ origin, lines: some, keys });

describe('a second copy', () => {
  it('is proved by itself: its tree is that of the checkpoints in it', async () => {
    expect(await verify(lines)).toEqual({ ok: true, entries: 100, proved: 100, onlyHere: 0, firstBad: null });
    expect(await verify(lines.slice(0, 95))).toMatchObject({ ok: true, entries: 87, proved: 80 });
    expect(await verify([])).toMatchObject({ ok: true, entries: 0, proved: 0 });
  });

  it('may repeat what was sent twice, to the letter and not otherwise', async () => {
    expect(await verify([...lines.slice(0, 60), ...lines.slice(30)])).toMatchObject({ ok: true, proved: 100 });
    const other = lines[40]?.replace('"attempt":1', '"attempt":2') ?? '';
    expect(await verify([...lines.slice(0, 60), other])).toMatchObject({
      ok: false,
      firstBad: { line: 61, why: expect.stringContaining('another') },
    });
  });

  it('counts what no log took, until the log has it', async () => {
    const [json, other] = [canonicalJson(decision(7_001)), canonicalJson(decision(7_002))];
    const extra = [entryLine({ index: null, json }), entryLine({ index: null, json: other })].map((line) =>
      line.trim(),
    );
    expect(await verify([...lines, ...extra])).toMatchObject({ ok: true, onlyHere: 2, proved: 100 });
    const back = entryLine({ index: 100, json }).trim();
    expect(await verify([...lines, ...extra, back])).toMatchObject({
      ok: true,
      onlyHere: 1,
      entries: 101,
      proved: 100,
    });
  });

  it('of another log, or signed by a stranger, is not proved', async () => {
    expect((await verify(lines, 'slot-1')).ok).toBe(false);
    const stranger = [createPublicKey(newKey().publicPem)];
    expect((await verifyCopy({ origin: 'slot-0', lines, keys: stranger })).ok).toBe(false);
  });

  it('does not pass where a byte was changed, or a line dropped or moved', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(lines.length - 1),
        fc.nat(),
        fc.constantFrom('change', 'drop', 'move'),
        async (at, n, how) => {
          const line = lines[at] ?? '';
          const spoilt = [...lines];
          if (how === 'drop') spoilt.splice(at, 1);
          else if (how === 'move') spoilt.splice((at + 1 + (n % 20)) % lines.length, 0, ...spoilt.splice(at, 1));
          else {
            const byte = n % line.length;
            const code = line.charCodeAt(byte) ^ 1;
            spoilt[at] = line.slice(0, byte) + String.fromCharCode(code) + line.slice(byte + 1);
          }
          const { ok, proved, entries } = await verify(spoilt);
          // Its end may be missing: that says the log, which is longer. A checkpoint more or less proves no less of what is there.
          const harmless = lines[at]?.startsWith('{"note"') === true && how !== 'change';
          if (!harmless) expect([ok && proved === 100 && entries === 100, how, at]).toEqual([false, how, at]);
        },
      ),
      { numRuns: 300 },
    );
  });
});
