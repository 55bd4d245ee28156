import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(import.meta.dirname, '..', 'page');

const TYPES: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
};

/** One thing that the page consists of, ready to be sent. */
export interface Asset {
  readonly path: string;
  readonly type: string;
  readonly body: Buffer;
}

/**
 * Everything that the page loads, from memory: what is not in this list has no route, so no path can lead out of the
 * folder. In the html, `integrity="page.js"` stands for that file's hash; one that names no file stops the start.
 */
export const readAssets = (folder: string = FOLDER): readonly Asset[] => {
  const files = readdirSync(folder).flatMap((name) => {
    const type = TYPES[name.slice(name.lastIndexOf('.') + 1)];
    return type === undefined ? [] : [{ name, path: `/page/${name}`, type, body: readFileSync(join(folder, name)) }];
  });
  const hashes = new Map(files.map(({ name, body }) => [name, integrity(body)]));
  const html = readFileSync(join(folder, 'index.html'), 'utf8').replaceAll(/integrity="([^"]*)"/g, (_all, name) => {
    const hash = hashes.get(String(name));
    if (hash === undefined) throw new Error(`playground/page/index.html names "${name}", which is not beside it.`);
    return `integrity="${hash}"`;
  });
  const page = { path: '/', type: 'text/html; charset=utf-8', body: Buffer.from(html) };
  return [page, ...files.map(({ path, type, body }) => ({ path, type, body }))];
};

const integrity = (body: Buffer): string => `sha384-${createHash('sha384').update(body).digest('base64')}`;
