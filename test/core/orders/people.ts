/** Two people who ask, in a world whose clock is told when to move, and operators whose orders are confirmed already. */
import { standingNow } from '../../../src/core/held.ts';
import { writeInbound } from '../../../src/core/inbound.ts';
import { execute } from '../../../src/core/orders/execute.ts';
import type { Order, Receipt } from '../../../src/core/orders/types.ts';
import type { Transcript } from '../../../src/core/ports.ts';
import { accountKey, inboundContext } from '../../../src/core/sealing.ts';
import type { Account, Question } from '../../../src/core/types.ts';
import { createWork } from '../../../src/core/work.ts';
import type { World } from '../../../src/core/world.ts';
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts';
import { until } from '../../support/until.ts';
import { createTestWorld, EVAN, MONA, question, type TestWorld } from '../../support/world.ts';

const HOUR = 60 * 60_000;

const FIELDS = {
  days: { type: 'number', value: 12 },
  net: { type: 'money', value: 2_000, currency: 'EUR' },
} as const;

export const accountOf = (who: 'evan' | 'mona'): Account => ({
  platform: 'slack',
  tenant: 'T1',
  user: who === 'evan' ? 'UEVAN' : 'UMONA',
  external: false,
});

export interface People {
  readonly t: TestWorld;
  readonly world: World;
  readonly clock: FakeClock;
  /** Asks, and waits until that has ended. */
  ask(who: 'evan' | 'mona', o?: Partial<Question>): Promise<void>;
  /** Asks, and answers when told; resolves once the question is being answered. */
  askSlowly(who: 'evan' | 'mona'): Promise<{ answer(): Promise<void> }>;
  /** Accepted, and left waiting. */
  queue(who: 'evan' | 'mona', o?: Partial<Question>): Promise<string>;
  park(who: 'evan' | 'mona', untilMs: number): Promise<string>;
  bury(who: 'evan' | 'mona', untilMs: number): Promise<string>;
  /** An order whose confirmations are complete. The clock moves on while it waits. */
  order(order: Order, id?: string): Promise<Receipt>;
  /** This process takes notice of what stands in the store. */
  refresh(): Promise<void>;
  transcripts(): Promise<readonly Transcript[]>;
  close(): Promise<void>;
}

export const openPeople = async (
  o: { readonly conversationMs?: number; readonly folder?: string } = {},
): Promise<People> => {
  const clock = createFakeClock();
  const t = createTestWorld({
    clock,
    ...(o.folder === undefined ? {} : { folder: o.folder }),
    // Whoever asks about themselves has a record of their own.
    fetched: (got, { subject }) => (got.ok ? { ok: true, records: [{ subject, fields: FIELDS }] } : got),
  });
  let restrictionsVersion = 0;
  const refresh = async (): Promise<void> => {
    t.script.standing = await standingNow(world);
    restrictionsVersion = (await t.store.standing.current()).version;
  };
  const world: World = {
    ...t.world,
    policy: {
      ...t.world.policy,
      get restrictionsVersion() {
        return restrictionsVersion;
      },
    },
    policyCaughtUp: refresh,
    conversationMs: o.conversationMs ?? 24 * HOUR,
  };
  t.script.find = async ({ user }) => {
    if (user === 'UEVAN') return { ok: true, person: EVAN };
    return user === 'UMONA' ? { ok: true, person: MONA } : { ok: false, why: 'unknown' };
  };
  const work = createWork(world);
  const asked = (who: 'evan' | 'mona', more: Partial<Question> = {}): Question =>
    question({
      account: accountOf(who),
      conversation: `slack:T1:D-${who}`,
      place: { kind: 'direct', channel: `D-${who}`, thread: null },
      at: clock.now(),
      ...more,
    });
  const accept = (inbound: Question, claim: boolean) =>
    world.store.inbox.accept({
      id: inbound.id,
      conversation: inbound.conversation,
      tenant: 'T1',
      account: `slack:${inbound.account.user}`,
      inbound: world.sealer.seal(
        inboundContext({ tenant: 'T1', account: accountKey(inbound.account), conversation: inbound.conversation }),
        writeInbound(inbound),
      ),
      counts: [],
      now: clock.now(),
      leaseMs: world.leaseMs,
      claim,
    });
  const claimed = async (who: 'evan' | 'mona') => {
    const inbound = asked(who);
    const accepted = await accept({ ...inbound, conversation: `${inbound.conversation}:${inbound.id}` }, true);
    if (accepted.status !== 'claimed') throw new Error('it was not idle');
    return accepted.claim;
  };
  let ordered = 0;
  return {
    t,
    world,
    clock,
    ask: async (who, more) => {
      if ((await work.accept(asked(who, more))) !== 'accepted') throw new Error('it was not accepted');
      await until(async () => (await world.store.inbox.census({ now: clock.now() })).leased === 0);
    },
    askSlowly: async (who) => {
      let answer: (() => void) | null = null;
      const { fetch } = t.script;
      t.script.fetch = () =>
        new Promise((resolve) => {
          answer = () => resolve({ ok: true, records: [] });
        });
      if ((await work.accept(asked(who))) !== 'accepted') throw new Error('it was not accepted');
      await until(() => answer !== null);
      t.script.fetch = fetch;
      return {
        answer: async () => {
          answer?.();
          await until(async () => (await world.store.inbox.census({ now: clock.now() })).leased === 0);
        },
      };
    },
    queue: async (who, more) => {
      const inbound = asked(who, more);
      await accept(inbound, false);
      return inbound.id;
    },
    park: async (who, untilMs) => {
      const { id, lease } = await claimed(who);
      const now = clock.now();
      await world.store.inbox.park({ id, lease, until: untilMs, why: 'sign-in', person: who, what: 'w', now });
      return id;
    },
    bury: async (who, untilMs) => {
      const { id, lease } = await claimed(who);
      await world.store.inbox.bury({ id, lease, code: 'unexpected', until: untilMs, now: clock.now() });
      return id;
    },
    order: async (order, id) => {
      ordered += 1;
      const done = execute(world, order, {
        id: id ?? `order-${ordered}`,
        by: 'f00d',
        confirmed: ['f00d'],
        at: clock.now(),
        turn: ordered,
      });
      let waits = true;
      const over = (): void => {
        waits = false;
      };
      void done.then(over, over);
      await until(async () => {
        if (waits && clock.sleeping() > 0) await clock.advance(1_000);
        return !waits;
      });
      const became = await done;
      if (became === 'another') throw new Error('it was left to another process');
      return became;
    },
    refresh,
    transcripts: async () => {
      const all = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY, cursor: null, limit: 500 };
      return (await world.store.conversations.scan(all)).transcripts;
    },
    close: async () => {
      await work.stop({ graceMs: 0 });
      await t.close();
    },
  };
};
