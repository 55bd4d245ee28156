import type { HomeView, KnownBlock } from '@slack/types';
import { codeOf } from '../../core/errors.ts';
import type { Log } from '../../core/ports.ts';
import type { Account, Card, Home, Opened } from '../../core/types.ts';
import type { Call } from './call.ts';
import { bodyBlocks, buttonBlock, fits } from './card.ts';
import type { HomeMarks } from './home-mark.ts';
import { createPublishing } from './home-publish.ts';
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

/**
 * The bot's own page as Slack shows it: each section's words, small print and buttons, a line between two. What must stand at its end has
 * its room first.
 */
export const renderHome = (o: { readonly home: Home; readonly mark: string | null }): HomeView => {
  const { sections, last = [] } = o.home;
  const foot = fitting(last, { bytes: MOST_VIEW_BYTES, most: MOST_BLOCKS });
  const room = { bytes: MOST_VIEW_BYTES - sizeOf(foot) - LINE_BYTES, most: MOST_BLOCKS - foot.length - 1 };
  const head = fitting(sections, foot.length === 0 ? { ...room, most: MOST_BLOCKS } : room);
  const blocks = [...head, ...(head.length > 0 && foot.length > 0 ? [LINE] : []), ...foot];
  if (blocks.length === 0) blocks.push(MORE);
  return { type: 'home', blocks, ...(o.mark === null ? {} : { private_metadata: o.mark }) };
};

const LINE: KnownBlock = { type: 'divider' };
const LINE_BYTES = 32;

/** What people are shown is whole or not there: half a section could say the opposite of all of it. */
const fitting = (cards: readonly Card[], room: { readonly bytes: number; readonly most: number }): KnownBlock[] => {
  const blocks: KnownBlock[] = [];
  let left = room.bytes;
  for (const card of cards) {
    const made = sectionBlocks(card, blocks.length > 0);
    left -= sizeOf(made);
    if (left < 0 || blocks.length + made.length > room.most) break;
    blocks.push(...made);
  }
  return blocks;
};

/** A button whose value Slack would not take is left out, for it cannot be cut. */
const sectionBlocks = (card: Card, line: boolean): readonly KnownBlock[] => {
  const buttons = card.buttons.filter((button) => fits({ ...card, buttons: [button] }));
  const made = [...bodyBlocks(card), ...buttonBlock(buttons, card.title ?? card.text.split('\n', 1)[0])];
  return made.length > 0 && line ? [{ type: 'divider' }, ...made] : made;
};

/** Slack's App Home. */
export interface Homes {
  /** Hands it to the core, which shows the page in its own time. `hash`: of the page that stands; null: none is known. Never throws, waits for nothing. */
  open(opened: Opened, hash: string | null): void;
  /** Best effort: what fails is logged by its code, and the page is made anew when it is next opened. */
  show(o: { readonly account: Account; readonly home: () => Promise<Home> }): Promise<void>;
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

  const publishing = createPublishing({
    call: o.call,
    render: (account, home) => renderHome({ home, mark: markFor(account) }),
    log: o.log,
  });

  return {
    open: (opened, hash) => {
      const key = keyOf(opened.account);
      if (hash !== null) publishing.stands(opened.account, hash);
      // Whoever leafs to and fro gets the page that is on its way.
      if (making.has(key) || making.size >= MOST_AT_ONCE) return;
      remember(opened);
      const made = o
        .opened(opened)
        .catch((error: unknown) => o.log.error('slack.home-failed', { id: opened.id, code: codeOf(error) }))
        .finally(() => making.delete(key));
      making.set(key, made);
    },
    show: publishing.show,
    settled: async () => {
      await Promise.allSettled(making.values());
    },
  };
};
