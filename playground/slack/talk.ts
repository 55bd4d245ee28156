import { readable } from '../readable.ts';
import type { Talk } from '../talk.ts';
import { readableForm } from './readable-form.ts';
import { readableHome } from './readable-home.ts';
import type { SlackStandIn } from './types.ts';
import { GENERAL, GROUP, SHARED } from './workspace.ts';

const CHANNELS = { group: GROUP, channel: GENERAL, shared: SHARED } as const;

/** Slack's stand-in as its people use it. */
export const slackTalk = (o: { readonly slack: SlackStandIn; readonly teamId: string }): Talk => {
  const { slack, teamId } = o;
  /** Of the thread that a reply goes to: the oldest message there that everybody sees. */
  const beginningIn = (channel: string): string =>
    slack.history().find((message) => message.channel === channel && message.ephemeralFor === undefined)?.ts ??
    '1700000000.000100';
  return {
    platform: 'slack',
    channelOf: ({ slackUser }, place) => (place === 'direct' ? `D${slackUser.slice(1)}` : CHANNELS[place]),
    say: async ({ person, place, text, thread = false }) => {
      const { channel, ts } = await slack.say({
        user: person.slackUser,
        text,
        channel: place === 'direct' ? null : CHANNELS[place],
        ...(thread
          ? { thread: beginningIn(place === 'direct' ? `D${person.slackUser.slice(1)}` : CHANNELS[place]) }
          : {}),
      });
      return { question: `slack:${teamId}:${channel}:${ts}`, channel, id: ts };
    },
    messages: ({ slackUser }) =>
      slack.history({ user: slackUser }).map((message) => ({
        ...readable(message),
        channel: message.channel,
        id: message.ts,
        from: message.bot === null ? 'person' : 'sotto',
        at: Math.round(Number(message.ts) * 1_000),
        ephemeral: message.ephemeralFor !== undefined,
        raw: `${message.text}\n${JSON.stringify(message.blocks)}`,
      })),
    press: ({ person, channel, id, action, value }) =>
      slack.press({ user: person.slackUser, channel, ts: id, actionId: action, value }),
    view: ({ slackUser }) => {
      const view = slack.views({ user: slackUser }).at(-1);
      if (view === undefined) return null;
      const form = readableForm(view);
      const {
        text,
        parts,
        note,
        links = [],
      } = form === null
        ? readable({ text: '', blocks: view.blocks })
        : { text: form.text, parts: undefined, note: null };
      const { text: title } = view.title;
      return {
        id: view.id,
        title: typeof title === 'string' ? title : '',
        text,
        ...(parts === undefined ? {} : { parts }),
        note,
        ...(links.length === 0 ? {} : { links }),
        form,
      };
    },
    submit: async ({ person: { slackUser: user }, id, values }) => {
      const form = slack.views({ user }).find((view) => view.id === id && view.submit !== null);
      return form === undefined ? 'unknown' : slack.submitView({ user, id, values });
    },
    aside: {
      command: async ({ person: { slackUser: user }, place, text }) =>
        slack.command({ user, command: '/sotto', text, ...(place === 'direct' ? {} : { channel: CHANNELS[place] }) }),
      shortcut: async ({ person: { slackUser: user }, message }) =>
        message === null
          ? slack.shortcut({ user, callbackId: 'sotto.ask' })
          : slack.shortcut({
              user,
              callbackId: 'sotto.ask-privately',
              message: { channel: message.channel, ts: message.id },
            }),
    },
    closeView: ({ slackUser }) => {
      for (const { id } of slack.views({ user: slackUser })) slack.closeView({ user: slackUser, id });
    },
    home: {
      read: ({ slackUser }) => {
        const home = slack.home(slackUser);
        return home === null ? null : readableHome(home);
      },
      open: ({ slackUser: user }) => slack.openHome({ user }),
      press: ({ person: { slackUser: user }, action, value }) => slack.pressHome({ user, actionId: action, value }),
    },
    onChange: (listener) => slack.onChange(listener),
  };
};
