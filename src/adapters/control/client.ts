/** Asks the Sotto that runs on a data folder, over its control socket. */
import { request } from 'node:http';
import { hasCode, SottoError } from '../../core/errors.ts';
import { codeOfFetch } from '../bounded/failure.ts';
import { within } from '../bounded/waiting.ts';
import { reachable, SOCKET } from './path.ts';

const ANSWER_MS = 15_000;

/** An export is the largest answer. */
const MOST_BYTES = 4 * 1024 * 1024;

export interface Answered {
  readonly status: number;
  /** Parsed JSON. */
  readonly body: unknown;
}

/** Refuses with code `usage` where nothing runs there, or nothing that this user may ask, and says how to mend it. */
export const askControl = async (o: {
  readonly folder: string;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** Goes out as JSON. */
  readonly body?: unknown;
}): Promise<Answered> => {
  let reached: ReturnType<typeof reachable> | null = null;
  try {
    reached = reachable({ folder: o.folder, name: SOCKET });
    const { path } = reached;
    return await within({ ms: ANSWER_MS }, (signal) => exchange({ ...o, socketPath: path, signal }));
  } catch (cause) {
    throw new SottoError('usage', sentenceOf(o.folder, cause), { cause });
  } finally {
    reached?.close();
  }
};

const sentenceOf = (folder: string, cause: unknown): string => {
  const code = codeOfFetch(cause);
  if (code === 'ENOENT' || code === 'ECONNREFUSED')
    return `No Sotto runs on the folder ${folder}, so nothing was ordered or read. Start it (sotto serve), or name its folder with SOTTO_DATA.`;
  if (code === 'EACCES' || code === 'EPERM')
    return `The Sotto that runs on ${folder} belongs to another user, so nothing was ordered or read. Run this command as the user that runs it.`;
  if (hasCode(cause, 'settings')) return cause.message;
  return `The Sotto that runs on ${folder} did not answer (${code}). Look at its log, and try again.`;
};

const exchange = (o: {
  readonly socketPath: string;
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: unknown;
  readonly signal: AbortSignal;
}): Promise<Answered> =>
  new Promise((resolve, reject) => {
    const { socketPath, method, path, signal } = o;
    const asking = request({ socketPath, method, path, signal, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      response.on('data', (chunk: Buffer) => {
        size += chunk.byteLength;
        if (size > MOST_BYTES) asking.destroy(new Error('the answer is too large'));
        else chunks.push(chunk);
      });
      response.once('error', reject);
      response.once('end', () => {
        try {
          resolve({ status: response.statusCode ?? 0, body: JSON.parse(Buffer.concat(chunks).toString('utf8')) });
        } catch (error) {
          reject(error);
        }
      });
    });
    asking.once('error', reject);
    asking.end(o.body === undefined ? undefined : JSON.stringify(o.body));
  });
