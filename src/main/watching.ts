/** What is looked at again and again for as long as Sotto runs: what is restricted and ordered, what is rotated, and whether it may still answer. */
import type { Control } from '../adapters/control/server.ts';
import { codeOf } from '../core/errors.ts';
import type { Clock, Log } from '../core/ports.ts';
import type { Answering } from './answering.ts';
import type { OpenAudit } from './audit.ts';
import type { Ends } from './ends.ts';
import type { HashKeysInForce } from './hash-keys.ts';
import type { Judging } from './judging.ts';
import type { Rotation } from './rotation.ts';

/** A key that was rotated is in force here within this, ms. */
const LOOK_EVERY_MS = 500;

/**
 * What was restricted or ordered elsewhere is in force here within a second, so the look takes a quarter of it: one read of the
 * store. Nothing that takes longer is done in between, or that would be what a restriction waits for.
 */
const LOOK_AT_RESTRICTIONS_EVERY_MS = 250;

/** What lasts is said again after so long, ms. */
const SAY_EVERY_MS = 60_000;

export interface Watching {
  /** Whether the store answered when it was last looked at. True again by itself. */
  reached(): boolean;
  /** Aborted once nothing is watched any more. */
  readonly signal: AbortSignal;
  /** `control`: what keeps orders coming in. */
  start(control: Pick<Control, 'keep'>): void;
  /** Begins no further look. */
  abort(): void;
  /** Also waits for those that were begun. Never rejects. */
  stop(): Promise<void>;
}

export const createWatching = (o: {
  readonly judging: Pick<Judging, 'refresh'>;
  readonly rotation: Rotation;
  readonly audit: Pick<OpenAudit, 'held' | 'keep'>;
  readonly hashKeys: Pick<HashKeysInForce, 'keep'>;
  readonly ends: Pick<Ends, 'warn'>;
  readonly answering: Pick<Answering, 'keep'>;
  readonly clock: Clock;
  readonly log: Log;
}): Watching => {
  const { audit, rotation, clock, log } = o;
  const ending = new AbortController();
  const { signal } = ending;
  let reached = true;
  let loops: readonly Promise<void>[] = [];

  const repeat = async (everyMs: number, look: () => Promise<void>): Promise<void> => {
    while (!signal.aborted) {
      await clock.sleep(everyMs, signal);
      await look();
    }
  };
  const said = (event: string) => (error: unknown) => log.error(event, { code: codeOf(error) });

  /** Without a log or a key to keep it by nothing may be answered here, so what waits is left to processes that have them. */
  const mayAnswer = (): Promise<void> => o.answering.keep(audit.held() && rotation.gone().length === 0);

  let failing: { readonly code: string; readonly at: number } | null = null;
  const lookAtRestrictions = async (): Promise<void> => {
    reached = await o.judging.refresh().then(
      () => {
        failing = null;
        return true;
      },
      (error: unknown) => {
        const [code, now] = [codeOf(error), clock.now()];
        // What lasts is not said four times a second.
        if (failing?.code !== code || now - failing.at >= SAY_EVERY_MS) {
          failing = { code, at: now };
          said('restrictions.failed')(error);
        }
        return code !== 'store-unavailable';
      },
    );
  };
  const lookAtStore = async (control: Pick<Control, 'keep'>): Promise<void> => {
    await audit.keep().catch(said('origins.failed'));
    await mayAnswer();
    await o.hashKeys.keep().catch(said('hash-keys.failed'));
    await control.keep();
    o.ends.warn();
  };
  const lookAtKeys = async (): Promise<void> => {
    await rotation.look();
    await mayAnswer();
  };

  return {
    reached: () => reached,
    signal,
    // Each of its own: however long the store takes, a key is seen in time.
    start: (control) => {
      loops = [
        repeat(LOOK_AT_RESTRICTIONS_EVERY_MS, lookAtRestrictions),
        repeat(LOOK_EVERY_MS, () => lookAtStore(control)),
        repeat(LOOK_EVERY_MS, lookAtKeys),
      ];
    },
    abort: () => ending.abort(),
    stop: async () => {
      ending.abort();
      await Promise.all(loops);
    },
  };
};
