/**
 * Secrets that change while Sotto runs. Most are asked for at each use, and whoever asks tries what is accepted: the signing secret,
 * tokens, passwords, certificates, credentials of backends, Redis' password. The two that are keys are made into objects once, and
 * are put in force here: the data key, whose holds must know it first, and the audit log's, whose public half must be durable first.
 */
import { codeOf } from '../core/errors.ts';
import type { Clock, Log, Metrics, Secret, Secrets } from '../core/ports.ts';

/** That a secret cannot be put in force is said again after this, ms; it is tried again at every look. */
const SAID_AGAIN_MS = 60_000;

export interface Rotating {
  /** Of the secret in the vault. */
  readonly name: string;
  /** What is in force since the start. */
  readonly inForce: Secret;
  /** Puts another state of it in force, or rejects and leaves what is. */
  put(next: Secret): Promise<void>;
}

export interface Rotation {
  /**
   * Puts in force what has changed in the vault. Never rejects: one that cannot be read or is malformed leaves the old one in force,
   * with an alarm once a minute while that lasts, and keeps no other one back.
   */
  look(): Promise<void>;
}

export const createRotation = (o: {
  readonly secrets: Secrets;
  readonly rotating: readonly Rotating[];
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
  readonly metrics: Pick<Metrics, 'count'>;
}): Rotation => {
  const looks = o.rotating.map((one) => lookAt(one, o));
  return {
    look: async () => {
      for (const look of looks) await look();
    },
  };
};

const lookAt = (
  { name, inForce, put }: Rotating,
  { secrets, clock, log, metrics }: Parameters<typeof createRotation>[0],
): (() => Promise<void>) => {
  let accepted = inForce.accepted;
  let saidAt: number | null = null;

  const failed = (error: unknown): void => {
    const now = clock.now();
    if (saidAt !== null && now >= saidAt && now - saidAt < SAID_AGAIN_MS) return;
    saidAt = now;
    metrics.count('rotations', { name, outcome: 'failed' });
    log.error('rotation.failed', { name, code: codeOf(error) });
  };

  return async () => {
    try {
      const next = await secrets.get(name);
      const same = next.accepted.length === accepted.length && next.accepted.every((one, at) => one === accepted[at]);
      if (!same) {
        await put(next);
        accepted = next.accepted;
        metrics.count('rotations', { name, outcome: 'done' });
        log.info('rotation.done', { name, count: accepted.length });
      }
      // Also where what was malformed was simply taken back.
      if (saidAt !== null) log.info('rotation.recovered', { name });
      saidAt = null;
    } catch (error) {
      failed(error);
    }
  };
};
