/** HR restricts pay on one platform; nobody lifts it alone, and the second person approves on the other. The whole way between stand-ins. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ChatValues } from '../../playground/chat-page/api.ts';
import type { SamplePerson } from '../../playground/people.ts';
import type { TalkMessage, TalkView } from '../../playground/talk.ts';
import type { PlatformName } from '../../src/core/types.ts';
import { type Ended, openStage, type TestStage } from '../support/stage.ts';
import { until } from '../support/until.ts';

const WORDS = 'Pay is restricted until the bonus round is over.';
const WORTE = 'Gehalt ist bis zum Ende der Bonusrunde eingeschränkt.';

describe('HR restricts pay', () => {
  let stage: TestStage;
  beforeAll(async () => {
    stage = await openStage();
  }, 60_000);
  afterAll(() => stage.end());

  const person = (who: string): SamplePerson => stage.person(who);
  const newest = (who: string, on: PlatformName, text: string): TalkMessage | undefined =>
    stage.talks[on]
      .messages(person(who))
      .findLast((message) => message.from === 'sotto' && message.text.includes(text));
  /** The newest message that carries this button, once there is one. */
  const withButton = async (who: string, on: PlatformName, label: string): Promise<TalkMessage> => {
    const found = (): TalkMessage | undefined =>
      stage.talks[on]
        .messages(person(who))
        .findLast(({ buttons }) => buttons.some((button) => button.label.startsWith(label)));
    await until(() => found() !== undefined);
    return found() as TalkMessage;
  };
  const press = async (who: string, on: PlatformName, label: string): Promise<void> => {
    const { channel, id, buttons } = await withButton(who, on, label);
    const button = buttons.find((each) => each.label.startsWith(label));
    if (button === undefined) throw new Error(label);
    const { action, value } = button;
    expect(await stage.talks[on].press({ person: person(who), channel, id, action, value })).toBe(200);
  };
  const form = async (who: string, on: PlatformName, label: string): Promise<TalkView> => {
    stage.talks[on].closeView(person(who));
    await press(who, on, label);
    const open = (): TalkView | null => stage.talks[on].view(person(who));
    await until(() => open()?.form !== null && open() !== null);
    return open() as TalkView;
  };
  /** Fills in by label. */
  const send = async (who: string, on: PlatformName, view: TalkView, entered: Record<string, readonly string[]>) => {
    const fields = view.form?.fields ?? [];
    const values: Record<string, readonly string[]> = {};
    for (const field of fields) {
      const given = Object.entries(entered).find(([label]) => field.label.startsWith(label))?.[1];
      if (given !== undefined) values[field.name] = given;
    }
    expect(Object.keys(values)).toHaveLength(Object.keys(entered).length);
    await stage.talks[on].submit({ person: person(who), id: view.id, values: values as ChatValues });
  };
  const pressed = async (who: string, on: PlatformName, label: string, answer: string): Promise<void> => {
    await press(who, on, label);
    await until(() => newest(who, on, answer) !== undefined);
  };
  const erin = (on: PlatformName): Promise<Ended> => stage.ask({ who: 'erin', says: 'Wann ist Zahltag?', on });

  it('on Slack, and lifts it with a second person on Teams', async () => {
    expect((await erin('teams')).decision.verdict).toBe('answer');

    await stage.ask({ who: 'hugo', says: 'restrictions' });
    const making = await form('hugo', 'slack', 'New');
    await send('hugo', 'slack', making, {
      Title: ['Bonus round'],
      Topics: ['salary'],
      Except: ['payroll'],
      'Words of the refusal (en)': [WORDS],
      'Words of the refusal (de)': [WORTE],
      Why: ['The bonus round'],
    });
    const preview = await withButton('hugo', 'slack', 'Publish');
    for (const part of ['cannot ask about salary', WORDS, WORTE, 'The last 30 days', 'Who can still ask'])
      expect(preview.text).toContain(part);
    // Nothing is in force before it is published, and at once after.
    expect((await erin('slack')).decision.verdict).toBe('answer');
    await pressed('hugo', 'slack', 'Publish', 'In force, as version');
    for (const on of ['slack', 'teams'] as const) {
      const refused = await erin(on);
      expect(refused.decision.verdict).toBe('refuse');
      expect(refused.said).toContain(WORTE);
    }
    expect((await stage.ask({ who: 'pia', says: 'when is pay day?' })).decision.verdict).toBe('answer');

    await stage.ask({ who: 'hugo', says: 'restrictions' });
    await send('hugo', 'slack', await form('hugo', 'slack', 'Lift…'), {
      Which: [(await stage.running.world.store.restrictions.current()).restrictions[0]?.id ?? ''],
      Why: ['It is over'],
    });
    await pressed('hugo', 'slack', 'Ask a second person', 'It waits for a second person');
    expect((await erin('teams')).decision.verdict).toBe('refuse');

    await stage.ask({ who: 'hana', says: 'restrictions', on: 'teams' });
    await press('hana', 'teams', 'Look');
    const look = await withButton('hana', 'teams', 'Approve');
    expect(look.text).toContain('Proposed by Hugo');
    expect(look.text).toContain('Lifted: Bonus round');
    expect(look.text).toContain('The payslip');
    await pressed('hana', 'teams', 'Approve', 'In force, as version');
    expect((await stage.running.world.store.restrictions.current()).restrictions).toEqual([]);
    await until(async () => (await erin('slack')).decision.verdict === 'answer');

    const changes = stage.trail.flatMap(({ entry }) => (entry.kind === 'restriction' ? [entry.change] : []));
    expect(changes).toEqual(['published', 'proposed', 'lifted']);
    const trail = JSON.stringify(stage.trail);
    for (const word of [WORDS, WORTE, 'Bonus round', 'hugo']) expect(trail).not.toContain(word);
  }, 120_000);
});
