/** Shreds what is held of tenants that took the bot away: one process at a time for each, until it is done, whoever is killed meanwhile. */
import type { Purged } from './audit.ts';
import { codeOf } from './errors.ts';
import type { Tenancy } from './lifecycle.ts';
import type { KeptInstallation } from './ports.ts';
import { purgeTenants } from './purge.ts';
import type { World } from './world.ts';

const LOOK_EVERY_MS = 1_000;

/** Nobody else shreds the same meanwhile, ms; one that takes longer is done by two, which harms nothing. */
const LEASE_MS = 60_000;

/**
 * Looked through once more so long after it was taken away, ms: a process that had not heard of it yet may have taken a question in between, and what was being
 * worked on has ended by then, or its claim has lapsed.
 */
const AGAIN_MS = 5_000;

/** Given up on: what is still claimed then is somebody's that will end it, with no way to show anything. ms. */
const MOST_MS = 5 * 60_000;

const AFTER_FAILURE_MS = 5_000;

export interface Purging {
  start(): void;
  stop(): Promise<void>;
}

export const createPurging = (world: World, tenancy: Tenancy): Purging => {
  const { clock, log, store } = world;
  const holder = world.random.id();
  const stopping = new AbortController();
  let bell = new AbortController();
  let loop: Promise<void> = Promise.resolve();
  /** What this process has shredded so far, so that the last entry tells all of it. */
  const sums = new Map<string, Purged>();

  const purge = async (row: KeptInstallation): Promise<void> => {
    const { platform, tenant } = row;
    const where = { platform, tenant };
    if ((await store.installations.lease({ ...where, holder, now: clock.now(), leaseMs: LEASE_MS })) !== 'leased')
      return;
    const key = `${platform} ${tenant} ${row.at}`;
    const entry = { kind: 'installation', platform, tenant } as const;
    if (!sums.has(key)) {
      const change = row.code === 'revoked' ? 'revoked' : 'uninstalled';
      await world.audit.append({ ...entry, at: clock.now(), change, code: null, purged: null });
      log.warn('installation.gone', { name: platform, tenant, code: change });
    }
    const before = sums.get(key) ?? NOTHING;
    const { flying, held, ...done } = await purgeTenants(world, {
      platform,
      tenants: new Set(tenancy.servedBy(where)),
    });
    const sum = {
      questions: before.questions + done.questions,
      transcripts: before.transcripts + done.transcripts,
      references: before.references + done.references,
      messages: before.messages + done.messages,
      held,
    };
    sums.set(key, sum);
    const age = clock.now() - row.at;
    if (age < AGAIN_MS || (flying > 0 && age < MOST_MS)) return;
    await world.audit.append({ ...entry, at: clock.now(), change: 'purged', code: null, purged: sum });
    await store.installations.purged({ ...where, seen: row.version });
    sums.delete(key);
    await tenancy.read(where);
    log.info('installation.purged', { name: platform, tenant, count: sum.questions + sum.transcripts });
  };

  const look = async (): Promise<number> => {
    let wait = LOOK_EVERY_MS;
    for (const row of tenancy.all()) {
      if (row.state !== 'gone' || !row.purging) continue;
      await purge(row).catch((error: unknown) => {
        wait = AFTER_FAILURE_MS;
        log.error('purge.failed', { name: row.platform, tenant: row.tenant, code: codeOf(error) });
      });
    }
    return wait;
  };

  return {
    start: () => {
      tenancy.onChange((row) => {
        if (row.state === 'gone') bell.abort('rung');
      });
      loop = (async () => {
        while (!stopping.signal.aborted) {
          bell = new AbortController();
          const wait = await look();
          if (stopping.signal.aborted) return;
          await clock.sleep(wait, AbortSignal.any([bell.signal, stopping.signal]));
        }
      })();
    },
    stop: async () => {
      stopping.abort('stopping');
      await loop;
    },
  };
};

const NOTHING: Purged = { questions: 0, transcripts: 0, references: 0, messages: 0, held: 0 };
