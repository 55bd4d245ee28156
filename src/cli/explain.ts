import { parseArgs } from 'node:util';
import { z } from 'zod';
import { systemClock } from '../adapters/system/system.ts';
import type { Status, Subcommand } from '../cli.ts';
import { environment } from '../config.ts';
import { explainQuestion } from '../core/explain.ts';
import type { Clock } from '../core/ports.ts';
import { signedInAt } from '../core/sign-in/grants.ts';
import { eachLine } from './jsonl.ts';
import { judging } from './judging.ts';
import { learningLine } from './learning-line.ts';

/** More refusals than a conversation remembers make no difference. */
const line = z.strictObject({
  as: z.string(),
  platform: z.enum(['slack', 'teams']).default('slack'),
  place: z.enum(['direct', 'group', 'channel', 'shared']).default('direct'),
  text: z.string(),
  mfaAgeMinutes: z.number().min(0).nullish(),
  history: z.array(z.string()).max(100).default([]),
  denials: z.int().min(0).max(1_000).nullish(),
  now: z.iso.datetime({ offset: true }).nullish(),
});

export const explain: Subcommand = {
  summary: 'says what would happen to questions, and why (JSONL)',
  help: [
    'sotto explain [--why]',
    'Reads lines {"as","platform","place","text","mfaAgeMinutes"?,"history"?,"denials"?,"now"?} and prints one line each:',
    '{"outcome","intent","topics","about","reasons","reply","show","expiresSeconds"}. No backend is called and nothing is kept.',
    'What the history asked and what was refused of it counts as in a conversation; that repeated refusals slow one down does not: it is judged at once.',
    '--why: also "why", null where nothing is known of the text: {"confidence","threshold","intents":[…],"topics":[…],"doubted":[…]}, each of the',
    'likeliest intent, the one after it, the suspected topics and those that it is too like to be recognised as another’s with {"of","margin","threshold","view","stretch","text","bias","features":[{"kind","text","adds"}],"rest","less"}:',
    'the words, pairs and parts of words that weigh most. They are words of the text: they are printed here and kept nowhere.',
    'People come from SOTTO_DIRECTORY, or from the sample that ships; the pack is the one that ships, with SOTTO_POLICIES over it.',
  ].join('\n'),
  run: async (args): Promise<Status> => {
    const { values } = parseArgs({
      args: [...args],
      options: { why: { type: 'boolean', default: false } },
      strict: true,
    });
    const world = await judging(environment(), learningLine());
    return eachLine({
      input: process.stdin,
      output: process.stdout,
      schema: line,
      answer: async ({ as, platform, place, text, mfaAgeMinutes, history, denials, now }) => {
        const at = now === null || now === undefined ? systemClock().now() : Date.parse(now);
        const clock: Clock = { now: () => at, sleep: async () => undefined };
        const signIn = typeof mfaAgeMinutes === 'number' ? at - mfaAgeMinutes * 60_000 : null;
        const person = await world.personCalled(as);
        const explanation = await explainQuestion({
          ports: {
            ...world.ports,
            clock,
            grants: signedInAt(signIn),
          },
          person,
          platform,
          place,
          asked: { kind: 'text', text },
          history,
          denials: denials ?? null,
        });
        return values.why ? { ...explanation, why: world.ports.recogniser.why?.({ text }) ?? null } : explanation;
      },
    });
  },
};
