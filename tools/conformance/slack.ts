/** The stand-in for Slack, driven over http, held against Slack's own shapes and method reference. */
import type { InputBlock, KnownBlock } from '@slack/types';
import { METHODS } from '../../playground/slack/rules.ts';
import type { Json } from '../../playground/slack/types.ts';
import { openSlack, type SlackBench } from '../../test/adapters/slack/support.ts';
import { checkRecorded, readRecorded } from './recorded.ts';
import type { Report } from './report.ts';
import { differences, isShape, mergeShapes, nullPaths, readJson, type Shape, shapesByType } from './shapes.ts';
import { actAsPeople, callEverything, DIRECT, formFields } from './slack-calls.ts';

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

/** What any refusal may carry, although some pages leave it out. */
const COMMON_FIELDS: Shape = { response_metadata: { messages: [''] } };

const TEXT = { type: 'plain_text', text: '', emoji: false } as const;
const OPTION = { text: TEXT, value: '' };

/** What Slack's reference says of fields and no sample shows; its own types hold this to what there is. */
const DOCUMENTED: readonly (KnownBlock | Shape)[] = [
  {
    type: 'input',
    label: TEXT,
    hint: TEXT,
    element: { type: 'plain_text_input', action_id: '', multiline: true, max_length: 1, initial_value: '' },
  } satisfies InputBlock,
  {
    type: 'input',
    label: TEXT,
    element: { type: 'static_select', action_id: '', options: [OPTION], initial_option: OPTION },
  } satisfies InputBlock,
  {
    type: 'input',
    label: TEXT,
    element: { type: 'multi_static_select', action_id: '', options: [OPTION], initial_options: [OPTION] },
  } satisfies InputBlock,
  {
    type: 'input',
    label: TEXT,
    element: { type: 'datepicker', action_id: '', initial_date: '' },
  } satisfies InputBlock,
  // What was entered into them: of Bolt's types, for a sample has the first two only.
  { type: 'plain_text_input', value: '' },
  { type: 'static_select', selected_option: OPTION },
  { type: 'multi_static_select', selected_options: [OPTION] },
  { type: 'datepicker', selected_date: '' },
];

/** Calls a minute that each tier is granted. */
const TIERS: Readonly<Record<string, number>> = { t1: 1, t2: 20, t3: 50, t4: 100, t5: 600 };

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
    DOCUMENTED,
  );
  const referenceOf = (method: string): Shape => readJson(`${folder}/methods/${method}.json`);
  // A page has no window: its example says null for what a modal has around it, in an event as in a press.
  const homeNulls = [...nullableOutputs([referenceOf('views.publish')])].flatMap((path) => [path, `.event${path}`]);

  const bench = await openSlack();
  try {
    await actAsPeople(bench);
    const answers = await callEverything(bench);

    for (const { type, body } of bench.delivered) {
      const sent = type.startsWith('application/json') ? JSON.parse(body) : formFields(body);
      const { name, file, shape } = officialOf({ sent, folder, recorded: recorded.map((each) => each.body) });
      const mayBeNull = new Set([...recorded.flatMap((each) => nullPaths(each.body)), ...homeNulls]);
      report.check(`${name} as in ${file}`, differences(sent, shape, { byType, mayBeNull }));
    }
    for (const { method, body } of answers) {
      const shape = mergeShapes(COMMON_FIELDS, readJson(`${folder}/api/${method}.json`));
      const how = body['ok'] === true ? 'answer' : `refusal ${String(body['error'])}`;
      report.check(`${method}: ${how}`, [
        ...differences(body, shape, { byType, mayBeNull: nullableOutputs(familyOf(method).map(referenceOf)) }),
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

/** Samples of events; all others are messages. */
const EVENTS: Readonly<Record<string, string>> = {
  app_home_opened: 'AppHomeOpened',
  app_mention: 'AppMention',
  user_change: 'UserChange',
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
      ? [`event ${String(event['type'])}`, `events/${EVENTS[String(event['type'])] ?? 'Message'}.json`]
      : 'command' in o.sent
        ? ['command', 'payloads/SlashCommandPayload.json']
        : o.sent['type'] === 'view_submission'
          ? ['form', 'payloads/ViewSubmissionPayload.json']
          : ['press', 'payloads/BlockActionPayload.json'];
  const alike = o.recorded.filter(
    (body) => body['type'] === o.sent['type'] && 'command' in body === 'command' in o.sent,
  );
  const sample = readJson(`${o.folder}/${file}`);
  // The samples type the fields of a form as the program sees them; over the wire all of them are text.
  const typed = 'command' in o.sent ? Object.fromEntries(Object.keys(sample).map((key) => [key, ''])) : sample;
  return { name, file, shape: alike.reduce<unknown>(mergeShapes, typed) };
};

/** Fields of the answer that the reference, or an example in it, lets be null. */
const nullableOutputs = (references: readonly Shape[]): ReadonlySet<string> =>
  new Set(
    references.flatMap((reference) => {
      const output = isShape(reference['output']) ? reference['output'] : {};
      const properties = isShape(output['properties']) ? output['properties'] : {};
      const examples = isShape(reference['examples']) ? Object.values(reference['examples']) : [];
      return [
        ...Object.entries(properties).flatMap(([key, type]) =>
          JSON.stringify(type).includes('"null"') ? [`.${key}`] : [],
        ),
        ...examples.filter(isShape).flatMap(({ example }) => nullPaths(example)),
      ];
    }),
  );

/** Slack shortened a page here and there: what a sister method of the family documents is known, too. */
const familyOf = (method: string): readonly string[] =>
  Object.keys(METHODS).filter((other) => other.split('.')[0] === method.split('.')[0]);

const missingOutputs = (body: Json, reference: Shape): readonly string[] => {
  const output = isShape(reference['output']) ? reference['output'] : {};
  return stringsIn(output['required'])
    .filter((key) => !(key in body))
    .map((key) => `${key} is missing`);
};

const unknownCode = (method: string, body: Json, referenceOf: (method: string) => Shape): readonly string[] => {
  const code = String(body['error']);
  const known = familyOf(method).flatMap((other) => Object.keys(referenceOf(other)['errors'] ?? {}));
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
