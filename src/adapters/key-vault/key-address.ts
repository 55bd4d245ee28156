/** Where a key of Key Vault is, and how a data key looks that it wrapped. */
import { SottoError } from '../../core/errors.ts';
import { vaultAddress } from './address.ts';

/** Key Vault's names of keys. */
const KEY_PATH = /^\/keys\/([A-Za-z0-9-]{1,127})$/;

/** A version is 32 hex digits. */
const VERSION = /^[0-9a-f]{32}$/;

export interface KeyAddress {
  /** Of the vault, without anything behind the host. */
  readonly vault: URL;
  readonly name: string;
}

/** Refuses with `settings` what is not `https://NAME.vault.azure.net/keys/KEY`; a stand-in's is at https on this machine. */
export const keyAddress = (o: { readonly url: string; readonly unsafeStandIn: boolean }): KeyAddress => {
  const url = URL.canParse(o.url) ? new URL(o.url) : null;
  const name = KEY_PATH.exec(url?.pathname ?? '')?.[1];
  if (url === null || name === undefined || url.search !== '' || url.hash !== '') {
    throw new SottoError(
      'settings',
      'The address of the key that wraps the data key is not one of Key Vault. Name it as https://NAME.vault.azure.net/keys/KEY, without a version.',
    );
  }
  // A name or password before the host is none of an origin's, so that it is looked for here.
  const before = url.username + url.password === '' ? url.origin : url.href;
  return { vault: vaultAddress({ url: before, unsafeStandIn: o.unsafeStandIn }), name };
};

/** What it begins with. `v1`: wrapped by RSA-OAEP-256. */
const PREFIX = 'wrapped.v1.';

/** RSA of at most 4096 bits. */
const MOST_BYTES = 512;

export interface WrappedKey {
  readonly version: string;
  readonly bytes: Uint8Array;
}

export const isWrapped = (text: string): boolean => text.startsWith('wrapped.');

export const writeWrapped = ({ vault, name }: KeyAddress, { version, bytes }: WrappedKey): string =>
  `${PREFIX}${vault.origin}/keys/${name}/${version}.${Buffer.from(bytes).toString('base64url')}`;

/** Refuses with `settings` what is malformed, or was wrapped by another key than this. */
export const readWrapped = (address: KeyAddress, text: string): WrappedKey => {
  const dot = text.lastIndexOf('.');
  const [id, body] = [text.slice(PREFIX.length, dot), text.slice(dot + 1)];
  const bytes = Buffer.from(body, 'base64url');
  const [version = '', ...path] = id.split('/').toReversed();
  const right = bytes.length > 0 && bytes.length <= MOST_BYTES && bytes.toString('base64url') === body;
  if (!text.startsWith(PREFIX) || dot < PREFIX.length || !right || !VERSION.test(version)) {
    throw new SottoError(
      'settings',
      'The secret "data-key" begins like a wrapped key and is none: part of it is missing or was changed. Make one with "sotto data-key new --wrap KEYURL" and put it in the vault as it is printed.',
    );
  }
  const key = path.toReversed().join('/');
  const { vault, name } = address;
  if (key.toLowerCase() !== `${vault.origin}/keys/${name}`.toLowerCase()) {
    throw new SottoError(
      'settings',
      `The secret "data-key" was wrapped by another key than ${vault.origin}/keys/${name}, which SOTTO_DATA_KEY_WRAPPED_BY names, so it was not sent there. Set that to the key it was wrapped by: what lies in the store was sealed under it, and a data key that another key wraps opens none of that. To be rid of a wrapping key, make a new version of it.`,
    );
  }
  return { version, bytes };
};
