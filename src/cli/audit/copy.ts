import { createPublicKey, type KeyObject } from 'node:crypto';
import { createReadStream, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { isOrigin } from '../../adapters/audit-log/checkpoint.ts';
import { type VerifiedCopy, verifyCopy } from '../../adapters/audit-log/copies.ts';
import { KEY_FILE } from '../../adapters/audit-log/layout.ts';
import type { Status, Subcommand } from '../../cli.ts';
import { dataFolder, environment } from '../../config.ts';
import { SottoError } from '../../core/errors.ts';
import { count } from '../../core/orders/words.ts';
import { trustedKeys } from './logs.ts';

export const copy: Subcommand = {
  summary: 'proves a second copy that was downloaded',
  help: [
    'sotto audit copy FOLDER [--json]',
    'Proves the second copy (SOTTO_AUDIT_COPY in Azure) from itself: az storage blob download-batch --auth-mode login --account-name ACCOUNT',
    '-s CONTAINER -d FOLDER, then this. Computes the tree of every log in FOLDER (ORIGIN/DAY-PART.ndjson) from its lines and holds it against',
    'each checkpoint among them; those count that the key in the vault signed (SOTTO_VAULT), and earlier keys are known where the log still',
    'lies in SOTTO_DATA. Says how many entries that proves, and how many are only in the copy, because a process ended before the log had them.',
    'Status 0: sound; 1: not, or entries are only there; 2: could not be checked.',
  ].join('\n'),
  run: async (args): Promise<Status> => {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { json: { type: 'boolean', default: false } },
      allowPositionals: true,
      strict: true,
    });
    const [folder, ...more] = positionals;
    if (folder === undefined || more.length > 0 || !existsSync(folder))
      throw new SottoError('usage', 'Name the folder that the copy was downloaded to: sotto audit copy FOLDER.');
    const origins = readdirSync(folder, { withFileTypes: true })
      .filter((one) => one.isDirectory() && isOrigin(one.name))
      .map(({ name }) => name)
      .toSorted();
    const keys = keysIn(await trustedKeys());
    const logs: (VerifiedCopy & { readonly origin: string })[] = [];
    for (const origin of origins) {
      const beside = join(dataFolder(environment()), 'audit', origin, KEY_FILE);
      const earlier = existsSync(beside) ? keysIn(readFileSync(beside, 'utf8')) : [];
      logs.push({ origin, ...(await verifyCopy({ origin, lines: linesOf(join(folder, origin)), keys, earlier })) });
    }
    const sound = logs.length > 0 && logs.every(({ ok, onlyHere }) => ok && onlyHere === 0);
    if (values.json) console.log(JSON.stringify({ ok: sound, logs }));
    else {
      for (const log of logs) console.log(said(log));
      if (logs.length === 0) console.log(`${folder} holds no copy of a log.`);
    }
    return sound ? 0 : 1;
  },
};

const said = ({
  origin,
  ok,
  entries,
  proved,
  onlyHere,
  firstBad,
}: VerifiedCopy & { readonly origin: string }): string =>
  [
    ok || firstBad === null
      ? `${origin}: sound. ${entries} entries, ${proved} of them proved by a signed checkpoint.`
      : `${origin}: NOT sound. Line ${firstBad.line}: ${firstBad.why}`,
    ...(onlyHere === 0
      ? []
      : [`Only here: ${count(onlyHere, 'entry', 'entries')}, for the process ended before its log could take more.`]),
  ].join(' ');

const keysIn = (pem: string): readonly KeyObject[] =>
  (pem.match(/-----BEGIN PUBLIC KEY-----[^-]{1,4000}-----END PUBLIC KEY-----/g) ?? []).map((one) =>
    createPublicKey(one),
  );

/** Longer than any line of a copy; what is longer is none. */
const MOST_CHARACTERS = 1 << 20;

/** Only a line feed ends a line: what else may end one elsewhere may stand within an entry. */
const linesOf = async function* (folder: string): AsyncGenerator<string> {
  const names = readdirSync(folder).filter((name) => name.endsWith('.ndjson'));
  for (const name of names.toSorted()) {
    let rest = '';
    for await (const chunk of createReadStream(join(folder, name), 'utf8')) {
      const lines = (rest + String(chunk)).split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
      if (rest.length > MOST_CHARACTERS) break;
    }
    if (rest !== '') yield rest;
  }
};
