/** The page's switch "HR restricts salary": puts a ready-made restriction in force and lifts it, as nobody in particular. */
import { randomUUID } from 'node:crypto';
import { restrictionsHash } from '../src/core/backed-up.ts';
import { applied } from '../src/core/restricting/delta.ts';
import { recordOf } from '../src/core/restricting/history.ts';
import { standingSentences } from '../src/core/restricting/meaning.ts';
import { noteRestriction } from '../src/core/restricting/note.ts';
import type { Restriction } from '../src/core/types.ts';
import type { World } from '../src/core/world.ts';

/** Orders and HR's own changes may come in between. */
const MOST_TRIES = 5;

/**
 * Checked, on record and in the history like any change of HR's, so that what is in force has its hash, and HR can still roll back to
 * what was before. Only the second person is missing, which is why this exists in the playground alone.
 */
export const setRestriction = async (
  world: World,
  { restriction, on }: { readonly restriction: Restriction; readonly on: boolean },
): Promise<void> => {
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    if (await changed(world, restriction, on)) {
      await world.policyCaughtUp();
      return;
    }
  }
  throw new Error('the switch was not set: the restrictions kept changing');
};

/** False: they changed meanwhile. */
const changed = async (world: World, restriction: Restriction, on: boolean): Promise<boolean> => {
  const { restrictions: standing, version: expected } = await world.store.restrictions.current();
  const before = standing.filter(({ id }) => id === restriction.id);
  if (!on && before.length === 0) return true;
  const [put, remove] = [on ? [restriction] : [], on ? [] : [restriction.id]];
  const after = applied(standing, { put, remove });
  const { hash } = await world.restricting.check(after);
  const change = on ? ('published' as const) : ('lifted' as const);
  await noteRestriction(world, {
    restriction: restriction.id,
    change,
    by: PLAYGROUND,
    version: expected + 1,
    policy: hash,
  });
  const sentence = async (locale: 'en' | 'de'): Promise<string> =>
    (await standingSentences(world, [restriction], locale))[0] ?? '';
  const record = recordOf(world, {
    after: expected,
    at: Math.ceil(world.clock.now()),
    id: restriction.id,
    change,
    detail: {
      proposal: randomUUID(),
      by: null,
      approvedBy: null,
      why: PLAYGROUND,
      hash,
      pack: world.pinning.pack,
      sentence: { en: await sentence('en'), de: await sentence('de') },
      before,
      put,
      remove,
      from: restrictionsHash(standing),
      to: restrictionsHash(after),
    },
  });
  return (await world.store.restrictions.change({ expected, put, remove, hash, record, settles: null })).ok;
};

const PLAYGROUND = 'playground';
