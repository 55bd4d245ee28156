/** What a receipt of a forgetting says in numbers, read back from the receipt itself, so that whoever forgot is told what the operators are. */
import { z } from 'zod';
import type { Receipt } from '../orders/types.ts';
import type { Forgot } from '../replies/privacy-shape.ts';

const n = z.number();

const shape = z.object({
  at: n,
  removed: z.object({ found: n, gone: n, leaving: n }),
  shredded: z.object({
    questions: n,
    transcripts: n,
    references: n,
    signIns: n,
    decisions: n,
    donations: n,
    marks: n,
  }),
  held: z.object({
    answers: z.array(z.object({ answers: n })),
    transcripts: n,
    questions: n,
    phrases: n,
    decisions: z.boolean(),
  }),
  inFlight: n,
  unsure: n,
});

/** Null: it was not done. */
export const forgotOf = ({ data }: Receipt): (Forgot & { readonly at: number }) | null => {
  const read = shape.safeParse(data);
  if (!read.success) return null;
  const { at, removed, shredded, held, inFlight, unsure } = read.data;
  return {
    at,
    asked: removed.found,
    gone: removed.gone,
    leaving: removed.leaving,
    questions: shredded.questions,
    talks: shredded.transcripts,
    addresses: shredded.references,
    signIns: shredded.signIns,
    phrases: shredded.donations,
    decisions: shredded.decisions,
    marks: shredded.marks,
    held: {
      messages: held.answers.reduce((sum, { answers }) => sum + answers, 0),
      talks: held.transcripts,
      questions: held.questions,
      phrases: held.phrases,
      decisions: held.decisions,
    },
    left: inFlight + unsure,
  };
};
