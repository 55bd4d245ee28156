/** The header that carries the key of a write: where anything else stood in it, a write that is tried again would be done twice. */
import type { BackendShape } from './backend.ts';
import type { OperationShape } from './operation.ts';

/** Sotto says other things in them, or the connection does. */
const OTHERS =
  /^(?:authorization|accept|accept-encoding|content-.*|user-agent|x-request-id|proxy-.*|host|connection|keep-alive|transfer-encoding|te|trailer|upgrade|expect|cookie|date|forwarded|x-forwarded-.*)$/;

const SIGNED: readonly string[] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'];

/** Why the header cannot carry it, as what completes "PLACE …"; null: it can, or there is none. */
export const faultOfKeyHeader = (
  { write, headers }: Pick<OperationShape, 'write' | 'headers'>,
  { signIn }: Pick<BackendShape, 'signIn'>,
): string | null => {
  const again = write?.again;
  if (typeof again !== 'object' || !('header' in again)) return null;
  const name = again.header.toLowerCase();
  if (OTHERS.test(name)) return `is ${again.header}, which says something else. Take a header of its own`;
  if (signIn?.apiKey?.header.toLowerCase() === name)
    return `is ${again.header}, in which the key of signIn.apiKey stands. Take a header of its own`;
  if (signIn?.hmac !== undefined && SIGNED.includes(name))
    return `is ${again.header}, in which the signature of signIn.hmac stands. Take a header of its own`;
  return Object.keys(headers).some((other) => other.toLowerCase() === name)
    ? `is ${again.header}, which stands among headers as well. Keep one of them`
    : null;
};
