/** docs/backends.md has a report signed by hand: what it prints proves the report to Sotto, and no other. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { byStandard } from '../../src/adapters/backend/hooks/by-hmac.ts';
import { DESK_SECRET } from '../support/hooked.ts';

const SCRIPT = 'docs/connect-a-backend/sign.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sotto-by-hand-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('proves a report that was signed by hand, and not another', async () => {
  const [secret, report] = [join(folder, 'desk-hook'), join(folder, 'report.json')];
  writeFileSync(secret, `${DESK_SECRET}\n`);
  writeFileSync(report, '{"event":"é"}');
  const printed = execFileSync(process.execPath, [SCRIPT, secret, report], { encoding: 'utf8' });
  const headers = Object.fromEntries(
    printed
      .trim()
      .split('\n')
      .map((line) => line.split(': ') as [string, string]),
  );
  const prove = byStandard({ secret: async () => ({ current: DESK_SECRET, accepted: [DESK_SECRET] }) });
  expect(await prove({ headers, body: readFileSync(report) })).toMatchObject({ ok: true, id: headers['webhook-id'] });
  expect(await prove({ headers, body: Buffer.from('{"event":"e"}') })).toEqual({ ok: false, fault: 'proof-mismatch' });
  expect(readFileSync('docs/backends.md', 'utf8')).toContain(`node ${SCRIPT} `);
});
