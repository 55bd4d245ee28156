/** A message that grows: posted once, updated now and then within what the platform takes, and brought to its end. */
import type { Changed, Platform, Posted } from '../ports.ts';
import type { Account, Card, MessageRef } from '../types.ts';
import type { World } from '../world.ts';

/** Frames between the first and the last, and the least time from one to the next, ms. */
const MOST_FRAMES = 9;
const FRAME_MS = 1_500;

/** The first and the last frame are tried for so long, ms, with this pause where the platform names none. */
const PATIENCE_MS = 60_000;
const PAUSE_MS = 1_000;

type Posting = Pick<World, 'platforms' | 'unfenced' | 'updates' | 'clock' | 'random' | 'log'>;

export interface Growing {
  /** Shows how far it is, if there is room for it. Never waits. */
  frame(card: Card): void;
  /** Shows the last state; where the message is gone, in a new one. Never throws. */
  end(card: Card): Promise<void>;
}

/** Null: it could not be posted. */
export const beginMessage = async (
  world: Posting,
  { account, card }: { readonly account: Account; readonly card: Card },
): Promise<Growing | null> => {
  // Not as whoever is at a press has it: this goes on after the press has ended.
  const platform = (world.unfenced?.platforms ?? world.platforms).get(account.platform);
  const ref = platform === undefined ? null : await post(world, platform, account, card);
  if (platform === undefined || ref === null) return null;
  let [frames, lastAt, under] = [0, world.clock.now(), Promise.resolve()];
  let busy = false;
  return {
    frame: (next) => {
      const now = world.clock.now();
      if (busy || frames >= MOST_FRAMES || now - lastAt < FRAME_MS || (world.updates?.wait(ref) ?? 0) > 0) return;
      [frames, lastAt, busy] = [frames + 1, now, true];
      under = platform
        .update({ ref, card: next })
        .then(() => undefined)
        .catch(() => undefined) // A frame that is missing is no loss.
        .finally(() => {
          busy = false;
        });
    },
    end: async (last) => {
      await under;
      if (!(await ended(world, platform, ref, last))) await post(world, platform, account, last);
    },
  };
};

/** Tries until it is over its time. `attempt`: null to try again at once after `wait`. */
const patiently = async <R extends Posted | Changed>(
  { clock }: Pick<World, 'clock'>,
  attempt: () => Promise<R>,
  wait: () => number = () => 0,
): Promise<R | null> => {
  const end = clock.now() + PATIENCE_MS;
  for (;;) {
    const turn = wait();
    const done = turn > 0 ? null : await attempt();
    if (done !== null && (done.ok || done.fault !== 'later')) return done;
    const pause = done === null ? turn : done.ok ? 0 : (done.afterMs ?? PAUSE_MS);
    if (clock.now() + pause > end) return null;
    await clock.sleep(Math.max(pause, 10));
  }
};

const post = async (world: Posting, platform: Platform, account: Account, card: Card): Promise<MessageRef | null> => {
  const key = world.random.id();
  const to = { tenant: account.tenant, user: account.user, channel: null };
  const posted = await patiently(world, () => platform.post({ to, card, key }));
  if (posted?.ok === true) return posted.ref;
  world.log.warn('restricting.not-posted', {
    tenant: account.tenant,
    code: posted?.ok === false ? posted.code : 'late',
  });
  return null;
};

const ended = async (world: Posting, platform: Platform, ref: MessageRef, card: Card): Promise<boolean> => {
  const done = await patiently(
    world,
    () => platform.update({ ref, card }),
    () => world.updates?.wait(ref) ?? 0,
  ).catch(() => null);
  return done?.ok === true;
};
