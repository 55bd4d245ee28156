/**
 * A press on the bot's own page where that stands in a view (a Teams dialog): answered in the same view, by the page made anew with what
 * came of the press above it, or by word that a message comes. What opens a view of its own is answered like anywhere else.
 */
import { apologyCard, plainCard, tryAgainCard } from './answer.ts';
import { codeOf } from './errors.ts';
import { pageInView } from './home.ts';
import type { OpenedView } from './ports.ts';
import { repliesIn } from './replies/replies.ts';
import { counted, who } from './steps.ts';
import { type Card, MORE_ACTION, type Press } from './types.ts';
import type { World } from './world.ts';

export interface PageHands {
  /** Does at once what the button does, and says what came of it. */
  readonly more: (press: Press, say: (card: Card) => Promise<void>) => Promise<void>;
  readonly accept: (press: Press) => Promise<'accepted' | 'repeat' | 'unavailable'>;
}

/** Never throws. */
export const answerOnPage = async (
  world: World,
  press: Press,
  view: OpenedView,
  { more, accept }: PageHands,
): Promise<void> => {
  const heard: { said: Card } = { said: tryAgainCard };
  try {
    if (press.action === MORE_ACTION)
      await more(press, async (card) => {
        heard.said = card;
      });
    else if ((await accept(press)) !== 'unavailable') heard.said = plainCard(await comesTo(world, press));
    // More time and its like count themselves; the page is counted as it is wherever else it is opened.
    const home = await pageInView(world, press, { counts: await counted(world, press), said: heard.said });
    await view.page?.(home);
  } catch (error) {
    world.log.error('home.failed', { id: press.id, code: codeOf(error) });
    // What came of the press is said all the same.
    await view.reveal(heard.said === tryAgainCard ? apologyCard('en') : heard.said).catch(() => undefined);
  }
};

const comesTo = async (world: World, { account }: Press): Promise<string> => {
  const found = await who(world, account);
  return repliesIn(found.ok ? found.person.locale : 'en').home.comes;
};
