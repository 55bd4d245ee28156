import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createAuditLog } from '../../../src/adapters/audit-log/audit-log.ts';
import { newestOf } from '../../../src/adapters/audit-log/newest.ts';
import { clock, decision, newFolder, newKey } from './support.ts';

const { secret } = newKey();

const line = (entry: unknown, seq: number): string => `${'0'.repeat(64)} ${JSON.stringify({ entry, seq })}\n`;

const logOf = async (text: string): Promise<string> => {
  const folder = await newFolder();
  writeFileSync(join(folder, 'audit.log'), text);
  return folder;
};

const numberOf = (entry: unknown): number | null => {
  const { n } = entry as { readonly n?: number };
  return n ?? null;
};

describe('the newest entry of a log', () => {
  it('is found from the end, of the kinds that are asked for, and where something is made of it', async () => {
    const folder = await newFolder();
    const log = await createAuditLog({ folder, origin: 'one', signingKey: secret, clock });
    await log.append({ kind: 'stop', at: 1 });
    await log.append({ kind: 'recovered', at: 2, droppedBytes: 7 });
    for (let i = 0; i < 50; i++) await log.append(decision(i));
    await log.close();
    const find = (kinds: readonly string[], take: (entry: unknown) => unknown = (entry) => entry) =>
      newestOf({ folder: join(folder, 'one'), kinds, take });
    expect(await find(['stop', 'recovered'])).toMatchObject({ kind: 'recovered', at: 2 });
    expect(await find(['stop'])).toMatchObject({ kind: 'stop', at: 1 });
    expect(await find(['decision'])).toMatchObject(decision(49));
    expect(await find(['grant'])).toBeNull();
    expect(await find(['stop', 'recovered'], (entry) => ((entry as { at: number }).at === 1 ? 'first' : null))).toBe(
      'first',
    );
  });

  it('is the same however far from the end it stands, and however long the lines are', async () => {
    const text = fc.record({ wanted: fc.boolean(), length: fc.integer({ min: 0, max: 60_000 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(text, { maxLength: 120 }), async (lines) => {
        const folder = await logOf(
          lines
            .map(({ wanted, length }, n) =>
              line({ kind: wanted ? 'wanted' : 'other', n, text: 'ä'.repeat(length / 2) }, n),
            )
            .join(''),
        );
        const last = lines.findLastIndex(({ wanted }) => wanted);
        expect(await newestOf({ folder, kinds: ['wanted'], take: numberOf })).toBe(last === -1 ? null : last);
      }),
      { numRuns: 40 },
    );
  });

  it('is none that was torn, nor words that look like one', async () => {
    const folder = await logOf(
      line({ kind: 'wanted', n: 1 }, 0) + line({ kind: 'other', n: 2, text: '"kind":"wanted"' }, 1),
    );
    const find = () => newestOf({ folder, kinds: ['wanted'], take: numberOf });
    expect(await find()).toBe(1);
    appendFileSync(join(folder, 'audit.log'), line({ kind: 'wanted', n: 3 }, 2).slice(0, -1));
    expect(await find()).toBe(1);
    expect(readFileSync(join(folder, 'audit.log'), 'utf8').endsWith('\n')).toBe(false);
  });

  it('is none in a file that no log is', async () => {
    const folder = await logOf(`{"kind":"wanted"}${'x'.repeat(3 << 20)}`);
    expect(await newestOf({ folder, kinds: ['wanted'], take: numberOf })).toBeNull();
    await expect(newestOf({ folder: join(folder, 'nowhere'), kinds: ['wanted'], take: numberOf })).rejects.toThrow();
  });
});
