import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { entriesAbout } from '../../../src/adapters/audit-log/about.ts';
import { LOG_FILE } from '../../../src/adapters/audit-log/format.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sotto-about-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const write = (...entries: readonly object[]): void => {
  for (const [seq, entry] of entries.entries())
    appendFileSync(join(folder, LOG_FILE), `${'0'.repeat(64)} ${JSON.stringify({ entry, seq })}\n`);
  appendFileSync(
    join(folder, LOG_FILE),
    `checkpoint slot-0 0 ${entries.length} ${'0'.repeat(64)} 1 ${'0'.repeat(128)}\n`,
  );
};

describe('what a log says of somebody', () => {
  it('is what they asked, what was asked about them, and what became of it', async () => {
    const asked = { kind: 'decision', question: 'q1', person: 'aa', subject: null };
    const about = { kind: 'decision', question: 'q2', person: 'bb', subject: 'cc' };
    const shown = { kind: 'disclosure', question: 'q1' };
    write(asked, { kind: 'decision', question: 'q3', person: 'bb', subject: 'bb' }, about, shown, { kind: 'stop' });
    write({ kind: 'disclosure', question: 'q3' }, { kind: 'order', question: null });
    const said = (...fingerprints: readonly string[]) => entriesAbout({ folder, fingerprints });
    expect(await said('aa', 'cc')).toEqual({ entries: [asked, about, shown], leftOut: 0 });
    expect((await said('dd')).entries).toEqual([]);
    expect((await said()).entries).toEqual([]);
  });

  it('is read as far as it goes where the last line is just being written', async () => {
    write({ kind: 'decision', question: 'q1', person: 'aa' });
    appendFileSync(join(folder, LOG_FILE), `${'0'.repeat(64)} {"entry":{"kind":"deci`);
    expect((await entriesAbout({ folder, fingerprints: ['aa'] })).entries).toHaveLength(1);
  });

  it('is counted beyond ten thousand entries', async () => {
    write(...Array.from({ length: 10_050 }, (_, at) => ({ kind: 'decision', question: `q${at}`, person: 'aa' })));
    const { entries, leftOut } = await entriesAbout({ folder, fingerprints: ['aa'] });
    expect([entries.length, leftOut]).toEqual([10_000, 50]);
  });

  it('cannot be told where there is none', async () => {
    await expect(entriesAbout({ folder, fingerprints: ['aa'] })).rejects.toThrow('ENOENT');
  });
});
