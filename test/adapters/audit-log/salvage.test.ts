import { createPublicKey } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { type Assembled, beginAssembly } from '../../../src/adapters/audit-log/assemble.ts';
import { salvageLog } from '../../../src/adapters/audit-log/salvage.ts';
import { readStretch } from '../../../src/adapters/audit-log/stretches.ts';
import { verifyAuditLog } from '../../../src/adapters/audit-log/verify.ts';
import { publishedIn } from '../../support/published.ts';
import { type LaidLog, layLog } from './laid.ts';
import { newFolder, newKey } from './support.ts';

const [{ secret, publicPem }, other] = [newKey(), newKey()];

/** A copy of a log out of stretches that end where its batches do. */
const copied = async (log: LaidLog): Promise<Assembled & { readonly folder: string }> => {
  const folder = join(await newFolder(), 'one');
  const assembly = await beginAssembly(folder);
  for (const size of log.notes.keys()) {
    const stretch = await readStretch({ folder: log.folder, from: assembly.end(), within: size });
    if (stretch === null) throw new Error('there is one');
    const body = async function* () {
      yield* stretch.body;
    };
    expect(await assembly.add({ ...stretch, name: 'it', body })).toBeNull();
  }
  return { ...(await assembly.finish(publicPem + other.publicPem)), folder };
};

/** So much of it and no more, sound as a log of its own. */
const isCutTo = async (folder: string, log: LaidLog, size: number): Promise<void> => {
  expect(await verifyAuditLog({ folder, publicKey: publicPem })).toMatchObject({ ok: true, entries: size });
  const shorter = await layLog({ key: secret.current });
  for (const end of [...log.notes.keys()].filter((one) => one <= size)) shorter.append(end - shorter.size());
  await shorter.publish();
  expect(publishedIn(folder)).toEqual(publishedIn(shorter.folder));
  expect(readdirSync(dirname(folder))).toEqual(['one']);
};

describe('a copy of a log that is not sound', () => {
  it('is cut back to the last size that a trusted key signed, whole tiles and all', async () => {
    for (const sizes of [
      [5, 7],
      [300, 2],
      [256, 300],
      [700, 3_000],
    ] as const) {
      const log = await layLog({ key: secret.current });
      log.append(sizes[0]);
      log.sign(other.secret.current);
      log.append(sizes[1]);
      const copy = await copied(log);
      expect(await verifyAuditLog({ folder: copy.folder, publicKey: publicPem })).toMatchObject({ ok: false });
      expect(await salvageLog({ ...copy, publicKey: publicPem })).toBe(sizes[0]);
      await isCutTo(copy.folder, log, sizes[0]);
    }
  }, 60_000);

  it('is cut back behind an entry that no log writes, whoever signed it', async () => {
    const log = await layLog({ key: secret.current });
    for (const size of [3, 4]) log.append(size);
    log.appendTexts(['{"seq":7,"entry":{}}']);
    log.append(2);
    const copy = await copied(log);
    expect(await salvageLog({ ...copy, publicKey: publicPem })).toBe(7);
    await isCutTo(copy.folder, log, 7);
  });

  it('stays as it is where nothing is wrong with it, and goes where nothing of it can be believed', async () => {
    const log = await layLog({ key: secret.current });
    log.append(400);
    const copy = await copied(log);
    const before = publishedIn(copy.folder);
    expect(await salvageLog({ ...copy, publicKey: publicPem })).toBe(400);
    expect(publishedIn(copy.folder)).toEqual(before);
    expect(
      await salvageLog({
        ...copy,
        publicKey: createPublicKey(other.secret.current).export({ type: 'spki', format: 'pem' }).toString(),
      }),
    ).toBe(0);
    expect(existsSync(copy.folder)).toBe(false);
  });

  it('keeps what was pruned of it as it is', async () => {
    const log = await layLog({ key: secret.current });
    log.append(700);
    await log.prune(512);
    log.sign(other.secret.current);
    log.append(9);
    const { folder, ...rest } = await copiedAtOnce(log);
    expect(await salvageLog({ ...rest, folder, publicKey: publicPem })).toBe(701);
    expect(await verifyAuditLog({ folder, publicKey: publicPem })).toMatchObject({
      ok: true,
      entries: 701,
      pruned: 512,
    });
  });
});

/** As far as it goes now, then the rest. */
const copiedAtOnce = async (log: LaidLog): Promise<Assembled & { readonly folder: string }> => {
  const folder = join(await newFolder(), 'one');
  const assembly = await beginAssembly(folder);
  for (const within of [0, 0, 0, log.size()]) {
    const stretch = await readStretch({ folder: log.folder, from: assembly.end(), within });
    if (stretch === null) continue;
    const body = async function* () {
      yield* stretch.body;
    };
    expect(await assembly.add({ ...stretch, name: 'it', body })).toBeNull();
  }
  return { ...(await assembly.finish(publicPem + other.publicPem)), folder };
};
