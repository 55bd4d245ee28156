/**
 * The vendor's own proof, after ours. `gate.ts` has verified the signature and every claim by then, over keys that it keeps
 * itself; the vendor's authentication runs all the same, because two implementations that must both agree are harder to fool
 * than one. Alone it lets through what it should not, and answers 500 to forgeries (Teams facts, section 2.2).
 *
 * What it may not do is hold up or shut out what is proved, and its cache of keys would: it fetches without a deadline,
 * knows a new key only an hour later, and throws good keys' answers away when a fetch fails (section 2.4). So where it has
 * no key, rather than an objection, it abstains. It never gets to see a token that we have not verified: on those it prints
 * keys, and remembers tenants for ever (requirements 3 and 27).
 */
import type { Clock, Log } from '../../core/ports.ts';
import { inTime } from '../bounded/waiting.ts';
import { type Authentication, asActivity } from './authentication.ts';
import { type Fields, isFields } from './read.ts';

/** Verifying takes a millisecond; the rest is for its first fetch of the keys. ms. */
const OPINION_MS = 400;

/** It hangs or fails: it is left alone so long, ms, for each question may cost a connection that never ends. */
const PAUSE_MS = 60_000;

/** What it says where it has no such key. The library is archived, so this does not change; if it did, requests would be refused. */
const NO_KEY = 'Signing Key could not be retrieved.';

export type Opinion = 'agrees' | 'objects' | 'abstains';

export type SecondOpinion = (activity: Fields, authorization: string) => Promise<Opinion>;

export const createSecondOpinion = (o: {
  readonly authentication: Pick<Authentication, 'authenticateRequest'>;
  readonly clock: Clock;
  readonly log: Log;
}): SecondOpinion => {
  const { clock } = o;
  let pausedUntil = Number.NEGATIVE_INFINITY;
  /** The first one that is asked fetches the keys; the others wait for it, so that they are fetched once. */
  let first: Promise<Opinion> | null = null;

  const ask: SecondOpinion = async (activity, authorization) => {
    const asked = o.authentication.authenticateRequest(asActivity(activity), authorization);
    const said = await inTime(
      clock,
      OPINION_MS,
      asked.then(
        () => 'agrees' as const,
        (error: unknown) => objectionOf(error),
      ),
    );
    if (said === 'agrees' || said === 'objects') return said;
    if (said !== 'no-key') {
      pausedUntil = clock.now() + PAUSE_MS;
      o.log.warn('teams.second-opinion-missing', { code: said });
    }
    return 'abstains';
  };

  return async (activity, authorization) => {
    if (clock.now() < pausedUntil) return 'abstains';
    if (first === null) {
      first = ask(activity, authorization);
      const opinion = await first;
      if (opinion !== 'agrees') first = null;
      return opinion;
    }
    await first;
    return clock.now() < pausedUntil ? 'abstains' : ask(activity, authorization);
  };
};

/** Trouble with its keys is no objection to the token: their list did not come, or came in a form that is none. */
const objectionOf = (error: unknown): 'objects' | 'no-key' | 'fetch-failed' => {
  if (!isFields(error)) return 'objects';
  if (error['message'] === NO_KEY) return 'no-key';
  return error['statusCode'] === 500 || error['name'] === 'FetchError' ? 'fetch-failed' : 'objects';
};
