/** Reads backend descriptions: a folder of YAML files, each one system with its operations. Everything wrong is said at once. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { LineCounter, parseDocument } from 'yaml';
import { SottoError } from '../../core/errors.ts';
import { safely } from '../../core/safely.ts';
import { issueInWords, issuesOfOne } from '../bounded/issue.ts';
import { lineOf } from '../bounded/yaml-line.ts';
import type { Descriptions } from './described.ts';
import { disagreements } from './describing/agreement.ts';
import { type BackendShape, backend } from './describing/backend.ts';
import { backendOf, hooksOf, operationsOf, secretsOf } from './describing/read.ts';
import { restsOn, undecided } from './describing/undecided.ts';

const MOST_BYTES = 256 * 1024;
const MOST_FILES = 100;

/** A place of the file in words, with its line: `line 12, operations.leave.balance.path`. */
export type Placed = (path: readonly PropertyKey[]) => string;

interface Gathering {
  readonly backends: Map<string, ReturnType<typeof backendOf>>;
  readonly operations: Map<string, ReturnType<typeof operationsOf>[number]>;
  readonly hooks: Map<string, ReturnType<typeof hooksOf>[number]>;
  readonly secrets: Set<string>;
}

/** Refuses with code `settings`, naming every finding. */
export const readDescriptions = (folder: string): Descriptions => {
  const findings: string[] = [];
  const into: Gathering = { backends: new Map(), operations: new Map(), hooks: new Map(), secrets: new Set() };
  const hash = createHash('sha256');
  const files = filesIn(folder);
  if (files.length === 0)
    findings.push(`The backend folder ${folder} has no .yaml file. Describe at least one backend there.`);
  if (files.length > MOST_FILES)
    findings.push(`The backend folder ${folder} has more than ${MOST_FILES} .yaml files. Join some.`);
  for (const file of files.slice(0, MOST_FILES)) {
    const at = join(folder, file);
    const read = readDescription(at);
    if (!read.ok) {
      for (const finding of read.findings) findings.push(`${at}: ${finding}`);
      continue;
    }
    // Lengths stand before the content, so that no two folders that differ hash alike.
    hash.update(`${file.length}:${file}${read.bytes.length}:`).update(read.bytes);
    for (const finding of gather(read.data, into)) findings.push(`${at}: ${finding}`);
  }
  if (findings.length > 0) throw new SottoError('settings', findings.join('\n'));
  return { ...into, secrets: [...into.secrets].sort(), hash: hash.digest('hex') };
};

const filesIn = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder)
      .filter((file) => file.endsWith('.yaml'))
      .sort();
  } catch (cause) {
    throw new SottoError(
      'settings',
      `The backend folder ${folder} cannot be read. Name a readable folder in SOTTO_BACKENDS.`,
      { cause },
    );
  }
};

/** Of each file that is right, its path and where its parts stand, for whoever says something about them. Refuses with code `settings`. */
export const readPlaces = (
  folder: string,
): readonly { readonly path: string; readonly data: BackendShape; readonly placed: Placed }[] =>
  filesIn(folder)
    .slice(0, MOST_FILES)
    .flatMap((file) => {
      const path = join(folder, file);
      const read = readDescription(path);
      return read.ok ? [{ path, data: read.data, placed: read.placed }] : [];
    });

const gather = (data: BackendShape, into: Gathering): readonly string[] => {
  const findings: string[] = [];
  const own = backendOf(data);
  if (into.backends.has(own.name))
    findings.push(`the backend ${own.name} is described twice. Give one of them another name.`);
  into.backends.set(own.name, own);
  for (const operation of operationsOf(data, own)) {
    if (into.operations.has(operation.name))
      findings.push(`the operation ${operation.name} is described twice. Give one of them another name.`);
    into.operations.set(operation.name, operation);
  }
  for (const hook of hooksOf(data, own)) {
    if (into.hooks.has(hook.name))
      findings.push(`the hook ${hook.name} is described twice. Give one of them another name.`);
    into.hooks.set(hook.name, hook);
  }
  for (const secret of secretsOf(data)) into.secrets.add(secret);
  return findings;
};

/** One file, checked. Throws nothing that its content can cause. */
export const readDescription = (
  at: string,
):
  | { readonly ok: true; readonly data: BackendShape; readonly placed: Placed; readonly bytes: Buffer }
  | { readonly ok: false; readonly findings: readonly string[] } => {
  let bytes: Buffer;
  try {
    if (statSync(at).size > MOST_BYTES)
      return { ok: false, findings: [`it is larger than ${MOST_BYTES} bytes. Split it.`] };
    bytes = readFileSync(at);
  } catch {
    return { ok: false, findings: ['it cannot be read. Check that it is a file and that this account may read it.'] };
  }
  const read = parseDescription(bytes.toString('utf8'));
  return read.ok ? { ...read, bytes } : read;
};

/** The text of one file, checked. */
export const parseDescription = (
  text: string,
):
  | { readonly ok: true; readonly data: BackendShape; readonly placed: Placed }
  | { readonly ok: false; readonly findings: readonly string[] } => {
  const lines = new LineCounter();
  const document = parseDocument(text, { uniqueKeys: true, lineCounter: lines });
  if (document.errors.length > 0)
    return { ok: false, findings: document.errors.map(({ message }) => `it is not YAML: ${message}`) };
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 0 });
  } catch {
    return { ok: false, findings: ['it uses an alias (*name). Write the value out.'] };
  }
  const placed: Placed = (path) => `${lineOf(document, lines, path)}${path.join('.') || 'the file'}`;
  const open = undecided(value);
  const parsed = safely(backend, value);
  const issues = parsed.error?.issues.flatMap(issuesOfOne).filter(({ path }) => !restsOn(path, open)) ?? [];
  if (!parsed.success || open.length > 0)
    return {
      ok: false,
      findings: [
        ...open.map(({ path, what }) => `${placed(path)} ${what}.`),
        ...issues.map((issue) => `${placed(issue.path)} ${issueInWords(issue)}`),
      ],
    };
  const contradicted = disagreements(parsed.data).map(({ path, what }) => `${placed(path)} ${what}.`);
  return contradicted.length > 0 ? { ok: false, findings: contradicted } : { ok: true, data: parsed.data, placed };
};
