/** From publishing a restriction to its being in force: in another process over Redis, and in the same one over the embedded store. The publisher has checked it; whoever receives it switches. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Store } from '../../src/core/ports.ts';
import type { Restriction } from '../../src/core/types.ts';
import { createRefresh } from '../../src/main/restrictions.ts';
import { createPolicy, type RulesInForce } from '../../src/policies/authorise.ts';
import { ruleOf } from '../../src/policies/restriction-rule.ts';
import { REDIS_PROGRAM, startRedis } from '../../test/support/redis.ts';
import { PLAIN_RESTRICTION } from '../../test/support/restricting.ts';
import { type Figure, figure, median } from '../figure.ts';
import { foldersOf, linesOf, pack } from './pack.ts';
import { openStore } from './stores.ts';

const SECOND = fileURLToPath(new URL('./second-process.ts', import.meta.url));

/** A restriction that takes longer than this to be seen is not on its way any more. */
const LONGEST_MS = 10_000;

interface Seen {
  readonly version: number;
  readonly at: number;
}

const heard = async (child: ChildProcess, version: number): Promise<Seen> => {
  const signal = AbortSignal.timeout(60_000);
  for (;;) {
    const [seen] = (await once(child, 'message', { signal })) as [Seen];
    if (seen.version >= version) return seen;
  }
};

/** Every one touches a whole topic: its six intents, its suspicion and its data class. */
const restrictionOf = (n: number): Restriction => ({
  ...PLAIN_RESTRICTION,
  id: 'bench',
  title: 'Bench',
  forbids: [`t${n % 10}`],
  exceptGroups: ['payroll'],
  words: { en: `Closed, ${n}.` },
});

/** Returns its version. */
const publish = async (store: Store, restriction: Restriction, hash: string): Promise<number> => {
  const nobody = { expected: null, record: null, settles: null } as const;
  const changed = await store.restrictions.change({ ...nobody, put: [restriction], remove: [], hash });
  if (!changed.ok) throw new Error(`It was not published: ${changed.why}.`);
  return changed.version;
};

const measured = async (o: {
  readonly address: string;
  readonly folders: readonly string[];
  readonly hashOf: (restriction: Restriction) => string;
  readonly times: number;
}): Promise<readonly number[]> => {
  const store = await openStore(o.address);
  const child = fork(SECOND, [o.address, ...o.folders], {
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  try {
    await heard(child, 0);
    const took: number[] = [];
    for (let n = 0; n < o.times; n++) {
      // At any moment between two looks.
      await pause((n * 97) % 250);
      const restriction = restrictionOf(n);
      const hash = o.hashOf(restriction);
      const from = Date.now();
      const version = await publish(store, restriction, hash);
      const { at } = await heard(child, version);
      took.push(Math.min(LONGEST_MS, at - from));
    }
    return took;
  } finally {
    if (child.connected) child.disconnect();
    await Promise.race([once(child, 'exit'), pause(5_000)]);
    child.kill('SIGKILL');
    await store.close();
  }
};

/** On one machine, with one process: from publishing until it is in force here, because whoever publishes asks for it at once. */
const here = async (o: {
  readonly address: string;
  readonly policy: RulesInForce;
  readonly hashOf: (restriction: Restriction) => string;
  readonly times: number;
}): Promise<readonly number[]> => {
  const { policy } = o;
  const store = await openStore(o.address);
  try {
    const refresh = createRefresh({
      store,
      policy,
      standing: async () => (await store.restrictions.current()).version,
    });
    const took: number[] = [];
    for (let n = 0; n < o.times; n++) {
      const restriction = restrictionOf(n);
      const from = performance.now();
      await publish(store, restriction, o.hashOf(restriction));
      await refresh();
      took.push(performance.now() - from);
    }
    return took;
  } finally {
    await store.close();
  }
};

const p99 = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.ceil(values.length * 0.99) - 1] ?? Number.NaN;

export const elsewhereFigures = async ({ seconds }: { readonly seconds: number }): Promise<readonly Figure[]> => {
  const folders = foldersOf(linesOf(1));
  const data = mkdtempSync(join(tmpdir(), 'sotto-bench-'));
  const policy = await createPolicy({ catalogue: pack, folders, restrictions: [], restrictionsVersion: 0 });
  const hashOf = (restriction: Restriction): string => policy.pack.versionWith([ruleOf(restriction)]);
  const times = Math.max(4, Math.round(seconds * 8));
  const redis = existsSync(REDIS_PROGRAM) ? await startRedis() : null;
  try {
    // What the publisher does before, once: all rules together with the new one, in a worker.
    const from = performance.now();
    const { hash } = await policy.check([restrictionOf(0)]);
    const checked = performance.now() - from;
    if (hash !== hashOf(restrictionOf(0))) throw new Error('The hash of a restriction is not what the check says.');
    const free = { unit: 'ms', target: null, direction: 'max' } as const;
    const most = { unit: 'ms', target: 1_000, direction: 'max' } as const;
    const own = await here({ address: `sqlite:${join(data, 'sotto.db')}`, policy, hashOf, times });
    const figures: Figure[] = [
      figure({ id: 'check before publishing, 400 rules', value: checked, ...free }),
      figure({ id: 'sqlite: in force where it is published, p99', value: p99(own), ...most }),
    ];
    if (redis !== null) {
      const took = await measured({ address: `redis://127.0.0.1:${redis.port}`, folders, hashOf, times });
      figures.push(
        figure({ id: 'redis: in force on a second process, p99', value: p99(took), ...most }),
        figure({ id: 'redis: in force on a second process, p50', value: median(took), ...free }),
      );
    }
    return figures;
  } finally {
    await redis?.stop();
    rmSync(data, { recursive: true, force: true });
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  }
};
