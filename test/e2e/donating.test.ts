/** A phrase that was not understood, the whole way: given in a form on either platform, read and shredded by an operator's order. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import type { SamplePerson } from '../../playground/people.ts';
import { decisionContext } from '../../src/core/sealing.ts';
import type { PlatformName } from '../../src/core/types.ts';
import { createCommands } from '../support/command.ts';
import { openStage, type TestStage } from '../support/stage.ts';
import { until } from '../support/until.ts';

const DAY_MS = 24 * 60 * 60_000;
const WEIRD = 'zorble the quintessential frobnicator';

describe('a phrase that was not understood', () => {
  let stage: TestStage;
  const commands = createCommands(() => join(stage.folder, 'data'));
  beforeAll(async () => {
    stage = await openStage();
  }, 60_000);
  afterEach(() => commands.kill());
  afterAll(() => stage.end());

  const person = (who: string): SamplePerson => stage.person(who);
  const sotto = commands.run;
  /** Presses the button and sends the form. */
  const give = async (o: {
    readonly who: string;
    readonly on: PlatformName;
    readonly says: string;
    readonly offer: string;
    readonly values: Readonly<Record<string, readonly string[]>>;
  }): Promise<string> => {
    const { who, on, says, offer, values } = o;
    const talk = stage.talks[on];
    const ended = await stage.ask({ who, says, on });
    expect(ended.decision.verdict).toBe('unknown');
    const message = talk.messages(person(who)).findLast(({ buttons }) => buttons.some(({ label }) => label === offer));
    const button = message?.buttons.find(({ label }) => label === offer);
    if (message === undefined || button === undefined) throw new Error(`no offer: ${ended.said}`);
    talk.closeView(person(who));
    const { channel } = message;
    await talk.press({ person: person(who), channel, id: message.id, action: button.action, value: button.value });
    const form = () => talk.view(person(who))?.form ?? null;
    await until(() => form() !== null);
    const fields = form()?.fields ?? [];
    expect(fields[0]).toMatchObject({ value: says });
    // On Teams an input's name says what kind it is as well.
    const named = (name: string): string => fields.find((field) => field.name.endsWith(name))?.name ?? '';
    const sent = Object.fromEntries(Object.entries(values).map(([name, value]) => [named(name), value]));
    const id = talk.view(person(who))?.id ?? '';
    expect(await talk.submit({ person: person(who), id, values: sent })).toBe(200);
    const told = (): string => talk.view(person(who))?.text ?? '';
    await until(() => form() === null && told() !== '');
    return told();
  };

  it('is given on Slack and on Teams, in the language of whoever gives it', async () => {
    expect(
      await give({
        who: 'evan',
        on: 'slack',
        says: WEIRD,
        offer: 'Teach me this',
        values: { phrase: ['# any: PTO left? "really"'], meant: ['leave.balance'], language: ['en'] },
      }),
    ).toContain('Thank you.');
    expect(
      await give({
        who: 'erin',
        on: 'teams',
        says: `${WEIRD} bitte`,
        offer: 'Mir das beibringen',
        values: { phrase: ['wo parke ich hier'], meant: ['none'], language: ['de'] },
      }),
    ).toContain('Danke.');
  }, 60_000);

  it('stands in no file of Sotto’s, whose words are sealed', () => {
    const files = readdirSync(join(stage.folder, 'data'), { recursive: true, withFileTypes: true });
    const bytes = files
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
      .join('\n');
    expect(bytes).toContain('sotto');
    for (const words of ['PTO left', 'parke ich', 'frobnicator']) expect(bytes).not.toContain(words);
  });

  it('is read by an order, as YAML for a pack, and shredded by another', async () => {
    const reading = sotto('donated');
    await stage.ask({ who: 'hana', says: await reading.code() });
    const { status, out } = await reading.ended();
    expect([status, out]).toEqual([0, expect.stringContaining('2 phrases that their authors gave')]);
    expect(out).not.toMatch(/evan|erin/i);
    const yaml = out.slice(out.indexOf('intents:'));
    expect(parse(yaml)).toEqual({
      intents: { 'leave.balance': { examples: { en: ['# any: PTO left? "really"'] } } },
    });
    expect(yaml).toContain('wo parke ich hier');
    const ids = [...yaml.matchAll(/# ([0-9a-f]{32}) \d{4}-\d{2}-\d{2}$/gm)].map(([, id]) => id ?? '');
    expect(ids).toHaveLength(2);

    const removing = sotto('donated', '--json', '--remove', ...ids);
    await stage.ask({ who: 'hana', says: await removing.code() });
    expect((await removing.ended()).out).toContain('"removed":2');
    const { donations } = stage.running.world.store;
    expect(await donations.scan({ now: Date.now(), cursor: null, limit: 9 })).toEqual({ donations: [], cursor: null });
  }, 90_000);

  it('is read by nobody who is no operator', async () => {
    const reading = sotto('donated');
    const code = await reading.code();
    await stage.ask({ who: 'evan', says: code });
    await stage.ask({ who: 'erin', says: code });
    expect(reading.out()).not.toContain('that their authors gave');
  }, 60_000);

  it('is counted with what was not recognised of five people and more, and of none by name', async () => {
    for (const who of ['evan', 'erin', 'mona', 'hugo', 'pia', 'hana']) {
      await stage.forgetTalks();
      await stage.ask({ who, says: 'which birds nest on the north face of the cathedral?' });
    }
    // It is behind the question that it is kept.
    const { store, sealer } = stage.running.world;
    const kept = async () => (await store.decisions.scan({ since: 0, cursor: null, limit: 500 })).decisions;
    await until(async () => (await kept()).length >= 8);
    // Of today nothing is counted.
    expect((await sotto('unmet').ended()).out).toContain('Everything was recognised');
    // As if all of them had been asked a day ago, with others who asked as well and were understood.
    const opened = (await kept()).map(({ id, owner, value }) =>
      JSON.parse(sealer.open(decisionContext({ owner, id }), value) ?? ''),
    );
    const others = [1, 2, 3, 4, 5].map((n) => ({ ...opened[0], person: `other-${n}`, verdict: 'answer' }));
    const before = [...opened, ...others].map(({ nearest, ...question }, n) => {
      const asked = { ...question, at: question.at - DAY_MS, ...(question.verdict === 'unknown' ? { nearest } : {}) };
      const [id, owner] = [`before-${n}`, `${question.person}`];
      return { id, owner, at: asked.at, value: sealer.seal(decisionContext({ owner, id }), JSON.stringify(asked)) };
    });
    await store.decisions.add({ decisions: before });
    const counting = sotto('unmet');
    const { status, out } = await counting.ended();
    expect([status, out]).toEqual([0, expect.stringMatching(/at least (?:5|10) questions of 5 people/)]);
    const asked = await sotto('unmet', '--json').ended();
    const counted = JSON.parse(asked.out) as Readonly<Record<string, unknown>>;
    expect(counted).toMatchObject({ weeks: [{ people: 5 }] });
    expect(`${out}${asked.out}`).not.toMatch(/evan|erin|cathedral|birds/i);
    const metrics = await (await fetch(`${stage.running.opsUrl}/metrics`)).text();
    expect(metrics).toMatch(/sotto_not_recognised(_total)?\{heard="far"\} [0-9]+/);
  }, 90_000);
});
