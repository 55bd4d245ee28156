import { afterEach, describe, expect, it } from '@jest/globals';
import type { ControlResponse } from '../../src/adapters/control/server.ts';
import { createExpiring } from '../../src/core/expire.ts';
import { liveRoutes } from '../../src/main/live.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { createTestWorld, EVAN } from '../support/world.ts';

let clean: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const one of clean.reverse()) await one();
  clean = [];
});

const opened = () => {
  const clock = createFakeClock();
  const bench = createTestWorld({ clock });
  bench.script.find = async () => ({ ok: true, person: { ...EVAN, groups: ['operators'] } });
  const engine = createExpiring(bench.world);
  engine.start();
  clean.push(bench.close, () => engine.stop({ graceMs: 0 }));
  const [begin, look] = liveRoutes(bench.world);
  if (begin === undefined || look === undefined) throw new Error('two routes');
  const idOf = ({ body }: ControlResponse): string => (body as { readonly id: string }).id;
  return {
    ...bench,
    clock,
    idOf,
    begin: (body: unknown) => begin.handle({ rest: '', body }),
    look: (rest: string) => look.handle({ rest, body: null }),
    pass: async (ms: number): Promise<void> => {
      for (let at = 0; at < ms; at += 250) await clock.advance(250);
    },
  };
};

describe('a live trip over the control socket', () => {
  it('is begun at once and asked for until it is over, and for ten minutes after', async () => {
    const { begin, look, pass, idOf } = opened();
    const begun = await begin({ person: 'evan' });
    expect(begun.status).toBe(202);
    const id = idOf(begun);
    expect(await look(id)).toEqual({ status: 200, body: { report: null } });
    await pass(10_000);
    expect(await look(id)).toMatchObject({
      status: 200,
      body: { report: { ok: true, trips: [{ state: 'removed' }] } },
    });
    await pass(11 * 60_000);
    expect((await look(id)).status).toBe(404);
  });

  it('is one at a time', async () => {
    const { begin, pass, idOf, look } = opened();
    const first = await begin({ person: 'evan' });
    expect(await begin({ person: 'evan' })).toMatchObject({
      status: 409,
      body: { error: expect.stringMatching(/under way/) },
    });
    await pass(10_000);
    expect((await begin({ person: 'evan' })).status).toBe(202);
    // Only the last one is kept.
    expect((await look(idOf(first))).status).toBe(404);
    await pass(10_000);
  });

  it.each([null, 'evan', {}, { person: 7 }, { person: '' }, { person: 'two words' }, { person: 'x'.repeat(257) }])(
    'is not begun for %j',
    async (body) => {
      const { begin, calls } = opened();
      expect((await begin(body)).status).toBe(400);
      expect(calls).toEqual([]);
    },
  );
});
