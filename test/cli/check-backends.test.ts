/** What `sotto check` says of descriptions: whether they serve the pack, and what they give when they are tried out. */

import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readDescriptions } from '../../src/adapters/backend/description.ts';
import { createFileDirectory } from '../../src/adapters/files/directory.ts';
import { backendFindings } from '../../src/cli/check-backends.ts';
import { triedLines, uncached } from '../../src/cli/check-tried.ts';
import { loadCatalogue } from '../../src/policies/catalogue.ts';
import { packFolders, SAMPLE_PEOPLE } from '../../src/policies/pack.ts';
import { command } from '../support/command.ts';

let folder: string;
let server: Server | null = null;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sotto-check-backends-'));
});
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = null;
  rmSync(folder, { recursive: true, force: true });
});

const catalogue = loadCatalogue({ folders: packFolders(null) });

const put = (path: string, text: string): void => {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), text);
};

const DESCRIPTION = `backend: off
baseUrl: https://off.example.com
goesBy: email
operations:
  leave.balance:
    method: GET
    path: /people/{subject}/leave
    data: leave
    subject: who
    fields:
      remaining: number
      total: number
      planned: number
`;

const looked = (o: { readonly person?: string; readonly env?: Readonly<Record<string, string>> } = {}) =>
  backendFindings({
    env: { SOTTO_BACKENDS: folder, ...o.env },
    folder,
    descriptions: readDescriptions(folder),
    catalogue,
    directory: createFileDirectory({ path: SAMPLE_PEOPLE }),
    person: o.person ?? null,
  });

const RIGHT = { who: 'evan@example.com', remaining: 12, total: 30, planned: 4 };

describe('sotto check, of a recorded response', () => {
  it('prints what comes out of it and what the intent would say of that', async () => {
    put('off.yaml', DESCRIPTION);
    put('recorded/off/leave.balance.json', JSON.stringify(RIGHT));
    const { findings, tried } = await looked();
    expect(findings).toEqual([]);
    expect(triedLines(tried)).toEqual([
      '- leave.balance (recorded): 1 record: remaining number, total number, planned number',
      '    leave.balance, en: You have 12 of 30 days of leave left this year. Planned: 4.',
      '    leave.balance, de: Du hast dieses Jahr noch 12 von 30 Urlaubstagen. Geplant: 4.',
    ]);
  });

  it('says where it does not fit, with the line of the description and how to mend it', async () => {
    put('off.yaml', DESCRIPTION);
    put('recorded/off/leave.balance.json', JSON.stringify({ ...RIGHT, who: null, total: '30.5' }));
    const { findings, tried } = await looked();
    expect(findings).toEqual([
      expect.stringMatching(/off\.yaml: line 9, operations\.leave\.balance\.subject is not readable in the response/),
      expect.stringMatching(
        /off\.yaml: line 12, operations\.leave\.balance\.fields\.total is text in the response, and not number\. Say type: decimal/,
      ),
    ]);
    expect(triedLines(tried)).toEqual(['- leave.balance (recorded): nothing that could be used']);
  });

  it('finds an account number where none is declared, and a text that names a field which is not taken', async () => {
    put('off.yaml', DESCRIPTION.replace('planned: number', 'planned: text'));
    put('recorded/off/leave.balance.json', JSON.stringify({ ...RIGHT, planned: 'DE89 3704 0044 0532 0130 00' }));
    expect((await looked()).findings).toEqual([
      expect.stringMatching(
        /line 13, operations\.leave\.balance\.fields\.planned holds what looks like an account number/,
      ),
    ]);
    put('off.yaml', DESCRIPTION.replace('      planned: number\n', ''));
    expect((await looked()).findings).toEqual([
      expect.stringContaining('operations.leave.balance.fields has not all that leave.balance says'),
    ]);
  });

  it.each([
    ['{', 'is not JSON'],
    ['['.repeat(50), 'is nested deeper than 16'],
    [`"${'x'.repeat(300_000)}"`, 'is larger than 262144 bytes'],
  ])('refuses a file that no system could have answered with', async (text, words) => {
    put('off.yaml', DESCRIPTION);
    put('recorded/off/leave.balance.json', text);
    const { findings } = await looked();
    expect(findings).toHaveLength(1);
    expect(findings[0]).toContain(`recorded/off/leave.balance.json ${words}`);
  });

  it('reminds of what was not tried out, of what ships and is not connected, and of the hash that a start puts on record', async () => {
    put('off.yaml', DESCRIPTION);
    const { findings, notes } = await looked();
    expect(findings).toEqual([]);
    expect(notes.join('\n')).toMatch(/Of 1 operation no response is recorded.*leave\.balance/);
    expect(notes.join('\n')).toMatch(/\d+ of the questions that ship cannot be answered/);
    expect(notes.join('\n')).toContain(readDescriptions(folder).hash);
  });
});

describe('sotto check, of a description', () => {
  it('finds a cache that could never hold anything', async () => {
    put('off.yaml', DESCRIPTION.replace('    data: leave', '    data: pay\n    cacheSeconds: 60'));
    const descriptions = readDescriptions(folder);
    expect(uncached({ folder, descriptions, plain: new Set(['data:leave']) })).toEqual([
      expect.stringMatching(/off\.yaml: line 9, operations\.leave\.balance\.cacheSeconds has no effect/),
    ]);
    expect(uncached({ folder, descriptions, plain: new Set(['data:pay']) })).toEqual([]);
  });

  it('finds a question whose operation writes, and which has no form', async () => {
    put(
      'off.yaml',
      DESCRIPTION.replace('method: GET', 'method: POST').replace(
        '    data: leave',
        '    write: { again: never }\n    data: leave',
      ),
    );
    expect((await looked()).findings).toContainEqual(expect.stringContaining('leave.balance has no form'));
  });
});

describe('sotto check --backends', () => {
  it('says why it does not tell what the intents would say, where the pack is not sound', async () => {
    put('off.yaml', DESCRIPTION);
    put('pack/intents/parking.yaml', 'topic: parking\n');
    const args = ['check', '--backends'];
    const env = { SOTTO_BACKENDS: folder, SOTTO_POLICIES: join(folder, 'pack') };
    const { out } = await command({ args, env, data: join(folder, 'data') }).ended();
    expect(out).toMatch(/What the intents would say is not told, for the pack has \d+ finding\(s\): "sotto check"/);
  });
});

describe('sotto check --live', () => {
  const answering = async (answer: (url: string, key: string | undefined) => { status: number; body: string }) => {
    const asked: string[] = [];
    server = createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      const { status, body } = answer(request.url ?? '', request.headers['x-api-key']?.toString());
      response.writeHead(status, { 'content-type': 'application/json' }).end(body);
    });
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const vault = join(folder, 'vault');
    mkdirSync(vault, { mode: 0o700 });
    writeFileSync(join(vault, 'off-key'), 'the-key-of-the-tests\n', { mode: 0o600 });
    chmodSync(vault, 0o700);
    put(
      'off.yaml',
      DESCRIPTION.replace('https://off.example.com', `http://127.0.0.1:${port}`).replace(
        'goesBy: email',
        'goesBy: email\nsignIn: { apiKey: { header: X-Api-Key, secret: off-key } }',
      ) +
        [
          '  leave.slotted:',
          '    method: GET',
          '    path: /people/{subject}/{slot.month}',
          '    data: leave',
          '    subject: who',
          '    fields: { days: number }',
          '  leave.make:',
          '    method: POST',
          '    path: /people/{subject}/leave',
          '    write: { again: never }',
          '    data: leave',
          '    subject: who',
          '    fields: { days: number }',
          '',
        ].join('\n'),
    );
    return { asked, env: { SOTTO_VAULT: `files:${vault}` } };
  };

  it('asks the system as it would be asked, reads only, and prints kinds and no value', async () => {
    const { asked, env } = await answering((_, key) => ({
      status: key === 'the-key-of-the-tests' ? 200 : 401,
      body: JSON.stringify(RIGHT),
    }));
    const { findings, notes, tried } = await looked({ person: 'evan', env });
    expect(findings).toEqual([]);
    expect(asked).toEqual(['GET /people/evan%40example.com/leave']);
    expect(triedLines(tried).join('\n')).toContain('You have ‹number› of ‹number› days of leave left');
    expect(JSON.stringify([tried, notes])).not.toMatch(/12|evan@example/);
    expect(notes).toContainEqual(expect.stringContaining('leave.make changes something'));
    expect(notes).toContainEqual(expect.stringContaining('leave.slotted cannot be asked without {slot.month}'));
  });

  it('says where what came does not fit, without a word of it', async () => {
    const { env } = await answering(() => ({
      status: 200,
      body: JSON.stringify({ ...RIGHT, total: 'hush-hush', 'evans-secret': 1 }),
    }));
    const { findings } = await looked({ person: 'evan', env });
    expect(findings).toEqual([expect.stringMatching(/fields\.total is text in the response, and not number/)]);
    expect(findings.join()).not.toMatch(/hush|secret/);
  });

  it.each([
    [401, 'leave.balance refuses Sotto'],
    [500, 'leave.balance could not be reached'],
  ])('says what to look at where the system answers %i', async (status, words) => {
    const { env } = await answering(() => ({ status, body: '{}' }));
    expect((await looked({ person: 'evan', env })).findings).toEqual([expect.stringContaining(words)]);
  });

  it('says which secret the vault lacks, and asks nothing of the system', async () => {
    const { asked, env } = await answering(() => ({ status: 200, body: JSON.stringify(RIGHT) }));
    const { findings } = await looked({ person: 'evan' });
    expect(findings).toEqual([
      'leave.balance was not asked, for its description needs the secret "off-key", and SOTTO_VAULT names no vault. Set it: files:DIR.',
    ]);
    rmSync(join(folder, 'vault', 'off-key'));
    const without = await looked({ person: 'evan', env });
    expect(without.findings).toEqual([
      expect.stringMatching(/^leave\.balance was not asked: .*"off-key".* [A-Z].*\.$/),
    ]);
    expect(asked).toEqual([]);
  });

  it('knows what "nothing there" is, and nobody who is not in the directory', async () => {
    const { env } = await answering(() => ({ status: 404, body: '{}' }));
    expect((await looked({ person: 'evan', env })).notes).toContainEqual('leave.balance has nothing of evan.');
    await expect(looked({ person: 'nobody', env })).rejects.toMatchObject({ code: 'usage' });
  });

  it('needs somebody who is asked about', async () => {
    for (const args of [
      ['check', '--live'],
      ['check', '--as', 'evan'],
    ])
      expect(await command({ args, data: join(folder, 'data') }).ended()).toMatchObject({
        status: 2,
        err: expect.stringContaining('sotto check --live --as PERSON'),
      });
  });
});
