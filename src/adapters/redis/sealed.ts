/** Everything sealed, tag by tag and place by place, so that it can be wrapped anew; and the keys of keyed hashes. */
import { z } from 'zod';
import type { HashKeys, SealedValue, SealedValues } from '../../core/ports.ts';
import { safely } from '../../core/safely.ts';
import { packParts, unpackParts } from '../../core/stored.ts';
import { changeRecord, MOST_PROPOSALS } from '../../core/stored-restrictions.ts';
import type { Connection } from './connection.ts';
import { ownedBy, splitOwned } from './dated.ts';
import { platformOfLetter } from './expiry-layout.ts';
import { grantHead, splitGrant } from './grants.ts';
import { INSTALLATION, whichOf } from './installations.ts';
import { isTag, type Keys, tenantOf, textOfName } from './keys.ts';
import type { Paging } from './paging.ts';
import { listOf, numberOf, textOf, textOrNull, wordOf } from './replies.ts';
import { changeOfName } from './restrictions.ts';
import * as scripts from './sealed-scripts.ts';
import type { Shards } from './shards.ts';

/** Members of a page; Redis does nothing else meanwhile. */
const MOST_LISTED = 500;

/** What is sealed in a committed outcome; the rest of it stays as it is. */
const outbox = z.looseObject({ reply: z.string(), again: z.string().nullable().default(null) });

/** First what is of no conversation, the keys of hashes before the rest; then in this order on each tag: what goes from one to the next in mid-walk is met in its new place. */
const BEFORE = ['all', 'changes', 'decisions', 'donations', 'grants', 'names', 'writes'] as const;
const STAGES = ['questions', 'letters', 'states', 'references', 'lines'] as const;
type Stage = (typeof STAGES | typeof BEFORE)[number];

interface At {
  readonly tag: string;
  readonly stage: Stage;
  /** Where that stage goes on; empty at its beginning. */
  readonly after: string;
}

/** `lock`: a field that stands there while somebody works on it; empty: nobody can. */
interface Place {
  readonly key: string;
  readonly field: string;
  readonly lock: '' | 'lease';
  /** Within the text of the field; empty: it is the whole. */
  readonly part: '' | 'reply' | 'again';
  /** What stands in the field before it. */
  readonly behind?: string;
}

const packPlace = ({ key, field, lock, part, behind = '' }: Place): string =>
  packParts([key, field, lock, part, behind]);

type Page = Awaited<ReturnType<SealedValues['scan']>>;
type Found = Pick<Page, 'values'> & { readonly after: string | null };

export const createSealedValues = (o: {
  readonly connection: Connection;
  readonly keys: Keys;
  readonly shards: Shards;
  readonly paging: Paging;
}): SealedValues => {
  const { connection, keys, paging } = o;
  const what = 'look through what is sealed';
  const nobody = { tenant: '', owner: '', busy: false };

  const questionsAt = async (base: string, after: string, limit: number): Promise<Found> => {
    const args = [base, after === '' ? '0' : after, limit];
    const [next, rows] = listOf(await connection.run(scripts.questions, { what, keys: [`${base}heads`], args }));
    const values = listOf(rows).flatMap((row): SealedValue[] => {
      const [name, tenant, account, conversation, inbound, out, leased] = listOf(row);
      const key = `${base}q:${textOf(name)}`;
      const owner = textOf(account);
      const of = { tenant: textOf(tenant), owner, busy: numberOf(leased) === 1 };
      const place = { key, lock: 'lease' } as const;
      const asked = textOf(inbound);
      const found: SealedValue[] = [];
      if (asked !== '') {
        const at = packPlace({ ...place, field: 'inbound', part: '' });
        found.push({ ...of, kind: 'inbound', record: textOf(conversation), value: asked, place: at });
      }
      const parsed = safely(outbox, parsedJson(textOrNull(out)));
      if (!parsed.success) return found;
      const { reply, again } = parsed.data;
      const at = (part: Place['part']): string => packPlace({ ...place, field: 'out', part });
      found.push({ ...of, kind: 'reply', record: textOfName(textOf(name)), value: reply, place: at('reply') });
      const [platform = ''] = owner.split(':', 1);
      if (again !== null)
        found.push({ ...of, kind: 'again', owner: platform, record: '', value: again, place: at('again') });
      return found;
    });
    return { values, after: done(textOf(next)) };
  };

  const lettersAt = async (base: string, after: string, limit: number): Promise<Found> => {
    const args = [base, after === '' ? '0' : after, limit];
    const [next, rows] = listOf(await connection.run(scripts.letters, { what, keys: [`${base}dead`], args }));
    const values = listOf(rows).map((row): SealedValue => {
      const [name, tenant, account, conversation, inbound] = listOf(row);
      const place = packPlace({ key: `${base}d:${textOf(name)}`, field: 'inbound', lock: '', part: '' });
      const of = { tenant: textOf(tenant), owner: textOf(account), record: textOf(conversation) };
      return { ...of, kind: 'inbound', value: textOf(inbound), busy: false, place };
    });
    return { values, after: done(textOf(next)) };
  };

  const keptAt = async (tag: string, kind: 's:' | 'r:', after: string, limit: number): Promise<Found> => {
    const base = keys.base(tag);
    const [from, to] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
    const cursor = after === '' ? null : after;
    const page = await paging.page({ what, kind, fields: ['s', 'a'], from, to, cursor, limit, tags: [tag] });
    const values = page.kept.flatMap(({ member, fields: [sealed, account] }): readonly SealedValue[] => {
      const value = textOrNull(sealed);
      if (value === null) return [];
      const record = textOfName(member.slice(kind.length));
      const of = { tenant: tenantOf(tag), record, value, busy: false };
      const place = packPlace({ key: base + member, field: 's', lock: '', part: '' });
      return kind === 'r:'
        ? [{ ...of, kind: 'reference', owner: '', place }]
        : [{ ...of, kind: 'conversation', owner: textOrNull(account) ?? '', place }];
    });
    return { values, after: page.cursor };
  };

  /** Every field of a hash, and what stands there. */
  const fieldsAt = async (
    key: string,
    { after, limit }: { readonly after: string; readonly limit: number },
    sealedIn: (o: { readonly field: string; readonly text: string; readonly place: Place }) => SealedValue,
  ): Promise<Found> => {
    const reply = await connection.ask(what, 'HSCAN', key, after === '' ? '0' : after, 'COUNT', limit);
    const [next, list] = listOf(reply);
    const all = listOf(list).map(textOf);
    const values: SealedValue[] = [];
    for (let at = 0; at + 1 < all.length; at += 2) {
      const [field = '', text = ''] = [all[at], all[at + 1]];
      // What could not be opened when it was put back is empty.
      if (text !== '') values.push(sealedIn({ field, text, place: { key, field, lock: '', part: '' } }));
    }
    return { values, after: done(textOf(next)) };
  };

  const linesAt = (tag: string, after: string, limit: number): Promise<Found> =>
    fieldsAt(`${keys.base(tag)}again`, { after, limit }, ({ field, text, place }) => {
      const owner = platformOfLetter(field.slice(0, 1)) ?? '';
      const of = { tenant: tenantOf(tag), owner, record: '', busy: false };
      return { ...of, kind: 'again', value: text, place: packPlace(place) };
    });

  const changesAt = (after: string, limit: number): Promise<Found> =>
    fieldsAt(keys.all('change-details'), { after, limit }, ({ field, text, place }) => {
      const record = changeRecord(changeOfName(field, text));
      return { ...nobody, kind: 'restriction', record, value: text, place: packPlace(place) };
    });

  const ownedAt = (
    kind: 'decision' | 'donation' | 'write',
    key: string,
    page: { readonly after: string; readonly limit: number },
  ): Promise<Found> =>
    fieldsAt(key, page, ({ field, text, place }) => {
      const { owner, value } = splitOwned(text);
      const at = packPlace({ ...place, behind: ownedBy(owner) });
      return { ...nobody, kind, owner, record: textOfName(field), value, place: at };
    });

  const grantsAt = (after: string, limit: number): Promise<Found> =>
    fieldsAt(keys.all('grants'), { after, limit }, ({ field, text, place }) => {
      const { until, value } = splitGrant(text);
      const at = packPlace({ ...place, behind: grantHead(until) });
      return { ...nobody, kind: 'grant', owner: textOfName(field), record: '', value, place: at };
    });

  const namesAt = (after: string, limit: number): Promise<Found> =>
    fieldsAt(keys.all('name-keys'), { after, limit }, ({ field, text, place }) => {
      const of = { ...nobody, owner: textOfName(field), record: '' };
      return { ...of, kind: 'name-key', value: text, place: packPlace(place) };
    });

  /** What was shredded is empty. */
  const writesAt = async (after: string, limit: number): Promise<Found> => {
    const found = await ownedAt('write', keys.all('writes'), { after, limit });
    return { ...found, values: found.values.filter(({ value }) => value !== '') };
  };

  const onNoTag = async (): Promise<readonly SealedValue[]> => {
    const base = keys.all('order:');
    const rows = listOf(await connection.run(scripts.orders, { what, keys: [keys.all('orders')], args: [base] }));
    const orders = rows.flatMap((row): readonly SealedValue[] => {
      const [name, id, body, receipt, lease] = listOf(row);
      const busy = textOrNull(lease) !== null;
      return Object.entries({ body, receipt }).flatMap(([field, text]) => {
        const value = textOrNull(text);
        if (value === null) return [];
        const place = packPlace({ key: base + textOf(name), field, lock: 'lease', part: '' });
        return [{ ...nobody, kind: 'order', record: textOf(id), value, busy, place } as const];
      });
    });
    const hashKeys = (await keptHashKeys(connection, keys)).map(({ id, value }): SealedValue => {
      const place = packPlace({ key: keys.all('hash-keys'), field: id, lock: '', part: '' });
      return { ...nobody, kind: 'hash-key', record: id, value, place };
    });
    const { values: proposals } = await fieldsAt(
      keys.all('proposal-bodies'),
      // All of them: there are few.
      { after: '', limit: 2 * MOST_PROPOSALS },
      ({ field, text, place }) => {
        const record = textOfName(field);
        return { ...nobody, kind: 'proposal', record, value: text, place: packPlace(place) };
      },
    );
    const names = listOf(await connection.ask(what, 'SMEMBERS', keys.all('installations'))).map(textOf);
    const installations = await Promise.all(
      names.map(async (name): Promise<readonly SealedValue[]> => {
        const { platform: owner, tenant } = whichOf(name);
        const key = keys.all(INSTALLATION + name);
        const value = textOrNull(await connection.ask(what, 'HGET', key, 'value')) ?? '';
        if (value === '') return [];
        const place = packPlace({ key, field: 'value', lock: '', part: '' });
        return [{ tenant, owner, record: '', busy: false, kind: 'installation', value, place }];
      }),
    );
    return [...orders, ...hashKeys, ...proposals, ...installations.flat()];
  };

  const pageAt = async ({ tag, stage, after }: At, limit: number): Promise<Found> => {
    switch (stage) {
      case 'questions':
        return questionsAt(keys.base(tag), after, limit);
      case 'letters':
        return lettersAt(keys.base(tag), after, limit);
      case 'states':
        return keptAt(tag, 's:', after, limit);
      case 'references':
        return keptAt(tag, 'r:', after, limit);
      case 'lines':
        return linesAt(tag, after, limit);
      case 'all':
        return { values: await onNoTag(), after: null };
      case 'changes':
        return changesAt(after, limit);
      case 'decisions':
        return ownedAt('decision', keys.decisions('kept'), { after, limit });
      case 'donations':
        return ownedAt('donation', keys.all('donations'), { after, limit });
      case 'grants':
        return grantsAt(after, limit);
      case 'names':
        return namesAt(after, limit);
      case 'writes':
        return writesAt(after, limit);
    }
  };

  const begin = async (behind: string): Promise<At | null> => {
    const next = (await o.shards.known()).toSorted().find((tag) => tag > behind);
    return next === undefined ? null : { tag: next, stage: 'questions', after: '' };
  };

  /** Where nobody has been: at the beginning. */
  const unpack = (cursor: string | null): At => {
    const [tag = '', word = '', after = ''] = unpackParts(cursor ?? '');
    const stage = (isTag(tag) ? STAGES : BEFORE).find((one) => one === word);
    return stage === undefined ? { tag: '', stage: BEFORE[0], after: '' } : { tag, stage, after };
  };

  const follow = async ({ tag, stage }: At, after: string | null): Promise<At | null> => {
    if (after !== null) return { tag, stage, after };
    const stages: readonly Stage[] = tag === '' ? BEFORE : STAGES;
    const next = stages[stages.indexOf(stage) + 1];
    return next === undefined ? begin(tag) : { tag, stage: next, after: '' };
  };

  return {
    scan: async ({ cursor, limit }) => {
      const at = unpack(cursor);
      const most = Math.max(1, Math.min(MOST_LISTED, Math.floor(limit)));
      const { values, after } = await pageAt(at, most);
      const next = await follow(at, after);
      return { values, cursor: next === null ? null : packParts([next.tag, next.stage, next.after]) };
    },
    swap: async ({ changes }) => {
      const put = async ({ place, had, has }: (typeof changes)[number]): Promise<number> => {
        const [key = '', field = '', lock = '', part = '', behind = ''] = unpackParts(place);
        const swap = async (before: string, after: string): Promise<number> => {
          const call = { what: 'keep what was wrapped anew', keys: [key], args: [field, lock, before, after] };
          return numberOf(await connection.run(scripts.swap, call));
        };
        if (part === '') return swap(behind + had, behind + has);
        const text = textOrNull(await connection.ask(what, 'HGET', key, field));
        const parsed = safely(outbox, parsedJson(text));
        if (text === null || !parsed.success || parsed.data[part] !== had) return 0;
        return swap(text, JSON.stringify({ ...parsed.data, [part]: has }));
      };
      const one = async (change: (typeof changes)[number], swapped: Promise<number>): Promise<number> =>
        (await swapped) + (await put(change));
      // Parts of one text one after the other: the second finds what the first has left.
      const texts = Map.groupBy(changes, ({ place }) => packParts(unpackParts(place).slice(0, 2)));
      const sums = [...texts.values()].map((some) =>
        some.reduce((swapped, change) => one(change, swapped), Promise.resolve(0)),
      );
      return (await Promise.all(sums)).reduce((sum, each) => sum + each, 0);
    },
  };
};

/** Cursors of Redis end with a nought. */
const done = (cursor: string): string | null => (cursor === '0' ? null : cursor);

const parsedJson = (text: string | null): unknown => {
  try {
    return text === null ? null : JSON.parse(text);
  } catch {
    return null;
  }
};

const keptHashKeys = async (connection: Connection, keys: Keys) => {
  const both = [keys.all('hash-keys'), keys.all('hash-key-ids')];
  const rows = await connection.run(scripts.hashKeys, { what: 'read the keys of hashes', keys: both, args: [] });
  return listOf(rows).map((row) => {
    const [id, value] = listOf(row);
    return { id: textOf(id), value: textOf(value) };
  });
};

export const createHashKeys = ({ connection, keys }: { connection: Connection; keys: Keys }): HashKeys => ({
  all: () => keptHashKeys(connection, keys),
  add: async ({ id, value, seen }) => {
    const both = [keys.all('hash-keys'), keys.all('hash-key-ids')];
    const call = { what: 'keep a key of hashes', keys: both, args: [id, value, ...seen] };
    return wordOf(await connection.run(scripts.addHashKey, call), ['added', 'changed']);
  },
});
