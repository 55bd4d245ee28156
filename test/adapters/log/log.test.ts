import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createLog } from '../../../src/adapters/log/log.ts';

const recorded = (level: 'info' | 'warn' | 'error' | 'silent' = 'info') => {
  const lines: string[] = [];
  return { lines, log: createLog({ level, destination: { write: (line: string) => lines.push(line) } }) };
};

describe('the log', () => {
  it('writes one line of JSON with level, time, event and fields', () => {
    const { lines, log } = recorded();
    const fields = {
      id: 'Ev1',
      tenant: 'T1',
      code: 'ratelimited',
      step: 'post',
      status: 429,
      count: 2,
      ms: 3.5,
      name: 'a',
    };
    log.warn('slack.failed', fields);
    expect(lines.length).toBe(1);
    const { time, ...line } = JSON.parse(lines[0] ?? '');
    expect(line).toEqual({ level: 'warn', event: 'slack.failed', ...fields });
    expect(Math.abs(Date.parse(time) - Date.now())).toBeLessThan(60_000);
  });

  it('drops every field that is not on the list, and values of another kind', () => {
    const { lines, log } = recorded();
    const error = new Error('what does Mona earn?');
    const fields = {
      id: 'a',
      text: 'what does Mona earn?',
      error,
      err: error,
      msg: 'x',
      code: { deep: 'words' },
      ms: Number.NaN,
    };
    log.error('failed', fields as unknown as { readonly id: string });
    const { time: _, ...line } = JSON.parse(lines[0] ?? '');
    expect(line).toEqual({ level: 'error', event: 'failed', id: 'a' });
  });

  it('withholds a text that could be a sentence, and cuts a long one', () => {
    const { lines, log } = recorded();
    log.info('a', { id: 'what does Mona earn', code: 'line\nfeed', name: 'ü', step: '', tenant: 'T'.repeat(5_000) });
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      id: 'withheld',
      code: 'withheld',
      name: 'withheld',
      step: 'withheld',
      tenant: 'T'.repeat(200),
    });
  });

  it('writes one line that reads back, whatever it is given', () => {
    const { lines, log } = recorded();
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.object(), (event, fields) => {
        lines.length = 0;
        log.info(event, fields);
        expect(lines.length).toBe(1);
        expect(lines[0]?.endsWith('\n')).toBe(true);
        expect(lines[0]?.indexOf('\n')).toBe((lines[0]?.length ?? 0) - 1);
        expect(Object.keys(JSON.parse(lines[0] ?? '')).length).toBeLessThanOrEqual(11);
      }),
    );
  });

  it('keeps silent below its level', () => {
    const quiet = recorded('silent');
    quiet.log.error('a');
    const warn = recorded('warn');
    warn.log.info('a');
    warn.log.warn('b');
    expect([quiet.lines.length, warn.lines.length]).toEqual([0, 1]);
  });

  it('refuses a level that it does not know', () => {
    expect(() => createLog({ level: 'loud' as 'info' })).toThrow(expect.objectContaining({ code: 'settings' }));
  });

  it('writes to standard output unless told otherwise', () => {
    const source = join(import.meta.dirname, '../../../src/adapters/log/log.ts');
    const script = `import { createLog } from ${JSON.stringify(source)}; createLog({ level: 'info' }).info('started');`;
    const out = execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
    expect(JSON.parse(out)).toMatchObject({ level: 'info', event: 'started' });
  });
});
