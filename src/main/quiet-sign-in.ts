/** What Teams shows of somebody beside a sign-in link, where that can save them the page. */
import { createSessionProver } from '../adapters/openid/session.ts';
import type { SeenInTeams } from '../adapters/teams/sign-in.ts';
import type { Config } from '../config.ts';
import { quietly } from '../core/sign-in/quiet.ts';
import type { SessionProver } from '../core/sign-in-ports.ts';
import type { World } from '../core/world.ts';
import type { Tools } from './opening.ts';

/** Teams’ tokens are Entra’s and name people by this claim; where another names them there is nothing that one could show. */
const ENTRA_CLAIM = 'oid';

/** Null: Teams is not asked, since no connection is set, or what it could show would do for nothing. */
export const openSessionProver = (o: {
  readonly config: Pick<Config, 'signIn' | 'teams' | 'publicUrl'>;
  /** Whether the token itself is wanted, for systems that are asked as the person. Absent: no. */
  readonly keepsOwn?: boolean;
  readonly tools: Pick<Tools, 'clock' | 'log'>;
}): SessionProver | null => {
  const { signIn, teams, publicUrl } = o.config;
  if (signIn === null || teams === null || publicUrl === null || teams.oauthConnection === null) return null;
  if (signIn.personClaim !== ENTRA_CLAIM) return null;
  return createSessionProver({ ...signIn, audience: teams.appId, keepsOwn: o.keepsOwn ?? false, ...o.tools });
};

/** Judges it beside whatever else is done: Teams’ client waits for no more than that it was taken. */
export const createSeeing =
  (world: World, prover: SessionProver | null): ((seen: SeenInTeams) => void) =>
  (seen) => {
    const { signIn } = world;
    if (prover === null || signIn === undefined) return;
    // Where too many wait, the link is there.
    world.background.begin(async () => void (await quietly({ ...world, signIn }, { prover, ...seen })));
  };
