/** A pack's examples: who asks what, and what must come of it. They are no part of what decides; `sotto policy test` runs them. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type Finding, findingsError } from './findings.ts';
import { GROUP_ID, INTENT_ID, RULE_ID, TOPIC_ID } from './names.ts';
import { KINDS, PLACES, PLATFORMS, RELATIONS } from './schema.ts';
import { readShaped } from './yaml-file.ts';

const MOST_FILES = 200;
const MOST_EXAMPLES = 2_000;

const words = z.string().min(1).max(300);
const personId = z.string().regex(/^[A-Za-z0-9._-]{1,64}$/, 'An id is as the directory has it.');

const expected = z.strictObject({
  outcome: z.enum(['answer', 'refuse', 'step-up', 'private-only', 'which', 'unknown']),
  /** Null: it must not be recognised. Absent, like everything below: whatever. */
  intent: z.string().regex(INTENT_ID, 'An intent is named like leave.balance.').nullable().optional(),
  about: z.enum(RELATIONS).optional(),
  /** Suspected, or the intent's own: all of them. */
  topics: z.array(z.string().regex(TOPIC_ID)).max(20).optional(),
  /** The rules that decided: all of them. HR's restrictions are not in force here. */
  by: z.array(z.string().regex(RULE_ID)).max(20).optional(),
  show: z.enum(['message', 'hold-reveal', 'view']).optional(),
  /** Seconds. */
  expires: z.int().min(1).nullable().optional(),
});

export const exampleShape = z.strictObject({
  /** Somebody of the directory. */
  as: personId,
  /** What is different about them in this example. */
  with: z
    .strictObject({
      kind: z.enum(KINDS).optional(),
      groups: z.array(z.string().regex(GROUP_ID)).max(50).optional(),
      country: z.string().length(2).optional(),
    })
    .optional(),
  /** What they write. Instead of it `chooses`, an intent, as a button would; `of`, the person it is about. */
  asks: words.optional(),
  chooses: z.string().regex(INTENT_ID, 'An intent is named like leave.balance.').optional(),
  of: personId.optional(),
  platform: z.enum(PLATFORMS).default('slack'),
  place: z.enum(PLACES).default('direct'),
  /** Minutes since they signed in strongly; absent: they never did. */
  signIn: z.number().min(0).max(100_000).optional(),
  /** Refusals in this conversation before. */
  denials: z.int().min(0).max(1_000).optional(),
  /** What they asked before in this conversation. */
  before: z.array(words).max(20).default([]),
  now: z.iso.datetime({ offset: true }).optional(),
  expect: expected,
});

/** One file of `examples/`. */
export const examplesFile = z.strictObject({ examples: z.array(exampleShape).min(1).max(MOST_EXAMPLES) });

export type Example = z.infer<typeof exampleShape> & { readonly file: string; readonly line: string };

const namesIn = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.yaml') && !name.startsWith('.'))
      .sort();
  } catch {
    return [];
  }
};

/** Every example of the folders' `examples/*.yaml`, and what is wrong with the files. */
export const readExamples = (
  folders: readonly string[],
): { readonly examples: readonly Example[]; readonly findings: readonly Finding[] } => {
  const findings: Finding[] = [];
  const examples: Example[] = [];
  for (const folder of folders) {
    const names = namesIn(join(folder, 'examples'));
    if (names.length > MOST_FILES)
      findings.push({
        file: join(folder, 'examples'),
        place: '',
        what: `There are more than ${MOST_FILES} files.`,
        mend: 'Join some.',
      });
    for (const name of names.slice(0, MOST_FILES)) {
      const path = join(folder, 'examples', name);
      const read = readShaped({ path, shape: examplesFile, findings, take: () => undefined });
      for (const [index, example] of (read?.value.examples ?? []).entries()) {
        const line = read?.place(['examples', index]).split(',')[0] ?? '';
        if ((example.asks === undefined) === (example.chooses === undefined)) {
          const what = 'An example has either "asks" or "chooses".';
          findings.push({ file: path, place: line, what, mend: 'Give it one of the two.' });
        } else if (example.of !== undefined && example.chooses === undefined) {
          const what = '"of" says whom a chosen intent is about, and nothing is chosen here.';
          findings.push({ file: path, place: line, what, mend: 'Name the person in what is asked.' });
        } else examples.push({ ...example, file: path, line });
      }
    }
  }
  return { examples, findings };
};

/** Likewise, or refuses with code `pack-invalid`, naming every finding. */
export const loadExamples = (folders: readonly string[]): readonly Example[] => {
  const { examples, findings } = readExamples(folders);
  if (findings.length === 0) return examples;
  throw findingsError('pack-invalid', 'The examples cannot be run.', findings);
};
