import { describe, expect, it } from '@jest/globals';
import { hasCode } from '../../../src/core/errors.ts';
import type { RecordedQuestion } from '../../../src/core/restricting-ports.ts';
import { createTrial } from '../../../src/policies/reach/trial.ts';
import { NOON, thrownBy } from '../support.ts';
import { never, packWith } from './support.ts';
import { freeze, PAY, people, silent, tried } from './trial-support.ts';

describe('the worker that judges', () => {
  const dies = new URL('../fixtures/dies.ts', import.meta.url);
  const cedarDies = new URL('../fixtures/cedar-dies.ts', import.meta.url);
  const hangs = new URL('../fixtures/hangs.ts', import.meta.url);
  const run = (o: { readonly worker?: URL; readonly deadlineMs?: number; readonly signal?: AbortSignal }) =>
    createTrial({ pack: packWith(PAY), ...o }).reach({
      restrictions: [],
      of: ['salary'],
      now: NOON,
      progress: silent,
      signal: o.signal ?? never(),
    });

  it('that dies refuses, and what runs afterwards is as before', async () => {
    expect(hasCode(await thrownBy(() => run({ worker: dies })), 'policy-invalid')).toBe(true);
    expect((await run({})).rows).not.toEqual([]);
  });

  it('whose Cedar dies refuses as well, though Cedar comes back: what it did not answer is not taken for a no', async () => {
    const died = await thrownBy(() => run({ worker: cedarDies }));
    expect(hasCode(died, 'policy-invalid')).toBe(true);
    expect(String((died as Error).cause)).toContain('The policy engine died while it judged.');
  });

  it('is ended by its deadline', async () => {
    const late = await thrownBy(() => run({ worker: hangs, deadlineMs: 200 }));
    expect(hasCode(late, 'deadline')).toBe(true);
  });

  it('is ended by whoever began it, also where questions do not come', async () => {
    const controller = new AbortController();
    const hanging = thrownBy(() => run({ worker: hangs, signal: controller.signal }));
    const stuck = thrownBy(() =>
      createTrial({ pack: packWith(PAY) }).dryRun({
        before: [],
        after: [freeze()],
        questions: {
          [Symbol.asyncIterator]: () => ({
            next: () => new Promise<IteratorResult<readonly RecordedQuestion[]>>(silent),
          }),
        },
        now: NOON,
        progress: silent,
        signal: controller.signal,
      }),
    );
    controller.abort();
    expect(hasCode(await hanging, 'deadline')).toBe(true);
    expect(hasCode(await stuck, 'deadline')).toBe(true);
    expect(hasCode(await thrownBy(() => run({ signal: controller.signal })), 'deadline')).toBe(true);
  });

  it('runs twice at a time, lets eight wait and refuses the next; whoever waited has its turn', async () => {
    const controllers = Array.from({ length: 10 }, () => new AbortController());
    const hanging = controllers.map(({ signal }) => thrownBy(() => run({ worker: hangs, signal })));
    await new Promise((resolve) => setImmediate(resolve));
    expect(hasCode(await thrownBy(() => run({})), 'usage')).toBe(true);
    // One that waits leaves, and another comes in its stead.
    controllers[9]?.abort();
    expect(hasCode(await hanging[9], 'deadline')).toBe(true);
    const last = run({});
    for (const controller of controllers) controller.abort();
    await Promise.all(hanging);
    expect((await last).rows).not.toEqual([]);
  });

  it('leaves the process free to answer meanwhile', async () => {
    let turns = 0;
    const timer = setInterval(() => {
      turns += 1;
    }, 5);
    const questions = people(3_000).map((it, at) => ({ ...it, denials: at % 1_000 }));
    const rules = `${PAY}@id("odd") permit (principal, action in Action::"salary", resource) when { context.denials * 2 == 7 };`;
    const from = performance.now();
    await tried(questions, { rules });
    clearInterval(timer);
    expect(turns).toBeGreaterThan((performance.now() - from) / 60);
  });
});
