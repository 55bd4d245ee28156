/** What the pages of a link ask, put together. */
import type { SignInSteps } from '../auth-steps.ts';
import { begin } from './begin.ts';
import { disown } from './disown.ts';
import { finish } from './finish.ts';
import { look } from './look.ts';
import type { SignInWorld } from './types.ts';

export const createSignInSteps = (world: SignInWorld): SignInSteps => ({
  look: (o) => look(world, o),
  begin: (o) => begin(world, o),
  finish: (o) => finish(world, o),
  disown: (o) => disown(world, o),
});
