/** The embedded store under a later version of Sotto, and under the earlier one again. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { makeCrowd, type Somebody } from '../support/crowd.ts';
import { type Fleet, openFleet } from '../support/fleet.ts';
import { figuresOf, OWN_LEAVE } from '../support/reckoning.ts';
import type { SottoProcess, Unlike } from '../support/sotto-process.ts';
import { until } from '../support/until.ts';

const PEOPLE = makeCrowd({ count: 3, payroll: 1 });
const [EVAN, EARNER, PAYROLL] = PEOPLE as [Somebody, Somebody, Somebody];

describe('a process on the embedded store that comes back as a later version', () => {
  let fleet: Fleet;
  let newer: Unlike['newer'];
  beforeEach(async () => {
    newer = undefined;
    fleet = await openFleet(1, {
      people: PEOPLE,
      expiresSeconds: 5,
      teamsIsOn: false,
      unlike: () => ({ quick: true, ...(newer === undefined ? {} : { newer }) }),
    });
    await sotto().start();
  }, 120_000);
  afterEach(() => fleet.end());

  const sotto = (): SottoProcess => {
    const [one] = fleet.processes;
    if (one === undefined) throw new Error('there is none');
    return one;
  };
  const shown = (who: Somebody): readonly string[] =>
    fleet.talks.slack.messages(who).flatMap(({ from, text }) => (from === 'sotto' ? [text] : []));
  const seesPay = (): boolean => shown(PAYROLL).some((text) => text.replace(/\D/g, '').includes(`${EARNER.annual}`));
  const file = (): string => join(fleet.folder, 'data-0', 'sotto.db');
  const hash = (): string => createHash('sha256').update(readFileSync(file())).digest('hex');

  it('ends what the earlier one had accepted, removes what it had shown, and is not to be taken back', async () => {
    await fleet.say({ on: 'slack', who: PAYROLL, text: `what does ${EARNER.name} earn?` });
    await until(seesPay);
    const once = join(fleet.folder, 'died');
    await sotto().doom({ dieAt: 'before read', once });
    await fleet.say({ on: 'slack', who: EVAN, text: OWN_LEAVE });
    await until(() => existsSync(once) && !sotto().alive());
    newer = 'beside';
    await sotto().start();
    await until(() => shown(EVAN).length > 0, 30_000);
    await until(() => !seesPay(), 30_000);
    expect(shown(EVAN)).toEqual([expect.stringContaining(figuresOf(EVAN))]);
    expect((await sotto().stop()).status).toBe(0);

    newer = undefined;
    const before = hash();
    await expect(sotto().start()).rejects.toThrow(
      /has schema version \d+; this program knows up to \d+\. It was left as it is/,
    );
    expect(hash()).toBe(before);
    newer = 'beside';
    await sotto().start();
    expect(shown(EVAN)).toHaveLength(1);
  }, 180_000);
});
