/** Somebody who keeps asking what is restricted: what the security contact reads, on whichever platform they have. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { recordedQuestions } from '../../src/core/recording.ts';
import type { RecordedQuestion } from '../../src/core/restricting-ports.ts';
import { openStage, type TestStage } from '../support/stage.ts';
import { until } from '../support/until.ts';

describe('probing, between stand-ins', () => {
  let stage: TestStage;
  beforeAll(async () => {
    stage = await openStage({ securityContact: 'hana' });
  }, 60_000);
  afterAll(() => stage.end());

  const readBy = (who: string) => {
    const person = stage.people.find(({ id }) => id === who);
    if (person === undefined) throw new Error(`nobody of the sample is called ${who}`);
    return (['slack', 'teams'] as const).flatMap((on) =>
      stage.talks[on].messages(person).filter(({ text }) => /keeps asking|fragt immer wieder/.test(text)),
    );
  };
  const noted = () => stage.trail.filter(({ entry }) => entry.kind === 'probing');

  it('is told once, over both platforms, to the contact alone and in private, without a word of what was asked', async () => {
    for (let n = 0; n < 12; n++) {
      // Each talk by itself stays below what slows it.
      if (n % 4 === 0) await stage.forgetTalks();
      const on = n % 2 === 0 ? 'slack' : 'teams';
      const { decision } = await stage.ask({ who: 'evan', on, says: `what does Mona earn, and this is my cue ${n}?` });
      expect(decision.verdict).toBe('refuse');
    }
    await until(() => readBy('hana').length > 0);
    const [message] = readBy('hana');
    expect(message?.text).toMatch(/evan/);
    expect(message?.text).toMatch(/Salary|Gehalt/);
    expect(message?.raw).not.toMatch(/cue|Mona|Evan Brooks/);
    expect(message?.channel).toMatch(/^D|personal|a:/);
    await stage.running.world.probing?.settled({ graceMs: 2_000 });
    expect(readBy('hana')).toHaveLength(1);
    for (const other of ['evan', 'mona', 'hugo', 'pia']) expect([other, readBy(other)]).toEqual([other, []]);
    expect(noted()).toHaveLength(1);
    expect(JSON.stringify(noted())).not.toMatch(/evan|Mona|cue/);
  }, 60_000);

  it('leaves what was judged behind, for trying changes out on, without a word and without a name', async () => {
    const { world } = stage.running;
    const read = async (): Promise<readonly RecordedQuestion[]> => {
      const all: RecordedQuestion[] = [];
      for await (const some of recordedQuestions(world, { since: 0 })) all.push(...some);
      return all;
    };
    await until(async () => (await read()).length >= 12);
    const questions = await read();
    expect(new Set(questions.map(({ person }) => person))).toEqual(new Set([world.sealer.fingerprint('evan')]));
    expect(new Set(questions.map(({ platform }) => platform))).toEqual(new Set(['slack', 'teams']));
    expect(questions.every(({ verdict }) => verdict === 'refuse')).toBe(true);
    expect(JSON.stringify(questions)).not.toMatch(/evan|Mona|cue/);
  }, 30_000);

  it('shows each on their own page of Slack what they can ask there', async () => {
    const page = async (who: string): Promise<string> => {
      const user = stage.user(who);
      await stage.slack.openHome({ user });
      await until(() => stage.slack.home(user) !== null);
      return JSON.stringify(stage.slack.home(user));
    };
    const erin = await page('erin');
    expect(erin).toContain('Was du mich fragen kannst');
    expect(erin).toMatch(/Urlaub/);
    const carl = await page('carl');
    expect(carl).toMatch(/holidays/i);
    expect(carl).not.toMatch(/payslip|Days of leave/i);
  }, 30_000);
});
