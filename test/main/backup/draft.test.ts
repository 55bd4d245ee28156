import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openDraft } from '../../../src/main/backup/draft.ts';

let within: string;
beforeEach(() => {
  within = mkdtempSync(join(tmpdir(), 'sotto-drafts-'));
});
afterEach(() => rmSync(within, { recursive: true, force: true }));

describe('the folder of a dry run', () => {
  it('is for us alone, and gone once it is removed', () => {
    const before = process.listenerCount('SIGTERM');
    const draft = openDraft({ now: Date.now(), within });
    writeFileSync(join(draft.folder, 'log'), 'entries');
    draft.remove();
    expect(readdirSync(within)).toEqual([]);
    expect(process.listenerCount('SIGTERM')).toBe(before);
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('goes with a run that is ended by %s', async (signal) => {
    const source = pathToFileURL(resolve('src/main/backup/draft.ts')).href;
    const run = spawn(
      process.execPath,
      [
        '--input-type=module',
        '-e',
        `const { openDraft } = await import(${JSON.stringify(source)});
         openDraft({ now: Date.now(), within: process.argv[1] });
         setInterval(() => undefined, 1_000);
         console.log('there');`,
        within,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    await once(run.stdout, 'data');
    expect(readdirSync(within)).toHaveLength(1);
    run.kill(signal);
    expect(await once(run, 'exit')).toEqual([null, signal]);
    expect(readdirSync(within)).toEqual([]);
  });

  it('of a run that was killed goes a day later, and no other does', () => {
    const names = ['sotto-restore-old', 'sotto-restore-new', 'other'];
    for (const name of names) {
      mkdirSync(join(within, name));
      writeFileSync(join(within, name, 'log'), 'entries');
    }
    for (const name of ['sotto-restore-old', 'other']) utimesSync(join(within, name), 1, 1);
    openDraft({ now: Date.now(), within }).remove();
    expect(readdirSync(within).toSorted()).toEqual(['other', 'sotto-restore-new']);
    expect(existsSync(join(within, 'other', 'log'))).toBe(true);
  });
});
