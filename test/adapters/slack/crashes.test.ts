/** Slack requirement 7, both ways in, on real processes: what Slack was told is ours is answered once, whoever dies over it. */

import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Step } from '../../../src/core/reached.ts';
import { makeCrowd, type Somebody } from '../../support/crowd.ts';
import { type Fleet, openFleet } from '../../support/fleet.ts';
import { OWN_LEAVE } from '../../support/reckoning.ts';
import { until } from '../../support/until.ts';
import { sleep, WAYS } from './whole.ts';

const [EVE] = makeCrowd({ count: 1, payroll: 0 }) as [Somebody];

/** From the moment on that it is durable, to the moment that it is shown. */
const DEATHS: readonly Step[] = ['after accept', 'before record', 'before commit', 'before post', 'after post'];

describe.each(WAYS)('over %s', (slackMode) => {
  let fleet: Fleet | null = null;
  afterEach(async () => {
    await fleet?.end();
    fleet = null;
  });

  it('R7 a question that was acknowledged is answered exactly once, though the process is killed over it', async () => {
    fleet = await openFleet(1, {
      people: [EVE],
      slackMode,
      teamsIsOn: false,
      unlike: { leaseMs: 3_000, quick: true },
    });
    const { processes, talks, slack } = fleet;
    const [one] = processes;
    if (one === undefined) throw new Error('there is no process');
    const answers = (): number => talks.slack.messages(EVE).filter(({ from }) => from === 'sotto').length;
    for (const [index, dieAt] of DEATHS.entries()) {
      await one.start({ dieAt, once: join(fleet.folder, `died-${index}`) });
      if (slackMode === 'socket') await until(() => slack.sockets.open().length === 1);
      await fleet.say({ on: 'slack', who: EVE, text: OWN_LEAVE });
      await until(() => !one.alive(), 30_000);
      await one.start();
      await until(() => answers() > index, 60_000);
      await sleep(1_000);
      expect({ dieAt, answers: answers() }).toEqual({ dieAt, answers: index + 1 });
      await one.kill();
    }
  }, 300_000);
});
