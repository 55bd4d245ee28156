import { afterEach, describe, expect, it } from '@jest/globals';
import { SCOPES } from '../../playground/slack/rules.ts';
import type { Json, SlackStandInOptions } from '../../playground/slack/types.ts';
import { openSlack, type SlackBench, TOKEN } from '../adapters/slack/support.ts';

const GROUP = 'S0PAYROLL0';
const OFF = 'S0OFF00000';

let bench: SlackBench | null = null;
afterEach(async () => {
  await bench?.close();
  bench = null;
});

const opened = async (o: Partial<SlackStandInOptions> = {}) => {
  const made = await openSlack({
    standIn: {
      scopes: [...SCOPES, 'usergroups:read'],
      userGroups: [
        { id: GROUP, handle: 'payroll', users: ['U0EVAN0000'] },
        { id: OFF, handle: 'off', users: ['U0EVAN0000'], disabled: true },
      ],
      ...o,
    },
  });
  bench = made;
  const call = async (method: string, args: Readonly<Record<string, string>> = {}): Promise<Json> => {
    const response = await fetch(`${made.unsafeApiUrl}${method}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(args),
    });
    return (await response.json()) as Json;
  };
  return { made, call };
};

describe('the user groups of the stand-in for Slack', () => {
  it('are listed without their people, and without those that are switched off, unless that is asked for', async () => {
    const { call } = await opened();
    const plain = await call('usergroups.list');
    expect(plain).toMatchObject({ ok: true, usergroups: [{ id: GROUP, handle: 'payroll', date_delete: 0 }] });
    expect(JSON.stringify(plain)).not.toMatch(/users"|user_count/);
    const whole = await call('usergroups.list', {
      include_users: 'true',
      include_count: 'true',
      include_disabled: 'true',
    });
    expect(whole).toMatchObject({
      usergroups: [
        { id: GROUP, users: ['U0EVAN0000'], user_count: 1 },
        { id: OFF, date_delete: expect.any(Number) },
      ],
    });
  });

  it('are refused to whoever lacks the scope, and then no change is told', async () => {
    const { made, call } = await opened({ scopes: SCOPES, events: ['subteam_members_changed'] });
    expect(await call('usergroups.list')).toMatchObject({ ok: false, error: 'missing_scope' });
    await made.standIn.changeUserGroup({ id: GROUP, to: { users: [] } });
    expect(made.delivered).toEqual([]);
  });

  it('tell of who came and who went, to whoever subscribed', async () => {
    const { made } = await opened({ events: ['subteam_members_changed', 'subteam_updated'] });
    await made.standIn.changeUserGroup({ id: GROUP, to: { users: ['U0XENA0000'] } });
    await made.standIn.changeUserGroup({ id: GROUP, to: { disabled: true } });
    const events = made.delivered.map(({ body }) => (JSON.parse(body) as { readonly event: Json }).event);
    expect(events).toMatchObject([
      {
        type: 'subteam_members_changed',
        subteam_id: GROUP,
        added_users: ['U0XENA0000'],
        removed_users: ['U0EVAN0000'],
      },
      { type: 'subteam_updated', subteam: { id: GROUP } },
    ]);
  });
});

describe('the list of people of the stand-in for Slack', () => {
  it('goes on by a cursor, and takes none that it did not give', async () => {
    const { call } = await opened();
    const first = await call('users.list', { limit: '1' });
    const { next_cursor: cursor } = first['response_metadata'] as { readonly next_cursor: string };
    expect(first['members']).toHaveLength(1);
    const second = await call('users.list', { limit: '1', cursor });
    expect([second['members'], second['response_metadata']]).toMatchObject([
      [{ id: 'U0XENA0000' }],
      { next_cursor: '' },
    ]);
    expect(await call('users.list', { cursor: 'x' })).toMatchObject({ error: 'invalid_cursor' });
  });
});
