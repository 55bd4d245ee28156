/** Everything that comes in from Slack, or as if from Slack. */
import { GENERAL } from '../../../playground/slack/workspace.ts';
import type { CanaryStage } from '../../support/canary-stage.ts';
import { TEAM } from '../../support/crowd.ts';
import { OWN_LEAVE } from '../../support/reckoning.ts';
import { until } from '../../support/until.ts';
import type { Path } from './path.ts';

type Json = Readonly<Record<string, unknown>>;

const FORM = 'application/x-www-form-urlencoded';
let counted = 0;

/** Of an event that the stand-in does not make itself. */
const stamp = (): string => `${Math.floor(Date.now() / 1_000)}.${String(++counted).padStart(6, '0')}`;

/** Sends it as Slack would, and sees that it was answered so; `body`: what may come back. */
const deliver = async (
  { fleet, answered }: CanaryStage,
  o: Parameters<CanaryStage['fleet']['slack']['deliverRaw']>[0],
  status: number,
): Promise<void> => {
  const answer = await fleet.slack.deliverRaw(o);
  answered(answer.body);
  if (answer.status !== status) throw new Error(`answered ${answer.status}, not ${status}`);
};
const event = (stage: CanaryStage, inner: Json, over: Json = {}): Parameters<typeof deliver>[1] => ({
  body: JSON.stringify(stage.fleet.slack.envelope(inner, over)),
});
const payload = (fields: Json): Parameters<typeof deliver>[1] => ({
  body: new URLSearchParams({ payload: JSON.stringify(fields) }).toString(),
  contentType: FORM,
});
const rejected = (code: string): Json => ({ event: 'rejected', name: 'slack', code });
const OK = { event: 'answered', name: '/slack/events', status: 200 } as const;
const decided = async (stage: CanaryStage, question: string): Promise<void> =>
  until(() => stage.fleet.trail().some((entry) => entry.kind === 'decision' && entry.question === question), 30_000);

export const SLACK_IN: readonly Path[] = [
  {
    name: 'the text of a question in private',
    go: async (stage) => {
      const text = `${OWN_LEAVE} ${stage.canaries.word('Slack: the text of a question')}`;
      await stage.logs(() => stage.ask({ on: 'slack', who: stage.somebody(), text }), {
        event: 'step',
        step: 'settle',
      });
    },
  },
  {
    name: 'the text of a mention in a channel',
    go: async (stage) => {
      const { slackUser: user } = stage.somebody();
      const text = stage.canaries.word('Slack: the text of a mention');
      const { channel, ts } = await stage.fleet.slack.say({ user, text, channel: GENERAL });
      await stage.ended(`slack:${TEAM}:${channel}:${ts}`);
    },
  },
  {
    name: 'everything that stands in a message beside its text, in a thread',
    go: async (stage) => {
      const who = stage.somebody();
      const { question } = await stage.ask({ on: 'slack', who, text: OWN_LEAVE });
      const root = question.split(':').at(-1);
      const word = (what: string): string => stage.canaries.word(`Slack: ${what} of a message`);
      const ts = stamp();
      const channel = `D${who.slackUser.slice(1)}`;
      const inner = {
        type: 'message',
        channel,
        channel_type: 'im',
        user: who.slackUser,
        team: TEAM,
        text: `and ${word('text')}?`,
        ts,
        event_ts: ts,
        thread_ts: root,
        client_msg_id: word('client id'),
        blocks: [{ type: 'rich_text', block_id: word('block id'), elements: [{ type: 'text', text: word('block') }] }],
        attachments: [
          { fallback: word('fallback'), text: word('attachment'), title_link: `https://${word('link')}.x` },
        ],
        files: [{ name: word('file name'), url_private: `https://files.slack.com/${word('file')}` }],
        metadata: { event_type: word('metadata'), event_payload: { a: word('metadata payload') } },
        user_profile: { real_name: word('real name'), email: `${word('e-mail')}@example.com`, phone: word('phone') },
        root: { text: word('thread root') },
      };
      await deliver(stage, event(stage, inner), 200);
      await decided(stage, `slack:${TEAM}:${channel}:${ts}`);
    },
  },
  {
    name: 'what is no question: an edit, a deletion, a bot; and a file',
    go: async (stage) => {
      const { slackUser: user } = stage.somebody();
      for (const subtype of ['message_changed', 'message_deleted', 'file_share', 'bot_message', 'channel_topic']) {
        const text = stage.canaries.word(`Slack: the text of ${subtype}`);
        const message = { type: 'message', user, text, ts: stamp() };
        const inner = { ...message, channel: `D${user.slice(1)}`, channel_type: 'im', subtype };
        await stage.logs(
          () => deliver(stage, event(stage, { ...inner, message, previous_message: message, topic: text }), 200),
          OK,
        );
      }
    },
  },
  {
    name: 'the value of a button',
    go: async (stage) => {
      const who = stage.somebody();
      await stage.ask({ on: 'slack', who, text: OWN_LEAVE });
      const [message] = stage.fleet.talks.slack.messages(who).filter(({ from }) => from === 'sotto');
      if (message === undefined) throw new Error('nothing to press');
      const value = stage.canaries.word('Slack: the value of a button');
      const at = { user: who.slackUser, channel: message.channel, ts: message.id, actionId: 'sotto.ask' };
      await stage.fleet.slack.press({ ...at, value });
      await until(() =>
        stage.fleet.trail().some((entry) => entry.kind === 'decision' && entry.reasons.includes('button-not-yours')),
      );
    },
  },
  {
    name: 'a view that is sent, and what was put into it',
    go: async (stage) => {
      const word = (what: string): string => stage.canaries.word(`Slack: ${what} of a view`);
      const values = { [word('block')]: { [word('action')]: { type: 'plain_text_input', value: word('input') } } };
      const view = {
        id: 'V0SOTTO',
        type: 'modal',
        callback_id: word('callback'),
        private_metadata: word('private metadata'),
        state: { values },
        title: { type: 'plain_text', text: word('title') },
      };
      const user = { id: stage.somebody().slackUser, name: word('presser'), team_id: TEAM };
      const team = { id: TEAM, domain: word('domain') };
      const app = { api_app_id: 'A0SOTTO000', team, user, view, trigger_id: word('trigger') };
      for (const type of ['view_submission', 'view_closed'])
        await stage.logs(() => deliver(stage, payload({ ...app, type }), 200), OK);
      const actions = [{ type: 'plain_text_input', action_id: word('id'), value: word('typed'), action_ts: stamp() }];
      await stage.logs(() => deliver(stage, payload({ ...app, type: 'block_actions', actions }), 200), OK);
    },
  },
  {
    name: 'a form of ours that is sent, and what was put into it',
    go: async (stage) => {
      const word = (what: string): string => stage.canaries.word(`Slack: ${what} of a form`);
      const user = { id: stage.somebody().slackUser, name: word('sender'), team_id: TEAM };
      const entered = { words: { type: 'plain_text_input', value: word('text') } };
      const option = { value: word('choice'), text: { type: 'plain_text', text: word('label') } };
      const chosen = { many: { type: 'multi_static_select', selected_options: [option] } };
      const view = {
        id: 'V0FORM',
        type: 'modal',
        callback_id: 'sotto.form',
        private_metadata: word('state'),
        state: { values: { [word('block')]: entered, [word('other block')]: chosen } },
        hash: word('hash'),
        title: { type: 'plain_text', text: word('title') },
      };
      const app = { type: 'view_submission', api_app_id: 'A0SOTTO000', team: { id: TEAM }, user, view };
      await stage.logs(() => deliver(stage, payload({ ...app, trigger_id: word('trigger') }), 200), OK);
    },
  },
  {
    name: 'the page of our own, opened and pressed on',
    go: async (stage) => {
      const word = (what: string): string => stage.canaries.word(`Slack: ${what} of the page`);
      const { slackUser: user } = stage.somebody();
      const view = { id: 'V0HOME', type: 'home', private_metadata: word('mark'), callback_id: word('callback') };
      const opened = { type: 'app_home_opened', user, channel: `D${user.slice(1)}`, tab: 'home', event_ts: stamp() };
      await stage.logs(() => deliver(stage, event(stage, { ...opened, view }), 200), OK);
      const action = { type: 'button', action_id: 'sotto.ask', value: word('value'), action_ts: stamp() };
      const press = {
        type: 'block_actions',
        api_app_id: 'A0SOTTO000',
        team: { id: TEAM },
        trigger_id: word('trigger'),
      };
      const by = { user: { id: user, team_id: TEAM }, container: { type: 'view', view_id: 'V0HOME' } };
      const refusals = (): number =>
        stage.fleet.trail().filter((entry) => entry.kind === 'decision' && entry.reasons.includes('button-not-yours'))
          .length;
      const before = refusals();
      await deliver(stage, payload({ ...press, ...by, view, actions: [action] }), 200);
      await until(() => refusals() > before, 30_000);
    },
  },
  {
    name: 'a command and a shortcut',
    go: async (stage) => {
      const { slackUser: user } = stage.somebody();
      const text = stage.canaries.word('Slack: the text of a command');
      /** Of what is asked by a command the id names the asker, of what is asked by a form its view. */
      const ended = (of: string): boolean =>
        stage.fleet
          .trail()
          .some(
            (entry) =>
              (entry.kind === 'disclosure' || entry.kind === 'undeliverable') &&
              entry.question.startsWith(`slack:${TEAM}:${of}:`),
          );
      await stage.fleet.slack.command({ user, command: '/sotto', text: `${OWN_LEAVE} ${text}` });
      await until(() => ended(user), 60_000);
      const own = stage.canaries.word('Slack: the message that a form begins with');
      const said = await stage.fleet.slack.say({ user, text: own, channel: GENERAL });
      await stage.ended(`slack:${TEAM}:${said.channel}:${said.ts}`);
      await stage.fleet.slack.shortcut({ user, callbackId: 'sotto.ask-privately', message: said });
      const filled = (): string | undefined =>
        stage.fleet.slack.views({ user }).find((view) => JSON.stringify(view).includes(own))?.id;
      await until(() => filled() !== undefined, 30_000);
      const typed = stage.canaries.word('Slack: what was written into the form that asks aside');
      const id = filled() ?? '';
      await stage.fleet.slack.submitView({ user, id, values: { question: [`${OWN_LEAVE} ${typed}`] } });
      await until(() => ended(id), 60_000);
      await stage.logs(
        () => stage.fleet.slack.command({ user, command: '/other', text }),
        rejected('interaction-unknown'),
      );
      const word = stage.canaries.word('Slack: the message of a shortcut');
      const message = { type: 'message', text: word, user, ts: stamp() };
      const fields = {
        type: 'message_action',
        callback_id: word,
        message,
        api_app_id: 'A0SOTTO000',
        team: { id: TEAM },
      };
      await stage.logs(
        () => deliver(stage, payload({ ...fields, user: { id: user, team_id: TEAM } }), 200),
        rejected('interaction-unknown'),
      );
    },
  },
  {
    name: 'a profile that changes',
    go: async (stage) => {
      const word = (what: string): string => stage.canaries.word(`Slack: ${what} of a profile`);
      const user = {
        id: stage.somebody().slackUser,
        team_id: TEAM,
        name: word('handle'),
        real_name: word('real name'),
        profile: { email: `${word('e-mail')}@example.com`, phone: word('phone'), status_text: word('status') },
      };
      await stage.logs(() => deliver(stage, event(stage, { type: 'user_change', user, cache_ts: 1 }), 200), OK);
    },
  },
  {
    name: 'a signed body that is no JSON, is too large, or is an event that is none',
    go: async (stage) => {
      const word = stage.canaries.word('Slack: a body that is malformed');
      for (const [body, status] of [
        [`{"text":"${word}"`, 400],
        [`["${word}"]`, 400],
        [`{"event":"${word}"}`, 400],
        [word, 400],
        [JSON.stringify({ type: word, text: word.repeat(40_000) }), 413],
      ] as const)
        await deliver(stage, { body }, status);
    },
  },
  {
    name: 'a signature that is wrong, stale or not there',
    go: async (stage) => {
      const word = stage.canaries.word('Slack: a body that nobody signed');
      const body = JSON.stringify({ text: word });
      const signature = stage.canaries.word('Slack: a signature');
      const secret = stage.canaries.word('Slack: a secret that is not ours');
      await stage.logs(() => deliver(stage, { body, secret }, 401), rejected('signature-mismatch'));
      await stage.logs(() => deliver(stage, { body, timestamp: '1' }, 401), { event: 'rejected', name: 'slack' });
      for (const header of [`v0=${signature}`, signature, null, [signature, signature]])
        await stage.logs(() => deliver(stage, { body, headers: { 'x-slack-signature': header } }, 401), {
          event: 'rejected',
          name: 'slack',
        });
    },
  },
  {
    name: 'another workspace, another app',
    go: async (stage) => {
      const word = stage.canaries.word('Slack: the id of a stranger');
      const inner = { type: 'message', text: word, channel: 'D0X', channel_type: 'im', user: 'U0X', ts: stamp() };
      for (const over of [{ team_id: `T${word}`, authorizations: [] }, { api_app_id: word }])
        await stage.logs(() => deliver(stage, event(stage, inner, over), 200), { event: 'rejected', name: 'slack' });
    },
  },
  {
    name: 'a failure to answer a press',
    go: async (stage) => {
      const who = stage.somebody();
      await stage.ask({ on: 'slack', who, text: OWN_LEAVE });
      const [message] = stage.fleet.talks.slack.messages(who).filter(({ from }) => from === 'sotto');
      if (message === undefined) throw new Error('nothing to press');
      const word = stage.canaries.word('Slack: what answers for a response_url');
      const given = stage.lay({ path: /\/standin\/slack\/response\//, status: 500, reason: word, body: word });
      const value = stage.canaries.word('Slack: the value of a button for more time');
      const at = { user: who.slackUser, channel: message.channel, ts: message.id, actionId: 'sotto.more' };
      await stage.fleet.slack.press({ ...at, value });
      await given();
    },
  },
];
