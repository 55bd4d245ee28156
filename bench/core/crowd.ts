/** People who ask the core, and a world that answers at once: what is left is the core, its store and the sealer. */
import { createScreen } from '../../src/adapters/screen/screen.ts';
import { guarded } from '../../src/core/data.ts';
import type { Audit, Platform, Store } from '../../src/core/ports.ts';
import type { Decision, Person, Question } from '../../src/core/types.ts';
import { createWork } from '../../src/core/work.ts';
import type { World } from '../../src/core/world.ts';
import { EVAN, recognised, recordOf, type TestWorld } from '../../test/support/world.ts';

/** So many that nobody is throttled, whatever a machine can do: a person may ask 60 times a minute, a tenant 3,000. */
const TENANTS = 16;
const PEOPLE = 4_096;

const TEXT = 'how many days of leave have I left?';

export interface Crowd {
  readonly world: World;
  /** Somebody's next question; nobody asks again before all others did. */
  ask(): Question;
  /** Resolves when the answer to this person is visible. Rejects where it is no answer: then nothing was measured. */
  shown(question: Question): Promise<void>;
}

const nobodyHears = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** A crowd before this store. `audit`: where entries go; played unless told. */
export const createCrowd = (o: {
  readonly from: TestWorld;
  readonly store: Store;
  readonly decision: Decision;
  readonly audit?: Audit;
}): Crowd => {
  const waiting = new Map<string, { readonly done: () => void; readonly failed: (error: Error) => void }>();
  const tell = (user: string, text: string): void => {
    const one = waiting.get(user);
    if (one === undefined || text.startsWith('One moment')) return;
    waiting.delete(user);
    if (text.includes('12 days')) one.done();
    else one.failed(new Error(`the core answered "${text}": the bench measures nothing`));
  };

  let posted = 0;
  const channelUser = (channel: string): string => channel.replace(/^D/, 'U');
  const platform: Platform = {
    name: 'slack',
    looksUp: () => true,
    post: async ({ to, card }) => {
      posted += 1;
      tell(to.user, card.text);
      return {
        ok: true,
        ref: { platform: 'slack', tenant: to.tenant, channel: to.channel ?? '', id: `1771442483.${posted}` },
      };
    },
    find: async () => ({ ok: false, fault: 'gone', code: 'not-found' }),
    update: async ({ ref, card }) => {
      tell(channelUser(ref.channel), card.text);
      return { ok: true };
    },
    remove: async () => ({ ok: true }),
    whisper: async () => undefined,
    respond: async () => undefined,
  };

  const recognition = recognised('leave.balance');
  const operation = { name: 'leave.balance', dataClass: 'leave', list: false, bySubject: true };
  const personOf = (user: string): Person => ({ ...EVAN, id: user });
  let appended = 0;
  const directory: World['directory'] = {
    ...o.from.world.directory,
    find: async ({ user }) => ({ ok: true, person: personOf(user) }),
    mentions: async () => [],
    colleague: async (id) => personOf(id),
    reports: async () => [],
  };
  const policy: World['policy'] = { decide: () => o.decision, version: 'v1', restrictionsVersion: 0 };
  const world: World = {
    ...o.from.world,
    store: o.store,
    platforms: new Map([['slack', platform]]),
    recogniser: { recognise: () => recognition, knows: () => true },
    directory,
    policy,
    backend: guarded({
      policy,
      directory,
      screen: createScreen(),
      backend: {
        operation: () => operation,
        fetch: async ({ subject }) => ({ ok: true, records: [recordOf(subject)] }),
      },
    }),
    audit: o.audit ?? { append: async () => ({ origin: 'bench', index: appended++ }) },
    log: nobodyHears,
  };

  let asked = 0;
  return {
    world,
    ask: () => {
      const n = asked++;
      const person = n % PEOPLE;
      const tenant = `T${person % TENANTS}`;
      const channel = `D${person}`;
      return {
        kind: 'question',
        id: `slack:${tenant}:${channel}:${n}`,
        account: { platform: 'slack', tenant, user: `U${person}`, external: false },
        place: { kind: 'direct', channel, thread: null },
        conversation: `slack:${tenant}:${channel}`,
        at: Date.now(),
        text: TEXT,
      };
    },
    shown: ({ account }) =>
      new Promise((done, failed) => {
        waiting.set(account.user, { done, failed });
      }),
  };
};

export interface Cost {
  readonly perSecond: number;
  /** CPU of this process for each question, µs. */
  readonly cpuMicros: number;
  /** Questions asked in all, those before it was warm included. */
  readonly all: number;
}

/** Asks so many questions, `atOnce` at once, each person again when the answer is visible; the loops run as they do in production. */
export const costOf = async (
  crowd: Crowd,
  o: { readonly questions: number; readonly atOnce: number },
): Promise<Cost> => {
  const work = createWork(crowd.world);
  work.start();
  const ask = async (count: number): Promise<void> => {
    let left = count;
    const one = async (): Promise<void> => {
      while (left > 0) {
        left -= 1;
        const question = crowd.ask();
        const shown = crowd.shown(question);
        if ((await work.accept(question)) !== 'accepted') throw new Error('a question was not taken');
        await shown;
      }
    };
    await Promise.all(Array.from({ length: o.atOnce }, one));
  };
  try {
    const warming = Math.ceil(o.questions / 4);
    await ask(warming);
    const [cpu, begun] = [process.cpuUsage(), performance.now()];
    await ask(o.questions);
    const { user, system } = process.cpuUsage(cpu);
    const seconds = (performance.now() - begun) / 1_000;
    return {
      perSecond: o.questions / seconds,
      cpuMicros: (user + system) / o.questions,
      all: warming + o.questions,
    };
  } finally {
    await work.stop({ graceMs: 5_000 });
  }
};
