/** How what is on its way is kept from others: TLS of our own or a proxy's, and nothing that takes it away from Node. */
import { LOOPBACK, type Reading } from './findings.ts';
import { readPublicUrl } from './public-url.ts';

export interface TransitConfig {
  /** The certificate and key that the main listener shows; null: it speaks plain http. */
  readonly tls: { readonly certFile: string; readonly keyFile: string } | null;
  readonly behindProxy: boolean;
  /** Where people and platforms find Sotto, without a slash at its end; null: it was not said. */
  readonly publicUrl: string | null;
}

export const readTransit = (reading: Reading): TransitConfig => {
  const { optional, find } = reading;
  const proxy = optional('SOTTO_BEHIND_PROXY') ?? 'no';
  if (proxy !== 'yes' && proxy !== 'no')
    find(
      `SOTTO_BEHIND_PROXY is "${proxy.slice(0, 40)}". Whether TLS ends in front would not be known: it is "yes" where a proxy does that, or is not set.`,
    );
  const [certFile, keyFile] = [optional('SOTTO_TLS_CERT'), optional('SOTTO_TLS_KEY')];
  if ((certFile === null) !== (keyFile === null))
    find(
      `${certFile === null ? 'SOTTO_TLS_CERT' : 'SOTTO_TLS_KEY'} is missing: a certificate and its key go together. Set it to the file of the ${certFile === null ? 'certificate' : 'key'} (PEM), or unset the other.`,
    );
  return Object.freeze({
    tls: certFile === null || keyFile === null ? null : Object.freeze({ certFile, keyFile }),
    behindProxy: proxy === 'yes',
    publicUrl: readPublicUrl(reading),
  });
};

/** Plain http stays on this machine, unless TLS ends somewhere in front. */
export const checkListening = (reading: Reading, host: string): void => {
  const { tls, behindProxy } = readTransit({ ...reading, find: () => '' });
  if (LOOPBACK.includes(host) || tls !== null || behindProxy) return;
  reading.find(
    `SOTTO_HOST is "${host}", beyond this machine, where plain http could be read on the way. ` +
      'Give it a certificate (SOTTO_TLS_CERT and SOTTO_TLS_KEY), or put a proxy that ends TLS in front and set SOTTO_BEHIND_PROXY=yes, or listen on 127.0.0.1.',
  );
};

/** Options of Node that would take the safety out of every connection of this process, or write its keys down. */
const WEAKENING: readonly (readonly [option: RegExp, what: string])[] = [
  [/^--tls-min-v1\.[01]$/, 'would speak versions of TLS that can be broken'],
  [/^--tls-max-v1\.[01]$/, 'would speak versions of TLS that can be broken'],
  [/^--tls-cipher-list(?:=|$)/, 'would choose the ciphers of TLS anew'],
  [/^--tls-keylog(?:=|$)/, 'would write the keys of all connections into a file'],
  [/^--insecure-http-parser$/, 'would let requests through that a proxy and Sotto read differently'],
];

/** `execArgv`: the options that Node was started with. */
export const checkNode = ({ env, find }: Reading, execArgv: readonly string[]): void => {
  if (env['NODE_TLS_REJECT_UNAUTHORIZED'] === '0')
    find(
      'NODE_TLS_REJECT_UNAUTHORIZED is 0, so anybody could pass for Slack, Teams, the vault or your HR system. Unset it; where your company has an authority of its own, name its certificate in NODE_EXTRA_CA_CERTS.',
    );
  const options = [...(env['NODE_OPTIONS'] ?? '').split(/\s+/), ...execArgv];
  for (const [option, what] of WEAKENING) {
    const found = options.find((one) => option.test(one));
    if (found !== undefined)
      find(`Node was started with ${found.replace(/=.*$/, '')}, which ${what}. Start it without (NODE_OPTIONS).`);
  }
};
