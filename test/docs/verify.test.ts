import { execFileSync } from 'node:child_process';
import { createPublicKey } from 'node:crypto';
import { cpSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { spansOf } from '../../src/adapters/audit-log/bundle.ts';
import { verifierKey } from '../../src/adapters/audit-log/note.ts';
import { inclusionProof } from '../../src/adapters/audit-log/proofs.ts';
import { hashesOf } from '../../src/adapters/audit-log/tiles.ts';
import {
  dropPartial,
  type HandMade,
  handMade,
  putJournal,
  putPublished,
  textsOf,
} from '../adapters/audit-log/lay-out.ts';
import { clock, newFolder, newKey } from '../adapters/audit-log/support.ts';
import { cutsOf, filesOf, type Mutation, read, runVerifier, unfound, VERIFIER } from './verifier.ts';

const ENTRIES = 1_000;
const ORIGIN = 'slot-0';
const key = newKey();
const publicKey = createPublicKey(key.publicPem);
const vkey = verifierKey(ORIGIN, publicKey);
const at = clock.now();
const plain = (count: number): readonly unknown[] =>
  Array.from({ length: count }, (_, i) => ({ kind: 'stop', at: at + i }));
const logOf = (entries: readonly unknown[], origin = ORIGIN): HandMade =>
  handMade({ origin, key: key.secret.current, texts: textsOf(entries) });
const log = logOf(plain(ENTRIES));

/** A log in a folder of its own: so many entries published, the rest in journals that begin at these entries. */
const put = async (published: number, journals: readonly number[] = [], made = log): Promise<string> => {
  const folder = join(await newFolder(), ORIGIN);
  if (published > 0) putPublished(folder, made, published);
  journals.forEach((first, i) => void putJournal(folder, made, first, journals[i + 1] ?? made.texts.length));
  return folder;
};

const replaced = (bytes: Buffer, offset: number): Buffer => {
  const changed = Buffer.from(bytes);
  changed[offset] = (changed[offset] ?? 0) ^ (1 << (offset % 8));
  return changed;
};

/** Alterations of its entries: each dropped, doubled, and exchanged with the next, in the bundle where it stands. */
const ofEntries = (folder: string): ReadonlyMap<string, Mutation> => {
  const found = new Map<string, Mutation>();
  for (const path of filesOf(folder).filter((one) => one.startsWith('tile/entries/'))) {
    const bytes = read(folder, path);
    const parts = (spansOf(bytes) ?? []).map(({ start, end }) => bytes.subarray(start - 2, end));
    const keep = (name: string, some: readonly Buffer[]): void => {
      found.set(`${name}-${path.replaceAll('/', '_')}-${found.size}`, { [path]: Buffer.concat(some) });
    };
    parts.forEach((part, i) => {
      keep('drop', parts.toSpliced(i, 1));
      keep('double', parts.toSpliced(i, 0, part));
      const next = parts[i + 1];
      if (next !== undefined) keep('exchange', parts.toSpliced(i, 2, next, part));
    });
  }
  return found;
};

/** Each file gone, cut, longer, in the place of each other one of its kind, and a byte of it changed: every one, or one in `step`. */
const ofFiles = (folder: string, step: number): ReadonlyMap<string, Mutation> => {
  const found = new Map<string, Mutation>();
  const all = filesOf(folder);
  for (const path of all) {
    const bytes = read(folder, path);
    const name = path.replaceAll('/', '_');
    for (const length of cutsOf(bytes.length))
      found.set(`cut-${length}-${name}`, { [path]: bytes.subarray(0, length) });
    for (const more of [Buffer.of(0), Buffer.of(0, 0), bytes]) {
      found.set(`longer-${more.length}-${name}`, { [path]: Buffer.concat([bytes, more]) });
    }
    found.set(`gone-${name}`, { [path]: null });
    for (let offset = 0; offset < bytes.length; offset += step)
      found.set(`byte-${offset}-${name}`, { [path]: replaced(bytes, offset) });
    for (const other of all)
      if (other !== path && !read(folder, other).equals(bytes))
        found.set(`instead-${name}-${other.replaceAll('/', '_')}`, { [path]: read(folder, other) });
  }
  return found;
};

describe('the second verifier', () => {
  it('is one file of at most 200 lines that imports nothing but what Node brings along', async () => {
    const text = read('/', VERIFIER.slice(1)).toString('utf8');
    expect(text.split('\n').length - 1).toBeLessThanOrEqual(200);
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(160);
    const from = [...text.matchAll(/\bfrom '([^']+)'/g)].map(([, name]) => name);
    expect(from).toEqual(['node:crypto', 'node:fs', 'node:path', 'node:util']);
    expect(text).not.toMatch(/\brequire\b|\bimport\(|^import '/m);
  });

  it.each([0, 1, 2, 255, 256, 257, 511, 512, 1_000])('verifies a log of %d entries that is published', async (size) => {
    const folder = await put(0);
    putPublished(folder, log, size);
    expect(runVerifier([folder, vkey])).toMatchObject({
      status: 0,
      lines: [
        `ok  ${folder}: ${ORIGIN}, ${size} entries, 0 of them gone on record; root ${log.note(size).split('\n')[2]}`,
      ],
    });
  });

  it('verifies a log whose tiles have a second level of wholes', async () => {
    const large = logOf(plain(66_000));
    const folder = await put(66_000, [], large);
    expect(runVerifier([folder, vkey])).toMatchObject({ status: 0 });
    writeFileSync(join(folder, 'tile/2/000.p/1'), Buffer.alloc(32));
    expect(runVerifier([folder, vkey])).toMatchObject({ status: 1 });
  }, 120_000);

  it('verifies a log that is being written: what is published, and the journals behind it, one of which is published already', async () => {
    const folders = [await put(0, [0]), await put(600, [600]), await put(600, [600, 801]), await put(600, [300, 600])];
    // Its next publication has begun: whole tiles lie where its checkpoint still speaks of partial ones.
    const grown = await put(600, [600]);
    putPublished(grown, log, 900);
    dropPartial(grown, 600);
    writeFileSync(join(grown, 'checkpoint'), log.note(600));
    for (const folder of [...folders, grown])
      expect(runVerifier([folder, vkey])).toMatchObject({
        status: 0,
        lines: [expect.stringContaining('1000 entries')],
      });
  });

  it('finds every entry that is dropped, doubled or exchanged with the next', async () => {
    const folder = await put(ENTRIES);
    const mutations = ofEntries(folder);
    expect(mutations.size).toBeGreaterThan(2_900);
    expect(unfound({ log: folder, folder: `${folder}-all`, key: vkey, mutations })).toEqual([]);
  }, 240_000);

  it('finds a file that is gone, cut, longer or in the place of another, and a byte that is changed in any of them', async () => {
    const folder = await put(ENTRIES);
    const mutations = ofFiles(folder, 79);
    expect(unfound({ log: folder, folder: `${folder}-all`, key: vkey, mutations })).toEqual([]);
  }, 240_000);

  it('finds every byte that is changed of a checkpoint, of a tile and of a small bundle', async () => {
    const small = await put(20);
    const mutations = ofFiles(small, 1);
    expect(unfound({ log: small, folder: `${small}-all`, key: vkey, mutations })).toEqual([]);
  }, 240_000);

  it('finds what is done to a journal, but where its last batches are gone: of that only an earlier checkpoint tells', async () => {
    const folder = await put(900, [900]);
    const path = 'journal/000000000000900';
    const since = join(await newFolder(), 'since');
    writeFileSync(since, log.note(ENTRIES));
    const mutations = new Map(
      [...ofFiles(folder, 37)].filter(([name, changes]) => changes[path] !== undefined && !name.startsWith('instead')),
    );
    const alone = unfound({ log: folder, folder: `${folder}-all`, key: vkey, mutations });
    expect(alone.toSorted()).toEqual([`cut-0-${path.replace('/', '_')}`, `gone-${path.replace('/', '_')}`]);
    const more = ['--since', since];
    expect(unfound({ log: folder, folder: `${folder}-all`, key: vkey, mutations, more })).toEqual([]);
  }, 240_000);

  it('takes keys as signed notes have them and as PEM, and believes no other', async () => {
    const folder = await put(300, [300]);
    const pem = join(await newFolder(), 'key.pem');
    writeFileSync(pem, key.publicPem);
    expect(runVerifier([folder, pem])).toMatchObject({ status: 0 });
    const other = createPublicKey(newKey().publicPem);
    expect(runVerifier([folder, verifierKey(ORIGIN, other)])).toMatchObject({ status: 1 });
    expect(runVerifier([folder, verifierKey('slot-1', publicKey)])).toMatchObject({ status: 1 });
    expect(runVerifier([folder, verifierKey(ORIGIN, other), vkey])).toMatchObject({ status: 0 });
    // The key that lies beside the log may have signed what came before, and never its end.
    writeFileSync(join(folder, 'public-key.pem'), key.publicPem);
    expect(runVerifier([folder, verifierKey(ORIGIN, other)])).toMatchObject({
      status: 1,
      lines: [expect.stringContaining('no key given signed its end')],
    });
    const wrongId = vkey.replace(/\+[0-9a-f]{8}\+/, '+00000000+');
    expect(runVerifier([folder, wrongId])).toMatchObject({
      status: 1,
      lines: [expect.stringContaining('is not its own')],
    });
    expect(runVerifier([folder])).toMatchObject({ status: 2 });
    expect(runVerifier([])).toMatchObject({ status: 2 });
  });

  it('verifies what earlier keys signed, where a key given signed the end', async () => {
    const [former, folder] = [newKey(), await put(0)];
    const before = handMade({ origin: ORIGIN, key: former.secret.current, texts: log.texts });
    putPublished(folder, before, 400);
    putJournal(folder, log, 400, 1_000);
    expect(runVerifier([folder, vkey])).toMatchObject({ status: 1 });
    writeFileSync(join(folder, 'public-key.pem'), former.publicPem + key.publicPem);
    expect(runVerifier([folder, vkey])).toMatchObject({ status: 0 });
    expect(runVerifier([folder, verifierKey(ORIGIN, createPublicKey(former.publicPem))])).toMatchObject({ status: 1 });
  });

  it('holds a log against an earlier checkpoint: cut, or rewritten from there on, is found', async () => {
    const since = join(await newFolder(), 'since');
    writeFileSync(since, log.note(700));
    expect(runVerifier([await put(ENTRIES), vkey, '--since', since])).toMatchObject({ status: 0 });
    expect(runVerifier([await put(699), vkey, '--since', since])).toMatchObject({
      status: 1,
      lines: [expect.stringContaining('it has 699 entries and had 700')],
    });
    const other = logOf(plain(ENTRIES).with(650, { kind: 'stop', at: 1 }));
    const rewritten = await put(ENTRIES, [], other);
    expect(runVerifier([rewritten, vkey])).toMatchObject({ status: 0 });
    expect(runVerifier([rewritten, vkey, '--since', since])).toMatchObject({ status: 1 });
    const others = join(await newFolder(), 'slot-1');
    putPublished(others, logOf(plain(9), 'slot-1'), 9);
    expect(runVerifier([others, vkey, '--since', since]).status).toBe(1);
  });

  it('is honest about what was taken away: it verifies without it where that is on record, and not where it is not', async () => {
    const pruned = [...plain(ENTRIES - 1), { kind: 'pruned', at, upTo: 512 }];
    const made = logOf(pruned);
    const folder = await put(ENTRIES, [], made);
    for (const name of ['000', '001']) rmSync(join(folder, 'tile/entries', name));
    expect(runVerifier([folder, vkey])).toMatchObject({
      status: 0,
      lines: [expect.stringContaining('1000 entries, 512 of them gone on record')],
    });
    rmSync(join(folder, 'tile/entries/002'));
    expect(runVerifier([folder, vkey])).toMatchObject({
      status: 1,
      lines: [expect.stringContaining('entries before 768 are gone, and it is not on record that they were to go')],
    });
    rmSync(join(folder, 'tile/0/000'));
    expect(runVerifier([folder, vkey])).toMatchObject({ status: 1, lines: [expect.stringContaining('tile/0/000')] });
  });

  it('does not wait for what is no file', async () => {
    for (const path of ['public-key.pem', 'checkpoint', 'tile/0/000', 'tile/entries/000', 'journal/000000000000900']) {
      const folder = await put(900, [900]);
      rmSync(join(folder, path), { force: true });
      execFileSync('mkfifo', [join(folder, path)]);
      expect(runVerifier([folder, vkey])).toMatchObject({ status: path === 'public-key.pem' ? 0 : 1 });
    }
  });

  it('verifies all logs of a folder, of which one may say what was taken away from another', async () => {
    const folder = await newFolder();
    const closed = logOf(plain(600), 'slot-1');
    putPublished(join(folder, 'slot-1'), closed, 600);
    rmSync(join(folder, 'slot-1/tile/entries/000'));
    const keys = [vkey, verifierKey('slot-1', publicKey)];
    putPublished(join(folder, ORIGIN), log, 300);
    expect(runVerifier([folder, ...keys])).toMatchObject({ status: 1 });
    rmSync(join(folder, ORIGIN), { recursive: true });
    const says = [...plain(299), { kind: 'pruned', at, upTo: 256, origin: 'slot-1' }];
    putPublished(join(folder, ORIGIN), logOf(says), 300);
    expect(runVerifier([folder, ...keys])).toMatchObject({ status: 0 });
    // A second log by that name stands where another one may have been.
    cpSync(join(folder, 'slot-1'), join(folder, 'slot-2'), { recursive: true });
    expect(runVerifier([folder, ...keys])).toMatchObject({
      status: 1,
      lines: expect.arrayContaining([expect.stringMatching(/^BAD .*two folders hold the log slot-1/)]),
    });
    rmSync(join(folder, 'slot-2'), { recursive: true });
    // What nobody who is trusted signed says nothing.
    expect(runVerifier([folder, verifierKey('slot-1', publicKey)])).toMatchObject({ status: 1 });
  });

  it('checks a proof of inclusion as C2SP has it, and no other entry passes', async () => {
    const folder = await newFolder();
    const read = async (level: number, index: number, width: number) => log.tile(level, index, width);
    const [proof, entry] = [join(folder, 'it.tlog-proof'), join(folder, 'entry')];
    const put = async (index: number, size: number, extra = ''): Promise<string> => {
      const path = await inclusionProof({ index, size, at: hashesOf(size, read) });
      const hashes = path.map((hash) => `${hash.toString('base64')}\n`).join('');
      const text = `c2sp.org/tlog-proof@v1\n${extra}index ${index}\n${hashes}\n${log.note(size)}`;
      writeFileSync(proof, text);
      writeFileSync(entry, log.texts[index] ?? '');
      return text;
    };
    const told = () => runVerifier([vkey, '--proof', proof, '--entry', entry]);
    for (const [index, size] of [
      [0, 1],
      [0, 2],
      [1, 2],
      [6, 7],
      [255, 256],
      [256, 1_000],
      [999, 1_000],
    ] as const) {
      await put(index, size);
      expect(told()).toMatchObject({
        status: 0,
        lines: [expect.stringContaining(`entry ${index} of the first ${size}`)],
      });
    }
    await put(500, 1_000, 'extra aGk=\n');
    expect(told().status).toBe(0);
    writeFileSync(entry, log.texts[501] ?? '');
    expect(told().status).toBe(1);
    const text = await put(500, 1_000);
    const lines = text.split('\n');
    for (const wrong of [
      text.replace('index 500', 'index 501'),
      text.replace('index', 'Index'),
      lines.toSpliced(4, 1).join('\n'),
      lines.toSpliced(4, 0, lines[4] ?? '').join('\n'),
      text.slice(1),
      text.replace('\n1000\n', '\n1001\n'),
    ]) {
      writeFileSync(proof, wrong);
      expect(told().status).toBe(1);
    }
  }, 60_000);
});
