/** A question that waits for a sign-in, through a restart of the whole of Sotto. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { signedIn } from '../../src/core/signed-in.ts';
import { openStage, type TestStage } from '../support/stage.ts';
import { until } from '../support/until.ts';

let folder = '';
let stage: TestStage;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sotto-parked-'));
  stage = await openStage({ folder });
});
afterEach(async () => {
  await stage.end();
  rmSync(folder, { recursive: true, force: true });
});

const metrics = async (): Promise<string> => (await fetch(`${stage.running.opsUrl}/metrics`)).text();

describe('a payslip that waits for a sign-in', () => {
  it('waits through a restart, is counted meanwhile, and is answered once when the sign-in comes', async () => {
    const asked = await stage.ask({ who: 'evan', says: 'please show me my last payslip' });
    expect(asked.decision.verdict).toBe('step-up');
    await until(async () => (await metrics()).includes('sotto_inbox{state="parked"} 1\n'));
    await stage.end();
    stage = await openStage({ folder });
    expect(await metrics()).toContain('sotto_inbox{state="parked"} 1\n');

    const { world } = stage.running;
    const now = world.clock.now();
    const give = () => signedIn(world, { person: 'evan', at: now, until: now + 900_000, by: 'test' });
    expect(await give()).toMatchObject({ ok: true, answered: 1 });
    expect(await give()).toMatchObject({ ok: true, answered: 0 });
    const shown = () =>
      stage.trail.flatMap(({ entry }) =>
        entry.kind === 'disclosure' && entry.question === asked.question ? [entry.verdict] : [],
      );
    await until(() => shown().length === 1);
    await until(async () => /state="parked"} 0\n/.test(await metrics()));
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(shown()).toEqual(['answer']);
  }, 60_000);
});
