/** The form of a question that is asked aside, and what it carries. */
import { z } from 'zod';
import type { Sealer } from '../ports.ts';
import { repliesIn } from '../replies/replies.ts';
import { contextOf } from '../sealing.ts';
import type { Account, Form, Locale, Submit } from '../types.ts';

/** Name of its one field. */
const FIELD = 'question';

/** Nobody asks one thing in more characters into a window. */
const MOST_CHARACTERS = 2_000;

/** A form that was opened is sent within so long, ms. */
const FORM_MS = 24 * 60 * 60_000;

const carried = z.strictObject({ kind: z.literal('aside-form'), until: z.number() });

interface Known {
  readonly sealer: Sealer;
  readonly now: number;
}

/** `text`: what it is filled with. `own`: those are words that the asker wrote before. `findings`: what is wrong with what was sent. */
export const asideForm = (
  o: Known & {
    readonly account: Account;
    readonly locale: Locale;
    readonly text: string;
    readonly own: boolean;
    readonly findings: readonly string[];
  },
): Form => {
  const texts = repliesIn(o.locale).aside;
  const state: z.infer<typeof carried> = { kind: 'aside-form', until: o.now + FORM_MS };
  return {
    title: texts.title,
    text: texts.intro,
    findings: o.findings,
    fields: [
      {
        kind: 'text',
        name: FIELD,
        label: texts.question,
        hint: texts.below({ own: o.own }),
        required: true,
        lines: true,
        most: MOST_CHARACTERS,
        value: o.text,
      },
    ],
    submit: texts.send,
    state: o.sealer.seal(contextOf(o.account, 'press'), JSON.stringify(state)),
  };
};

const stateOf = ({ account, state }: Submit, sealer: Sealer): z.infer<typeof carried> | null => {
  const plain = sealer.open(contextOf(account, 'press'), state);
  const read = plain === null ? null : carried.safeParse(JSON.parse(plain));
  return read?.success === true ? read.data : null;
};

/** Whether it is a form of this kind and of who sends it, whatever became of its time. */
export const isAsideForm = (submit: Submit, { sealer }: Pick<Known, 'sealer'>): boolean =>
  stateOf(submit, sealer) !== null;

/** What was asked. Null: somebody else's form, a forged one, or its time is over. */
export const askedIn = (submit: Submit, { sealer, now }: Known): string | null => {
  const state = stateOf(submit, sealer);
  if (state === null || state.until < now) return null;
  return (submit.values[FIELD]?.[0] ?? '').slice(0, MOST_CHARACTERS).toWellFormed().trim();
};
