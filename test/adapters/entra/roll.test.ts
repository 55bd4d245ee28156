import { describe, expect, it } from '@jest/globals';
import type { GraphUser } from '../../../playground/graph/tenant.ts';
import { until } from '../../support/until.ts';
import { asker, HOUR, idOf, MINUTE, SAMPLE, type Scene, scene, whileTimeRuns } from './support.ts';

const QUARTER = 15 * MINUTE;
/** Rounds are spread a little, so that not everybody asks at once. */
const SPREAD = 10_000;

const named = async ({ directory }: Pick<Scene, 'directory'>, ...tokens: readonly string[]): Promise<unknown> => {
  try {
    const mentions = await directory.mentions({ tokens, asker: asker('evan') });
    return mentions.map(({ people }) =>
      people.map(({ id }) => SAMPLE.users.find((user) => user.id === id)?.mailNickname),
    );
  } catch (error) {
    return (error as { readonly code?: string }).code;
  }
};

const rounds = ({ lines }: Scene): number => lines.filter(({ event }) => event === 'entra.roll-read').length;

const withUser = (changed: Partial<GraphUser>): readonly GraphUser[] => [
  ...SAMPLE.users,
  {
    id: 'bbbbbbbb-0000-4000-8000-000000000001',
    displayName: null,
    givenName: null,
    surname: null,
    mailNickname: 'extra',
    mail: null,
    userPrincipalName: 'extra@example.com',
    userType: 'Member',
    accountEnabled: true,
    country: null,
    usageLocation: 'DE',
    department: null,
    preferredLanguage: null,
    manager: null,
    ...changed,
  },
];

describe('the roll of names', () => {
  it('is read at the start, over all its pages, and knows who reports to whom', async () => {
    const at = await scene({ pageSize: 3 });
    await at.directory.start();
    expect(at.asked('users')).toBeGreaterThanOrEqual(3);
    expect(await named(at, 'what', 'does', 'pia', 'rossi', 'earn')).toEqual([['pia']]);
    expect(await at.directory.colleague(idOf('erin'))).toEqual({
      id: idOf('erin'),
      name: 'Erin Weber',
      manager: idOf('mona'),
    });
    expect(await at.directory.colleague(idOf('erin').toUpperCase())).toMatchObject({ name: 'Erin Weber' });
    expect(await at.directory.colleague('aaaaaaaa-0000-4000-8000-000000000001')).toBeNull();
  });

  it('holds no guests', async () => {
    const at = await scene();
    await at.directory.start();
    expect(await named(at, 'gus', 'marlow')).toEqual([]);
    expect(await at.directory.colleague(idOf('gus'))).toBeNull();
  });

  it('knows people by the name they go by, too', async () => {
    const at = await scene({
      users: withUser({ displayName: 'Weber, Wilhelmina (Berlin)', givenName: 'Mina', surname: 'Weber-Groß' }),
    });
    await at.directory.start();
    for (const tokens of [['mina'], ['mina', 'weber', 'gross'], ['weber-groß'], ['extra'], ['wilhelmina']]) {
      expect([tokens, await at.directory.mentions({ tokens, asker: asker('evan') })]).toMatchObject([
        tokens,
        [{ start: 0, length: tokens.length, people: [{ id: 'bbbbbbbb-0000-4000-8000-000000000001' }] }],
      ]);
    }
  });

  it('takes a mailbox’s name for nobody’s', async () => {
    const at = await scene({ users: withUser({ displayName: 'Payroll', givenName: ' ', surname: null }) });
    await at.directory.start();
    expect(await named(at, 'payroll')).toEqual([]);
    expect(await at.directory.colleague('bbbbbbbb-0000-4000-8000-000000000001')).toMatchObject({ name: 'Payroll' });
  });

  it('refuses to say whom a text names before it has ever been read', async () => {
    const at = await scene();
    expect(await named(at, 'pia')).toBe('directory-unavailable');
    await expect(at.directory.colleague(idOf('pia'))).rejects.toMatchObject({ code: 'directory-unavailable' });
  });

  it('is read again every quarter of an hour: who joins and who moves is known then', async () => {
    const at = await scene();
    await at.directory.start();
    at.graph.tenant.change(idOf('pia'), { displayName: 'Pia Verdi', surname: 'Verdi', manager: idOf('hana') });
    expect(await named(at, 'verdi')).toEqual([]);
    await at.clock.advance(QUARTER + SPREAD);
    await until(() => rounds(at) === 2);
    expect(await named(at, 'verdi')).toEqual([['pia']]);
    expect(await at.directory.colleague(idOf('pia'))).toMatchObject({ manager: idOf('hana') });
  });

  it('counts on for a day where it cannot be read again, and then names are refused', async () => {
    const at = await scene();
    await at.directory.start();
    at.graph.setMode('malformed');
    await at.clock.advance(24 * HOUR - MINUTE);
    expect(await named(at, 'pia')).toEqual([['pia']]);
    await at.clock.advance(MINUTE + 1);
    expect(await named(at, 'pia')).toBe('directory-unavailable');
    at.graph.setMode('ok');
    await until(async () => {
      // Only between two rounds: no round is too slow for a clock that stands.
      if (at.clock.sleeping() > 0) await at.clock.advance(MINUTE + SPREAD);
      return rounds(at) === 2;
    });
    expect(await named(at, 'pia')).toEqual([['pia']]);
  });

  it('says for half an hour who reports to whom where it cannot be read again, and then of nobody', async () => {
    const at = await scene();
    await at.directory.start();
    at.graph.setMode('malformed');
    const managers = async (): Promise<readonly unknown[]> => {
      const [named] = await at.directory.mentions({ tokens: ['erin', 'weber'], asker: asker('mona') });
      return [(await at.directory.colleague(idOf('erin')))?.manager, ...(named?.people ?? []).map((it) => it.manager)];
    };
    await at.clock.advance(30 * MINUTE);
    expect(await managers()).toEqual([idOf('mona'), idOf('mona')]);
    await at.clock.advance(1);
    expect(await managers()).toEqual([null, null]);
  });

  it('says for half an hour what systems call people where it cannot be read again, and then refuses', async () => {
    const at = await scene();
    await at.directory.start();
    at.graph.setMode('malformed');
    const { directory } = at;
    const erin = { by: 'employee-number', value: '4701' } as const;
    await at.clock.advance(30 * MINUTE);
    expect(await directory.identifier?.({ person: idOf('erin').toUpperCase(), by: erin.by })).toBe(erin.value);
    expect(await directory.identified?.(erin)).toMatchObject({ id: idOf('erin') });
    await at.clock.advance(1);
    await expect(directory.identifier?.({ person: idOf('erin'), by: erin.by })).rejects.toMatchObject({
      code: 'directory-unavailable',
    });
    await expect(directory.identified?.(erin)).rejects.toMatchObject({ code: 'directory-unavailable' });
  });

  it('is taken whole or not at all', async () => {
    const at = await scene({ pageSize: 3 });
    await at.directory.start();
    for (const user of SAMPLE.users.slice(4)) at.graph.tenant.remove(user.id);
    // The second page leads nowhere.
    at.graph.linkTo(`${at.base}/v1.0/users?$skiptoken=none`);
    const before = at.asked('users');
    await at.clock.advance(QUARTER + SPREAD);
    await until(() => at.asked('users') >= before + 2);
    expect(await named(at, 'pia')).toEqual([['pia']]);
    expect(rounds(at)).toBe(1);
  });

  it('follows no link that leads away from Graph, so the token goes nowhere else', async () => {
    const elsewhere = await scene();
    const links = [
      `${elsewhere.base}/v1.0/users`,
      'https://graph.microsoft.com.example.com/v1.0/users',
      'https://user@graph.microsoft.com/v1.0/users',
      'not a link',
    ];
    for (const link of links) {
      const at = await scene();
      at.graph.linkTo(link);
      await at.directory.start();
      expect([link, await named(at, 'pia')]).toEqual([link, 'directory-unavailable']);
      expect(at.lines).toContainEqual({
        level: 'error',
        event: 'entra.roll-rejected',
        fields: { code: 'foreign-link' },
      });
    }
    expect(elsewhere.graph.requests()).toEqual([]);
  });

  it('ends where its pages go in circles', async () => {
    const at = await scene({ pageSize: 4 });
    at.graph.linkTo(`${at.base}/v1.0/users?$select=id,displayName&$top=1`);
    await at.directory.start();
    expect(at.lines).toContainEqual({ level: 'error', event: 'entra.roll-rejected', fields: { code: 'too-large' } });
    expect(await named(at, 'pia')).toBe('directory-unavailable');
  });

  it('is no roll where it is empty: a permission is missing', async () => {
    const at = await scene({ users: [] });
    await at.directory.start();
    expect(at.lines).toContainEqual({ level: 'error', event: 'entra.roll-rejected', fields: { code: 'empty' } });
    expect(await named(at, 'pia')).toBe('directory-unavailable');
  });

  it('is not waited for longer than ten seconds at the start', async () => {
    const at = await scene();
    at.graph.setMode('hang');
    const started = at.directory.start();
    await until(() => at.asked('users') === 1);
    await whileTimeRuns(at.clock, started);
    expect(await named(at, 'pia')).toBe('directory-unavailable');
    await at.directory.stop();
  });

  it('is read no more once the directory has stopped', async () => {
    const at = await scene();
    await at.directory.start();
    await at.directory.stop();
    await until(() => at.clock.sleeping() === 0);
    const before = at.asked('users');
    await at.clock.advance(HOUR);
    expect(at.asked('users')).toBe(before);
  });
});
