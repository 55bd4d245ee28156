/** The certificate that is shown just now, and its successors: whoever renews it replaces two files, and nothing is started anew. */
import { stat } from 'node:fs/promises';
import { codeOf, SottoError } from '../../core/errors.ts';
import type { Clock, Log } from '../../core/ports.ts';
import { type CertificateFiles, type Pair, readPair } from './certificate.ts';

const LOOK_EVERY_MS = 2_000;
const ALARM_EVERY_MS = 60_000;

const WARN_EVERY_MS = 24 * 60 * 60_000;

export interface CertificateKeeper {
  current(): Pair;
  /** Hears of each new pair, which was read whole and belongs together. */
  onChange(seen: (pair: Pair) => void): void;
  stop(): Promise<void>;
}

/**
 * Refuses with code `settings` where what is there at the start will not do. Later the last good pair stays as long as the files hold
 * nothing better, and that is an alarm once a minute; one that is half written is looked at again before anything is said.
 */
export const createCertificateKeeper = async (
  o: CertificateFiles & {
    readonly clock: Clock;
    readonly log: Log;
    /** So long before its end it is warned of, once a day, ms. */
    readonly warnMs: number;
    /** How often the files are looked at, ms. */
    readonly everyMs?: number;
  },
): Promise<CertificateKeeper> => {
  const { clock, log } = o;
  const first = await readPair({ ...o, now: clock.now() });
  if (!first.ok) throw new SottoError('settings', first.faults.map(({ finding }) => finding).join('\n'));
  let { pair } = first;
  let stamp: string | null = null;
  let badLooks = 0;
  let [alarmedAt, warnedAt] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const heard: ((pair: Pair) => void)[] = [];

  const warn = (): void => {
    const now = clock.now();
    const left = pair.end - now;
    if (left > o.warnMs || now - warnedAt < WARN_EVERY_MS) return;
    warnedAt = now;
    if (left > 0) log.warn('certificate.ends-soon', { ms: left });
    else log.error('certificate.ended', { ms: -left });
  };

  const look = async (): Promise<void> => {
    const seen = await stampOf(o);
    // Of the last that was good. What was refused is read until it is right: that its time comes changes no file.
    if (seen === stamp) {
      badLooks = 0;
      return;
    }
    const read = await readPair({ ...o, now: clock.now() });
    if (!read.ok) {
      badLooks += 1;
      if (badLooks < 2 || clock.now() - alarmedAt < ALARM_EVERY_MS) return;
      alarmedAt = clock.now();
      log.error('certificate.refused', { code: read.faults[0]?.code ?? 'unknown', count: read.faults.length });
      return;
    }
    badLooks = 0;
    stamp = seen;
    if (read.pair.cert === pair.cert && read.pair.key === pair.key) return;
    for (const tell of heard) tell(read.pair);
    ({ pair } = read);
    warnedAt = Number.NEGATIVE_INFINITY;
    log.info('certificate.changed', { ms: pair.end - clock.now() });
  };

  const stopping = new AbortController();
  const watching = (async () => {
    while (!stopping.signal.aborted) {
      warn();
      await clock.sleep(o.everyMs ?? LOOK_EVERY_MS, stopping.signal);
      if (stopping.signal.aborted) return;
      await look().catch((error: unknown) => log.error('certificate.failed', { code: codeOf(error) }));
    }
  })();

  return {
    current: () => pair,
    onChange: (seen) => void heard.push(seen),
    stop: async () => {
      stopping.abort();
      await watching;
    },
  };
};

/** Changes whenever one of the files does, also where it is a link that leads elsewhere now. */
const stampOf = async ({ certFile, keyFile }: CertificateFiles): Promise<string> => {
  const stamps = [certFile, keyFile].map((path) =>
    stat(path, { bigint: true }).then(
      ({ dev, ino, size, mtimeNs, ctimeNs }) => `${dev}:${ino}:${size}:${mtimeNs}:${ctimeNs}`,
      () => '-',
    ),
  );
  return (await Promise.all(stamps)).join(' ');
};
