/** Talks in Socket Mode, the whole way between stand-ins: a question, a press, a window, a form, a page, and a restart amid. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SamplePerson } from '../../playground/people.ts';
import { FORM_ACTION } from '../../src/core/types.ts';
import { openStage, type TestStage } from '../support/stage.ts';
import { until } from '../support/until.ts';

describe('a company without a public address', () => {
  let stage: TestStage;
  beforeAll(async () => {
    stage = await openStage({ slackMode: 'socket' });
  }, 60_000);
  afterAll(() => stage.end());

  const person = (who: string): SamplePerson => stage.person(who);
  const shownTo = (who: string): string =>
    stage.talks.slack
      .messages(person(who))
      .map(({ text }) => text)
      .join('\n');

  it('asks, is answered, and is refused what is restricted, over the socket alone', async () => {
    const leave = await stage.ask({ who: 'evan', says: 'how many days of leave have I left?' });
    expect(leave).toMatchObject({ decision: { verdict: 'answer' }, said: expect.stringContaining('14 of 22') });
    const pay = await stage.ask({ who: 'evan', says: 'what does Mona earn?' });
    expect(pay.decision.verdict).toBe('refuse');
    // Nobody listens for Slack.
    expect((await fetch(`${stage.running.url}/slack/events`, { method: 'POST', body: '{}' })).status).toBe(404);
  }, 60_000);

  it('presses what was suggested, which is a question of its own', async () => {
    const unknown = await stage.ask({ who: 'evan', says: 'how tall is a giraffe when it is born?' });
    const [label = ''] = unknown.buttons;
    const answered = await stage.askBy({ who: 'evan', ended: unknown, label });
    expect(answered.decision).toMatchObject({ verdict: 'answer' });
  }, 60_000);

  it('opens an answer in a window, which no message ever holds', async () => {
    await stage.signIn('evan', 1);
    const ended = await stage.ask({ who: 'evan', says: 'show me my last payslip' });
    expect(await stage.press({ who: 'evan', ended })).toContain('4,843.58');
    expect(shownTo('evan')).not.toContain('4,843.58');
  }, 60_000);

  it('fills in a form, whose answer comes back in the acknowledgement', async () => {
    const { home } = stage.talks.slack;
    if (home === undefined) throw new Error('Slack has a page');
    expect(await home.open(person('hugo'))).toBe(200);
    const begin = () =>
      (home.read(person('hugo'))?.sections ?? [])
        .flatMap(({ buttons }) => buttons)
        .find(({ action }) => action === FORM_ACTION);
    await until(() => begin() !== undefined, 30_000);
    const button = begin();
    if (button === undefined) throw new Error('HR may not begin anything');
    expect(await home.press({ person: person('hugo'), ...button })).toBe(200);
    const form = () => stage.talks.slack.view(person('hugo'))?.form ?? null;
    await until(() => form() !== null);
    const { id = '' } = stage.talks.slack.view(person('hugo')) ?? {};
    const values = { title: ['Pay freeze'], topics: ['salary'], except: ['payroll'], why: ['The yearly review.'] };
    const wrong = { ...values, countries: ['Atlantis'] };
    expect(await stage.talks.slack.submit({ person: person('hugo'), id, values: wrong })).toBe(200);
    await until(() => (form()?.findings.length ?? 0) > 0);
    const answers = stage.slack.sockets.acks().filter(({ payload }) => payload !== null);
    expect(answers).toMatchObject([{ payload: { response_action: 'update' }, counted: true }]);
    expect(form()?.fields[0]).toMatchObject({ name: 'title', value: 'Pay freeze' });
  }, 60_000);

  it('is asked by two copies at once and answered by one', async () => {
    const { delivered } = await stage.slack.say({
      user: person('mona').slackUser,
      text: 'when is pay day?',
      twice: true,
    });
    expect(delivered).toBe(200);
    const answers = () => stage.talks.slack.messages(person('mona')).filter(({ from }) => from === 'sotto');
    await until(() => answers().length > 0);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(answers()).toHaveLength(1);
  }, 60_000);

  it('goes on after a restart', async () => {
    await stage.restart();
    await until(() => stage.slack.sockets.open().length === 1);
    const after = await stage.ask({ who: 'carl', says: 'when is pay day?' });
    expect(after.decision.verdict).toBe('answer');
  }, 60_000);
});
