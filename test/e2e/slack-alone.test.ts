/** A company that has nothing but Slack: who its people are, and what its user groups give and take, over real http. */
import { afterEach, describe, expect, it } from '@jest/globals';
import { openStage, type TestStage } from '../support/stage.ts';
import { until } from '../support/until.ts';

const PAYROLL = 'S0PAYROLL0';
const HR = 'S0HR000000';

let stage: TestStage | null = null;
afterEach(async () => {
  await stage?.end();
  stage = null;
});

const opened = async (adminsOnly: boolean): Promise<TestStage> => {
  stage = await openStage({
    slackGroups: {
      adminsOnly,
      userGroups: [
        { id: PAYROLL, handle: 'payroll', users: ['U0PIA00000'] },
        { id: HR, handle: 'hr', users: ['U0HUGO0000'] },
      ],
    },
  });
  return stage;
};

const verdict = async (at: TestStage, who: string, says: string): Promise<string> =>
  (await at.ask({ who, says })).decision.verdict;

describe('a company that has nothing but Slack', () => {
  it('is answered, its guests are helped, and nobody of it sees another’s pay by a user group that anybody may change', async () => {
    const at = await opened(false);
    expect(await verdict(at, 'evan', 'when is pay day?')).toBe('answer');
    expect(await verdict(at, 'gus', 'when is pay day?')).toBe('refuse');
    expect(await verdict(at, 'gus', 'what can you do?')).toBe('answer');
    // Pia is in the user group, which is a hint: it is refused as to anybody.
    expect(await verdict(at, 'pia', 'what does Mona earn?')).toBe('refuse');
    // Nor has anybody a role: HR's words restrict nothing.
    const found = await at.running.world.directory.find({
      platform: 'slack',
      tenant: 'T0SOTTO000',
      user: 'U0HUGO0000',
      external: false,
    });
    expect(found).toMatchObject({ person: { groups: [], hints: ['hr'] } });
    expect(at.backend.requests()).toEqual([]);
  }, 120_000);

  it('has what a directory’s group gives where only admins change user groups, and loses it as soon as Slack tells', async () => {
    const at = await opened(true);
    expect(await verdict(at, 'pia', 'what does Mona earn?')).toBe('answer');
    await at.slack.changeUserGroup({ id: PAYROLL, to: { users: [] } });
    await until(async () => {
      const found = await at.running.world.directory.find({
        platform: 'slack',
        tenant: 'T0SOTTO000',
        user: 'U0PIA00000',
        external: false,
      });
      return found.ok && found.person.groups.length === 0;
    });
    expect(await verdict(at, 'pia', 'what does Mona earn?')).toBe('refuse');
    // What was read was read before, once.
    expect(at.backend.requests()).toHaveLength(1);
  }, 120_000);
});
