/** Somebody tries to become somebody else by what people can change, share or inherit: a name, an address, an account. */
import { afterEach, describe, expect, it } from '@jest/globals';
import type { GraphUser } from '../../../playground/graph/tenant.ts';
import { createFileDirectory } from '../../../src/adapters/files/directory.ts';
import { SAMPLE_PEOPLE } from '../../../src/policies/pack.ts';
import { idOf, MINUTE, SAMPLE, scene, slack, slackOf, teams } from '../../adapters/entra/support.ts';
import { account, ERIN, PEOPLE, PIA, type Scene, scene as slackScene } from '../../adapters/slack-groups/support.ts';

const changed = (person: string, to: Partial<GraphUser>): readonly GraphUser[] =>
  SAMPLE.users.map((user) => (user.id === idOf(person) ? { ...user, ...to } : user));

const member = (email: string) => ({ email, kind: 'member' }) as const;

let open: Scene | null = null;
afterEach(async () => {
  await open?.close();
  open = null;
});

describe('two accounts with one e-mail address', () => {
  it.each<[string, Partial<GraphUser>]>([
    ['as their address', { mail: 'pia@example.com' }],
    ['as their address, in other letters', { mail: 'PIA@Example.com' }],
    ['as the name of their account', { userPrincipalName: 'pia@example.com' }],
  ])('make neither of them out of a Slack account in Entra: the other has it %s', async (_, to) => {
    const { slackEmail } = slackOf({ U0PIA00000: member('pia@example.com') });
    const { directory } = await scene({ users: changed('evan', to), options: { slackEmail } });
    expect(await directory.find(slack('U0PIA00000'))).toEqual({ ok: false, why: 'unknown' });
    // On Teams, where no address matters, both are who they are.
    expect(await directory.find(teams(idOf('pia')))).toMatchObject({ person: { groups: ['payroll'] } });
    expect(await directory.find(teams(idOf('evan')))).toMatchObject({ person: { groups: [] } });
  });

  it('make neither of them where Graph hides the second on a page of its own', async () => {
    const { slackEmail } = slackOf({ U0PIA00000: member('pia@example.com') });
    const { directory, graph } = await scene({
      users: changed('evan', { mail: 'pia@example.com' }),
      pageSize: 1,
      options: { slackEmail },
    });
    expect(await directory.find(slack('U0PIA00000'))).toMatchObject({ ok: false });
    graph.setSparse(true);
    expect(await directory.find(slack('U0PIA00000'), { anew: true })).toMatchObject({ ok: false });
  });

  it('do not make a guest of Slack an employee of Entra, with whoever’s address', async () => {
    const { slackEmail } = slackOf({ U0GUEST000: { email: 'pia@example.com', kind: 'guest' } });
    const { directory } = await scene({ options: { slackEmail } });
    expect(await directory.find(slack('U0GUEST000'))).toMatchObject({ person: { kind: 'guest', groups: [] } });
  });

  it('sign nobody in: an address is no subject of Entra or of a file', async () => {
    const { directory } = await scene();
    const named = { issuer: 'https://login.example.com', tenant: null, email: 'pia@example.com' };
    expect(await directory.signInOf({ ...named, subject: 'pia@example.com' })).toEqual({ ok: false, why: 'unknown' });
    const file = createFileDirectory({ path: SAMPLE_PEOPLE });
    expect(await file.signInOf({ ...named, subject: 'pia@example.com' })).toEqual({ ok: false, why: 'unknown' });
    expect(await file.signInOf({ ...named, subject: 'erin' })).toEqual({ ok: true, person: 'erin' });
  });
});

describe('an account that is renamed', () => {
  const NAMED = { displayName: 'Pia Rossi', givenName: 'Pia', surname: 'Rossi', mailNickname: 'pia' };

  it('stays who it is on Teams and Slack, with another’s name, or with the name of a group', async () => {
    for (const to of [NAMED, { displayName: 'payroll', department: 'payroll', mailNickname: 'payroll' }]) {
      const { slackEmail } = slackOf({ U0EVAN0000: member('evan@example.com') });
      const { directory } = await scene({ users: changed('evan', to), options: { slackEmail } });
      for (const who of [teams(idOf('evan')), slack('U0EVAN0000')])
        expect(await directory.find(who)).toMatchObject({ person: { id: idOf('evan'), groups: [] } });
    }
  });

  it('stays the same person when their address changes, on Teams at once and on Slack within five minutes', async () => {
    const workspace: Record<string, ReturnType<typeof member>> = { U0PIA00000: member('pia@example.com') };
    const { slackEmail } = slackOf(workspace);
    const { directory, graph, clock } = await scene({ options: { slackEmail } });
    expect(await directory.find(slack('U0PIA00000'))).toMatchObject({ person: { id: idOf('pia') } });
    const now = {
      mail: 'p.bianchi@example.com',
      userPrincipalName: 'p.bianchi@example.com',
      displayName: 'Pia Bianchi',
    };
    graph.tenant.change(idOf('pia'), now);
    workspace['U0PIA00000'] = member('p.bianchi@example.com');
    await clock.advance(5 * MINUTE);
    expect(await directory.find(teams(idOf('pia')))).toMatchObject({
      person: { id: idOf('pia'), groups: ['payroll'] },
    });
    expect(await directory.find(slack('U0PIA00000'))).toMatchObject({ person: { id: idOf('pia') } });
  });

  it('stays who it is where Slack is the directory', async () => {
    open = await slackScene();
    await open.standIn.changePerson({ user: ERIN, to: { name: 'Pia Rossi' } });
    expect(await open.directory.find(account(ERIN))).toMatchObject({
      person: { id: `T0SOTTO000.${ERIN}`, name: 'Pia Rossi', groups: [] },
    });
    // Two people go by it then, and nobody is told which one was meant.
    await open.directory.start();
    const found = await open.directory.find(account(PIA));
    if (!found.ok) throw new Error('Pia is nobody.');
    const [mention] = await open.directory.mentions({ tokens: ['pia', 'rossi'], asker: found.person });
    expect(mention?.people.map(({ id }) => id).toSorted()).toEqual([`T0SOTTO000.${ERIN}`, `T0SOTTO000.${PIA}`]);
  });
});

describe('what somebody leaves behind for the next', () => {
  it('an address that was given to a new colleague leads to them, and to nobody who had it before', async () => {
    const { slackEmail } = slackOf({ U0PIA00000: member('pia@example.com') });
    const { directory, graph, clock } = await scene({ options: { slackEmail } });
    expect(await directory.find(slack('U0PIA00000'))).toMatchObject({ person: { id: idOf('pia') } });
    graph.tenant.remove(idOf('pia'));
    const next = { ...SAMPLE.users.find(({ id }) => id === idOf('evan')), id: '0a6f5f0e-7777-4d1c-8f5e-3a7d4b2c9e77' };
    graph.tenant.add({ ...next, mail: 'pia@example.com', userPrincipalName: 'pia@example.com' } as GraphUser);
    await clock.advance(5 * MINUTE);
    expect(await directory.find(slack('U0PIA00000'))).toMatchObject({ person: { id: next.id, groups: [] } });
    // Whoever left is nobody, by their own account and by a sign-in; neither is ever the new one.
    expect(await directory.find(teams(idOf('pia')))).toEqual({ ok: false, why: 'unknown' });
    const issuer = `https://login.microsoftonline.com/${SAMPLE.tenantId}/v2.0`;
    expect(
      await directory.signInOf({ issuer, subject: idOf('pia'), tenant: SAMPLE.tenantId, email: 'pia@example.com' }),
    ).toEqual({ ok: false, why: 'unknown' });
  });

  it('an account of a deleted object is not the one of the same name that came after it', async () => {
    const { directory, graph, clock } = await scene();
    expect(await directory.find(teams(idOf('pia')))).toMatchObject({ person: { groups: ['payroll'] } });
    graph.tenant.remove(idOf('pia'));
    const old = SAMPLE.users.find(({ id }) => id === idOf('pia'));
    graph.tenant.add({ ...old, id: '0a6f5f0e-8888-4d1c-8f5e-3a7d4b2c9e88' } as GraphUser);
    await clock.advance(5 * MINUTE);
    expect(await directory.find(teams(idOf('pia')))).toEqual({ ok: false, why: 'unknown' });
    expect(await directory.find(teams('0a6f5f0e-8888-4d1c-8f5e-3a7d4b2c9e88'))).toMatchObject({
      person: { groups: [] },
    });
  });

  it('a user id is a person of its own in each workspace and organisation of Slack', async () => {
    open = await slackScene({
      tenants: ['T0SOTTO000'],
      standIn: { people: PEOPLE, enterpriseId: 'E0GRID0000', installation: 'org' },
    });
    const found = await open.directory.find(account(PIA));
    expect(found).toMatchObject({ person: { id: `E0GRID0000.${PIA}` } });
    expect(await open.directory.find(account(PIA, { tenant: 'T0OTHER000' }))).toEqual({ ok: false, why: 'unknown' });
  });
});
