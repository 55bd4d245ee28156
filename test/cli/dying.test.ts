/** How a process ends by an error that nobody expected, and what it says then. */
import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { lastWords } from '../../src/cli/dying.ts';
import { until } from '../support/until.ts';

const DYING = pathToFileURL(join(import.meta.dirname, '../../src/cli/dying.ts')).href;
const LOG = pathToFileURL(join(import.meta.dirname, '../../src/adapters/log/log.ts')).href;
const WORDS = 'kanarienvogel';

/** Runs this in a process that dies quietly; everything that it printed. */
const run = (
  program: string,
  ...node: readonly string[]
): { readonly said: string; readonly status: number | null } => {
  const source = [
    `import { dieQuietly, warnQuietly } from ${JSON.stringify(DYING)};`,
    `import { createLog } from ${JSON.stringify(LOG)};`,
    'dieQuietly();',
    "warnQuietly(createLog({ level: 'info' }));",
    program,
  ].join('\n');
  const { stdout, stderr, status } = spawnSync(process.execPath, [...node, '--input-type=module', '-e', source], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] },
  });
  return { said: `${stdout}${stderr}`, status };
};

describe('a process that dies', () => {
  it.each([
    ['an error', `throw new Error('${WORDS}');`],
    ['an error of a timer', `setTimeout(() => { throw new TypeError('${WORDS}'); }, 1);`],
    ['a rejection that nobody heard', `void Promise.reject(new Error('${WORDS}'));`],
    ['a rejection with words', `void Promise.reject('${WORDS}');`],
    ['a rejection with an object', `void Promise.reject({ ${WORDS}: '${WORDS}', code: '${WORDS}' });`],
    ['words that are thrown', `throw '${WORDS}';`],
    ['nothing that is thrown', 'throw undefined;'],
    ['an error with a cause', `throw new Error('${WORDS}', { cause: new Error('${WORDS}') });`],
    ['several errors', `throw new AggregateError([new Error('${WORDS}')], '${WORDS}');`],
    ['an error that holds a request', `throw Object.assign(new Error('x'), { request: { text: '${WORDS}' } });`],
    ['an error that calls itself so', `const e = new Error('x'); e.name = '${WORDS}'; throw e;`],
    ['an error of a class that is called so', `throw new (class ${WORDS} extends Error {})('x');`],
    ['an error whose message is a stack', `throw new Error('\\n    at x (file:///${WORDS}.ts:1:1)');`],
    ['an error whose message was changed', `const e = new Error('${WORDS}'); e.message = 'x'; throw e;`],
    ['an error whose fields throw', `throw { get code() { throw new Error('${WORDS}'); } };`],
    [
      'an event that nobody hears',
      `new (await import('node:events')).EventEmitter().emit('error', new Error('${WORDS}'));`,
    ],
  ])('of %s says so, and none of its words', (_, program) => {
    const { said, status } = run(program);
    expect(status).toBe(1);
    expect(said).toMatch(/^Sotto ended by an error that it did not expect \(/m);
    expect(said.toLowerCase()).not.toContain(WORDS);
  });

  it('says of which kind the error was, its code, and through which places it came', () => {
    const { said } = run("(await import('node:fs')).readFileSync('/nowhere/kanarienvogel');");
    expect(said).toContain('(Error, code ENOENT)');
    expect(said).toMatch(/^ {2}at node:fs:\d+:\d+$/m);
    const thrown = Object.assign(new RangeError(WORDS), { code: 'ERR_OUT_OF_RANGE' });
    expect(lastWords(thrown)).toContain('(RangeError, code ERR_OUT_OF_RANGE)');
    expect(lastWords(thrown)).toMatch(/^ {2}at test\/cli\/dying\.test\.ts:\d+:\d+$/m);
  });

  it('opens no debugger for a signal, as Node would', async () => {
    const heard = async (...before: readonly string[]): Promise<string> => {
      const program = [...before, "console.log('up');", 'setInterval(() => undefined, 1_000);'].join('\n');
      const child = spawn(process.execPath, ['--inspect-port=0', '--input-type=module', '-e', program]);
      let said = '';
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (said += String(chunk)));
      await until(() => said.includes('up'));
      child.kill('SIGUSR1');
      await until(() => said.includes('Debugger listening'), 3_000).catch(() => undefined);
      child.kill('SIGKILL');
      return said;
    };
    const never = [`import { debugNever } from ${JSON.stringify(DYING)};`, 'debugNever();'];
    expect(await heard()).toContain('Debugger listening');
    expect(await heard(...never)).not.toContain('Debugger listening');
  }, 60_000);

  it('prints a warning as a line of the log, without its text', () => {
    const { said, status } = run(
      `process.emitWarning('${WORDS}', 'DeprecationWarning', 'DEP0001'); process.emitWarning('${WORDS}'); new (await import('node:url')).parse('http://${WORDS}:a:b');`,
    );
    expect(said.toLowerCase()).not.toContain(WORDS);
    expect(said).toContain('"event":"node.warning"');
    expect(said).toContain('"code":"DEP0001"');
    expect(status).not.toBeNull();
  });
});
