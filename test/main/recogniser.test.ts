import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { createModelCache } from '../../src/adapters/files/model-cache.ts';
import { createSealer } from '../../src/adapters/sealer/sealer.ts';
import type { LogFields } from '../../src/core/ports.ts';
import { markedModels } from '../../src/main/marked-models.ts';
import { openOwnRecogniser } from '../../src/main/recogniser.ts';
import { modelCacheContract } from '../contracts/model-cache.ts';
import { SMALL_PACK } from '../core/recognise/fixtures/small-pack.ts';

const folders: string[] = [];
const fresh = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-recogniser-'));
  folders.push(folder);
  return folder;
};
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

const key = (): string => randomBytes(32).toString('base64');
const sealerOf = (hashKeys: readonly string[]) => {
  const current = key();
  const sealer = createSealer({ dataKey: { current, accepted: [current] } });
  sealer.hashBy(hashKeys);
  return sealer;
};

modelCacheContract('a folder of models with our mark', async () => {
  const cache = createModelCache({ folder: join(fresh(), 'recogniser') });
  const sealer = sealerOf([key()]);
  const log = { warn: () => undefined };
  return { cache: markedModels({ cache, sealer, log }), again: () => markedModels({ cache, sealer, log }) };
});

/** One start in this folder; returns what it said and whether it had to learn. */
const start = async (dataFolder: string, hashKeys: readonly string[]) => {
  const said: string[] = [];
  const say = (event: string, { code }: LogFields = {}): void =>
    void said.push(code === undefined ? event : `${event} ${code}`);
  let learning = 0;
  const recogniser = await openOwnRecogniser({
    config: { dataFolder },
    catalogue: SMALL_PACK,
    sealer: sealerOf(hashKeys),
    tools: {
      clock: { now: () => 0, sleep: async () => undefined },
      log: { info: say, warn: say, error: say },
    },
    unsafeModelCache: undefined,
    onLearning: () => {
      learning += 1;
    },
  });
  return {
    learnt: learning > 0,
    said,
    topics: recogniser.recognise({ text: 'what does Rosa earn', locale: 'en' }).topics,
  };
};

const fileIn = (dataFolder: string): string => {
  const [name = ''] = readdirSync(join(dataFolder, 'recogniser'));
  return join(dataFolder, 'recogniser', name);
};

describe('the recogniser of a start', () => {
  it('is what an earlier start learnt, also after another hash key came', async () => {
    const [data, keys] = [fresh(), [key()]];
    expect(await start(data, keys)).toMatchObject({ learnt: true, topics: ['pay'] });
    expect(await start(data, keys)).toEqual({ learnt: false, said: ['recogniser.loaded'], topics: ['pay'] });
    expect(await start(data, [key(), ...keys])).toMatchObject({ learnt: false });
  });

  it.each([
    ['altered', (bytes: Buffer) => bytes.map((byte, at) => (at === bytes.length >> 1 ? byte ^ 1 : byte))],
    ['altered in its mark', (bytes: Buffer) => bytes.map((byte, at) => (at === bytes.length - 1 ? byte ^ 1 : byte))],
    ['cut', (bytes: Buffer) => bytes.subarray(0, -1)],
    ['cut to less than a mark', (bytes: Buffer) => bytes.subarray(0, 9)],
    ['emptied', () => Buffer.alloc(0)],
    ['made longer', (bytes: Buffer) => Buffer.concat([bytes, Buffer.of(0)])],
  ])('is learnt anew where what was kept was %s, and the log says so', async (_, spoil) => {
    const [data, keys] = [fresh(), [key()]];
    await start(data, keys);
    const sound = readFileSync(fileIn(data));
    writeFileSync(fileIn(data), spoil(sound));
    const again = await start(data, keys);
    expect(again).toMatchObject({ learnt: true, topics: ['pay'] });
    expect(again.said[0]).toBe('recogniser.model-refused not-ours');
    expect(readFileSync(fileIn(data)).equals(sound)).toBe(true);
  });

  it('is learnt anew where somebody else wrote what was kept, or our key is gone', async () => {
    const data = fresh();
    await start(data, [key()]);
    const again = await start(data, [key()]);
    expect(again.learnt).toBe(true);
    expect(again.said[0]).toBe('recogniser.model-refused not-ours');
  });

  it("is learnt anew where another pack's was put in its place, though it is ours", async () => {
    const keys = [key()];
    const cache = createModelCache({ folder: join(fresh(), 'recogniser') });
    const said: (string | undefined)[] = [];
    const marked = markedModels({
      cache,
      sealer: sealerOf(keys),
      log: { warn: (_, fields) => void said.push(fields?.code) },
    });
    const [one, other] = ['1'.repeat(64), '2'.repeat(64)];
    await marked.write(one, Uint8Array.of(1, 2, 3));
    await cache.write(other, (await cache.read(one)) ?? new Uint8Array(0));
    expect(await marked.read(other)).toBeNull();
    expect(said).toEqual(['not-ours']);
    expect(await marked.read(one)).not.toBeNull();
  });

  it('starts in a folder that cannot hold a model, and says so', async () => {
    const data = fresh();
    writeFileSync(join(data, 'recogniser'), 'a file where the folder should be');
    const started = await start(data, [key()]);
    expect(started).toMatchObject({ learnt: true, topics: ['pay'] });
    expect(started.said.at(-1)).toMatch(/^recogniser\.model-not-kept /);
  });
});
