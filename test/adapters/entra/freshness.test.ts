import { describe, expect, it } from '@jest/globals';
import { PAYROLL_TEAM } from '../../../playground/graph/sample.ts';
import type { Found } from '../../../src/core/ports.ts';
import { until } from '../../support/until.ts';
import { HOUR, idOf, MINUTE, type Scene, scene, slack, slackOf, teams, whileTimeRuns } from './support.ts';

const PIA = teams(idOf('pia'));

const short = (found: Found): unknown => (found.ok ? [found.person.groups, found.person.fresh] : found.why);

const found = async (at: Scene, account = PIA): Promise<unknown> =>
  short(await whileTimeRuns(at.clock, at.directory.find(account)));

describe('what is known of somebody', () => {
  it('is asked once for all who ask at the same time, and not again while it is fresh', async () => {
    const { directory, asked, clock } = await scene();
    await Promise.all(Array.from({ length: 50 }, () => directory.find(PIA)));
    await clock.advance(3 * MINUTE);
    await directory.find(PIA);
    expect([asked('user'), asked('groups')]).toEqual([1, 1]);
  });

  it('holds no longer than five minutes: whoever leaves a group has lost it then', async () => {
    const { directory, graph, clock } = await scene();
    expect(short(await directory.find(PIA))).toEqual([['payroll'], true]);
    graph.tenant.leave(idOf('pia'), PAYROLL_TEAM);
    await clock.advance(5 * MINUTE - 1);
    // Used in its last minute, it is asked again meanwhile; the answer itself waits for nothing.
    await directory.find(PIA);
    await clock.advance(1);
    expect(short(await directory.find(PIA))).toEqual([[], true]);
  });

  it.each([
    ['Teams', PIA],
    ['Slack', slack('U0PIA00000')],
  ])('is not believed for a moment where it must be known as of now, on %s', async (_, account) => {
    const { slackEmail } = slackOf({ U0PIA00000: { email: 'pia@example.com', kind: 'member' } });
    const { directory, graph, clock } = await scene({ options: { slackEmail } });
    expect(short(await directory.find(account))).toEqual([['payroll'], true]);
    graph.tenant.leave(idOf('pia'), PAYROLL_TEAM);
    expect(short(await directory.find(account))).toEqual([['payroll'], true]);
    expect(short(await directory.find(account, { anew: true }))).toEqual([[], true]);
    expect(short(await directory.find(account))).toEqual([[], true]);
    graph.setMode('outage');
    const left = directory.find(account, { anew: true });
    expect(short(await whileTimeRuns(clock, left))).toBe('unreachable');
  });

  it('holds no longer for somebody who asks after a long while', async () => {
    const { directory, graph, clock, asked } = await scene();
    await directory.find(PIA);
    graph.tenant.change(idOf('pia'), { accountEnabled: false });
    await clock.advance(5 * MINUTE);
    expect(short(await directory.find(PIA))).toBe('deactivated');
    expect(asked('user')).toBe(2);
  });

  it('is asked ahead of time where it is used, so that nobody waits', async () => {
    const { directory, graph, clock, asked } = await scene();
    await directory.find(PIA);
    await clock.advance(4 * MINUTE);
    expect(asked('user')).toBe(1);
    await directory.find(PIA);
    await until(() => asked('user') === 2 && asked('groups') === 2);
    await clock.advance(4 * MINUTE - 1);
    graph.setMode('hang');
    expect(short(await directory.find(PIA))).toEqual([['payroll'], true]);
  });
});

describe('while Graph is away', () => {
  it('somebody counts as known from before within the bound, and as nobody after it', async () => {
    const at = await scene();
    await at.directory.find(PIA);
    at.graph.setMode('outage');
    await at.clock.advance(5 * MINUTE);
    expect(await found(at)).toEqual([['payroll'], false]);
    await at.clock.advance(3 * HOUR);
    expect(await found(at)).toEqual([['payroll'], false]);
    await at.clock.advance(HOUR);
    expect(await found(at)).toBe('unreachable');
    at.graph.setMode('ok');
    await at.clock.advance(MINUTE);
    expect(await found(at)).toEqual([['payroll'], true]);
  });

  it('the bound is what the admin gave', async () => {
    const at = await scene({ options: { staleMs: 0 } });
    await at.directory.find(PIA);
    at.graph.setMode('outage');
    await at.clock.advance(5 * MINUTE);
    expect(await found(at)).toBe('unreachable');
  });

  it('somebody who was never asked for is unreachable, not unknown', async () => {
    const at = await scene();
    at.graph.setMode('outage');
    expect(await found(at)).toBe('unreachable');
  });

  it('who was refused stays refused', async () => {
    const at = await scene();
    at.graph.tenant.change(idOf('pia'), { accountEnabled: false });
    expect(short(await at.directory.find(PIA))).toBe('deactivated');
    at.graph.setMode('outage');
    await at.clock.advance(HOUR);
    expect(await found(at)).toBe('deactivated');
  });

  it('nobody waits for a second failure so soon after the first', async () => {
    const at = await scene();
    await at.directory.find(PIA);
    at.graph.setMode('outage');
    await at.clock.advance(5 * MINUTE);
    await found(at);
    const before = at.asked('user');
    expect(short(await at.directory.find(PIA))).toEqual([['payroll'], false]);
    expect(at.asked('user')).toBe(before);
    await at.clock.advance(10_000);
    await found(at);
    expect(at.asked('user')).toBeGreaterThan(before);
  });

  it('groups that are only half known are as if nobody had answered', async () => {
    const at = await scene();
    await at.directory.find(PIA);
    at.graph.setMode('half');
    await at.clock.advance(5 * MINUTE);
    expect(await found(at)).toEqual([['payroll'], false]);
  });

  it('an answer that is none is as if nobody had answered', async () => {
    const at = await scene();
    await at.directory.find(PIA);
    at.graph.setMode('malformed');
    await at.clock.advance(5 * MINUTE);
    expect(await found(at)).toEqual([['payroll'], false]);
  });
});

describe('what Graph says at once takes effect at once', () => {
  it('of somebody who is gone or has been disabled, whatever was known', async () => {
    const { directory, graph, clock } = await scene();
    await directory.find(PIA);
    graph.tenant.remove(idOf('pia'));
    await clock.advance(5 * MINUTE);
    expect(short(await directory.find(PIA))).toBe('unknown');
    graph.setMode('outage');
    await clock.advance(MINUTE);
    expect(short(await directory.find(PIA))).toBe('unknown');
  });
});

describe('a Slack account while Slack is away', () => {
  it('leads to whom it led before, as known from before', async () => {
    const workspace = slackOf({ U0PIA00000: { email: 'pia@example.com', kind: 'member' } });
    const at = await scene({ options: { slackEmail: workspace.slackEmail } });
    const account = slack('U0PIA00000');
    expect(short(await at.directory.find(account))).toEqual([['payroll'], true]);
    workspace.away(true);
    await at.clock.advance(5 * MINUTE);
    expect(short(await at.directory.find(account))).toEqual([['payroll'], false]);
    await at.clock.advance(4 * HOUR);
    expect(short(await at.directory.find(account))).toBe('unreachable');
  });
});
