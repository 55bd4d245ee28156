/** The pages of the sign-in, where there is one. */
import { createAuthRoutes } from '../adapters/auth-pages/auth-pages.ts';
import { createOrderSteps } from '../core/orders/on-page.ts';
import type { Route } from '../core/ports.ts';
import { repliesIn } from '../core/replies/replies.ts';
import { createSignInSteps } from '../core/sign-in/steps.ts';
import type { World } from '../core/world.ts';

/** None where nobody can sign in here. */
export const authRoutes = (world: World): readonly Route[] => {
  const { signIn } = world;
  if (signIn === undefined) return [];
  const withSignIn = { ...world, signIn };
  return createAuthRoutes({
    publicUrl: () => signIn.publicUrl,
    signIn: createSignInSteps(withSignIn),
    order: createOrderSteps(withSignIn),
    texts: { en: repliesIn('en').auth, de: repliesIn('de').auth },
    clock: world.clock,
    securityContact: world.securityContact !== null,
    log: world.log,
    metrics: world.metrics,
  });
};
