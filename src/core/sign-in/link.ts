/** The link by which whoever asked comes to the sign-in page: for them, once, and for a few minutes. */
import { SIGN_IN_PATH } from '../auth-steps.ts';
import { codeOf } from '../errors.ts';
import type { Account, Locale } from '../types.ts';
import type { World } from '../world.ts';
import { keepLink, newToken } from './kept.ts';
import { noteLink } from './noted.ts';
import type { SignInOffer } from './types.ts';

/** Of a sign-in that was begun, ms: long enough to find a second device, short enough that nobody finds the page of somebody else. */
export const BEGUN_MS = 10 * 60_000;

/**
 * Makes a link that is on record before anybody has it; null: nobody can sign in by a page here, or a link cannot be kept now. The answer then says
 * what is needed without one. Whatever a link is followed by, it is held against this person again.
 */
export const makeLink = async (
  world: Pick<World, 'audit' | 'clock' | 'log' | 'names' | 'random' | 'sealer' | 'store'> & {
    readonly signIn?: Pick<SignInOffer, 'publicUrl'>;
  },
  o: {
    /** Directory id. */
    readonly person: string;
    /** Whose question waits. */
    readonly account: Account;
    readonly locale: Locale;
    /** How old the sign-in may be, as the rule that asked for it says. */
    readonly minutes: number;
    /** ms since the epoch. */
    readonly until: number;
  },
): Promise<{ readonly url: string } | null> => {
  const { signIn } = world;
  if (signIn === undefined || o.minutes < 1) return null;
  const token = newToken(world);
  const id = world.random.id();
  const { platform, tenant, user, external } = o.account;
  const { person, locale, minutes, until } = o;
  const account = { platform, tenant, user, external };
  const link = { id, person, account, locale, minutes, until, browser: null, tries: 0, afresh: false };
  try {
    await noteLink(world, link, { change: 'linked' });
    const kept = await keepLink(world, { token, link, storeUntil: until + BEGUN_MS });
    if (kept === 'kept') return { url: `${signIn.publicUrl}${SIGN_IN_PATH}?t=${token}` };
    world.log.warn('sign-in.full', { tenant });
  } catch (error) {
    world.log.warn('sign-in.unlinked', { tenant, code: codeOf(error) });
  }
  return null;
};
