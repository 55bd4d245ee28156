/** Sends one request. */

import { readText } from '../../bounded/body.ts';
import { codeOfFetch } from '../../bounded/failure.ts';
import type { DescribedBackend } from '../described.ts';
import type { Send } from './types.ts';

/** For one system. */
export const createSend =
  ({ limits }: Pick<DescribedBackend, 'limits'>): Send =>
  async ({ method, url, headers, body }, { signal }) => {
    if (signal.aborted) return { how: 'not-sent', code: 'deadline' };
    try {
      const response = await fetch(url, { method, headers, body, signal, redirect: 'manual' });
      const type = (response.headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
      const text = await readText(response, limits.bytes);
      return { how: 'answered', status: response.status, type, afterMs: null, text };
    } catch (error) {
      return { how: 'lost', code: codeOfFetch(error) };
    }
  };
