/**
 * What a process says when it ends by an error that nobody expected. Such an error may hold anybody's words or a secret, in its
 * message, its cause or what hangs on it: so it is told by its kind, its code and the places it came through, and by nothing else.
 */
import { relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Log } from '../core/ports.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** As Node ends by itself in such a case. */
const STATUS = 1;

/** Classes and codes as programs name them, and nobody else. */
const KIND = /^[A-Z][A-Za-z]{0,39}$/;
const CODE = /^(?:E[A-Z0-9]{2,30}|[A-Z][A-Z0-9]{1,15}(?:_[A-Z0-9]{1,20}){1,6}|[a-z]{2,20}(?:-[a-z]{2,20}){0,3})$/;

/** A frame of a stack: its file and where in it. The name of its function, which is often computed, is left out. */
const FRAME = /^ {4}at [^\n]{0,200}?\(?((?:file:\/\/|node:|\/|[A-Z]:\\)[\w./\\@%:-]{1,400}):(\d{1,9}):(\d{1,9})\)?$/;

/** Seen from the project; anything else is no place of a program. */
const PLACE = /^(?:node:[\w/]{1,80}|[\w@][\w./@-]{0,300}\.[cm]?[jt]s)$/;
const MOST_PLACES = 6;

const fieldOf = (error: unknown, name: string): unknown => {
  try {
    return typeof error === 'object' && error !== null ? Reflect.get(error, name) : undefined;
  } catch {
    return undefined; // A getter that throws.
  }
};

const fromRoot = (file: string): string => {
  try {
    return relative(ROOT, file.startsWith('file:') ? fileURLToPath(file) : file)
      .split(sep)
      .join('/');
  } catch {
    return ''; // No file's address.
  }
};

/** Files of ours and of packages, seen from the project. Only frames below the message count: above them may stand anything. */
const placesOf = (error: unknown): readonly string[] => {
  const stack = fieldOf(error, 'stack');
  const message = fieldOf(error, 'message');
  if (typeof stack !== 'string' || typeof message !== 'string') return [];
  const begins = stack.indexOf(message);
  if (begins < 0) return [];
  return stack
    .slice(begins + message.length)
    .split('\n')
    .flatMap((line) => {
      const [, file = '', row, column] = FRAME.exec(line) ?? [];
      if (row === undefined) return [];
      const path = file.startsWith('node:') ? file : fromRoot(file);
      return PLACE.test(path) ? [`${path}:${row}:${column}`] : [];
    })
    .slice(0, MOST_PLACES);
};

/** The sentence, without a word of the error's. */
export const lastWords = (error: unknown): string => {
  const made = fieldOf(error, 'constructor');
  const name = typeof made === 'function' ? made.name : '';
  const code = fieldOf(error, 'code');
  const kind = KIND.test(name) ? name : 'something thrown';
  const known = typeof code === 'string' && CODE.test(code) ? `, code ${code}` : '';
  const places = placesOf(error);
  return [
    `Sotto ended by an error that it did not expect (${kind}${known}). What the error says is not printed, for it could hold somebody’s words. Report it with these lines.`,
    ...places.map((place) => `  at ${place}`),
  ].join('\n');
};

/** From here on whatever ends the process is told as `lastWords` has it. */
export const dieQuietly = (): void => {
  process.on('uncaughtException', (error) => {
    process.stderr.write(`${lastWords(error)}\n`);
    process.exit(STATUS);
  });
};

/** Node opens its debugger, and with it the whole memory, to everybody on the machine when it gets SIGUSR1. From here on it does not. */
export const debugNever = (): void => {
  process.on('SIGUSR1', () => undefined);
};

/** Node's warnings, whose texts may quote what they warn of, become lines of the log: their kind and code. */
export const warnQuietly = (log: Log): void => {
  process.removeAllListeners('warning');
  process.on('warning', (warning) => {
    const code = fieldOf(warning, 'code');
    log.warn('node.warning', { name: warning.name, ...(typeof code === 'string' ? { code } : {}) });
  });
};
