/** What an answer over http is read with: bounded in size and in time, and never trusted in either. */
import { codeOf } from '../../core/errors.ts';

/** One that says hours is asked again before. */
const MOST_PAUSE_MS = 5 * 60_000;
const UNREADABLE_PAUSE_MS = 10_000;

/** Waits no longer than the call may take. */
export const sooner = async <T>(value: Promise<T>, signal: AbortSignal): Promise<T> => {
  signal.throwIfAborted();
  let giveUp = (): void => undefined;
  const late = new Promise<never>((_, reject) => {
    giveUp = () => reject(signal.reason);
    signal.addEventListener('abort', giveUp, { once: true });
  });
  // Whichever loses the race must not count as unheard.
  late.catch(() => undefined);
  value.catch(() => undefined);
  try {
    return await Promise.race([value, late]);
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
};

/** Node's fetch hides the code of what went wrong in its cause. An abort of ours has a name instead. */
export const codeOfFetch = (error: unknown): string => {
  const { name, cause }: { readonly name?: unknown; readonly cause?: unknown } =
    typeof error === 'object' && error !== null ? error : {};
  return name === 'TimeoutError' ? 'timeout' : codeOf(cause ?? error);
};

/** ms that Graph wants to be left alone (`Retry-After`); null: it does not say. One that cannot be read means a while. */
export const pauseOf = (response: Response): number | null => {
  const said = response.headers.get('retry-after');
  if (said === null) return null;
  return /^\d{1,9}$/.test(said) ? Math.min(Number(said) * 1_000, MOST_PAUSE_MS) : UNREADABLE_PAUSE_MS;
};

/** Null past the bound, or where it is not UTF-8; a length that the other side announces is not believed. */
export const bounded = async (response: Response, mostBytes: number): Promise<string | null> => {
  if (response.body === null) return null;
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body) {
    size += chunk.byteLength;
    if (size > mostBytes) return null;
    chunks.push(chunk);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch {
    return null;
  }
};

/** Undefined where it is not JSON. */
export const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
