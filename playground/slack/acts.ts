/** What people do: write, press a button of a message, change. */
import { escaped } from '../typed.ts';
import type { ResponseUrls } from './response-urls.ts';
import { LONGEST } from './rules.ts';
import type { Team } from './team.ts';
import type { Teams } from './teams.ts';
import type { Token } from './tokens.ts';
import type { Triggers } from './triggers.ts';
import type { Delivered, Json, SlackStandIn } from './types.ts';
import { userOf } from './users.ts';
import type { Channel } from './workspace.ts';

/** An event that Slack would send. */
export interface DueEvent {
  readonly team: Team;
  /** As the app subscribes to it, such as `message.im`. */
  readonly name: string;
  /** Without it the app is not told; null: it needs none. */
  readonly scope: string | null;
  /** The whole envelope. */
  readonly body: Json;
  /** Default: once, or twice by the stand-in's share of duplicates. */
  readonly twice?: boolean;
  /** Of whose installation it tells; default: the one that there is now. One that just ended is told of its end. */
  readonly installed?: Token | null;
}

/** What acts of people work with. */
export interface ActsContext {
  readonly teams: Teams;
  readonly triggers: Triggers;
  readonly responses: ResponseUrls;
  readonly homeTab: boolean;
  readonly messagesTab: boolean;
  /** Where a press or a command of this response id is answered. */
  readonly responseUrl: (id: string) => string;
  /** Sends a form once, as presses and commands are sent. */
  readonly deliverForm: (fields: Readonly<Record<string, string>>) => Promise<Delivered>;
  /** Sends an event with Slack's retries where the app subscribed to it, is installed and may; the last status of each copy. */
  readonly deliverEvent: (event: DueEvent) => Promise<readonly number[]>;
}

/** The event that somebody wrote, and the scope that it needs, by the kind of channel. */
export const SAID: Readonly<Record<Channel['kind'], { readonly name: string; readonly scope: string }>> = {
  direct: { name: 'message.im', scope: 'im:history' },
  channel: { name: 'app_mention', scope: 'app_mentions:read' },
  shared: { name: 'app_mention', scope: 'app_mentions:read' },
  private: { name: 'app_mention', scope: 'app_mentions:read' },
  group: { name: 'app_mention', scope: 'app_mentions:read' },
};

export const createActs = (o: ActsContext): Pick<SlackStandIn, 'say' | 'press' | 'changePerson'> => ({
  say: async ({ team: teamId, user, text, channel: where, thread = null, twice = false }) => {
    const { team, person } = o.teams.whereIs(user, teamId);
    const { workspace, envelopes } = team;
    const channel = where === undefined || where === null ? workspace.direct(user) : workspace.channel(where);
    if (channel === null || !channel.members.has(user)) throw new Error(`${person.name} is not in "${where}".`);
    if (channel.kind === 'direct' && !o.messagesTab)
      throw new Error('Nobody can write to the app: it has no tab for that.');
    // What people type is escaped by Slack's clients and servers, and cut.
    const typed = escaped(text.toWellFormed().slice(0, LONGEST.text).toWellFormed());
    const message = workspace.add({
      channel,
      user,
      bot: null,
      text: channel.kind === 'direct' ? typed : `<@${workspace.bot.user}> ${typed}`,
      blocks: [],
      metadata: null,
      threadTs: thread,
      ephemeralFor: null,
    });
    if (!channel.botIsIn) return { channel: channel.id, ts: message.ts, delivered: 0 };
    const statuses = await o.deliverEvent({
      team,
      ...SAID[channel.kind],
      body: envelopes.said(message, person),
      ...(twice ? { twice } : {}),
    });
    return { channel: channel.id, ts: message.ts, delivered: statuses.at(-1) ?? 0 };
  },

  press: async ({ team: teamId, user, channel, ts, actionId, value }) => {
    const where = teamId ?? o.teams.all.find(({ workspace }) => workspace.find(channel, ts) !== null)?.workspace.teamId;
    const { team, person } = o.teams.whereIs(user, where);
    const { workspace, envelopes } = team;
    const message = workspace.find(channel, ts);
    if (message === null) throw new Error(`There is no message ${ts} in ${channel} whose button could be pressed.`);
    const id = o.responses.open({ workspace, user, channel: message.channel, message });
    const payload = envelopes.pressed({
      person,
      message,
      actionId,
      value,
      actionTs: workspace.nextTs(),
      responseUrl: o.responseUrl(id),
      triggerId: o.triggers.issue({ user, teamId: workspace.teamId }),
    });
    return (await o.deliverForm({ payload: JSON.stringify(payload) })).status;
  },

  changePerson: async ({ team: teamId, user, to }) => {
    const { team, person } = o.teams.whereIs(user, teamId);
    const { workspace, memberOf, envelopes } = team;
    const changed = workspace.changePerson(person, to);
    const scopes = team.installed()?.scopes ?? [];
    await o.deliverEvent({
      team,
      name: 'user_change',
      scope: 'users:read',
      body: envelopes.event({
        type: 'user_change',
        user: userOf(changed, { workspace, memberOf, scopes }),
        cache_ts: Math.floor(Number(workspace.nextTs())),
      }),
    });
  },
});
