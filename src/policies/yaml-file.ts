import { closeSync, openSync, readSync } from 'node:fs';
import { isAlias, isMap, isScalar, LineCounter, parseDocument, visit } from 'yaml';
import type { z } from 'zod';
import { safely } from '../core/safely.ts';
import type { Finding } from './findings.ts';

/** 256 KiB hold some thousand example sentences; a larger file is a mistake or an attack. */
const MOST_BYTES = 256 * 1024;

/** Keys that mean something to JavaScript objects, which no pack has a use for. */
const RESERVED = new Set(['__proto__', 'constructor', 'prototype']);

export interface YamlFile {
  readonly value: unknown;
  readonly bytes: Buffer;
  /** `line 12, intents.leave.balance.say` for a path into the value. */
  readonly place: (path: readonly PropertyKey[]) => string;
}

/** The file's bytes, or null where there are more than `most`. Reads no further than that. */
export const readBounded = (path: string, most: number): Buffer | null => {
  const descriptor = openSync(path, 'r');
  try {
    const buffer = Buffer.alloc(most + 1);
    let length = 0;
    for (let got = -1; got !== 0 && length < buffer.length; length += got) {
      got = readSync(descriptor, buffer, length, buffer.length - length, null);
    }
    return length > most ? null : buffer.subarray(0, length);
  } finally {
    closeSync(descriptor);
  }
};

/** The text, or null where the bytes are not UTF-8. */
export const utf8 = (bytes: Buffer): string | null => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
};

/**
 * Reads one YAML 1.2 file of a pack: core schema (`no` is a word, not false), keys unique, no aliases (they can swell
 * to gigabytes), no reserved keys. Null, with findings, where it cannot be read.
 */
export const readYaml = (path: string, findings: Finding[]): YamlFile | null => {
  const found = (place: string, what: string, mend: string): null => {
    findings.push({ file: path, place, what, mend });
    return null;
  };
  let bytes: Buffer | null;
  try {
    bytes = readBounded(path, MOST_BYTES);
  } catch {
    return found('', 'The file cannot be read.', 'Check that it is a file and that this account may read it.');
  }
  if (bytes === null)
    return found('', `The file is larger than ${MOST_BYTES} bytes.`, 'Split the topic or shorten it.');
  const text = utf8(bytes);
  if (text === null) return found('', 'The file is not UTF-8 text.', 'Save it as UTF-8.');

  const lines = new LineCounter();
  const document = parseDocument(text, { version: '1.2', schema: 'core', uniqueKeys: true, lineCounter: lines });
  const before = findings.length;
  const lineAt = (offset: number | undefined): string =>
    offset === undefined ? '' : `line ${lines.linePos(offset).line}`;
  for (const problem of [...document.errors, ...document.warnings]) {
    const line = lineAt(problem.pos[0]);
    found(
      line,
      `This is not YAML that can be read safely (${problem.code}).`,
      'Mend the line; quote texts that hold : # or braces.',
    );
  }
  visit(document, {
    Alias: (_, node) => void found(lineAt(node.range?.[0]), 'An alias (*) is used.', 'Write the value out.'),
    Pair: (_, pair) => {
      if (isAlias(pair.key)) return;
      const key = isScalar(pair.key) ? pair.key.value : null;
      const line = isScalar(pair.key) ? lineAt(pair.key.range?.[0]) : '';
      if (typeof key !== 'string') found(line, 'A key is not text.', 'Quote the key or give it a name.');
      else if (RESERVED.has(key)) found(line, `The key "${key}" is reserved.`, 'Give it another name.');
    },
  });
  if (findings.length > before) return null;
  return {
    value: document.toJS({ maxAliasCount: 0 }),
    bytes,
    place: (keys) => {
      // A missing key has no line of its own: the nearest thing around it that exists is named.
      for (let depth = keys.length; depth > 0; depth -= 1) {
        const inner = keys.slice(0, depth);
        const node: unknown = document.getIn(inner, true);
        const range = isScalar(node) || isMap(node) ? node.range : undefined;
        if (node !== undefined) return [lineAt(range?.[0]), keys.join(' > ')].filter((part) => part !== '').join(', ');
      }
      return keys.join(' > ');
    },
  };
};

const article = (issue: z.core.$ZodIssue): Pick<Finding, 'what' | 'mend'> => {
  switch (issue.code) {
    case 'unrecognized_keys':
      return {
        what: `Unknown ${issue.keys.length === 1 ? 'key' : 'keys'} ${issue.keys.map((key) => JSON.stringify(key)).join(', ')}.`,
        mend: 'Correct the spelling or remove it; nothing unknown is passed over in silence.',
      };
    case 'invalid_type':
      return issue.message.endsWith('undefined')
        ? { what: 'This is missing.', mend: `Add it, as ${issue.expected}.` }
        : { what: `This must be ${issue.expected}.`, mend: 'Correct the value; quote it if it is meant as text.' };
    case 'invalid_value':
      return { what: 'This is none of the known values.', mend: `Use one of: ${issue.values.map(String).join(', ')}.` };
    case 'too_small':
      return { what: `There is too little of it: at least ${issue.minimum} needed.`, mend: 'Add to it.' };
    case 'too_big':
      return { what: `There is too much of it: at most ${issue.maximum} allowed.`, mend: 'Shorten it.' };
    default:
      return { what: issue.message, mend: 'Correct the value.' };
  }
};

/** zod's issues in our words, each with its line. Never repeats the value itself. */
export const issuesAsFindings = (
  file: string,
  place: YamlFile['place'],
  issues: readonly z.core.$ZodIssue[],
): readonly Finding[] => issues.map((issue) => ({ file, place: place(issue.path), ...article(issue) }));

/** Reads a YAML file of a given shape; null, with findings, where it is not one. `take` is given the bytes of whatever could be read. */
export const readShaped = <T>(o: {
  readonly path: string;
  readonly shape: z.ZodType<T>;
  readonly findings: Finding[];
  readonly take: (bytes: Buffer) => void;
}): { readonly value: T; readonly place: YamlFile['place'] } | null => {
  const file = readYaml(o.path, o.findings);
  if (file === null) return null;
  o.take(file.bytes);
  const parsed = safely(o.shape, file.value);
  if (parsed.success) return { value: parsed.data, place: file.place };
  o.findings.push(...issuesAsFindings(o.path, file.place, parsed.error.issues));
  return null;
};
