import { readBytes } from '../bounded/body.ts';
import { type Fields, fieldsIn } from './read.ts';

/** Documents of keys and answers of the token service are far smaller. Bytes. */
const LARGEST_DOCUMENT = 512 * 1_024;

/** Null where the address did not answer 2xx with an object in JSON of bearable size. Throws where it did not answer at all. */
export const fetchFields = async (url: string, init: RequestInit): Promise<Fields | null> => {
  const response = await fetch(url, { ...init, redirect: 'error' });
  if (!response.ok || response.body === null) {
    await response.body?.cancel();
    return null;
  }
  const bytes = await readBytes(response, LARGEST_DOCUMENT);
  return bytes === null ? null : fieldsIn(bytes.toString('utf8'));
};
