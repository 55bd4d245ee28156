/**
 * Secrets that change while Sotto runs. Most are asked for at each use, and whoever asks tries what is accepted: the signing secret,
 * tokens, passwords, certificates, credentials of backends, Redis' password. The two that are keys are made into objects once, and
 * are put in force here: the data key, which every process must be able to open with before any seals with it, and the audit log's,
 * whose public half must be durable first.
 */
import { codeOf, hasCode } from '../core/errors.ts';
import type { Clock, Log, Metrics, Secret, Secrets } from '../core/ports.ts';

/** That a secret cannot be put in force is said again after this, ms; it is tried again at every look. */
const SAID_AGAIN_MS = 60_000;

export interface Rotating {
  /** Of the secret in the vault. */
  readonly name: string;
  /** What is in force since the start. */
  readonly inForce: Secret;
  /**
   * Within which every process has seen a new value, ms. For so long it is accepted, and the one before it stays in use while the
   * vault has it. 0: nobody else has to know it.
   */
  readonly spreadMs: number;
  /** Puts another state of it in force, or rejects and leaves what is. */
  put(next: Secret): Promise<void>;
}

export interface Rotation {
  /**
   * Puts in force what has changed in the vault. Never rejects: one that cannot be read or is malformed leaves the old one in force,
   * with an alarm once a minute while that lasts, and keeps no other one back.
   */
  look(): Promise<void>;
  /** Which of them the vault does not have any more, as it answered last: disabled, expired or taken away, with nothing in its place. */
  gone(): readonly string[];
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
      for (const { look } of looks) await look();
    },
    gone: () => looks.flatMap(({ name, gone }) => (gone() ? [name] : [])),
  };
};

const lookAt = (
  rotating: Rotating,
  { secrets, clock, log, metrics }: Parameters<typeof createRotation>[0],
): { readonly name: string; look(): Promise<void>; gone(): boolean } => {
  const { name } = rotating;
  let { inForce } = rotating;
  /** The value that is not used yet, and since when it is known. */
  let spreading: { readonly value: string; readonly since: number } | null = null;
  let saidAt: number | null = null;
  let gone = false;

  /** A vault that does not answer says nothing about it. */
  const asked = async (): Promise<Secret> => {
    try {
      const secret = await secrets.get(name);
      gone = false;
      return secret;
    } catch (error) {
      gone ||= hasCode(error, 'secret-missing');
      throw error;
    }
  };

  /** What should be in force by now. */
  const due = (next: Secret): Secret => {
    if (next.current === inForce.current || !next.accepted.includes(inForce.current)) return next;
    const now = clock.now();
    // A clock that was set back begins anew.
    if (spreading?.value !== next.current || now < spreading.since) spreading = { value: next.current, since: now };
    return now - spreading.since >= rotating.spreadMs ? next : stillUsing(inForce.current, next);
  };

  const failed = (error: unknown): void => {
    const now = clock.now();
    if (saidAt !== null && now >= saidAt && now - saidAt < SAID_AGAIN_MS) return;
    saidAt = now;
    metrics.count('rotations', { name, outcome: 'failed' });
    log.error('rotation.failed', { name, code: codeOf(error) });
  };

  const look = async (): Promise<void> => {
    try {
      const next = due(await asked());
      if (!same(next, inForce)) {
        await rotating.put(next);
        metrics.count('rotations', { name, outcome: next.current === inForce.current ? 'accepted' : 'in-use' });
        log.info('rotation.done', { name, count: next.accepted.length });
        inForce = next;
      }
      // Also where what was malformed was simply taken back.
      if (saidAt !== null) log.info('rotation.recovered', { name });
      saidAt = null;
    } catch (error) {
      failed(error);
    }
  };
  return { name, look, gone: () => gone };
};

/** All that is accepted is, in the order of the vault, and this one of it is used. */
export const stillUsing = (current: string, secret: Secret): Secret => ({ ...secret, current });

const same = (a: Secret, b: Secret): boolean =>
  a.current === b.current &&
  a.accepted.length === b.accepted.length &&
  a.accepted.every((value, at) => value === b.accepted[at]);
