/** Where the bot's bearer token may go. It goes to whatever address an activity or a stored reference names, so that is checked. */
import { SottoError } from '../../core/errors.ts';

/** Hosts of the Bot Framework and of Teams' own services (Teams facts, section 5). Graph takes other tokens and is not among them. */
const EXACT: ReadonlySet<string> = new Set([
  'botframework.com',
  'smba.trafficmanager.net',
  'teams.microsoft.com',
  'teams.microsoft.us',
]);

/** Zones that belong to Microsoft alone. `trafficmanager.net` does not: anybody may have a name in it. */
const ZONES: readonly string[] = ['.botframework.com', '.teams.microsoft.com', '.teams.microsoft.us'];

const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]']);

const LONGEST_ADDRESS = 4_000;

/** Tells whether an address may be called. */
export type MayCall = (address: string) => boolean;

/**
 * https only, on its usual port, without a name or password in it, and to a listed host (Teams requirement 8). `unsafeServiceHosts`:
 * further hosts (`host` or `host:port`) for stand-ins; on loopback they may be http.
 */
export const allowedHosts = (unsafeServiceHosts: readonly string[]): MayCall => {
  const further: ReadonlySet<string> = new Set(unsafeServiceHosts.map((host) => host.toLowerCase()));
  return (address) => {
    if (address.length > LONGEST_ADDRESS || !URL.canParse(address)) return false;
    const { protocol, hostname, host, port, username, password } = new URL(address);
    if (username !== '' || password !== '') return false;
    if (further.has(host) || further.has(hostname)) {
      return protocol === 'https:' || (protocol === 'http:' && LOOPBACK.has(hostname));
    }
    if (protocol !== 'https:' || port !== '') return false;
    return EXACT.has(hostname) || ZONES.some((zone) => hostname.endsWith(zone));
  };
};

/** Where the keys may be read from by which requests are proved: Microsoft's, or, between stand-ins, this machine. */
export const keyHosts = (o: { readonly unsafeStandIn: boolean }): MayCall =>
  o.unsafeStandIn ? isLoopbackUrl : allowedHosts([]);

/** True for an http or https address on this machine. */
export const isLoopbackUrl = (url: string): boolean => {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  return parsed !== null && /^https?:$/.test(parsed.protocol) && LOOPBACK.has(parsed.hostname);
};

/** Addresses for stand-ins decide what is believed, so they may only be on this machine. Refuses with code `settings`. */
export const checkedLoopback = (name: string, url: string): string => {
  if (isLoopbackUrl(url)) return url;
  throw new SottoError(
    'settings',
    `The ${name} is "${url}". Whoever answers there decides what Sotto believes, so it may only be on this machine, for stand-ins. Leave it out to talk to Microsoft.`,
  );
};
