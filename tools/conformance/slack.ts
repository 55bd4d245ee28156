/** The stand-in for Slack, driven over http, held against Slack's own shapes and method reference. */
import { METHODS } from '../../playground/slack/rules.ts';
import type { Json } from '../../playground/slack/types.ts';
import { EVAN, openSlack, type SlackBench, TEAM, TOKEN, XENA } from '../../test/adapters/slack/support.ts';
import { checkRecorded, readRecorded } from './recorded.ts';
import type { Report } from './report.ts';
import { differences, isShape, mergeShapes, nullPaths, readJson, type Shape, shapesByType } from './shapes.ts';

const DIRECT = 'D0EVAN0000';

/** Codes that any method may answer; the reference lists them once for all, on each page, but not in these files. */
const COMMON: readonly string[] = [
  'account_inactive',
  'invalid_arguments',
  'invalid_auth',
  'missing_scope',
  'not_authed',
  'ratelimited',
  'token_expired',
  'token_revoked',
];

/** Calls a minute that each tier is granted. */
const TIERS: Readonly<Record<string, number>> = { t1: 1, t2: 20, t3: 50, t4: 100, t5: 600 };

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
];

interface Answered {
  readonly method: string;
  readonly body: Json;
}

export const checkSlack = async ({
  folder,
  report,
}: {
  readonly folder: string;
  readonly report: Report;
}): Promise<void> => {
  const recorded = readRecorded(`${folder}/recorded`);
  const pressed = readJson(`${folder}/payloads/BlockActionPayload.json`);
  const byType = shapesByType(
    pressed,
    readJson(`${folder}/api/chat.postMessage.json`),
    ...recorded.map(({ body }) => body),
  );
  const referenceOf = (method: string): Shape => readJson(`${folder}/methods/${method}.json`);

  const bench = await openSlack();
  try {
    await actAsPeople(bench);
    const answers = await callEverything(bench);

    for (const { type, body } of bench.delivered) {
      const sent = type.startsWith('application/json') ? JSON.parse(body) : formFields(body);
      const { name, file, shape } = officialOf({ sent, folder, recorded: recorded.map((each) => each.body) });
      const mayBeNull = new Set(recorded.flatMap((each) => nullPaths(each.body)));
      report.check(`${name} as in ${file}`, differences(sent, shape, { byType, mayBeNull }));
    }
    for (const { method, body } of answers) {
      const shape = readJson(`${folder}/api/${method}.json`);
      const how = body['ok'] === true ? 'answer' : `refusal ${String(body['error'])}`;
      report.check(`${method}: ${how}`, [
        ...differences(body, shape, { byType, mayBeNull: nullableOutputs(referenceOf(method)) }),
        ...(body['ok'] === true ? missingOutputs(body, referenceOf(method)) : unknownCode(method, body, referenceOf)),
      ]);
    }
    for (const method of Object.keys(METHODS))
      report.check(`${method}: scope, limit, arguments`, ruleFaults(method, bench, referenceOf(method)));
  } finally {
    await bench.close();
  }
  await checkRecorded({ recorded, report });
};

/** One of everything that people do. */
const actAsPeople = async ({ slack, standIn }: SlackBench): Promise<void> => {
  const to = { tenant: TEAM, user: EVAN, channel: DIRECT };
  const buttons = ['One', 'Two'].map((label) => ({ action: 'sotto.ask', label, value: label }));
  await standIn.say({ user: EVAN, text: 'how many days of leave have I left?' });
  await standIn.say({ user: EVAN, text: 'and here?', channel: 'C0GENERAL0' });
  await standIn.say({ user: XENA, text: 'and from outside?', channel: 'C0SHARED00' });
  await standIn.say({ user: XENA, text: 'in private' });
  await standIn.command({ user: EVAN, command: '/sotto', text: 'hello' });
  const posted = await slack.platform.post({
    to,
    card: { text: 'Which? <a>', note: 'small', buttons, fallback: null },
    key: 'k',
  });
  if (!posted.ok) throw new Error(`The stand-in refused the adapter's message: ${posted.code}.`);
  await standIn.press({ user: EVAN, channel: DIRECT, ts: posted.ref.id, actionId: 'sotto.ask#2', value: 'Two' });
  await slack.platform.find({ to, key: 'k' });
  await slack.platform.update({ ref: posted.ref, card: { text: 'new', note: null, buttons: [], fallback: null } });
  await slack.platform.remove({ ref: posted.ref });
  await slack.platform.whisper({ to, channel: 'C0GENERAL0', thread: null, text: 'psst' });
};

/** Every method once well, then everything that must be refused, by every kind of caller. */
const callEverything = async (bench: SlackBench): Promise<readonly Answered[]> => {
  const answers: Answered[] = [];
  const call = async (method: string, args: Readonly<Record<string, string>>, token = TOKEN): Promise<Json> => {
    const answer = await fetch(`${bench.apiUrl}${method}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: new URLSearchParams(args),
    });
    const body: unknown = await answer.json();
    if (!isShape(body)) throw new Error(`${method} answered no JSON object.`);
    answers.push({ method, body });
    return body;
  };
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
  for (const [method, args] of REFUSED) await call(method, args);
  const { ts: theirs } = await bench.standIn.say({ user: EVAN, text: 'mine' });
  await call('chat.update', { channel: DIRECT, ts: theirs, text: 'x' });
  await call('chat.delete', { channel: DIRECT, ts: theirs });
  await call('chat.delete', { channel: DIRECT, ts: String(ts) });
  for (const method of Object.keys(METHODS)) await call(method, {}, 'xoxb-other');
  for (const state of ['token_revoked', 'token_expired', 'account_inactive'] as const) {
    bench.standIn.setToken({ state });
    await call('auth.test', {});
  }
  bench.standIn.setToken({ state: 'live' });
  return answers;
};

const formFields = (body: string): Json => {
  const form = new URLSearchParams(body);
  const payload = form.get('payload');
  return payload === null ? Object.fromEntries(form) : JSON.parse(payload);
};

/** The official sample of what was sent, with what real webhooks of its kind were seen to carry beside. */
const officialOf = (o: {
  readonly sent: Json;
  readonly folder: string;
  readonly recorded: readonly Shape[];
}): { readonly name: string; readonly file: string; readonly shape: unknown } => {
  const event = isShape(o.sent['event']) ? o.sent['event'] : null;
  const [name, file] =
    event !== null
      ? [`event ${String(event['type'])}`, `events/${event['type'] === 'app_mention' ? 'AppMention' : 'Message'}.json`]
      : 'command' in o.sent
        ? ['command', 'payloads/SlashCommandPayload.json']
        : ['press', 'payloads/BlockActionPayload.json'];
  const alike = o.recorded.filter(
    (body) => body['type'] === o.sent['type'] && 'command' in body === 'command' in o.sent,
  );
  const sample = readJson(`${o.folder}/${file}`);
  // The samples type the fields of a form as the program sees them; over the wire all of them are text.
  const typed = 'command' in o.sent ? Object.fromEntries(Object.keys(sample).map((key) => [key, ''])) : sample;
  return { name, file, shape: alike.reduce<unknown>(mergeShapes, typed) };
};

/** Fields of the answer that the reference lets be null. */
const nullableOutputs = (reference: Shape): ReadonlySet<string> => {
  const output = isShape(reference['output']) ? reference['output'] : {};
  const properties = isShape(output['properties']) ? output['properties'] : {};
  return new Set(
    Object.entries(properties).flatMap(([key, type]) => (JSON.stringify(type).includes('"null"') ? [`.${key}`] : [])),
  );
};

const missingOutputs = (body: Json, reference: Shape): readonly string[] => {
  const output = isShape(reference['output']) ? reference['output'] : {};
  return stringsIn(output['required'])
    .filter((key) => !(key in body))
    .map((key) => `${key} is missing`);
};

const unknownCode = (method: string, body: Json, referenceOf: (method: string) => Shape): readonly string[] => {
  const code = String(body['error']);
  // Slack shortened a list here and there: what a sister method of the family documents is known, too.
  const family = Object.keys(METHODS).filter((other) => other.split('.')[0] === method.split('.')[0]);
  const known = family.flatMap((other) => Object.keys(referenceOf(other)['errors'] ?? {}));
  return COMMON.includes(code) || known.includes(code) ? [] : [`"${code}" is in no reference`];
};

const stringsIn = (list: unknown): readonly string[] =>
  Array.isArray(list) ? list.filter((item) => typeof item === 'string') : [];

const ruleFaults = (method: string, { standIn }: SlackBench, reference: Shape): readonly string[] => {
  const rule = METHODS[method];
  if (rule === undefined) return ['there is no rule'];
  const scopes = isShape(reference['scope']) ? stringsIn(reference['scope']['bot']) : [];
  const needed = [DIRECT, 'C0GENERAL0'].flatMap((channel) => rule.scope?.(channel) ?? []);
  const args = isShape(reference['args']) ? reference['args'] : {};
  const known = isShape(args['properties']) ? Object.keys(args['properties']) : [];
  const sent = standIn
    .requests()
    .filter((request) => request.method === method)
    .flatMap((request) => Object.keys(request.args));
  const limit = TIERS[String(reference['rate_limits'])] ?? 0;
  return [
    ...(needed.length === 0 && scopes.length > 0 ? [`needs no scope, officially ${scopes.join()}`] : []),
    ...needed.filter((scope) => !scopes.includes(scope)).map((scope) => `needs ${scope}, officially ${scopes.join()}`),
    ...(rule.perMinute > limit ? [`lets ${rule.perMinute} calls a minute pass, officially ${limit}`] : []),
    ...rule.required.filter((key) => !stringsIn(args['required']).includes(key)).map((key) => `demands ${key}`),
    ...stringsIn(args['required'])
      .filter((key) => key !== 'token' && !rule.required.includes(key))
      .map((key) => `does not demand ${key}`),
    ...[...new Set(sent)]
      .filter((key) => !known.includes(key))
      .map((key) => `is sent ${key}, which is no argument of it`),
  ];
};
