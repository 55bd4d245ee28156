import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { encodeEntries } from '../../src/adapters/audit-log/bundle.ts';
import { bundlePath } from '../../src/adapters/audit-log/tiles.ts';
import { type HandMade, handMade, put, putJournal, putPublished, textsOf } from '../adapters/audit-log/lay-out.ts';
import { decision, newKey } from '../adapters/audit-log/support.ts';
import { runVerifier } from '../docs/verifier.ts';
import { command } from '../support/command.ts';

const { secret, publicPem } = newKey();
const entries = Array.from({ length: 700 }, (_, at) => decision(at));
const logOf = (origin: string, all: readonly unknown[] = entries): HandMade =>
  handMade({ origin, key: secret.current, texts: textsOf(all) });
const log = logOf('slot-0');

let data = '';
beforeAll(() => {
  data = mkdtempSync(join(tmpdir(), 'sotto-proofs-'));
  mkdirSync(join(data, 'secrets'), { mode: 0o700 });
  writeFileSync(join(data, 'secrets', 'audit-signing-key'), secret.current, { mode: 0o600 });
  const folder = join(data, 'audit', 'slot-0');
  putPublished(folder, log, 600);
  putJournal(folder, log, 600, 700);
  putPublished(join(data, 'audit', 'slot-1'), logOf('slot-1'), 3);
});
afterAll(() => rmSync(data, { recursive: true, force: true }));

const audit = (...args: readonly string[]) =>
  command({ args: ['audit', ...args], data, env: { SOTTO_VAULT: `files:${data}/secrets` } }).ended();
const file = (name: string, text: string): string => {
  const path = join(data, name);
  writeFileSync(path, text);
  return path;
};

describe('sotto audit checkpoint and key', () => {
  it('print the newest signed note of each log, and what it is verified with', async () => {
    const all = await audit('checkpoint');
    expect(all).toMatchObject({ status: 0, out: log.note(700) + logOf('slot-1').note(3) });
    expect(await audit('checkpoint', 'slot-0')).toMatchObject({ status: 0, out: log.note(700) });
    expect(JSON.parse((await audit('checkpoint', '--json')).out).checkpoints).toHaveLength(2);
    expect(await audit('checkpoint', 'slot-9')).toMatchObject({ status: 2 });
    expect((await audit('key', 'slot-0')).out).toMatch(/^slot-0\+[0-9a-f]{8}\+A[A-Za-z0-9+/]+=*\n$/);
    expect((await audit('key', '--pem')).out).toBe(publicPem);
    const { logs, pem } = JSON.parse((await audit('key', '--json')).out);
    expect([logs.length, pem]).toEqual([2, publicPem]);
    // Kept, they verify later; and a log that is not what it was then is found.
    expect(await audit('verify', '--since', file('kept', all.out))).toMatchObject({ status: 0 });
    const other = logOf(
      'slot-1',
      [1, 2, 3, 4].map((at) => decision(at)),
    ).note(3);
    const found = await audit('verify', '--since', file('other', other));
    expect(found).toMatchObject({ status: 1, out: expect.stringMatching(/slot-1: NOT sound.*checkpoint given/) });
    expect(await audit('verify', '--since', file('none', 'none'))).toMatchObject({ status: 2 });
  }, 120_000);
});

describe('sotto audit prove', () => {
  it('proves entries of bundles and of journals, by their place or their question, to the other verifier too', async () => {
    for (const index of [0, 599, 650, 699]) {
      const out = join(data, `out-${index}`);
      const asked = index === 650 ? `slack:Ev${index}` : `slot-0/${index}`;
      expect(await audit('prove', asked, '--out', out)).toMatchObject({ status: 0 });
      const [proof, entry] = ['tlog-proof', 'json'].map((end) => join(out, `slot-0-${index}.${end}`)) as [
        string,
        string,
      ];
      expect(readFileSync(entry, 'utf8')).toBe(log.texts[index]);
      const { out: key } = await audit('key', 'slot-0');
      const { status, lines } = runVerifier([key.trim(), '--proof', proof, '--entry', entry]);
      expect({ status, lines }).toEqual({ status: 0, lines: [expect.stringContaining(`entry ${index} of the first`)] });
      expect(await audit('prove', asked, '--out', out)).toMatchObject({ status: 2 });
      writeFileSync(entry, `${log.texts[index]} `);
      expect(runVerifier([key.trim(), '--proof', proof, '--entry', entry]).status).toBe(1);
    }
    const { entry, proof, size } = JSON.parse((await audit('prove', 'slot-0/5', '--json')).out);
    expect([entry, size]).toEqual([log.texts[5], 600]);
    expect(proof).toMatch(/^c2sp\.org\/tlog-proof@v1\nindex 5\n/);
    expect((await audit('prove', 'slot-0/5')).out).toBe(proof);
  }, 180_000);

  it('says so of an entry that there is none of, that was changed or was pruned', async () => {
    for (const asked of ['slot-0/700', 'slot-9/0', 'slack:Nothing'])
      expect(await audit('prove', asked)).toMatchObject({ status: 1, err: expect.stringContaining('has the entry') });
    expect((await audit('prove')).status).toBe(2);
    const path = join(data, 'audit', 'slot-0', bundlePath(1));
    const before = readFileSync(path);
    put(path, encodeEntries(log.texts.slice(256, 512).with(3, '{"entry":{},"seq":259}')));
    expect(await audit('prove', 'slot-0/259')).toMatchObject({
      status: 1,
      err: expect.stringContaining('does not prove'),
    });
    rmSync(path);
    expect(await audit('prove', 'slot-0/259', '--json')).toMatchObject({
      status: 1,
      out: expect.stringContaining('was pruned'),
    });
    put(path, before);
  }, 120_000);
});

describe('sotto audit consistency', () => {
  it('proves that a log goes on from a checkpoint, and shows a fork and a log that was cut', async () => {
    const old = file('old', log.note(300));
    const now = await audit('consistency', old, 'now');
    expect(now).toMatchObject({ status: 0, out: expect.stringContaining('goes on') });
    expect(await audit('consistency', 'slot-0/300', 'now')).toMatchObject({ status: 0, out: now.out });
    expect(await audit('consistency', old, file('new', log.note(650)))).toMatchObject({ status: 0 });
    const fork = logOf('slot-0', [...entries.slice(0, 100), ...entries]);
    expect(await audit('consistency', file('fork', fork.note(300)), 'now')).toMatchObject({
      status: 1,
      out: expect.stringContaining('does NOT go on'),
    });
    expect(await audit('consistency', file('later', fork.note(750)), 'now')).toMatchObject({
      status: 1,
      out: expect.stringContaining('had 750'),
    });
    const strange = handMade({ origin: 'slot-0', key: newKey().secret.current, texts: log.texts });
    const found = await audit('consistency', file('strange', strange.note(300)), 'now', '--json');
    expect([found.status, JSON.parse(found.out).holds]).toEqual([1, false]);
    for (const wrong of [[old], ['slot-9/5', 'now'], [old, file('two', logOf('slot-1').note(3))]])
      expect(await audit('consistency', ...wrong)).toMatchObject({ status: 2 });
  }, 180_000);
});

it('hashes entries as anybody would', () => {
  const leaf = createHash('sha256')
    .update(Buffer.concat([Buffer.of(0), Buffer.from(log.texts[0] ?? '')]))
    .digest();
  expect(log.tile(0, 0, 1)).toEqual(leaf);
});
