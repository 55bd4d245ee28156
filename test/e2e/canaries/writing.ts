/** What somebody writes into a form that is sent to a system of record: the words come in there, and beside it in the question that a form begins with. */
import { repliesIn } from '../../../src/core/replies/replies.ts';
import type { CanaryStage } from '../../support/canary-stage.ts';
import type { Somebody } from '../../support/crowd.ts';
import { until } from '../../support/until.ts';
import type { Path } from './path.ts';

type On = 'slack' | 'teams';

const { writing, askPerson } = repliesIn('en');

/** Presses the newest button of that label, sends the form that opens with these values, by the end of a field's name, and waits until it was told. */
const sent = async (
  stage: CanaryStage,
  o: {
    readonly on: On;
    readonly who: Somebody;
    readonly label: string;
    readonly values: Readonly<Record<string, string>>;
    readonly told: string;
  },
): Promise<void> => {
  const { on, who, label } = o;
  const talk = stage.fleet.talks[on];
  const message = talk.messages(who).findLast(({ buttons }) => buttons.some((each) => each.label === label));
  const button = message?.buttons.find((each) => each.label === label);
  if (message === undefined || button === undefined) throw new Error(`there is no button "${label}"`);
  const { channel, id } = message;
  await talk.press({ person: who, channel, id, action: button.action, value: button.value });
  const form = () => talk.view(who)?.form ?? null;
  await until(() => form() !== null, 30_000);
  const named = (name: string): string => form()?.fields.find((field) => field.name.endsWith(name))?.name ?? '';
  const values = Object.fromEntries(Object.entries(o.values).map(([name, value]) => [named(name), [value]]));
  const status = await talk.submit({ person: who, id: talk.view(who)?.id ?? '', values });
  if (status !== 200) throw new Error(`the form was answered ${status}`);
  await until(() => talk.messages(who).some(({ text }) => text.includes(o.told)), 60_000);
};

const wentOut = async (stage: CanaryStage, words: string): Promise<void> =>
  until(() => stage.fleet.backend.deeds().some(({ body }) => JSON.stringify(body).includes(words)), 30_000);

const asked = async (stage: CanaryStage, on: On): Promise<void> => {
  const word = (what: string): string => stage.canaries.word(`${on}: ${what} of who asks a person`);
  const who = stage.somebody();
  const question = word('the question');
  await stage.ask({ on, who, text: `${question} xyzzy` });
  const message = word('the words');
  await sent(stage, { on, who, label: askPerson, values: { 'slot-about': 'hr', 'words-1': message }, told: 'Case C-' });
  await wentOut(stage, message);
  // What was taken out of the form never went there.
  if (JSON.stringify(stage.fleet.backend.deeds()).includes(question)) throw new Error('the question went out');
};

const opened = async (stage: CanaryStage, on: On): Promise<void> => {
  const word = (what: string): string => stage.canaries.word(`${on}: ${what} of a ticket`);
  const who = stage.somebody();
  await stage.ask({ on, who, text: 'open an IT ticket' });
  const [title, details] = [word('the title'), word('the details')];
  const values = { 'slot-kind': 'device', 'words-1': title, 'words-2': details };
  await sent(stage, { on, who, label: writing.open, values, told: 'Ticket IT-' });
  await wentOut(stage, title);
  await wentOut(stage, details);
};

/** Not done, so that the words lie sealed in a button that opens the form once more. */
const failed = async (stage: CanaryStage): Promise<void> => {
  const word = (what: string): string => stage.canaries.word(`${what} of a case that was not taken`);
  const who = stage.somebody();
  await stage.ask({ on: 'slack', who, text: `${word('the question')} xyzzy` });
  const body = JSON.stringify({ error: word('what the system says') });
  const given = stage.lay({ path: /\/standin\/backend\/cases/, method: 'POST', status: 400, reason: 'No', body });
  const values = { 'slot-about': 'it', 'words-1': word('the words') };
  await sent(stage, { on: 'slack', who, label: askPerson, values, told: 'nothing was done' });
  await given();
};

export const WRITING: readonly Path[] = [
  { name: 'a question that a person is asked instead, on Slack', go: (stage) => asked(stage, 'slack') },
  { name: 'a question that a person is asked instead, on Teams', go: (stage) => asked(stage, 'teams') },
  { name: 'the form of a ticket on Slack', go: (stage) => opened(stage, 'slack') },
  { name: 'the form of a ticket on Teams', go: (stage) => opened(stage, 'teams') },
  { name: 'a form that a system does not take', go: failed },
];
