/** What a link is good for. Whoever looks uses nothing up: previews and scanners follow links as well. */
import { browserKeys, findLink, type Link } from './kept.ts';
import type { Browser, Looked, SignInWorld } from './types.ts';

/** How often one link may be begun, in the one browser that it belongs to by then. */
const MOST_TRIES = 3;

export const look = async (
  world: SignInWorld,
  { token, browser }: { readonly token: string; readonly browser: Browser },
): Promise<Looked> => {
  const found = await findLink(world, token);
  return found === null ? { state: 'over' } : lookedAt(world, found.value, browser);
};

export const lookedAt = (
  world: Pick<SignInWorld, 'clock' | 'sealer'>,
  link: Pick<Link, 'until' | 'locale' | 'browser' | 'tries' | 'minutes'>,
  browser: Browser,
): Looked => {
  const { until, locale, minutes } = link;
  if (until <= world.clock.now()) return { state: 'over' };
  const elsewhere = link.browser !== null && (browser === null || !browserKeys(world, browser).includes(link.browser));
  if (elsewhere) return { state: 'elsewhere', locale };
  return link.tries >= MOST_TRIES ? { state: 'spent', locale } : { state: 'ready', locale, minutes, until };
};
