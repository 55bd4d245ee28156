/** `sotto new backend`: begins a description of a system from its OpenAPI document. */
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { parseDescription } from '../adapters/backend/description.ts';
import { BACKEND_SCHEMA, backendSchema } from '../adapters/backend/json-schema.ts';
import { MOST_CHARACTERS, readOpenApi } from '../adapters/backend/openapi/document.ts';
import { scaffoldBackend } from '../adapters/backend/openapi/scaffold.ts';
import type { Status, Subcommand } from '../cli.ts';
import { environment } from '../config.ts';
import { codeOf, SottoError } from '../core/errors.ts';

export const newBackend: Subcommand = {
  summary: 'begins the description of a system from its OpenAPI document',
  help: [
    'sotto new backend OPENAPI [--name NAME] [--only OPERATION]... [--out DIR]',
    '  reads an OpenAPI document (3.0 or 3.1, YAML or JSON; nothing is fetched) and writes DIR/NAME.yaml, with a JSON Schema for your editor',
    '  beside it (DIR/schemas). DIR: or SOTTO_BACKENDS. No file is overwritten.',
    '  --name: of the backend, default: from the title. --only: an operationId, or "METHOD /path"; default: every GET, thirty at most.',
    '  What the document cannot know says FILL IN: the data class, whom a record is about, what leaves. It is printed, and "sotto check" lists it.',
  ].join('\n'),
  run: async (args): Promise<Status> => {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { name: { type: 'string' }, out: { type: 'string' }, only: { type: 'string', multiple: true } },
      allowPositionals: true,
      strict: true,
    });
    const [path, ...more] = positionals;
    if (path === undefined || more.length > 0)
      throw new SottoError('usage', 'Say which document: "sotto new backend openapi.yaml".');
    const folder = values.out ?? environment()['SOTTO_BACKENDS'];
    if (folder === undefined)
      throw new SottoError(
        'usage',
        'Name the folder of your descriptions: --out DIR, or SOTTO_BACKENDS. It is made where it is not there.',
      );
    const read = readOpenApi(textOf(path));
    if (!read.ok) throw new SottoError('usage', `${path} ${read.why}.`);
    const begun = scaffoldBackend({ document: read.document, name: values.name ?? null, only: values.only ?? [] });
    if (!begun.ok) throw new SottoError('usage', begun.why);
    const file = join(folder, `${begun.name}.yaml`);
    write({ folder, file, text: begun.text });
    console.log(`written: ${file}\nwritten: ${join(folder, 'schemas', BACKEND_SCHEMA)}`);
    for (const note of begun.notes) console.log(note);
    const checked = parseDescription(begun.text);
    if (!checked.ok) {
      console.log('\nStill to be decided:');
      for (const finding of checked.findings) console.log(`- ${finding}`);
    }
    console.log(
      `\nThen put a recorded response of each operation into ${join(folder, 'recorded', begun.name)}/OPERATION.json, and run "sotto check" with SOTTO_BACKENDS set.`,
    );
    console.log(
      'What people may ask of it is an intent: sotto new intent TOPIC.NAME --operation OPERATION. There are:',
    );
    for (const operation of begun.operations) console.log(`  ${operation}`);
    return 0;
  },
};

const textOf = (path: string): string => {
  try {
    // In UTF-8 a character is four bytes at most.
    if (statSync(path).size > 4 * MOST_CHARACTERS)
      throw new SottoError('usage', `${path} is too large. Cut it down to what people should ask.`);
    return readFileSync(path, 'utf8');
  } catch (cause) {
    if (cause instanceof SottoError) throw cause;
    const mend = /^https?:/.test(path)
      ? 'Nothing is fetched: save the document, and name the file.'
      : 'Name an OpenAPI document.';
    throw new SottoError('usage', `${path} cannot be read (${codeOf(cause)}). ${mend}`, { cause });
  }
};

const write = (o: { readonly folder: string; readonly file: string; readonly text: string }): void => {
  const { folder, file, text } = o;
  if (existsSync(file))
    throw new SottoError('usage', `${file} is there already, and nothing was changed. Give another name with --name.`);
  try {
    mkdirSync(join(folder, 'schemas'), { recursive: true });
    writeFileSync(file, text, { flag: 'wx' });
    writeFileSync(join(folder, 'schemas', BACKEND_SCHEMA), backendSchema());
  } catch (cause) {
    throw new SottoError(
      'usage',
      `${folder} cannot be written (${codeOf(cause)}). Name a folder that you may write to.`,
      { cause },
    );
  }
};
