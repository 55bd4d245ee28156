/**
 * Whoever leaves the company, or loses the account that they asked with, loses their strong sign-in too: it is looked through every minute
 * whether those that count are still somebody's. It is no more than tidiness with a record: nobody is answered whom the directory does not know at
 * that moment, whatever they signed in to.
 */
import { codeOf } from '../errors.ts';
import type { KeptGrant } from '../ports.ts';
import type { Account } from '../types.ts';
import type { World } from '../world.ts';
import { endSignIns, type WhyEnded } from './ends.ts';
import { isOver, openGrant } from './grants.ts';

export const LOOK_EVERY_MS = 60_000;

/** One process of all looks, about. */
const LOOKS = { key: 'sign-ins-left', perMinute: 1, burst: 1 } as const;

const PAGE = 200;

/** In one look. More than so many sign-ins at once are no company's. */
const MOST_PAGES = 500;

type LeavingWorld = Pick<
  World,
  'audit' | 'clock' | 'directory' | 'log' | 'metrics' | 'names' | 'sealer' | 'store' | 'tenancy'
>;

export interface SignInLeaving {
  start(): void;
  stop(): Promise<void>;
}

export const createSignInLeaving = (world: LeavingWorld): SignInLeaving => {
  const { clock, log, store } = world;
  const stopping = new AbortController();
  let loop: Promise<void> = Promise.resolve();

  const look = async (): Promise<void> => {
    const { granted } = await store.budgets.take({ ...LOOKS, want: 1, now: clock.now() });
    if (granted > 0) await endOfThoseWhoLeft(world, stopping.signal);
  };

  return {
    start: () => {
      loop = (async () => {
        while (!stopping.signal.aborted) {
          await clock.sleep(LOOK_EVERY_MS, stopping.signal);
          if (stopping.signal.aborted) return;
          await look().catch((error: unknown) => log.warn('sign-in.not-looked', { code: codeOf(error) }));
        }
      })();
    },
    stop: async () => {
      stopping.abort();
      await loop;
    },
  };
};

/** One look; returns how many sign-ins it ended. One that cannot be ended keeps no other from it; then this throws in the end, and it is tried again. */
export const endOfThoseWhoLeft = async (world: LeavingWorld, signal?: AbortSignal): Promise<number> => {
  let ended = 0;
  let failure: { readonly error: unknown } | null = null;
  let cursor: string | null = null;
  for (let page = 0; page < MOST_PAGES && signal?.aborted !== true; page++) {
    const now = world.clock.now();
    const found: Awaited<ReturnType<World['store']['grants']['scan']>> = await world.store.grants.scan({
      now,
      cursor,
      limit: PAGE,
    });
    for (const grant of found.grants) {
      try {
        if (await endedIfLeft(world, grant)) ended += 1;
      } catch (error) {
        failure = { error };
      }
    }
    cursor = found.cursor;
    if (cursor === null) break;
  }
  if (failure !== null) throw failure.error;
  return ended;
};

const endedIfLeft = async (world: LeavingWorld, grant: KeptGrant): Promise<boolean> => {
  const kept = openGrant(world, grant);
  if (kept === null || isOver(kept, world.clock.now())) return false;
  const why = await whyGone(world, kept.person, kept.account);
  if (why === null) return false;
  await endSignIns(world, { person: kept.person, why });
  world.log.info('sign-in.ended', { id: world.sealer.fingerprint(kept.person), code: why });
  return true;
};

/** Null: they are still there, or nobody can say just now. */
const whyGone = async (
  world: LeavingWorld,
  person: string,
  account: Omit<Account, 'external'> | null,
): Promise<WhyEnded | null> => {
  if (account !== null && world.tenancy?.of(account)?.state === 'gone') return 'uninstalled';
  const accounts = account === null ? await world.directory.accounts(person).catch(() => []) : [account];
  for (const one of accounts) {
    const found = await world.directory
      .find({ ...one, external: false })
      .catch(() => ({ ok: false, why: 'unreachable' }) as const);
    if (found.ok ? found.person.id === person : found.why === 'unreachable' || found.why === 'stale') return null;
  }
  return accounts.length === 0 ? null : 'left';
};
