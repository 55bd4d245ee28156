/** Webhooks that real workspaces sent, replayed through our own adapter. */
import { createHmac } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { createSlack } from '../../src/adapters/slack/slack.ts';
import { systemClock } from '../../src/adapters/system/system.ts';
import type { Inbound } from '../../src/core/types.ts';
import type { Report } from './report.ts';
import { isShape, readJson, type Shape } from './shapes.ts';

const SECRET = 'signing-secret-of-the-conformance';

export interface Recorded {
  readonly name: string;
  readonly body: Shape;
}

/** Everything in the folder that names an app; the rest of those files describes the recording. */
export const readRecorded = (folder: string): readonly Recorded[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .flatMap((file) =>
      Object.entries(readJson(`${folder}/${file}`)).flatMap(([key, body]) =>
        isShape(body) && 'api_app_id' in body ? [{ name: `${file} ${key}`, body }] : [],
      ),
    );

/** An adapter for that very app and workspace, given the payload as Slack would send it. */
const replay = async (
  body: Shape,
): Promise<{
  readonly status: number;
  readonly accepted: readonly Inbound[];
  readonly rejected: readonly string[];
}> => {
  const accepted: Inbound[] = [];
  const rejected: string[] = [];
  const team = isShape(body['team']) ? body['team']['id'] : body['team_id'];
  const ignored = () => undefined;
  const { route } = createSlack({
    appId: String(body['api_app_id']),
    teamIds: [String(team)],
    events: { via: 'http', signingSecret: async () => ({ current: SECRET, accepted: [SECRET] }) },
    botToken: async () => ({ current: 'xoxb-none', accepted: [] }),
    sealer: { seal: () => '', open: () => null },
    clock: systemClock(),
    log: { info: ignored, warn: ignored, error: ignored },
    metrics: { count: ignored, observe: ignored },
    reject: (reason) => rejected.push(reason),
    accept: async (inbound) => {
      accepted.push(inbound);
      return 'accepted';
    },
    open: async () => undefined,
    submit: async () => undefined,
    opened: async () => undefined,
    more: async () => undefined,
    texts: { viewMoment: '', viewExpired: '', viewClose: 'Close', viewTitle: 'Sotto', tryAgain: '', commandTaken: '' },
  });
  if (route === null) throw new Error('There is no route.');
  const isEvent = body['type'] === 'event_callback';
  const fields =
    'command' in body
      ? Object.fromEntries(Object.entries(body).map(([key, value]) => [key, String(value)]))
      : { payload: JSON.stringify(body) };
  const sent = Buffer.from(isEvent ? JSON.stringify(body) : new URLSearchParams(fields).toString());
  const stamp = String(Math.floor(Date.now() / 1_000));
  const signature = createHmac('sha256', SECRET).update(`v0:${stamp}:`).update(sent).digest('hex');
  const { status } = await route.handle({
    headers: {
      'content-type': isEvent ? 'application/json' : 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': stamp,
      'x-slack-signature': `v0=${signature}`,
    },
    body: sent,
  });
  return { status, accepted, rejected };
};

/** What must become of it: a person's message in private or with a mention is a question, a button in a message or on the page a press, all else nothing. */
const dueKind = (body: Shape): Inbound['kind'] | null => {
  const event = body['event'];
  if (isShape(event)) {
    const fromPerson = typeof event['user'] === 'string' && event['bot_id'] === undefined;
    const plain = event['subtype'] === undefined && event['edited'] === undefined && fromPerson;
    return plain && (event['channel_type'] === 'im' || event['type'] === 'app_mention') ? 'question' : null;
  }
  const [action] = Array.isArray(body['actions']) ? body['actions'] : [];
  const onPage = isShape(body['view']) && body['view']['type'] === 'home';
  return body['type'] === 'block_actions' &&
    (isShape(body['channel']) || onPage) &&
    isShape(action) &&
    action['type'] === 'button'
    ? 'press'
    : null;
};

export const checkRecorded = async (o: {
  readonly recorded: readonly Recorded[];
  readonly report: Report;
}): Promise<void> => {
  for (const { name, body } of o.recorded) {
    const { status, accepted, rejected } = await replay(body);
    const due = dueKind(body);
    const kinds = accepted.map(({ kind }) => kind).join();
    const [first] = accepted;
    o.report.check(`recorded ${name} is ${due ?? 'acknowledged'}`, [
      ...(status === 200 ? [] : [`answered ${status}`]),
      ...(kinds === (due ?? '') ? [] : [`became "${kinds}"`]),
      ...(rejected.some((reason) => reason !== 'interaction-unknown') ? [`rejected: ${rejected.join()}`] : []),
      ...(first?.account.external === true ? ['its own workspace is taken for a foreign one'] : []),
      ...(first?.kind === 'question' && /<[@#!]/.test(first.text) ? ['markup is left in the words'] : []),
      ...(first !== undefined && first.at < 1_000_000_000_000 ? ['its time is not in ms'] : []),
    ]);
  }
};
