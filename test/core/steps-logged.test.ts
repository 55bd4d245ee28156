/** Where the log is at its most talkative: steps, ids and times, and not a word. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createLog } from '../../src/adapters/log/log.ts';
import { stepsLogged } from '../../src/core/steps-logged.ts';
import { createWork } from '../../src/core/work.ts';
import { until } from '../support/until.ts';
import { createTestWorld, question, type TestWorld } from '../support/world.ts';

describe('the steps of a question in the log', () => {
  let t: TestWorld;
  beforeEach(() => {
    t = createTestWorld();
  });
  afterEach(() => t.close());

  const logging = (level: 'debug' | 'info') => {
    const lines: string[] = [];
    return {
      lines,
      world: { ...t.world, log: createLog({ level, destination: { write: (line) => lines.push(line) } }) },
    };
  };

  it('are told by its id, each with the time that it took, in their order', async () => {
    const { lines, world } = logging('debug');
    const work = createWork(world);
    work.start();
    const asked = question();
    await work.accept(asked);
    const steps = () =>
      lines
        .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>)
        .filter(({ event, id }) => event === 'step' && id === asked.id);
    await until(() => steps().some(({ step }) => step === 'settle'));
    await work.stop({ graceMs: 2_000 });
    const named = steps().map(({ step }) => step);
    expect(named.filter((step) => ['who', 'recognise', 'record', 'commit', 'settle'].includes(String(step)))).toEqual([
      'who',
      'recognise',
      'record',
      'commit',
      'settle',
    ]);
    expect(steps().every(({ ms }) => typeof ms === 'number' && ms >= 0)).toBe(true);
    expect(lines.join('')).not.toContain(asked.text);
  });

  it('cost nothing where nobody reads them: it is the very same world', () => {
    const { world } = logging('info');
    expect(world.log.debug).toBeUndefined();
    expect(stepsLogged(world, 'q1')).toBe(world);
  });
});
