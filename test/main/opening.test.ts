import { describe, expect, it } from '@jest/globals';
import type { Account } from '../../src/core/types.ts';
import { declaredOnly, type SlackProfile, unmappedGroups } from '../../src/main/opening.ts';

const profile = { email: 'evan@example.com', kind: 'member' } as const;
const profileOf: SlackProfile = async () => profile;
const account = (tenant: string): Account => ({ platform: 'slack', tenant, user: 'U0EVAN0000', external: false });

describe('an e-mail address on Slack', () => {
  it('says who somebody is in a workspace that was declared, and in no other', async () => {
    const known = declaredOnly(profileOf, ['T0SOTTO000']);
    expect(await known?.(account('T0SOTTO000'))).toEqual(profile);
    expect(await known?.(account('T0OTHER000'))).toEqual({ email: null, kind: 'member' });
  });

  it('is not asked for at all where no workspace was declared', () => {
    expect(declaredOnly(profileOf, [])).toBeNull();
  });

  it('that Slack cannot tell just now is not taken for one that is not there', async () => {
    const known = declaredOnly(async () => 'unreachable', ['T0SOTTO000']);
    expect(await known?.(account('T0SOTTO000'))).toBe('unreachable');
  });
});

describe('groups that rules name', () => {
  const groups = ['employee', 'guest', 'manager', 'payroll'];

  it('are missed where Entra has none for them; kinds of people need none', () => {
    const directory = {
      kind: 'entra',
      tenantId: '',
      unsafeGraphUrl: null,
      groups: new Map([['payroll', 'x']]),
    } as const;
    expect(unmappedGroups({ directory }, groups)).toEqual(['manager']);
  });

  it('are the file’s own where people come from a file', () => {
    expect(unmappedGroups({ directory: { kind: 'file', path: '/people.yaml' } }, groups)).toEqual([]);
  });
});
