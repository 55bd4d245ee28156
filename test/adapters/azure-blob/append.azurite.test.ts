/** The second copy against the real azurite. It knows no retention policy: `append.test.ts` plays one. */
import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { signCheckpoint } from '../../../src/adapters/audit-log/checkpoint.ts';
import { verifyCopy } from '../../../src/adapters/audit-log/copies.ts';
import { growTree, leafHash } from '../../../src/adapters/audit-log/merkle.ts';
import { type AppendCopyOptions, createAppendCopy } from '../../../src/adapters/azure-blob/append.ts';
import type { AuditCopy } from '../../../src/core/audit-copy-ports.ts';
import { type Azurite, startAzurite } from '../../support/azurite.ts';

let azurite: Azurite;
beforeAll(async () => {
  azurite = await startAzurite();
});
afterAll(() => azurite.close());

const copyAt = (url: string, over: Partial<AppendCopyOptions> = {}): AuditCopy =>
  createAppendCopy({
    url,
    unsafeStandIn: true,
    credential: azurite.credential,
    clock: { now: () => Date.UTC(2026, 0, 1), sleep: async () => undefined },
    random: { id: () => 'id', fraction: () => 0.5 },
    ca: azurite.azure.certificate.cert,
    ...over,
  });

const textsAt = async (url: string): Promise<Record<string, string>> => {
  const found: Record<string, string> = {};
  for await (const { name } of azurite.client(url).listBlobsFlat())
    found[name] = (await azurite.client(url).getBlobClient(name).downloadToBuffer()).toString('utf8');
  return found;
};

it('is written block by block, goes on with another process, into further blobs, and its tree can be computed from it alone', async () => {
  const url = await azurite.container();
  const key = createPrivateKey(
    generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  );
  const tree = growTree();
  let copy = copyAt(url, { blocksMost: 3 });
  for (let index = 0; index < 20; index += 2) {
    const entries = [index, index + 1].map((at) => ({ index: at, json: `{"kind":"stop","n":${at}}` }));
    for (const { index: at, json } of entries) tree.push(leafHash(Buffer.from(`{"entry":${json},"seq":${at}}`)));
    const note = signCheckpoint({ origin: 'slot-0', size: tree.size(), root: tree.root() }, key);
    await copy.write({ origin: 'slot-0', entries, note });
    if (index === 8) copy = copyAt(url, { blocksMost: 3 });
  }
  const texts = await textsAt(url);
  expect(Object.keys(texts)).toEqual([0, 1, 2, 3].map((part) => `slot-0/2026-01-01-00${part}.ndjson`));
  const lines = Object.values(texts).flatMap((text) => text.split('\n').slice(0, -1));
  expect(await verifyCopy({ origin: 'slot-0', lines, keys: [createPublicKey(key)] })).toEqual({
    ok: true,
    entries: 20,
    proved: 20,
    onlyHere: 0,
    firstBad: null,
  });
});

it('adds nothing where somebody else added meanwhile, looks, and goes on behind that', async () => {
  const url = await azurite.container();
  const [copy, other] = [copyAt(url), copyAt(url)];
  const write = (by: AuditCopy, index: number) =>
    by.write({ origin: 'slot-0', entries: [{ index, json: '{}' }], note: null });
  await write(copy, 0);
  await write(other, 1);
  await write(copy, 2);
  await write(other, 3);
  expect(await textsAt(url)).toEqual({
    'slot-0/2026-01-01-000.ndjson': [0, 1, 2, 3].map((index) => `{"entry":{},"index":${index}}\n`).join(''),
  });
});

it('says what only it has, and that azurite keeps nothing from being changed', async () => {
  const copy = copyAt(await azurite.container());
  await copy.write({ origin: 'slot-0', entries: [{ index: null, json: '{"a":1}' }], note: null });
  expect(await copy.onlyThere('slot-0')).toBe(1);
  expect(await copy.onlyThere('slot-9')).toBe(0);
  expect(await copy.keeps()).toBe(false);
});

it('is refused in words where the container is not there, or the whole account is away', async () => {
  const url = await azurite.container();
  const copy = copyAt(url.replace(/[^/]+$/, 'never-made'));
  const write = () => copy.write({ origin: 'slot-0', entries: [{ index: 0, json: '{}' }], note: null });
  await expect(write()).rejects.toMatchObject({
    code: 'audit-copy-unavailable',
    message: expect.stringContaining('az storage container create'),
  });
  await azurite.kill();
  await expect(write()).rejects.toMatchObject({ message: expect.stringContaining('cannot be reached (ECONNREFUSED)') });
  await azurite.start();
});
