/** Turns the failures of Redis and of the way there into the house's code, once, at the edge. */
import { isNativeError } from 'node:util/types';
import { SottoError } from '../../core/errors.ts';

/**
 * What a failure may say of itself: the first word of an answer (`OOM`, `READONLY`), or the system's code. Never its whole text nor its
 * command, which would hold ids, sealed words or the password (ioredis puts the arguments of a failed command into its error).
 */
const codeWord = (error: unknown): string => {
  if (!isNativeError(error)) return 'UNKNOWN';
  if ('code' in error && typeof error.code === 'string' && /^[A-Z][A-Z0-9_]{1,40}$/.test(error.code)) return error.code;
  if (error.message === 'Command timed out' || error.message.startsWith('Socket timeout')) return 'TIMEOUT';
  if (error.name === 'ReplyError') return /^[A-Z]{2,20}(?= |$)/.exec(error.message)?.[0] ?? 'ERR';
  return 'DISCONNECTED';
};

const UNTRUSTED =
  'The certificate of Redis comes from no authority that is trusted here, so nothing was sent. Name that authority’s certificate in SOTTO_REDIS_CA.';
const NO_TLS =
  'What answers there does not speak TLS as it should, so nothing was sent. See that SOTTO_STORE names the port of Redis where tls-port is, and not its plain one.';
const UNPROVED =
  'Redis asks for a certificate of ours, or did not take the one it got. Set SOTTO_REDIS_CERT and SOTTO_REDIS_KEY to one that it trusts.';

const MEANINGS: Readonly<Record<string, string>> = {
  TIMEOUT: 'Redis did not answer in time, so it may or may not have happened.',
  DISCONNECTED: 'The connection to Redis is lost, so it may or may not have happened. It is being set up again.',
  ETIMEDOUT:
    'Redis did not answer in time. See that it runs and can be reached, and that its port speaks what SOTTO_STORE says: TLS with rediss://, none with redis://.',
  READONLY: 'That Redis is a replica and takes no changes. Name the primary in SOTTO_STORE.',
  LOADING: 'Redis is still loading its data.',
  OOM: 'Redis is at its maxmemory. Nothing was changed. Give it more memory.',
  MOVED: 'That Redis is one node of a cluster of several. Name one that holds everything in SOTTO_STORE.',
  WRONGPASS: 'Redis refused the password. Compare it with the one in the vault.',
  NOAUTH: 'Redis asks for a password and none is set.',
  NOPERM: 'Redis does not permit that to this user. Look at its ACL.',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNTRUSTED,
  DEPTH_ZERO_SELF_SIGNED_CERT: UNTRUSTED,
  SELF_SIGNED_CERT_IN_CHAIN: UNTRUSTED,
  CERT_SIGNATURE_FAILURE: UNTRUSTED,
  ERR_TLS_CERT_ALTNAME_INVALID:
    'The certificate of Redis is for another name, so nothing was sent. Write the name that is in it into SOTTO_STORE, or into SOTTO_REDIS_NAME.',
  CERT_HAS_EXPIRED: 'The certificate of Redis has ended, so nothing was sent. Have it renewed.',
  CERT_NOT_YET_VALID:
    'The certificate of Redis does not count yet, so nothing was sent. Look at the clocks of both machines.',
  ERR_SSL_WRONG_VERSION_NUMBER: NO_TLS,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: NO_TLS,
  ERR_SSL_UNSUPPORTED_PROTOCOL: NO_TLS,
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: NO_TLS,
  ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE: NO_TLS,
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: UNPROVED,
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: UNPROVED,
  WRONGTYPE: 'Another program uses the same keys. Give Sotto a Redis, or a prefix, of its own.',
};

/** The code word of a failure as an error without anything else in it. */
const bare = (error: unknown): Error => {
  const code = codeWord(error);
  return Object.assign(new Error(`Redis: ${code}`), { code });
};

/** `what` completes the sentence "The store could not …". An error of ours stays what it is. */
export const unavailable = (what: string, cause: unknown): SottoError => {
  if (cause instanceof SottoError) return cause;
  const code = codeWord(cause);
  const meaning = MEANINGS[code] ?? `Redis or the way there failed (${code}). See that it runs and can be reached.`;
  return new SottoError('store-unavailable', `The store could not ${what}. ${meaning}`, { cause: bare(cause) });
};

export const codeOfFailure = codeWord;

export const isNoScript = (error: unknown): boolean =>
  isNativeError(error) && error.name === 'ReplyError' && error.message.startsWith('NOSCRIPT');

export const shut = (): SottoError =>
  new SottoError('store-unavailable', 'The store is closed. Nothing was changed. The program is stopping.');

export const busy = (): SottoError =>
  new SottoError('store-unavailable', 'The store has too much to do at once. Nothing was changed. Try again shortly.');

export const full = (most: number): SottoError =>
  new SottoError(
    'store-unavailable',
    `${most} questions wait already beside this one, so no more are taken. See why none is answered: the backend, the platform or the directory may be away.`,
  );
