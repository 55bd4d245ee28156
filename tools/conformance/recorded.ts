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

interface Replayed {
  readonly status: number;
  readonly accepted: readonly Inbound[];
  readonly rejected: readonly string[];
}

/** An adapter for that very app and workspace, given the payload as Slack would send it; unless told otherwise, signed as by Slack. */
const replay = async (
  body: Shape,
  o: { readonly forged?: boolean; readonly teamIds?: readonly string[] } = {},
): Promise<Replayed> => {
  const accepted: Inbound[] = [];
  const rejected: string[] = [];
  const team = isShape(body['team']) ? body['team']['id'] : body['team_id'];
  const ignored = () => undefined;
  const { route } = createSlack({
    appId: String(body['api_app_id']),
    teamIds: o.teamIds ?? [String(team)],
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
  const signature = createHmac('sha256', o.forged === true ? 'another-secret-of-the-conformance' : SECRET)
    .update(`v0:${stamp}:`)
    .update(sent)
    .digest('hex');
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

/** What must become of each, and why. One that is not here, or is gone, is a finding. */
const EXPECTED: Readonly<Record<string, { readonly becomes: Inbound['kind'] | null; readonly why: string }>> = {
  'direct.json directDM': { becomes: 'question', why: 'a person wrote to the bot in private' },
  'direct.json followUp': { becomes: 'question', why: 'they wrote again, in the same talk' },
  'modal.json mention': { becomes: 'question', why: 'a person mentioned the bot in a channel' },
  'modal.json action': { becomes: 'press', why: 'a button of a message; whose it is the core says' },
  'modal.json ephemeralAction': { becomes: 'press', why: 'a button of a message that only one person sees' },
  'modal.json viewSubmission': { becomes: null, why: 'no form of Sotto’s' },
  'modal.json ephemeralViewSubmission': { becomes: null, why: 'no form of Sotto’s' },
  'slash-command.json viewSubmission': { becomes: null, why: 'no form of Sotto’s' },
  'slash-command.json slashCommand': { becomes: null, why: 'another command than /sotto' },
  'slash-command.json slashCommandWithArgs': { becomes: null, why: 'another command than /sotto' },
};

/** The very same with one field of our own: what it would be, had it been sent to Sotto. */
const AS_OURS: readonly {
  readonly name: string;
  readonly over: Shape;
  readonly becomes: Inbound['kind'] | null;
  readonly text: string | null;
  readonly why: string;
}[] = [
  {
    name: 'slash-command.json slashCommandWithArgs',
    over: { command: '/sotto' },
    becomes: 'question',
    text: 'some arguments here',
    why: 'it asks what follows the command',
  },
  {
    name: 'slash-command.json slashCommand',
    over: { command: '/sotto' },
    becomes: 'question',
    text: '',
    why: 'it asks nothing, and is told what can be asked',
  },
];

export const checkRecorded = async (o: {
  readonly recorded: readonly Recorded[];
  readonly report: Report;
}): Promise<void> => {
  const { recorded, report } = o;
  report.check('every recorded webhook has an expectation, and every expectation a webhook', [
    ...recorded.map(({ name }) => name).filter((name) => !Object.hasOwn(EXPECTED, name)),
    ...Object.keys(EXPECTED).filter((name) => !recorded.some((each) => each.name === name)),
  ]);
  for (const { name, body } of recorded) {
    const due = EXPECTED[name] ?? { becomes: null, why: 'not expected' };
    report.check(
      `recorded ${name} is ${due.becomes ?? 'acknowledged'}: ${due.why}`,
      faultsOf(await replay(body), due.becomes),
    );
    const forged = await replay(body, { forged: true });
    report.check(`recorded ${name}, not signed by Slack, is nothing`, [
      ...(forged.status === 401 ? [] : [`answered ${forged.status}`]),
      ...(forged.accepted.length === 0 ? [] : [`became "${kindsOf(forged)}"`]),
    ]);
    const foreign = await replay(body, { teamIds: ['T0ANOTHER0'] });
    report.check(`recorded ${name}, of a workspace that is not on the list, is dropped`, [
      ...(foreign.status === 200 ? [] : [`answered ${foreign.status}`]),
      ...(foreign.accepted.length === 0 ? [] : [`became "${kindsOf(foreign)}"`]),
      ...(foreign.rejected.includes('team-foreign') ? [] : [`rejected: ${foreign.rejected.join() || 'nothing'}`]),
    ]);
  }
  for (const { name, over, becomes, text, why } of AS_OURS) {
    const body = recorded.find((each) => each.name === name)?.body;
    const replayed = body === undefined ? null : await replay({ ...body, ...over });
    const [first] = replayed?.accepted ?? [];
    report.check(`recorded ${name} as ${JSON.stringify(over)} is ${becomes ?? 'acknowledged'}: ${why}`, [
      ...(replayed === null ? ['it is gone'] : faultsOf(replayed, becomes)),
      ...(first?.kind === 'question' && first.text !== text ? [`its words are ${JSON.stringify(first.text)}`] : []),
    ]);
  }
};

const kindsOf = ({ accepted }: Replayed): string => accepted.map(({ kind }) => kind).join();

const faultsOf = (replayed: Replayed, due: Inbound['kind'] | null): readonly string[] => {
  const { status, rejected } = replayed;
  const [first] = replayed.accepted;
  return [
    ...(status === 200 ? [] : [`answered ${status}`]),
    ...(kindsOf(replayed) === (due ?? '') ? [] : [`became "${kindsOf(replayed)}"`]),
    ...(rejected.some((reason) => reason !== 'interaction-unknown') ? [`rejected: ${rejected.join()}`] : []),
    ...(first?.account.external === true ? ['its own workspace is taken for a foreign one'] : []),
    ...(first?.kind === 'question' && /<[@#!]/.test(first.text) ? ['markup is left in the words'] : []),
    ...(first !== undefined && first.at < 1_000_000_000_000 ? ['its time is not in ms'] : []),
  ];
};
