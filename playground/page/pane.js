import { serverNow } from './countdown.js';
import { byId, el } from './elements.js';
import { homeTab } from './home.js';
import { conversation } from './messages.js';
import { NAMES } from './platforms.js';
import { viewLayer } from './view.js';
import { words } from './words.js';

/** How long a question without an answer shows that one is being written, ms. */
const PATIENCE = 15_000;

/**
 * One platform: its talk, its window, who is writing, and what went wrong there alone.
 * @param {object} options
 * @param {(press: object) => Promise<boolean>} options.onPress resolves to whether it was taken
 * @param {(press: object) => Promise<boolean>} options.onPressView in the window; resolves to whether it was taken
 * @param {(id: string) => void} options.onCloseView
 * @param {(sent: object) => Promise<boolean>} options.onSubmit resolves to whether it got through
 * @param {object | null} options.home what to do on the bot's own page: `onOpen`, `onPress`; null: the platform has none
 */
export const createPane = ({ platform, onPress, onPressView, onCloseView, onSubmit, home }) => {
  const list = byId(`messages-${platform}`);
  const page = home === null ? null : byId(`home-${platform}`);
  /** What a window covers: the talk, and the bot's own page where that covers it already. */
  const covered = {
    set inert(on) {
      windowed = on;
      cover();
    },
    querySelector: (selector) => page?.querySelector(selector) ?? list.querySelector(selector),
  };
  let windowed = false;
  const cover = () => {
    list.inert = windowed || tab?.isOpen() === true;
    page?.toggleAttribute('inert', windowed);
  };
  const tab =
    home === null
      ? null
      : homeTab({
          platform,
          onOpen: home.onOpen,
          onPress: ({ at, ...press }) => {
            layer.from(`[data-at="${CSS.escape(at)}"]`);
            return home.onPress(press);
          },
          onTurn: () => cover(),
        });
  const layer = viewLayer({
    platform,
    layer: byId(`layer-${platform}`),
    covered,
    onClose: onCloseView,
    onSend: onSubmit,
    onPress: async (press) => {
      const taken = await onPressView(press);
      trouble(taken ? null : { text: words().pressFailed });
      return taken;
    },
  });
  let last = null;
  let patience;

  const press = async ({ messageId, action, value, button }) => {
    // Not `disabled`: that would take the focus away from it, and a window gives it back to it.
    if (button.getAttribute('aria-disabled') === 'true') return;
    button.setAttribute('aria-disabled', 'true');
    layer.from(`[data-id="${CSS.escape(messageId)}"] [data-action="${CSS.escape(action)}"]`);
    const taken = await onPress({ messageId, action, value });
    button.removeAttribute('aria-disabled');
    trouble(taken ? null : { text: words().pressFailed });
  };
  const talk = conversation({ platform, list, onPress: press });

  /** @param {{text: string, again?: () => void} | null} what null: nothing is wrong any more */
  const trouble = (what) => {
    const line = byId(`trouble-${platform}`);
    line.hidden = what === null;
    line.replaceChildren();
    if (what === null) return;
    line.append(el('span', { text: what.text }));
    if (what.again === undefined) return;
    const again = el('button', { type: 'button', class: 'link', text: words().tryAgain });
    again.addEventListener('click', () => {
      trouble(null);
      what.again();
    });
    line.append(' ', again);
  };

  const showTyping = () => {
    const waited = last?.from === 'person' ? serverNow() - last.at : Number.POSITIVE_INFINITY;
    clearTimeout(patience);
    const line = byId(`typing-${platform}`);
    line.hidden = waited > PATIENCE;
    line.querySelector('.unseen').textContent = words().typingOn(NAMES[platform]);
    if (waited <= PATIENCE) patience = setTimeout(showTyping, PATIENCE - waited + 50);
  };

  return {
    trouble,
    /** @returns what `conversation.show` does */
    show: ({ key, person, place, pane }) => {
      last = pane.messages.at(-1) ?? null;
      const shown = talk.show({ key, person, messages: pane.messages });
      tab?.show({ person, place, pane });
      layer.show({ view: pane.view, person });
      showTyping();
      return shown;
    },
  };
};
