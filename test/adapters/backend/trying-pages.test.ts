/** Recorded pages of a list: held against their description one by one and as a whole, and played on a stage. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import Fastify from 'fastify';
import { ownBackends } from '../../../playground/backend/own.ts';
import type { Described } from '../../../src/adapters/backend/described.ts';
import { readDescriptions } from '../../../src/adapters/backend/description.ts';
import { readRecordedPages } from '../../../src/adapters/backend/recorded.ts';
import { createRestBackend } from '../../../src/adapters/backend/rest.ts';
import { tryPages } from '../../../src/adapters/backend/trying-pages.ts';

const folder = mkdtempSync(join(tmpdir(), 'sotto-recorded-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const written = (lines: string, pages: readonly unknown[]): { readonly at: string; readonly described: Described } => {
  const at = mkdtempSync(join(folder, 'x-'));
  writeFileSync(
    join(at, 'off.yaml'),
    `backend: off\nbaseUrl: https://off.example.com\noperations:\n  off.list:\n    method: GET\n    path: /list\n    data: x\n    subject: who\n    records: $.items\n    fields: { a: text }\n${lines
      .split('\n')
      .map((line) => `    ${line}\n`)
      .join('')}`,
  );
  mkdirSync(join(at, 'recorded', 'off'), { recursive: true });
  pages.forEach((page, nth) => {
    writeFileSync(join(at, 'recorded', 'off', `off.list${nth === 0 ? '' : `.${nth + 1}`}.json`), JSON.stringify(page));
  });
  const described = readDescriptions(at).operations.get('off.list');
  if (described === undefined) throw new Error('There is no operation.');
  return { at, described };
};

const page = (next: unknown, ...all: readonly string[]) => ({
  items: all.map((a) => ({ who: 'evan', a, id: a })),
  next,
  total: 5,
});

const tried = (
  lines: string,
  pages: readonly unknown[],
): { readonly count: number | null; readonly why: readonly string[] } => {
  const { at, described } = written(lines, pages);
  const recorded = readRecordedPages(at, described);
  const bodies = recorded.flatMap((one) => (one.how === 'read' ? [one.body] : []));
  expect(bodies).toHaveLength(pages.length);
  const { records, misfits } = tryPages({ described, bodies, names: true });
  return { count: records?.length ?? null, why: misfits.map(({ path, what }) => `${path.join('.')} ${what}`) };
};

const CURSOR = 'pages: { cursor: after, next: $.next, id: id }';

describe('recorded pages of a list', () => {
  it('fit where the one leads to the next, and the last to none or to one that is not recorded', () => {
    expect(tried(CURSOR, [page('p2', 'a', 'b'), page('p3', 'c'), page(null, 'd')])).toEqual({ count: 4, why: [] });
    expect(tried(CURSOR, [page('p2', 'a', 'b')])).toEqual({ count: 2, why: [] });
    const counted = 'total: $.total\npages: { offset: skip, size: 2 }';
    expect(tried(counted, [page(0, 'a', 'b'), page(0, 'c', 'd'), page(0, 'e')])).toEqual({ count: 5, why: [] });
    // What a header says is not recorded.
    const header = 'total: { header: X-Total-Count }\npages: { offset: skip, size: 2 }';
    expect(tried(header, [page(0, 'a'), page(0, 'c')])).toEqual({ count: 2, why: [] });
  });

  it.each([
    [CURSOR, [page(null, 'a'), page(null, 'b')], 'pages.next says that page 1 is the last, and there is one behind it'],
    [
      'pages: { cursor: after, link: $.other }',
      [page('p', 'a'), page(null, 'b')],
      'pages.link says that page 1 is the last',
    ],
    [CURSOR, [page('same', 'a'), page('same', 'b')], 'pages.next does not lead on from page 2'],
    [
      'total: $.many\npages: { offset: skip }',
      [page(null, 'a')],
      'pages does not lead on from page 1, though there may be more: no number stands where total is',
    ],
    [CURSOR, [page({ id: 'p2' }, 'a')], 'pages.next does not lead on from page 1'],
    ['pages: { number: page, size: 3 }', [page(0, 'a'), page(0, 'b')], 'pages says that page 1 is the last'],
    [CURSOR.replace('id: id', 'id: key'), [page(null, 'a')], 'pages.id is not one text or number in each record'],
    [CURSOR, [page('p2', 'a'), { items: [{ who: 'evan', a: 7, id: 7 }] }], 'fields.a is a number'],
  ] as const)('do not where it does not (%s)', (lines, pages, what) => {
    expect(tried(lines, pages).why.join('\n')).toContain(what);
  });

  it('are read as far as the first that is not there, and no more than are asked for', () => {
    const { at, described } = written('pages: { cursor: after, next: $.next, most: 2 }', [
      page('a', 'a'),
      page('b', 'b'),
      page(null),
    ]);
    expect(readRecordedPages(at, described)).toHaveLength(2);
    const whole = written('more: $.next', [page('a', 'a'), page('b', 'b')]);
    expect(readRecordedPages(whole.at, whole.described)).toHaveLength(1);
    rmSync(join(at, 'recorded', 'off', 'off.list.json'));
    expect(readRecordedPages(at, described)).toEqual([{ how: 'none' }]);
  });

  it('are played page by page, and what is not recorded of them is said to be there', async () => {
    for (const [last, more] of [
      [null, undefined],
      ['p4', true],
    ] as const) {
      const { at } = written(CURSOR, [page('p2', 'a', 'b'), page('p3', 'c'), page(last, 'd')]);
      const own = ownBackends(at);
      const app = Fastify({ forceCloseConnections: true });
      own.routes(app);
      const base = await app.listen({ host: '127.0.0.1', port: 0 });
      const into = mkdtempSync(join(folder, 'into-'));
      writeFileSync(join(into, 'hr.yaml'), `backend: hr\nbaseUrl: ${base}\noperations: {}\n`);
      own.write({ into, base });
      const backend = createRestBackend({ folder: into });
      const fetched = await backend.fetch({ operation: 'off.list', subject: 'evan', asker: 'evan', id: 'q' });
      expect(fetched.ok && [fetched.records.map(({ fields }) => fields['a']), fetched.more]).toEqual([
        ['a', 'b', 'c', 'd'].map((value) => ({ type: 'text', value })),
        more,
      ]);
      await app.close();
    }
  });
});
