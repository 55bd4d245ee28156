/** A browser comes back from the provider: only here, once, and for the person of the link. */
import { conclude } from './conclude.ts';
import { disownMark } from './disown.ts';
import { type BegunSignIn, changeLink, isToken, linkAt, takeBegun } from './kept.ts';
import { lookedAt } from './look.ts';
import { noteLink } from './noted.ts';
import { prove, stateIn } from './prove.ts';
import type { Browser, Finished, FinishFault, SignInWorld } from './types.ts';

/** Whoever is signed in at the provider does not do, and would be found again: the next time they are asked to sign in afresh. */
const NEEDS_AFRESH: readonly FinishFault[] = [
  'stale',
  'not-strong',
  'no-time',
  'other-person',
  'unknown-person',
  'disowned',
];

/** Throws where the store or the record is away: then nobody is signed in, and the link is good for another try. */
export const finish = async (
  world: SignInWorld,
  { query, browser }: { readonly query: string; readonly browser: Browser },
): Promise<Finished> => {
  const state = stateIn(query);
  const begun =
    state === null || browser === null || !isToken(browser) ? null : await takeBegun(world, { browser, state });
  if (begun === null || state === null) {
    // Anybody can bring this about, so it is counted and fills no log.
    world.metrics.count('sign_ins', { outcome: 'unknown-browser' });
    return { ok: false, locale: null, why: 'unknown-browser', again: false };
  }
  const { nonce, codeVerifier, maxAgeSeconds, afresh, locale } = begun;
  const proved = await prove(world, { state, nonce, codeVerifier, maxAgeSeconds, afresh, locale, query });
  const concluded = proved.ok
    ? await conclude(world, {
        ...proved,
        purpose: begun,
        stands: async () => (await linkAt(world, begun.link)) !== null,
        by: 'openid',
      })
    : proved;
  if (!concluded.ok) return refused(world, begun, concluded.why, browser);
  await world.store.signIns.take({ key: begun.link, now: world.clock.now() });
  world.metrics.count('sign_ins', { outcome: 'given' });
  return { ...concluded, locale, disown: disownMark(world, { person: begun.person, locale }) };
};

const refused = async (
  world: SignInWorld,
  begun: BegunSignIn,
  why: FinishFault,
  browser: Browser,
): Promise<Finished> => {
  world.metrics.count('sign_ins', { outcome: why });
  await noteLink(world, begun, { change: 'refused', code: why });
  const found = await linkAt(world, begun.link);
  const again = found !== null && lookedAt(world, found.value, browser).state === 'ready';
  // Where another browser window was faster, it has begun as it should.
  if (found !== null && again && NEEDS_AFRESH.includes(why))
    await changeLink(world, found, { ...found.value, afresh: true });
  return { ok: false, locale: begun.locale, why, again };
};
