/** Somebody has signed in strongly, without a provider and without a record of it. */
import { createSealer } from '../../src/adapters/sealer/sealer.ts';
import { systemClock, systemRandom } from '../../src/adapters/system/system.ts';
import type { Store } from '../../src/core/ports.ts';
import { type GrantWorld, keepSignIn } from '../../src/core/sign-in/grants.ts';
import { openHashKeys } from '../../src/main/hash-keys.ts';

export const haveSignedIn = async (
  world: GrantWorld,
  o: { readonly person: string; readonly at: number; readonly until: number; readonly now?: number },
): Promise<void> => {
  const { person, at, until } = o;
  const signIn = { id: `signed-in-at-${at}`, at, until };
  await keepSignIn(world, { person, signIn, account: null, issuer: null, now: o.now ?? at });
};

/** Into the store of a process that may run or not, sealed as that one would. */
export const haveSignedInWith = async (
  o: { readonly store: Store; readonly dataKey: string },
  signIn: { readonly person: string; readonly at: number; readonly until: number },
): Promise<void> => {
  const { store, dataKey } = o;
  const sealer = createSealer({ dataKey: { current: dataKey, accepted: [dataKey] } });
  const log = { warn: () => undefined };
  await openHashKeys({ store, sealer, unread: 0, random: systemRandom(), clock: systemClock(), log });
  await haveSignedIn({ store, sealer }, signIn);
};
