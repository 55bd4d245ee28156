/** Teams requirement 14, step by step: however long each takes, together they end in time. */
import { describe, expect, it } from '@jest/globals';
import { createReceiver } from '../../../src/adapters/teams/receiver.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { TENANT } from './support.ts';

const CHAT = { conversationType: 'personal', id: 'a:1evan', tenantId: TENANT };
const ACTIVITY = {
  channelId: 'msteams',
  id: '1700000000000',
  conversation: CHAT,
  from: { id: '29:evan', aadObjectId: '0a6f5f0e-1111-4d1c-8f5e-3a7d4b2c9e02' },
  recipient: { id: '28:bot' },
};

describe('R14 the answer within three seconds', () => {
  it.each([
    { what: 'a question', activity: { ...ACTIVITY, type: 'message', text: 'hello' } },
    { what: 'a removal', activity: { ...ACTIVITY, type: 'installationUpdate', action: 'remove' } },
  ])('R14 is there though each step takes as long as it may: $what', async ({ activity }) => {
    const clock = createFakeClock();
    const never = (): Promise<never> => new Promise(() => undefined);
    const { handle } = createReceiver({
      gate: {
        prove: async () => {
          // Two documents of keys, and the vendor twice.
          await clock.sleep(2_400);
          return { ok: true, tenant: TENANT, authorization: 'Bearer a.b.c' };
        },
      },
      turns: { run: ({ logic }) => logic() },
      keepReference: Object.assign(() => clock.sleep(300), { forget: () => undefined }),
      invokes: never,
      occurrences: { removed: never },
      heard: () => undefined,
      clock,
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
      metrics: { count: () => undefined, observe: () => undefined },
      reject: () => undefined,
      accept: never,
    });
    let status = 0;
    const answered = handle({
      headers: { 'content-type': 'application/json' },
      body: Buffer.from(JSON.stringify(activity)),
    }).then((answer) => {
      status = answer.status;
    });
    for (let tenth = 0; tenth < 29; tenth++) await clock.advance(100);
    expect(status).toBe(503);
    await answered;
  });
});
