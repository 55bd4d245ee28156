/** The stand-in for Slack, driven over http, and the adapter's uses of Slack, held against Slack's own shapes and method reference. */
import { existsSync } from 'node:fs';
import type { InputBlock, KnownBlock } from '@slack/types';
import { EVENTS, METHODS, SCOPES } from '../../playground/slack/rules.ts';
import type { Json } from '../../playground/slack/types.ts';
import { openSlack } from '../../test/adapters/slack/support.ts';
import { checkRecorded, readRecorded } from './recorded.ts';
import type { Report } from './report.ts';
import {
  differences,
  isShape,
  mergeShapes,
  nullPaths,
  readJson,
  type Shape,
  shapesByType,
  stringsIn,
} from './shapes.ts';
import { actAsPeople, callEverything, DIRECT, USER_GROUP } from './slack-calls.ts';
import { callBeside } from './slack-calls-beside.ts';
import { checkCodes } from './slack-codes.ts';
import { checkSent } from './slack-sent.ts';
import { COMMON, checkUses, codesOf, createReference, ruleFaults } from './slack-uses.ts';

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

export const checkSlack = async ({
  folder,
  report,
}: {
  readonly folder: string;
  readonly report: Report;
}): Promise<void> => {
  const recorded = readRecorded(`${folder}/recorded`);
  const reference = createReference(folder);
  const pageOf = (method: string): Shape => reference.of(method) ?? {};
  const byType = shapesByType(
    readJson(`${folder}/payloads/BlockActionPayload.json`),
    readJson(`${folder}/api/chat.postMessage.json`),
    ...recorded.map(({ body }) => body),
    DOCUMENTED,
  );
  // A page has no window: its example says null for what a modal has around it, in an event as in a press.
  const homeNulls = [...nullableOutputs([pageOf('views.publish')])].flatMap((path) => [path, `.event${path}`]);

  checkUses({ reference, report });
  const bench = await openSlack({
    standIn: {
      scopes: [...SCOPES, 'usergroups:read'],
      events: [...EVENTS, 'subteam_members_changed', 'subteam_updated'],
      userGroups: [{ id: USER_GROUP, handle: 'payroll', users: [] }],
    },
  });
  try {
    await actAsPeople(bench);
    const answers = [...(await callEverything(bench)), ...(await callBeside())];
    checkSent({ bench, folder, recorded, byType, mayBeNull: homeNulls, report });
    for (const { method, body } of answers) {
      const how = body['ok'] === true ? 'answer' : `refusal ${String(body['error'])}`;
      report.check(`${method}: ${how}`, answerFaults({ method, body, folder, byType, pageOf }));
    }
    for (const method of Object.keys(METHODS)) {
      const page = reference.of(method);
      const sent = bench.standIn.requests({ method }).flatMap(({ args }) => Object.keys(args));
      const channels = [DIRECT, 'C0GENERAL0'];
      report.check(
        `${method}: scope, limit, arguments`,
        page === null ? ['is in no reference'] : ruleFaults(method, { page, channels, sent }),
      );
    }
    const answered = new Set(answers.flatMap(({ body }) => (body['ok'] === true ? [] : [String(body['error'])])));
    checkCodes({ reference, answered, report });
  } finally {
    await bench.close();
  }
  await checkRecorded({ recorded, report });
};

/** Examples of good answers in the reference, which have what some samples leave out. */
const exampleOf = (page: Shape): unknown =>
  Object.values(isShape(page['examples']) ? page['examples'] : {})
    .filter(isShape)
    .map(({ example }) => example)
    .filter((example) => isShape(example) && example['ok'] === true)
    .reduce<unknown>(mergeShapes, undefined);

/** An answer, held against its official shape, and its code against the reference. */
const answerFaults = (o: {
  readonly method: string;
  readonly body: Json;
  readonly folder: string;
  readonly byType: ReadonlyMap<string, Shape>;
  readonly pageOf: (method: string) => Shape;
}): readonly string[] => {
  const { method, body, byType, pageOf } = o;
  const path = `${o.folder}/api/${method}.json`;
  if (!existsSync(path)) return ['there is no official answer'];
  const mayBeNull = nullableOutputs(familyOf(method).map(pageOf));
  return [
    ...differences(body, mergeShapes(mergeShapes(COMMON_FIELDS, readJson(path)), exampleOf(pageOf(method))), {
      byType,
      mayBeNull,
    }),
    ...(body['ok'] === true ? missingOutputs(body, pageOf(method)) : unknownCode(method, body, pageOf)),
  ];
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

const unknownCode = (method: string, body: Json, pageOf: (method: string) => Shape): readonly string[] => {
  const code = String(body['error']);
  const known = familyOf(method).flatMap((other) => codesOf(pageOf(other)));
  return COMMON.includes(code) || known.includes(code) ? [] : [`"${code}" is in no reference of its family`];
};
