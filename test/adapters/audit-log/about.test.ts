import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { entriesAbout } from '../../../src/adapters/audit-log/about.ts';
import { handMade, putJournal, putPublished, textsOf } from './lay-out.ts';
import { newFolder, newKey } from './support.ts';

const { secret } = newKey();

/** Half of it published, half of it in a journal. */
const logOf = async (...entries: readonly object[]): Promise<string> => {
  const folder = join(await newFolder(), 'slot-0');
  const log = handMade({ origin: 'slot-0', key: secret.current, texts: textsOf(entries) });
  const published = Math.floor(entries.length / 2);
  putPublished(folder, log, published);
  putJournal(folder, log, published, entries.length, 1_000);
  return folder;
};

describe('what a log says of somebody', () => {
  it('is what they asked, what was asked about them, and what became of it', async () => {
    const asked = { kind: 'decision', question: 'q1', person: 'aa', subject: null };
    const about = { kind: 'decision', question: 'q2', person: 'bb', subject: 'cc' };
    const shown = { kind: 'disclosure', question: 'q1' };
    const folder = await logOf(
      asked,
      { kind: 'decision', question: 'q3', person: 'bb', subject: 'bb' },
      about,
      shown,
      { kind: 'stop' },
      { kind: 'disclosure', question: 'q3' },
      { kind: 'order', question: null },
    );
    const said = (...fingerprints: readonly string[]) => entriesAbout({ folder, fingerprints });
    expect(await said('aa', 'cc')).toEqual({ entries: [asked, about, shown], leftOut: 0 });
    expect((await said('dd')).entries).toEqual([]);
    expect((await said()).entries).toEqual([]);
  });

  it('is counted beyond ten thousand entries', async () => {
    const many = Array.from({ length: 10_050 }, (_, at) => ({ kind: 'decision', question: `q${at}`, person: 'aa' }));
    const { entries, leftOut } = await entriesAbout({ folder: await logOf(...many), fingerprints: ['aa'] });
    expect([entries.length, leftOut]).toEqual([10_000, 50]);
  });

  it('cannot be told where there is none', async () => {
    await expect(entriesAbout({ folder: await newFolder(), fingerprints: ['aa'] })).rejects.toMatchObject({
      code: 'ENOENT',
    });
  });
});
