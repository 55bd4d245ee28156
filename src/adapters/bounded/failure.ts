/**
 * Why a fetch failed, as one code for logs and metrics: its text may hold an address or a header. `timeout`: the deadline of
 * an `AbortSignal`. Node hides the system's code in the cause, or in the first of several causes, where it tried several
 * addresses. `unexpected`: it says nothing. An error of the house keeps its own code.
 */
export const codeOfFetch = (error: unknown): string => {
  if (fieldOf(error, 'name') === 'TimeoutError') return 'timeout';
  const cause = fieldOf(error, 'cause');
  const several = fieldOf(cause, 'errors');
  const first: unknown = Array.isArray(several) ? several[0] : undefined;
  const code = [error, cause, first].map((from) => fieldOf(from, 'code')).find((found) => typeof found === 'string');
  return typeof code === 'string' ? code : 'unexpected';
};

/** Whether for sure nothing arrived there: the connection was never made, or its certificate never trusted. */
export const nothingSent = (code: string): boolean => NOT_SENT.has(code);

const NOT_SENT: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

const fieldOf = (from: unknown, key: string): unknown =>
  typeof from === 'object' && from !== null ? Reflect.get(from, key) : undefined;
