import { actionOf, richText } from './laid-out.ts';
import { domainOf } from './methods.ts';
import type { Json, StandInPerson } from './types.ts';
import type { Channel, Message, Workspace } from './workspace.ts';

/** Bodies as Slack sends them. */
export interface Envelopes {
  event(event: Json, over?: Json): Json;
  /** What everything carries that people do with the app. */
  interaction(type: string, person: StandInPerson, triggerId: string): Json;
  /** The event of a message: `message` in a private chat, `app_mention` in a channel. */
  said(message: Message, person: StandInPerson): Json;
  pressed(o: {
    readonly person: StandInPerson;
    readonly message: Message;
    readonly actionId: string;
    readonly value: string;
    readonly actionTs: string;
    readonly responseUrl: string;
    readonly triggerId: string;
  }): Json;
  /** A press on the app's own page, which stands in no channel. */
  pressedHome(o: {
    readonly person: StandInPerson;
    readonly view: Json;
    readonly actionId: string;
    readonly value: string;
    readonly actionTs: string;
    readonly triggerId: string;
  }): Json;
  homeOpened(o: {
    readonly person: StandInPerson;
    readonly channel: Channel;
    readonly tab: 'home' | 'messages';
    readonly view: Json | null;
    readonly ts: string;
  }): Json;
  submitted(o: { readonly person: StandInPerson; readonly view: Json; readonly triggerId: string }): Json;
  command(o: {
    readonly person: StandInPerson;
    readonly channel: Channel;
    readonly command: string;
    readonly text: string;
    readonly responseUrl: string;
    readonly triggerId: string;
  }): Readonly<Record<string, string>>;
}

/** Slack's old verification token, long replaced by signatures; still sent. */
const OLD_TOKEN = 'legacy-and-ignored';

export const createEnvelopes = (o: {
  readonly appId: string;
  readonly workspace: Workspace;
  /** Whether the app was installed in the whole enterprise. */
  readonly isOrgWide: () => boolean;
  readonly makeId: () => string;
  readonly now: () => number;
}): Envelopes => {
  const { appId, workspace } = o;
  const { teamId, enterpriseId, bot } = workspace;
  const domain = domainOf(workspace);
  const enterprise = enterpriseId === null ? null : { id: enterpriseId, name: `Enterprise ${enterpriseId}` };
  const homeOf = ({ team = teamId }: StandInPerson): string => team;
  const handleOf = ({ name }: StandInPerson): string => name.toLowerCase().replace(/[^a-z]+/g, '.');

  const event = (inner: Json, over: Json = {}): Json => ({
    token: OLD_TOKEN,
    ...(enterpriseId === null ? {} : { enterprise_id: enterpriseId }),
    team_id: teamId,
    context_team_id: teamId,
    context_enterprise_id: enterpriseId,
    api_app_id: appId,
    event: inner,
    type: 'event_callback',
    event_id: `Ev${o.makeId()}`,
    event_time: Math.floor(o.now() / 1_000),
    event_context: `4-${Buffer.from(JSON.stringify({ et: inner['type'], tid: teamId, aid: appId })).toString('base64url')}`,
    authorizations: [
      {
        enterprise_id: enterpriseId,
        // Who installed it in the whole enterprise installed it in no workspace.
        team_id: o.isOrgWide() ? null : teamId,
        user_id: bot.user,
        is_bot: true,
        is_enterprise_install: o.isOrgWide(),
      },
    ],
    is_ext_shared_channel: false,
    ...over,
  });

  const person = (someone: StandInPerson): Json => ({
    id: someone.user,
    username: handleOf(someone),
    name: handleOf(someone),
    team_id: homeOf(someone),
  });

  /** Where a message stands in a thread, and who began that. */
  const threadOf = ({ channel, threadTs }: Message): Json => {
    if (threadTs === null) return {};
    const parent = workspace.find(channel.id, threadTs);
    const author = parent?.user ?? parent?.bot?.user;
    return { thread_ts: threadTs, ...(author === undefined ? {} : { parent_user_id: author }) };
  };

  /** What everything carries that people do with the app. */
  const interaction = (type: string, someone: StandInPerson, triggerId: string): Json => ({
    type,
    user: person(someone),
    api_app_id: appId,
    token: OLD_TOKEN,
    trigger_id: triggerId,
    team: o.isOrgWide() ? null : { id: teamId, domain },
    enterprise,
    is_enterprise_install: o.isOrgWide(),
  });

  return {
    event,
    interaction,

    said: (message, someone) => {
      const home = homeOf(someone);
      const external = home !== teamId;
      const shared = message.channel.kind === 'shared' || external;
      const common = {
        user: someone.user,
        ts: message.ts,
        client_msg_id: o.makeId(),
        text: message.text,
        blocks: [richText(message.text, o.makeId())],
        team: home,
        channel: message.channel.id,
        event_ts: message.ts,
        ...(message.threadTs === null ? {} : { thread_ts: message.threadTs }),
      };
      const inner =
        message.channel.kind === 'direct'
          ? { type: 'message', ...common, channel_type: 'im' }
          : { type: 'app_mention', ...common, ...(shared ? { user_team: home, source_team: home } : {}) };
      return event(inner, { is_ext_shared_channel: shared });
    },

    pressed: ({ person: someone, message, actionId, value, actionTs, responseUrl, triggerId }) => {
      return {
        ...interaction('block_actions', someone, triggerId),
        container: {
          type: 'message',
          message_ts: message.ts,
          channel_id: message.channel.id,
          is_ephemeral: message.ephemeralFor !== null,
          ...(message.threadTs === null ? {} : { thread_ts: message.threadTs }),
        },
        channel: { id: message.channel.id, name: message.channel.name },
        ...(message.ephemeralFor === null
          ? {
              message: {
                user: message.bot?.user ?? message.user,
                type: 'message',
                ts: message.ts,
                ...(message.bot === null ? {} : { bot_id: message.bot.id, app_id: message.bot.appId }),
                text: message.text,
                team: teamId,
                ...threadOf(message),
                blocks: message.blocks,
              },
            }
          : {}),
        state: { values: {} },
        response_url: responseUrl,
        actions: [actionOf(message.blocks, { botName: bot.name, actionId, value, actionTs })],
      };
    },

    pressedHome: ({ person: someone, view, actionId, value, actionTs, triggerId }) => ({
      ...interaction('block_actions', someone, triggerId),
      container: { type: 'view', view_id: view['id'] },
      view,
      actions: [actionOf(view['blocks'] as readonly Json[], { botName: bot.name, actionId, value, actionTs })],
    }),

    homeOpened: ({ person: someone, channel, tab, view, ts }) =>
      event({
        type: 'app_home_opened',
        user: someone.user,
        channel: channel.id,
        tab,
        event_ts: ts,
        ...(view === null ? {} : { view }),
      }),

    submitted: ({ person: someone, view, triggerId }) => ({
      ...interaction('view_submission', someone, triggerId),
      view,
      response_urls: [],
    }),

    command: ({ person: someone, channel, command, text, responseUrl, triggerId }) => ({
      token: OLD_TOKEN,
      team_id: teamId,
      team_domain: domain,
      ...(enterprise === null ? {} : { enterprise_id: enterprise.id, enterprise_name: enterprise.name }),
      channel_id: channel.id,
      channel_name: channel.name,
      user_id: someone.user,
      user_name: handleOf(someone),
      command,
      text,
      api_app_id: appId,
      is_enterprise_install: String(o.isOrgWide()),
      response_url: responseUrl,
      trigger_id: triggerId,
    }),
  };
};
