/** One GET over http: no redirect, no more bytes than agreed, over by the deadline. */

/** Answers of HR systems are a few kilobytes; the bytes are counted as they come, whatever a header says. */
export const MOST_ANSWER_BYTES = 256 * 1024;

export type Exchanged =
  | { readonly kind: 'answer'; readonly bytes: Uint8Array }
  /** The backend spoke and it was no answer. */
  | { readonly kind: 'status'; readonly status: number }
  /** Not JSON, or too large. */
  | { readonly kind: 'unfit'; readonly status: number }
  /** Nothing, or not all of it, came back. */
  | { readonly kind: 'failed' };

const isJson = (header: string | null): boolean => {
  const type = (header ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  return type === 'application/json' || /^application\/[a-z0-9.-]{1,100}\+json$/.test(type);
};

/** The body, or null where it is larger than agreed; the rest is not even received then. */
const bounded = async (body: ReadableStream<Uint8Array> | null): Promise<Uint8Array | null> => {
  if (body === null) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Leaving the loop early cancels the stream.
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > MOST_ANSWER_BYTES) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
};

/** Makes one exchange. Never throws: whatever goes wrong on the way is `failed`, and its reason (which may hold an address) stays here. */
export const exchange = async (o: {
  readonly fetch: typeof fetch;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}): Promise<Exchanged> => {
  try {
    const response = await o.fetch(o.url, {
      method: 'GET',
      headers: o.headers,
      redirect: 'error',
      credentials: 'omit',
      signal: o.signal,
    });
    const { status } = response;
    if (status !== 200) {
      await response.body?.cancel();
      return { kind: 'status', status };
    }
    if (!isJson(response.headers.get('content-type'))) {
      await response.body?.cancel();
      return { kind: 'unfit', status };
    }
    const bytes = await bounded(response.body);
    return bytes === null ? { kind: 'unfit', status } : { kind: 'answer', bytes };
  } catch {
    return { kind: 'failed' };
  }
};
