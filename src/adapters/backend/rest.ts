/**
 * Systems of record behind REST operations that a YAML file describes. No redirect is followed, every call has a deadline, a response
 * is read up to a bound, and only declared fields come out.
 */
import { hash, randomInt } from 'node:crypto';
import type { Backend, Calling, Clock, Fetched, Log, Metrics, Operation, Random, Secrets } from '../../core/ports.ts';
import type { OwnTokens } from '../../core/sign-in-ports.ts';
import { createCache } from './calling/cache.ts';
import { type Behind, keyOf, read, write } from './calling/calls.ts';
import { createLookup } from './calling/lookup.ts';
import type { Seen } from './calling/reading.ts';
import { createSend } from './calling/send.ts';
import { createSystem } from './calling/system.ts';
import type { Described, Descriptions } from './described.ts';
import { readDescriptions } from './description.ts';
import { createSignIn } from './signing-in/sign-in.ts';

export interface RestBackendOptions {
  /** Folder of descriptions; see `describing/` for their shape. */
  readonly folder: string;
  /** What was read of it already; absent: it is read here. */
  readonly descriptions?: Descriptions;
  /** Where secrets come from; needed only by descriptions that name one. */
  readonly secrets?: Secrets;
  /** Tokens of people, for systems that are asked as the person. Absent: nobody has one. */
  readonly own?: OwnTokens;
  /** By which a token that was refused is tried last for a while; default: the machine's. */
  readonly clock?: Pick<Clock, 'now'>;
  /** For the pauses between tries; default: the machine's. */
  readonly random?: Pick<Random, 'fraction'>;
  readonly log?: Log;
  readonly metrics?: Metrics;
  /** For `sotto check --live`, which says where a response does not fit; default: nobody sees any. */
  readonly seen?: Seen;
}

export interface RestBackend extends Backend {
  /** By name of the system: 1 where it is left alone just now, 0 where not. */
  leftAlone(): Readonly<Record<string, 0 | 1>>;
}

/** What whoever runs it should look into; the others are the system's word, or said once by its breaker. */
const WORRYING: ReadonlySet<string> = new Set(['unreachable', 'malformed', 'doubt', 'refused']);

const FINE = 1_000_000;
const chance: Pick<Random, 'fraction'> = { fraction: () => randomInt(FINE) / FINE };

/**
 * Refuses with code `settings` where a description is wrong. A system that refuses a token (401) is asked again with another one that
 * the vault accepts: it may have been rotated there sooner or later than here.
 */
export const createRestBackend = (o: RestBackendOptions): RestBackend => {
  const { secrets, own, clock = Date, random = chance, log, metrics } = o;
  const { operations, backends } = o.descriptions ?? readDescriptions(o.folder);
  const systems = new Map(
    [...backends].map(([name, backend]): readonly [string, Behind] => {
      const send = createSend(backend, { clock });
      const signIn = createSignIn({ backend, send, secrets, own, clock, log, metrics });
      const system = createSystem({ backend, signIn, send, clock, log, metrics });
      const { lookup } = backend;
      return [name, { system, lookup: lookup === null ? null : createLookup({ lookup, clock, random }) }];
    }),
  );
  const cache = createCache({ clock });

  /** By what an answer is kept; null: it is not. Of somebody who signed out, or in anew, nothing that they were given before is. */
  const kept = async (described: Described, calling: Parameters<Backend['fetch']>[0]): Promise<string | null> => {
    if (calling.mayCache !== true || described.cacheMs === 0) return null;
    if (described.asPerson !== true) return keyOf(described, calling, null);
    const token = (await own?.of(calling.asker).catch(() => null)) ?? null;
    if (token === null || token.until <= clock.now()) return null;
    return keyOf(described, calling, hash('sha256', token.token, 'base64url'));
  };

  const noted = <T extends { readonly ok: true } | { readonly ok: false; readonly code: string }>(
    { backend }: Described,
    calling: Calling,
    came: T,
  ): T => {
    const code = came.ok ? 'ok' : came.code;
    if (metrics !== undefined) metrics.count('backend_calls', { backend: backend.name, outcome: code });
    const fields = { id: calling.id, name: calling.operation, code };
    if (WORRYING.has(code)) log?.warn('backend.failed', fields);
    else log?.debug?.('backend.called', fields);
    return came;
  };

  return {
    leftAlone: () => Object.fromEntries([...systems].map(([name, { system }]) => [name, system.leftAlone() ? 1 : 0])),
    operation: (name) => {
      const described = operations.get(name);
      return described === undefined ? null : operationOf(described);
    },
    fetch: async (calling) => {
      const described = operations.get(calling.operation);
      const behind = described === undefined ? undefined : systems.get(described.backend.name);
      if (described === undefined || behind === undefined || described.write !== null)
        return { ok: false, code: 'unreachable' };
      const reading = (): Promise<Fetched> => read({ described, behind, calling, random, seen: o.seen });
      const key = await kept(described, calling);
      const fetched =
        key === null
          ? await reading()
          : await cache.get({ key, system: described.backend.name, forMs: described.cacheMs }, reading);
      return noted(described, calling, fetched);
    },
    write: async (writing) => {
      const described = operations.get(writing.operation);
      const behind = described === undefined ? undefined : systems.get(described.backend.name);
      if (described === undefined || behind === undefined || described.write === null)
        return { ok: false, code: 'unreachable' };
      const { again } = described.write;
      const finder = typeof again === 'object' && 'find' in again ? (operations.get(again.find) ?? null) : null;
      const came = await write({ described, finder, behind, calling: writing, random });
      if (came.ok || came.code === 'doubt') cache.forget(described.backend.name);
      return noted(described, writing, came);
    },
  };
};

const operationOf = (described: Described): Operation => {
  const { name, dataClass, list, bySubject, aboutAnybody, slots, goesBy, asPerson, writes, says, holds } = described;
  return {
    name,
    dataClass,
    list,
    bySubject,
    ...(aboutAnybody === undefined ? {} : { aboutAnybody }),
    ...(slots === undefined ? {} : { slots }),
    ...(goesBy === undefined ? {} : { goesBy }),
    ...(asPerson === undefined ? {} : { asPerson }),
    ...(writes === undefined ? {} : { writes }),
    ...(says === undefined ? {} : { says }),
    ...(holds === undefined ? {} : { holds }),
  };
};
