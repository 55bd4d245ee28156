/** The tutorial, executed as it stands: its commands in one shell, its files where it says, and what it promises to be printed. */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { childEnvironment, LEARNT } from '../support/child.ts';

const ROOT = join(import.meta.dirname, '../..');
const PORT = /18231/g;

/** All of it takes half a minute on a quiet machine. */
const MOST_MS = 300_000;

interface Block {
  /** As the fence names it, and the file that it belongs into. */
  readonly kind: string;
  readonly file: string | null;
  readonly text: string;
}

const page = readFileSync(join(ROOT, 'docs/connect-a-backend.md'), 'utf8');
const blocks: readonly Block[] = [...page.matchAll(/^```(\w+)(?: (\S+))?\n([\s\S]*?)^```$/gm)].map(
  ([, kind = '', file, text = '']) => ({ kind, file: file ?? null, text }),
);

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });

let home: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'sotto-tutorial-'));
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** What each block of commands printed, by its place among them. */
const execute = async (): Promise<readonly string[]> => {
  const port = String(await freePort());
  const here = (text: string): string => text.replace(PORT, port);
  // The page names files of the project; they listen where the page says, and here where nobody else does.
  const practice = join(home, 'docs/connect-a-backend');
  mkdirSync(practice, { recursive: true });
  for (const file of ['openapi.yaml', 'time-off.js'])
    writeFileSync(join(practice, file), here(readFileSync(join(ROOT, 'docs/connect-a-backend', file), 'utf8')));
  writeFileSync(join(home, 'docs/package.json'), '{ "type": "module" }');
  const script = [
    'set -e',
    // By their ids, whatever ends the script.
    "trap 'kill $(jobs -p) 2>/dev/null || true' EXIT",
    `npx() { shift; "${process.execPath}" ${LEARNT.map((arg) => `"${arg}"`).join(' ')} "${ROOT}/src/cli.ts" "$@" 2>&1; }`,
    ...blocks.flatMap(({ kind, file, text }) => {
      if (file !== null) {
        const path = file.replace(/^~/, home);
        return [`mkdir -p "${dirname(path)}"`, `cat > "${path}" <<'END_OF_FILE'`, `${here(text)}END_OF_FILE`];
      }
      return kind === 'sh' ? ["printf '\\n=====\\n'", here(text)] : [];
    }),
  ].join('\n');
  const child = spawn('bash', ['-c', script], {
    cwd: home,
    env: childEnvironment({
      HOME: home,
      SOTTO_DATA: join(home, 'data'),
      PATH: `${dirname(process.execPath)}:${process.env['PATH']}`,
    }),
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own: a step that hangs is ended with whatever it had begun.
    detached: true,
  });
  const late = setTimeout(() => process.kill(-(child.pid ?? 0), 'SIGKILL'), MOST_MS);
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString();
  });
  const status = await new Promise((resolve) => child.on('close', resolve));
  clearTimeout(late);
  if (status !== 0) throw new Error(`It ended with ${String(status)}: ${out}\n${err}`);
  return out.split('\n=====\n').slice(1);
};

describe('the tutorial "connect a backend in ten minutes"', () => {
  it(
    'does what it says, from an OpenAPI document to an answer',
    async () => {
      const printed = await execute();
      const commands = blocks.filter(({ kind, file }) => kind === 'sh' && file === null);
      expect(printed).toHaveLength(commands.length);
      let at = -1;
      let promises = 0;
      for (const { kind, text } of blocks) {
        if (kind === 'sh') at += 1;
        if (kind !== 'text') continue;
        for (const line of text.trim().split('\n')) {
          expect(printed[at]).toContain(line);
          promises += 1;
        }
      }
      expect(promises).toBeGreaterThan(8);
      // The last question is about somebody else, and what the system would have said of him is not in the answer.
      expect(printed.at(-1)).not.toContain('11.5');
      expect(printed.join('\n')).not.toContain('Sample Street');
      expect(printed.join('\n')).not.toContain('a-key-to-practise-with');
    },
    MOST_MS + 60_000,
  );

  it('has files that an editor would complete, and every kind of block is one that is executed or held', () => {
    expect(new Set(blocks.map(({ kind }) => kind))).toEqual(new Set(['sh', 'yaml', 'json', 'text']));
    for (const { kind, file } of blocks) expect(file !== null).toBe(kind === 'yaml' || kind === 'json');
  });
});
