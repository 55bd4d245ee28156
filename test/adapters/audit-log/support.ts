import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';
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
  verdict: 'answer',
  intent: 'leave.balance',
  topics: ['leave'],
  about: 'self',
  subject: null,
  reasons: ['leave-own'],
  show: 'message',
  expiresSeconds: null,
  policy: 'pack-1',
});

/** What the file says, entry by entry; no check is made. */
export const entriesOf = async (
  path: string,
): Promise<readonly { readonly entry: AuditEntry; readonly seq: number }[]> =>
  (await readFile(path, 'utf8'))
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('checkpoint '))
    .map((line) => JSON.parse(line.slice(65)));
