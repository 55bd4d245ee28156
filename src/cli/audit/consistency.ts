import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Checkpoint, readCheckpoint } from '../../adapters/audit-log/checkpoint.ts';
import { proveConsistency } from '../../adapters/audit-log/prove.ts';
import { newestNote } from '../../adapters/audit-log/reader.ts';
import type { Status, Subcommand } from '../../cli.ts';
import { SottoError } from '../../core/errors.ts';
import { auditFolder, originsAsked, signedBy } from './logs.ts';
import { readNotes } from './notes.ts';

const PLACE = /^([a-z0-9][a-z0-9.-]{0,62})\/([1-9]\d{0,14})$/;

export const consistency: Subcommand = {
  summary: 'proves that an audit log goes on from what it was',
  help: [
    'sotto audit consistency OLD NEW [--json]',
    'OLD is a file with one checkpoint, as "sotto audit checkpoint ORIGIN" prints it, or ORIGIN/SIZE for what the log here was at that size.',
    'NEW is such a file, or "now". Prints the proof (RFC 6962), one hash a line, and whether the later one goes on from the former one.',
    'Where both are files, they may be of a time when this log was shorter than it is. Status 0: it does; 1: it does not; 2: could not be read.',
  ].join('\n'),
  run: async (args): Promise<Status> => {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { json: { type: 'boolean', default: false } },
      allowPositionals: true,
      strict: true,
    });
    const [old, now, ...more] = positionals;
    if (old === undefined || now === undefined || more.length > 0)
      throw new SottoError('usage', 'Name what it was and what it is: "sotto audit consistency OLD NEW".');
    const { folder } = auditFolder();
    const [, origin, size] = PLACE.exec(old) ?? [];
    const kept = origin === undefined ? oneNote(old) : null;
    const of = kept?.checkpoint.origin ?? origin ?? '';
    await originsAsked(folder, [of]);
    const log = join(folder, of);
    const newer = now === 'now' ? given((await newestNote(log)) ?? '', log) : oneNote(now);
    if (newer.checkpoint.origin !== of)
      throw new SottoError(
        'usage',
        `The checkpoints are of two logs, ${of} and ${newer.checkpoint.origin}. Give two of one log.`,
      );
    const from = kept?.checkpoint ?? { size: Number(size), root: null };
    const say = (holds: boolean, why: string, proof: readonly string[] = []): Status => {
      if (values.json)
        console.log(JSON.stringify({ holds, origin: of, from: from.size, to: newer.checkpoint.size, proof, why }));
      else console.log([...proof, why].join('\n'));
      return holds ? 0 : 1;
    };
    for (const one of [kept, newer])
      if (one !== null && (await signedBy(log, one.note)) === null)
        return say(false, `The checkpoint of ${one.checkpoint.size} entries is signed by no key of the log ${of}.`);
    if (from.size > newer.checkpoint.size)
      return say(false, `${of} does NOT go on: it has ${newer.checkpoint.size} entries and had ${from.size}.`);
    const proved =
      from.size === 0 ? null : await proveConsistency({ folder: log, origin: of, from, to: newer.checkpoint });
    if (from.size === 0) return say(true, `${of} goes on from nothing: every log does.`);
    if (proved === null)
      return say(false, `${of} does NOT hold the ${newer.checkpoint.size} entries of the later checkpoint.`);
    const proof = proved.proof.map((hash) => hash.toString('base64'));
    return proved.holds
      ? say(true, `${of} goes on: its first ${from.size} entries are the same in both.`, proof)
      : say(false, `${of} does NOT go on from there: it has another history.`, proof);
  },
};

interface Note {
  readonly note: string;
  readonly checkpoint: Checkpoint;
}

const given = (note: string, from: string): Note => {
  const checkpoint = readCheckpoint(note);
  if (checkpoint !== null) return { note, checkpoint };
  throw new SottoError('usage', `There is no checkpoint in ${from}.`);
};

const oneNote = (path: string): Note => {
  const [note = '', ...more] = readNotes(path);
  if (more.length > 0)
    throw new SottoError(
      'usage',
      `${path} holds checkpoints of several logs. Give one: "sotto audit checkpoint ORIGIN".`,
    );
  return given(note, path);
};
