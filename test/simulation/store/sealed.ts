/** Everything sealed in memory, found anew by what it is of; and the keys of keyed hashes. */
import type { HashKeys, SealedValue, SealedValues } from '../../../src/core/ports.ts';
import { packParts } from '../../../src/core/stored.ts';
import { changeRecord } from '../../../src/core/stored-restrictions.ts';
import { paged } from './pages.ts';
import type { KeptQuestion, Shelf } from './tables.ts';

/** A value, and how another is put in its place. */
interface Kept extends SealedValue {
  put(has: string): void;
}

/** A question that was set aside keeps the lease that it died under, and nobody works on it. */
const questionsOf = (question: KeptQuestion, aside = false): readonly Kept[] => {
  const { tenant, account: owner, conversation, id, outbox } = question;
  const busy = question.lease !== null && !aside;
  const of = { tenant, owner, busy };
  const at = (what: string): string => packParts(['question', id, what]);
  const found: Kept[] = [
    {
      ...of,
      kind: 'inbound',
      record: conversation,
      value: question.inbound,
      place: at('inbound'),
      put: (has) => {
        question.inbound = has;
      },
    },
  ];
  if (outbox === null) return found;
  const { reply, again } = outbox;
  const put = (has: object): void => {
    question.outbox = { ...outbox, ...question.outbox, ...has };
  };
  found.push({
    ...of,
    kind: 'reply',
    record: id,
    value: reply,
    place: at('reply'),
    put: (has) => put({ reply: has }),
  });
  const [platform = ''] = owner.split(':', 1);
  if (again !== null)
    found.push({
      ...of,
      kind: 'again',
      owner: platform,
      record: '',
      value: again,
      place: at('again'),
      put: (has) => put({ again: has }),
    });
  return found;
};

const allOf = ({ tables }: Shelf): readonly Kept[] => {
  const nobody = { tenant: '', owner: '' };
  const found: Kept[] = [
    ...[...tables.waiting.values()].flat().flatMap((question) => questionsOf(question)),
    ...[...tables.parked.values()].flatMap((question) => questionsOf(question)),
    ...[...tables.dead.values()].flatMap(({ question }) => questionsOf(question, true)),
  ];
  for (const [key, kept] of tables.states)
    found.push({
      kind: 'conversation',
      tenant: kept.tenant,
      owner: kept.account,
      record: kept.conversation,
      value: kept.state,
      busy: false,
      place: packParts(['state', key]),
      put: (has) => void tables.states.set(key, { ...kept, state: has }),
    });
  for (const [key, kept] of tables.references)
    found.push({
      kind: 'reference',
      tenant: kept.tenant,
      owner: '',
      record: kept.key,
      value: kept.value,
      busy: false,
      place: packParts(['reference', key]),
      put: (has) => void tables.references.set(key, { ...kept, value: has }),
    });
  for (const [key, kept] of tables.removals) {
    const { again } = kept.what;
    if (again === null) continue;
    found.push({
      kind: 'again',
      tenant: kept.ref.tenant,
      owner: kept.ref.platform,
      record: '',
      value: again,
      busy: kept.leased,
      place: packParts(['removal', key]),
      put: (has) => {
        kept.what = { ...kept.what, again: has };
      },
    });
  }
  for (const [id, order] of tables.orders)
    for (const field of ['body', 'receipt'] as const) {
      const value = order[field];
      if (value === null) continue;
      const put = (has: string): void => {
        const now = tables.orders.get(id);
        if (now !== undefined) tables.orders.set(id, { ...now, [field]: has });
      };
      const place = packParts(['order', id, field]);
      found.push({ ...nobody, kind: 'order', record: id, value, busy: order.lease !== '', place, put });
    }
  for (const [at, { id, value }] of tables.hashKeys.entries())
    found.push({
      ...nobody,
      kind: 'hash-key',
      record: id,
      value,
      busy: false,
      place: packParts(['hash-key', id]),
      put: (has) => {
        tables.hashKeys[at] = { id, value: has };
      },
    });
  for (const [id, kept] of tables.proposals)
    found.push({
      ...nobody,
      kind: 'proposal',
      record: id,
      value: kept.body,
      busy: false,
      place: packParts(['proposal', id]),
      put: (has) => void tables.proposals.set(id, { ...kept, body: has }),
    });
  for (const made of tables.restrictions.changes)
    found.push({
      ...nobody,
      kind: 'restriction',
      record: changeRecord(made),
      value: made.detail,
      busy: false,
      place: packParts(['change', String(made.version)]),
      put: (has) => {
        const { restrictions } = tables;
        restrictions.changes = restrictions.changes.map((one) =>
          one.version === made.version ? { ...one, detail: has } : one,
        );
      },
    });
  for (const [id, kept] of tables.decisions)
    found.push({
      tenant: '',
      owner: kept.owner,
      kind: 'decision',
      record: id,
      value: kept.value,
      busy: false,
      place: packParts(['decision', id]),
      put: (has) => void tables.decisions.set(id, { ...kept, value: has }),
    });
  for (const [id, kept] of tables.donations)
    found.push({
      tenant: '',
      owner: kept.owner,
      kind: 'donation',
      record: id,
      value: kept.value,
      busy: false,
      place: packParts(['donation', id]),
      put: (has) => void tables.donations.set(id, { ...kept, value: has }),
    });
  for (const [id, kept] of tables.writes)
    if (kept.value !== '')
      found.push({
        tenant: '',
        owner: kept.owner,
        kind: 'write',
        record: id,
        value: kept.value,
        busy: false,
        place: packParts(['write', id]),
        put: (has) => void tables.writes.set(id, { ...kept, value: has }),
      });
  for (const [key, kept] of tables.installations.all)
    found.push({
      tenant: kept.tenant,
      owner: kept.platform,
      kind: 'installation',
      record: '',
      value: kept.value,
      busy: false,
      place: packParts(['installation', key]),
      put: (has) => void tables.installations.all.set(key, { ...kept, value: has }),
    });
  for (const [owner, kept] of tables.grants)
    found.push({
      tenant: '',
      owner,
      kind: 'grant',
      record: '',
      value: kept.value,
      busy: false,
      place: packParts(['grant', owner]),
      put: (has) => void tables.grants.set(owner, { ...kept, value: has }),
    });
  for (const [owner, value] of tables.nameKeys)
    found.push({
      tenant: '',
      owner,
      kind: 'name-key',
      record: '',
      value,
      busy: false,
      place: packParts(['name-key', owner]),
      put: (has) => void tables.nameKeys.set(owner, has),
    });
  return found.filter(({ value }) => value !== '');
};

export const createSealedValues = (shelf: Shelf): SealedValues => ({
  scan: async (page) => {
    const { items, cursor } = paged(allOf(shelf), ({ place }) => place, page);
    return { values: items.map(({ put: _put, ...value }) => value), cursor };
  },
  swap: async ({ changes }) => {
    let swapped = 0;
    const places = new Map(allOf(shelf).map((kept) => [kept.place, kept]));
    for (const { place, had, has } of changes) {
      const kept = places.get(place);
      if (kept === undefined || kept.value !== had || kept.busy) continue;
      kept.put(has);
      swapped += 1;
    }
    return swapped;
  },
});

export const createHashKeys = ({ tables: { hashKeys } }: Shelf): HashKeys => ({
  all: async () => [...hashKeys],
  add: async ({ id, value, seen }) => {
    if (hashKeys.map((one) => one.id).join() !== seen.join()) return 'changed';
    hashKeys.push({ id, value });
    return 'added';
  },
});
