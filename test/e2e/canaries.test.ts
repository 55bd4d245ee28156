/**
 * Words and secrets sent in by every way that there is, on both platforms, with debug on; none comes out in a log, a metric, an audit
 * entry, an answer to whoever asked wrongly, the store, or what the system shows of the process.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type CanaryStage, openCanaryStage } from '../support/canary-stage.ts';
import { EDGES } from './canaries/edges.ts';
import { ENDS } from './canaries/ends.ts';
import { HELD, ORDERS } from './canaries/orders.ts';
import { OUTWARD } from './canaries/outward.ts';
import type { Path } from './canaries/path.ts';
import { SLACK_IN } from './canaries/slack-in.ts';
import { TEAMS_IN } from './canaries/teams-in.ts';

const WAYS: Readonly<Record<string, readonly Path[]>> = {
  'from Slack': SLACK_IN,
  'from Teams': TEAMS_IN,
  'at the edges': EDGES,
  'back from where it asks': OUTWARD,
  'with orders': ORDERS,
  'when it ends': ENDS,
};

let stage: CanaryStage;
beforeAll(async () => {
  stage = await openCanaryStage({ plain: [HELD, 'the directory id of somebody'] });
  await stage.process.start();
}, 120_000);
afterAll(() => stage.end());

describe.each(Object.entries(WAYS))('nothing leaks of what comes in %s', (_, paths) => {
  it.each(paths.map((path) => [path.name, path] as const))(
    'by %s',
    async (_name, path) => {
      const before = stage.canaries.all().length;
      await path.go(stage);
      const sent = stage.canaries.all();
      expect(sent.length).toBeGreaterThan(before);
      expect(await stage.leaks(sent.slice(before))).toEqual([]);
    },
    90_000,
  );
});

it('nothing has leaked of all that, once everything is said and done', async () => {
  expect(await stage.leaks(stage.canaries.all())).toEqual([]);
}, 60_000);
