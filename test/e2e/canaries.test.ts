/**
 * Words and secrets sent in by every way that there is, on both platforms, with debug on; none comes out in a log, a metric, an audit
 * entry, an answer to whoever asked wrongly, the store, or what the system shows of the process.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Canary } from '../support/canaries.ts';
import { type CanaryStage, openCanaryStage } from '../support/canary-stage.ts';
import { until } from '../support/until.ts';
import { DONATING } from './canaries/donating.ts';
import { EDGES } from './canaries/edges.ts';
import { ENDS } from './canaries/ends.ts';
import { HOOKS_IN } from './canaries/hooks-in.ts';
import { HELD, ORDERS } from './canaries/orders.ts';
import { OUTWARD } from './canaries/outward.ts';
import { PAGES, pagesSettings } from './canaries/pages.ts';
import type { Path } from './canaries/path.ts';
import { SLACK_IN } from './canaries/slack-in.ts';
import { TEAMS_BESIDE } from './canaries/teams-beside.ts';
import { TEAMS_IN } from './canaries/teams-in.ts';
import { WRITING } from './canaries/writing.ts';

const WAYS: Readonly<Record<string, readonly Path[]>> = {
  'from Slack': SLACK_IN,
  'from Teams': TEAMS_IN,
  'from Teams beside questions': TEAMS_BESIDE,
  'at the edges': EDGES,
  'back from where it asks': OUTWARD,
  'with a phrase that is given': DONATING,
  'with what is written to a system': WRITING,
  'with orders': ORDERS,
  'by the pages of the sign-in': PAGES,
  'from systems that report back': HOOKS_IN,
  'when it ends': ENDS,
};

let stage: CanaryStage;
beforeAll(async () => {
  stage = await openCanaryStage({
    plain: [HELD, 'the directory id of somebody'],
    settings: pagesSettings,
  });
  await stage.process.start();
}, 120_000);
afterAll(() => stage.end());

/** Ways that are gone already, beside another one. */
const gone = new Map<Path, Promise<void>>();

/** Goes it. Resolves with the canaries that went in. */
const went = async (path: Path, paths: readonly Path[]): Promise<readonly Canary[]> => {
  const before = stage.canaries.all().length;
  if (path.beside !== true) {
    await path.go(stage);
    return stage.canaries.all().slice(before);
  }
  for (const each of paths)
    if (each.beside === true && !gone.has(each)) {
      const going = each.go(stage);
      going.catch(() => undefined);
      gone.set(each, going);
    }
  await gone.get(path);
  return stage.canaries.all();
};

describe.each(Object.entries(WAYS))('nothing leaks of what comes in %s', (_, paths) => {
  it.each(paths.map((path) => [path.name, path] as const))(
    'by %s',
    async (_name, path) => {
      const sent = await went(path, paths);
      expect(sent.length).toBeGreaterThan(0);
      expect(await stage.leaks(sent)).toEqual([]);
    },
    120_000,
  );
});

it('nothing has leaked of all that, once everything is said and done', async () => {
  expect(await stage.leaks(stage.canaries.all())).toEqual([]);
}, 60_000);

describe('the search', () => {
  it('finds what leaks: in the log, in an answer, in a file of the data folder, in the settings that the system shows', async () => {
    const [log, answer, file] = ['log', 'answer', 'file'].map((where) => stage.canaries.word(`planted: ${where}`));
    writeFileSync(join(stage.fleet.folder, 'bomb.txt'), `print ${log}`);
    stage.explode();
    await until(() => stage.process.output().includes('printed print'));
    stage.answered(`no such thing: ${answer}`);
    writeFileSync(join(stage.data, 'audit', 'planted'), Buffer.from(`x${file}`).toString('base64'));
    const planted = stage.canaries.all().filter(({ name }) => name.startsWith('planted'));
    expect((await stage.leaks(planted)).toSorted()).toEqual([
      'answers: planted: answer, as plain',
      'audit/planted: planted: file, as base64',
      'audit/planted: planted: file, as base64url',
      'log, its fields in one row: planted: log, as plain',
      'log: planted: log, as plain',
    ]);
    const settings = { name: 'a setting', words: stage.fleet.environment(0)['SOTTO_DATA'] ?? '' };
    expect(await stage.leaks([settings])).toEqual(['command line: a setting, as plain']);
  });
});
