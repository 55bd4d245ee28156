/** Reads backend descriptions: a folder of YAML files, each one system with its operations. Everything wrong is said at once. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { SottoError } from '../../core/errors.ts';
import type { Operation } from '../../core/ports.ts';
import { issueInWords } from '../bounded/issue.ts';
import { lineOf } from '../bounded/yaml-line.ts';

const MOST_BYTES = 256 * 1024;
const LOOPBACK: readonly string[] = ['127.0.0.1', 'localhost', '[::1]'];

const name = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,63}(\.[a-z][a-z0-9-]{0,63})?$/, 'must be lower-case words joined by a dot');
const fieldName = z.string().regex(/^[A-Za-z][A-Za-z0-9]{0,63}$/, 'must be a plain field name');

/** `text`, `number`, `date` (YYYY-MM-DD), or `money:FIELD`, where FIELD holds the ISO 4217 code. */
const fieldType = z
  .string()
  .regex(/^(?:text|number|date|money:[A-Za-z][A-Za-z0-9]{0,63})$/, 'must be text, number, date or money:FIELD');

/** Only these may stand in a path; nothing that a person wrote ever does. A slot's value is a date, a number or an id of the pack. */
const path = z
  .string()
  .max(500)
  .regex(
    /^(?:\/(?:[A-Za-z0-9_~-][A-Za-z0-9._~-]*|\{subject\}|\{asker\}|\{slot\.[a-z][a-z0-9-]{0,31}(?:\.(?:from|to))?\}))+$/,
    'must begin with / and hold plain segments, {subject}, {asker} or {slot.NAME}',
  );

/** What is asked besides; left out of the call where the slot is empty. `from` and `to` are the first and last day of a period. */
const query = z
  .record(
    z.string().regex(/^[A-Za-z][A-Za-z0-9_.-]{0,63}$/, 'must be named by letters, digits, dots, dashes or underscores'),
    z
      .string()
      .regex(
        /^\{slot\.[a-z][a-z0-9-]{0,31}(?:\.(?:from|to))?\}$/,
        'must be {slot.NAME}, or {slot.NAME.from} and {slot.NAME.to} of a period',
      ),
  )
  .refine((all) => Object.keys(all).length <= 10, 'must not be more than ten');

const operation = z.strictObject({
  method: z.literal('GET'),
  path,
  query: query.default({}),
  data: z.string().regex(/^[a-z][a-z0-9-]{0,63}$/, 'must be a data class, lower case'),
  /** The field of each record that names whom it is about. */
  subject: fieldName,
  /** The field that holds the list; without it the answer is one record. */
  records: fieldName.optional(),
  fields: z.record(fieldName, fieldType),
});

const baseUrl = z.string().refine((value) => {
  try {
    const { protocol, hostname, username, search, hash } = new URL(value);
    const safe = protocol === 'https:' || (protocol === 'http:' && LOOPBACK.includes(hostname));
    return safe && username === '' && search === '' && hash === '' && !value.endsWith('/');
  } catch {
    return false;
  }
}, 'must be an https address (http on this machine only), for what comes from there is about people, without user, query or a slash at its end');

const description = z.strictObject({
  backend: name,
  baseUrl,
  timeoutMs: z.int().min(100).max(10_000).default(5_000),
  /** The token is a secret of the vault, by name. */
  auth: z.strictObject({ scheme: z.literal('bearer'), secret: z.string().regex(/^[a-z0-9-]{1,100}$/) }).optional(),
  operations: z.record(name, operation),
});

export interface Described extends Operation {
  readonly baseUrl: string;
  readonly timeoutMs: number;
  readonly secret: string | null;
  readonly path: string;
  /** By the parameter's name, what stands in it. */
  readonly query: ReadonlyMap<string, string>;
  readonly subjectField: string;
  readonly recordsField: string | null;
  readonly fields: ReadonlyMap<string, string>;
}

/** Refuses with code `settings`, naming every finding. */
export const readDescriptions = (folder: string): ReadonlyMap<string, Described> => {
  const findings: string[] = [];
  const operations = new Map<string, Described>();
  let files: readonly string[] = [];
  try {
    files = readdirSync(folder)
      .filter((file) => file.endsWith('.yaml'))
      .sort();
  } catch (cause) {
    throw new SottoError(
      'settings',
      `The backend folder ${folder} cannot be read. Name a readable folder in SOTTO_BACKENDS.`,
      { cause },
    );
  }
  if (files.length === 0)
    findings.push(`The backend folder ${folder} has no .yaml file. Describe at least one backend there.`);
  for (const file of files) {
    const at = join(folder, file);
    for (const finding of readOne(at, operations)) findings.push(`${at}: ${finding}`);
  }
  if (findings.length > 0) throw new SottoError('settings', findings.join('\n'));
  return operations;
};

const SLOT = /\{slot\.([a-z0-9-]+)(\.(?:from|to))?\}/g;

const slotsOf = (op: {
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
}): Pick<Operation, 'slots'> => {
  const slots = new Map<string, { name: string; needed: boolean; part: boolean }>();
  for (const [needed, text] of [
    [true, op.path] as const,
    ...Object.values(op.query).map((it) => [false, it] as const),
  ]) {
    for (const [, slot = '', part] of text.matchAll(SLOT)) {
      const before = slots.get(slot) ?? { name: slot, needed, part: false };
      slots.set(slot, { ...before, needed: before.needed || needed, part: before.part || part !== undefined });
    }
  }
  return slots.size === 0 ? {} : { slots: [...slots.values()] };
};

const readOne = (at: string, operations: Map<string, Described>): readonly string[] => {
  let text: string;
  try {
    if (statSync(at).size > MOST_BYTES) return [`it is larger than ${MOST_BYTES} bytes. Split it.`];
    text = readFileSync(at, 'utf8');
  } catch {
    return ['it cannot be read. Check that it is a file and that this account may read it.'];
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { uniqueKeys: true, lineCounter: lines });
  if (document.errors.length > 0) return document.errors.map(({ message }) => `it is not YAML: ${message}`);
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: 0 });
  } catch {
    return ['it uses an alias (*name). Write the value out.'];
  }
  const parsed = description.safeParse(value);
  if (!parsed.success)
    return parsed.error.issues.map(
      (issue) => `${lineOf(document, lines, issue.path)}${issue.path.join('.') || 'the file'} ${issueInWords(issue)}`,
    );
  const { data } = parsed;
  const findings: string[] = [];
  for (const [own, op] of Object.entries(data.operations)) {
    if (operations.has(own)) findings.push(`the operation ${own} is described twice. Give one of them another name.`);
    operations.set(own, {
      name: own,
      dataClass: op.data,
      list: op.records !== undefined,
      bySubject: op.path.includes('{subject}'),
      baseUrl: data.baseUrl,
      timeoutMs: data.timeoutMs,
      secret: data.auth?.secret ?? null,
      path: op.path,
      query: new Map(Object.entries(op.query)),
      ...slotsOf(op),
      subjectField: op.subject,
      recordsField: op.records ?? null,
      fields: new Map(Object.entries(op.fields)),
    });
  }
  return findings;
};
