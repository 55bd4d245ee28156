/**
 * `sotto doctor --live`, as the running Sotto does it: to one operator, in private chat, on every platform where they have an account. It
 * shows nobody anything of anybody, so no code confirms it; it is on record, and there are few of it.
 */
import { codeOf } from '../errors.ts';
import { placesOf } from '../tell.ts';
import type { LiveWorld } from './steps.ts';
import { liveTrip } from './trip.ts';
import type { LiveReport } from './types.ts';

/** Of one person's accounts; each workspace is an installation of its own. */
const MOST_PLACES = 5;

/** So many in ten minutes, all processes together: a person's chat is no place for more. */
const MOST_RUNS = 5;
const WINDOW_MS = 10 * 60_000;

/** `person`: id of the directory. Never rejects. */
export const runLive = async (world: LiveWorld, { person }: { readonly person: string }): Promise<LiveReport> => {
  const at = world.clock.now();
  try {
    const places = await placesOf(world, person);
    const [first] = places;
    if (first === undefined)
      return refused(
        'Nobody with that id has an account on a platform that is on, as the directory knows it just now. Name an operator by their id in the directory.',
      );
    const { kind, fresh, groups } = first.person;
    if (kind !== 'employee' || !fresh || !groups.includes(world.operators))
      return refused(
        `That person is no operator: no employee in the group "${world.operators}" (SOTTO_OPERATORS), as the directory knows it just now. A message of this kind goes to operators alone.`,
      );
    const runs = await world.store.counters.add({ key: 'live', windowMs: WINDOW_MS, now: at });
    if (runs > MOST_RUNS)
      return refused(`It was done ${MOST_RUNS} times within ten minutes. Wait a little, and read what it said before.`);
    const trips = places.slice(0, MOST_PLACES).flatMap((to) => {
      const platform = world.platforms.get(to.account.platform);
      return platform === undefined ? [] : [liveTrip(world, platform, to)];
    });
    return { ok: true, at, trips: await Promise.all(trips) };
  } catch (error) {
    world.log.error('live.failed', { code: codeOf(error) });
    return refused(
      `It could not be put on record or read from the store (${codeOf(error)}), so it was not begun or not ended. Look at the log of the running Sotto; what was posted leaves within a minute.`,
    );
  }
};

const refused = (says: string): LiveReport => ({ ok: false, says });
