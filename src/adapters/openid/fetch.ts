/** How the provider is called: never over plain http beyond this machine, no redirect, and no more of an answer than is of use. */
import type { CustomFetch } from 'openid-client';
import { SottoError } from '../../core/errors.ts';
import { readBytes } from '../bounded/body.ts';

/** Documents of discovery, keys and answers with tokens are far smaller. Bytes. */
const LARGEST_ANSWER = 512 * 1_024;

/** Each call, s. */
export const CALL_SECONDS = 5;

const LOOPBACK: readonly string[] = ['localhost', '127.0.0.1', '[::1]'];

/** Whether words to this address stay unread on the way: https, or on this machine where the issuer itself is. */
export const isSafeAddress = (address: string, { loopback }: { readonly loopback: boolean }): boolean => {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname, username, password } = new URL(address);
  if (username !== '' || password !== '') return false;
  return protocol === 'https:' || (loopback && protocol === 'http:' && LOOPBACK.includes(hostname));
};

/** Whether the issuer is on this machine, over plain http; only then is anything else. Refuses with code `settings` what is neither this nor https. */
export const isLoopbackIssuer = (issuer: string): boolean => {
  if (isSafeAddress(issuer, { loopback: false })) return false;
  if (isSafeAddress(issuer, { loopback: true })) return true;
  throw new SottoError(
    'settings',
    'OIDC_ISSUER is not https: tokens and the client’s secret could be read on the way. Set it to the https address that your provider names.',
  );
};

export const boundedFetch =
  (o: { readonly loopback: boolean }): CustomFetch =>
  async (address, options) => {
    if (!isSafeAddress(address, o))
      throw new SottoError('sign-in-unavailable', 'The provider names an unsafe address.');
    const { body, ...rest } = options;
    const response = await fetch(address, {
      ...rest,
      ...(body == null ? {} : { body: body as NonNullable<RequestInit['body']> }),
      redirect: 'manual',
    });
    const bytes = await readBytes(response, LARGEST_ANSWER);
    if (bytes === null)
      throw new SottoError('sign-in-unavailable', 'The provider’s answer is larger than any should be.');
    const { status, headers } = response;
    return new Response(bytes.length === 0 ? null : new Uint8Array(bytes), { status, headers });
  };
