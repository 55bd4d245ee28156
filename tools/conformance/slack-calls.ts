/** Everything that people do with the stand-in, and every call that it must answer or refuse. */
import { METHODS } from '../../playground/slack/rules.ts';
import type { Json } from '../../playground/slack/types.ts';
import type { Form } from '../../src/core/types.ts';
import { EVAN, type SlackBench, TEAM, TOKEN, XENA } from '../../test/adapters/slack/support.ts';
import { isShape } from './shapes.ts';

export const DIRECT = 'D0EVAN0000';

export const USER_GROUP = 'S0PAYROLL0';

export const MODAL = JSON.stringify({
  type: 'modal',
  title: { type: 'plain_text', text: 'T' },
  close: { type: 'plain_text', text: 'C', emoji: false },
  external_id: 'e',
  blocks: [{ type: 'section', text: { type: 'plain_text', text: 'a', emoji: false } }],
});

export const HOME = JSON.stringify({ type: 'home', blocks: [{ type: 'divider' }] });

/** One field of each kind, filled in and empty. */
const FORM: Form = {
  state: 'sealed',
  title: 'Form',
  text: 'Words',
  findings: ['Wrong'],
  submit: 'Send',
  fields: [
    { kind: 'text', name: 'words', label: 'L', hint: 'H', required: true, value: '', most: 500, lines: true },
    {
      kind: 'one',
      name: 'one',
      label: 'L',
      hint: null,
      required: false,
      options: [{ value: 'v', label: 'V' }],
      value: 'v',
    },
    {
      kind: 'many',
      name: 'many',
      label: 'L',
      hint: null,
      required: false,
      options: [{ value: 'v', label: 'V' }],
      values: ['v'],
    },
    { kind: 'date', name: 'day', label: 'L', hint: null, required: false, value: '2026-12-31' },
  ],
};

/** Calls that a strict Slack refuses, each with a code of its own. */
const REFUSED: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
  ['chat.postMessage', {}],
  ['chat.postMessage', { channel: 'D0NOBODY00', text: 'x' }],
  ['chat.postMessage', { channel: 'C0WITHOUT0', text: 'x' }],
  ['chat.postMessage', { channel: 'C0ARCHIVED', text: 'x' }],
  ['chat.postMessage', { channel: DIRECT }],
  ['chat.postMessage', { channel: DIRECT, text: 'x'.repeat(40_001) }],
  ['chat.postMessage', { channel: DIRECT, blocks: '{}' }],
  ['chat.postMessage', { channel: DIRECT, blocks: '[{"type":"marquee"}]' }],
  ['chat.postMessage', { channel: DIRECT, text: 'x', metadata: '{}' }],
  ['chat.postMessage', { channel: DIRECT, text: 'x', metadata: 'x'.repeat(20_000) }],
  ['chat.postEphemeral', { channel: 'C0GENERAL0', user: XENA, text: 'x' }],
  ['chat.postEphemeral', { channel: 'C0GENERAL0', user: EVAN }],
  ['chat.postEphemeral', { channel: 'C0NOSUCH00', user: EVAN, text: 'x' }],
  ['chat.postEphemeral', { channel: 'C0ARCHIVED', user: EVAN, text: 'x' }],
  ['chat.update', { channel: 'C0NOSUCH00', ts: '1.000001', text: 'x' }],
  ['chat.update', { channel: DIRECT, ts: '1.000001', text: 'x' }],
  ['chat.delete', { channel: 'C0NOSUCH00', ts: '1.000001' }],
  ['chat.delete', { channel: DIRECT, ts: '1.000001' }],
  ['conversations.history', { channel: 'D0NOBODY00' }],
  ['conversations.history', { channel: DIRECT, cursor: 'x' }],
  ['conversations.history', { channel: 'C0GENERAL0' }],
  ['users.list', { cursor: 'x' }],
  ['users.info', {}],
  ['users.info', { user: 'U0NOBODY00' }],
  ['users.lookupByEmail', {}],
  ['users.lookupByEmail', { email: 'nobody@example.com' }],
  ['views.open', {}],
  ['views.open', { trigger_id: '1.2.c', view: '{"type":"home"}' }],
  ['views.open', { trigger_id: '1.2.c', view: `{"type":"modal","a":"${'x'.repeat(250_000)}"}` }],
  ['views.open', { trigger_id: '1.2.c', view: MODAL }],
  ['views.publish', {}],
  ['views.publish', { user_id: EVAN, view: MODAL }],
  ['views.publish', { user_id: 'U0NOBODY00', view: HOME }],
  ['views.publish', { user_id: EVAN, view: HOME, hash: 'old' }],
  ['views.publish', { user_id: EVAN, view: `{"type":"home","a":"${'x'.repeat(250_000)}"}` }],
  ['views.update', { view: MODAL }],
  ['views.update', { view_id: 'V0NOSUCH00', view: MODAL }],
];

export interface Answered {
  readonly method: string;
  readonly body: Json;
}

/** One of everything that people do. */
export const actAsPeople = async ({ slack, standIn, opened }: SlackBench): Promise<void> => {
  const to = { tenant: TEAM, user: EVAN, channel: DIRECT };
  const buttons = ['One', 'Two'].map((label) => ({ action: 'sotto.ask', label, value: label }));
  const { ts } = await standIn.say({ user: EVAN, text: 'how many days of leave have I left?' });
  await standIn.say({ user: EVAN, text: 'and here?', channel: 'C0GENERAL0' });
  await standIn.say({ user: XENA, text: 'and from outside?', channel: 'C0SHARED00' });
  await standIn.say({ user: XENA, text: 'in private' });
  await standIn.edit({ user: EVAN, channel: DIRECT, ts, text: 'how many days have I left?' });
  await standIn.command({ user: EVAN, command: '/sotto', text: 'hello' });
  await standIn.command({ user: EVAN, command: '/sotto', text: 'and here?', channel: 'C0GENERAL0' });
  await standIn.shortcut({ user: EVAN, callbackId: 'sotto.ask-privately', message: { channel: DIRECT, ts } });
  await standIn.shortcut({ user: EVAN, callbackId: 'sotto.ask' });
  await standIn.shareFile({ user: EVAN, text: 'what does this say?' });
  for (const how of ['bot_message', 'bot-user', 'slackbot', 'self'] as const)
    await standIn.botWrites({ user: EVAN, how, text: 'beep' });
  await standIn.erase({ user: EVAN, channel: DIRECT, ts });
  const posted = await slack.platform.post({
    to,
    card: { text: 'Which? <a>', note: 'small', buttons, fallback: null },
    key: 'k',
  });
  if (!posted.ok) throw new Error(`The stand-in refused the adapter's message: ${posted.code}.`);
  await standIn.press({ user: EVAN, channel: DIRECT, ts: posted.ref.id, actionId: 'sotto.ask#2', value: 'Two' });
  await standIn.press({ user: EVAN, channel: DIRECT, ts: posted.ref.id, actionId: 'sotto.view', value: 'v' });
  const [view] = opened;
  if (view?.view.ref === undefined || view.view.ref === null) throw new Error('The press opened no view.');
  await view.view.reveal({ text: 'new <a>', note: 'small', buttons: [], fallback: null });
  await slack.platform.remove({ ref: view.view.ref });
  const asked = await view.view.ask(FORM);
  if (!asked.ok) throw new Error(`The stand-in refused the adapter's form: ${asked.code}.`);
  await standIn.submitView({ user: EVAN, id: view.view.ref.id, values: { words: ['x'] } });
  await standIn.openHome({ user: EVAN });
  await slack.platform.showHome?.({
    account: { platform: 'slack', tenant: TEAM, user: EVAN, external: false },
    home: async () => ({ sections: [{ text: 'What you can ask <a>', note: 'small', buttons, fallback: null }] }),
  });
  await standIn.openHome({ user: EVAN });
  await standIn.openHome({ user: EVAN, tab: 'messages' });
  await standIn.pressHome({ user: EVAN, actionId: 'sotto.ask#2', value: 'Two' });
  await slack.profile({ platform: 'slack', tenant: TEAM, user: EVAN, external: false });
  await standIn.changePerson({ user: EVAN, to: { email: 'evan@example.com' } });
  await slack.people.everybody(TEAM);
  await slack.people.groups(TEAM);
  await standIn.changeUserGroup({ id: USER_GROUP, to: { users: [EVAN] } });
  await standIn.changeUserGroup({ id: USER_GROUP, to: { handle: 'pay' } });
  await slack.platform.find({ to, key: 'k' });
  await slack.platform.update({ ref: posted.ref, card: { text: 'new', note: null, buttons: [], fallback: null } });
  await slack.platform.remove({ ref: posted.ref });
  await slack.platform.whisper({ to, channel: 'C0GENERAL0', thread: null, text: 'psst' });
};

export type MakeCall = (method: string, args: Readonly<Record<string, string>>, token?: string) => Promise<Json>;

/** Makes calls past the adapter, and keeps what was answered. */
export const createCalls =
  (bench: Pick<SlackBench, 'unsafeApiUrl'>, answers: Answered[]): MakeCall =>
  async (method, args, token = TOKEN) => {
    const answer = await fetch(`${bench.unsafeApiUrl}${method}`, {
      method: 'POST',
      headers: token === '' ? {} : { authorization: `Bearer ${token}` },
      body: new URLSearchParams(args),
    });
    const body: unknown = await answer.json();
    if (!isShape(body)) throw new Error(`${method} answered no JSON object.`);
    answers.push({ method, body });
    return body;
  };

/** Every method once well, then everything that must be refused, by every kind of caller. */
export const callEverything = async (bench: SlackBench): Promise<readonly Answered[]> => {
  const answers: Answered[] = [];
  const call = createCalls(bench, answers);
  const blocks = JSON.stringify([
    { type: 'section', text: { type: 'mrkdwn', text: 'a', verbatim: true } },
    { type: 'context', elements: [{ type: 'plain_text', text: 'b', emoji: false }] },
    {
      type: 'actions',
      elements: [{ type: 'button', action_id: 'a', value: 'v', text: { type: 'plain_text', text: 'B', emoji: false } }],
    },
  ]);
  const metadata = JSON.stringify({ event_type: 'e', event_payload: { key: 'k' } });

  await call('auth.test', {});
  const { ts } = await call('chat.postMessage', { channel: EVAN, text: 'x', blocks, metadata });
  await call('chat.postMessage', { channel: DIRECT, text: 'in a thread', thread_ts: String(ts) });
  await call('chat.postEphemeral', { channel: 'C0GENERAL0', user: EVAN, text: 'x' });
  await call('chat.update', { channel: DIRECT, ts: String(ts), text: 'y', blocks });
  await call('conversations.history', { channel: DIRECT, include_all_metadata: 'true', limit: '1' });
  await call('conversations.history', { channel: DIRECT, include_all_metadata: 'true' });
  for (const user of [EVAN, XENA, 'U0SOTTOBOT']) await call('users.info', { user });
  await call('users.list', { limit: '1' });
  await call('usergroups.list', { include_users: 'true', include_count: 'true' });
  await bench.standIn.changePerson({ user: EVAN, to: { deactivated: true } });
  await call('users.info', { user: EVAN });
  await bench.standIn.changePerson({ user: EVAN, to: { deactivated: false } });
  const trigger = await triggerOf(bench, String(ts));
  await call('views.open', { trigger_id: trigger, view: MODAL });
  await call('views.open', { trigger_id: trigger, view: MODAL.replace('"e"', '"f"') });
  await call('views.open', { trigger_id: trigger, view: MODAL });
  await call('views.update', { external_id: 'e', view: MODAL });
  await call('views.update', { external_id: 'e', hash: 'old', view: MODAL });
  await call('views.publish', { user_id: EVAN, view: HOME });
  for (const [method, args] of REFUSED) await call(method, args);
  const { ts: theirs } = await bench.standIn.say({ user: EVAN, text: 'mine' });
  await call('chat.update', { channel: DIRECT, ts: theirs, text: 'x' });
  await call('chat.delete', { channel: DIRECT, ts: theirs });
  await call('chat.delete', { channel: DIRECT, ts: String(ts) });
  for (const method of Object.keys(METHODS)) await call(method, {}, 'xoxb-other');
  await call('auth.test', {}, '');
  for (const how of ['429', 'ratelimited', '500-before', '503-before']) {
    bench.standIn.fail({ method: 'auth.test', how });
    await call('auth.test', {});
  }
  for (const state of ['token_revoked', 'token_expired', 'account_inactive'] as const) {
    bench.standIn.setToken({ state });
    await call('auth.test', {});
  }
  bench.standIn.setToken({ state: 'live' });
  await bench.standIn.revoke();
  bench.standIn.setToken({ state: 'live' });
  for (const to of ['granted', 'revoked'] as const) await bench.standIn.changeAccess({ team: TEAM, to });
  await bench.standIn.uninstall();
  return answers;
};

/** That of a press which opens nothing by itself. */
export const triggerOf = async ({ standIn, delivered }: SlackBench, ts: string): Promise<string> => {
  await standIn.press({ user: EVAN, channel: DIRECT, ts, actionId: 'a', value: 'v' });
  return String(formFields(delivered.at(-1)?.body ?? '')['trigger_id']);
};

/** What a body of a press or a command carries. */
export const formFields = (body: string): Json => {
  const form = new URLSearchParams(body);
  const payload = form.get('payload');
  return payload === null ? Object.fromEntries(form) : JSON.parse(payload);
};
