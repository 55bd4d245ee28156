/** What is in Slack's way before Bolt: it may be slow as well, and Slack has its answer all the same. */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, jest } from '@jest/globals';
import { confirming, createIntake } from '../../../src/adapters/slack/intake.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { APP, messageEvent, TEAM } from './support.ts';

const never = () => new Promise<never>(() => undefined);
const EVENT = { type: 'event_callback', api_app_id: APP, team_id: TEAM, event: messageEvent() };

type Installing = NonNullable<Parameters<typeof createIntake>[0]['installing']>;

const taking = (over: Partial<Installing> = {}) => {
  const clock = createFakeClock();
  let processed = 0;
  const logged: string[] = [];
  const log = (event: string): void => void logged.push(event);
  const intake = createIntake({
    appId: APP,
    allowed: new Set([TEAM]),
    bolt: {
      process: async () => {
        processed += 1;
      },
    },
    mayRespondTo: () => false,
    installing: { ended: async () => 'nothing', seen: async () => undefined, isGone: () => false, ...over },
    log: { info: log, warn: log, error: log },
    reject: () => undefined,
    texts: { tryAgain: '', commandTaken: '' },
  });
  return { clock, logged, processed: () => processed, taken: confirming(clock, (gone) => intake.take(EVENT, gone)) };
};

const PRESS = {
  type: 'block_actions',
  api_app_id: APP,
  team: { id: TEAM },
  actions: [{}],
};

describe('a press that cannot be stored', () => {
  it.each([
    { what: 'says so', outcome: async () => undefined },
    { what: 'never answers', outcome: never },
  ])(
    'R6 is answered within a second where the store $what and the address for whoever pressed is slow, and they are told afterwards',
    async ({ outcome }) => {
      const clock = createFakeClock();
      const asked: string[] = [];
      const told = Promise.withResolvers<Response>();
      const fetching = jest.spyOn(globalThis, 'fetch').mockImplementation((url) => {
        if (typeof url === 'string') asked.push(url);
        return told.promise;
      });
      const log = () => undefined;
      const intake = createIntake({
        appId: APP,
        allowed: new Set([TEAM]),
        bolt: {
          process: (_, delivery) => {
            const account = { platform: 'slack', tenant: TEAM, user: 'U1', external: false } as const;
            delivery.inbound = {
              kind: 'press',
              account,
              respondTo: 'https://hooks.slack.com/x',
            } as unknown as NonNullable<typeof delivery.inbound>;
            delivery.outcome = 'unavailable';
            return outcome();
          },
        },
        mayRespondTo: () => true,
        installing: null,
        log: { info: log, warn: log, error: log },
        reject: log,
        texts: { tryAgain: 'Please press again.', commandTaken: '' },
      });
      try {
        const taken = confirming(clock, (gone) => intake.take(PRESS, gone));
        await clock.advance(901);
        expect(await Promise.race([taken, sleep(500).then(() => 'waiting')])).toMatchObject({ kind: 'unavailable' });
        expect(asked).toEqual(['https://hooks.slack.com/x']);
      } finally {
        told.resolve(new Response());
        fetching.mockRestore();
      }
    },
  );
});

describe('what is kept of installations', () => {
  it.each([
    { what: 'whether it says that one has ended', over: { ended: never } },
    { what: 'whose workspace it is', over: { seen: never } },
  ])('R6 keeps nobody waiting where the store never answers $what', async ({ over }) => {
    const { clock, taken, processed } = taking(over);
    await clock.advance(899);
    expect(await Promise.race([taken, Promise.resolve('waiting')])).toBe('waiting');
    await clock.advance(2);
    expect(await taken).toMatchObject({ kind: 'unavailable' });
    expect(processed()).toBe(0);
  });

  it.each([
    { what: 'ended', over: { ended: async () => Promise.reject(new Error('gone')) } },
    { what: 'seen', over: { seen: async () => Promise.reject(new Error('gone')) } },
  ])('R6 takes nothing where it could not be kept (%s)', async ({ over }) => {
    const { taken, processed } = taking(over);
    expect(await taken).toMatchObject({ kind: 'unavailable' });
    expect(processed()).toBe(0);
  });

  it('goes on to Bolt where it is known', async () => {
    const { taken, processed } = taking();
    expect(await taken).toEqual({ kind: 'done', answer: null });
    expect(processed()).toBe(1);
  });
});
