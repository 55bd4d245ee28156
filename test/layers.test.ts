import { globSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { checkLayers, sentence } from './support/layers.ts';

const project = join(import.meta.dirname, '..');
const { dependencies } = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8'));
const packages = Object.keys(dependencies);

/** The targets of what is found in one file with this text. */
const found = (path: string, ...lines: readonly string[]): readonly string[] =>
  checkLayers({ files: [{ path, source: lines.join('\n') }], dependencies: packages }).map(({ target }) => target);

describe('the house', () => {
  it('is as drawn: nobody imports or touches what is not theirs', () => {
    const files = globSync('{src,playground}/**/*.{ts,mts,cts,js,mjs,cjs}', { cwd: project })
      .map((path) => path.split(sep).join('/'))
      .filter((path) => !path.startsWith('playground/page/'))
      .map((path) => ({ path, source: readFileSync(join(project, path), 'utf8') }));
    for (const part of [
      'src/core/',
      'src/policies/',
      'src/adapters/',
      'src/main.ts',
      'src/cli.ts',
      'src/config.ts',
      'playground/',
    ])
      expect(files.some(({ path }) => path.startsWith(part))).toBe(true);
    const findings = checkLayers({ files, dependencies: packages });
    expect(findings.map(sentence).join('\n\n')).toBe('');
  });
});

describe('the check of the house', () => {
  it.each([
    ['a value', "import { a } from '../adapters/slack/slack.ts';"],
    ['a type', "import type { a } from '../adapters/slack/slack.ts';"],
    ['a type among values', "import { type A } from '../adapters/slack/slack.ts';"],
    ['an effect', "import '../adapters/slack/slack.ts';"],
    ['a whole', "import * as a from '../adapters/slack/slack.ts';"],
    ['a default', "import a, { b } from '../adapters/slack/slack.ts';"],
    ['many lines', "import {\n  a, // '\n  b as c,\n} from\n  '../adapters/slack/slack.ts';"],
    ['no semicolon', "import { a } from '../adapters/slack/slack.ts'\nconst b = 1"],
    ['a re-export', "export { a } from '../adapters/slack/slack.ts';"],
    ['a re-export of all', "export * from '../adapters/slack/slack.ts';"],
    ['a re-export under a name', "export * as a from '../adapters/slack/slack.ts';"],
    ['a re-export of types', "export type { A } from '../adapters/slack/slack.ts';"],
    ['a dynamic import', "const a = await import('../adapters/slack/slack.ts');"],
    ['a dynamic import in a template', 'const a = await import(`../adapters/slack/slack.ts`);'],
    ['an import in a type', "type A = import('../adapters/slack/slack.ts').A;"],
    ['a require', "const a = require('../adapters/slack/slack.ts');"],
    ['a require by assignment', "import a = require('../adapters/slack/slack.ts');"],
    ['something inside a template', `const a = \`x \${await import('../adapters/slack/slack.ts')} y\`;`],
    ['something after a regular expression', "const a = /[/'\"`]/.test(b);\nimport '../adapters/slack/slack.ts';"],
    ['something after a division', "const a = b / c; import '../adapters/slack/slack.ts'; const d = e / f;"],
  ])('sees %s that the core takes from an adapter', (_, source) => {
    expect(found('src/core/work.ts', source).join()).toContain('../adapters/slack/slack.ts (');
  });

  it('sees an import whose target is only known at run time', () => {
    for (const source of [
      'await import(name);',
      `await import(\`./\${name}.ts\`);`,
      "await import('./' + name);",
      'require(name);',
      'createRequire(import.meta.url);',
    ])
      expect(found('src/core/work.ts', source).join()).toContain('something by a');
  });

  it('lets nothing but imports pass for imports', () => {
    expect(
      found(
        'src/core/work.ts',
        "// import '../adapters/a.ts';",
        "/* import '../adapters/a.ts'; */",
        'const a = "import \'../adapters/a.ts\'";',
        "const b = `import '../adapters/a.ts'`;",
        "const c = /import '..\\/adapters'/;",
        "const d = { import: 1, from: 'x', require: 2 };",
        "d.import('../adapters/a.ts');",
        'export { a, b };',
        "export const e = 'fastify';",
        'const here = import.meta.url;',
      ),
    ).toEqual([]);
  });

  it.each([
    ['src/core/work.ts', "import { readFile } from 'node:fs/promises';"],
    ['src/core/work.ts', "import { readFile } from 'fs';"],
    ['src/core/work.ts', "import { randomBytes } from 'node:crypto';"],
    ['src/core/work.ts', "import { hash, randomUUID } from 'node:crypto';"],
    ['src/core/work.ts', "import * as crypto from 'node:crypto';"],
    ['src/core/work.ts', "import crypto from 'node:crypto';"],
    ['src/core/work.ts', "import { confusables } from 'confusables';"],
    ['src/core/work.ts', "import fastify from 'fastify';"],
    ['src/core/work.ts', "import { a } from '../policies/authorise.ts';"],
    ['src/core/work.ts', "import { a } from '../config.ts';"],
    ['src/core/recognise/x.ts', "import { parse } from 'yaml';"],
    ['src/policies/x.ts', "import { a } from '../core/work.ts';"],
    ['src/policies/x.ts', "import { a } from '../adapters/files/secrets.ts';"],
    ['src/policies/x.ts', "import { get } from 'node:http';"],
    ['src/adapters/slack/x.ts', "import { a } from '../http/server.ts';"],
    ['src/adapters/slack/x.ts', "import { a } from '../../core/work.ts';"],
    ['src/adapters/slack/x.ts', "import type { FastifyInstance } from 'fastify';"],
    ['src/adapters/http/x.ts', "import { App } from '@slack/bolt';"],
    ['src/adapters/http/x.ts', "import { a } from '@slack/bolt/dist/x.js';"],
    ['src/adapters/http/x.ts', "import { DatabaseSync } from 'node:sqlite';"],
    ['src/adapters/http/x.ts', "import { a } from '../../policies/authorise.ts';"],
    ['src/adapters/http/x.ts', "import { a } from '../../config.ts';"],
    ['src/adapters/bounded/x.ts', "import { a } from '../http/server.ts';"],
    ['src/adapters/bounded/x.ts', "import type { Person } from '../../core/types.ts';"],
    ['src/adapters/bounded/x.ts', "import { z } from 'zod';"],
    ['src/adapters/bounded/x.ts', "import { env } from 'node:process';"],
    ['src/core/work.ts', "import { within } from '../adapters/bounded/waiting.ts';"],
    ['src/policies/x.ts', "import { within } from '../adapters/bounded/waiting.ts';"],
    ['src/config.ts', "import { a } from './adapters/files/secrets.ts';"],
    ['src/config.ts', "import { readFileSync } from 'node:fs';"],
    ['src/core/work.ts', "import { a } from '../main.ts';"],
    ['src/policies/x.ts', "import { a } from '../cli/ask.ts';"],
    ['src/adapters/http/x.ts', "import { a } from '../../../playground/stage.ts';"],
    ['src/main.ts', "import { a } from '../test/support/layers.ts';"],
    ['playground/stage.ts', "import { a } from '../bench/audit.ts';"],
    ['src/main.ts', "import lodash from 'lodash';"],
    ['src/core/work.ts', "import a from '/etc/passwd';"],
    ['src/core/work.ts', "import a from '#core/x';"],
    ['src/helpers.ts', 'export const a = 1;'],
    ['src/adapters/x.ts', 'export const a = 1;'],
  ])('refuses in %s: %s', (path, source) => {
    expect(found(path, source).length).toBeGreaterThan(0);
  });

  it.each([
    ['src/core/work.ts', "import { hash, createHash } from 'node:crypto';"],
    ['src/core/work.ts', "import { z } from 'zod';"],
    ['src/core/recognise/x.ts', "import { remove } from 'confusables';"],
    ['src/core/recognise/x.ts', "import type { Person } from '../types.ts';"],
    ['src/policies/x.ts', "import { SottoError } from '../core/errors.ts';"],
    ['src/policies/x.ts', "import cedar from '@cedar-policy/cedar-wasm/nodejs';"],
    ['src/adapters/slack/x.ts', "import { App } from '@slack/bolt';"],
    ['src/adapters/sqlite/x.ts', "import { DatabaseSync } from 'node:sqlite';"],
    ['src/adapters/slack/x.ts', "import { within } from '../bounded/waiting.ts';"],
    ['src/adapters/bounded/x.ts', "import { SottoError } from '../../core/errors.ts'; import 'node:timers/promises';"],
    ['src/adapters/bounded/x.ts', "import type { Clock } from '../../core/ports.ts'; import { a } from './body.ts';"],
    ['src/adapters/audit-log/x.ts', "import type { AuditEntry } from '../../core/audit.ts';"],
    ['src/main.ts', "import { a } from './adapters/slack/slack.ts'; import type { FastifyInstance } from 'fastify';"],
    ['src/cli.ts', `const load = (name: string) => import(\`./cli/\${name}.ts\`);`],
    ['playground/stage.ts', "import { startSotto } from '../src/main.ts';"],
  ])('allows in %s: %s', (path, source) => {
    expect(found(path, source)).toEqual([]);
  });

  it.each([
    'const a = process.env.PORT;',
    "const a = process.env['PORT'];",
    "const a = process?.env['PORT'];",
    "const a = process['env'];",
    'const { env } = process;',
    "import { env } from 'node:process';",
    "const { env } = await import('node:process');",
    'const a = globalThis.process.env;',
  ])('finds the environment read outside of config: %s', (source) => {
    expect(found('src/main.ts', source)).toContain('process.env');
    expect(found('playground/stage.ts', source)).toContain('process.env');
    expect(found('src/config.ts', 'export const environment = () => process.env;')).toEqual([]);
  });

  it.each([
    'const a = Date.now();',
    'const a = new Date();',
    'const a = new Date;',
    'const a = Date();',
    "const a = Date['now']();",
    'const clock = Date;',
    'const a = Math.random();',
    'const { random } = Math;',
    'setTimeout(run, 5);',
    'const a = { later: setTimeout };',
    'const a = wait ? setImmediate : run;',
    'await fetch(url);',
    'const { fetch } = backend;',
    'const a = url ? fetch(url) : null;',
    'process.exit(1);',
    'process\n  .exit(1);',
    'const a = crypto.randomUUID();',
    'console.log(a);',
    'globalThis.setTimeout(run, 5);',
    'const a = performance.now();',
    "eval('1');",
    'await world.backend.fetch(o);',
    "await world.backend['fetch'](o);",
    'await anything?.fetch(o);',
  ])('finds the core reaching for the world: %s', (source) => {
    expect(found('src/core/work.ts', source).length).toBeGreaterThan(0);
  });

  it('leaves alone what only looks like it', () => {
    expect(
      found(
        'src/core/work.ts',
        'const at = new Date(clock.now());',
        'const day = Date.parse(text) + Date.UTC(2026, 1);',
        'const a: Date | null = null;',
        '// Date.now(), process.env, fetch',
        "const words = 'Math.random() process.env setTimeout';",
        'const b = Math.max(1, 2);',
        'interface Backend { operation(name: string): void; fetch(o: { readonly id: string }): Promise<void>; process?: string }',
        'const c = { process: 1, fetch: 2 }; c.process;',
        'const run = (process: string) => 1;',
      ),
    ).toEqual([]);
  });

  it('reads a parameter inside a template as that, not as the process', () => {
    expect(
      found('src/adapters/sqlite/x.ts', `const f = (process?: string) => { const a = \`\${process ?? 'p'}.1\`; };`),
    ).toEqual([]);
  });

  it('lets the policy engine load its module afresh, and nobody else', () => {
    const source = "import { createRequire } from 'node:module'; const load = createRequire(import.meta.url);";
    expect(found('src/policies/engine.ts', source)).toEqual([]);
    expect(found('src/policies/rules.ts', source).length).toBeGreaterThan(0);
  });

  it('lets what core/data.ts hands out alone call the backend, and the trial of a description that shows no value', () => {
    const call = 'const fetched = await world.backend.fetch({ operation });';
    for (const path of ['src/core/authorised/guard.ts', 'src/core/authorised/reading.ts', 'src/cli/check-live.ts'])
      expect(found(path, call)).toEqual([]);
    for (const path of [
      'src/core/data.ts',
      'src/core/authorised/writing.ts',
      'src/core/converse.ts',
      'src/main.ts',
      'src/cli/ask.ts',
      'src/cli/check.ts',
      'src/cli/check-tried.ts',
      'src/adapters/backend/rest.ts',
      'playground/stage.ts',
    ])
      expect(found(path, call)).toEqual(['backend.fetch']);
  });

  it('lets nobody but core/data.ts and its own at what stands behind a backend', () => {
    const taking = "import { behindOf } from '../core/authorised/guard.ts';";
    for (const path of ['src/main/serve.ts', 'src/cli/ask.ts'])
      expect(found(path, taking)).toEqual(['../core/authorised/guard.ts (import)']);
    for (const path of ['src/core/steps.ts', 'src/core/converse.ts', 'src/core/writing/in-view.ts']) {
      const to = path.startsWith('src/core/writing/') ? '../authorised' : './authorised';
      expect(found(path, `export * from '${to}/reading.ts';`)).toHaveLength(1);
    }
    expect(found('src/core/data.ts', "export { guarded } from './authorised/guard.ts';")).toEqual([]);
    expect(found('src/core/authorised/reading.ts', "import { behindOf } from './guard.ts';")).toEqual([]);
  });

  it('hands out at core/data.ts what authorises, and nothing that reaches behind it', async () => {
    expect(Object.keys(await import('../src/core/data.ts')).sort()).toEqual([
      'guarded',
      'heard',
      'readAuthorised',
      'screened',
      'writeAuthorised',
    ]);
  });

  it.each([
    ['showing/reveal.ts', 'show.ts', 'writing/in-view.ts'],
    ['showing/post.ts', 'show.ts', 'reported.ts'],
    ['showing/settle.ts', 'show.ts', 'converse.ts'],
    ['run-claim.ts', 'work.ts', 'at-once.ts'],
    ['converse.ts', 'run-claim.ts', 'work.ts'],
  ])('lets nobody go round an order: core/%s is taken by core/%s, and not by core/%s', (inner, door, other) => {
    const taken = (path: string): readonly string[] =>
      found(`src/core/${path}`, `export * from '${path.includes('/') ? '..' : '.'}/${inner}';`);
    expect(taken(door)).toEqual([]);
    expect(taken(other)).toHaveLength(1);
    expect(found('src/main/answering.ts', `import { a } from '../core/${inner}';`)).toHaveLength(1);
  });

  it('lets what core/data.ts hands out alone write to a backend', () => {
    const call = 'const written = await world.backend.write?.({ operation });';
    expect(found('src/core/authorised/guard.ts', call)).toEqual([]);
    for (const path of [
      'src/core/data.ts',
      'src/core/authorised/writing.ts',
      'src/core/writing/carry-out.ts',
      'src/main.ts',
      'src/cli/check-live.ts',
      'playground/stage.ts',
    ])
      expect(found(path, call)).toEqual(['backend.write']);
  });

  it('says what, where, why and how to mend it', () => {
    const [finding] = checkLayers({
      files: [{ path: 'src/core/work.ts', source: "const a = 1;\nimport { b } from '../adapters/slack/slack.ts';" }],
      dependencies: packages,
    });
    expect(finding === undefined ? '' : sentence(finding)).toBe(
      [
        'src/core/work.ts:2 touches ../adapters/slack/slack.ts (import).',
        '  Why not: the core knows no platform, store, file, network or clock, so that its order can be read and tested without them.',
        '  Instead: ask for it through a port of src/core/ports.ts and let an adapter answer.',
      ].join('\n'),
    );
  });
});
