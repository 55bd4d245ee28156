/** What the steps of a question share. */
import type { Script } from './connection.ts';

/** Repeats are known for a day after the end, and an hour more for clocks that differ. */
export const REPEATS_MS = 25 * 60 * 60_000;

/** What nobody sweeps goes by itself so long after its time. */
export const BELT_MS = 60 * 60_000;

/** For a script: all its keys last as long as what was just put there, and a belt longer, so that they go by themselves where nobody sweeps. */
export const STRETCH = `
local function stretch(until_, now, belt)
  local left = math.max(0, tonumber(until_) - tonumber(now)) + tonumber(belt)
  for _, key in ipairs(KEYS) do
    if redis.call('PTTL', key) < left then redis.call('PEXPIRE', key, string.format('%.0f', left)) end
  end
end
`;

/** Runs a step of a claim that we hold; where the lease is none of ours, it is lost. `before` runs first, where it may be ours. */
export type Step = <W extends string>(
  step: Script,
  claim: { readonly id: string; readonly lease: string },
  more: {
    readonly what: string;
    readonly words: readonly W[];
    readonly keys: (conversation: string) => readonly string[];
    readonly args: (o: {
      readonly name: string;
      readonly conversation: string;
      readonly base: string;
      readonly tag: string;
    }) => readonly (string | number)[];
    readonly before?: (o: { readonly name: string; readonly tag: string }) => Promise<void>;
  },
) => Promise<W | 'lost'>;

export type OverTags = <T>(ask: (base: string) => Promise<T>) => Promise<readonly T[]>;
