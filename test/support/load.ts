/** Questions that keep coming, from both platforms in turn, while something befalls whoever answers them. */
import type { Somebody } from './crowd.ts';
import type { Fleet, Said } from './fleet.ts';
import { disclosedOf, OWN_LEAVE } from './reckoning.ts';
import { until } from './until.ts';

/** A delivery of a question, and how it was answered first. */
export interface Delivery {
  readonly at: number;
  readonly ms: number;
  readonly status: number;
}

export interface Load {
  /** Of those that were asked since the start. */
  asked(): number;
  /** Every delivery so far; of Slack the first of each question, of Teams all. */
  deliveries(): readonly Delivery[];
  /** Asks no more, and resolves once every question has its answer on record. */
  end(withinMs?: number): Promise<readonly Said[]>;
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export const startLoad = (o: {
  readonly fleet: Fleet;
  readonly people: readonly Somebody[];
  readonly everyMs: number;
}): Load => {
  const { fleet, people } = o;
  const said: Said[] = [];
  const first: Delivery[] = [];
  const pending: Promise<void>[] = [];
  let asking = true;
  const ask = async (n: number): Promise<void> => {
    const who = people[Math.floor(n / 2) % people.length];
    if (who === undefined) return;
    const on = n % 2 === 0 ? 'slack' : 'teams';
    const at = Date.now();
    const one = await fleet.say({ on, who, text: OWN_LEAVE });
    said.push(one);
    if (on === 'slack') first.push({ at, ms: Date.now() - at, status: one.delivered });
  };
  const trickle = (async () => {
    for (let n = 0; asking; n++) {
      pending.push(ask(n));
      await sleep(o.everyMs);
    }
  })();
  return {
    asked: () => pending.length,
    deliveries: () => [...first, ...fleet.teamsDeliveries],
    end: async (withinMs = 120_000) => {
      asking = false;
      await trickle;
      await Promise.all(pending);
      await until(async () => {
        await sleep(300);
        return disclosedOf(fleet, said) === said.length;
      }, withinMs);
      return said;
    },
  };
};
