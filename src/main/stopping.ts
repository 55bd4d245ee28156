/** How Sotto ends: takes nothing more, finishes what it has begun, says so on record, and lets go of everything. */
import type { Control } from '../adapters/control/server.ts';
import type { HttpServer } from '../adapters/http/server.ts';
import type { Background } from '../core/background.ts';
import type { Expiring } from '../core/expire.ts';
import type { Owed } from '../core/owed.ts';
import type { Log } from '../core/ports.ts';
import type { Probing } from '../core/probing.ts';
import type { Purging } from '../core/purging.ts';
import type { Recording } from '../core/recording.ts';
import type { Rejections } from '../core/rejections.ts';
import type { Resealing } from '../core/resealing.ts';
import type { Lapsing } from '../core/restricting/lapse.ts';
import type { Surprises } from '../core/screening.ts';
import type { Answering } from './answering.ts';
import type { Backups } from './backup/backups.ts';
import type { Closing } from './closing.ts';
import type { Platforms } from './platforms.ts';
import type { RunNotes } from './run-notes.ts';
import type { Watching } from './watching.ts';

/** Ctrl-C ends within 10 s: first the requests that are being answered get this long, ms, then the questions in flight. */
export const REQUESTS_GRACE_MS = 2_000;
const QUESTIONS_GRACE_MS = 6_000;
const LAST_GRACE_MS = 1_000;

/** The result may be called more than once. */
export const createStopping = (o: {
  readonly control: Pick<Control, 'close'>;
  readonly server: Pick<HttpServer, 'close'>;
  readonly answering: Pick<Answering, 'stop'>;
  readonly expiring: Pick<Expiring, 'stop'>;
  readonly background: Pick<Background, 'stop'>;
  readonly lapsing: Pick<Lapsing, 'stop'>;
  readonly purging: Pick<Purging, 'stop'>;
  readonly backups: Pick<Backups, 'stop'>;
  readonly platforms: Pick<Platforms, 'shut' | 'stop'>;
  readonly resealing: Pick<Resealing, 'stop'>;
  readonly watching: Pick<Watching, 'stop'>;
  readonly rejections: Pick<Rejections, 'stop'>;
  readonly recording: Pick<Recording, 'stop'>;
  readonly probing: Pick<Probing, 'settled'>;
  readonly surprises: Pick<Surprises, 'settled'>;
  readonly owed: Pick<Owed, 'paid'>;
  readonly runNotes: Pick<RunNotes, 'stopped'>;
  readonly opened: Closing;
  readonly log: Log;
}): (() => Promise<void>) => {
  const stop = async (): Promise<void> => {
    try {
      await o.control.close();
      const graceMs = REQUESTS_GRACE_MS;
      await Promise.all([o.server.close({ graceMs }), o.platforms.shut({ graceMs })]);
      await Promise.all([
        o.answering.stop({ graceMs: QUESTIONS_GRACE_MS }),
        o.expiring.stop({ graceMs: QUESTIONS_GRACE_MS }),
        o.background.stop({ graceMs: QUESTIONS_GRACE_MS }),
        o.lapsing.stop(),
        o.purging.stop(),
        o.backups.stop({ graceMs: REQUESTS_GRACE_MS }),
        o.platforms.stop(),
        o.resealing.stop(),
      ]);
      // What was judged until now is kept as well, if the store has a moment, what was found of probing is on record, and surprises are told.
      await Promise.all([
        o.recording.stop({ graceMs: LAST_GRACE_MS }),
        o.probing.settled({ graceMs: LAST_GRACE_MS }),
        o.surprises.settled({ graceMs: LAST_GRACE_MS }),
      ]);
      await o.watching.stop();
      await o.rejections.stop();
      await o.owed.paid();
      await o.runNotes.stopped('asked');
    } finally {
      await o.opened.closeAll();
    }
    o.log.info('stopped');
  };
  let stopped: Promise<void> | undefined;
  return () => {
    stopped ??= stop();
    return stopped;
  };
};
