import { afterEach, describe, expect, it } from '@jest/globals';
import type { StandInPerson } from '../../../playground/slack/types.ts';
import { EVAN, openSlack, PARTNER, type SlackBench, TEAM, XENA } from './support.ts';

const people: readonly StandInPerson[] = [
  { user: EVAN, name: 'Evan', kind: 'employee', email: 'evan@example.com' },
  { user: 'U0GONE0000', name: 'Gone', kind: 'employee', email: 'gone@example.com', deactivated: true },
  { user: XENA, name: 'Xena', team: PARTNER, kind: 'external', email: 'xena@example.org' },
];

let bench: SlackBench | null = null;
afterEach(async () => {
  await bench?.close();
  bench = null;
});

describe('whose an address is on Slack', () => {
  it('is the account that has it, and nobody’s else', async () => {
    bench = await openSlack({ standIn: { people } });
    const at = (email: string, tenant = TEAM) => bench?.slack.accountByAddress({ tenant, email });
    expect(await at('Evan@example.com')).toBe(EVAN);
    for (const email of ['gone@example.com', 'xena@example.org', 'nobody@example.com', 'evan@example.com, x', ''])
      expect([email, await at(email)]).toEqual([email, null]);
  });

  it('is not asked of a workspace that is not ours, and is nobody’s where Slack does not say', async () => {
    bench = await openSlack({ standIn: { people } });
    const { slack, standIn } = bench;
    expect(await slack.accountByAddress({ tenant: PARTNER, email: 'xena@example.org' })).toBeNull();
    expect(standIn.requests().filter(({ method }) => method === 'users.lookupByEmail')).toEqual([]);
    standIn.fail({ method: 'users.lookupByEmail', how: 'internal_error' });
    expect(await slack.accountByAddress({ tenant: TEAM, email: 'evan@example.com' })).toBeNull();
  });
});
