/**
 * The backend as everybody has it, and what stands behind it. Only `reading.ts` and `writing.ts` get at that, and what they do with it is
 * all that `core/data.ts` hands out: a test of the house holds that nobody else imports this folder.
 */
import type { PeopleKnown } from '../called.ts';
import type { Backend, BackendRecord, Operation, Policy, Screen, Written } from '../ports.ts';
import { type Surprise, surprisesIn } from '../screening.ts';

/** The backend as everybody else has it: what there is to read, and no way to read it but `readAuthorised`. */
export type GuardedBackend = Pick<Backend, 'operation'>;

/** What reads, and what decides whether it may: whoever reads brings neither. */
export interface Behind {
  readonly fetch: Backend['fetch'];
  readonly write: NonNullable<Backend['write']> | null;
  readonly policy: Pick<Policy, 'decide'>;
  readonly directory: PeopleKnown;
  readonly screen: Screen;
}

/** Reachable from nowhere but this folder, and by nothing but the guarded backend itself: a copy of that one opens nothing. */
const readings = new WeakMap<GuardedBackend, Behind>();

/** Null: this is no backend that `guarded` made. */
export const behindOf = (backend: GuardedBackend): Behind | null => readings.get(backend) ?? null;

/** Done once with each backend, where everything is put together. */
export const guarded = (o: Omit<Behind, 'fetch' | 'write'> & { readonly backend: Backend }): GuardedBackend => {
  const { backend, policy, directory, screen } = o;
  const behind: GuardedBackend = Object.freeze({ operation: (name: string) => backend.operation(name) });
  const write: Behind['write'] = backend.write === undefined ? null : (asked) => doubtful(() => backend.write?.(asked));
  readings.set(behind, { fetch: (asked) => backend.fetch(asked), write, policy, directory, screen });
  return behind;
};

/** It never rejects; where it does all the same, or throws, nobody knows what was done. */
const doubtful = async (write: () => Promise<Written> | undefined): Promise<Written> => {
  try {
    return (await write()) ?? { ok: false, code: 'unreachable' };
  } catch {
    return { ok: false, code: 'doubt' };
  }
};

/** The same backend, which says before and after each reading that it reads, and neither what nor for whom. */
export const heard = (
  backend: GuardedBackend,
  hear: { readonly before: () => void; readonly after: () => void },
): GuardedBackend => {
  const behind: GuardedBackend = Object.freeze({ operation: (name: string) => backend.operation(name) });
  const reading = readings.get(backend);
  if (reading !== undefined)
    readings.set(behind, {
      ...reading,
      fetch: async (o) => {
        hear.before();
        const fetched = await reading.fetch(o);
        hear.after();
        return fetched;
      },
      write:
        reading.write === null
          ? null
          : async (o) => {
              hear.before();
              const written = await reading.write?.(o);
              hear.after();
              return written ?? { ok: false, code: 'unreachable' };
            },
    });
  return behind;
};

/**
 * What must not leave of a record that came another way than by `readAuthorised`: what a system reports, what it says of a write. None:
 * it may be told. Null: this is no backend that `guarded` made, and nothing may.
 */
export const screened = (o: {
  readonly backend: GuardedBackend;
  readonly fields: BackendRecord['fields'];
  /** What they are declared to hold. */
  readonly holds: Operation['holds'];
  /** Fields that are not told. */
  readonly redact: readonly string[];
  /** Of the person it is about, ISO 3166-1 alpha-2; null: not known. */
  readonly country: string | null;
}): readonly Surprise[] | null => {
  const behind = behindOf(o.backend);
  const { fields, holds, redact, country } = o;
  return behind === null ? null : surprisesIn({ screen: behind.screen, records: [{ fields, country }], holds, redact });
};
