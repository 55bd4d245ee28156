/** One process of Sotto: the real core between simulated ports. It may die at any call and stand still for a while; a new one starts on the same store. */

import { guarded } from '../../src/core/data.ts';
import { createExpiring } from '../../src/core/expire.ts';
import type { Backend, Policy, Restrictions, Store } from '../../src/core/ports.ts';
import { createSealedNames } from '../../src/core/sealed-names.ts';
import { NOTHING_STANDS } from '../../src/core/standing.ts';
import type { PlatformName, Press, Restriction } from '../../src/core/types.ts';
import { createWork, type Work } from '../../src/core/work.ts';
import type { World } from '../../src/core/world.ts';
import { OPEN_PINNING } from '../support/pinning.ts';
import { playedRestricting, restrictingScript } from '../support/played-restricting.ts';
import { type Chance, createChance } from './chance.ts';
import type { Happened } from './history.ts';
import { createNetwork, type Host } from './network.ts';
import type { Time } from './time.ts';
import { createSimulatedBackend } from './town/backend.ts';
import { CATALOGUE } from './town/catalogue.ts';
import { ACCOUNTS, found, namedBy, personById } from './town/people.ts';
import type { SimulatedPlatform } from './town/platform.ts';
import { decidedBy } from './town/rules.ts';
import { createSimulatedCipher } from './town/sealer.ts';
import type { SimulatedSystem } from './town/system.ts';
import type { Weather } from './weather.ts';

/** How long a claim is a process's own, ms: shorter than in production, and longer than twice the slowest call and the worst clocks. */
const LEASE_MS = 12_000;

/** A conversation is remembered so long, ms. */
const CONVERSATION_MS = 120_000;

/** How often a process looks which restrictions stand, ms. */
const REFRESH_MS = 3_000;

/** Everything that outlives a process. */
export interface Town {
  readonly seed: number;
  readonly time: Time;
  readonly weather: Weather;
  readonly note: (happened: Happened) => void;
  readonly store: Store;
  /** What it did stays done. */
  readonly system: SimulatedSystem;
  readonly audit: World['audit'];
  readonly sealer: World['sealer'];
  readonly platforms: ReadonlyMap<PlatformName, SimulatedPlatform>;
  readonly recognise: World['recogniser']['recognise'];
  /** No rule can be asked just now. */
  readonly engineDead: () => boolean;
  /** Sleepers oversleep so much, ms; for the quiet time at the end. */
  readonly oversleep: () => number;
  /** A planted bug, in the ports of every process. */
  readonly planted: (world: World) => World;
  readonly plantedPolicy: (policy: Policy) => Policy;
  readonly plantedBackend: (backend: Backend) => Backend;
}

export interface Process {
  readonly name: string;
  alive(): boolean;
  accept: Work['accept'];
  open(press: Press): void;
  /** Dies now. */
  crash(): void;
  /** Nothing runs in it until then; what it called goes on happening. */
  stall(until: number): void;
  /** Its clock jumps forwards, ms. */
  jump(ms: number): void;
  /** Takes no more, finishes what it began, and ends. */
  drain(): Promise<void>;
}

/** What a process runs on. Its clock is off by so much, and goes on being so when the process starts again. */
export interface Machine {
  skew(): number;
  jump(ms: number): void;
}

/** `incarnation` counts the starts of this one; `died`: called once, when it is dead. */
export const startProcess = (
  town: Town,
  o: { readonly name: string; readonly incarnation: number; readonly machine: Machine; readonly died: () => void },
): Process => {
  const { time, weather, note } = town;
  const chance = createChance(town.seed, `${o.name}.${o.incarnation}`);
  let alive = true;
  let standsStillUntil = 0;

  const host: Host = {
    name: o.name,
    alive: () => alive,
    wake: (run) => {
      if (!alive) return;
      if (standsStillUntil > time.now()) time.at(standsStillUntil, () => host.wake(run));
      else run();
    },
    stall: (ms) => {
      standsStillUntil = time.now() + ms;
    },
    jump: o.machine.jump,
    die: () => {
      if (!alive) return;
      alive = false;
      note({ kind: 'crashed', by: o.name });
      o.died();
    },
  };

  const clock: World['clock'] = {
    now: () => time.now() + o.machine.skew(),
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        if (signal?.aborted === true || !(ms > 0)) return resolve();
        let over = false;
        const end = (): void => {
          if (over) return;
          over = true;
          signal?.removeEventListener('abort', end);
          resolve();
        };
        signal?.addEventListener('abort', end, { once: true });
        time.at(time.now() + ms + town.oversleep(), () => {
          if (!over) host.wake(end);
        });
      }),
  };

  const { world, refresh } = createWorld(town, { host, clock, chance });
  const work = createWork(world);
  const expiring = createExpiring(world);
  note({ kind: 'started', by: o.name });
  work.start();
  expiring.start();
  void (async () => {
    for (;;) {
      await refresh().catch(() => undefined);
      await clock.sleep(REFRESH_MS);
    }
  })();

  return {
    name: o.name,
    alive: () => alive,
    accept: (inbound) => new Promise((resolve) => host.wake(() => resolve(work.accept(inbound)))),
    open: (press) => {
      const viewer = `${press.account.platform}:${press.account.user}`;
      const opened = town.platforms.get(press.account.platform)?.open({ press: press.id, viewer });
      if (opened === undefined) return;
      const { site, part } = { site: press.account.platform, part: 'view' };
      const network = createNetwork({ time, weather, host });
      const view = network.reach({ site, part, port: opened.view });
      host.wake(() => void work.open(press, view));
      const stays = opened.view.ref === null ? 12_000 : chance.pick([3_000, 9_000, 60_000]);
      time.at(time.now() + stays, () => town.platforms.get(press.account.platform)?.close(opened.ref));
    },
    crash: () => host.die(),
    stall: (until) => {
      standsStillUntil = until;
    },
    jump: o.machine.jump,
    drain: async () => {
      await Promise.all([work.stop({ graceMs: 5_000 }), expiring.stop({ graceMs: 5_000 })]);
      host.die();
    },
  };
};

/** As the adapter: where an earlier attempt may have done it, a later one that comes to nothing says nothing of that. */
const asStrict = (backend: Required<Backend>): Backend => ({
  ...backend,
  write: async (o) => {
    const written = await backend.write(o);
    return !written.ok && o.again ? { ok: false, code: 'doubt' } : written;
  },
});

const createWorld = (
  town: Town,
  o: { readonly host: Host; readonly clock: World['clock']; readonly chance: Chance },
): { readonly world: World; readonly refresh: () => Promise<void> } => {
  const { time, weather, note } = town;
  const { host, chance } = o;
  const network = createNetwork({ time, weather, host });
  const parts = Object.entries(town.store).map(([part, port]: [string, object]) =>
    typeof port === 'function'
      ? [part, port]
      : [part, network.reach({ site: 'store', part, port, near: ['share'] as never })],
  );
  const store = Object.fromEntries(parts) as Store;

  let force: { readonly version: number; readonly restrictions: readonly Restriction[] } = {
    version: 0,
    restrictions: [],
  };
  const policy = town.plantedPolicy({
    decide: (request) =>
      town.engineDead()
        ? { effect: 'refuse', why: 'engine', rules: [], helps: null, words: {}, contact: {}, rights: {} }
        : decidedBy(force.restrictions, request),
    get version() {
      return `v${force.version}`;
    },
    get restrictionsVersion() {
      return force.version;
    },
  });
  const watched: Restrictions = {
    ...town.store.restrictions,
    current: async () => {
      const current = await town.store.restrictions.current();
      note({ kind: 'looked', by: host.name, version: current.version });
      return current;
    },
  };
  const looking = network.reach({ site: 'store', part: 'restrictions', port: watched });
  /** A process decides by what it has read; what it read late never undoes what is newer. */
  const refresh = async (): Promise<void> => {
    const read = await looking.current();
    if (read.version > force.version) force = read;
  };

  let ids = 0;
  const platforms = [...town.platforms].map(([name, { platform }]) => [
    name,
    network.reach({ site: name, part: 'platform', port: platform, near: ['looksUp'] }),
  ]);
  const line = (event: string, fields: object = {}): void =>
    note({ kind: 'logged', line: `${event} ${JSON.stringify(fields)}` });
  const directory: World['directory'] = network.reach({
    site: 'directory',
    part: 'directory',
    port: {
      find: async (account) => found(account),
      mentions: async ({ tokens }) =>
        tokens.flatMap((token, start) => {
          const people = namedBy(token);
          return people.length === 0 ? [] : [{ start, length: 1, people }];
        }),
      colleague: async (id) => personById(id),
      reports: async () => [],
      members: async () => [],
      signInOf: async ({ subject }) =>
        personById(subject) === null ? { ok: false, why: 'unknown' } : { ok: true, person: subject },
      accounts: async (id) => ACCOUNTS.filter(({ user }) => user === `U-${id}`),
    } satisfies World['directory'],
  });
  const log: World['log'] = { info: line, warn: line, error: line };
  const metrics: World['metrics'] = {
    count: (name, labels) => (labels === undefined ? undefined : line(name, labels)),
    observe: () => undefined,
  };
  const { sealer } = town;
  const world: World = town.planted({
    catalogue: CATALOGUE,
    recogniser: { recognise: town.recognise, knows: () => true },
    directory,
    policy,
    backend: guarded({
      policy,
      directory,
      screen: { find: () => [] },
      backend: town.plantedBackend(
        asStrict(
          network.reach({
            site: 'backend',
            part: 'backend',
            port: {
              ...createSimulatedBackend({ by: host.name, chance, note }),
              write: town.system.write(host.name),
            },
            near: ['operation'],
          }),
        ),
      ),
    }),
    store,
    audit: network.reach({ site: 'audit', part: 'audit', port: town.audit }),
    sealer,
    names: createSealedNames({ store, sealer, cipher: createSimulatedCipher(), clock: o.clock, log, metrics }),
    groups: new Set(['employee', 'manager', 'payroll']),
    random: {
      id: () => {
        ids += 1;
        return `${host.name}-${time.happened()}-${ids}`;
      },
      fraction: chance.fraction,
    },
    restricting: playedRestricting(restrictingScript()),
    background: { begin: () => false, full: () => true },
    clock: o.clock,
    log,
    metrics,
    policyCaughtUp: refresh,
    standing: () => NOTHING_STANDS,
    signInOffered: true,
    operators: 'operators',
    hr: 'hr',
    closed: () => false,
    pinning: OPEN_PINNING,
    securityContact: null,
    platforms: new Map(platforms as never),
    conversationMs: CONVERSATION_MS,
    leaseMs: LEASE_MS,
  });
  return { world, refresh };
};
