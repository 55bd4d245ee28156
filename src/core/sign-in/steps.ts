/** What the pages of a link ask, put together. */
import type { SignInSteps } from '../auth-steps.ts';
import { begin } from './begin.ts';
import { type DisowningWorld, disown, disownSignIns } from './disown.ts';
import { finish } from './finish.ts';
import { findLink } from './kept.ts';
import { look } from './look.ts';
import type { SignInWorld } from './types.ts';

export const createSignInSteps = (world: SignInWorld & DisowningWorld): SignInSteps => ({
  look: (o) => look(world, o),
  begin: (o) => begin(world, o),
  finish: (o) => finish(world, o),
  disown: async ({ value }) => {
    const link = await findLink(world, value);
    if (link === null) return disown(world, { value });
    await disownSignIns(world, { person: link.value.person });
    return { locale: link.value.locale };
  },
});
