/**
 * A Teams on this machine: people who write and press, a Connector that refuses what Teams refuses, and the authority whose
 * tokens it takes. The playground, the tests and checks from outside all meet this one.
 */

import type { ServerResponse } from 'node:http';
import { isFields } from '../../src/adapters/bounded/fields.ts';
import { systemClock, systemRandom } from '../../src/adapters/system/system.ts';
import { createAuthority } from './authority.ts';
import { shownCard } from './cards.ts';
import { createConnectorStandIn } from './connector.ts';
import { type Content, type Conversation, createConversations, type Message } from './conversations.ts';
import { createDialogs } from './dialogs.ts';
import { createEnvelopes, writtenAs } from './envelopes.ts';
import { commandFrom, payloadOf } from './extension.ts';
import { sentOf } from './inputs.ts';
import { createLimits } from './limits.ts';
import { createMembers } from './members.ts';
import { createMethods } from './methods.ts';
import { contentOf } from './readable.ts';
import { formOf } from './readable-form.ts';
import { CONNECTOR, LOGIN, standInRoutes } from './routes.ts';
import { OAUTH_TYPE } from './rules.ts';
import { createTargeting, TARGETED_MS } from './targeting.ts';
import type { Answered, Json, TeamsAccount, TeamsChat, TeamsStandIn, TeamsStandInOptions } from './types.ts';

const TOKEN_SECONDS = 3_600;

/** What somebody types is cut here by Teams' clients. Characters. */
const LONGEST_TEXT = 28_000;

const UNHEARD: Answered = { status: 0, body: '' };

export const createTeamsStandIn = (o: TeamsStandInOptions): TeamsStandIn => {
  const clock = o.clock ?? systemClock();
  const random = o.random ?? systemRandom();
  const { appId, tenantId } = o;
  const conversations = createConversations({ appId, tenantId, people: o.people, clock });
  const members = createMembers({ conversations, tenantId });
  let region = '';
  const authority =
    o.authority ??
    createAuthority({
      appId,
      tenantId,
      appPassword: o.appPassword,
      tokenSeconds: o.tokenSeconds ?? TOKEN_SECONDS,
      clock,
      random,
    });
  const connector = createConnectorStandIn({
    methods: createMethods({
      conversations,
      members,
      appId,
      tenantId,
      targeting: createTargeting({ mode: o.targeted ?? 'on', conversations, clock }),
    }),
    authority,
    region: () => region,
    limits: o.limits === false ? null : createLimits(clock),
    clock,
  });
  for (const fault of o.faults ?? []) connector.fail(fault);
  const serviceUrl = (): string => `${o.publicUrl()}${CONNECTOR}/${region === '' ? '' : `${region}/`}`;
  const envelopes = createEnvelopes({ appId, tenant: tenantId, serviceUrl, now: () => clock.now() });
  const dialogs = createDialogs();
  const hanging = new Set<ServerResponse>();
  const send = async (activity: Json): Promise<Answered> => (await o.send?.(activity)) ?? UNHEARD;

  const someone = (user: string): TeamsAccount => {
    const person = conversations.person(user);
    if (person === null) throw new Error(`Nobody in the stand-in has the account "${user}".`);
    return person;
  };
  const directOf = (user: string): Conversation => {
    const chat = conversations.direct(user);
    if (chat === null) throw new Error(`Nobody in the stand-in has the account "${user}".`);
    return chat;
  };
  const chatOf = (id: string): Conversation => {
    const found = conversations.find(id);
    if (found === null) throw new Error(`There is no chat "${id}" in the stand-in.`);
    return found.conversation;
  };

  return {
    botUserId: `28:${appId}`,
    serviceUrl,
    loginUrl: () => `${o.publicUrl()}${LOGIN}/${tenantId}`,
    routes: (app) =>
      standInRoutes(app, {
        connector,
        history: (user) => conversations.seen(user === undefined ? {} : { user }),
        requests: () => connector.requests(),
        hanging,
      }),

    say: async ({ user, text, channel: where, targeted: aside = false, twice = false, over }) => {
      const person = someone(user);
      const conversation = where === undefined || where === null ? directOf(user) : chatOf(where);
      if (!conversation.members.has(user)) throw new Error(`${person.name} is not in "${conversation.name}".`);
      const typed = {
        text: text.toWellFormed().slice(0, LONGEST_TEXT).toWellFormed(),
        // Whoever writes to the bot alone mentions nobody.
        mention: conversation.kind !== 'direct' && !aside,
      };
      const targeted = aside ? { user, until: clock.now() + TARGETED_MS } : null;
      const content = wordsOnly(writtenAs(typed));
      const message = conversations.add({ conversation, targeted, user, thread: null, content });
      if (!conversation.botIsIn) return { channel: conversation.id, ts: message.id, delivered: 0 };
      const { id } = message;
      const chat = chatAs(conversation, id);
      const activity = { ...envelopes.message({ ...typed, targeted: aside, person, id, chat }), ...over };
      const answers = await Promise.all((twice ? [1, 2] : [1]).map(() => send(activity)));
      return { channel: conversation.id, ts: message.id, delivered: answers.at(-1)?.status ?? 0 };
    },

    press: async ({ user, channel, ts, actionId, value }) => {
      const person = someone(user);
      const message = conversations.message(chatOf(channel), ts);
      if (message === null) throw new Error(`There is no message ${ts} in ${channel} whose button could be pressed.`);
      const data = dataOf(message, actionId, value);
      const press = { person, chat: chatAs(message.conversation, message.thread), replyTo: message.id };
      const { msteams } = data;
      if (!isFields(msteams) || msteams['type'] !== 'task/fetch')
        return (await send(envelopes.submit({ ...press, value: data }))).status;
      const asks = { data, context: { theme: 'default' } };
      const answered = await send(envelopes.invoke({ ...press, name: 'task/fetch', value: asks }));
      dialogs.open(user, answered, { chat: press.chat });
      return answered.status;
    },

    handOver: async ({ user, token }) => {
      const chat = directOf(user);
      const asking = conversations
        .seen({ user })
        .filter(({ channel }) => channel === chat.id)
        .flatMap(({ attachments }) => attachments)
        .findLast(({ contentType }) => contentType === OAUTH_TYPE);
      if (asking === undefined) return 'unknown';
      const { connectionName, tokenExchangeResource: resource } = contentOf(asking);
      const value = { id: isFields(resource) ? resource['id'] : null, connectionName, token };
      const invoke = { person: someone(user), chat: chatAs(chat, null), name: 'signin/tokenExchange', value };
      return (await send(envelopes.invoke(invoke))).status;
    },

    submit: async ({ user, id, filled }) => {
      const standing = dialogs.from(user, id);
      const card = standing?.dialog.card ?? null;
      const form = card === null ? null : formOf(card);
      if (standing === null || form === null) return 'unknown';
      const sent = sentOf(form.inputs, filled);
      if (sent === 'impossible') return 'unknown';
      if ('wrong' in sent) {
        dialogs.keep(user, id, { filled, trouble: sent.wrong });
        return 0;
      }
      const value = { data: { ...form.data, ...sent.data }, context: { theme: 'default' } };
      const { chat, command } = standing.from;
      const person = someone(user);
      const answered = await send(
        command === undefined
          ? envelopes.invoke({ person, chat, name: 'task/submit', value })
          : envelopes.extension({
              person,
              chat,
              name: 'composeExtension/submitAction',
              value: { ...command, ...value },
            }),
      );
      dialogs.answer(user, id, { answered, filled });
      return answered.status;
    },
    extension: async ({ user, channel = null, message: on }) => {
      const person = someone(user);
      const conversation = channel === null ? directOf(user) : chatOf(channel);
      if (!conversation.members.has(user)) throw new Error(`${person.name} is not in "${conversation.name}".`);
      const message = on === undefined ? null : conversations.message(conversation, on);
      if (on !== undefined && message === null) throw new Error(`There is no message ${on} in "${conversation.name}".`);
      const chat = chatAs(conversation, message?.thread ?? null);
      const command = commandFrom(message !== null ? 'message' : channel === null ? 'commandbox' : 'compose');
      const name = message?.user === null ? null : (conversations.person(message?.user ?? '')?.name ?? null);
      const payload = message === null ? {} : { messagePayload: payloadOf(message, name ?? 'Sotto') };
      const value = { ...command, ...payload, context: { theme: 'default' } };
      const answered = await send(envelopes.extension({ person, chat, name: 'composeExtension/fetchTask', value }));
      dialogs.open(user, answered, { chat, command });
      return answered.status;
    },

    change: async ({ user, channel, ts, text }) => {
      const conversation = chatOf(channel);
      const message = conversations.message(conversation, ts);
      if (message?.user !== user) throw new Error(`Nothing of that account stands in ${channel} as ${ts}.`);
      const typed = { text: text ?? '', mention: conversation.kind !== 'direct' && message.targeted === null };
      if (text === null) conversations.remove(message);
      else conversations.change(message, wordsOnly(writtenAs(typed)));
      if (!conversation.botIsIn) return 0;
      const chat = chatAs(conversation, conversation.kind === 'channel' ? (message.thread ?? ts) : null);
      const said = envelopes.message({ ...typed, person: someone(user), id: ts, chat });
      return (await send(envelopes.changed(said, text === null ? 'softDeleteMessage' : 'editMessage'))).status;
    },
    pressDialog: async ({ user, id, actionId, value }) => {
      const standing = dialogs.from(user, id);
      const card = standing?.dialog.card ?? null;
      const pressed = (card === null ? [] : shownCard(card).buttons).find(({ data: { sotto } }) => {
        return isFields(sotto) && sotto['action'] === actionId && sotto['value'] === value;
      });
      if (standing === null || pressed === undefined) return 'unknown';
      const { chat } = standing.from;
      const sent = { data: pressed.data, context: { theme: 'default' } };
      const answered = await send(envelopes.invoke({ person: someone(user), chat, name: 'task/submit', value: sent }));
      dialogs.answer(user, id, { answered, filled: {} });
      return answered.status;
    },
    install: async ({ user, locale = 'en-US' }) => {
      const person = someone(user);
      const conversation = directOf(user);
      conversation.botIsIn = true;
      const chat = chatAs(conversation, null);
      const told = [envelopes.installed({ person, chat, action: 'add' }), envelopes.membersAdded({ person, chat })];
      return Promise.all(told.map(async (activity) => (await send({ ...activity, locale })).status));
    },
    dialogs: (which) => dialogs.standing(which?.user),
    closeDialog: (user) => dialogs.close(user),
    direct: (user) => directOf(user).id,
    history: (which) => conversations.seen(which),
    past: () => conversations.past(),
    requests: () => connector.requests(),
    onChange: (listener) => {
      const stops = [conversations.onChange(listener), dialogs.onChange(listener)];
      return () => {
        for (const stop of stops) stop();
      };
    },
    fail: (fault) => connector.fail(fault),
    onCall: (listener) => connector.onCall(listener),
    setPassword: (appPassword) => authority.setPassword(appPassword),
    accepts: (authorization) => authority.bearer(authorization) === 'issued',
    revokeTokens: () => authority.revoke(),
    setMember: ({ channel, bot }) => {
      chatOf(channel).botIsIn = bot;
    },
    uninstall: async ({ user, channel }) => {
      const conversation = channel === undefined || channel === null ? directOf(user) : chatOf(channel);
      for (const each of conversations.takenWith(conversation)) each.botIsIn = false;
      const chat = chatAs(conversation, null);
      return (await send(envelopes.installed({ person: someone(user), chat, action: 'remove' }))).status;
    },
    setPerson: ({ user, ...said }) => members.set(someone(user).user, said),
    move: (to) => {
      region = to;
    },
    deliver: send,
    close: async () => {
      for (const response of hanging) response.destroy();
    },
  };
};

const chatAs = ({ kind, id }: Conversation, thread: string | null): TeamsChat =>
  kind === 'direct' || kind === 'group'
    ? { kind: kind === 'direct' ? 'personal' : 'groupChat', id }
    : { kind: 'channel', id, shared: kind === 'shared', ...(thread === null ? {} : { thread }) };

const wordsOnly = (text: string): Content => ({
  text,
  textFormat: 'plain',
  attachments: [],
  summary: null,
  entities: [],
  channelData: null,
});

/** Actions whose buttons ask for a dialog. */
const DIALOGS = ['sotto.view', 'sotto.form'];

/** What the button brings back; a forged press brings what it likes. */
const dataOf = ({ content }: Message, action: string, value: string): Json => {
  const found = content.attachments
    .flatMap((attachment) => shownCard(contentOf(attachment)).buttons)
    .find(({ data }) => {
      const { sotto } = data;
      return isFields(sotto) && sotto['action'] === action && sotto['value'] === value;
    });
  if (found !== undefined) return found.data;
  return { sotto: { action, value }, ...(DIALOGS.includes(action) ? { msteams: { type: 'task/fetch' } } : {}) };
};
