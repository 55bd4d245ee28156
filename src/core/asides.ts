/** What only one person sees in a shared place, and nobody can remove: on record, before it is shown, that it is such a thing. */
import { noteShown } from './owed.ts';
import type { Claim, Platform } from './ports.ts';
import type { World } from './world.ts';

/** Nothing where the platform has no such lines: there what is whispered is a message. Never rejects. */
export const noteAside = async (
  world: Pick<World, 'audit' | 'clock' | 'log' | 'owed'>,
  o: {
    readonly platform: Pick<Platform, 'name' | 'aside'>;
    readonly claim: Pick<Claim, 'id' | 'tenant'>;
    readonly channel: string;
  },
): Promise<void> => {
  const { name, aside } = o.platform;
  if (aside === undefined) return;
  const { id: question, tenant } = o.claim;
  await noteShown(world, {
    kind: 'aside',
    at: world.clock.now(),
    question,
    platform: name,
    tenant,
    channel: o.channel,
    removable: name === 'teams' ? 'gone-after-24-hours' : 'not-after-30-minutes',
  });
};
