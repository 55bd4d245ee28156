/** What a decision costs beside the least that a call of Cedar can cost, what ten times the rules add, and what peers take for the same. */
import { rmSync } from 'node:fs';
import type { PolicyRequest } from '../../src/core/types.ts';
import { createPolicy } from '../../src/policies/authorise.ts';
import { createEngine } from '../../src/policies/engine.ts';
import { cedarRequest, checkRequest } from '../../src/policies/request.ts';
import { knownOf, schemaOf } from '../../src/policies/schema.ts';
import { type Figure, figure, median } from '../figure.ts';
import { foldersOf, intents, type Line, linesOf, pack, questions } from './pack.ts';
import { casbinOf, caslOf, type Decides, loadCasbin, loadCasl, tableOf } from './peers.ts';

const silent = { info: () => {}, warn: () => {}, error: () => {} };
const CALLS = 60;

/** Median microseconds of one call, over questions in turn. */
const timed = (asked: readonly PolicyRequest[], act: (request: PolicyRequest) => unknown, calls = CALLS): number =>
  median(
    Array.from({ length: calls }, (_, n) => {
      const request = asked[n % asked.length];
      if (request === undefined) throw new Error('there is nothing to ask');
      const from = performance.now();
      act(request);
      return (performance.now() - from) * 1_000;
    }),
  );

const loaded = async (lines: readonly Line[]) => {
  const folders = foldersOf(lines);
  const from = performance.now();
  const policy = await createPolicy({ catalogue: pack, folders, restrictions: [], restrictionsVersion: 0 });
  const ms = performance.now() - from;
  for (const folder of folders) rmSync(folder, { recursive: true });
  return { decides: ((request) => policy.decide(request).effect === 'permit') as Decides, ms };
};

const peersOf = async (lines: readonly Line[]): Promise<readonly (readonly [string, Decides])[]> => {
  const [casbin, casl] = [loadCasbin(), loadCasl()];
  return [
    ...(casbin === null ? [] : [['casbin', await casbinOf(casbin, lines)] as const]),
    ...(casl === null ? [] : [['casl', caslOf(casl, lines, intents)] as const]),
    ['table', tableOf(lines, intents)],
  ];
};

export const decisionFigures = async ({ seconds }: { readonly seconds: number }): Promise<readonly Figure[]> => {
  const [few, many] = [linesOf(1), linesOf(10)];
  const [small, large] = [await loaded(few), await loaded(many)];
  const sets = [
    { name: '400', ours: small.decides, peers: await peersOf(few) },
    { name: '4000', ours: large.decides, peers: await peersOf(many) },
  ];
  // Only a permit is one decision: to find out what helps after a refusal takes up to three more.
  const asked = questions.filter((it) => small.decides(it) && large.decides(it));
  if (asked.length < 20) throw new Error('The bench measures permits, and there are hardly any.');
  const differing = sets.flatMap(({ ours, peers }) =>
    peers.flatMap(([, decides]) => questions.filter((it) => decides(it) !== ours(it))),
  );

  const empty = createEngine({ schema: schemaOf(pack), log: silent });
  empty.load({ slices: new Map(intents.map((id) => [id, {}])), verify: () => {} });
  const known = knownOf(pack);
  const floor = new Map(
    asked.map((it) => {
      const checked = checkRequest(it, known);
      if (checked === null) throw new Error('A question of the bench is none.');
      return [it, cedarRequest(checked)];
    }),
  );

  const rounds: { readonly none: number; readonly one: number; readonly ten: number }[] = [];
  const theirs = new Map<string, number[]>();
  const until = performance.now() + seconds * 1_000;
  // Rounds are interleaved, so that a slower minute of the machine falls on all alike.
  do {
    const none = timed(asked, (it) => {
      const request = floor.get(it);
      return request === undefined ? null : empty.ask(it.action, request);
    });
    rounds.push({ none, one: timed(asked, small.decides), ten: timed(asked, large.decides) });
    for (const { name, peers } of sets) {
      for (const [peer, decides] of peers) {
        const id = `${peer}: decision-p50 at ${name} rules`;
        // casbin takes milliseconds for what the others do in microseconds.
        const calls = peer === 'casbin' ? 12 : CALLS;
        theirs.set(id, [...(theirs.get(id) ?? []), timed(asked, decides, calls)]);
      }
    }
  } while (performance.now() < until);

  const middle = (of: (round: (typeof rounds)[number]) => number): number => median(rounds.map(of));
  const free = { unit: 'µs', target: null, direction: 'max' } as const;
  const most = (id: string, value: number, unit: string, target: number): Figure =>
    figure({ id, value, unit, target, direction: 'max' });
  return [
    figure({ id: 'decision-p50 at 400 rules', value: middle(({ one }) => one), ...free }),
    figure({ id: 'decision-p50 at 4000 rules', value: middle(({ ten }) => ten), ...free }),
    most(
      'decision-over-empty-slice',
      middle(({ none, one }) => one / none),
      'ratio',
      2.2,
    ),
    most(
      'ten-times-the-rules',
      middle(({ one, ten }) => ten / one),
      'ratio',
      2,
    ),
    ...[...theirs].map(([id, values]) => figure({ id, value: median(values), ...free })),
    most('decisions that differ from a peer’s, of the same rules', differing.length, 'questions', 0),
    most('load of 400 rules', small.ms, 'ms', 5_000),
    figure({ id: 'load of 4000 rules', value: large.ms, unit: 'ms', target: null, direction: 'max' }),
  ];
};
