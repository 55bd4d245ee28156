import { SottoError } from '../../core/errors.ts';

/** An account's host in Azure's public, US government and Chinese clouds. */
const HOSTS = /^[a-z0-9]{3,24}\.blob\.core\.(?:windows\.net|usgovcloudapi\.net|chinacloudapi\.cn)$/;

const LOOPBACK: readonly string[] = ['localhost', '127.0.0.1', '[::1]'];

const CONTAINER = /^(?=.{3,63}$)[a-z0-9]+(?:-[a-z0-9]+)*$/;
const ACCOUNT = /^[a-z0-9]{3,24}$/;

export interface BlobAddress {
  /** The container's, without a slash at its end, a key or anything else behind it. */
  readonly url: string;
  /** For sentences and `az`. */
  readonly account: string;
  readonly container: string;
  readonly host: string;
}

/**
 * The parts of a container's address, or a refusal with code `settings`: https only, a host of Azure's or, for a stand-in, one on this
 * machine with the account in its path; nothing behind the container, for a key there would go into every sentence.
 */
export const blobAddress = (o: { readonly url: string; readonly unsafeStandIn: boolean }): BlobAddress => {
  const url = URL.canParse(o.url) ? new URL(o.url) : null;
  if (url?.protocol === 'https:' && url.username + url.password + url.search + url.hash === '') {
    const [, ...path] = url.pathname.split('/');
    const account = o.unsafeStandIn ? path.shift() : url.hostname.split('.', 1)[0];
    const [container = '', ...rest] = path;
    const allowed = o.unsafeStandIn ? LOOPBACK.includes(url.hostname) : HOSTS.test(url.hostname);
    if (allowed && rest.length === 0 && CONTAINER.test(container) && account !== undefined && ACCOUNT.test(account))
      return { url: url.href, account, container, host: url.host };
  }
  throw new SottoError(
    'settings',
    o.unsafeStandIn
      ? 'The stand-in for Blob Storage is not at https on this machine. Name it as https://127.0.0.1:PORT/ACCOUNT/CONTAINER.'
      : 'The place of backups is no container of Azure Blob Storage, and backups go to no other host. Name it as https://ACCOUNT.blob.core.windows.net/CONTAINER, without anything behind it.',
  );
};
