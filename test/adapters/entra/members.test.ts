import { describe, expect, it } from '@jest/globals';
import { PAYROLL_TEAM } from '../../../playground/graph/sample.ts';
import { idOf, MINUTE, SAMPLE, scene, whileTimeRuns } from './support.ts';

const ready = async (o: Parameters<typeof scene>[0] = {}) => {
  const made = await scene(o);
  await made.directory.start();
  return made;
};

describe('everybody whom Entra knows', () => {
  it('is read when somebody asks and not before, and is good for a quarter of an hour', async () => {
    const { directory, clock, asked } = await ready();
    expect(asked('members')).toBe(0);
    const first = await directory.members();
    const calls = asked('members');
    expect(calls).toBeGreaterThan(0);
    await clock.advance(14 * MINUTE);
    expect(await directory.members()).toBe(first);
    expect(asked('members')).toBe(calls);
    await clock.advance(MINUTE);
    await whileTimeRuns(clock, directory.members());
    expect(asked('members')).toBe(2 * calls);
  });

  it('is in a group also through a group of that group, over all its pages', async () => {
    const { directory, asked } = await ready({ pageSize: 1 });
    const inGroup = async (word: string) =>
      (await directory.members()).filter(({ groups }) => groups.includes(word)).map(({ id }) => id);
    expect(await inGroup('payroll')).toEqual([idOf('pia')]);
    expect(new Set(await inGroup('hr'))).toEqual(new Set([idOf('hugo'), idOf('hana')]));
    expect(asked('members')).toBeGreaterThan(4);
  });

  it('has the kind and the country of their account, guests among them', async () => {
    const { directory } = await ready();
    const members = new Map((await directory.members()).map((each) => [each.id, each]));
    expect(members.get(idOf('erin'))).toMatchObject({ kind: 'employee', country: 'DE' });
    expect(members.get(idOf('carl'))).toMatchObject({ kind: 'contractor', groups: [] });
    expect(members.get(idOf('gus'))).toMatchObject({ kind: 'guest' });
  });

  it('leaves out who is disabled, and of whom nobody knows where they work', async () => {
    const users = SAMPLE.users.map((user) => {
      if (user.id === idOf('erin')) return { ...user, accountEnabled: false };
      return user.id === idOf('evan') ? { ...user, usageLocation: null, country: 'Germany' } : user;
    });
    const { directory } = await ready({ users });
    const ids = (await directory.members()).map(({ id }) => id);
    expect(ids).not.toContain(idOf('erin'));
    expect(ids).not.toContain(idOf('evan'));
    expect(ids).toContain(idOf('mona'));
  });

  it('is nobody that can be counted where a group cannot be read, and not half of them', async () => {
    const { directory, graph, clock } = await ready();
    graph.setMode('outage');
    await expect(whileTimeRuns(clock, directory.members())).rejects.toMatchObject({ code: 'directory-unavailable' });
    graph.setMode('throttled', { seconds: 1 });
    const waiting = directory.members();
    graph.setMode('ok');
    await expect(whileTimeRuns(clock, waiting)).resolves.not.toEqual([]);
  });

  it('is not asked for where a group does not exist, whose members would seem to be none', async () => {
    const groups = SAMPLE.groups.filter(({ id }) => id === PAYROLL_TEAM);
    const { directory, lines } = await ready({ groups });
    await expect(directory.members()).rejects.toMatchObject({ code: 'directory-unavailable' });
    expect(lines).toContainEqual(expect.objectContaining({ event: 'entra.members-unknown' }));
  });

  it('is not looked for where a next page leads away from Graph', async () => {
    const { directory, graph } = await ready({ pageSize: 1 });
    graph.linkTo('https://elsewhere.example/v1.0/groups');
    await expect(directory.members()).rejects.toMatchObject({ code: 'directory-unavailable' });
  });

  it('is not known before the roll is', async () => {
    const { directory } = await scene();
    await expect(directory.members()).rejects.toMatchObject({ code: 'directory-unavailable' });
  });

  it('is read once for all who ask at the same time', async () => {
    const { directory, asked } = await ready();
    const [one, two] = await Promise.all([directory.members(), directory.members()]);
    expect(one).toBe(two);
    const calls = asked('members');
    await directory.members();
    expect(asked('members')).toBe(calls);
  });
});
