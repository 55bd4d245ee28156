import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { parse } from 'yaml';
import type { Status, Subcommand } from '../cli.ts';
import { environment } from '../config.ts';
import { codeOf, SottoError } from '../core/errors.ts';
import { loadCatalogue } from '../policies/catalogue.ts';
import { INTENT_ID, SUSPECTED } from '../policies/names.ts';
import { DEFAULT_PACK } from '../policies/pack.ts';
import {
  examplesHead,
  firstExample,
  intentEntry,
  type NewIntent,
  ruleToDecide,
  topicHead,
} from '../policies/scaffold.ts';
import { newBackend } from './new-backend.ts';
import { writeSchemas } from './policy/schemas.ts';

const newIntent: Subcommand = {
  summary: 'begins an intent in a pack of your own',
  help: [
    'sotto new intent TOPIC.NAME [--policies DIR] [--operation OPERATION]',
    '  writes to DIR (or SOTTO_POLICIES): the entry with sentences to fill in (intents/TOPIC.yaml), a rule to decide on',
    '  (rules.cedar), a first example (examples/TOPIC.yaml), and JSON Schemas for your editor (schemas/). What stands there stays.',
    '  --operation: the backend operation that answers it; without one the words alone are the answer.',
    '  "sotto check" then lists what is still to be filled in, and "sotto policy test" runs the examples.',
  ].join('\n'),
  run: async (args): Promise<Status> => {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { policies: { type: 'string' }, operation: { type: 'string' } },
      allowPositionals: true,
      strict: true,
    });
    const [id, ...more] = positionals;
    if (id === undefined || more.length > 0)
      throw new SottoError('usage', 'Say which intent: "sotto new intent TOPIC.NAME".');
    const folder = values.policies ?? environment()['SOTTO_POLICIES'];
    if (folder === undefined)
      throw new SottoError(
        'usage',
        'Name the folder of your pack: --policies DIR, or SOTTO_POLICIES. It is made where it is not there.',
      );
    const written = begin({ folder, intent: readIntent(id, values.operation ?? null) });
    for (const file of written) console.log(`written: ${file}`);
    console.log(
      '\nNow fill in what says FILL IN, decide on the rule, and run "sotto check" and "sotto policy test" with SOTTO_POLICIES set.',
    );
    return 0;
  },
};

const PARTS: Readonly<Record<string, Subcommand>> = { intent: newIntent, backend: newBackend };

export const scaffold: Subcommand = {
  summary: 'begins an intent in a pack of your own, or the description of a system',
  help: Object.values(PARTS)
    .map(({ help }) => help)
    .join('\n\n'),
  parts: PARTS,
  run: async (args): Promise<Status> => {
    // Options may stand before it too.
    const at = args.findIndex((arg) => Object.hasOwn(PARTS, arg));
    const part = PARTS[args[at] ?? ''];
    if (part === undefined)
      throw new SottoError('usage', 'Say what: "sotto new intent TOPIC.NAME" or "sotto new backend OPENAPI".');
    return part.run(args.toSpliced(at, 1));
  },
};

const readIntent = (id: string, operation: string | null): NewIntent => {
  const [topic = '', name] = id.split('.');
  if (!INTENT_ID.test(id))
    throw new SottoError(
      'usage',
      `"${id.slice(0, 80)}" is not the id of an intent. Write topic.name in lower-case letters, digits and hyphens.`,
    );
  if (name === SUSPECTED)
    throw new SottoError('usage', `"${id}" is taken: it is what the guard of the topic suspects. Choose another name.`);
  if (operation !== null && !INTENT_ID.test(operation))
    throw new SottoError(
      'usage',
      `"${operation.slice(0, 80)}" is not an operation. It is named like leave.balance, in a backend description.`,
    );
  return { id, topic, operation };
};

/** Everything is thought out before anything is written, so that a refusal leaves the folder as it was. Returns the files. */
const begin = ({ folder, intent }: { readonly folder: string; readonly intent: NewIntent }): readonly string[] => {
  const pack = loadCatalogue({ folders: [DEFAULT_PACK] });
  if (pack.intents.has(intent.id))
    throw new SottoError(
      'usage',
      `The pack that ships has "${intent.id}" already. To change it, copy its entry into ${join(folder, 'intents')}.`,
    );
  const files = [
    grown({
      path: join(folder, 'intents', `${intent.topic}.yaml`),
      key: 'intents',
      head: topicHead(intent, pack),
      entry: intentEntry(intent),
      id: intent.id,
    }),
    grown({
      path: join(folder, 'examples', `${intent.topic}.yaml`),
      key: 'examples',
      head: examplesHead,
      entry: firstExample(intent),
      id: null,
    }),
    { path: join(folder, 'rules.cedar'), text: `${textOf(join(folder, 'rules.cedar')) ?? ''}${ruleToDecide(intent)}` },
  ];
  try {
    for (const { path, text } of files) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, text);
    }
  } catch (cause) {
    throw new SottoError(
      'usage',
      `${folder} cannot be written (${codeOf(cause)}). Name a folder that you may write to.`,
      { cause },
    );
  }
  writeSchemas(join(folder, 'schemas'));
  return [...files.map(({ path }) => path), join(folder, 'schemas')];
};

const textOf = (path: string): string | null => (existsSync(path) ? readFileSync(path, 'utf8') : null);

/** The file with the entry at its end. Refuses with code `usage` where it has it already, or where its end is not the place for it. */
const grown = (o: {
  readonly path: string;
  /** The entries stand under it, last in the file. */
  readonly key: 'intents' | 'examples';
  readonly head: string;
  readonly entry: string;
  readonly id: string | null;
}): { readonly path: string; readonly text: string } => {
  const { path, key, head, entry, id } = o;
  const before = textOf(path);
  if (before === null) return { path, text: `${head}${entry}` };
  const had = entriesOf(before, key);
  if (had === null)
    throw new SottoError(
      'usage',
      `${path} does not end in "${key}:", so nothing could be added to it. Mend the file, or move "${key}:" to its end.`,
    );
  if (id !== null && had.includes(id))
    throw new SottoError('usage', `${path} has "${id}" already, so nothing was changed.`);
  const text = `${before.trimEnd()}\n${entry}`;
  const has = entriesOf(text, key);
  if (has === null || has.length <= had.length)
    throw new SottoError(
      'usage',
      `Nothing could be added to the end of ${path} as it is written. Indent its entries by two spaces.`,
    );
  return { path, text };
};

/** The names of what stands under the last key; null where another key is the last, or it is no YAML. */
const entriesOf = (text: string, key: string): readonly string[] | null => {
  try {
    const value: unknown = parse(text, { maxAliasCount: 0 });
    if (typeof value !== 'object' || value === null) return null;
    const last = Object.entries(value).at(-1);
    if (last?.[0] !== key || typeof last[1] !== 'object' || last[1] === null) return null;
    return Object.keys(last[1]);
  } catch {
    return null;
  }
};
