import { describe, expect, it } from '@jest/globals';
import { PAYROLL_TEAM } from '../../../playground/graph/sample.ts';
import { createProfiles } from '../../../src/adapters/slack/profile.ts';
import { declaredOnly } from '../../../src/main/opening.ts';
import { leavingContract } from '../../contracts/leaving.ts';
import { createFakeClock } from '../../support/fake-clock.ts';
import { idOf, MINUTE, scene, slack, slackOf, teams } from './support.ts';

const made = async (on: 'slack' | 'teams') => {
  const { slackEmail } = slackOf({ U0PIA00000: { email: 'pia@example.com', kind: 'member' } });
  const { directory, graph, clock } = await scene({ options: { slackEmail } });
  return {
    directory,
    clock,
    account: on === 'teams' ? teams(idOf('pia')) : slack('U0PIA00000'),
    leaveGroup: async () => graph.tenant.leave(idOf('pia'), PAYROLL_TEAM),
    leaveCompany: async () => graph.tenant.change(idOf('pia'), { accountEnabled: false }),
    close: async () => directory.stop(),
  };
};

leavingContract('the directory in Entra, on Teams,', { boundMs: 5 * MINUTE, make: () => made('teams') });
leavingContract('the directory in Entra, on Slack,', { boundMs: 5 * MINUTE, make: () => made('slack') });

describe('whoever is shut out on Slack alone, of which Slack tells nothing', () => {
  const joined = async () => {
    const user = {
      id: 'U0PIA00000',
      team_id: 'T0SOTTO000',
      deleted: false,
      is_bot: false,
      is_restricted: false,
      is_ultra_restricted: false,
      is_email_confirmed: true,
      profile: { email: 'pia@example.com' },
    };
    const clock = createFakeClock(Date.parse('2026-03-02T09:00:00Z'));
    const profiles = createProfiles({
      call: async () => ({ done: { ok: true, user: { ...user } } as never }),
      allowed: new Set(['T0SOTTO000']),
      clock,
    });
    const slackEmail = declaredOnly(profiles.find, ['T0SOTTO000']);
    const { directory } = await scene({ options: { slackEmail, clock } });
    const who = slack('U0PIA00000');
    // The Slack side has asked already: for their language, say.
    await profiles.locale(who);
    return { directory, clock, who, user };
  };

  it('is refused at once where they must be known as of now', async () => {
    const { directory, who, user } = await joined();
    expect(await directory.find(who)).toMatchObject({ person: { id: idOf('pia') } });
    user.deleted = true;
    expect(await directory.find(who, { anew: true })).toEqual({ ok: false, why: 'deactivated' });
  });

  it('is refused within five minutes, though both sides remember', async () => {
    const { directory, clock, who, user } = await joined();
    user.deleted = true;
    await clock.advance(5 * MINUTE - 1);
    await directory.find(who);
    await clock.advance(1);
    expect(await directory.find(who)).toEqual({ ok: false, why: 'deactivated' });
  });
});
