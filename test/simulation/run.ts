/** One seed, from its first question until everything has ended: the real core in the simulated town, and its history. */

import type { Backend, Policy } from '../../src/core/ports.ts';
import { accountKey } from '../../src/core/sealing.ts';
import { packRef } from '../../src/core/stored.ts';
import { countsOf, PERSON_PER_MINUTE } from '../../src/core/throttle.ts';
import { type Account, type MessageRef, type Press, type Question, VIEW_ACTION } from '../../src/core/types.ts';
import type { World } from '../../src/core/world.ts';
import { writePress } from '../../src/core/writing/carried.ts';
import { liftIn, publishIn } from '../support/restricting.ts';
import { haveSignedIn } from '../support/signing-in.ts';
import { createChance } from './chance.ts';
import { createHistory, type Line } from './history.ts';
import { type Fault, type Plan, planOf, TROUBLED_MS } from './plan.ts';
import { type Process, startProcess, type Town } from './process.ts';
import { createSimulatedStore } from './store/store.ts';
import { emptyTables, type Tables } from './store/tables.ts';
import { createTime } from './time.ts';
import { ACCOUNTS, personOf } from './town/people.ts';
import { createSimulatedPlatform, type Onlooker, type Refused } from './town/platform.ts';
import { createSimulatedSealer } from './town/sealer.ts';
import { createSimulatedSystem } from './town/system.ts';
import { createWeather } from './weather.ts';

/** When every run begins, ms since the epoch. */
export const START = 1_700_000_000_000;

/** By then everything must have ended: the longest pause that the core makes is six hours. */
const LONGEST_MS = 9 * 60 * 60_000;

/** The platform sends again what was not taken, so long after, ms; and what was not answered after its patience. */
const AGAIN_MS = [500, 6_000, 20_000];
const PATIENCE_MS = 3_000;

/** A bug put in on purpose, to see whether the checker sees it. */
export interface Planted {
  /** In the ports of each process. */
  readonly world?: (world: World) => World;
  readonly policy?: (policy: Policy) => Policy;
  readonly backend?: (backend: Backend) => Backend;
  /** In the store itself. */
  readonly store?: (store: Town['store'], tables: Tables) => Town['store'];
}

export interface Run {
  readonly seed: number;
  readonly plan: Plan;
  readonly lines: readonly Line[];
  /** How many things happened on the scheduler. */
  readonly happened: number;
}

export const runSeed = async (seed: number, planted: Planted = {}): Promise<Run> => {
  const plan = planOf(seed);
  const time = createTime(START);
  const { lines, note } = createHistory(time.now);
  const weather = createWeather({
    now: time.now,
    chance: createChance(seed, 'weather'),
    struck: (name, blow) => {
      note({ kind: 'fault', name, until: time.now() + (blow?.kind === 'stall' ? blow.for : 0) });
      if (blow?.kind === 'publish') change(() => publishIn(kept.restrictions, { restriction: blow.restriction }));
    },
  });
  const tables = emptyTables();
  const kept = createSimulatedStore({ tables, note });
  const store = planted.store?.(kept, tables) ?? kept;
  /** HR changes the restrictions; nothing else happens in between. */
  const change = (happen: () => Promise<unknown>): void => {
    void happen();
    const { version, all } = tables.restrictions;
    note({ kind: 'published', version, restrictions: [...all.values()] });
  };
  let engineDeadUntil = 0;
  let refuses: { readonly what: Refused; readonly until: number } | null = null;
  let healedAt = Number.POSITIVE_INFINITY;
  let entries = 0;

  const people = createChance(seed, 'people');
  const asked = (inbound: Question | Press, view: boolean): void =>
    note({
      kind: 'asked',
      id: inbound.id,
      person: personOf(inbound.account.user)?.id ?? null,
      place: inbound.place.kind,
      conversation: inbound.conversation,
      view,
    });

  // ---- People who see a button may press it -----------------------------------------------------------------

  let presses = 0;
  const pressed = new Set<string>();
  const onlooker: Onlooker = ({ ref, viewer, card }) => {
    const account = ACCOUNTS.find((one) => accountKey(one) === viewer);
    const [button] = card.buttons;
    if (account === undefined || button === undefined || pressed.has(packRef(ref)) || presses >= 10) return;
    pressed.add(packRef(ref));
    const times = people.pick([0, 1, 1, 2]);
    for (let n = 0; n < times; n++) {
      presses += 1;
      const delay = people.pick([20, 700, 3_000, 15_000]);
      const press = pressOf({ account, ref, button, n: presses });
      time.at(time.now() + delay, () => {
        asked(press, press.action === VIEW_ACTION);
        if (press.action === VIEW_ACTION) someProcess()?.open(press);
        else deliver(press, 0);
      });
    }
  };

  const platforms = new Map(
    (['slack', 'teams'] as const).map((name) => [
      name,
      createSimulatedPlatform({
        name,
        note,
        onlooker,
        refuses: () => (refuses !== null && refuses.until > time.now() ? refuses.what : null),
      }),
    ]),
  );
  const town: Town = {
    seed,
    time,
    weather,
    note,
    store,
    audit: {
      append: async (entry) => {
        note({ kind: 'recorded', entry });
        entries += 1;
        return { origin: 'simulated', index: entries - 1 };
      },
    },
    sealer: createSimulatedSealer(),
    platforms,
    system: createSimulatedSystem(note),
    recognise: ({ text }) =>
      plan.meanings.get(text) ?? { intent: null, best: null, confidence: 0, topics: [], ranking: [], also: [] },
    engineDead: () => engineDeadUntil > time.now(),
    oversleep: () =>
      healedAt > time.now() ? drowsy.between(0, 1_000) : Math.min(600_000, (time.now() - healedAt) / 4),
    planted: planted.world ?? ((world) => world),
    plantedPolicy: planted.policy ?? ((policy) => policy),
    plantedBackend: planted.backend ?? ((backend) => backend),
  };

  // ---- Processes, started again where they died -------------------------------------------------------------

  const processes = new Map<string, Process>();
  const skews = new Map(plan.processes.map(({ name, skewMs }) => [name, skewMs]));
  const drowsy = createChance(seed, 'drowsy');
  const revive = createChance(seed, 'revive');
  const start = (name: string, incarnation: number): void => {
    const died = (): void => {
      const delay = revive.pick([300, 2_000, 6_000]);
      time.at(time.now() + delay, () => start(name, incarnation + 1));
    };
    const machine = {
      skew: () => skews.get(name) ?? 0,
      jump: (ms: number) => void skews.set(name, (skews.get(name) ?? 0) + ms),
    };
    processes.set(name, startProcess(town, { name, incarnation, machine, died }));
  };
  const someProcess = (): Process | null => {
    const living = [...processes.values()].filter((one) => one.alive());
    return living.length === 0 ? null : people.pick(living);
  };

  // ---- Deliveries, sent again where they were not taken -----------------------------------------------------

  function deliver(inbound: Question | Press, attempt: number): void {
    let answered = false;
    const again = (): void => {
      const wait = AGAIN_MS[attempt];
      if (!answered && wait !== undefined) time.at(time.now() + wait, () => deliver(inbound, attempt + 1));
      answered = true;
    };
    time.at(time.now() + PATIENCE_MS, again);
    const process = someProcess();
    if (process === null) return;
    void process.accept(inbound).then((how) => {
      if (how === 'unavailable') return again();
      answered = true;
      note({ kind: 'taken', id: inbound.id, how });
    });
  }

  // ---- What goes wrong --------------------------------------------------------------------------------------

  const strike = (one: Fault): void => {
    const until = time.now() + ('for' in one ? one.for : 0);
    if (one.kind !== 'lose' && one.kind !== 'strike-at') note({ kind: 'fault', name: JSON.stringify(one), until });
    const process = 'process' in one ? processes.get(one.process) : undefined;
    if (one.kind === 'away') weather.away(one.site, one.how, until);
    else if (one.kind === 'slow') weather.slow(one.site, until);
    else if (one.kind === 'refuses') refuses = { what: one.what, until };
    else if (one.kind === 'engine') engineDeadUntil = until;
    else if (one.kind === 'crash') process?.crash();
    else if (one.kind === 'drain') void process?.drain();
    else if (one.kind === 'stall') process?.stall(until);
    else if (one.kind === 'jump') process?.jump(one.by);
    else if (one.kind === 'publish') change(() => publishIn(kept.restrictions, { restriction: one.restriction }));
    else if (one.kind === 'lift') change(() => liftIn(kept.restrictions, { id: one.id }));
    else if (one.kind === 'lose') weather.lose(one.verb);
    else if (one.kind === 'strike-at') weather.strike(one);
  };

  // ---- The run ----------------------------------------------------------------------------------------------

  for (const account of plan.exhausted) await exhaust(kept, account);
  for (const { person, minutesAgo } of plan.signedIn)
    await haveSignedIn(
      { store: kept, sealer: town.sealer },
      { person, at: START - minutesAgo * 60_000, until: START + 600_000, now: START },
    );
  for (const { name } of plan.processes) start(name, 0);
  for (const { at, question, copies } of plan.askings) {
    time.at(START + at, () => {
      asked(question, false);
      deliver(question, 0);
    });
    for (const later of copies) time.at(START + at + later, () => deliver(question, AGAIN_MS.length));
  }
  for (const { at, id, intent, copies, ...from } of plan.sendings) {
    const submit = { ...from, kind: 'submit', id, at, state: '', values: {} } as const;
    const form = { id, intent, subject: null };
    const press = writePress({ sealer: town.sealer, now: START + at }, { submit, form, slots: {}, words: {} });
    time.at(START + at, () => {
      asked(press, false);
      deliver(press, 0);
    });
    for (const later of copies) time.at(START + at + later, () => deliver(press, AGAIN_MS.length));
  }
  for (const one of plan.faults) time.at(START + one.at, () => strike(one));
  await time.run({ until: START + TROUBLED_MS });
  weather.clear();
  healedAt = time.now();
  note({ kind: 'healed' });
  const leaving = (): boolean => [...tables.removals.values()].some(({ what }) => what.then === 'remove');
  const over = (): boolean => tables.waiting.size + tables.parked.size + tables.states.size === 0 && !leaving();
  await time.run({ until: START + LONGEST_MS, done: over });
  note({ kind: 'end', left: leftIn(tables) });
  return { seed, plan, lines, happened: time.happened() };
};

const exhaust = async (store: Town['store'], account: Account): Promise<void> => {
  const [person] = countsOf({ account: `${account.tenant}:${accountKey(account)}`, tenant: account.tenant });
  if (person === undefined) return;
  for (let n = 0; n < 2 * PERSON_PER_MINUTE; n++) await store.counters.add({ ...person, now: START });
};

const pressOf = (o: {
  readonly account: Account;
  readonly ref: MessageRef;
  readonly button: { readonly action: string; readonly value: string };
  readonly n: number;
}): Press => {
  const { account, ref, button } = o;
  return {
    kind: 'press',
    id: `press:${o.n}`,
    account,
    place: { kind: 'direct', channel: ref.channel, thread: null },
    conversation: [account.platform, account.tenant, ref.channel].join(':'),
    at: 0,
    action: button.action,
    value: button.value,
    respondTo: null,
    message: ref,
  };
};

/** Everything that could hold words and still lies there. */
const leftIn = (tables: Tables): string =>
  JSON.stringify([
    [...tables.waiting.values()].flat(),
    [...tables.parked.values()],
    [...tables.states],
    [...tables.references],
    [...tables.ended.keys()],
    [...tables.removals.keys()],
  ]);
