/** What has had its time in the store is shredded there, now and then; what a legal hold keeps is moved on before. */
import { sweepWords } from './dead.ts';
import { codeOf } from './errors.ts';
import { keepHeld } from './held.ts';
import { sweepDecisions } from './recording.ts';
import type { World } from './world.ts';

/** Once over all of it. Never rejects: what failed is logged, and is swept the next time. */
export const sweep = async (world: World): Promise<void> => {
  // What is held is moved on first. Where that fails nothing is swept: what was shredded does not come back.
  const failed = (error: unknown): void => world.log.error('sweep.failed', { code: codeOf(error) });
  const kept = await keepHeld(world).then(
    () => true,
    (error: unknown) => {
      failed(error);
      return false;
    },
  );
  if (kept) {
    await world.store.conversations.sweep({ now: world.clock.now() }).catch(failed);
    await sweepWords(world).catch(failed);
  }
  // No hold keeps these. Proposals that have had their time are shredded by being looked at.
  await sweepDecisions(world).catch(failed);
  await world.store.donations.sweep({ now: world.clock.now() }).catch(failed);
  await world.store.looks.sweep({ now: world.clock.now() }).catch(failed);
  await world.store.writes.sweep({ now: world.clock.now() }).catch(failed);
  await world.store.proposals.all({ now: world.clock.now() }).catch(failed);
};
