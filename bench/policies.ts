import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PolicyRequest } from '../src/core/types.ts';
import { createPolicy, type RulesInForce } from '../src/policies/authorise.ts';
import { loadCatalogue } from '../src/policies/catalogue.ts';
import { createEngine } from '../src/policies/engine.ts';
import { packFolders } from '../src/policies/pack.ts';
import { checkPolicy } from '../src/policies/prepare.ts';
import { cedarRequest, checkRequest } from '../src/policies/request.ts';
import { knownOf, schemaOf } from '../src/policies/schema.ts';
import { type Bench, figure, median } from './figure.ts';

const ACTION = 'leave.balance';

/** What is asked; the pack that ships permits it. */
export const REQUEST: PolicyRequest = {
  person: { id: 'erin', kind: 'employee', groups: [], country: 'DE', fresh: true },
  action: ACTION,
  about: 'self',
  platform: 'slack',
  place: 'direct',
  signInAgeMinutes: null,
  denials: 0,
  asked: [],
  refused: [],
  now: Date.UTC(2026, 5, 15, 12),
};

const silent = { info: () => {}, warn: () => {}, error: () => {} };

/** Median microseconds of one call. */
const timed = (calls: number, act: () => unknown): number =>
  median(
    Array.from({ length: calls }, () => {
      const from = performance.now();
      act();
      return (performance.now() - from) * 1_000;
    }),
  );

/** A folder with ten times as many rules, spread over the actions as the pack's own are. */
const tenfold = (actions: readonly string[], rules: number): string => {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-bench-'));
  const texts = Array.from({ length: rules * 9 }, (_, n) => {
    const action = actions[n % actions.length] ?? ACTION;
    return `@id("more-${n}") permit (principal in Group::"employee", action == Action::"${action}", resource) when { context.denials == ${n + 1_000} };`;
  });
  writeFileSync(join(folder, 'rules.cedar'), texts.join('\n'));
  return folder;
};

/** What a decision costs beside the least that a call of Cedar can cost, and what ten times the rules add. */
export const bench: Bench = async ({ seconds }) => {
  const folders = packFolders(null);
  const catalogue = loadCatalogue({ folders });
  const load = (extra: readonly string[]): Promise<RulesInForce> =>
    createPolicy({ catalogue, folders: [...folders, ...extra], restrictions: [], restrictionsVersion: 0 });

  const started = performance.now();
  const policy = await load([]);
  const loadMs = performance.now() - started;

  const { rules } = await checkPolicy({ catalogue, folders });
  const folder = tenfold([...catalogue.intents.keys()], rules.length);
  const crowded = await load([folder]);
  rmSync(folder, { recursive: true });

  const empty = createEngine({ schema: schemaOf(catalogue), log: silent });
  empty.load({ slices: new Map([[ACTION, {}]]), verify: () => {} });
  const checked = checkRequest(REQUEST, knownOf(catalogue));
  if (checked === null || policy.decide(REQUEST).effect !== 'permit' || crowded.decide(REQUEST).effect !== 'permit') {
    throw new Error('The bench measures a permit, and the pack that ships gives none for its question.');
  }
  const floor = cedarRequest(checked);

  const plain: number[] = [];
  const overEmpty: number[] = [];
  const overPlain: number[] = [];
  const until = performance.now() + seconds * 1_000;
  // Rounds are interleaved, so that a slower minute of the machine falls on all alike.
  do {
    const none = timed(100, () => empty.ask(ACTION, floor));
    const one = timed(100, () => policy.decide(REQUEST));
    const ten = timed(100, () => crowded.decide(REQUEST));
    plain.push(one);
    overEmpty.push(one / none);
    overPlain.push(ten / one);
  } while (performance.now() < until);

  return [
    figure({ id: 'decision-p50', value: median(plain), unit: 'µs', target: null, direction: 'max' }),
    figure({ id: 'decision-over-empty-slice', value: median(overEmpty), unit: 'ratio', target: 3, direction: 'max' }),
    figure({ id: 'ten-times-the-rules', value: median(overPlain), unit: 'ratio', target: 2, direction: 'max' }),
    figure({ id: 'load', value: loadMs, unit: 'ms', target: 5_000, direction: 'max' }),
  ];
};
