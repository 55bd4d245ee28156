/** What may take this adapter's place knows nothing of its vendor (Teams requirement 26). */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { importsOf } from '../../support/source-imports.ts';
import { tokensOf } from '../../support/source-tokens.ts';
import { EVAN, type OutwardBench, openOutward, TENANT } from './outward.ts';

const ROOT = join(import.meta.dirname, '../../..');
const FENCE = 'src/adapters/teams/';
const VENDOR = /^(?:botbuilder|botframework|@microsoft\/(?:agents|teams))/;

/** Files of the product, and what each imports of the vendor's; types too. */
const vendorIn = (pattern: string): readonly string[] =>
  globSync(pattern, { cwd: ROOT }).flatMap((path) =>
    importsOf(tokensOf(readFileSync(join(ROOT, path), 'utf8'))).flatMap(({ target }) =>
      target !== null && VENDOR.test(target) ? [`${path}: ${target}`] : [],
    ),
  );

const opened: OutwardBench[] = [];
afterEach(async () => {
  for (const bench of opened.splice(0)) await bench.close();
});

describe('the fence around botbuilder', () => {
  it('R26 keeps its types, too, out of the core and of everything but this folder', () => {
    expect(vendorIn('src/core/**/*.ts')).toEqual([]);
    expect(vendorIn('{src,playground}/**/*.ts').filter((found) => !found.startsWith(FENCE))).toEqual([]);
    // It is looked for where it is.
    expect(vendorIn(`${FENCE}*.ts`)).not.toEqual([]);
  });

  it('R26 lets nobody outside of it read a word of the vendor’s in what the adapter exports', () => {
    const exported = ['teams.ts', 'app-token.ts', 'platform.ts', 'receiver.ts'].flatMap((file) =>
      vendorIn(`${FENCE}${file}`),
    );
    expect(exported).toEqual([]);
  });

  it('R26 runs the contract of platforms against whichever Connector the settings name', async () => {
    const suites = globSync('test/contracts/{platform,asking,home}.ts', { cwd: ROOT });
    expect(suites).toHaveLength(3);
    for (const suite of suites)
      expect(readFileSync(join(ROOT, suite), 'utf8')).not.toMatch(/127\.0\.0\.1|localhost|smba\.|botframework/);

    const card = { text: 'x', note: null, buttons: [], fallback: null };
    const post = ({ platform, direct }: OutwardBench) =>
      platform.post({ to: { tenant: TENANT, user: EVAN, channel: direct }, card, key: 'k' });
    const [named, unnamed] = [await openOutward(), await openOutward({ unsafeServiceHosts: ['127.0.0.1:1'] })];
    opened.push(named, unnamed);
    expect(await post(named)).toMatchObject({ ok: true });
    expect(named.standIn.requests().length).toBeGreaterThan(0);
    expect(await post(unnamed)).toMatchObject({ ok: false });
    expect(unnamed.standIn.requests().filter(({ path }) => path.includes('/v3/'))).toEqual([]);
  });
});
