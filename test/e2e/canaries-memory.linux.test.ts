/**
 * What the memory of a running Sotto holds once answers have left: what a core dump, or a page in swap, would hold. Nothing that the
 * program could still reach; and copies that nobody overwrote yet, which this measures. SECURITY.md says so.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createCanaries } from '../support/canaries.ts';
import { makeCrowd, type Somebody } from '../support/crowd.ts';
import { type Fleet, openFleet } from '../support/fleet.ts';
import { searchMemory } from '../support/memory-image.ts';
import type { SottoProcess } from '../support/sotto-process.ts';
import { until } from '../support/until.ts';

const FIGURE = 841_726_393;
const PAYROLL = 6;

const canaries = createCanaries();
const PEOPLE = makeCrowd({ count: PAYROLL + 1, payroll: PAYROLL }).map(
  (person, n): Somebody => (n === 0 ? { ...person, annual: FIGURE } : person),
);
const [SUBJECT, ...ASKERS] = PEOPLE as [Somebody, ...Somebody[]];

/** As they came in, and as they went out; a system of record sends a figure without commas. */
const words = (): readonly string[] => [...canaries.all().map((canary) => canary.words), '841,726,393', String(FIGURE)];

describe('the memory of a process, when all answers have left', () => {
  let fleet: Fleet;
  let one: SottoProcess;
  beforeAll(async () => {
    // It can be told to collect its garbage; otherwise it is as it is run.
    fleet = await openFleet(1, { people: PEOPLE, expiresSeconds: 2, unlike: {}, node: ['--expose-gc'] });
    [one] = fleet.processes as [SottoProcess];
    await one.start();
    const shown = (on: 'slack' | 'teams', who: Somebody): boolean =>
      fleet.talks[on].messages(who).some(({ text }) => text.includes('841,726,393'));
    for (const on of ['slack', 'teams'] as const)
      await Promise.all(
        ASKERS.map(async (who) => {
          const text = `how much does ${SUBJECT.name} earn a year? ${canaries.word(`${on} ${who.id}`)}`;
          await fleet.say({ on, who, text });
          await until(() => shown(on, who), 30_000);
          await until(() => !shown(on, who), 30_000);
        }),
      );
    await until(() => fleet.trail().filter(({ kind }) => kind === 'removal').length === 2 * PAYROLL, 30_000);
  }, 120_000);
  afterAll(() => fleet.end());

  /** How often each is there; all in one, as people read and programs write. */
  const copies = (): { readonly words: number; readonly token: number; readonly dataKey: number } => {
    const wanted = words();
    const needles = [
      ...wanted.flatMap((text) => [Buffer.from(text, 'utf8'), Buffer.from(text, 'utf16le')]),
      Buffer.from(fleet.secret('slack-bot-token'), 'utf8'),
      Buffer.from(fleet.secret('data-key'), 'base64'),
    ];
    const { counts } = searchMemory(one.pid(), needles);
    const [token = 0, dataKey = 0] = counts.slice(-2);
    return { words: counts.slice(0, -2).reduce((sum, count) => sum + count, 0), token, dataKey };
  };

  it('holds no question and no answer that the program can still reach, and of others few copies; the secrets it holds', async () => {
    const before = copies();
    const path = join(fleet.folder, 'heap');
    await one.snapshot(path);
    const heap = readFileSync(path);
    expect(words().filter((text) => heap.includes(text))).toEqual([]);
    // What it lives by is there, so the search finds what there is.
    expect(heap.includes(fleet.secret('slack-bot-token'))).toBe(true);
    expect(heap.includes(SUBJECT.name)).toBe(true);

    const after = copies();
    // Each was there, many times over: V8 overwrites nothing that it lets go of, until it needs the place.
    expect(before.words).toBeGreaterThan(2 * PAYROLL);
    expect(after.words).toBeLessThan(before.words / 4);
    for (const { token, dataKey } of [before, after]) {
      expect(token).toBeGreaterThan(0);
      expect(dataKey).toBeGreaterThan(0);
    }
  }, 120_000);
});
