import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { compose, ROOT } from './files.ts';

const docs = ['docs/install.md', 'docs/orders.md', 'manifest/README.md'] as const;
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

const sources = [
  'src/config.ts',
  'src/main/secrets.ts',
  'src/main/opening.ts',
  ...readdirSync(join(ROOT, 'src/config')).map((name) => `src/config/${name}`),
]
  .map(read)
  .join('\n');

/** Compose's own, and no setting of Sotto's. */
const COMPOSE_ONLY = 'SOTTO_PORTS';

describe('what an admin reads', () => {
  it.each(docs)('names only settings that there are: %s', (path) => {
    const named = new Set(read(path).match(/\b(?:SOTTO|SLACK|TEAMS|AZURE)_[A-Z_]+\b/g));
    const strange = [...named].filter((name) => name !== COMPOSE_ONLY && !new RegExp(`\\b${name}\\b`).test(sources));
    expect(strange).toEqual([]);
  });

  it('sets only settings that there are: compose.yaml', () => {
    const names = Object.keys(compose.services.sotto.environment ?? {});
    expect(names.filter((name) => !sources.includes(`'${name}'`))).toEqual([]);
  });

  it.each(docs)('names only secrets that are asked for: %s', (path) => {
    const named = new Set(
      read(path).match(/\b(?:slack|teams|redis|data|audit)(?:-[a-z]+)*-(?:secret|token|password|key)\b/g),
    );
    expect([...named].filter((name) => !sources.includes(`'${name}'`))).toEqual([]);
  });

  it.each(docs)('names only commands that there are: %s', (path) => {
    const commands = read('src/cli.ts');
    const named = new Set([...read(path).matchAll(/\b(?:npx|`)\s*sotto ([a-z]+)/g)].map(([, name = '']) => name));
    expect([...named].filter((name) => !commands.includes(`  ${name}: async`))).toEqual([]);
  });

  it.each(docs)('links to files that there are: %s', (path) => {
    const targets = [...read(path).matchAll(/\]\(([^)]+)\)/g)].map(([, target = '']) => target);
    expect(targets.length).toBeGreaterThan(0);
    expect(targets.filter((target) => !existsSync(join(ROOT, path, '..', target)))).toEqual([]);
  });

  it('says what was not tried', () => {
    expect(read('docs/install.md')).toMatch(/Nothing of it was tried\s+against a live/);
  });
});
