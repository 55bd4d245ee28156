/** A phrase that its author gives: its words come in twice, in the question and in the form, and out to the operator alone. */
import { repliesIn } from '../../../src/core/replies/replies.ts';
import type { CanaryStage } from '../../support/canary-stage.ts';
import { until } from '../../support/until.ts';
import { ordered, refused } from './orders.ts';
import type { Path } from './path.ts';

const { offer } = repliesIn('en').donating;

const given = async (stage: CanaryStage, on: 'slack' | 'teams'): Promise<void> => {
  const word = (what: string): string => stage.canaries.word(`${on}: ${what} of a phrase that is given`);
  const who = stage.somebody();
  const talk = stage.fleet.talks[on];
  await stage.ask({ on, who, text: `${word('the question')} xyzzy` });
  const message = talk.messages(who).findLast(({ buttons }) => buttons.some(({ label }) => label === offer));
  const button = message?.buttons.find(({ label }) => label === offer);
  if (message === undefined || button === undefined) throw new Error('it was not offered to give the phrase');
  const { channel, id } = message;
  await talk.press({ person: who, channel, id, action: button.action, value: button.value });
  const form = () => talk.view(who)?.form ?? null;
  await until(() => form() !== null, 30_000);
  const named = (name: string): string => form()?.fields.find((field) => field.name.endsWith(name))?.name ?? '';
  const values = { [named('phrase')]: [word('the words')], [named('meant')]: ['none'], [named('language')]: ['en'] };
  const status = await talk.submit({ person: who, id: talk.view(who)?.id ?? '', values });
  if (status !== 200) throw new Error(`the form was answered ${status}`);
  await until(() => form() === null && talk.view(who)?.text.includes('kept sealed') === true, 30_000);
};

export const DONATING: readonly Path[] = [
  { name: 'a phrase that is given on Slack', go: (stage) => given(stage, 'slack') },
  { name: 'a phrase that is given on Teams', go: (stage) => given(stage, 'teams') },
  {
    name: 'the order that reads what was given',
    go: async (stage) => {
      await given(stage, 'slack');
      await ordered(stage, 1, 'donated');
      await refused(stage, 'donated', '--remove', stage.canaries.word('orders: the id of a phrase'));
    },
  },
];
