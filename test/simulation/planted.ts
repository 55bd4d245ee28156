/** Bugs put in on purpose: each is a way to break a promise that somebody could write tomorrow. The checker must see every one. */

import type { Inbox, Store } from '../../src/core/ports.ts';
import { packRef } from '../../src/core/stored.ts';
import type { World } from '../../src/core/world.ts';
import type { Planted } from './run.ts';
import type { KeptQuestion, Tables } from './store/tables.ts';

export interface Bug extends Planted {
  readonly name: string;
  /** The promises that it breaks; the first finding is of one of these. */
  readonly breaks: readonly number[];
}

type Verbs<P> = (port: P, tables: Tables) => Partial<P>;

const inInbox =
  (verbs: Verbs<Inbox>): NonNullable<Planted['store']> =>
  (store, tables) => ({ ...store, inbox: { ...store.inbox, ...verbs(store.inbox, tables) } });

const inExpiries =
  (verbs: Verbs<Store['expiries']>): NonNullable<Planted['store']> =>
  (store, tables) => ({ ...store, expiries: { ...store.expiries, ...verbs(store.expiries, tables) } });

const onPlatforms = (
  world: World,
  verbs: (platform: NonNullable<ReturnType<World['platforms']['get']>>) => Partial<typeof platform>,
): World => ({
  ...world,
  platforms: new Map([...world.platforms].map(([name, platform]) => [name, { ...platform, ...verbs(platform) }])),
});

const rowOf = (tables: Tables, id: string): KeptQuestion | undefined =>
  [...tables.waiting.values()].flat().find((kept) => kept.id === id);

/** Whoever asks is taken for the one who holds it. */
const whoever =
  <O extends { readonly id: string; readonly lease: string }, T>(verb: (o: O) => Promise<T>, tables: Tables) =>
  (o: O): Promise<T> => {
    const kept = rowOf(tables, o.id);
    if (kept !== undefined) kept.lease = o.lease;
    return verb(o);
  };

const forget = (tables: Tables, id: string): void => {
  for (const [conversation, row] of tables.waiting) {
    const rest = row.filter((kept) => kept.id !== id);
    if (rest.length === 0) tables.waiting.delete(conversation);
    else tables.waiting.set(conversation, rest);
  }
};

export const BUGS: readonly Bug[] = [
  {
    name: 'what was begun is forgotten, and begun again',
    breaks: [6],
    store: (store, tables) => ({
      ...store,
      writes: {
        ...store.writes,
        begin: (o) => {
          tables.writes.delete(o.id);
          return store.writes.begin(o);
        },
        find: async () => null,
      },
    }),
  },
  {
    name: 'what is not known is told as done',
    breaks: [6],
    backend: (backend) => ({
      ...backend,
      write: async (o) => {
        const written = (await backend.write?.(o)) ?? { ok: false, code: 'doubt' };
        return written.ok ? written : { ok: true, record: null, result: {} };
      },
    }),
  },
  {
    name: 'what is not known is told as not done',
    breaks: [6],
    backend: (backend) => ({
      ...backend,
      write: async (o) => {
        const written = (await backend.write?.(o)) ?? { ok: false, code: 'doubt' };
        return written.ok || written.code !== 'doubt' ? written : { ok: false, code: 'unreachable' };
      },
    }),
  },
  {
    name: 'the policy permits everything',
    breaks: [1, 2, 3],
    // Whoever is permitted the question is permitted the data, by the same rules.
    policy: (policy) => ({
      ...policy,
      decide: () => ({
        effect: 'permit',
        rules: ['all'],
        obligations: { show: 'hold-reveal', expiresSeconds: 5, moreTime: 0, redact: [] },
      }),
      version: 'v0',
    }),
  },
  {
    name: 'a commit does not compare the versions of the restrictions',
    breaks: [1, 3],
    store: inInbox((inbox) => ({
      commit: (o) => inbox.commit({ ...o, restrictionsVersion: Number.MAX_SAFE_INTEGER }),
    })),
  },
  {
    name: 'a view is filled by the restrictions that stood when it was opened',
    breaks: [1, 3],
    world: (world) => ({ ...world, policyCaughtUp: async () => undefined }),
  },
  {
    name: 'the subject of a record is taken for the one that was asked for',
    breaks: [3],
    backend: (backend) => ({
      ...backend,
      fetch: async (o) => {
        const fetched = await backend.fetch(o);
        return fetched.ok
          ? { ok: true, records: fetched.records.map((record) => ({ ...record, subject: o.subject })) }
          : fetched;
      },
    }),
  },
  {
    name: 'holding a placeholder forgets its removal',
    breaks: [4],
    store: inInbox((inbox) => ({ hold: (o) => inbox.hold({ ...o, removeAt: null }) })),
  },
  {
    name: 'what must leave is posted at once, without a placeholder',
    breaks: [4],
    store: inInbox((inbox) => ({
      commit: (o) => inbox.commit({ ...o, outbox: { ...o.outbox, placeholder: false } }),
    })),
  },
  {
    name: 'the end of a view is not put on record',
    breaks: [4],
    store: inExpiries(() => ({ schedule: async () => undefined })),
  },
  {
    name: 'a removal that failed is dropped',
    breaks: [4],
    store: inExpiries((_, { removals }) => ({ fail: async (o) => void removals.delete(packRef(o.removal.ref)) })),
  },
  {
    name: 'a removal is done with as soon as somebody claims it',
    breaks: [4],
    store: inExpiries((expiries) => ({
      claim: async (o) => {
        const removals = await expiries.claim(o);
        await expiries.ack({ removals });
        return removals;
      },
    })),
  },
  {
    name: 'an entry of the audit log is written after what it permits',
    breaks: [5, 2],
    world: (world) => ({
      ...world,
      audit: {
        append: async (entry) => {
          void world.clock.sleep(2_000).then(() => world.audit.append(entry).catch(() => undefined));
          return { origin: 'late', index: 0 };
        },
      },
    }),
  },
  {
    name: 'an audit log that is away stops nobody',
    breaks: [5, 2],
    world: (world) => ({
      ...world,
      audit: { append: (entry) => world.audit.append(entry).catch(() => ({ origin: 'lost', index: 0 })) },
    }),
  },
  {
    name: 'a post whose reply was lost is posted again without a look',
    breaks: [6],
    world: (world) =>
      onPlatforms(world, () => ({ find: async () => ({ ok: false, fault: 'gone', code: 'not_looked' }) })),
  },
  {
    name: 'leases are not checked',
    breaks: [6],
    store: inInbox((inbox, tables) => ({
      commit: whoever(inbox.commit, tables),
      hold: whoever(inbox.hold, tables),
      settle: whoever(inbox.settle, tables),
      release: whoever(inbox.release, tables),
      renew: async (o) => {
        await inbox.renew(o);
        return 'renewed';
      },
    })),
  },
  {
    name: 'a lease never lapses',
    breaks: [6],
    store: inInbox((inbox, tables) => ({
      claim: (o) => {
        for (const [head] of tables.waiting.values())
          if (head !== undefined && head.lease !== null) head.freeAt = Number.MAX_SAFE_INTEGER;
        return inbox.claim(o);
      },
    })),
  },
  {
    name: 'the queue of a conversation is not kept in order',
    breaks: [6],
    store: inInbox((inbox, { waiting }) => ({
      claim: (o) => {
        for (const row of waiting.values()) if (row[0]?.lease === null) row.reverse();
        return inbox.claim(o);
      },
    })),
  },
  {
    name: 'a question that came again is taken for a new one once it has ended',
    breaks: [6],
    store: inInbox((inbox, { ended }) => ({
      accept: (o) => {
        ended.delete(o.id);
        return inbox.accept(o);
      },
    })),
  },
  {
    name: 'a question is settled when it is committed',
    breaks: [6],
    store: inInbox((inbox) => ({
      commit: async (o) => {
        const status = await inbox.commit(o);
        if (status === 'committed') await inbox.settle({ ...o, end: 'shown', expiry: null });
        return status;
      },
    })),
  },
  {
    name: 'releasing a question loses it',
    breaks: [6],
    store: inInbox((inbox, tables) => ({
      release: async (o) => {
        await inbox.release(o);
        forget(tables, o.id);
      },
    })),
  },
  {
    name: 'a question that waits behind another is not durable yet',
    breaks: [6],
    store: inInbox((inbox, tables) => ({
      accept: async (o) => {
        const accepted = await inbox.accept(o);
        if (accepted.status === 'queued' && o.now % 2 === 0) forget(tables, o.id);
        return accepted;
      },
    })),
  },
  {
    name: 'words stay after a question has ended',
    breaks: [7],
    store: inInbox((inbox, tables) => ({
      settle: (o) => {
        const value = rowOf(tables, o.id)?.inbound ?? '';
        tables.references.set(o.id, { tenant: '', key: o.id, owner: '', value, until: Number.MAX_SAFE_INTEGER });
        return inbox.settle(o);
      },
    })),
  },
  {
    name: 'what a conversation remembers is never shredded',
    breaks: [7],
    store: (store) => ({ ...store, conversations: { ...store.conversations, sweep: async () => 0 } }),
  },
  {
    name: 'what was asked stands in the log',
    breaks: [7],
    world: (world) => ({
      ...world,
      recogniser: {
        ...world.recogniser,
        recognise: (o) => {
          world.log.info('recognised', { name: o.text });
          return world.recogniser.recognise(o);
        },
      },
    }),
  },
  {
    name: 'what is shown lies unsealed in the store',
    breaks: [7],
    world: (world) => ({
      ...world,
      sealer: {
        ...world.sealer,
        seal: (context, plain) => (context.purpose === 'reply' ? plain : world.sealer.seal(context, plain)),
        open: (context, sealed) => (context.purpose === 'reply' ? sealed : world.sealer.open(context, sealed)),
      },
    }),
  },
];
