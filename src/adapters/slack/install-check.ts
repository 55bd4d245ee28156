/**
 * Whether a token is still good, where something speaks against it: an event that says it was revoked (one of two may have been), a call that Slack refused. What is dead for
 * sure is parked or ended, what may be good is asked after again until Slack answers.
 */
import { codeOf } from '../../core/errors.ts';
import type { Clock, Installations, KeptInstallation, Log } from '../../core/ports.ts';
import type { Ending } from './install-ended.ts';
import type { Tested } from './install-oauth.ts';
import type { Opening } from './install-tokens.ts';

const LOOK_EVERY_MS = 30_000;

/** Codes of what is parked and asked after again. */
const UNPROVED = 'revoked-unproved';
const REFUSED = 'token-refused';

export interface Checks {
  /** What becomes of the end that Slack tells. Rejects as the store does. */
  judge(ending: Ending, row: KeptInstallation): Promise<'end' | 'parked' | 'kept'>;
  /** Slack refused its token. Not waited for. */
  refused(row: KeptInstallation): void;
  start(): void;
  stop(): Promise<void>;
}

export const createChecks = (o: {
  readonly installations: Installations;
  readonly rows: () => readonly KeptInstallation[];
  readonly look: () => Promise<void>;
  readonly opening: Opening;
  /** Soon: whoever told us waits for an answer. */
  readonly test: (token: string) => Promise<Tested>;
  readonly end: (o: { readonly tenant: string; readonly event: Ending['event'] }) => Promise<void>;
  readonly record: (o: {
    readonly tenant: string;
    readonly change: 'parked' | 'mended';
    readonly code: string;
  }) => Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
}): Checks => {
  const { installations, clock, log } = o;
  const stopping = new AbortController();
  let loop: Promise<void> = Promise.resolve();
  const underWay = new Map<string, Promise<void>>();

  const good = async (row: KeptInstallation): Promise<Tested['good']> => {
    const installed = o.opening.open(row);
    return installed === null ? 'no' : (await o.test(installed.token)).good;
  };
  const turn = async (row: KeptInstallation, to: 'installed' | 'parked', code: string): Promise<boolean> => {
    const { platform, tenant, version: seen } = row;
    const turned = await installations.turn({ platform, tenant, seen, to, code, now: clock.now() });
    await o.look();
    return turned === 'turned';
  };
  const park = async (row: KeptInstallation, code: string): Promise<void> => {
    if (!(await turn(row, 'parked', code))) return;
    log.error('slack.parked', { tenant: row.tenant, code });
    await o.record({ tenant: row.tenant, change: 'parked', code });
  };

  /** In the background, one at a time for each tenant. */
  const behind = (row: KeptInstallation, work: () => Promise<void>): void => {
    if (underWay.has(row.tenant)) return;
    const done = work()
      .catch((error: unknown) => log.error('slack.check-failed', { tenant: row.tenant, code: codeOf(error) }))
      .finally(() => underWay.delete(row.tenant));
    underWay.set(row.tenant, done);
  };

  const lookAt = async (row: KeptInstallation): Promise<void> => {
    const is = await good(row);
    if (is === 'yes' && (await turn(row, 'installed', ''))) {
      log.info('slack.mended', { tenant: row.tenant });
      await o.record({ tenant: row.tenant, change: 'mended', code: row.code });
    }
    if (is === 'no' && row.code === UNPROVED) await o.end({ tenant: row.tenant, event: 'revoked' });
  };

  return {
    judge: async ({ event, at, named }, row) => {
      const installedAt = o.opening.open(row)?.installedAt ?? row.at;
      // Slack may tell late of an installation that was before this one.
      const late = at !== null && at + 1_000 < installedAt;
      if (event === 'uninstalled' && !late && named === null) return 'end';
      const is = await good(row);
      if (is === 'no') return 'end';
      if (is === 'yes') {
        log.warn('slack.still-installed', { tenant: row.tenant, code: event });
        return 'kept';
      }
      await park(row, UNPROVED);
      return 'parked';
    },
    refused: (row) =>
      behind(row, async () => {
        if ((await good(row)) === 'no') await park(row, REFUSED);
      }),
    start: () => {
      loop = (async () => {
        while (!stopping.signal.aborted) {
          await clock.sleep(LOOK_EVERY_MS, stopping.signal);
          if (stopping.signal.aborted) return;
          for (const row of o.rows())
            if (row.state === 'parked' && [UNPROVED, REFUSED].includes(row.code)) behind(row, () => lookAt(row));
        }
      })();
    },
    stop: async () => {
      stopping.abort();
      await Promise.all([loop, ...underWay.values()]);
    },
  };
};
