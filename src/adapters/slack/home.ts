import type { HomeView, KnownBlock } from '@slack/types';
import { codeOf } from '../../core/errors.ts';
import type { Log } from '../../core/ports.ts';
import type { Account, Card, Home, Opened } from '../../core/types.ts';
import type { Call } from './call.ts';
import { bodyBlocks, buttonBlock, fits } from './card.ts';
import type { HomeMarks } from './home-mark.ts';
import { MORE, MOST_VIEW_BYTES, sizeOf } from './modal.ts';
import { type Whereabouts, whoseIs } from './parse.ts';
import { type Fields, fieldsAt, idAt, msOf, tsAt } from './read.ts';

const MOST_BLOCKS = 100;

/** Whose private chat is remembered, and pages that are being made at once. */
const MOST_KNOWN = 10_000;
const MOST_AT_ONCE = 64;

/** Somebody looks at the bot's own page; null for its other tabs and for every other event. */
export const parseOpened = (body: Fields, { tenant }: Pick<Whereabouts, 'tenant'>): Opened | null => {
  const event = fieldsAt(body, 'event');
  const user = idAt(event, 'user');
  const ts = tsAt(event, 'event_ts');
  if (event['type'] !== 'app_home_opened' || event['tab'] !== 'home' || user === null || ts === null) return null;
  const direct = idAt(event, 'channel');
  const channel = direct?.startsWith('D') === true ? direct : user;
  return {
    kind: 'opened',
    id: `slack:${tenant}:home:${user}:${ts}`,
    ...whoseIs({ tenant, user, external: false, place: { kind: 'direct', channel, thread: null } }),
    at: msOf(ts),
  };
};

/** The bot's own page as Slack shows it: each section's words, small print and buttons, a line between two. */
export const renderHome = (o: { readonly home: Home; readonly mark: string | null }): HomeView => {
  const blocks: KnownBlock[] = [];
  let left = MOST_VIEW_BYTES;
  for (const section of o.home.sections) {
    const made = sectionBlocks(section, blocks.length > 0);
    left -= sizeOf(made);
    // What people are shown is whole or not there: half a section could say the opposite of all of it.
    if (left < 0 || blocks.length + made.length > MOST_BLOCKS) break;
    blocks.push(...made);
  }
  if (blocks.length === 0) blocks.push(MORE);
  return { type: 'home', blocks, ...(o.mark === null ? {} : { private_metadata: o.mark }) };
};

/** A button whose value Slack would not take is left out, for it cannot be cut. */
const sectionBlocks = (card: Card, line: boolean): readonly KnownBlock[] => {
  const buttons = card.buttons.filter((button) => fits({ ...card, buttons: [button] }));
  const made = [...bodyBlocks(card), ...buttonBlock(buttons, card.title ?? card.text.split('\n', 1)[0])];
  return made.length > 0 && line ? [{ type: 'divider' }, ...made] : made;
};

/** Slack's App Home. */
export interface Homes {
  /** Hands it to the core, which shows the page in its own time. Never throws, waits for nothing. */
  open(opened: Opened): void;
  /** Best effort: what fails is logged by its code, and the page is made anew when it is next opened. */
  show(o: { readonly account: Account; readonly home: Home }): Promise<void>;
  settled(): Promise<void>;
}

export const createHomes = (o: {
  readonly call: Call;
  readonly opened: (opened: Opened) => Promise<void>;
  readonly marks: HomeMarks;
  readonly log: Log;
}): Homes => {
  const making = new Map<string, Promise<void>>();
  /** The private chats of who opened it, the last last. */
  const channels = new Map<string, string>();
  const keyOf = ({ tenant, user }: Account): string => `${tenant}:${user}`;

  const remember = ({ account, place }: Opened): void => {
    const key = keyOf(account);
    channels.delete(key);
    if (!place.channel.startsWith('D')) return;
    channels.set(key, place.channel);
    const oldest = channels.keys().next();
    if (channels.size > MOST_KNOWN && oldest.done === false) channels.delete(oldest.value);
  };

  const markFor = (account: Account): string | null => {
    const channel = channels.get(keyOf(account));
    if (channel === undefined) return null;
    const { tenant, user } = account;
    return o.marks.make({ tenant, user, channel });
  };

  return {
    open: (opened) => {
      const key = keyOf(opened.account);
      // Whoever leafs to and fro gets the page that is on its way.
      if (making.has(key) || making.size >= MOST_AT_ONCE) return;
      remember(opened);
      const made = o
        .opened(opened)
        .catch((error: unknown) => o.log.error('slack.home-failed', { id: opened.id, code: codeOf(error) }))
        .finally(() => making.delete(key));
      making.set(key, made);
    },
    show: async ({ account, home }) => {
      const { tenant, user } = account;
      const view = renderHome({ home, mark: markFor(account) });
      const called = await o.call(tenant, 'views.publish', (client) => client.views.publish({ user_id: user, view }));
      if ('fault' in called) o.log.warn('slack.home-not-shown', { tenant, code: called.fault.code });
    },
    settled: async () => {
      await Promise.allSettled(making.values());
    },
  };
};
