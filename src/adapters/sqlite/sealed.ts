/** Everything sealed, table by table and row by row, so that it can be wrapped anew; and the keys of keyed hashes. */
import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import type { HashKeys, SealedValue, SealedValues } from '../../core/ports.ts';
import { packParts, unpackParts, unpackRef } from '../../core/stored.ts';
import { CHANGES, changeRecord } from '../../core/stored-restrictions.ts';
import { numberOf, oneOf, type Row, textOf, textOrNull } from './rows.ts';
import type { Shredder } from './shredder.ts';
import type { Transactions } from './transactions.ts';

/** Rows of a page; the loop is blocked meanwhile. Of a table where few have anything sealed, so many times as many. */
const MOST_LISTED = 500;
const SPARSE = 8;

/** Changes in one transaction; the loop is blocked meanwhile. */
const MOST_SWAPPED = 500;

type Column = Pick<SealedValue, 'kind' | 'owner' | 'record'> & { readonly name: string };

interface Table {
  readonly name: string;
  /** What its rows are told apart by; rising. */
  readonly key: 'rowid' | 'member';
  readonly columns: string;
  readonly sparse?: true;
  /** Whether somebody works on a row. */
  readonly busy: string;
  tenant(row: Row): string;
  sealed(row: Row): readonly Column[];
}

const inboxOf = (row: Row): readonly Column[] => {
  const owner = textOf(row, 'account');
  const [platform = ''] = owner.split(':', 1);
  return [
    { name: 'inbound', kind: 'inbound', owner, record: textOf(row, 'conversation') },
    { name: 'reply', kind: 'reply', owner, record: textOf(row, 'id') },
    { name: 'again', kind: 'again', owner: platform, record: '' },
  ];
};

const madeOf = (row: Row) => ({
  at: numberOf(row, 'made'),
  change: oneOf(row, 'change', CHANGES),
  id: textOrNull(row, 'id'),
});

const tenantOf = (row: Row): string => textOf(row, 'tenant');
const nobody = (): string => '';

/** The keys of hashes first: without them nobody is recognised. Then in this order: what is moved from one to the next in mid-walk is met in its new place. */
const TABLES: readonly Table[] = [
  {
    name: 'hash_keys',
    key: 'rowid',
    columns: 'id, value',
    busy: '0',
    tenant: nobody,
    sealed: (row) => [{ name: 'value', kind: 'hash-key', owner: '', record: textOf(row, 'id') }],
  },
  {
    name: 'inbox',
    key: 'rowid',
    columns: 'id, conversation, tenant, account, inbound, reply, again',
    busy: 'lease IS NOT NULL',
    tenant: tenantOf,
    sealed: inboxOf,
  },
  {
    name: 'dead',
    key: 'rowid',
    columns: 'conversation, tenant, account, inbound',
    busy: '0',
    tenant: tenantOf,
    sealed: (row) => [
      { name: 'inbound', kind: 'inbound', owner: textOf(row, 'account'), record: textOf(row, 'conversation') },
    ],
  },
  {
    name: 'conversations',
    key: 'rowid',
    columns: 'id, tenant, account, state',
    busy: '0',
    tenant: tenantOf,
    sealed: (row) => [
      { name: 'state', kind: 'conversation', owner: textOf(row, 'account'), record: textOf(row, 'id') },
    ],
  },
  {
    name: 'chat_references',
    key: 'rowid',
    columns: 'tenant, key, value',
    busy: '0',
    tenant: tenantOf,
    sealed: (row) => [{ name: 'value', kind: 'reference', owner: '', record: textOf(row, 'key') }],
  },
  {
    name: 'expiries',
    key: 'member',
    columns: 'again',
    sparse: true,
    busy: 'leased = 1',
    tenant: (row) => unpackRef(textOf(row, 'at'))?.tenant ?? '',
    sealed: (row) => [
      { name: 'again', kind: 'again', owner: unpackRef(textOf(row, 'at'))?.platform ?? '', record: '' },
    ],
  },
  {
    name: 'orders',
    key: 'rowid',
    columns: 'id, body, receipt',
    busy: 'lease IS NOT NULL',
    tenant: nobody,
    sealed: (row) =>
      ['body', 'receipt'].map((name) => ({ name, kind: 'order' as const, owner: '', record: textOf(row, 'id') })),
  },
  {
    name: 'proposals',
    key: 'rowid',
    columns: 'id, body',
    busy: '0',
    tenant: nobody,
    sealed: (row) => [{ name: 'body', kind: 'proposal', owner: '', record: textOf(row, 'id') }],
  },
  {
    name: 'restriction_changes',
    key: 'rowid',
    columns: 'restriction_changes.at AS made, id, change, detail',
    busy: '0',
    tenant: nobody,
    sealed: (row) => [{ name: 'detail', kind: 'restriction', owner: '', record: changeRecord(madeOf(row)) }],
  },
  {
    name: 'decisions',
    key: 'rowid',
    columns: 'id, owner, value',
    busy: '0',
    tenant: nobody,
    sealed: (row) => [{ name: 'value', kind: 'decision', owner: textOf(row, 'owner'), record: textOf(row, 'id') }],
  },
  {
    name: 'donations',
    key: 'rowid',
    columns: 'id, owner, value',
    busy: '0',
    tenant: nobody,
    sealed: (row) => [{ name: 'value', kind: 'donation', owner: textOf(row, 'owner'), record: textOf(row, 'id') }],
  },
  {
    name: 'installations',
    key: 'rowid',
    columns: 'platform, tenant, value',
    busy: '0',
    tenant: tenantOf,
    sealed: (row) => [{ name: 'value', kind: 'installation', owner: textOf(row, 'platform'), record: '' }],
  },
  {
    name: 'sealed_grants',
    key: 'rowid',
    columns: 'owner, value',
    busy: '0',
    tenant: nobody,
    sealed: (row) => [{ name: 'value', kind: 'grant', owner: textOf(row, 'owner'), record: '' }],
  },
  {
    name: 'name_keys',
    key: 'rowid',
    columns: 'owner, value',
    busy: '0',
    tenant: nobody,
    sealed: (row) => [{ name: 'value', kind: 'name-key', owner: textOf(row, 'owner'), record: '' }],
  },
  {
    name: 'writes',
    key: 'rowid',
    columns: 'id, owner, value',
    busy: '0',
    tenant: nobody,
    sealed: (row) => [{ name: 'value', kind: 'write', owner: textOf(row, 'owner'), record: textOf(row, 'id') }],
  },
];

const valuesOf = (table: Table, row: Row): readonly SealedValue[] =>
  table.sealed(row).flatMap(({ name, ...what }) => {
    const value = textOrNull(row, name);
    // What was shredded is empty.
    if (value === null || value === '') return [];
    const place = packParts([table.name, name, String(row['at'])]);
    return [{ ...what, tenant: table.tenant(row), value, busy: row['busy'] === 1, place }];
  });

export const createSealedValues = (o: {
  readonly db: DatabaseSync;
  readonly transactions: Transactions;
  readonly shredder: Shredder;
}): SealedValues => {
  const { db, transactions } = o;
  const start = (table: Table): SQLInputValue => (table.key === 'rowid' ? 0 : '');
  const pages = TABLES.map(({ name, key, columns, busy }) =>
    db.prepare(
      `SELECT ${key} AS at, (${busy}) AS busy, ${columns} FROM ${name} WHERE ${key} > ? ORDER BY ${key} LIMIT ?`,
    ),
  );
  const swaps = new Map(
    TABLES.flatMap(({ name, key, busy, ...table }) => {
      const columns = ['inbound', 'reply', 'again', 'state', 'value', 'body', 'receipt', 'detail'];
      return columns
        .filter((column) => table.columns.split(', ').includes(column))
        .map((column) => [
          packParts([name, column]),
          {
            key,
            put: db.prepare(`UPDATE ${name} SET ${column} = ? WHERE ${key} = ? AND ${column} = ? AND NOT (${busy})`),
          },
        ]);
    }),
  );

  const put = ({ place, had, has }: { readonly place: string; readonly had: string; readonly has: string }): number => {
    const [table = '', column = '', at = ''] = unpackParts(place);
    const swap = swaps.get(packParts([table, column]));
    if (swap === undefined) return 0;
    return Number(swap.put.run(has, swap.key === 'rowid' ? Number(at) : at, had).changes);
  };

  return {
    scan: ({ cursor, limit }) =>
      transactions.read('look through what is sealed', () => {
        const [name = TABLES[0]?.name, after] = cursor === null ? [] : unpackParts(cursor);
        const index = TABLES.findIndex((table) => table.name === name);
        const table = TABLES[index];
        const page = pages[index];
        if (table === undefined || page === undefined) return { values: [], cursor: null };
        const from = after === undefined || after === '' ? start(table) : table.key === 'rowid' ? Number(after) : after;
        const most = Math.max(1, Math.min(MOST_LISTED, Math.floor(limit))) * (table.sparse ? SPARSE : 1);
        const rows: readonly Row[] = page.all(from, most);
        const last = rows.at(-1);
        const next = TABLES[index + 1];
        const end = next === undefined ? null : packParts([next.name, '']);
        const more = rows.length === most && last !== undefined;
        return {
          values: rows.flatMap((row) => valuesOf(table, row)),
          cursor: more ? packParts([table.name, String(last['at'])]) : end,
        };
      }),
    swap: async ({ changes }) => {
      let swapped = 0;
      for (let at = 0; at < changes.length; at += MOST_SWAPPED) {
        const some = changes.slice(at, at + MOST_SWAPPED);
        swapped += await transactions.write('keep what was wrapped anew', () =>
          some.reduce((sum, change) => sum + put(change), 0),
        );
      }
      // As it was wrapped before, it must not stay readable once that key is known.
      if (swapped > 0) o.shredder.shredded();
      return swapped;
    },
  };
};

export const createHashKeys = (o: { readonly db: DatabaseSync; readonly transactions: Transactions }): HashKeys => {
  const all = o.db.prepare('SELECT id, value FROM hash_keys ORDER BY seq');
  const add = o.db.prepare('INSERT INTO hash_keys (id, value) VALUES (?, ?)');
  const kept = () => all.all().map((row: Row) => ({ id: textOf(row, 'id'), value: textOf(row, 'value') }));
  return {
    all: () => o.transactions.read('read the keys of hashes', kept),
    add: ({ id, value, seen }) =>
      o.transactions.write('keep a key of hashes', () => {
        const ids = kept().map((one) => one.id);
        if (ids.length !== seen.length || ids.some((one, at) => one !== seen[at])) return 'changed';
        add.run(id, value);
        return 'added';
      }),
  };
};
