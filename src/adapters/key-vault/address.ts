import { SottoError } from '../../core/errors.ts';

/** Hosts of Key Vault in Azure's public, US government and Chinese clouds. */
const HOSTS = /^[a-z][a-z0-9-]{1,22}[a-z0-9]\.vault\.(?:azure\.net|usgovcloudapi\.net|azure\.cn)$/;

const LOOPBACK: readonly string[] = ['localhost', '127.0.0.1', '[::1]'];

/**
 * The vault's address without anything behind the host, or a refusal with code `settings` (Key Vault requirement 1): https
 * only, and a host of Azure's, or for a stand-in one on this machine. Never both: the challenge is checked exactly where
 * the host is Azure's.
 */
export const vaultAddress = (o: { readonly url: string; readonly unsafeStandIn: boolean }): URL => {
  const url = URL.canParse(o.url) ? new URL(o.url) : null;
  const bare =
    url !== null && url.pathname === '/' && url.search === '' && url.hash === '' && url.username + url.password === '';
  const host = url?.hostname ?? '';
  const allowed = o.unsafeStandIn ? LOOPBACK.includes(host) : HOSTS.test(host);
  if (url?.protocol === 'https:' && bare && allowed) return url;
  throw new SottoError(
    'settings',
    o.unsafeStandIn
      ? 'The stand-in for the vault is not at https on this machine. Name it as https://localhost:PORT.'
      : 'The vault’s address is not one of Azure Key Vault, and secrets are asked of nobody else. Name it as https://NAME.vault.azure.net, without anything behind it.',
  );
};

/** What the vault is called in sentences and in `az`. */
export const vaultName = (url: URL): string => url.hostname.split('.', 1).join('');
