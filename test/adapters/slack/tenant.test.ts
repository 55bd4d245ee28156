import { describe, expect, it } from '@jest/globals';
import { installationOf } from '../../../src/adapters/slack/tenant.ts';

const OURS = new Set(['E0OURS0000']);
const press = { team: { id: 'T0WORK0000' }, enterprise: { id: 'E0OURS0000' } };
const inView = (o: object) => ({ ...press, view: { app_installed_team_id: 'E0OURS0000' }, ...o });

describe('an app that a whole organisation installed', () => {
  it('knows who presses in a message and who sends a form by the same workspace', () => {
    expect(installationOf(press, OURS)).toBe('T0WORK0000');
    expect(installationOf(inView({}), OURS)).toBe('T0WORK0000');
  });

  it('takes nobody of another company for one of that workspace’s', () => {
    const guest = { team: { id: 'T0THEIRS00' }, enterprise: { id: 'E0THEIRS00' } };
    expect(installationOf(inView(guest), OURS)).toBe('E0OURS0000');
    expect(installationOf(inView({ ...guest, enterprise: null }), OURS)).toBe('E0OURS0000');
    expect(installationOf(guest, OURS)).toBeNull();
    const theirs = { ...guest, view: { app_installed_team_id: 'E0THEIRS00' } };
    expect(installationOf(theirs, OURS)).toBeNull();
  });

  it('takes nobody of another company for one of its own in a channel that both share', () => {
    const authorizations = [{ enterprise_id: 'E0OURS0000', team_id: null, is_enterprise_install: true }];
    const theirs = { authorizations, team_id: 'T0THEIRS00', is_ext_shared_channel: true };
    expect(installationOf(theirs, OURS)).toBeNull();
    const context = { context_team_id: 'T0WORK0000', context_enterprise_id: 'E0OURS0000' };
    expect(installationOf({ ...theirs, ...context }, OURS)).toBe('T0WORK0000');
    const elsewhere = { context_team_id: 'T0THEIRS00', context_enterprise_id: 'E0THEIRS00' };
    expect(installationOf({ ...theirs, ...elsewhere }, OURS)).toBeNull();
  });

  it('takes the word of a view that one workspace opened, whoever looks', () => {
    const one = { ...press, view: { app_installed_team_id: 'T0ONE00000' } };
    expect(installationOf(one, new Set(['T0ONE00000']))).toBe('T0ONE00000');
    expect(installationOf({ ...one, enterprise: null }, new Set(['T0WORK0000']))).toBeNull();
  });
});
