/** Systems that report back to `sotto serve`, over real http: what is told to whom, what is turned away, and what a crash loses. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RejectedEntry, ReportedEntry } from '../../src/core/audit.ts';
import { makeCrowd, type Somebody } from '../support/crowd.ts';
import { type Fleet, openFleet } from '../support/fleet.ts';
import { describeHooks, payslipReady, report, type Sending, ticketClosed } from '../support/hooked.ts';
import type { SottoProcess } from '../support/sotto-process.ts';
import { until } from '../support/until.ts';

const PEOPLE = makeCrowd({ count: 20 });
const person = (n: number): Somebody => {
  const one = PEOPLE[n];
  if (one === undefined) throw new Error('The crowd is smaller.');
  return one;
};
const ON_TEAMS = person(1);

let fleet: Fleet;
let sotto: SottoProcess;
beforeAll(async () => {
  fleet = await openFleet(1, { people: PEOPLE, unlike: { leaseMs: 2_000, quick: true } });
  describeHooks(fleet);
  // One of them has no account on Slack.
  const directory = join(fleet.folder, 'people.yaml');
  const { people } = JSON.parse(readFileSync(directory, 'utf8')) as {
    people: { id: string; accounts: Record<string, unknown> }[];
  };
  for (const { id, accounts } of people) if (id === ON_TEAMS.id) delete accounts['slack'];
  writeFileSync(directory, JSON.stringify({ people }));
  const [first] = fleet.processes;
  if (first === undefined) throw new Error('There is no process.');
  sotto = first;
  await sotto.start();
}, 120_000);
afterAll(() => fleet.end());

const send = (sending: Sending): Promise<number> => report(sotto.url(), sending);
const reported = (): readonly ReportedEntry[] =>
  fleet.trail().filter((entry): entry is ReportedEntry => entry.kind === 'reported');
const told = (who: Somebody, on: 'slack' | 'teams' = 'slack'): readonly string[] =>
  fleet.talks[on].messages(who).flatMap(({ from, text }) => (from === 'sotto' ? [text] : []));

describe('a system that reports back', () => {
  it('has it told to whom it is about, on Slack, in private, with the question behind it', async () => {
    const who = person(0);
    expect(
      await send(ticketClosed({ event: 'e-0', who: who.id, number: 'INC-70', title: 'A new *screen* <!here>' })),
    ).toBe(200);
    await until(() => told(who).some((text) => text.includes('INC-70 is closed: A new *screen* <!here>.')));
    expect(told(who)).toHaveLength(1);
    expect(reported()).toMatchObject([
      { hook: 'ticket-closed', outcome: 'told', platform: 'slack', dataClass: 'ticket' },
    ]);
    expect(PEOPLE.slice(2).flatMap((one) => told(one))).toEqual([]);
  }, 60_000);

  it('has it told on Teams to whoever is there alone', async () => {
    // Teams lets a bot write to whoever wrote to it before.
    await fleet.say({ on: 'teams', who: ON_TEAMS, text: 'how many days of leave do I have left' });
    await until(() => told(ON_TEAMS, 'teams').length > 0);
    const before = told(ON_TEAMS, 'teams').length;
    expect(await send(ticketClosed({ event: 'e-1', who: ON_TEAMS.id, number: 'INC-71' }))).toBe(200);
    await until(() => told(ON_TEAMS, 'teams').length > before);
    await until(() => told(ON_TEAMS, 'teams').some((text) => text.includes('INC-71 is closed: Printer.')));
  }, 60_000);

  it('tells nothing of what policy shows behind a button alone', async () => {
    const who = person(2);
    expect(await send(payslipReady({ who: who.id, month: 'Xqoctober' }))).toBe(200);
    await until(() => told(who).some((text) => text.includes('Something about you has come in')));
    expect(told(who)).toHaveLength(1);
    expect(told(who).join()).not.toMatch(/payslip|Xqoctober|pay/i);
    expect(reported().at(-1)).toMatchObject({ hook: 'payslip-ready', outcome: 'offered', dataClass: 'pay' });
  }, 60_000);

  it('is thanked again where it did not hear it, and turned away where somebody else sends the very same', async () => {
    const who = person(3);
    const first = ticketClosed({ event: 'e-3', who: who.id });
    expect(await send(first)).toBe(200);
    expect(await send(first)).toBe(409);
    expect(await send(ticketClosed({ event: 'e-3', who: who.id, at: Date.now() - 3_000 }))).toBe(200);
    await until(() => told(who).length === 1);
    await until(() => told(who).some((text) => text.includes('INC-1 is closed')));
    expect(told(who)).toHaveLength(1);
  }, 60_000);

  it('is turned away at every door where it does not prove itself, and nothing is told', async () => {
    const who = person(4);
    const sound = ticketClosed({ event: 'e-4', who: who.id });
    const pay = payslipReady({ who: who.id, month: 'May' });
    const without = (sending: Sending, ...names: readonly string[]): Sending => ({
      ...sending,
      headers: Object.fromEntries(Object.entries(sending.headers).filter(([name]) => !names.includes(name))),
    });
    const attacks: readonly (readonly [number, Sending])[] = [
      [401, without(sound, 'webhook-signature')],
      [401, without(sound, 'webhook-timestamp')],
      [401, without(sound, 'webhook-id')],
      [401, { ...sound, body: sound.body.replace('INC-1', 'INC-2') }],
      [401, ticketClosed({ event: 'e-4', who: who.id, at: Date.now() - 400_000 })],
      [401, ticketClosed({ event: 'e-4', who: who.id, at: Date.now() + 400_000 })],
      [401, ticketClosed({ event: 'e-4', who: who.id, secret: `whsec_${Buffer.alloc(32).toString('base64')}` })],
      // One door's proof opens no other.
      [401, { ...sound, path: pay.path }],
      [401, { ...pay, path: sound.path }],
      [401, without(pay, 'x-pay-signature')],
      [401, without(pay, 'x-pay-time')],
      [401, { ...pay, headers: { ...pay.headers, 'x-pay-time': '1' } }],
      [404, { ...sound, path: '/hooks/other' }],
      [404, { ...sound, path: '/hooks/' }],
      [404, { ...sound, path: '/hooks/ticket-closed/x' }],
      [413, ticketClosed({ event: 'e-4', who: who.id, more: { more: 'x'.repeat(5_000) } })],
      [415, { ...sound, headers: { ...sound.headers, 'content-type': 'text/plain' } }],
      [400, ticketClosed({ event: 'e-4', who: who.id, more: { number: 7 } })],
      [400, ticketClosed({ event: 'e-4', who: 'a b' })],
    ];
    const before = reported().length;
    const answers = await Promise.all(attacks.map(async ([, sending]) => send(sending)));
    expect(answers).toEqual(attacks.map(([status]) => status));
    for (const method of ['GET', 'PUT', 'DELETE'])
      expect((await fetch(`${sotto.url()}/hooks/ticket-closed`, { method })).status).toBe(405);
    // What was sound of all that was never tried, and is taken still.
    expect(await send(sound)).toBe(200);
    await until(() => told(who).length === 1);
    expect(reported().length).toBe(before + 1);
  }, 60_000);

  it('loses nothing and tells nothing twice where the process is killed as soon as it has thanked', async () => {
    let n = 5;
    for (const afterMs of [0, 40, 150]) {
      const them = [person(n++), person(n++), person(n++)];
      const answers = await Promise.all(
        them.map(({ id }) => send(ticketClosed({ event: `e-${id}`, who: id, number: `INC-${id}` }))),
      );
      expect(answers).toEqual([200, 200, 200]);
      await new Promise((resolve) => setTimeout(resolve, afterMs));
      await sotto.kill();
      await sotto.start();
      await until(() => them.every((one) => told(one).some((text) => text.includes(`INC-${one.id}`))));
      // Whoever was told is not told again by a repeat either.
      for (const { id } of them)
        expect([200, 409]).toContain(await send(ticketClosed({ event: `e-${id}`, who: id, number: `INC-${id}` })));
      for (const one of them) expect(told(one).filter((text) => text.includes(`INC-${one.id}`))).toHaveLength(1);
    }
  }, 240_000);

  it('has what was turned away on record, by reason, and no word of it', async () => {
    const forged = ticketClosed({ event: 'e-x', who: 'p0000', secret: `whsec_${Buffer.alloc(32).toString('base64')}` });
    expect([await send(forged), await send(forged)]).toEqual([401, 401]);
    await sotto.stop();
    const rejected = fleet.trail().filter((entry): entry is RejectedEntry => entry.kind === 'rejected');
    expect(rejected.filter(({ reason }) => reason === 'proof-mismatch')).toMatchObject([
      { platform: 'hooks', count: 2 },
    ]);
    const log = JSON.stringify(fleet.trail());
    for (const word of ['INC-', 'Printer', 'screen', 'Xqoctober']) expect(log).not.toContain(word);
    expect(sotto.output()).not.toContain('Xqoctober');
  }, 60_000);
});
