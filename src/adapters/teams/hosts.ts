/** Whom the bot's token may ever be sent to (Teams facts, section 5). */
import { SottoError } from '../../core/errors.ts';

const LOOPBACK: readonly string[] = ['127.0.0.1', 'localhost', '[::1]'];

/** Domains of the Bot Connector, themselves and what is below them. */
const DOMAINS: readonly string[] = ['botframework.com', 'teams.microsoft.com', 'teams.microsoft.us'];

/** One host among many that anybody can rent. */
const CONNECTOR = 'smba.trafficmanager.net';

const LONGEST_URL = 512;

/** True for an http or https address on this machine. */
export const isLoopbackUrl = (url: string): boolean => {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  return parsed !== null && /^https?:$/.test(parsed.protocol) && LOOPBACK.includes(parsed.hostname);
};

/**
 * Whether a service address may be kept and called. `further`: hosts beyond Microsoft's, with their port where they have
 * one; those on this machine may be plain http, for stand-ins.
 */
export const serviceUrls = (further: readonly string[]): ((url: string) => boolean) => {
  const listed: ReadonlySet<string> = new Set(further.map((host) => host.trim().toLowerCase()));
  return (url) => {
    if (url.length > LONGEST_URL || !URL.canParse(url)) return false;
    const { protocol, hostname, host, username, password } = new URL(url);
    if (username !== '' || password !== '') return false;
    if (listed.has(host) || listed.has(hostname)) return protocol === 'https:' || isLoopbackUrl(url);
    if (protocol !== 'https:' || host !== hostname) return false;
    return hostname === CONNECTOR || DOMAINS.some((domain) => hostname === domain || hostname.endsWith(`.${domain}`));
  };
};

/** Addresses for stand-ins decide what is believed, so they may only be on this machine. Refuses with code `settings`. */
export const checkedLoopback = (name: string, url: string): string => {
  if (isLoopbackUrl(url)) return url;
  throw new SottoError(
    'settings',
    `The ${name} is "${url}". Whoever answers there decides what Sotto believes, so it may only be on this machine, for stand-ins. Leave it out to talk to Microsoft.`,
  );
};
