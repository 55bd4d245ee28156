/**
 * Which addresses a system may be at. A name is decided by whoever runs its zone, and may lead anywhere a minute later: so what it leads
 * to is looked at whenever a connection is made (OWASP API7:2023, server side request forgery).
 */
import { BlockList, isIP } from 'node:net';
import type { DescribedBackend } from '../described.ts';
import { isHere } from '../describing/texts.ts';

const listOf = (...all: readonly (readonly [string, number])[]): BlockList => {
  const list = new BlockList();
  for (const [net, prefix] of all) list.addSubnet(net, prefix, isIP(net) === 6 ? 'ipv6' : 'ipv4');
  return list;
};

const LOOPBACK = listOf(['127.0.0.0', 8], ['::1', 128]);

/** Private use (RFC 1918, RFC 4193) and what providers share out among customers (RFC 6598). */
const PRIVATE = listOf(['10.0.0.0', 8], ['172.16.0.0', 12], ['192.168.0.0', 16], ['100.64.0.0', 10], ['fc00::', 7]);

/** Where clouds hand their machines credentials, beyond the link-local addresses: of AWS, Alibaba, Azure and Oracle. */
const METADATA = listOf(
  ['fd00:ec2::254', 128],
  ['fd20:ce::254', 128],
  ['100.100.100.200', 32],
  ['168.63.129.16', 32],
  ['192.0.0.192', 32],
);

/**
 * Nobody's that could be a system: this network, link-local, multicast, documentation, benchmarks, reserved (RFC 6890 and IANA's
 * registries of special purpose addresses).
 */
const NEVER = listOf(
  ['0.0.0.0', 8],
  ['169.254.0.0', 16],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
);

/** All that is routed between networks (RFC 4291); whatever of IPv6 lies outside of it is not. */
const GLOBAL6 = listOf(['2000::', 3]);

/** Within it: Teredo, benchmarks, ORCHID and others of IETF's own, documentation, and 6to4, which leads to any address of IPv4. */
const NEVER6 = listOf(['2001::', 23], ['2001:db8::', 32], ['2002::', 16], ['3fff::', 20]);

/** An address of IPv4 written as one of IPv6 (RFC 4291, 2.5.5.2), and the well-known prefix that leads to one (RFC 6052). */
const CARRIES4 = listOf(['::ffff:0:0', 96], ['64:ff9b::', 96]);

const within = (list: BlockList, address: string): boolean =>
  list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');

/** The last 32 bits, as IPv4 writes them. */
const carried = (address: string): string | null => {
  // Node writes any address of IPv6 in its one short form.
  const host = URL.parse(`http://[${address}]/`)?.hostname.slice(1, -1) ?? '';
  const [high, low] = host.split(':').slice(-2);
  if (high === undefined || low === undefined) return null;
  const bits = [high, low].map((part) => (part === '' ? 0 : Number.parseInt(part, 16)));
  return bits.every((each) => Number.isInteger(each))
    ? bits.flatMap((each) => [each >> 8, each & 0xff]).join('.')
    : null;
};

export type Lies = 'public' | 'private' | 'loopback' | 'never';

/** Where an address lies; `never`: nothing is ever called there. */
export const liesIn = (address: string): Lies => {
  const version = isIP(address);
  // A zone (fe80::1%eth0) is of a link, and no list could hold it.
  if (version === 0 || address.includes('%')) return 'never';
  if (version === 6 && within(CARRIES4, address)) {
    const inner = carried(address);
    return inner === null ? 'never' : liesIn(inner);
  }
  if (within(LOOPBACK, address)) return 'loopback';
  if (within(METADATA, address)) return 'never';
  if (within(PRIVATE, address)) return 'private';
  if (version === 4) return within(NEVER, address) ? 'never' : 'public';
  return within(GLOBAL6, address) && !within(NEVER6, address) ? 'public' : 'never';
};

type Where = Pick<DescribedBackend, 'baseUrl' | 'hosts' | 'network'>;

/** Whether a system that is described so may be at this address. */
export const mayLieAt = (address: string, { baseUrl, network }: Where): boolean => {
  const lies = liesIn(address);
  // What is said to be on this machine is nowhere else: it is spoken to in the clear.
  if (isHere(baseUrl)) return lies === 'loopback';
  return lies === 'public' || (lies === 'private' && network === 'private');
};

/** Whether this address is one of the system's: by https and a host of its list, or on this machine where the system is. */
export const mayCall = (url: URL, where: Where): boolean => {
  if (url.username !== '' || url.password !== '') return false;
  if (isHere(where.baseUrl) && isHere(url.href)) return url.protocol === 'https:' || url.protocol === 'http:';
  if (url.protocol !== 'https:' || !where.hosts.includes(url.hostname)) return false;
  const literal = url.hostname.startsWith('[') ? url.hostname.slice(1, -1) : url.hostname;
  return isIP(literal) === 0 || mayLieAt(literal, where);
};
