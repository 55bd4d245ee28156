import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';
import { openCheckpoint } from '../../../src/adapters/audit-log/checkpoint.ts';
import { growTree, leafHash } from '../../../src/adapters/audit-log/merkle.ts';
import { newestNote, readEntries } from '../../../src/adapters/audit-log/reader.ts';
import type { AuditEntry, DecisionEntry } from '../../../src/core/audit.ts';
import type { Secret } from '../../../src/core/ports.ts';

const pair = () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return { pem, publicPem: publicKey.export({ type: 'spki', format: 'pem' }).toString() };
};

export const newKey = (): { readonly secret: Secret; readonly publicPem: string } => {
  const { pem, publicPem } = pair();
  return { secret: { current: pem, accepted: [pem] }, publicPem };
};

const folders: string[] = [];
afterAll(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

/** Gone after the suite. */
export const newFolder = async (): Promise<string> => {
  const folder = await mkdtemp(join(tmpdir(), 'sotto-audit-'));
  folders.push(folder);
  return folder;
};

export const clock = { now: () => 1_800_000_000_000 };

/** Like the product's own entries in size and shape. */
export const decision = (i: number): DecisionEntry => ({
  kind: 'decision',
  at: 1_800_000_000_000 + i,
  question: `slack:Ev${i}`,
  attempt: 1,
  platform: 'slack',
  tenant: 'T0001',
  place: 'direct',
  person: '00112233445566778899aabbccddeeff',
  name: 'Ib0LNQ5bWWcQKk4oYl4kXw0TzUuRrY1oB8nq6mLh3mN2b1pXcV7sD9fG5hJ8kL0zQwErTyUiOpAsDfGhJkL1',
  personKind: 'employee',
  groups: ['employee'],
  verdict: 'answer',
  intent: 'leave.balance',
  topics: ['leave'],
  about: 'self',
  subject: null,
  reasons: ['leave-own'],
  show: 'message',
  expiresSeconds: null,
  policy: 'pack-1',
  restrictions: 12,
});

/** What a log holds, entry by entry; no check is made. */
export const entriesOf = async (
  folder: string,
): Promise<readonly { readonly entry: AuditEntry; readonly seq: number }[]> => {
  const kept: { readonly entry: AuditEntry; readonly seq: number }[] = [];
  for await (const { bytes, spans } of readEntries({ folder }))
    for (const { start, end } of spans) kept.push(JSON.parse(bytes.toString('utf8', start, end)));
  return kept;
};

/** How many entries a log has whose last checkpoint this key signed; it is the root over all of them, each in its place. */
export const proved = async (folder: string, publicPem: string): Promise<number> => {
  const found = openCheckpoint((await newestNote(folder)) ?? '', [createPublicKey(publicPem)]);
  if (found === null) throw new Error('the last checkpoint is not signed by the key');
  const tree = growTree();
  for await (const run of readEntries({ folder })) {
    if (run.first !== tree.size()) throw new Error('entries are missing');
    for (const { start, end } of run.spans) tree.push(leafHash(run.bytes.subarray(start, end)));
  }
  if (tree.size() !== found.size || !tree.root().equals(found.root)) throw new Error('the root is of another tree');
  return found.size;
};
