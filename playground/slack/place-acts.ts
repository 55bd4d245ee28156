/** What people and bots do in chats beside writing and pressing: they edit, delete, share files, use commands and shortcuts. */
import { fieldsIn } from '../../src/adapters/bounded/fields.ts';
import { escaped } from '../typed.ts';
import { type ActsContext, SAID } from './acts.ts';
import { checkBlocks } from './blocks.ts';
import { asideEnvelopes } from './place-envelopes.ts';
import type { PlaceActs } from './place-types.ts';
import type { Team } from './team.ts';
import type { Delivered, Json, StandInPerson } from './types.ts';
import type { Channel, Message, Workspace } from './workspace.ts';

const SLACKBOT = 'USLACKBOT';

/** Slack's own words for a command that came to nothing. */
const failedWith = (command: string, status: number): string =>
  `${command} failed with the error "${status === 0 ? 'operation_timeout' : 'dispatch_failed'}"`;

export const createPlaceActs = (o: ActsContext & { readonly appId: string }): PlaceActs => {
  const { teams } = o;

  const ownMessage = (
    team: Team,
    at: { readonly user: string; readonly channel: string; readonly ts: string },
  ): Message => {
    const message = team.workspace.find(at.channel, at.ts);
    if (message === null || message.user !== at.user) throw new Error(`${at.user} wrote no message ${at.ts}.`);
    return message;
  };

  const channelFor = (team: Team, person: StandInPerson, id: string | null | undefined): Channel => {
    const { workspace } = team;
    const channel = id === undefined || id === null ? workspace.direct(person.user) : workspace.channel(id);
    if (channel === null || !channel.members.has(person.user)) throw new Error(`${person.name} is not in "${id}".`);
    return channel;
  };

  /** Where the bot is and may hear it; the last status. */
  const tell = async (team: Team, channel: Channel, event: Json): Promise<number> => {
    if (!channel.botIsIn) return 0;
    const shared = channel.kind === 'shared';
    const body = team.envelopes.event(event, { is_ext_shared_channel: shared });
    const statuses = await o.deliverEvent({ team, ...SAID[channel.kind], body });
    return statuses.at(-1) ?? 0;
  };

  const sendJson = async (team: Team, payload: Json): Promise<Delivered> =>
    team.installed()?.scopes.includes('commands') === true
      ? o.deliverForm({ payload: JSON.stringify(payload) })
      : { status: 0, body: '' };

  return {
    edit: async ({ team: teamId, user, channel: id, ts, text, mentions = true }) => {
      const { team, person } = teams.whereIs(user, teamId);
      const { workspace } = team;
      const message = ownMessage(team, { user, channel: id, ts });
      const { channel } = message;
      const before = { ...message };
      const typed = escaped(text.toWellFormed());
      const mentioned = channel.kind !== 'direct' && mentions;
      workspace.change(message, {
        text: mentioned ? `<@${workspace.bot.user}> ${typed}` : typed,
        blocks: message.blocks,
        metadata: message.metadata,
      });
      const events = asideEnvelopes({ workspace, appId: o.appId });
      if (channel.kind === 'direct') return tell(team, channel, events.edited({ message, before }));
      return mentioned ? tell(team, channel, events.mentionedAgain({ message, person })) : 0;
    },

    erase: async ({ team: teamId, user, channel: id, ts }) => {
      const { team } = teams.whereIs(user, teamId);
      const { workspace } = team;
      const message = ownMessage(team, { user, channel: id, ts });
      workspace.remove(message);
      const { channel } = message;
      if (channel.kind !== 'direct') return 0;
      return tell(team, channel, asideEnvelopes({ workspace, appId: o.appId }).erased({ message }));
    },

    shareFile: async ({ team: teamId, user, text, channel: where }) => {
      const { team, person } = teams.whereIs(user, teamId);
      const { workspace } = team;
      const channel = channelFor(team, person, where);
      const typed = escaped(text.toWellFormed());
      const message = workspace.add({
        channel,
        user,
        bot: null,
        text: channel.kind === 'direct' ? typed : `<@${workspace.bot.user}> ${typed}`,
        blocks: [],
        metadata: null,
        threadTs: null,
        ephemeralFor: null,
      });
      const event = asideEnvelopes({ workspace, appId: o.appId }).shared({ message, person });
      return { channel: channel.id, ts: message.ts, delivered: await tell(team, channel, event) };
    },

    botWrites: async ({ team: teamId, user, how, text }) => {
      const { team, person } = teams.whereIs(user, teamId);
      const channel = channelFor(team, person, null);
      const event = asideEnvelopes({ workspace: team.workspace, appId: o.appId }).ofBot({ channel, how, text });
      return tell(team, channel, event);
    },

    command: async ({ team: teamId, user, command, text, channel: where }) => {
      const { team, person } = teams.whereIs(user, teamId);
      const { workspace, envelopes } = team;
      const channel = channelFor(team, person, where);
      // Commands come with a scope of their own.
      if (team.installed()?.scopes.includes('commands') !== true) return 0;
      const responseUrl = o.responseUrl(o.responses.open({ workspace, user, channel, message: null }));
      const triggerId = o.triggers.issue({ user, teamId: workspace.teamId });
      const typed = namesById(workspace, text.toWellFormed());
      const asked = envelopes.command({ person, channel, command, text: typed, responseUrl, triggerId });
      const { status, body } = await o.deliverForm(asked);
      const line = status === 200 ? lineIn(body) : { text: failedWith(command, status), mine: false, inChannel: false };
      if (line !== null) {
        workspace.add({
          channel,
          user: line.mine ? null : SLACKBOT,
          bot: line.mine ? workspace.bot : null,
          text: line.text,
          blocks: [],
          metadata: null,
          threadTs: null,
          ephemeralFor: line.inChannel ? null : user,
        });
      }
      return status;
    },

    shortcut: async ({ team: teamId, user, callbackId, message: at }) => {
      const { team, person } = teams.whereIs(user, teamId);
      const { workspace } = team;
      const triggerId = o.triggers.issue({ user, teamId: workspace.teamId });
      const events = asideEnvelopes({ workspace, appId: o.appId });
      // Slack's shortcuts do not say which app they are for, and who used them in words of their own.
      const { api_app_id: _, ...said } = team.envelopes.interaction('shortcut', person, triggerId);
      const { id, username, name, team_id } = said['user'] as Json;
      const common = { ...said, callback_id: callbackId, action_ts: workspace.nextTs() };
      if (at === undefined) return (await sendJson(team, { ...common, user: { id, username, team_id } })).status;
      const message = workspace.find(at.channel, at.ts);
      if (message === null || !message.channel.members.has(user) || message.ephemeralFor !== null)
        throw new Error(`${person.name} sees no message ${at.ts} that a shortcut could be used on.`);
      const responseUrl = o.responseUrl(o.responses.open({ workspace, user, channel: message.channel, message: null }));
      const onMessage = events.onMessage({ message, responseUrl });
      return (await sendJson(team, { ...common, ...onMessage, user: { id, name, team_id } })).status;
    },

    suggest: async ({ team: teamId, user, actionId, value }) => {
      const { team, person } = teams.whereIs(user, teamId);
      const triggerId = o.triggers.issue({ user, teamId: team.workspace.teamId });
      return (
        await sendJson(team, {
          ...team.envelopes.interaction('block_suggestion', person, triggerId),
          action_id: actionId,
          block_id: 'b',
          value,
          container: { type: 'view', view_id: 'V0' },
        })
      ).status;
    },
  };
};

/** As `should_escape` has it: whoever and whatever is named goes by id. */
const namesById = (workspace: Workspace, text: string): string => {
  const people = new Map(
    workspace.people().map(({ name, user }) => [name.toLowerCase().replace(/[^a-z]+/g, '.'), user] as const),
  );
  return escaped(text).replace(/@([a-z][a-z.]{0,79})/g, (whole, handle: string) => {
    const user = people.get(handle);
    return user === undefined ? whole : `<@${user}|${handle}>`;
  });
};

/** What the app answered a command; null: nothing, or nothing that Slack would show. */
const lineIn = (
  body: string,
): { readonly text: string; readonly mine: boolean; readonly inChannel: boolean } | null => {
  if (body === '') return null;
  const said = fieldsIn(body);
  // Plain text is shown as it is.
  if (said === null) return { text: body, mine: true, inChannel: false };
  const { text } = said;
  if (!checkBlocks(said['blocks'], () => 'b').ok || typeof text !== 'string' || text === '') return null;
  return { text, mine: true, inChannel: said['response_type'] === 'in_channel' };
};
