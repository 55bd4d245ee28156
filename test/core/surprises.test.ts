import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Held } from '../../src/core/ports.ts';
import { repliesIn } from '../../src/core/replies/replies.ts';
import { noteSurprises, type Surprises } from '../../src/core/screening.ts';
import { createSurprises, MOST_A_DAY } from '../../src/core/surprises.ts';
import { fillView } from '../../src/core/view.ts';
import { createWork, type Work } from '../../src/core/work.ts';
import type { World } from '../../src/core/world.ts';
import { createFakeClock, type FakeClock } from '../support/fake-clock.ts';
import { until } from '../support/until.ts';
import { createTestWorld, EVAN, IN_VIEW, MONA, pressOf, question, recordOf, type TestWorld } from '../support/world.ts';

const DAY = 24 * 60 * 60_000;
const IBAN = 'DE89370400440532013000';

describe('a surprise', () => {
  let clock: FakeClock;
  let t: TestWorld;
  let world: World;
  let surprises: Surprises;
  let work: Work;
  const logged: string[] = [];
  beforeEach(() => {
    clock = createFakeClock();
    t = createTestWorld({ clock });
    logged.length = 0;
    const log = {
      ...t.world.log,
      error: (event: string, fields: object = {}) => void logged.push(`${event} ${JSON.stringify(fields)}`),
    };
    const contacted: World = {
      ...t.world,
      log,
      securityContact: 'mona',
      directory: {
        ...t.world.directory,
        accounts: async (id) => [{ platform: 'slack', tenant: 'T1', user: `U${id.toUpperCase()}` }],
      },
    };
    t.script.find = async ({ user }) => ({ ok: true, person: user === 'UMONA' ? MONA : EVAN });
    surprises = createSurprises(contacted);
    world = { ...contacted, surprises };
    work = createWork(world);
    t.script.screen = ({ text }) => (text.includes(IBAN) ? ['iban'] : []);
    t.script.fetch = () => ({ ok: true, records: [recordOf('evan', { days: { type: 'text', value: `12 ${IBAN}` } })] });
  });
  afterEach(async () => {
    await surprises.settled({ graceMs: 2_000 });
    await work.stop({ graceMs: 2_000 });
    await t.close();
  });

  const recorded = () => t.entries.filter(({ kind }) => kind === 'surprise');
  const toldTo = (channel: string) =>
    t.messages.filter(({ ref }) => ref.channel === channel).map(({ card }) => card.text);
  const asked = async (id: string): Promise<void> => {
    const before = toldTo('D0EVAN').length;
    expect(await work.accept(question({ id }))).toBe('accepted');
    await until(() => toldTo('D0EVAN').length > before);
    await surprises.settled({ graceMs: 2_000 });
  };
  const note = (o: { readonly field?: string; readonly kind?: Held }) =>
    noteSurprises(world, {
      question: 'q',
      operation: 'leave.balance',
      found: [{ field: o.field ?? 'days', kind: o.kind ?? 'iban' }],
    });

  it('is no answer and no restriction, and nothing of it is shown', async () => {
    await asked('q1');
    const [said = ''] = toldTo('D0EVAN');
    expect(said).toBe(repliesIn('en').surprise({ topic: 'Topic leave' }));
    expect(said).toContain('could not be shown');
    expect(said).not.toMatch(/restricted to|payroll/);
    expect(t.entries.filter(({ kind }) => kind === 'data-refused')).toEqual([]);
  });

  it('is none in a view either: what was found is on record, and the view says that it could not be shown', async () => {
    t.script.decide = () => IN_VIEW;
    await asked('q1');
    const [message] = t.messages;
    const press = pressOf(message?.card.buttons[0], message?.ref ?? null);
    await fillView(world, press, t.openView());
    expect(t.views[0]?.card?.text).toBe(repliesIn('en').surprise({ topic: 'Topic leave' }));
    expect(recorded()).toMatchObject([{ question: press.id, field: 'days', held: 'iban' }]);
    expect(JSON.stringify(t.views)).not.toContain(IBAN);
  });

  it('is on record by operation, field and kind, before anything is said, and its value is nowhere', async () => {
    await asked('q1');
    expect(recorded()).toEqual([
      { kind: 'surprise', at: clock.now(), question: 'q1', operation: 'leave.balance', field: 'days', held: 'iban' },
    ]);
    const { calls } = t;
    expect(calls.indexOf('audit surprise')).toBeGreaterThan(calls.indexOf('backend leave.balance'));
    expect(calls.indexOf('audit surprise')).toBeLessThan(calls.indexOf('commit'));
    expect(logged).toEqual(['surprise {"id":"q1","name":"leave.balance days","code":"iban"}']);
    for (const all of [t.entries, t.messages, t.asides, logged]) expect(JSON.stringify(all)).not.toContain(IBAN);
  });

  it('is an apology where it cannot be recorded, and nobody is told of it', async () => {
    t.script.auditFails = ({ kind }) => kind === 'surprise';
    await asked('q1');
    expect(toldTo('D0EVAN')).toEqual([repliesIn('en').apology]);
    expect(toldTo('D-UMONA')).toEqual([]);
  });

  it('is another thing than a record that strayed into a list about somebody: that is logged and counted, and the rest is told', async () => {
    const counted: string[] = [];
    const warned: string[] = [];
    const listening = createWork({
      ...world,
      metrics: { ...world.metrics, count: (name) => void counted.push(name) },
      log: { ...world.log, warn: (event, fields) => void warned.push(`${event} ${JSON.stringify(fields)}`) },
    });
    t.script.operation = (name) => ({ name, dataClass: 'leave', list: true, bySubject: true });
    const days = { days: { type: 'number', value: 12 } } as const;
    t.script.fetch = () => ({ ok: true, records: [recordOf('mona', days), recordOf('evan', days)] });
    expect(await listening.accept(question({ id: 'q1' }))).toBe('accepted');
    await until(() => toldTo('D0EVAN').length > 0);
    await listening.stop({ graceMs: 2_000 });
    expect([warned, logged]).toEqual([['stray {"id":"q1","name":"leave.balance"}'], []]);
    expect(counted.filter((name) => name === 'strays')).toHaveLength(1);
    expect(recorded()).toEqual([]);
  });

  it('is another thing than a list that may be longer than what was read: that is logged and counted once, where it is so', async () => {
    const counted: string[] = [];
    const warned: string[] = [];
    const listening = createWork({
      ...world,
      metrics: { ...world.metrics, count: (name) => void counted.push(name) },
      log: { ...world.log, warn: (event, fields) => void warned.push(`${event} ${JSON.stringify(fields)}`) },
    });
    const days = { days: { type: 'number', value: 12 } } as const;
    const records = [recordOf('evan', days)];
    t.script.operation = (name) => ({ name, dataClass: 'leave', list: true, bySubject: true });
    for (const [id, more] of [
      ['q1', true],
      ['q2', false],
    ] as const) {
      t.script.fetch = () => ({ ok: true, records, ...(more ? { more } : {}) });
      const before = toldTo('D0EVAN').length;
      expect(await listening.accept(question({ id }))).toBe('accepted');
      await until(() => toldTo('D0EVAN').length > before);
    }
    await listening.stop({ graceMs: 2_000 });
    expect([warned, logged]).toEqual([['list-cut {"id":"q1","name":"leave.balance"}'], []]);
    expect(counted.filter((name) => name === 'lists_cut')).toHaveLength(1);
  });

  it('is told to the security contact once a day and field, without whose it was', async () => {
    await asked('q1');
    await asked('q2');
    const [told = ''] = toldTo('D-UMONA');
    expect(told).toBe(repliesIn('en').surpriseFound({ operation: 'leave.balance', field: 'days', held: 'iban' }));
    expect(told).not.toMatch(/evan/i);
    expect(toldTo('D-UMONA')).toHaveLength(1);
    expect(recorded()).toHaveLength(2);
    await clock.advance(DAY);
    await asked('q3');
    expect(toldTo('D-UMONA')).toHaveLength(2);
  });

  it('of another field or kind is told by itself, and of very many a day no more than are read', async () => {
    await note({});
    await note({ field: 'planned' });
    await note({ kind: 'card' });
    await surprises.settled({ graceMs: 2_000 });
    expect(toldTo('D-UMONA')).toHaveLength(3);
    for (let at = 0; at < 50; at++) await note({ field: `f${at}` });
    await surprises.settled({ graceMs: 2_000 });
    expect(toldTo('D-UMONA')).toHaveLength(MOST_A_DAY);
    expect(recorded()).toHaveLength(53);
    await clock.advance(DAY);
    await note({ field: 'another' });
    await surprises.settled({ graceMs: 2_000 });
    expect(toldTo('D-UMONA')).toHaveLength(MOST_A_DAY + 1);
  });

  it('is told once by two processes', async () => {
    const other = createSurprises(world);
    await note({});
    other.tell({ operation: 'leave.balance', field: 'days', kind: 'iban' });
    await Promise.all([surprises, other].map((each) => each.settled({ graceMs: 2_000 })));
    expect(toldTo('D-UMONA')).toHaveLength(1);
  });

  it('is told nobody where there is no security contact, and answers all the same', async () => {
    const quiet = createSurprises({ ...world, securityContact: null });
    quiet.tell({ operation: 'leave.balance', field: 'days', kind: 'iban' });
    await quiet.settled({ graceMs: 100 });
    expect(t.messages).toEqual([]);
  });
});
