import { describe, expect, it } from '@jest/globals';
import { createReceiver } from '../../../src/adapters/teams/receiver.ts';
import { createFakeClock } from '../../support/fake-clock.ts';

describe('when Teams sent an activity', () => {
  it.each([
    [true, [Date.UTC(2026, 10, 27, 10, 0, 0, 123)]],
    [false, []],
  ])('is told of what is proved to be its own, and of nothing else (proved: %s)', async (proved, told) => {
    const sent: number[] = [];
    const { handle } = createReceiver({
      gate: {
        prove: async () =>
          proved
            ? { ok: true, tenant: 't', authorization: 'Bearer a.b.c' }
            : { ok: false, status: 401, reason: 'token-issuer' },
      },
      turns: { run: async () => ({ status: 200 }) },
      keepReference: Object.assign(async () => undefined, { forget: () => undefined }),
      invokes: async () => ({ status: 200 }),
      occurrences: { removed: async () => undefined },
      heard: () => undefined,
      clock: createFakeClock(),
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
      metrics: { count: () => undefined, observe: () => undefined },
      reject: () => undefined,
      sent: (at) => void sent.push(at),
      accept: async () => 'accepted',
    });
    const activity = { type: 'message', timestamp: '2026-11-27T10:00:00.123Z' };
    await handle({ headers: { 'content-type': 'application/json' }, body: Buffer.from(JSON.stringify(activity)) });
    expect(sent).toEqual(told);
  });
});
