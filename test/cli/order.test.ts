import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { giveOrder } from '../../src/cli/order.ts';
import type { Receipt } from '../../src/core/orders/types.ts';

/** What the running Sotto says: to the order, then each time it is asked. null: it breaks off. */
type Said = { readonly status: number; readonly body: unknown } | null;

let folder: string;
let server: Server;
let printed: string[];
let asked: number;
let says: (asked: number) => Said;
let until: number;
let page: string | null;

const done = (receipt: Receipt): Said => ({
  status: 200,
  body: { state: 'done', confirmations: 1, needed: 1, receipt },
});

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sotto-order-'));
  process.env['SOTTO_DATA'] = folder;
  printed = [];
  asked = 0;
  page = null;
  until = Date.now() + 60_000;
  jest.spyOn(console, 'log').mockImplementation((line: string) => void printed.push(line));
  server = createServer((request, response) => {
    if (request.method === 'GET') asked += 1;
    const said =
      request.method === 'POST'
        ? { status: 200, body: { id: 'o1', code: 'ABCD-EFGH', until, needed: 1, says: 'To pause.', page } }
        : says(asked);
    if (said === null) return void request.socket.destroy();
    response.writeHead(said.status).end(JSON.stringify(said.body));
  });
  await new Promise<void>((resolve) => server.listen(join(folder, 'control.sock'), resolve));
});
afterEach(async () => {
  jest.restoreAllMocks();
  delete process.env['SOTTO_DATA'];
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

const give = (o: Partial<Parameters<typeof giveOrder>[0]> = {}) =>
  giveOrder({ order: { kind: 'pause' }, json: false, wait: true, mostTries: 2, ...o });

describe('an order whose code was printed', () => {
  it('is never said not to have been ordered where the running Sotto does not answer any more: status 1, and what may be', async () => {
    says = () => null;
    expect(await give()).toBe(1);
    const text = printed.join('\n');
    expect(text).toContain('ABCD-EFGH');
    expect(text).toContain(`The code was given and counts until ${new Date(until).toISOString().slice(11, 16)} UTC.`);
    expect(text).toContain('"order":"o1"');
    expect(text).not.toMatch(/nothing was (ordered|done)/);
  });

  it('says the same in JSON, and what is lost with the answer', async () => {
    says = () => ({ status: 200, body: { of: 'another version' } });
    expect(await give({ json: true, lost: 'What it found is lost.' })).toBe(1);
    expect(printed).toHaveLength(2);
    const last: unknown = JSON.parse(printed[1] ?? '');
    expect(last).toMatchObject({ ok: false, data: {}, says: expect.arrayContaining(['What it found is lost.']) });
  });

  it('is said with the page where it may be confirmed as well, where there is one', async () => {
    await give({ wait: false });
    expect(printed.join('\n')).not.toContain('page');
    page = 'https://sotto.example.com/auth/order';
    printed = [];
    await give({ wait: false });
    expect(printed.join('\n')).toContain(`  ABCD-EFGH\n  ${page}\n`);
    expect(printed.join('\n')).toContain('or sign in on that page and type it there.');
    printed = [];
    await give({ wait: false, json: true });
    expect(JSON.parse(printed[0] ?? '')).toMatchObject({ code: 'ABCD-EFGH', page });
  });

  it('is waited for while Sotto is restarted', async () => {
    says = (times) => (times < 3 ? null : done({ ok: true, says: ['It is paused.'], data: {} }));
    expect(await give({ mostTries: 5 })).toBe(0);
    expect(printed.at(-1)).toContain('It is paused.');
  });
});
