/** `sotto policy test`: the real recogniser and rules over a pack's examples, without a backend and without a trace. */
import { parseArgs } from 'node:util';
import type { Status, Subcommand } from '../../cli.ts';
import { environment } from '../../config.ts';
import { SottoError } from '../../core/errors.ts';
import { type Explanation, explainQuestion } from '../../core/explain.ts';
import type { Clock } from '../../core/ports.ts';
import { signedInAt } from '../../core/sign-in/grants.ts';
import type { Person } from '../../core/types.ts';
import type { Asked } from '../../core/understood.ts';
import { type Example, loadExamples } from '../../policies/examples.ts';
import { packFolders } from '../../policies/pack.ts';
import { type Judging, judging } from '../judging.ts';
import { learningLine } from '../learning-line.ts';

export const policyTest: Subcommand = {
  summary: "runs a pack's examples",
  help: [
    'sotto policy test [--json] [--only TEXT]',
    '  runs examples/*.yaml of the pack that ships and of SOTTO_POLICIES: each says who asks what, and what must come of it.',
    '  People come from SOTTO_DIRECTORY (a file), or from the sample that ships. HR’s restrictions are not in force here.',
    '  --only: those whose file, words or intent contain TEXT. Status 0: all are as they say; 1: some are not.',
  ].join('\n'),
  run: async (args): Promise<Status> => {
    const { values } = parseArgs({
      args: [...args],
      options: { json: { type: 'boolean', default: false }, only: { type: 'string' } },
      strict: true,
    });
    const env = environment();
    const all = loadExamples(packFolders(env['SOTTO_POLICIES'] ?? null));
    const examples = all.filter((each) => values.only === undefined || textOf(each).includes(values.only));
    if (examples.length === 0)
      throw new SottoError(
        'usage',
        values.only === undefined
          ? 'The pack has no examples. Write examples/TOPIC.yaml, or let "sotto new intent" begin one.'
          : `No example contains "${values.only}".`,
      );
    const world = await judging(env, learningLine());
    const failed: Failure[] = [];
    for (const example of examples) failed.push(...(await differing(world, example)));
    if (values.json) console.log(JSON.stringify({ ok: failed.length === 0, examples: examples.length, failed }));
    else {
      for (const failure of failed) console.log(sentenceOf(failure));
      console.log(`${examples.length - failed.length} of ${examples.length} examples are as they say.`);
    }
    return failed.length === 0 ? 0 : 1;
  },
};

const textOf = ({ file, asks, chooses, expect }: Example): string =>
  [file, asks ?? '', chooses ?? '', expect.intent ?? ''].join('\n');

interface Failure {
  readonly file: string;
  readonly line: string;
  readonly asked: string;
  readonly differs: readonly { readonly what: string; readonly expected: unknown; readonly got: unknown }[];
}

const sentenceOf = ({ file, line, asked, differs }: Failure): string =>
  [
    `${file}, ${line}: ${asked}`,
    ...differs.map(
      ({ what, expected, got }) => `  ${what}: ${JSON.stringify(expected)} expected, ${JSON.stringify(got)} came`,
    ),
  ].join('\n');

/** Empty where it is as it says. Refuses with code `usage` where it names somebody whom the directory has not. */
const differing = async (world: Judging, example: Example): Promise<readonly Failure[]> => {
  const came = await explained(world, example);
  const { outcome, intent, about, topics, by, show, expires } = example.expect;
  const pairs: readonly (readonly [what: string, expected: unknown, got: unknown])[] = [
    ['outcome', outcome, came.outcome],
    ['intent', intent, came.intent],
    ['about', about, came.about],
    ['topics', topics?.toSorted(), came.topics.toSorted()],
    ['by', by?.toSorted(), came.reasons.toSorted()],
    ['show', show, came.show],
    ['expires', expires, came.expiresSeconds],
  ];
  const differs = pairs
    .filter(([, expected, got]) => expected !== undefined && JSON.stringify(expected) !== JSON.stringify(got))
    .map(([what, expected, got]) => ({ what, expected, got }));
  if (differs.length === 0) return [];
  const asked = `${example.as} ${example.asks === undefined ? `chooses ${example.chooses}` : `asks "${example.asks}"`}`;
  return [{ file: example.file, line: example.line, asked, differs }];
};

const explained = async (world: Judging, example: Example): Promise<Explanation> => {
  const at = example.now === undefined ? Date.now() : Date.parse(example.now);
  const clock: Clock = { now: () => at, sleep: async () => undefined };
  const signIn = example.signIn === undefined ? null : at - example.signIn * 60_000;
  return explainQuestion({
    ports: {
      ...world.ports,
      clock,
      grants: signedInAt(signIn),
    },
    person: await personOf(world, example),
    platform: example.platform,
    place: example.place,
    asked: await askedOf(world, example),
    history: example.before,
    denials: example.denials ?? null,
  });
};

const personOf = async (world: Judging, { as, with: changed = {} }: Example): Promise<Person> => {
  const person = await world.personCalled(as);
  const { kind = person.kind, groups = person.groups, country = person.country } = changed;
  return { ...person, kind, groups, country };
};

const askedOf = async (world: Judging, { asks, chooses, of }: Example): Promise<Asked> => {
  if (chooses === undefined) return { kind: 'text', text: asks ?? '' };
  return { kind: 'chosen', intent: chooses, subject: of === undefined ? null : await world.personCalled(of) };
};
