/** Leave that is booked, the whole way over real http on either platform: asked for, filled in, sent, told once, taken back. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { PlatformName } from '../../src/core/types.ts';
import { openStage, type TestStage } from '../support/stage.ts';
import { until } from '../support/until.ts';

describe('leave that is booked', () => {
  let stage: TestStage;
  beforeAll(async () => {
    stage = await openStage();
  }, 60_000);
  afterAll(() => stage.end());

  const pressed = async (on: PlatformName, who: string, label: string): Promise<void> => {
    const talk = stage.talks[on];
    const person = stage.person(who);
    const has = () => talk.messages(person).findLast(({ buttons }) => buttons.some((each) => each.label === label));
    await until(() => has() !== undefined);
    const message = has();
    const button = message?.buttons.find((each) => each.label === label);
    if (message === undefined || button === undefined) throw new Error(`no button ${label}`);
    await talk.press({ person, channel: message.channel, id: message.id, action: button.action, value: button.value });
  };

  it.each([
    ['slack', 'evan', 'book leave', 'Open the form', 'is requested', 'Take it back', 'taken back'],
    ['teams', 'erin', 'Urlaub eintragen', 'Formular öffnen', 'ist beantragt', 'Zurücknehmen', 'zurückgenommen'],
  ] as const)(
    'on %s',
    async (on, who, says, open, done, undo, undone) => {
      const talk = stage.talks[on];
      const person = stage.person(who);
      await stage.ask({ who, says, on });
      talk.closeView(person);
      await pressed(on, who, open);
      const form = () => talk.view(person)?.form ?? null;
      await until(() => form() !== null);
      const fields = form()?.fields ?? [];
      const named = (name: string): string => fields.find((field) => field.name.endsWith(name))?.name ?? '';
      const values = { [named('slot-days-first')]: ['2026-12-07'], [named('slot-days-last')]: ['2026-12-09'] };
      const id = talk.view(person)?.id ?? '';
      expect(await talk.submit({ person, id, values })).toBe(200);
      const said = (what: string): number => talk.messages(person).filter(({ text }) => text.includes(what)).length;
      await until(() => said(done) > 0);
      expect(said(done)).toBe(1);
      await pressed(on, who, undo);
      await until(() => said(undone) > 0);
      expect(said(undone)).toBe(1);
    },
    60_000,
  );
});
