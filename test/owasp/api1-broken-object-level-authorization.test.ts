/**
 * OWASP API1:2023, of what Sotto asks of systems of record: nobody gets what is about somebody else, whichever way the system names
 * people, whatever it gives in place of what was asked for, and whatever stands where an id should.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parse } from 'yaml';
import { createFileDirectory } from '../../src/adapters/files/directory.ts';
import { PLAIN } from '../../src/core/commit.ts';
import { guarded, readAuthorised } from '../../src/core/data.ts';
import type { Backend, Directory } from '../../src/core/ports.ts';
import type { PolicyRequest } from '../../src/core/types.ts';
import { SAMPLE_PEOPLE } from '../../src/policies/pack.ts';
import { EVANS_REQUEST } from '../support/requests.ts';
import { DESCRIBED, type VendorName, type VendorStage, vendorStage } from '../support/vendors.ts';
import { PERMIT, REFUSE } from '../support/world.ts';

const VENDORS: readonly VendorName[] = ['scim', 'itsm', 'workday', 'personio'];
const people = createFileDirectory({ path: SAMPLE_PEOPLE });

/** Operations of a description that read, and are asked about somebody. */
const readsOf = (name: VendorName): readonly { readonly operation: string; readonly list: boolean }[] => {
  const { operations } = parse(readFileSync(join(DESCRIBED, `${name}.yaml`), 'utf8'));
  return Object.entries<{ write?: object; records?: string; query?: object }>(operations).flatMap(([operation, op]) =>
    op.write === undefined && JSON.stringify(op.query).includes('{subject}')
      ? [{ operation, list: op.records !== undefined }]
      : [],
  );
};

const own = ({ about }: PolicyRequest): boolean => about === 'self';

const reading = (
  backend: Backend,
  o: {
    readonly operation: string;
    readonly subject?: string;
    readonly permits?: (request: PolicyRequest) => boolean;
    readonly directory?: Pick<Directory, 'colleague' | 'identifier' | 'identified'>;
  },
) =>
  readAuthorised({
    backend: guarded({
      backend,
      policy: {
        decide: (request) => ((o.permits ?? own)(request) ? { ...PERMIT, obligations: PLAIN } : REFUSE),
      },
      screen: { find: () => [] },
      directory: o.directory ?? people,
    }),
    operation: o.operation,
    subject: o.subject ?? 'evan',
    id: 'question-1',
    locale: 'en',
    request: EVANS_REQUEST,
  });

/** What was asked beside who somebody is there. */
const asked = ({ standIn }: VendorStage): readonly string[] =>
  standIn.requests().flatMap(({ operation }) => (operation === 'lookup' ? [] : [operation]));

/** Words that stand in nothing but what is about `mona`. */
const OTHERS =
  /Mona|mona|Engineering|Berlin|4703|97400|8116|Badge|INC0010004|Laptop 16|C02YL2AAKH6J|2026-12-2[13]|5002/;

describe('somebody who asks about somebody else', () => {
  it.each(VENDORS)('is refused before the system hears of it, by every operation (%s)', async (name) => {
    const stage = await vendorStage(name);
    for (const { operation } of readsOf(name)) {
      const read = await reading(stage.backend, { operation, subject: 'mona' });
      expect([operation, read.ok, !read.ok && read.why]).toEqual([operation, false, 'refused']);
    }
    expect(stage.standIn.requests()).toEqual([]);
  });

  it.each(VENDORS)('gets what is theirs where policy lets them, and only that (%s)', async (name) => {
    const { backend } = await vendorStage(name);
    for (const { operation } of readsOf(name)) {
      const read = await reading(backend, { operation });
      expect([operation, read.ok && read.records.length > 0]).toEqual([operation, true]);
      expect(JSON.stringify(read)).not.toMatch(OTHERS);
    }
  });
});

describe('a system that gives something else than it was asked for', () => {
  it.each(VENDORS)('gives nobody what is about somebody else, one or a list (%s)', async (name) => {
    const stage = await vendorStage(name);
    for (const { operation, list } of readsOf(name)) {
      // Who somebody is there is known by then: it is the answer that is another's.
      await reading(stage.backend, { operation });
      stage.standIn.fail('wrong-subject');
      const read = await reading(stage.backend, { operation });
      if (!cached(name, operation)) {
        if (list) expect([operation, read]).toMatchObject([operation, { ok: true, records: [] }]);
        else expect([operation, read]).toMatchObject([operation, { ok: false, why: 'refused' }]);
      }
      expect(JSON.stringify(read)).not.toMatch(OTHERS);
    }
  });

  it.each(VENDORS)('gives nobody anything where it does not say whom it is about (%s)', async (name) => {
    for (const { operation } of readsOf(name)) {
      const stage = await vendorStage(name);
      // The first thing that an operation without a lookup asks is the answer itself.
      if (name === 'itsm' || name === 'personio') await reading(stage.backend, { operation: 'leave.nothing' });
      const known = name === 'itsm' ? 'it.tickets' : 'leave.booked';
      if (name === 'itsm' || name === 'personio') await reading(stage.backend, { operation: known });
      stage.standIn.fail('no-subject');
      const read = await reading(stage.backend, { operation });
      expect([operation, read]).toMatchObject([
        operation,
        { ok: false, why: 'refused', reasons: ['no-readable-subject'] },
      ]);
    }
  });

  it('gives everybody’s where it passes over a condition, and of those each gets their own', async () => {
    // A slip in the name of a field, which the product does not find.
    const slipped = (text: string): string => text.replace('caller_id={subject}^', 'u_caller={subject}^');
    const stage = await vendorStage('itsm', { mistaken: slipped });
    const read = await reading(stage.backend, { operation: 'it.tickets' });
    expect(stage.bodies().at(-1)?.body).toMatch(OTHERS);
    expect(read).toMatchObject({
      ok: true,
      records: [{ subject: 'evan@example.com' }, { subject: 'evan@example.com' }],
    });
    expect(JSON.stringify(read)).not.toMatch(OTHERS);
  });

  it('gives everybody’s where it passes over a condition, and nobody is told others’ as their own, whatever they may see', async () => {
    for (const [operation, mistaken] of [
      ['it.tickets', (text) => text.replace('caller_id={subject}^', 'u_caller={subject}^')],
      ['it.devices', (text) => text.replace('assigned_to={subject}^', 'u_owner={subject}^')],
    ] as const satisfies readonly (readonly [string, (text: string) => string])[]) {
      const stage = await vendorStage('itsm', { mistaken });
      const read = await reading(stage.backend, { operation, permits: () => true });
      expect(stage.bodies().at(-1)?.body).toMatch(OTHERS);
      expect(read).toMatchObject({ ok: true, strayed: true, records: { length: 2 } });
      expect(JSON.stringify(read)).not.toMatch(OTHERS);
    }
  });

  it('finds nobody where it gives the first of all for whoever was searched', async () => {
    // Its id would be somebody's, and all that is theirs would follow.
    const slipped = (text: string): string =>
      text.replace('sysparm_query: email={subject}', 'sysparm_query: u_mail={subject}');
    const stage = await vendorStage('itsm', {
      mistaken: (text) => slipped(text).replace('sysparm_limit: "2"', 'sysparm_limit: "1"'),
    });
    const carl = { ...people, identifier: async () => 'carl@example.com' };
    const read = await reading(stage.backend, { operation: 'it.tickets', directory: carl });
    expect(read).toMatchObject({ ok: true, records: [] });
    expect(asked(stage)).toEqual([]);
  });

  it('finds nobody where several go by what was searched', async () => {
    const stage = await vendorStage('itsm', {
      mistaken: (text) => text.replace('sysparm_query: email={subject}', 'sysparm_query: u_mail={subject}'),
    });
    expect(await reading(stage.backend, { operation: 'it.tickets' })).toMatchObject({ ok: true, records: [] });
    expect(asked(stage)).toEqual([]);
  });
});

describe('somebody whom the directory cannot tell apart', () => {
  it.each(VENDORS)('is asked about nowhere, and nobody in their place (%s)', async (name) => {
    const stage = await vendorStage(name);
    const shared = { ...people, identifier: async () => null };
    for (const { operation } of readsOf(name))
      expect([operation, await reading(stage.backend, { operation, directory: shared })]).toMatchObject([
        operation,
        { ok: true, records: [] },
      ]);
    expect(stage.standIn.requests()).toEqual([]);
  });

  it('is nobody by a record that names them as two people are named', async () => {
    const stage = await vendorStage('scim');
    const shared = { ...people, identified: async () => null };
    const read = await reading(stage.backend, { operation: 'people.contact', directory: shared });
    expect(read).toMatchObject({ ok: false, why: 'refused', reasons: ['another-subject'] });
  });

  it('is asked about nowhere by a directory that knows nothing but its own ids', async () => {
    const stage = await vendorStage('workday');
    const { colleague } = people;
    const read = await reading(stage.backend, { operation: 'pay.payslip', directory: { colleague } });
    expect(read).toMatchObject({ ok: true, records: [] });
    expect(stage.standIn.requests()).toEqual([]);
  });

  it('refuses rather than be taken for nobody while the directory is away', async () => {
    const stage = await vendorStage('workday');
    const away = {
      ...people,
      identifier: async () => {
        throw new Error('away');
      },
    };
    await expect(reading(stage.backend, { operation: 'pay.payslip', directory: away })).rejects.toThrow('away');
    expect(stage.standIn.requests()).toEqual([]);
  });
});

describe('what stands where an id should', () => {
  const HOSTILE = [
    '',
    '.',
    '..',
    '../Users',
    '*',
    'evan@example.com" or userName pr or userName eq "',
    'evan@example.com^ORcaller_id=1',
    'evan@example.com&Employee_ID=4703',
    '4702,4703',
    '4702%2C4703',
    '{subject}',
    "evan' or '1'='1",
    'evan@example.com\u0000',
    'evan@example.com\r\nx-admin: 1',
    '\ud800',
    'x'.repeat(300),
  ];
  /** As each product would have to be asked about this one and nobody else. */
  const SHAPES: Readonly<Record<VendorName, (url: URL) => boolean>> = {
    scim: ({ searchParams }) => /^userName eq "[A-Za-z0-9._@-]{1,200}"$/.test(searchParams.get('filter') ?? ''),
    itsm: ({ searchParams }) => /^email=[A-Za-z0-9._@-]{1,200}$/.test(searchParams.get('sysparm_query') ?? ''),
    workday: ({ searchParams }) => searchParams.getAll('Employee_ID').length === 1,
    personio: ({ searchParams }) => searchParams.getAll('email').length === 1,
  };
  const asking = async (name: VendorName, stage: VendorStage, id: string): Promise<void> => {
    for (const { operation } of readsOf(name)) {
      const called = { subject: id, asker: 'evan@example.com' };
      const fetched = await stage.backend.fetch({ operation, subject: 'evan', asker: 'evan', called, id: 'q' });
      expect([id, fetched.ok ? fetched.records : []]).toEqual([id, []]);
    }
    for (const { url } of stage.standIn.requests()) {
      const parsed = new URL(url, stage.base);
      expect([url, SHAPES[name](parsed)]).toEqual([url, true]);
    }
  };

  it.each(VENDORS)('is one value of one parameter, and no part of a query (%s)', async (name) => {
    const stage = await vendorStage(name);
    for (const id of HOSTILE) await asking(name, stage, id);
  });

  it('is never left out where it is empty, for everything would be found in its place', async () => {
    const stage = await vendorStage('itsm');
    // Opened tickets are found by the key of the write that opened them.
    for (const operation of ['it.opened', 'case.opened']) {
      const called = { subject: 'evan@example.com', asker: 'evan@example.com' };
      const fetched = await stage.backend.fetch({ operation, subject: 'evan', asker: 'evan', called, id: 'q' });
      expect([operation, fetched]).toEqual([operation, { ok: false, code: 'not-found' }]);
    }
    expect(asked(stage)).toEqual([]);
  });

  it.each(VENDORS)('is so whatever anybody thinks of (%s)', async (name) => {
    const stage = await vendorStage(name);
    const syntax = fc.constantFrom(
      '"',
      "'",
      '^',
      '=',
      '&',
      '%',
      '/',
      '..',
      ',',
      ' or ',
      'eq',
      '@',
      'x',
      '\\',
      '(',
      '#',
      '?',
    );
    const ids = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 30 }),
      fc.array(syntax, { maxLength: 12 }).map((all) => all.join('')),
    );
    await fc.assert(
      fc.asyncProperty(ids, (id) => asking(name, stage, `${id}~`)),
      { numRuns: 100 },
    );
  });
});

/** Kept in memory: what was fetched before is given once more. */
const cached = (name: VendorName, operation: string): boolean =>
  (parse(readFileSync(join(DESCRIBED, `${name}.yaml`), 'utf8')).operations[operation]?.cacheSeconds ?? 0) > 0;
