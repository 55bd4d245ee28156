/** What HR see before they publish, from what was judged: recorded, sealed in the store, opened, tried out in the worker. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createSealer } from '../../src/adapters/sealer/sealer.ts';
import { createSqliteStore } from '../../src/adapters/sqlite/store.ts';
import { systemClock } from '../../src/adapters/system/system.ts';
import type { Judgement } from '../../src/core/judgement.ts';
import type { Store } from '../../src/core/ports.ts';
import { createRecording } from '../../src/core/recording.ts';
import { dryRunOf, reachOf } from '../../src/core/restricting/trial.ts';
import type { Restriction, Verdict } from '../../src/core/types.ts';
import { openJudging } from '../../src/main/judging.ts';
import { loadCatalogue } from '../../src/policies/catalogue.ts';
import { packFolders } from '../../src/policies/pack.ts';
import { groupsOf } from '../../src/policies/schema.ts';

const folders = packFolders(null);
const catalogue = loadCatalogue({ folders });
const clock = systemClock();
const log = { info: () => {}, warn: () => {}, error: () => {} };
const metrics = { count: () => {}, observe: () => {}, set: () => {} };
const signal = new AbortController().signal;

let folder: string;
let store: Store;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sotto-trying-'));
  store = createSqliteStore({ path: join(folder, 'store.db') });
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Somebody asked for their payslip in private after a sign-in. */
const payslip = (person: string): Judgement => {
  const intent = catalogue.intents.get('salary.payslip');
  if (intent === undefined) throw new Error('The pack has no payslip.');
  const who = {
    id: person,
    kind: 'employee',
    groups: person === 'pia' ? ['payroll', 'chess'] : [],
    country: 'DE',
  } as const;
  return {
    intent,
    relation: 'self',
    suspected: ['salary'],
    request: {
      person: { ...who, fresh: true },
      platform: 'slack',
      place: 'direct',
      signInAgeMinutes: 3,
      denials: 0,
      asked: [],
      refused: [],
      now: clock.now(),
    },
  } as Partial<Judgement> as Judgement;
};

describe('a change of restrictions', () => {
  it('is tried out on the questions that were judged, and on everybody who could ask', async () => {
    const key = randomBytes(32).toString('base64');
    const sealer = createSealer({ dataKey: { current: key, accepted: [key] } });
    const groups = new Set(groupsOf(catalogue));
    const recording = createRecording({ store, sealer, clock, log, metrics, groups });
    const verdict: Verdict = 'answer';
    for (const person of ['erin', 'evan', 'mona', 'hugo', 'hana', 'mila', 'pia']) {
      recording.keep({ id: `question-of-${person}`, judgement: payslip(person), verdict });
    }
    recording.start();
    await recording.stop({ graceMs: 10_000 });

    const { restricting } = await openJudging({ pack: { catalogue, folders }, store, sealer, metrics, clock, log });
    const [salary] = restricting.templates;
    if (salary === undefined) throw new Error('The pack holds no restriction ready.');
    const world = { restricting, store, sealer, clock, log };
    const draft = { put: [salary], before: [], remove: [] } satisfies Readonly<
      Record<string, readonly (Restriction | string)[]>
    >;

    const run = await dryRunOf(world, draft, { progress: () => {}, signal });
    // Payroll is excepted; six others are not.
    expect(run).toMatchObject({
      questions: 7,
      refused: { questions: 6, people: 6 },
      permitted: null,
      none: { refused: false, permitted: true },
      onSuspicionAlone: 0,
    });
    expect(run.rows.refused).toContainEqual({ by: 'intent', what: 'salary.payslip', questions: 6, people: 6 });
    expect(run.rows.refused).toContainEqual({ by: 'place', what: 'direct', questions: 6, people: 6 });

    const { rows } = await reachOf(world, draft, { progress: () => {}, signal });
    expect(rows.length).toBeGreaterThan(0);
    for (const row of rows) expect(row.groups).toContain('payroll');
  }, 60_000);
});
