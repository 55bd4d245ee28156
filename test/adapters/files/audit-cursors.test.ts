import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createAuditCursors } from '../../../src/adapters/files/audit-cursors.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sotto-cursors-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const path = (): string => join(folder, 'audit-sent', 'copy-slot-0');
const loaded = (to = 'there') =>
  createAuditCursors({ dataFolder: folder, role: 'copy' }).load({ origin: 'slot-0', to });
const save = (next: number) =>
  createAuditCursors({ dataFolder: folder, role: 'copy' }).save({ origin: 'slot-0', to: 'there', next });

describe('how far a log was sent', () => {
  it('is read by whoever comes next, for the same log, use and place alone', async () => {
    expect(await loaded()).toBe(0);
    await save(41);
    await save(42);
    expect(await loaded()).toBe(42);
    expect(await loaded('elsewhere')).toBe(0);
    const stream = createAuditCursors({ dataFolder: folder, role: 'stream' });
    expect(await stream.load({ origin: 'slot-0', to: 'there' })).toBe(0);
    const copy = createAuditCursors({ dataFolder: folder, role: 'copy' });
    expect(await copy.load({ origin: 'slot-1', to: 'there' })).toBe(0);
  });

  it('is nothing wherever its file was cut', async () => {
    await save(1_234);
    const text = readFileSync(path(), 'utf8');
    for (let length = 0; length < text.trimEnd().length; length++) {
      writeFileSync(path(), text.slice(0, length));
      expect(await loaded()).toBe(0);
    }
  });

  it.each(['null', '[]', '{"to":"there","next":-1}', '{"to":"there","next":1.5}', '{"to":"there","next":"7"}'])(
    'is nothing where its file holds %s',
    async (text) => {
      await save(7);
      writeFileSync(path(), text);
      expect(await loaded()).toBe(0);
    },
  );
});
