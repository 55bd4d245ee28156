import { describe, expect, it } from '@jest/globals';
import type { Account } from '../../src/core/types.ts';
import { declaredOnly, type SlackProfile, spreadOf, unmappedGroups } from '../../src/main/opening.ts';

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

describe('how long a new key is only accepted', () => {
  const folder = { kind: 'files', folder: '/secrets' } as const;
  const embedded = { kind: 'sqlite', path: '/sotto.db' } as const;
  const redis = { kind: 'redis', url: 'redis://127.0.0.1:6379' } as const;
  const keyVault = { kind: 'key-vault', url: 'https://v.vault.azure.net', unsafeStandIn: false } as const;

  it('is seconds with one folder for one process, and minutes where there may be others, each with a folder of its own', () => {
    const wrapped = { dataKeyWrappedBy: null };
    expect(spreadOf({ vault: { ...folder, ...wrapped }, store: embedded })).toBe(3_000);
    expect(spreadOf({ vault: { ...folder, ...wrapped }, store: redis })).toBe(180_000);
    expect(spreadOf({ vault: { ...keyVault, ...wrapped }, store: redis })).toBe(180_000);
    expect(spreadOf({ vault: { ...keyVault, ...wrapped }, store: embedded })).toBe(180_000);
  });
});
