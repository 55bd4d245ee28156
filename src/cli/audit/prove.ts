import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { begunLogs } from '../../adapters/audit-log/origins.ts';
import { type ProvedEntry, proveEntry, tlogProof } from '../../adapters/audit-log/prove.ts';
import { entriesIn, readBackwards } from '../../adapters/audit-log/reader.ts';
import type { Status, Subcommand } from '../../cli.ts';
import { SottoError } from '../../core/errors.ts';
import { auditFolder, signedBy } from './logs.ts';

const PRIVATE_FILE = 0o600;
const PLACE = /^([a-z0-9][a-z0-9.-]{0,62})\/(0|[1-9]\d{0,14})$/;

interface Place {
  readonly origin: string;
  readonly index: number;
}

export const prove: Subcommand = {
  summary: 'proves to somebody who has no log that one entry is in it',
  help: [
    'sotto audit prove ENTRY [--out DIR] [--json]',
    'ENTRY is ORIGIN/INDEX (slot-0/1234), or the id of a question: then its last decision is looked for in all logs. Prints a proof (C2SP',
    'tlog-proof) that leads from the entry to a signed checkpoint. --out: writes it to DIR/ORIGIN-INDEX.tlog-proof, and the entry, byte for',
    'byte as it was hashed, beside it as .json; neither is overwritten. --json: both in one object. docs/verify checks them without Sotto.',
    'Status 0: proved; 1: there is no such entry, it was pruned, or the log does not prove it; 2: could not be read.',
  ].join('\n'),
  run: async (args): Promise<Status> => {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { json: { type: 'boolean', default: false }, out: { type: 'string' } },
      allowPositionals: true,
      strict: true,
    });
    const [what, ...more] = positionals;
    if (what === undefined || more.length > 0)
      throw new SottoError('usage', 'Name one entry: "sotto audit prove ORIGIN/INDEX", or the id of a question.');
    const { folder } = auditFolder();
    const found = await placeOf(folder, what);
    const proved = found === null ? null : await proveEntry({ folder: join(folder, found.origin), index: found.index });
    if (found === null || proved === null) return none(values.json, `No log in ${folder} has the entry ${what}.`);
    const place = `${found.origin}/${found.index}`;
    if (proved === 'pruned')
      return none(
        values.json,
        `What the entry ${place} said is gone: it was pruned, or its file is missing, which "sotto audit verify" tells. Its hash is still in the tree.`,
      );
    const by = await signedBy(join(folder, found.origin), proved.note);
    if (!proved.holds || by === null || proved.checkpoint.origin !== found.origin)
      return none(
        values.json,
        `The log ${found.origin} does not prove its entry ${found.index}. Run "sotto audit verify".`,
      );
    if (values.out !== undefined) write(values.out, found, proved);
    if (values.json) console.log(JSON.stringify({ ...found, ...inWords(proved), signer: by }));
    else if (values.out === undefined) process.stdout.write(tlogProof(proved));
    else console.log(`Written to ${values.out}: ${place} of the first ${proved.checkpoint.size} entries.`);
    return 0;
  },
};

const none = (json: boolean, why: string): Status => {
  if (json) console.log(JSON.stringify({ proof: null, why }));
  else console.error(why);
  return 1;
};

const inWords = (proved: ProvedEntry) => ({
  size: proved.checkpoint.size,
  root: proved.checkpoint.root.toString('base64'),
  entry: proved.entry.toString('utf8'),
  proof: tlogProof(proved),
});

/** Where that is: said by its place, or looked for by the id of a question. Null: nowhere. */
const placeOf = async (folder: string, what: string): Promise<Place | null> => {
  const [, origin, index] = PLACE.exec(what) ?? [];
  const origins = await begunLogs(folder);
  if (origin !== undefined) return origins.includes(origin) ? { origin, index: Number(index) } : null;
  let other: Place | null = null;
  for (const one of origins)
    for await (const run of readBackwards({ folder: join(folder, one) }))
      for (const { index: at, entry } of [...entriesIn(run)].reverse()) {
        if (entry['question'] !== what) continue;
        if (entry['kind'] === 'decision') return { origin: one, index: at };
        other ??= { origin: one, index: at };
      }
  return other;
};

/** Refuses with code `usage` a folder that cannot be written to, or has such files. */
const write = (folder: string, { origin, index }: Place, proved: ProvedEntry): void => {
  const path = join(folder, `${origin}-${index}`);
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(`${path}.json`, proved.entry, { flag: 'wx', mode: PRIVATE_FILE });
    writeFileSync(`${path}.tlog-proof`, tlogProof(proved), { flag: 'wx', mode: PRIVATE_FILE });
  } catch (cause) {
    throw new SottoError(
      'usage',
      `${path}.json and .tlog-proof cannot be written, or are there. Name another folder.`,
      {
        cause,
      },
    );
  }
};
