/** `sotto policy schemas`: writes what an editor needs to complete a pack's files. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { BACKEND_SCHEMA, backendSchema } from '../../adapters/backend/json-schema.ts';
import type { Status, Subcommand } from '../../cli.ts';
import { codeOf, SottoError } from '../../core/errors.ts';
import { jsonSchemas } from '../../policies/json-schemas.ts';

export const policySchemas: Subcommand = {
  summary: "writes JSON Schemas of a pack's files",
  help: [
    'sotto policy schemas --out DIR',
    '  writes a JSON Schema for each kind of file of a pack, and for the descriptions of backends, to DIR. A first line in the file names it to editors:',
    '  # yaml-language-server: $schema=DIR/topic.schema.json',
  ].join('\n'),
  run: async (args): Promise<Status> => {
    const { values } = parseArgs({ args: [...args], options: { out: { type: 'string' } }, strict: true });
    if (values.out === undefined) throw new SottoError('usage', '--out is missing. Name the folder to write to.');
    writeSchemas(values.out);
    return 0;
  },
};

/** By the name of its file; text as it stands there. */
export const allSchemas = (): ReadonlyMap<string, string> =>
  new Map([...jsonSchemas(), [BACKEND_SCHEMA, backendSchema()]]);

/** Refuses with code `usage` where the folder cannot be written. */
export const writeSchemas = (folder: string): void => {
  try {
    mkdirSync(folder, { recursive: true });
    for (const [name, text] of allSchemas()) writeFileSync(join(folder, name), text);
  } catch (cause) {
    throw new SottoError('usage', `${folder} cannot be written (${codeOf(cause)}). Name another folder.`, { cause });
  }
};
