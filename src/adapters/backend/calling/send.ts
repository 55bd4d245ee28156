/**
 * Sends one request to a system: only to its hosts and to addresses where it may be, without following a redirect, and reading no more
 * than its bounds. What for sure never left is told from what may have arrived: a write rests on it.
 */
import type { Clock } from '../../../core/ports.ts';
import type { DescribedBackend } from '../described.ts';
import { mayCall } from './addresses.ts';
import { type Connections, createConnections, type LookUp, REFUSED_ADDRESS } from './connections.ts';
import { exchange } from './exchange.ts';
import type { Send } from './types.ts';

/** For one system. */
export const createSend = (
  backend: Pick<DescribedBackend, 'baseUrl' | 'hosts' | 'network' | 'timeoutMs' | 'limits'>,
  o: {
    /** Default: as this machine looks names up. */
    readonly lookUp?: LookUp;
    readonly clock?: Pick<Clock, 'now'>;
  } = {},
): Send => {
  const connections: Connections = createConnections({ backend, lookUp: o.lookUp });
  const clock = o.clock ?? { now: () => Date.now() };
  return async (request, { signal, certificate }) => {
    if (signal.aborted) return { how: 'not-sent', code: 'deadline' };
    const url = URL.parse(request.url);
    if (url === null || !mayCall(url, backend)) return { how: 'not-sent', code: REFUSED_ADDRESS };
    // A read may be asked again where a kept connection was closed at that moment; anything else gets one of its own.
    const agent = connections.of({ certificate, fresh: request.method !== 'GET' });
    return exchange({ agent, request, url, signal, mostBytes: backend.limits.bytes, clock });
  };
};
