/** The real core over the real adapter, with the stand-in behind it: by one clock, which a test moves. */

import type { SlackStandInOptions } from '../../../playground/slack/types.ts';
import type { SlackOptions } from '../../../src/adapters/slack/slack.ts';
import { createExpiring } from '../../../src/core/expire.ts';
import type { Place, Question } from '../../../src/core/types.ts';
import { createUpdates } from '../../../src/core/updates.ts';
import { createWork } from '../../../src/core/work.ts';
import type { World } from '../../../src/core/world.ts';
import { createFakeClock, type FakeClock } from '../../support/fake-clock.ts';
import { until } from '../../support/until.ts';
import { createTestWorld, question, type TestWorld } from '../../support/world.ts';
import { openSlack, type SlackBench, TEAM, EVAN as USER } from './support.ts';

export const DIRECT = 'D0EVAN0000';
export const GENERAL = 'C0GENERAL0';

export interface Between {
  readonly clock: FakeClock;
  readonly bench: SlackBench;
  readonly t: TestWorld;
  readonly world: World;
  /** A process of its own over the same store and workspace; ended with the rest. */
  work(o?: Partial<World>): ReturnType<typeof createWork>;
  removing(o?: Partial<World>): ReturnType<typeof createExpiring>;
  /** Evan asks, in his private chat unless another place is named. */
  asked(o?: Partial<Question>): Question;
  /** Time goes by, `stepMs` at a time, until this is so. */
  passing(so: () => boolean | Promise<boolean>, stepMs?: number): Promise<void>;
  /** Messages of the bot that Evan reads in this chat. */
  seen(channel?: string): readonly string[];
  close(): Promise<void>;
}

export const openBetween = async (
  o: { readonly standIn?: Partial<SlackStandInOptions>; readonly adapter?: Partial<SlackOptions> } = {},
): Promise<Between> => {
  const clock = createFakeClock();
  const bench = await openSlack({
    adapter: { ...o.adapter, clock },
    standIn: { limits: true, ...o.standIn },
  });
  const t = createTestWorld({ clock });
  const platforms: World['platforms'] = new Map([['slack', bench.slack.platform]]);
  const updates = createUpdates({ store: t.store, platforms, clock });
  const world: World = { ...t.world, platforms, updates };
  const ends: (() => Promise<void>)[] = [];
  const ended = (stop: (o: { readonly graceMs: number }) => Promise<void>): void => {
    ends.push(async () => {
      const stopped = stop({ graceMs: 0 });
      await clock.advance(1_000);
      await stopped;
    });
  };
  let asked = 0;

  return {
    clock,
    bench,
    t,
    world,
    work: (over) => {
      const work = createWork({ ...world, ...over });
      work.start();
      ended(work.stop);
      return work;
    },
    removing: (over) => {
      const removing = createExpiring({ ...world, ...over });
      removing.start();
      ended(removing.stop);
      return removing;
    },
    asked: (over) => {
      asked += 1;
      const place: Place = over?.place ?? { kind: 'direct', channel: DIRECT, thread: null };
      return question({
        id: `slack:${TEAM}:${place.channel}:${asked}`,
        account: { platform: 'slack', tenant: TEAM, user: USER, external: false },
        conversation: `slack:${TEAM}:${place.channel}`,
        ...over,
        place,
      });
    },
    passing: (so, stepMs = 250) =>
      until(async () => {
        await clock.advance(stepMs);
        return so();
      }, 25_000),
    seen: (channel = DIRECT) =>
      bench.standIn
        .history({ user: USER })
        .flatMap((message) => (message.bot !== null && message.channel === channel ? [message.text] : [])),
    close: async () => {
      for (const end of ends) await end();
      await bench.close();
      await t.close();
    },
  };
};
