/** What comes back of a call that was authorised: about whom it is, by the directory's own id, and where they live. */
import { describe, expect, it } from '@jest/globals';
import { SOMEBODY } from '../../src/core/backend-ports.ts';
import { PLAIN } from '../../src/core/commit.ts';
import { guarded, readAuthorised, writeAuthorised } from '../../src/core/data.ts';
import type { BackendRecord, Directory, Operation } from '../../src/core/ports.ts';
import { EVANS_REQUEST } from '../support/requests.ts';
import { EVAN, MONA, PERMIT, recordOf } from '../support/world.ts';

const BOOK: Operation = {
  name: 'leave.book',
  dataClass: 'leave',
  list: false,
  bySubject: true,
  writes: { again: 'never', undo: null, words: [] },
};
const TEAM: Operation = { name: 'leave.team', dataClass: 'leave', list: true, bySubject: false, goesBy: 'email' };
const note = { note: { type: 'text', value: 'a' } } as const;
const mailOf = (person: string): string => `${person}@example.com`;

const made = (o: {
  readonly operation: Operation;
  readonly record: BackendRecord | null;
  readonly countryOf: NonNullable<Directory['countryOf']>;
  readonly identified?: NonNullable<Directory['identified']>;
}) => {
  const looked: (string | null)[] = [];
  const { operation, record, countryOf } = o;
  const backend = guarded({
    backend: {
      operation: () => operation,
      fetch: async () => ({ ok: true, records: record === null ? [] : [record] }),
      write: async () => ({ ok: true, record, result: {} }),
    },
    policy: { decide: () => ({ ...PERMIT, obligations: PLAIN }) },
    directory: {
      colleague: async (id) => [EVAN, MONA].find((one) => one.id === id) ?? null,
      identifier: async ({ person }) => mailOf(person),
      identified: o.identified ?? (async ({ value }) => [EVAN, MONA].find(({ id }) => mailOf(id) === value) ?? null),
      countryOf,
    },
    screen: {
      find: ({ country }) => {
        looked.push(country);
        return [];
      },
    },
  });
  return {
    asked: { backend, operation: operation.name, id: 'q', locale: 'en', request: EVANS_REQUEST } as const,
    looked,
  };
};

const inGermany = async (id: string): Promise<string | null> => (id === 'mona' ? 'DE' : null);

const written = async (o: { readonly of: string; readonly countryOf?: NonNullable<Directory['countryOf']> }) => {
  const { asked, looked } = made({
    operation: BOOK,
    record: recordOf(o.of, note),
    countryOf: o.countryOf ?? inGermany,
  });
  const may = await writeAuthorised({ ...asked, subject: 'mona' });
  if (!may.ok) throw new Error('It was refused.');
  return { wrote: await may.write({ key: 'k', words: {}, again: false }), looked };
};

describe('what a system says of a write', () => {
  it('is told where it is about whom it was written for, and looked through as where they live', async () => {
    expect(await written({ of: 'mona' })).toMatchObject({
      wrote: { ok: true, record: { subject: 'mona' } },
      looked: ['DE'],
    });
  });

  it('is not told where it is about somebody else, whatever policy permits: it was done', async () => {
    for (const person of ['evan', SOMEBODY])
      expect(await written({ of: person })).toMatchObject({ wrote: { ok: true, record: null }, looked: [] });
  });

  it('is looked through as where they live whom the record is about, also of what is written for nobody by name', async () => {
    const { asked, looked } = made({
      operation: { ...BOOK, bySubject: false },
      record: recordOf('mona', note),
      countryOf: inGermany,
    });
    const may = await writeAuthorised({ ...asked, subject: null });
    expect(may.ok && (await may.write({ key: 'k', words: {}, again: false }))).toMatchObject({
      record: { subject: 'mona' },
    });
    expect(looked).toEqual(['DE']);
  });

  it('was done though nobody knows where they live, and is looked through as where the asker does', async () => {
    const countryOf = async () => {
      throw new Error('The directory is away.');
    };
    expect(await written({ of: 'mona', countryOf })).toMatchObject({ wrote: { ok: true }, looked: ['US'] });
  });
});

describe('what a system says of people whom it calls by names of its own', () => {
  const read = async (called: string) => {
    const identified: string[] = [];
    const { asked, looked } = made({
      operation: TEAM,
      record: recordOf(called, note),
      countryOf: inGermany,
      identified: async ({ value }) => {
        identified.push(value);
        return value === mailOf('mona') ? MONA : null;
      },
    });
    return { read: await readAuthorised({ ...asked, subject: null }), looked, identified };
  };

  it('is looked through as where the directory says that they live', async () => {
    expect(await read(mailOf('mona'))).toMatchObject({ read: { ok: true, records: { length: 1 } }, looked: ['DE'] });
    expect(await read(mailOf('nobody'))).toMatchObject({ looked: ['US'] });
  });

  it('asks the directory of nobody whom the system itself could not name', async () => {
    expect(await read(SOMEBODY)).toMatchObject({ looked: ['US'], identified: [] });
  });
});
