/** What a person does with a message that carries a view's button, and what they then see. */
import { repliesIn } from '../src/core/replies/replies.ts';
import { VIEW_ACTION } from '../src/core/types.ts';
import { readable } from './readable.ts';
import type { SeenMessage, SeenView, SlackStandIn } from './slack/types.ts';

/** Sotto answers a press within a few seconds, ms. */
const WAIT_MS = 15_000;

export interface PressedView {
  readonly view: SeenView;
  readonly text: string;
  readonly note: string | null;
}

/** Presses the message's button and waits until the view is filled. Null: it has no such button, or no view came of it. */
export const pressView = async (
  slack: Pick<SlackStandIn, 'press' | 'views' | 'onChange'>,
  { user, message }: { readonly user: string; readonly message: SeenMessage },
): Promise<PressedView | null> => {
  const button = readable(message).buttons.find(({ action }) => action === VIEW_ACTION);
  if (button === undefined) return null;
  const before = new Set(slack.views({ user }).map(({ id }) => id));
  const { channel, ts } = message;
  await slack.press({ user, channel, ts, actionId: button.action, value: button.value });
  return new Promise((resolve) => {
    const look = (): void => {
      const view = slack.views({ user }).find(({ id }) => !before.has(id));
      const words = view === undefined ? null : readable({ text: '', blocks: view.blocks });
      if (view === undefined || words === null || words.text === repliesIn('en').viewMoment) return;
      end({ view, text: words.text, note: words.note });
    };
    const stop = slack.onChange(look);
    const timer = setTimeout(() => end(null), WAIT_MS);
    const end = (pressed: PressedView | null): void => {
      clearTimeout(timer);
      stop();
      resolve(pressed);
    };
    look();
  });
};
