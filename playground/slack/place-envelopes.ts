/** Events and payloads of what is done in chats beside writing and pressing, in Slack's shapes. */
import type { Json, StandInPerson } from './types.ts';
import type { Channel, Message, Workspace } from './workspace.ts';

type Bots = 'bot_message' | 'bot-user' | 'slackbot' | 'self';

const OTHER_APP = { app_id: 'A0OTHER000', bot_id: 'B0OTHER000', user: 'U0OTHERBOT' } as const;

export const asideEnvelopes = (o: { readonly workspace: Workspace; readonly appId: string }) => {
  const { workspace, appId } = o;
  const { teamId, bot } = workspace;
  const homeOf = ({ team = teamId }: StandInPerson): string => team;
  const file = {
    id: 'F0FILE0000',
    name: 'note.png',
    title: 'note.png',
    mimetype: 'image/png',
    filetype: 'png',
    mode: 'hosted',
    size: 1_024,
    url_private: 'https://files.slack.com/files-pri/x/note.png',
  };

  const stood = (message: Message): Json => ({
    type: 'message',
    user: message.user,
    text: message.text,
    ts: message.ts,
    team: teamId,
    ...(message.threadTs === null ? {} : { thread_ts: message.threadTs }),
  });
  const inDirect = (channel: Channel, ts: string): Json => ({
    type: 'message',
    channel: channel.id,
    channel_type: 'im',
    ts,
    event_ts: ts,
  });
  const edit = (message: Message): Json => ({ edited: { user: message.user, ts: message.editedAt ?? message.ts } });

  return {
    edited: ({ message, before }: { readonly message: Message; readonly before: Message }): Json => ({
      ...inDirect(message.channel, workspace.nextTs()),
      subtype: 'message_changed',
      hidden: true,
      message: { ...stood(message), ...edit(message) },
      previous_message: stood(before),
    }),

    /** The ts stays that of the message, so that the same question would be known again. */
    mentionedAgain: ({ message, person }: { readonly message: Message; readonly person: StandInPerson }): Json => ({
      ...stood(message),
      type: 'app_mention',
      ...edit(message),
      team: homeOf(person),
      channel: message.channel.id,
      event_ts: message.editedAt ?? message.ts,
    }),

    erased: ({ message }: { readonly message: Message }): Json => ({
      ...inDirect(message.channel, workspace.nextTs()),
      subtype: 'message_deleted',
      hidden: true,
      deleted_ts: message.ts,
      previous_message: stood(message),
    }),

    shared: ({ message, person }: { readonly message: Message; readonly person: StandInPerson }): Json => ({
      ...stood(message),
      team: homeOf(person),
      channel: message.channel.id,
      event_ts: message.ts,
      files: [file],
      upload: true,
      ...(message.channel.kind === 'direct'
        ? { subtype: 'file_share', channel_type: 'im', display_as_bot: false }
        : { type: 'app_mention' }),
    }),

    ofBot: ({ channel, how, text }: { readonly channel: Channel; readonly how: Bots; readonly text: string }): Json => {
      const common = { ...inDirect(channel, workspace.nextTs()), text, team: teamId };
      switch (how) {
        case 'bot_message':
          return { ...common, subtype: 'bot_message', bot_id: OTHER_APP.bot_id, username: 'hook' };
        case 'bot-user':
          return { ...common, ...OTHER_APP };
        case 'slackbot':
          return { ...common, user: 'USLACKBOT' };
        case 'self':
          return { ...common, user: bot.user, bot_id: bot.id, app_id: appId };
      }
    },

    onMessage: (p: { readonly message: Message; readonly responseUrl: string }): Json => {
      const { message } = p;
      const { channel } = message;
      return {
        type: 'message_action',
        response_url: p.responseUrl,
        channel: { id: channel.id, name: channel.name },
        message_ts: message.ts,
        message: {
          ...stood(message),
          ...(message.bot === null
            ? {}
            : { user: message.bot.user, bot_id: message.bot.id, app_id: message.bot.appId }),
          blocks: message.blocks,
        },
      };
    },
  };
};
