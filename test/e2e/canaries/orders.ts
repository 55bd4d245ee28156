/** What operators order: texts, ids and names of people in commands, and codes in chat. */
import { join } from 'node:path';
import type { CanaryStage } from '../../support/canary-stage.ts';
import { type Commanded, command } from '../../support/command.ts';
import { OWN_LEAVE } from '../../support/reckoning.ts';
import type { Path } from './path.ts';

/** Gives an order and has it confirmed by so many operators, on both platforms in turn. What the command prints is for the operator alone. */
export const ordered = async (stage: CanaryStage, by: number, ...args: readonly string[]): Promise<void> => {
  const commanded: Commanded = command({ args, data: stage.data });
  try {
    const code = await commanded.code();
    stage.canaries.add(`the code of "${args.slice(0, 2).join(' ')}"`, code);
    for (const [n, who] of stage.operators.slice(0, by).entries()) {
      const { decision } = await stage.ask({ on: n % 2 === 0 ? 'slack' : 'teams', who, text: code });
      // Nobody waits ten minutes for an order that nobody confirmed.
      if (decision.verdict !== 'answer') throw new Error(`the code was answered with ${decision.reasons.join(', ')}`);
    }
    const { status, err } = await commanded.ended();
    if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${err}`);
  } finally {
    commanded.kill();
  }
};

/** Orders that are refused before anybody is asked to confirm. */
export const refused = async (stage: CanaryStage, ...args: readonly string[]): Promise<void> => {
  const { status } = await command({ args, data: stage.data }).ended();
  if (status !== 2) throw new Error(`${args.join(' ')} ended with ${status}`);
};

/** Whom a hold names stands in the store in plain, for as long as it stands; see SECURITY.md. */
export const HELD = 'orders: the id of somebody who is held';

export const ORDERS: readonly Path[] = [
  {
    name: 'a hold on a person',
    go: async (stage) => {
      await ordered(stage, 1, 'hold', 'place', '--person', stage.canaries.word(HELD));
      await ordered(stage, 1, 'hold', 'place', '--person', stage.subject.id);
    },
  },
  {
    name: 'an export and the forgetting of a person',
    go: async (stage) => {
      const word = stage.canaries.word('orders: the id of somebody who is exported and forgotten');
      const account = stage.canaries.word('orders: an account of somebody');
      const to = join(stage.fleet.folder, 'export.json');
      await ordered(stage, 2, 'export', word, '--to', to, '--account', `slack:T0SOTTO000:${account}`);
      await ordered(stage, 1, 'forget', word, '--account', `teams:tenant:${account}`);
    },
  },
  {
    name: 'the audit log, taken out about somebody and about nobody',
    go: async (stage) => {
      const word = stage.canaries.word('orders: the id of somebody whom the audit log is searched for');
      const fleet = stage.fleet.folder;
      await ordered(stage, 2, 'audit', 'export', '--person', word, '--names', '--to', join(fleet, 'about.jsonl'));
      await ordered(stage, 1, 'audit', 'export', '--format', 'ocsf', '--cursor', join(fleet, 'cursor'));
      const no = stage.canaries.word('orders: a kind, a topic or a log that there is not');
      await refused(stage, 'audit', 'export', '--kind', no);
      await refused(stage, 'audit', 'export', '--topic', no);
      await refused(stage, 'audit', 'export', '--origin', no);
    },
  },
  {
    name: 'orders that name what is not there',
    go: async (stage) => {
      const word = stage.canaries.word('orders: what is not there');
      await refused(stage, 'recall', '--intent', word);
      await refused(stage, 'hold', 'place', '--topic', word);
      await refused(stage, 'hold', 'lift', word);
      await refused(stage, 'dead', 'retry', word);
      await refused(stage, word, word);
    },
  },
  {
    name: 'a code that is none, among words, from somebody who may not',
    go: async (stage) => {
      const word = stage.canaries.word('orders: what is said beside a code');
      for (const on of ['slack', 'teams'] as const) {
        await stage.ask({ on, who: stage.operators[0] ?? stage.somebody(), text: `ABCD-2345 ${word}` });
        await stage.ask({ on, who: stage.somebody(), text: `ABCD-2345 ${word} ${OWN_LEAVE}` });
      }
    },
  },
];
