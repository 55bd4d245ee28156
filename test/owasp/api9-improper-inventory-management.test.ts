/** OWASP API Security Top 10 (2023), API9: Improper Inventory Management. Every way in and every host that is called is on a list, and a list names nothing that is not there. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { backendOf, hooksOf, operationsOf } from '../../src/adapters/backend/describing/read.ts';
import { readDescription } from '../../src/adapters/backend/description.ts';

const ROOT = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const operations = read('docs/operations.md');

/** Paths that adapters offer the internet, by what they are written as; operators' socket has a list of its own. */
const PUBLIC = globSync('src/adapters/**/*.ts', { cwd: ROOT })
  .filter((path) => !path.includes('/control/'))
  .flatMap((path) =>
    [...read(path).matchAll(/method: '(?:GET|POST)',\s+path: ['`](\/[a-z]+(?:\/[a-z]+)*)/g)].map(([, at = '']) => at),
  );

const listed = (path: string): boolean => {
  const [, first = ''] = path.split('/');
  return (
    operations.includes(`\`POST ${path}\``) ||
    operations.includes(`below \`/${first}/\``) ||
    operations.includes(`POST /${first}/`)
  );
};

describe('the ways in', () => {
  it('are all in the list of what listens', () => {
    expect(PUBLIC).toEqual(expect.arrayContaining(['/slack/events', '/teams/messages']));
    expect([...new Set(PUBLIC)].filter((path) => !listed(path) && !path.startsWith('/health'))).toEqual([]);
  });

  it('have the webhooks of systems among them', () => {
    expect(operations).toContain('POST /hooks/');
  });
});

const files = globSync(['docs/backends/*.yaml', 'src/policies/default/backends/*.yaml'], { cwd: ROOT });

describe('the hosts that a description leads to', () => {
  it.each(files)('are all among those that it names, and no others may be called: %s', (file) => {
    const description = readDescription(join(ROOT, file));
    if (!description.ok) throw new Error(description.findings.join('\n'));
    const backend = backendOf(description.data);
    const written = [...JSON.stringify(description.data).matchAll(/https?:\/\/([^/"\\:]+)/g)].map(([, host]) => host);
    expect(written.length).toBeGreaterThan(0);
    expect(written.filter((host) => host !== undefined && !backend.hosts.includes(host))).toEqual([]);
    for (const each of [...operationsOf(description.data, backend), ...hooksOf(description.data, backend)])
      expect(each.backend.hosts).toBe(backend.hosts);
  });

  it.each(files.filter((file) => file.startsWith('docs/')))(
    'are those of a product that nobody tried it against, and it says so: %s',
    (file) => {
      expect(read(file)).toMatch(/NOT TRIED AGAINST A LIVE PRODUCT/);
    },
  );

  it('are in the list of what goes out, by the setting that names them', () => {
    expect(operations).toMatch(/\| the `baseUrl` of each description in `SOTTO_BACKENDS`/);
    expect(operations).toMatch(/`tokenUrl`/);
  });

  it('are few: nothing in the source writes an address of a system of record', () => {
    const sources = globSync('src/adapters/backend/**/*.ts', { cwd: ROOT });
    expect(sources.length).toBeGreaterThan(20);
    const addresses = sources.flatMap((path) =>
      [...read(path).matchAll(/['"`]https?:\/\/[a-z0-9]/g)].map(([at]) => `${path}: ${at}`),
    );
    expect(addresses).toEqual([]);
  });
});
