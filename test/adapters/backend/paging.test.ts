/** Lists that come in pages: all of it is read, or it is said that it is not. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseDescription } from '../../../src/adapters/backend/description.ts';
import { PLAIN } from '../../../src/core/commit.ts';
import { guarded, readAuthorised } from '../../../src/core/data.ts';
import type { Backend, Fetched } from '../../../src/core/ports.ts';
import {
  createPagedSystems,
  KINDS,
  type Kind,
  type PagedRow,
  pagesSaid,
  paging,
  rowsOf,
} from '../../support/paged-system.ts';
import { EVANS_REQUEST } from '../../support/requests.ts';
import { EVAN, MONA, PERMIT, REFUSE } from '../../support/world.ts';

let systems: Awaited<ReturnType<typeof createPagedSystems>>;
beforeAll(async () => {
  systems = await createPagedSystems();
});
afterAll(() => systems.close());

const told = (fetched: Fetched): unknown =>
  fetched.ok
    ? [
        fetched.records.map(({ fields }) => (fields['a']?.type === 'text' ? fields['a'].value : null)).join(' '),
        fetched.more,
      ]
    : fetched.code;

const listed = (count: number): string =>
  rowsOf(count)
    .map(({ a }) => a)
    .join(' ');

describe('a list that comes in pages', () => {
  it.each(KINDS)('is read whole, in order, and no further than its last page (%s)', async (kind) => {
    const system = systems.make({ lines: pagesSaid(kind, 3, 5) });
    for (const [count, pages] of [
      [0, 1],
      [2, 1],
      [3, kind === 'number' ? 2 : 1],
      [7, 3],
      [9, kind === 'number' ? 4 : 3],
    ] as const) {
      system.asked.length = 0;
      system.answers(paging(kind, rowsOf(count), 3));
      expect([count, told(await system.fetch())]).toEqual([count, [listed(count), undefined]]);
      expect([count, system.asked.length]).toEqual([count, pages]);
    }
  });

  it.each(KINDS)('is said to go on where more pages are there than are read (%s)', async (kind) => {
    const system = systems.make({ lines: pagesSaid(kind, 2, 2) });
    system.answers(paging(kind, rowsOf(5), 2));
    expect(told(await system.fetch())).toEqual([listed(4), true]);
    expect(system.asked).toHaveLength(2);
  });

  it.each(KINDS.filter((kind) => kind !== 'index'))('holds no record twice where pages overlap (%s)', async (kind) => {
    const system = systems.make({ lines: pagesSaid(kind, 3, 5) });
    system.answers(paging(kind, rowsOf(8), 3, 2));
    expect(told(await system.fetch())).toEqual([listed(8), undefined]);
  });

  it('is asked for page by page by one parameter, on the address of the description', async () => {
    for (const [kind, asked] of [
      ['cursor', ['/list', '/list?after=after-2', '/list?after=after-4']],
      ['link', ['/list', '/list?after=after-2', '/list?after=after-4']],
      ['offset', ['/list?limit=2&skip=0', '/list?limit=2&skip=2', '/list?limit=2&skip=4']],
      ['number', ['/list?page=1', '/list?page=2', '/list?page=3']],
      ['index', ['/list?startIndex=1', '/list?startIndex=3', '/list?startIndex=5']],
    ] as const satisfies readonly (readonly [Kind, readonly string[]])[]) {
      const system = systems.make({ lines: pagesSaid(kind, 2, 5) });
      system.answers(paging(kind, rowsOf(5), 2));
      await system.fetch();
      expect([kind, system.asked]).toEqual([kind, asked]);
    }
  });

  it('goes on past pages that hold fewer than they could, where the system counts what it keeps from us', async () => {
    const system = systems.make({ lines: pagesSaid('offset', 2, 5) });
    const rows = rowsOf(5);
    // Of each two one may not be read by our account.
    system.answers((url) => {
      const at = Number(url.searchParams.get('skip'));
      return [200, { items: rows.slice(at, at + 1) }, { 'x-total-count': '5' }];
    });
    // Which is told apart by nothing from a page that is cut by the system: two of five were not read.
    expect(told(await system.fetch())).toEqual(['0 2 4', true]);
  });

  it.each([
    ['offset', 'skip'],
    ['number', 'page'],
  ] as const)(
    'is said to go on where the system gives fewer at once than the description says (%s)',
    async (by, parameter) => {
      const system = systems.make({ lines: ['total: $.total', `pages: { ${by}: ${parameter}, size: 4 }`] });
      const rows = rowsOf(6);
      system.answers((url) => {
        const at = Number(url.searchParams.get(parameter));
        const from = by === 'offset' ? at : (at - 1) * 2;
        return [200, { items: rows.slice(from, from + 2), total: 6 }];
      });
      expect(told(await system.fetch())).toEqual([by === 'offset' ? '0 1 4 5' : '0 1 2 3', true]);
    },
  );

  it('is refused whole where one of its pages fails, whatever came before', async () => {
    for (const [bad, code] of [
      [[500, {}], 'unreachable'],
      [[404, {}], 'malformed'],
      [[403, {}], 'refused'],
      [[200, { items: 7 }], 'malformed'],
      [[200, { items: [{ id: 'x', person: 'evan', a: 7 }] }], 'malformed'],
      [[200, { items: [{ person: 'evan', a: 'no id' }] }], 'malformed'],
    ] as const) {
      const system = systems.make({ lines: pagesSaid('cursor', 2, 5) });
      const good = paging('cursor', rowsOf(6), 2);
      system.answers((url, nth) => (nth === 2 ? bad : good(url)));
      expect([bad, told(await system.fetch())]).toEqual([bad, code]);
      expect(system.asked).toHaveLength(2);
    }
  });

  it('ends where the cursor repeats, is too long, is several or is none, and is said to go on', async () => {
    const good = { items: rowsOf(1) };
    for (const [next, pages] of [
      ['same', 2],
      ['x'.repeat(1_025), 1],
      ['a b', 1],
      ['\ud800', 1],
      [{ a: 'b' }, 1],
      [['a'], 1],
      [true, 1],
      [1.5, 1],
    ] as const) {
      const system = systems.make({ lines: ['pages: { cursor: after, next: $.meta.next, most: 20 }'] });
      system.answers(() => [200, { ...good, meta: { next } }]);
      expect([next, told(await system.fetch())]).toEqual([next, [Array(pages).fill('0').join(' '), true]]);
      expect([next, system.asked.length]).toEqual([next, pages]);
    }
  });

  it('has a last page where the cursor is left out, null, empty, zero or false', async () => {
    for (const meta of [{}, { next: null }, { next: '' }, { next: 0 }, { next: false }, { next: {} }]) {
      const system = systems.make({ lines: ['pages: { cursor: after, next: $.meta.next }'] });
      system.answers(() => [200, { items: rowsOf(1), meta }]);
      expect([meta, told(await system.fetch())]).toEqual([meta, ['0', undefined]]);
    }
  });

  it('goes on as long as the system says that there is more, where it says so', async () => {
    // The cursor is the last record, which is there on the last page as well.
    const lines = ['more: $.has_more', 'pages: { cursor: starting_after, next: "$.items[-1].id" }'];
    const system = systems.make({ lines });
    const rows = rowsOf(5);
    system.answers((url) => {
      const after = url.searchParams.get('starting_after');
      const from = rows.findIndex(({ id }) => id === after) + 1;
      return [200, { items: rows.slice(from, from + 2), has_more: from + 2 < rows.length }];
    });
    expect(told(await system.fetch())).toEqual([listed(5), undefined]);
    expect(system.asked).toEqual(['/list', '/list?starting_after=r1', '/list?starting_after=r3']);
  });

  it('ends where nothing comes any more although more is said to be there', async () => {
    for (const lines of [
      ['total: $.total', 'pages: { offset: skip, most: 20 }'],
      ['total: $.total', 'pages: { number: page, most: 20 }'],
    ]) {
      const system = systems.make({ lines });
      system.answers((_, nth) => [200, { items: nth === 1 ? rowsOf(2) : [], total: 9 }]);
      expect([lines, told(await system.fetch())]).toEqual([lines, ['0 1', true]]);
      expect(system.asked).toHaveLength(2);
    }
  });

  it('is said to go on where it may, and nobody can know', async () => {
    const system = systems.make({ lines: ['total: $.total', 'pages: { offset: skip }'] });
    system.answers(() => [200, { items: rowsOf(2), total: 'many' }]);
    expect(told(await system.fetch())).toEqual(['0 1', true]);
  });
});

describe('a list of which one page is read', () => {
  it('is said to go on where the response says so, in whichever way, and not where it does not', async () => {
    for (const [line, body, more] of [
      ['more: $.has_more', { has_more: true }, true],
      ['more: $.has_more', { has_more: false }, undefined],
      ['more: $.has_more', { has_more: 'false' }, undefined],
      ['more: $.links.next', { links: {} }, undefined],
      ['more: $.links.next', { links: { next: 'https://x.example/?page=2' } }, true],
      ['total: $.total', { total: 3 }, true],
      ['total: $.total', { total: '2' }, undefined],
      ['total: $.total', { total: null }, undefined],
    ] as const) {
      const system = systems.make({ lines: [line] });
      system.answers(() => [200, { items: rowsOf(2), ...body }]);
      expect([line, body, told(await system.fetch())]).toEqual([line, body, ['0 1', more]]);
      expect(system.asked).toEqual(['/list']);
    }
    const system = systems.make({ lines: ['total: { header: X-Total-Count }'] });
    system.answers(() => [200, { items: rowsOf(2) }, { 'x-total-count': '40' }]);
    expect(told(await system.fetch())).toEqual(['0 1', true]);
  });
});

const permitted = (backend: Backend, persons: readonly string[]) =>
  readAuthorised({
    backend: guarded({
      backend,
      policy: {
        decide: ({ about }) =>
          about !== 'self' || persons.includes('evan') ? { ...PERMIT, obligations: PLAIN } : REFUSE,
      },
      directory: { colleague: async (id) => [EVAN, MONA].find((one) => one.id === id) ?? null },
      screen: { find: () => [] },
    }),
    operation: 'x.list',
    subject: null,
    id: 'q',
    locale: 'en',
    request: EVANS_REQUEST,
  });

describe('what is told of a list in pages', () => {
  it('is what is permitted of all of it, each record once, however it is cut and overlaps', async () => {
    const row = fc.record({
      id: fc.integer({ min: 0, max: 30 }).map(String),
      person: fc.constantFrom('evan', 'mona', 'nobody'),
      a: fc.constantFrom('x', 'y'),
    });
    const rows = fc.uniqueArray(row, { selector: ({ id }) => id, maxLength: 24 });
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...KINDS),
        rows,
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 0, max: 3 }),
        fc.boolean(),
        fc.integer({ min: 1, max: 20 }),
        async (kind, all, size, overlap, own, most) => {
          const system = systems.make({ lines: pagesSaid(kind, size, most) });
          system.answers(paging(kind, all, size, overlap));
          const read = await permitted(system.backend, own ? ['evan'] : []);
          const within = all.slice(0, most * size);
          const want = within.filter(({ person }) => own || person !== 'evan');
          const brief = ({ person, a }: Pick<PagedRow, 'person' | 'a'>): string => `${person} ${a}`;
          expect(
            read.ok && read.records.map((r) => brief({ person: r.subject ?? '', a: written(r.fields['a']) })),
          ).toEqual(want.map(brief));
          const isCut = all.length > most * size;
          // Of numbers a page that is full may have another behind it: it is said then, and never the other way round.
          if (isCut || kind !== 'number') expect(read.ok && read.more === true).toBe(isCut);
          expect(system.asked.length).toBeLessThanOrEqual(most);
        },
      ),
      { numRuns: 300 },
    );
  });
});

const written = (field: { readonly type: string; readonly value?: unknown } | undefined): string =>
  String(field?.value);

describe('a description of pages', () => {
  const finding = (lines: string): string => {
    const read = parseDescription(
      `backend: x\nbaseUrl: https://x.example.com\noperations:\n  x.list:\n    method: GET\n    path: /list\n    data: x\n    subject: person\n    fields: { a: text }\n${lines
        .split('\n')
        .map((line) => `    ${line}\n`)
        .join('')}`,
    );
    return read.ok ? 'fine' : read.findings.join('\n');
  };

  it.each([
    ['records: items\npages: { cursor: c, next: $.n }', 'fine'],
    ['records: items\nmore: $.n', 'fine'],
    ['pages: { cursor: c, next: $.n }', 'pages is for a list: say where it stands (records)'],
    ['more: $.n', 'more is for a list'],
    ['total: $.n', 'total is for a list'],
    ['records: items\npages: {}', 'needs one of cursor, offset and number'],
    ['records: items\npages: { cursor: c, next: $.n, offset: o, size: 5 }', 'needs one of cursor, offset and number'],
    ['records: items\npages: { cursor: c }', 'needs next or link'],
    ['records: items\npages: { cursor: c, next: $.n, link: $.l }', 'needs next or link'],
    ['records: items\npages: { cursor: c, next: $.n, size: 5 }', 'has first or size'],
    ['records: items\npages: { offset: o, next: $.n, size: 5 }', 'has next or link'],
    ['records: items\ntotal: $.t\npages: { cursor: c, next: $.n }', 'cannot stand beside a cursor'],
    ['records: items\npages: { offset: o }', 'needs size, total or more'],
    ['records: items\npages: { offset: o, size: limit }', 'is "limit", and query has no such parameter'],
    [
      'records: items\nquery: { limit: "{slot.x}" }\npages: { offset: o, size: limit }',
      'is "limit", and query has no such',
    ],
    [
      'records: items\nquery: { limit: "1001" }\npages: { offset: o, size: limit }',
      'is "limit", and query has no such',
    ],
    ['records: items\nquery: { limit: "1000" }\npages: { offset: o, size: limit }', 'fine'],
    [
      'records: items\nquery: { o: "0" }\npages: { offset: o, size: 5 }',
      'asks with "o", which stands in query as well',
    ],
    ['records: items\npages: { cursor: c, next: $.n, most: 21 }', 'pages.most'],
    ['records: items\npages: { cursor: "a b", next: $.n }', 'must be the name of a parameter'],
    ['records: items\npages: { cursor: c, next: $..n }', 'must not descend'],
    ['records: items\npages: { cursor: c, next: $.n, follow: true }', 'pages'],
  ])('%s: %s', (lines, what) => {
    expect(finding(lines)).toContain(what);
  });
});
