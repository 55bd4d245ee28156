/** A sign-in begins: the link belongs to this browser from here on, and the browser goes to the provider. */
import { hasCode } from '../errors.ts';
import { voidSince } from './grants.ts';
import { browserKeys, changeLink, findLink, isToken, keepBegun, newToken } from './kept.ts';
import { BEGUN_MS } from './link.ts';
import { lookedAt } from './look.ts';
import { noteLink } from './noted.ts';
import type { Begun, Browser, SignInWorld } from './types.ts';

/** A browser that begins the same link twice at once; the one that is slower looks again. */
const MOST_ROUNDS = 4;

/** So much younger than the rule says is asked for: signing in, coming back and being answered take a moment too. s. */
const AHEAD_SECONDS = 60;

/** What the provider is asked for; `prove` takes what is so much older. */
export const maxAgeSecondsOf = (minutes: number): number => Math.max(minutes * 60 - AHEAD_SECONDS, AHEAD_SECONDS / 2);

/** States of links begin so; others are for others (operators). */
export const STATE_PREFIX = 's.';

/** Throws where the store or the record is away; the link is good then as often as before, or once less. */
export const begin = async (
  world: SignInWorld,
  o: { readonly token: string; readonly browser: Browser },
): Promise<Begun> => {
  const before = o.browser !== null && isToken(o.browser) ? o.browser : null;
  const browser = before ?? newToken(world);
  for (let round = 1; round <= MOST_ROUNDS; round++) {
    const found = await findLink(world, o.token);
    if (found === null) return { ok: false, locale: null, why: 'over' };
    const link = found.value;
    const { locale, minutes, person, account, id } = link;
    const no = (why: 'over' | 'elsewhere' | 'spent' | 'full' | 'unavailable'): Begun => ({ ok: false, locale, why });
    const looked = lookedAt(world, link, before);
    if (looked.state !== 'ready') return no(looked.state);

    const asked = {
      state: `${STATE_PREFIX}${newToken(world)}`,
      nonce: newToken(world),
      codeVerifier: newToken(world),
      maxAgeSeconds: maxAgeSecondsOf(minutes),
      // What they ended, or said was not theirs, lives on at the provider: that session signs nobody in here.
      afresh: link.afresh || (await voidSince(world, person)) !== null,
      locale,
    };
    // Before anything is used up.
    const address = await world.signIn.provider.begin(asked).catch((error: unknown) => {
      if (hasCode(error, 'sign-in-unavailable')) return null;
      throw error;
    });
    if (address === null) return no('unavailable');

    const [mark = ''] = browserKeys(world, browser);
    const bound = { ...link, browser: link.browser ?? mark, tries: link.tries + 1 };
    if (!(await changeLink(world, found, bound))) continue;
    await noteLink(world, link, { change: 'begun' });
    const { state, nonce, codeVerifier, maxAgeSeconds, afresh } = asked;
    const begun = { id, person, account, locale, minutes, nonce, codeVerifier, maxAgeSeconds, afresh, link: found.key };
    const kept = await keepBegun(world, { browser, state, begun, until: world.clock.now() + BEGUN_MS });
    if (kept === 'full') return no('full');
    return { ok: true, address, locale, cookie: { value: browser, seconds: BEGUN_MS / 1_000 } };
  }
  return { ok: false, locale: null, why: 'full' };
};
