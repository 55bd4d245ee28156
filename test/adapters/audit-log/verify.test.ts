import { createPublicKey } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { createAuditLog } from '../../../src/adapters/audit-log/audit-log.ts';
import { genesis, type Position } from '../../../src/adapters/audit-log/format.ts';
import { createChecker, scanLines } from '../../../src/adapters/audit-log/scan.ts';
import { verifyAuditLog } from '../../../src/adapters/audit-log/verify.ts';
import { clock, decision, newFolder, newKey } from './support.ts';

const { secret, publicPem } = newKey();
const keys = [createPublicKey(publicPem)];

const write = async (entries: number, perBatch: number): Promise<Buffer> => {
  const folder = await newFolder();
  const log = await createAuditLog({ folder, origin: 'one', signingKey: secret, clock });
  for (let i = 0; i < entries; i += perBatch)
    await Promise.all(Array.from({ length: Math.min(perBatch, entries - i) }, (_, j) => log.append(decision(i + j))));
  await log.close();
  return readFile(join(folder, 'one', 'audit.log'));
};

/** Verifies bytes as they would stand in a file. */
const verifyBytes = async (bytes: string | Buffer, expectAtLeast = 0) => {
  const folder = join(await newFolder(), 'one');
  await mkdir(folder);
  await writeFile(join(folder, 'audit.log'), bytes);
  return verifyAuditLog({ folder, publicKey: publicPem, expectAtLeast });
};

interface Start {
  readonly position: Position;
  readonly offset: number;
}
const BEGIN: Start = { position: genesis('one'), offset: 0 };

/** The same check without a file, from the beginning of a batch, for the many thousand changes below: the number of the first bad entry. */
const firstBad = async (bytes: Buffer, from = BEGIN, batchEnds?: (start: Start) => void): Promise<number | null> => {
  const checker = createChecker({ origin: 'one', keys, from: from.position });
  let bad: number | null = null;
  const rest = await scanLines({
    read: async (into, position) => bytes.copy(into, 0, position),
    from: from.offset,
    line: (chunk, start, end, next) => {
      if (checker.line(chunk, start, end) === null) {
        if (checker.covered() === checker.position().size) batchEnds?.({ position: checker.position(), offset: next });
        return true;
      }
      bad = checker.position().size;
      return false;
    },
  });
  return bad ?? (rest !== 'none' || checker.covered() < checker.position().size ? checker.position().size : null);
};

/** Where each batch begins. */
const startsOf = async (bytes: Buffer): Promise<readonly Start[]> => {
  const starts = [BEGIN];
  await firstBad(bytes, BEGIN, (start) => starts.push(start));
  return starts;
};

const batchOf = (starts: readonly Start[], at: number): Start | undefined =>
  starts.findLast(({ offset }) => offset <= at);

const linesOf = (bytes: Buffer): string[] => bytes.toString('utf8').trimEnd().split('\n');
const isEntry = (line: string | undefined): boolean => line !== undefined && !line.startsWith('checkpoint ');
const joined = (lines: readonly string[]): string => `${lines.join('\n')}\n`;

describe('a log as it was signed', () => {
  it('verifies, however long its batches are', async () => {
    expect(await verifyBytes(await write(40, 1))).toEqual({ ok: true, entries: 40, checkpoints: 40, firstBad: null });
    expect(await verifyBytes(await write(40, 40))).toEqual({ ok: true, entries: 40, checkpoints: 1, firstBad: null });
    expect(await verifyBytes('')).toEqual({ ok: true, entries: 0, checkpoints: 0, firstBad: null });
  });

  it('does not verify under another key, nor as the log of another origin', async () => {
    const folder = join(await newFolder(), 'one');
    await mkdir(folder);
    await writeFile(join(folder, 'audit.log'), await write(5, 5));
    expect(await verifyAuditLog({ folder, publicKey: newKey().publicPem })).toMatchObject({ ok: false });
    expect(await verifyAuditLog({ folder, publicKey: publicPem, origin: 'two' })).toMatchObject({
      ok: false,
      firstBad: { index: 0, line: 1 },
    });
    expect(await verifyAuditLog({ folder, publicKey: createPublicKey(publicPem) })).toMatchObject({ ok: true });
  });

  it('is refused where it is not there, or the key is none', async () => {
    const folder = await newFolder();
    await expect(verifyAuditLog({ folder, publicKey: publicPem })).rejects.toMatchObject({ code: 'audit-missing' });
    await expect(verifyAuditLog({ folder, publicKey: 'none' })).rejects.toMatchObject({ code: 'settings' });
  });
});

describe('a changed byte', () => {
  it('is found at every position of a log of 40 entries, and named no later than the entry it is in', async () => {
    const bytes = await write(40, 7);
    const starts = await startsOf(bytes);
    let entry = 0;
    let ofLine = 0;
    for (let at = 0; at < bytes.length; at++) {
      const was = bytes[at] ?? 0;
      bytes[at] = was ^ (1 << (at % 8));
      const bad = await firstBad(bytes, batchOf(starts, at));
      bytes[at] = was;
      if (bad !== entry) throw new Error(`byte ${at}, in the line of entry ${entry}: found at ${bad}`);
      if (was !== 0x0a) continue;
      if (isEntry(bytes.toString('latin1', ofLine, at))) entry++;
      ofLine = at + 1;
    }
    expect(entry).toBe(40);
    expect(await firstBad(bytes)).toBe(null);
  }, 120_000);

  it('is found in every part of every line of a log of 200 entries: chain, spaces, entry, checkpoint, line feed', async () => {
    const bytes = await write(200, 16);
    const starts = await startsOf(bytes);
    let start = 0;
    let entry = 0;
    for (let end = bytes.indexOf(0x0a); end !== -1; end = bytes.indexOf(0x0a, start)) {
      for (const at of [start, start + 11, start + 63, start + 64, start + 65, (start + end) >> 1, end - 1, end])
        for (const value of [0, 0x0a, 0x20, 0x30, 0x41, 0xc3]) {
          const was = bytes[at] ?? 0;
          if (was === value) continue;
          bytes[at] = value;
          const bad = await firstBad(bytes, batchOf(starts, at));
          bytes[at] = was;
          if (bad !== entry) throw new Error(`byte ${at} to ${value}: found at ${bad}, not ${entry}`);
        }
      if (isEntry(bytes.toString('latin1', start, end))) entry++;
      start = end + 1;
    }
    expect(entry).toBe(200);
  }, 120_000);
});

describe('a log of 1,000 entries', () => {
  let lines: string[] = [];
  /** Index of each entry, by line. */
  const entryAt = (line: number): number => lines.slice(0, line).filter(isEntry).length;
  const expectBad = async (changed: readonly string[], line: number): Promise<void> => {
    const { ok, firstBad: found } = await verifyBytes(joined(changed));
    expect({ ok, index: found?.index, line: found?.line }).toEqual({ ok: false, index: entryAt(line), line: line + 1 });
  };
  beforeAll(async () => {
    lines = linesOf(await write(1_000, 32));
  });

  it('shows which line was dropped, be it an entry or a checkpoint', async () => {
    const last = lines.length - 1;
    for (let line = 0; line < last; line += 23) {
      const changed = lines.toSpliced(line, 1);
      // Without its checkpoint a batch runs into the next one: what is found is that one's number.
      if (isEntry(lines[line])) await expectBad(changed, line);
      else expect(await verifyBytes(joined(changed))).toMatchObject({ ok: false });
    }
    for (const line of lines.keys())
      if (!isEntry(lines[line]) && line !== last)
        expect(await verifyBytes(joined(lines.toSpliced(line, 1)))).toMatchObject({ ok: false });
  });

  it('shows which line was repeated', async () => {
    for (let line = 0; line < lines.length; line += 17)
      await expectBad(lines.toSpliced(line, 0, lines[line] ?? ''), line + 1);
  });

  it('shows where two lines changed places', async () => {
    for (let line = 0; line + 1 < lines.length; line += 17) {
      // An entry that was moved before its checkpoint is still the next one; the checkpoint then covers too few.
      const seenAt = isEntry(lines[line]) ? line : line + 1;
      const { ok, firstBad: found } = await verifyBytes(
        joined(lines.toSpliced(line, 2, lines[line + 1] ?? '', lines[line] ?? '')),
      );
      expect({ ok, line: found?.line }).toEqual({ ok: false, line: seenAt + 1 });
    }
  });

  it('shows where it was cut, unless that is just behind a checkpoint, which only the size on record tells', async () => {
    const whole = joined(lines);
    for (let line = 1; line < lines.length; line += 17) {
      const kept = joined(lines.slice(0, line));
      const behindCheckpoint = !isEntry(lines[line - 1]);
      const found = await verifyBytes(kept);
      expect(found.ok).toBe(behindCheckpoint);
      expect(await verifyBytes(kept, 1_000)).toMatchObject({ ok: false });
      expect(await verifyBytes(kept.slice(0, -1))).toMatchObject({ ok: false, firstBad: { line } });
      if (!behindCheckpoint) expect(found.firstBad?.index).toBe(Math.floor((entryAt(line) - 1) / 32) * 32);
    }
    for (let bytes = whole.length - 1; bytes > whole.length - 900; bytes -= 7) {
      const found = await verifyBytes(whole.slice(0, bytes), 1_000);
      expect(found.ok).toBe(false);
    }
  });

  it('shows an entry that was written by somebody without the key', async () => {
    const other = newKey();
    const folder = await newFolder();
    const log = await createAuditLog({ folder, origin: 'one', signingKey: other.secret, clock });
    await Promise.all(Array.from({ length: 3 }, (_, i) => log.append({ ...decision(i), verdict: 'refuse' })));
    await log.close();
    const forged = await readFile(join(folder, 'one', 'audit.log'));
    expect(await verifyBytes(forged)).toMatchObject({ ok: false, firstBad: { index: 3 } });
  });
});

it('reads a log in pieces, wherever the pieces end, and refuses lines without an end', async () => {
  const bytes = await write(40, 7);
  for (const piece of [1, 7, 64, 65, 500]) {
    const checker = createChecker({ origin: 'one', keys, from: genesis('one') });
    const rest = await scanLines({
      read: async (into, position) => bytes.copy(into, 0, position, Math.min(bytes.length, position + piece)),
      from: 0,
      line: (chunk, start, end) => checker.line(chunk, start, end) === null,
    });
    expect({ rest, size: checker.position().size }).toEqual({ rest: 'none', size: 40 });
  }
  const endless = { read: async (into: Buffer) => into.fill(0x61).length, from: 0, line: () => true };
  expect(await scanLines(endless)).toBe('too-long');
});
