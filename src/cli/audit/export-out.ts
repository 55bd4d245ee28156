/** Where what is taken out of the audit log goes: standard output, or a file that is the operator's alone. */
import { closeSync, fsyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { newFile } from '../new-file.ts';

/** So much is put together before it is written, characters. */
const MOST_WAITING = 65_536;

export interface Lines {
  /** Resolves once there is room for more; rejects where nobody takes it any more. */
  write(line: string): Promise<void>;
  /** Resolves once all of it was taken; by a file, also one that a stream leads into: once it is on stable storage. */
  flush(): Promise<void>;
  /** Takes a file away again that nothing was written to. */
  close(): void;
}

const gathered = (o: {
  readonly send: (text: string) => Promise<void>;
  readonly sync: () => void;
  readonly close: (empty: boolean) => void;
}): Lines => {
  let waiting = '';
  let empty = true;
  const send = async (): Promise<void> => {
    const text = waiting;
    waiting = '';
    if (text === '') return;
    empty = false;
    await o.send(text);
  };
  return {
    write: async (line) => {
      waiting += `${line}\n`;
      if (waiting.length >= MOST_WAITING) await send();
    },
    flush: async () => {
      await send();
      o.sync();
    },
    close: () => o.close(empty),
  };
};

/** Refuses with code `usage` a path that is taken or cannot be written. */
export const linesToFile = (path: string): Lines => {
  const file = newFile(path);
  syncFolder(dirname(path));
  return gathered({
    send: async (text) => {
      const bytes = Buffer.from(text);
      for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
    },
    sync: () => fsyncSync(file),
    close: (empty) => {
      closeSync(file);
      if (empty) rmSync(path, { force: true });
    },
  });
};

/** That it is there must outlast a power cut as well, before a cursor speaks of what is in it. Best effort: not every system syncs a folder. */
const syncFolder = (folder: string): void => {
  try {
    const handle = openSync(folder, 'r');
    try {
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
  } catch {
    // Then the file alone is synced.
  }
};

/** What has nothing to sync: a pipe, a socket, a terminal. */
const NOTHING_TO_SYNC: readonly unknown[] = ['EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'EROFS', 'ENOSYS'];

/** Where standard output leads into a file (`>> lines.jsonl`), what was written is on stable storage after this. */
const syncStream = (stream: NodeJS.WritableStream): void => {
  const { fd } = stream as { readonly fd?: unknown };
  if (typeof fd !== 'number') return;
  try {
    fsyncSync(fd);
  } catch (error) {
    if (!NOTHING_TO_SYNC.includes((error as NodeJS.ErrnoException).code)) throw error;
  }
};

/** To a stream, at the pace of whoever reads it. */
export const linesToStream = (stream: NodeJS.WritableStream): Lines => {
  // Whoever waits for a write hears of it; without a listener the process would die of it.
  stream.on('error', () => undefined);
  return gathered({
    send: (text) =>
      new Promise((resolve, reject) => {
        stream.write(text, (error) => (error ? reject(error) : resolve()));
      }),
    sync: () => syncStream(stream),
    close: () => undefined,
  });
};
