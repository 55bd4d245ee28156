/** Why Azure gave no token, in words that hold no token and no proof: the vendor's own errors may quote what was sent. */
import { hasCode, SottoError } from '../../core/errors.ts';

/** Letters only: a code is a word, and nothing random is. */
const WORD = /^[A-Za-z][A-Za-z_]{1,39}$/;

/** The number by which Entra's documentation explains a refusal. */
const ENTRA_CODE = /AADSTS\d{3,8}/;

const MOST_CAUSES = 5;

interface Facts {
  /** `invalid_client`, `ENOTFOUND` …, outermost first. */
  readonly codes: readonly string[];
  readonly entra: string | null;
  readonly status: number | null;
}

/** What is safe to repeat of an error and its causes. */
const factsOf = (error: unknown): Facts => {
  const codes: string[] = [];
  let entra: string | null = null;
  let status: number | null = null;
  let at = error;
  for (let depth = 0; depth < MOST_CAUSES && isFields(at); depth += 1) {
    const response = isFields(at['errorResponse']) ? at['errorResponse'] : {};
    for (const word of [at['errorCode'], at['code'], response['error']]) {
      if (typeof word === 'string' && WORD.test(word) && !codes.includes(word)) codes.push(word);
    }
    if (typeof at['message'] === 'string') entra ??= ENTRA_CODE.exec(at['message'].slice(0, 4_000))?.[0] ?? null;
    if (status === null && typeof at['statusCode'] === 'number') status = at['statusCode'];
    at = at['cause'];
  }
  if (codes.length > 0 || entra !== null) return { codes, entra, status };
  const name = isFields(error) ? error['name'] : null;
  return { codes: typeof name === 'string' && WORD.test(name) && name !== 'Error' ? [name] : [], entra, status };
};

const isFields = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/** Whether Entra does not take the proof (any more, or yet), or it is malformed: another one may be tried. */
export const isProofRefused = (error: unknown): boolean =>
  hasCode(error, 'settings') ||
  (hasCode(error, 'secrets-unavailable') &&
    error.cause instanceof Error &&
    /\binvalid_client\b/.test(error.cause.message));

/**
 * The refusal of a credential: code `secrets-unavailable`, with a cause that names codes only. An adapter whose port has a
 * code of its own (the directory's, say) wraps it once more.
 */
export const noToken = (
  error: unknown,
  o: { readonly scope: string; readonly how: string; readonly mend: string },
): SottoError => {
  if (hasCode(error, 'secrets-unavailable')) return error;
  const late = hasCode(error, 'deadline');
  const { codes, entra, status } = factsOf(error);
  const facts = [...codes, ...(entra === null ? [] : [entra]), ...(status === null ? [] : [`status ${status}`])];
  const why = late ? 'it did not answer in time' : facts.join(', ') || 'it did not say why';
  return new SottoError(
    'secrets-unavailable',
    `Azure gave no token for ${o.scope} by ${o.how}: ${why}. Nothing in Azure can be read without one. ${o.mend}`,
    { cause: late ? error : new Error(facts.join(', ') || 'unexpected') },
  );
};
