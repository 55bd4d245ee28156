/** kill -9 between the confirmation of an order and its execution: it is done all the same, once, and the command hears of it. */
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { OrderEntry } from '../../src/core/audit.ts';
import { type Commanded, command } from '../support/command.ts';
import { openServing, type Serving } from '../support/serving.ts';
import { readTrail } from '../support/trail.ts';
import { until } from '../support/until.ts';

const HANA = 'U0HANA0000';
const EVAN = 'U0EVAN0000';

/** An order is begun a moment after it was confirmed; now and then that is sooner than the kill. */
const MOST_ROUNDS = 5;

describe('an order', () => {
  let s: Serving;
  let commanded: Commanded | null = null;
  beforeEach(async () => {
    s = await openServing({ expiresSeconds: 3 });
    await s.start();
  }, 60_000);
  afterEach(async () => {
    commanded?.kill();
    await s.end();
  });

  const changes = (id: string): readonly string[] =>
    readTrail(join(s.folder, 'data'))
      .filter((entry): entry is OrderEntry => entry.kind === 'order' && entry.order === id)
      .map(({ change }) => change);

  it('that was confirmed is done by the next process, although the first was killed before it began', async () => {
    for (let round = 1; round <= MOST_ROUNDS; round++) {
      commanded = command({
        args: round % 2 === 1 ? ['pause', '--json'] : ['pause', '--off', '--json'],
        data: join(s.folder, 'data'),
      });
      const code = await commanded.code();
      const { id } = JSON.parse(commanded.out()) as { readonly id: string };
      // The confirmation is shown, and Slack never says so: nothing goes on but what goes on by itself.
      const shown = s.shownTo(HANA).length;
      s.slack.fail({ method: 'chat.postMessage', how: 'hang-after', times: 1 });
      await s.slack.say({ user: HANA, text: code });
      await until(() => s.shownTo(HANA).length > shown);
      await s.kill();
      const before = changes(id);
      expect(before.slice(0, 2)).toEqual(['placed', 'confirmed']);
      expect(commanded.out().trim().split('\n')).toHaveLength(1);

      await s.start();
      const { status, out } = await commanded.ended();
      expect([status, out]).toEqual([0, expect.stringContaining('"ok":true')]);
      expect(changes(id).slice(-2)).toEqual(['begun', 'done']);
      if (before.includes('begun')) continue;
      expect(changes(id)).toEqual(['placed', 'confirmed', 'begun', 'done']);
      await s.slack.say({ user: EVAN, text: 'how many days of leave have I left?' });
      await until(() => s.shownTo(EVAN).length > 0);
      expect(s.shownTo(EVAN).at(-1)?.includes('paused')).toBe(round % 2 === 1);
      return;
    }
    throw new Error('every order was begun before its process could be killed');
  }, 120_000);

  it('leaves neither its code nor the operator on the disk', async () => {
    commanded = command({ args: ['pause', '--json'], data: join(s.folder, 'data') });
    const code = await commanded.code();
    await s.slack.say({ user: HANA, text: code });
    expect((await commanded.ended()).status).toBe(0);
    const bytes = s.bytes();
    expect(bytes).not.toContain(code);
    expect(s.output()).not.toContain(code);
    const confirmed = readTrail(join(s.folder, 'data')).find((entry) => entry.kind === 'order' && entry.by !== null);
    expect(JSON.stringify(confirmed)).not.toContain('hana');
  }, 60_000);
});
