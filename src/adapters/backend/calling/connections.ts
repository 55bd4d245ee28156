/** Connections to one system: TLS as the house speaks it, http/1.1, and only to addresses where the system may be. */
import { lookup as ask } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';
import { Agent, buildConnector } from 'undici';
import { CLIENT_TLS } from '../../bounded/suites.ts';
import type { DescribedBackend } from '../described.ts';
import { mayLieAt } from './addresses.ts';
import type { ClientCertificate } from './types.ts';

/** Of all headers of a response, bytes. */
const MOST_HEADER_BYTES = 16 * 1024;

/** How long a connection is kept that nobody uses, ms; also where the system would keep it longer. */
const IDLE_MS = 4_000;
const MOST_IDLE_MS = 30_000;

/** A certificate in use, and the one before. */
const MOST_CERTIFICATES = 2;

export interface LookedUp {
  readonly address: string;
  readonly family: number;
}

/** All addresses of a name. */
export type LookUp = (name: string) => Promise<readonly LookedUp[]>;

const machines: LookUp = (name) => ask(name, { all: true });

/** A name led to an address where the system may not be: nothing was sent. */
export const REFUSED_ADDRESS = 'address-refused';

const refusedAddress = (): NodeJS.ErrnoException =>
  Object.assign(new Error('An address where the system may not be.'), { code: REFUSED_ADDRESS });

/**
 * One bad address among several refuses all of them: a zone that mixes them is not to be trusted with the others. A name is asked for
 * once at a time, for each look-up holds one of the few threads that this process has for names and files.
 */
const guardedLookup = (lookUp: LookUp, fits: (address: string) => boolean): LookupFunction => {
  const under = new Map<string, Promise<readonly LookedUp[]>>();
  const once = (name: string): Promise<readonly LookedUp[]> => {
    const begun = under.get(name) ?? lookUp(name).finally(() => under.delete(name));
    under.set(name, begun);
    return begun;
  };
  return (name, options, callback) => {
    const wanted = options.family === 'IPv4' ? 4 : options.family === 'IPv6' ? 6 : (options.family ?? 0);
    once(name).then(
      (found) => {
        if (!found.every(({ address }) => fits(address))) return callback(refusedAddress(), '');
        const fitting = found.filter(({ family }) => wanted === 0 || family === wanted);
        const [first] = fitting;
        if (first === undefined) return callback(Object.assign(new Error('No address.'), { code: 'ENOTFOUND' }), '');
        return options.all === true
          ? callback(
              null,
              fitting.map((each) => ({ ...each })),
            )
          : callback(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => callback(error, ''),
    );
  };
};

export interface Connections {
  /**
   * `fresh`: on a connection that is made for it alone. One that was kept may be closed by the other side at the very moment it is used,
   * and then nobody knows whether the request was read.
   */
  of(o: { readonly certificate: ClientCertificate | null; readonly fresh: boolean }): Agent;
}

export const createConnections = (o: {
  readonly backend: Pick<DescribedBackend, 'baseUrl' | 'hosts' | 'network' | 'timeoutMs' | 'limits'>;
  readonly lookUp?: LookUp | undefined;
}): Connections => {
  const { backend, lookUp = machines } = o;
  const lookup = guardedLookup(lookUp, (address) => mayLieAt(address, backend));
  /** By certificate, the newest last. */
  const kept = new Map<string, readonly [kept: Agent, fresh: Agent]>();

  const agent = (certificate: ClientCertificate | null, fresh: boolean): Agent =>
    new Agent({
      allowH2: false,
      connections: backend.limits.concurrent,
      pipelining: fresh ? 0 : 1,
      maxHeaderSize: MOST_HEADER_BYTES,
      headersTimeout: backend.timeoutMs,
      bodyTimeout: backend.timeoutMs,
      keepAliveTimeout: IDLE_MS,
      keepAliveMaxTimeout: MOST_IDLE_MS,
      connect: buildConnector({
        ...CLIENT_TLS,
        allowH2: false,
        // What is asked again where the connection is never made still has the other half of the time.
        timeout: Math.ceil(backend.timeoutMs / 2),
        lookup,
        ...(certificate === null ? {} : { cert: certificate.certificate, key: certificate.key }),
        ...(certificate === null || certificate.ca === null ? {} : { ca: certificate.ca }),
      }),
    });

  return {
    of: ({ certificate, fresh }) => {
      const id = certificate?.id ?? '';
      const both = kept.get(id) ?? ([agent(certificate, false), agent(certificate, true)] as const);
      kept.delete(id);
      kept.set(id, both);
      for (const [old, agents] of kept) {
        if (kept.size <= MOST_CERTIFICATES) break;
        kept.delete(old);
        // What is under way on them ends by itself.
        for (const each of agents) void each.close().catch(() => undefined);
      }
      return fresh ? both[1] : both[0];
    },
  };
};
