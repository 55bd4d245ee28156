/** Files with signed checkpoints, one behind the other, as `sotto audit checkpoint` prints them. */
import { readFileSync } from 'node:fs';
import { readCheckpoint } from '../../adapters/audit-log/checkpoint.ts';
import { MOST_NOTE_BYTES } from '../../adapters/audit-log/note.ts';
import { SottoError } from '../../core/errors.ts';

/** Far more logs than a folder has. */
const MOST_NOTES = 4_096;

/** A note ends with its last signature: what follows is the next one. */
const GAP = /(?<=\n\u2014 [^\n]{1,9000}\n)(?!\u2014 )/u;

/** The notes in a text, each of another log. Null: it holds something else. */
export const notesIn = (text: string): readonly string[] | null => {
  const notes = text.split(GAP).filter((note) => note !== '');
  const origins = notes.map((note) => readCheckpoint(note)?.origin);
  const good = notes.length > 0 && !origins.includes(undefined) && new Set(origins).size === origins.length;
  return good ? notes : null;
};

/** Refuses with code `usage` a file that cannot be read, or holds anything else. */
export const readNotes = (path: string): readonly string[] => {
  const text = readFile(path);
  const notes = text.length > MOST_NOTES * MOST_NOTE_BYTES ? null : notesIn(text);
  if (notes !== null) return notes;
  throw new SottoError(
    'usage',
    `${path} does not hold signed checkpoints alone, one of each log. Give what "sotto audit checkpoint" printed, as it printed it.`,
  );
};

/** The logs that they are of. */
export const originsOf = (notes: readonly string[]): readonly string[] =>
  notes.flatMap((note) => readCheckpoint(note)?.origin ?? []);

const readFile = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new SottoError('usage', `${path} cannot be read. Name a file with what "sotto audit checkpoint" printed.`, {
      cause,
    });
  }
};
