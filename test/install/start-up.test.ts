import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { until } from '../support/until.ts';
import { ROOT } from './files.ts';
import { EVICTING, goodSetUp, LISTENED, said, serve, tableOf, UNSAFE } from './start-ups.ts';

const table = tableOf(readFileSync(join(ROOT, 'docs/operations.md'), 'utf8'));

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

describe('an unsafe set-up', () => {
  it('stands in docs/operations.md with what is said of it, and nothing else does', () => {
    expect([...table.keys()].toSorted()).toEqual([...UNSAFE.map(({ what }) => what), EVICTING].toSorted());
    expect(new Set(UNSAFE.map(({ what }) => what)).size).toBe(UNSAFE.length);
  });

  it.each(UNSAFE)('does not start: $what', async ({ what, env: differs = {}, node = [], spoil }) => {
    const { folder, env } = await goodSetUp();
    folders.push(folder);
    spoil?.(folder);
    const { status, err, out } = await serve({
      env: { ...env, ...(typeof differs === 'function' ? differs(folder) : differs) },
      node,
    }).ended;
    expect([status, said(err, folder)]).toEqual([2, table.get(what)]);
    expect(err + out).not.toContain(LISTENED);
    // Nothing that was put in the wrong place is repeated.
    expect(err + out).not.toMatch(/hush|in-the-open/);
  });
});

describe('a good set-up', () => {
  it('starts, and answers nobody once its audit logs are gone', async () => {
    const { folder, env } = await goodSetUp();
    folders.push(folder);
    const good = serve({ env });
    await until(() => /Sotto listens on/.test(good.printed()), 60_000);
    expect(good.printed()).toContain(LISTENED);
    good.stop();
    expect((await good.ended).status).toBe(0);

    rmSync(join(folder, 'data', 'audit'), { recursive: true });
    const again = serve({ env });
    await until(() => /Sotto listens on/.test(again.printed()), 60_000);
    again.stop();
    const { status, err } = await again.ended;
    expect(status).toBe(0);
    expect(err).toContain('Sotto answers nobody: an audit log that must be there is gone, or shorter than it was.');
    expect(err).toMatch(/The audit log \S+ is on record with at least \d+ entries and is gone\./);
  });
});
