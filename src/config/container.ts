/** The address of a container of Azure Blob Storage, wherever a setting names one. */
import { isLoopback, type Reading, shown } from './findings.ts';

/** An account's host in Azure's public, US government and Chinese clouds. */
const BLOB_HOST = /^[a-z0-9]{3,24}\.blob\.core\.(?:windows\.net|usgovcloudapi\.net|chinacloudapi\.cn)$/;

/** Azure's rule for names of containers: single dashes between letters and digits. */
const CONTAINER = /^(?=.{3,63}$)[a-z0-9]+(?:-[a-z0-9]+)*$/;

/** The stand-in's account, which azurite names in the path. */
const ACCOUNT = /^[a-z0-9]{3,24}$/;

export interface ContainerConfig {
  /** The container's address, without a key. */
  readonly url: string;
  /** It is on this machine. */
  readonly unsafeStandIn: boolean;
}

/** Null: it is no such address. `found`: it is one that may not be, and why was noted. */
export const readContainer = (
  reading: Reading,
  { setting, value }: { readonly setting: string; readonly value: string },
): ContainerConfig | null | 'found' => {
  const url = URL.canParse(value) ? new URL(value) : null;
  if (url === null) return null;
  const path = url.pathname.replace(/\/$/, '').split('/').slice(1);
  const bare = url.protocol === 'https:' && url.username + url.password + url.search + url.hash === '';
  if (url.search !== '' || /sig=|accountkey=/i.test(value)) {
    reading.find(
      `${setting} has an address at ${shown(url.host)} with something behind the container. A key or a signature there would be a secret in the environment, where other processes can read it: leave it away, and give Sotto's identity a role on the container.`,
    );
    return 'found';
  }
  const [first = '', second = '', ...rest] = path;
  if (bare && BLOB_HOST.test(url.host) && CONTAINER.test(first) && path.length === 1)
    return Object.freeze({ url: `https://${url.host}/${first}`, unsafeStandIn: false });
  if (bare && isLoopback(value, ['https:']) && ACCOUNT.test(first) && CONTAINER.test(second) && rest.length === 0) {
    if (reading.optional('AZURE_AUTHORITY_HOST') === null)
      reading.find(
        `${setting} has a stand-in, and AZURE_AUTHORITY_HOST is not set: a token of the real Entra would be sent to it. Set both or neither.`,
      );
    return Object.freeze({ url: `https://${url.host}/${first}/${second}`, unsafeStandIn: true });
  }
  return null;
};
