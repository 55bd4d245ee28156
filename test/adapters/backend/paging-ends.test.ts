/** Where the reading of a list in pages ends, beside its last page: each bound, and whatever leads nowhere. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { nextOf } from '../../../src/adapters/backend/calling/paging.ts';
import type { DescribedPages } from '../../../src/adapters/backend/described.ts';
import { createPagedSystems, pagesSaid, paging, rowsOf } from '../../support/paged-system.ts';

let systems: Awaited<ReturnType<typeof createPagedSystems>>;
beforeAll(async () => {
  systems = await createPagedSystems();
});
afterAll(() => systems.close());

describe('a list in pages', () => {
  it.each([
    [3, 2],
    [4, 2],
  ])(
    'holds no more than %i records of all its pages, and no page is asked for that would not be used',
    async (records, pages) => {
      const system = systems.make({ lines: pagesSaid('offset', 2, 20), head: `limits: { records: ${records} }\n` });
      system.answers(paging('offset', rowsOf(9), 2));
      expect(await system.fetch()).toMatchObject({ ok: true, records: { length: records }, more: true });
      expect(system.asked).toHaveLength(pages);
    },
  );

  it('is whole where it holds just as many as it may', async () => {
    const system = systems.make({ lines: pagesSaid('offset', 2, 20), head: 'limits: { records: 4 }\n' });
    system.answers(paging('offset', rowsOf(4), 2));
    const fetched = await system.fetch();
    expect(fetched).toMatchObject({ ok: true, records: { length: 4 } });
    expect(fetched).not.toHaveProperty('more');
  });

  it('ends behind a million characters of all its pages', async () => {
    const system = systems.make({ lines: pagesSaid('offset', 2, 20), head: 'limits: { bytes: 1048576 }\n' });
    const page = paging('offset', rowsOf(20), 2);
    system.answers((url) => {
      const [status, body, headers = {}] = page(url);
      return [status, { ...(body as object), filling: 'x'.repeat(400_000) }, headers];
    });
    expect(await system.fetch()).toMatchObject({ ok: true, records: { length: 6 }, more: true });
    expect(system.asked).toHaveLength(3);
  });

  it('is nothing where its first page is not there', async () => {
    const system = systems.make({ lines: pagesSaid('cursor', 2, 5) });
    system.answers(() => [404, {}]);
    expect(await system.fetch()).toEqual({ ok: false, code: 'not-found' });
  });
});

const BY_CURSOR: DescribedPages = {
  by: 'cursor',
  parameter: 'after',
  next: (body) => [(body as { next?: unknown }).next].flat(),
  isLink: false,
  first: 0,
  size: null,
  id: null,
  most: 5,
};

const led = (o: {
  readonly next?: unknown;
  readonly more?: readonly unknown[];
  readonly isLink?: boolean;
}): unknown => {
  const { more, isLink = false } = o;
  const next = nextOf(
    { pages: { ...BY_CURSOR, isLink }, more: more === undefined ? null : () => more, total: null },
    { body: { next: o.next }, position: { value: null, at: 0 }, count: 1, sofar: 1, followed: new Set() },
  );
  return next.how === 'on' ? next.position.value : next.how;
};

describe('the next page', () => {
  it('is one that is said by one value: of several nobody knows which', () => {
    expect(led({ next: 'a' })).toBe('a');
    expect(led({ next: ['a', 'b'] })).toBe('stuck');
    expect(led({ isLink: true, next: '/x?after=a' })).toBe('a');
    expect(led({ isLink: true, next: '/x?after=a&after=b' })).toBe('stuck');
    expect(led({ isLink: true, next: '/x?before=a' })).toBe('stuck');
  });

  it('is taken out of no address that is longer than any', () => {
    const link = (length: number): string => '/x?after=a&y='.padEnd(length, 'y');
    expect(led({ isLink: true, next: link(4_096) })).toBe('a');
    expect(led({ isLink: true, next: link(4_097) })).toBe('stuck');
  });

  it('is missing where more is said to be there and no cursor is, or it is said more than once', () => {
    expect(led({ more: [true] })).toBe('stuck');
    expect(led({ more: [false, false] })).toBe('stuck');
    expect(led({ more: [false], next: 'a' })).toBe('end');
    expect(led({ more: [] })).toBe('end');
  });

  it('of a list in one piece is none where the system says so, whatever it counts', () => {
    const next = nextOf(
      { pages: null, more: () => [false], total: () => [9] },
      { body: {}, position: { value: null, at: 0 }, count: 1, sofar: 1, followed: new Set() },
    );
    expect(next).toEqual({ how: 'end' });
  });
});
