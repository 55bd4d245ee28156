/** The receipt of a forgetting: the four states of promise 10, in words and for programs. */
import type { Receipt } from './types.ts';
import { count, heldData, heldLines } from './words.ts';

export interface Forgotten {
  readonly removed: {
    readonly found: number;
    readonly alreadyLeaving: number;
    readonly gone: number;
    readonly leaving: number;
  };
  readonly shredded: {
    readonly questions: number;
    readonly transcripts: number;
    readonly references: number;
    readonly signIns: number;
  };
  readonly held: {
    readonly answers: ReadonlyMap<string, number>;
    readonly transcripts: number;
    readonly questions: number;
  };
  /** Questions that somebody still works on. */
  readonly flying: number;
  /** Questions whose account the directory could not name. */
  readonly unsure: number;
  /** Accounts that were looked through. */
  readonly accounts: number;
}

export const forgetReceipt = (o: Forgotten): Receipt => {
  const { removed, shredded, held, flying, unsure, accounts } = o;
  const keeps = held.answers.size > 0 || held.transcripts > 0 || held.questions > 0;
  return {
    ok: flying === 0 && unsure === 0,
    says: [
      `Removed through the platform: ${count(removed.found, 'message')} asked for (answers, and what else told what was asked), ${removed.gone} done so far${removed.leaving === 0 ? '' : `; ${removed.leaving} leave as fast as the platform allows ("sotto expiries")`}.`,
      `Shredded in our store: ${count(shredded.questions, 'question')}, ${count(shredded.transcripts, 'transcript')}, ${count(shredded.references, 'address')} of chats, ${count(shredded.signIns, 'sign-in')}. Counts of how much was asked go by themselves within two minutes.`,
      keeps
        ? `Still held, by legal holds: ${[...held.answers.values()].reduce((sum, n) => sum + n, 0)} messages, ${count(held.transcripts, 'transcript')}, ${count(held.questions, 'question')}.`
        : 'Still held by a legal hold: nothing.',
      ...heldLines(held.answers),
      'Still held otherwise: what the platform itself retains or exports, which we cannot know; and the audit log, which says what was decided of a keyed hash and in no words, and would prove nothing if entries could be taken out.',
      'Messages of more than seven days ago that stay in the chat are not known here any more, and are not taken back. Nor is what told nothing: an apology, a line where an answer had left.',
      'Never ours to remove: the person’s own messages, notification previews, an open Teams dialog.',
      accounts === 0
        ? 'No account of that person is known, so only what carries their keyed hash was found. Name accounts with --account where you know them.'
        : `${count(accounts, 'account')} looked through.`,
      ...(flying === 0 ? [] : [`${count(flying, 'question')} still being answered. Order it again in a minute.`]),
      ...(unsure === 0
        ? []
        : [
            `Whose ${count(unsure, 'question')} in the inbox are, the directory could not say. Order it again when it answers.`,
          ]),
      'Whoever may still use the bot and writes to it is known here again.',
    ],
    data: {
      removed,
      shredded,
      held: {
        answers: heldData(held.answers),
        transcripts: held.transcripts,
        questions: held.questions,
        platform: 'not known here',
        auditLog: 'keyed hashes, kept as proof',
      },
      neverOurs: ['own messages', 'notification previews', 'open Teams dialogs'],
      inFlight: flying,
      unsure,
      accounts,
    },
  };
};
