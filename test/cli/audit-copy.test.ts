import { createPrivateKey } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { canonicalJson } from '../../src/adapters/audit-log/canonical.ts';
import { signCheckpoint } from '../../src/adapters/audit-log/checkpoint.ts';
import { growTree, leafHash } from '../../src/adapters/audit-log/merkle.ts';
import { entryLine, noteLine } from '../../src/core/audit-copy-lines.ts';
import { newKey } from '../adapters/audit-log/support.ts';
import { command } from '../support/command.ts';

const { secret } = newKey();
let data: string;
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'sotto-copy-'));
  mkdirSync(join(data, 'secrets'), { mode: 0o700 });
  writeFileSync(join(data, 'secrets', 'audit-signing-key'), secret.current, { mode: 0o600 });
  mkdirSync(join(data, 'copy', 'slot-0'), { recursive: true });
});
afterEach(() => rmSync(data, { recursive: true, force: true }));

const put = (day: string, text: string): void => writeFileSync(join(data, 'copy', 'slot-0', `${day}-000.ndjson`), text);
const proved = () =>
  command({ args: ['audit', 'copy', join(data, 'copy')], data, env: { SOTTO_VAULT: `files:${data}/secrets` } }).ended();

/** Two days of a log. `code`: stands in its entries. */
const copied = (code: string): readonly string[] => {
  const tree = growTree();
  return [0, 1].map((index) => {
    const json = canonicalJson({ kind: 'probing', at: 1_800_000_000_000 + index, code });
    tree.push(leafHash(Buffer.from(`{"entry":${json},"seq":${index}}`)));
    const note = signCheckpoint(
      { origin: 'slot-0', size: index + 1, root: tree.root() },
      createPrivateKey(secret.current),
    );
    return entryLine({ index, json }) + noteLine(note);
  });
};

describe('sotto audit copy', () => {
  it('proves a copy over all its files, whatever characters its entries hold', async () => {
    for (const [at, text] of copied('\u2028 \u2029 \u0085').entries()) put(`2027-01-1${at}`, text);
    expect(await proved()).toMatchObject({
      status: 0,
      out: 'slot-0: sound. 2 entries, 2 of them proved by a signed checkpoint.\n',
    });
  });

  it('is not sound where a file is missing, a line was changed, or one ends nowhere', async () => {
    const [first = '', second = ''] = copied('a');
    put('2027-01-11', second);
    expect(await proved()).toMatchObject({ status: 1, out: expect.stringContaining('NOT sound. Line 1') });
    put('2027-01-10', first.replace('"code":"a"', '"code":"b"'));
    expect(await proved()).toMatchObject({ status: 1, out: expect.stringContaining('NOT sound. Line 2') });
    put('2027-01-10', first);
    put('2027-01-12', `{"entry":${'x'.repeat(3 << 20)}`);
    expect(await proved()).toMatchObject({ status: 1, out: expect.stringContaining('NOT sound. Line 5') });
  });

  it('is not sound where an entry is only there', async () => {
    put('2027-01-10', copied('a').join('') + entryLine({ index: null, json: '{"at":1,"kind":"probing"}' }));
    expect(await proved()).toMatchObject({ status: 1, out: expect.stringContaining('Only here: 1 entry,') });
  });
});
