/** What an adapter between the whole stand-in and a test is put up with, whatever then becomes of what comes in. */
import type { createWholeTeams } from '../../../playground/teams/whole.ts';
import { systemRandom } from '../../../src/adapters/system/system.ts';
import { createAppToken } from '../../../src/adapters/teams/app-token.ts';
import type { TeamsOptions } from '../../../src/adapters/teams/teams.ts';
import type { Clock } from '../../../src/core/ports.ts';

export const TENANT = '5f0c2b1e-6a51-4c39-9c50-0d6f3f1a7e01';
export const PASSWORD = 'password-of-the-tests';

const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const metrics = { count: () => undefined, observe: () => undefined };

type Coming = 'accept' | 'open' | 'submit' | 'more';

/** `base`: where the stand-in is reached. `references`: kept for as long as the map is. */
export const betweenOptions = (o: {
  readonly appId: string;
  readonly whole: ReturnType<typeof createWholeTeams>;
  readonly base: string;
  readonly clock: Clock;
  readonly references: Map<string, string>;
  /** Reasons of what was turned away are put here. */
  readonly rejected: string[];
}): Omit<TeamsOptions, Coming> => ({
  appId: o.appId,
  tenantIds: [TENANT],
  appToken: createAppToken({
    loginUrl: o.whole.standIn.loginUrl(),
    appId: o.appId,
    secret: async () => ({ current: PASSWORD, accepted: [PASSWORD] }),
    clock: o.clock,
    log,
    metrics,
  }),
  unsafeStandIn: o.whole.addresses(),
  oauthConnection: null,
  unsafeServiceHosts: [new URL(o.base).host],
  reference: {
    keep: async ({ key, value }) => void o.references.set(key, value),
    find: async ({ key }) => o.references.get(key) ?? null,
  },
  clock: o.clock,
  random: systemRandom(),
  log,
  metrics,
  reject: (reason) => void o.rejected.push(reason),
  signedIn: async () => undefined,
  texts: { tryAgain: 'Please press again.', viewTitle: 'Sotto', fieldNeeded: 'Needed.' },
});
