/** `sotto new backend`, as somebody runs it. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { backendSchema } from '../../src/adapters/backend/json-schema.ts';
import { command } from '../support/command.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sotto-new-backend-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const DOCUMENT = JSON.stringify({
  openapi: '3.0.3',
  info: { title: 'Parking' },
  servers: [{ url: 'https://parking.example.com' }],
  paths: { '/spots/{user}': { get: { operationId: 'getSpot', responses: {} }, delete: { responses: {} } } },
});

const run = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  command({ args: ['new', ...args], data: join(folder, 'data'), env }).ended();

describe('sotto new backend', () => {
  it('writes a description and its schema, says what is still to be decided, and what comes next', async () => {
    const document = join(folder, 'openapi.json');
    const out = join(folder, 'backends');
    writeFileSync(document, DOCUMENT);
    const ended = await run(['backend', document], { SOTTO_BACKENDS: out });
    expect(ended.status).toBe(0);
    expect(ended.out).toContain(`written: ${join(out, 'parking.yaml')}`);
    expect(ended.out).toContain('Left out, since it changes something: 1.');
    expect(ended.out).toMatch(/- line \d+, operations\.parking\.get-spot\.data is still to be decided/);
    expect(ended.out).toContain('  parking.get-spot');
    expect(readFileSync(join(out, 'schemas', 'backend.schema.json'), 'utf8')).toBe(backendSchema());
    const checked = await command({
      args: ['check'],
      data: join(folder, 'data'),
      env: { SOTTO_BACKENDS: out },
    }).ended();
    expect(checked.status).toBe(1);
    expect(checked.out).toMatch(
      /^backends: .*parking\.yaml: line \d+, operations\.parking\.get-spot\.subject is still to be decided/m,
    );

    const before = readFileSync(join(out, 'parking.yaml'), 'utf8');
    writeFileSync(join(out, 'parking.yaml'), `${before}# mine\n`);
    const again = await run(['backend', '--out', out, document]);
    expect(again).toMatchObject({ status: 2, err: expect.stringContaining('nothing was changed') });
    expect(readFileSync(join(out, 'parking.yaml'), 'utf8')).toBe(`${before}# mine\n`);
  });

  it.each([
    [['backend'], 'Say which document'],
    [['backend', '/nowhere/openapi.yaml', '--out', 'x'], 'cannot be read'],
    [['backend', 'https://example.com/openapi.yaml', '--out', 'x'], 'Nothing is fetched: save the document'],
    [['backend', 'package.json', '--to', 'x'], `Unknown option '--to'. "sotto new --help" says what there is.\n`],
    [['backend', 'package.json', '--name', '--out', 'x'], `ambiguous. "sotto new --help" says what there is.\n`],
    [['backend', 'package.json'], 'SOTTO_BACKENDS'],
    [['backend', 'package.json', '--out', 'x'], 'openapi: 3.0 or 3.1'],
    [['house'], 'sotto new backend OPENAPI'],
    [[], 'sotto new backend OPENAPI'],
  ])('refuses %j with a sentence, and writes nothing', async (args, words) => {
    const ended = await run(args);
    expect(ended).toMatchObject({ status: 2, err: expect.stringContaining(words) });
    expect(existsSync('x')).toBe(false);
  });
});
