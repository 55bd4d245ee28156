/** Who sent a request, as far as a server can tell. */
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import type { HttpRequest } from '../../core/ports.ts';

/** What people reach first: our own TLS, a proxy that ends it, or neither, which is for this machine alone. */
export type Front = 'tls' | 'proxy' | 'plain';

/**
 * Behind a proxy the last of `x-forwarded-for`, which is what the proxy itself saw: whatever stands before it, anybody may have written. And
 * over https only where it says so; of several that say so, the last one.
 */
export const callerOf = (
  { headers, socket }: Pick<IncomingMessage, 'headers' | 'socket'>,
  front: Front,
): NonNullable<HttpRequest['caller']> => {
  const own = plainAddress(socket.remoteAddress ?? '');
  if (front !== 'proxy') return { address: own, secure: front === 'tls' || isLoopback(own) };
  return {
    address: plainAddress(lastOf(headers['x-forwarded-for'])),
    secure: lastOf(headers['x-forwarded-proto']).toLowerCase() === 'https',
  };
};

/** A header that came twice is one list (RFC 9110, 5.2). */
const lastOf = (value: string | readonly string[] | undefined): string =>
  (typeof value === 'string' ? value : (value ?? []).join(',')).split(',').at(-1)?.trim() ?? '';

/** Proxies write ports behind addresses, and Node writes those of IPv4 as IPv6. Empty: it is none. */
const plainAddress = (written: string): string => {
  const [, bracketed] = /^\[([^\]]+)\](?::[0-9]{1,5})?$/.exec(written) ?? [];
  const [, ported] = /^([0-9.]+):[0-9]{1,5}$/.exec(written) ?? [];
  const bare = (bracketed ?? ported ?? written).split('%', 1)[0] ?? '';
  const [, mapped] = /^::ffff:([0-9.]+)$/i.exec(bare) ?? [];
  const address = mapped ?? bare;
  return isIP(address) === 0 ? '' : address;
};

const isLoopback = (address: string): boolean => address === '::1' || address.startsWith('127.');
