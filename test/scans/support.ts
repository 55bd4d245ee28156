/** `sotto serve` with a certificate of its own, for scanners to look at; and how to run one. */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createAuthority, createCertificateFolder } from '../support/certificates.ts';
import { openServing } from '../support/serving.ts';

export interface Scanned {
  /** 127.0.0.1:PORT. */
  readonly host: string;
  readonly folder: string;
  /** The throw-away authority's certificate (PEM). */
  readonly caFile: string;
  end(): Promise<void>;
}

export const openScanned = async (kind: 'ec' | 'rsa'): Promise<Scanned> => {
  const authority = await createAuthority({ kind });
  const files = createCertificateFolder();
  files.put(await authority.issue());
  const more = { SOTTO_TLS_CERT: files.certFile, SOTTO_TLS_KEY: files.keyFile };
  const serving = await openServing({ expiresSeconds: 60, more });
  const caFile = join(serving.folder, 'ca.pem');
  writeFileSync(caFile, authority.cert);
  await serving.start();
  return {
    host: new URL(serving.url()).host,
    folder: serving.folder,
    caFile,
    end: async () => {
      await serving.end();
      files.end();
    },
  };
};

/** Runs a program to its end, whatever its status, and gives what it printed. */
export const run = (program: string, args: readonly string[]): Promise<string> =>
  new Promise((resolve, reject) => {
    // Nothing of our own environment but the path: scanners read settings from theirs.
    const child = spawn(program, args, {
      env: { PATH: process.env['PATH'], TERM: 'dumb', HOME: '/nonexistent' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        said += chunk.toString();
      });
    child.once('error', reject);
    child.once('close', () => resolve(said));
  });

/** What was found, as lines for whoever reads the test's output. */
export const report = (title: string, lines: readonly string[]): void => {
  process.stdout.write(`\n${title}\n${lines.map((line) => `  ${line}\n`).join('')}`);
};
