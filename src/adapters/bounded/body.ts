/** What an answer over http is read with: never more than a bound, and never believed. */

/** Empty where there is no body; null past the bound. A length that the other side announces is not believed. */
export const readBytes = async (response: Response, mostBytes: number): Promise<Buffer | null> => {
  if (response.body === null) return Buffer.alloc(0);
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body) {
    size += chunk.byteLength;
    // Leaving the loop cancels the body, so that the rest is not fetched either.
    if (size > mostBytes) return null;
    chunks.push(chunk);
  }
  const whole = Buffer.concat(chunks);
  // Copied, so that these need not lie about until something overwrites them.
  for (const chunk of chunks) chunk.fill(0);
  return whole;
};

/** The same as text. Null also where it is not UTF-8. */
export const readText = async (response: Response, mostBytes: number): Promise<string | null> => {
  const bytes = await readBytes(response, mostBytes);
  try {
    return bytes === null ? null : new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  } finally {
    bytes?.fill(0);
  }
};

/** Undefined where it is not JSON. */
export const parsedJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
