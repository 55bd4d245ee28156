import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { giveMore } from '../../src/core/more.ts';
import type { Calling } from '../../src/core/ports.ts';
import type { Card, Intent, Slot } from '../../src/core/types.ts';
import { fillView } from '../../src/core/view.ts';
import { createWork, type Work } from '../../src/core/work.ts';
import type { World } from '../../src/core/world.ts';
import { until } from '../support/until.ts';
import {
  createTestWorld,
  EVAN,
  IN_VIEW,
  intentOf,
  pressOf,
  question,
  recognised,
  recordOf,
  type TestWorld,
} from '../support/world.ts';

const MONTH: Slot = {
  name: 'month',
  type: 'month',
  looks: 'back',
  required: false,
  ask: { en: 'For which month?', de: 'Für welchen Monat?' },
  choices: [],
  min: 0,
  max: 0,
};
const INTENTS: readonly Intent[] = [
  intentOf({ id: 'leave.balance', slots: [MONTH] }),
  intentOf({ id: 'salary.payslip', slots: [MONTH], say: { en: 'Net {net}.', de: 'Netto {net}.' }, sayOf: null }),
];
const TEXT = 'my payslip of October 2025';

describe('what was said of a slot', () => {
  let t: TestWorld;
  let work: Work;
  let asked: (Readonly<Record<string, string>> | undefined)[];
  let of: Calling['of'][];
  beforeEach(() => {
    asked = [];
    of = [];
    t = createTestWorld({
      fetched: (fetched, { slots, of: said }) => {
        asked.push(slots);
        of.push(said);
        return fetched;
      },
    });
    t.script.recognition = recognised('salary.payslip');
    t.script.fetch = () => ({
      ok: true,
      records: [recordOf('evan', { net: { type: 'number', value: 1 }, days: { type: 'number', value: 2 } })],
    });
    work = createWork(withSlots());
  });
  afterEach(async () => {
    await work.stop({ graceMs: 2_000 });
    await t.close();
  });
  const withSlots = (): World => ({
    ...t.world,
    catalogue: { ...t.world.catalogue, intents: new Map(INTENTS.map((it) => [it.id, it])) },
  });
  const through = async (inbound: Parameters<Work['accept']>[0]): Promise<void> => {
    const before = t.calls.filter((call) => call.startsWith('settle')).length;
    expect(await work.accept(inbound)).toBe('accepted');
    await until(() => t.calls.filter((call) => call.startsWith('settle')).length > before);
  };
  const button = (label: string) => t.messages.flatMap(({ card }) => card.buttons).find((each) => each.label === label);

  it('is what the backend is asked with, and stands in no audit entry', async () => {
    await through(question({ text: TEXT }));
    expect(asked).toEqual([{ month: '2025-10' }]);
    expect(JSON.stringify(t.entries)).not.toContain('2025-10');
  });

  it('goes to the backend with what the directory says of who asks, of a message as of a view', async () => {
    t.script.find = async () => ({ ok: true, person: { ...EVAN, country: 'DE', locale: 'de' } });
    await through(question({ text: TEXT }));
    t.script.decide = () => IN_VIEW;
    await through(question({ id: 'q2', text: TEXT }));
    await fillView(
      withSlots(),
      pressOf(t.messages.at(-1)?.card.buttons[0], t.messages.at(-1)?.ref ?? null),
      t.openView(),
    );
    expect(of).toEqual(Array(2).fill({ country: 'DE', locale: 'de' }));
  });

  it('goes with the button that asks again, and with more time', async () => {
    t.script.decide = () => ({
      effect: 'permit',
      rules: ['a-permit'],
      obligations: { show: 'message', expiresSeconds: 60, moreTime: 1, redact: [] },
    });
    await through(question({ text: TEXT }));
    const ref = t.messages[0]?.ref;
    if (ref === undefined) throw new Error('nothing was shown');
    const more = button('More time');
    const said: Card[] = [];
    const press = () => giveMore(withSlots(), pressOf(more, ref), async (card) => void said.push(card));
    await press();
    expect(said[0]?.text).toContain('more time');
    await t.store.expiries.sooner({ ref, removeAt: 1 });
    await press();
    asked.length = 0;
    await through(
      pressOf(
        said[1]?.buttons.find(({ label }) => label === 'Ask again'),
        null,
      ),
    );
    expect(asked).toEqual([{ month: '2025-10' }]);
  });

  it('goes with the button of what else was asked, which is answered by itself', async () => {
    t.script.recognition = { ...recognised('leave.balance'), also: ['salary.payslip'] };
    await through(question({ text: TEXT }));
    expect(t.messages[0]?.card.text).toBe('You have 2 days.\n\nYou also asked this. Choose it, and I answer:');
    asked.length = 0;
    await through(pressOf(button('title of salary.payslip'), null));
    expect(asked).toEqual([{ month: '2025-10' }]);
    expect(t.messages.at(-1)?.card.text).toBe('Net 1.');
  });

  it('is none where the pack has no such slot any more', async () => {
    t.script.recognition = { ...recognised('leave.balance'), also: ['salary.payslip'] };
    await through(question({ text: TEXT }));
    const press = pressOf(button('title of salary.payslip'), null);
    await work.stop({ graceMs: 2_000 });
    work = createWork(t.world);
    asked.length = 0;
    await through(press);
    expect(asked).toEqual([{}]);
  });
});
