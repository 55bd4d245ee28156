/** The calls of a live trip, each with an end: tried again only where the platform says that it did not happen. */

import { codeOf, PACED } from '../errors.ts';
import { budgetKey } from '../lanes.ts';
import type { Changed, Clock, Failed, Platform, Posted } from '../ports.ts';
import type { MessageRef } from '../types.ts';
import type { World } from '../world.ts';
import type { LiveStep, LiveStepName } from './types.ts';

export type LiveWorld = Pick<
  World,
  | 'audit'
  | 'clock'
  | 'directory'
  | 'log'
  | 'names'
  | 'operators'
  | 'platforms'
  | 'random'
  | 'sealer'
  | 'store'
  | 'updates'
>;

/** One call is tried for so long, ms; whoever waits reads what came of it. */
const CALL_MS = 20_000;
const FIRST_PAUSE_MS = 500;

/** Whether it is gone is looked at so often, ms, and the way there is given up after so long. */
const LOOK_EVERY_MS = 250;
const LEAVE_MS = 45_000;

type Outcome = { readonly ok: true } | Failed<'lost' | 'later' | 'gone' | 'never'>;

export const codeIn = (outcome: Outcome): string => (outcome.ok ? 'ok' : outcome.code);

/** Again while it is `later`, and time is left for it. */
export const patiently = async <T extends Outcome>(clock: Clock, call: () => Promise<T>): Promise<T> => {
  const end = clock.now() + CALL_MS;
  for (let pause = FIRST_PAUSE_MS; ; pause *= 2) {
    const outcome = await call();
    if (outcome.ok || outcome.fault !== 'later') return outcome;
    const wait = Math.max(pause, outcome.afterMs ?? 0);
    if (clock.now() + wait > end) return outcome;
    await clock.sleep(wait);
  }
};

const paced = (afterMs: number): Failed<'later'> => ({ ok: false, fault: 'later', code: PACED, afterMs });

export const reveal = (world: LiveWorld, platform: Platform, o: Parameters<Platform['update']>[0]): Promise<Changed> =>
  patiently(world.clock, async () => {
    const wait = world.updates?.wait(o.ref) ?? 0;
    return wait > 0 ? paced(wait) : platform.update(o);
  });

/** Past the engine that removes what is due, so it takes its own call of the common budget. */
export const removeAgain = (world: LiveWorld, platform: Platform, ref: MessageRef): Promise<Changed> =>
  patiently(world.clock, async () => {
    const { limits } = platform;
    if (limits !== undefined && limits.keptBy === 'core') {
      const { name, perMinute, burst } = limits.remove;
      const key = budgetKey({ platform: ref.platform, tenant: ref.tenant, name });
      const now = world.clock.now();
      const { granted, nextAt } = await world.store.budgets.take({ key, want: 1, perMinute, burst, now });
      if (granted === 0) return paced(Math.max(1, nextAt - now));
    }
    return platform.remove({ ref });
  });

/** Its time is up now; true once nothing is on record for it any more, in whichever process that is. */
export const left = async (world: LiveWorld, ref: MessageRef): Promise<boolean> => {
  const { clock, store } = world;
  const removeAt = clock.now();
  for (;;) {
    if ((await store.expiries.sooner({ ref, removeAt })) === null) return true;
    if (clock.now() > removeAt + LEAVE_MS) return false;
    await clock.sleep(LOOK_EVERY_MS);
  }
};

/** Why what is due of this tenant has not left, by the code that most of it failed with; null: nothing failed. */
export const failingBy = async (world: LiveWorld, ref: MessageRef): Promise<string | null> => {
  const rows = await world.store.expiries.census({ now: world.clock.now() });
  const failing = rows.find(({ platform, tenant }) => platform === ref.platform && tenant === ref.tenant)?.failing;
  const [most] = Object.entries(failing ?? {}).toSorted(([, a], [, b]) => b - a);
  return most?.[0] ?? null;
};

export const posted = (world: LiveWorld, platform: Platform, o: Parameters<Platform['post']>[0]): Promise<Posted> =>
  patiently(world.clock, () => platform.post(o));

/** Notes each step with its time. What throws is a step that failed, by its code. */
export const createNotes = (clock: Clock) => {
  const steps: LiveStep[] = [];
  return {
    steps: steps as readonly LiveStep[],
    /** True: it went well. */
    note: async (
      step: LiveStepName,
      make: () => Promise<{ readonly ok: boolean; readonly code: string }>,
    ): Promise<boolean> => {
      const at = clock.now();
      const { ok, code } = await make().catch((error: unknown) => ({ ok: false, code: codeOf(error) }));
      steps.push({ step, ok, code, at, ms: Math.max(0, clock.now() - at) });
      return ok;
    },
  };
};
