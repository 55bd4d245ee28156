/**
 * Which methods of Slack's Web API some source calls, found in its tokens: the vendor's client has a function for each, by the method's
 * name, so that no list is kept here.
 */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { WebClient } from '@slack/web-api';
import { tokensOf } from './source-tokens.ts';

const ROOT = join(import.meta.dirname, '..', '..');

const namesIn = (value: unknown, path: string): readonly string[] => {
  if (typeof value === 'function') return [path];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => namesIn(inner, `${path}.${key}`));
};

/** Families of methods are plain objects; what else a client has (its queue, its log) is not. */
const isPlain = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

const client: object = new WebClient();

/** Every method that the vendor's client knows. */
export const KNOWN_METHODS: ReadonlySet<string> = new Set(
  Object.entries(client)
    .filter(([key, family]) => !key.startsWith('_') && isPlain(family))
    .flatMap(([family, methods]) => namesIn(methods, family)),
);

const DOTS: readonly string[] = ['.', '?.'];

/** On a client, as in `client.chat.postMessage(…)` and `new WebClient(…).oauth.v2.access(…)`, or by its whole name in a string. */
export const methodsIn = (source: string): readonly string[] => {
  const tokens = tokensOf(source);
  const textAt = (at: number): string => tokens[at]?.text ?? '';
  const found = tokens.flatMap(({ kind, text }, at) => {
    // A name that something is listed under is no call.
    if (kind === 'string') return KNOWN_METHODS.has(text) && textAt(at + 1) !== ':' ? [text] : [];
    if (!DOTS.includes(textAt(at - 1)) || !/client$|^\)$/i.test(textAt(at - 2))) return [];
    const path = [text];
    for (let next = at + 1; DOTS.includes(textAt(next)); next += 2) path.push(textAt(next + 1));
    return KNOWN_METHODS.has(path.join('.')) ? [path.join('.')] : [];
  });
  return [...new Set(found)].toSorted();
};

export interface Source {
  readonly path: string;
  readonly text: string;
}

/** The adapter, file by file. */
export const slackSources = (): readonly Source[] =>
  globSync('src/adapters/slack/**/*.ts', { cwd: ROOT })
    .toSorted()
    .map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }));

/** What the adapter calls. */
export const calledMethods = (): readonly string[] =>
  [...new Set(slackSources().flatMap(({ text }) => methodsIn(text)))].toSorted();
