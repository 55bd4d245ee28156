/** The receipt of a forgetting: the four states of promise 10, in words and for programs. */
import type { Receipt } from './types.ts';
import { count, heldData } from './words.ts';

export interface Forgotten {
  /** When that was found, ms since the epoch. */
  readonly at: number;
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
    /** Policy requests without words. */
    readonly decisions: number;
    /** Phrases that they gave. */
    readonly donations: number;
    /** That they were told once how it works. */
    readonly marks: number;
    /** Keys by which their name opens in the audit log. */
    readonly names: number;
  };
  readonly held: {
    readonly answers: ReadonlyMap<string, number>;
    /** Id of the hold that keeps each. */
    readonly transcripts: ReadonlyMap<string, string>;
    readonly questions: ReadonlyMap<string, string>;
    /** Id of the hold that keeps the policy requests and the phrases that they gave; null: none does. */
    readonly decisions: string | null;
    /** Phrases that it keeps with them. */
    readonly donations: number;
  };
  /** Questions that somebody still works on. */
  readonly flying: number;
  /** Questions whose account the directory could not name. */
  readonly unsure: number;
  /** Accounts that were looked through. */
  readonly accounts: number;
}

export const forgetReceipt = (o: Forgotten): Receipt => {
  const { at, removed, shredded, held, flying, unsure, accounts } = o;
  const keeping = keptByHold(held);
  const answersHeld = [...held.answers.values()].reduce((sum, n) => sum + n, 0);
  return {
    ok: flying === 0 && unsure === 0,
    says: [
      `Removed through the platform: ${count(removed.found, 'message')} asked for (answers, and what else told what was asked), ${removed.gone} done so far${removed.leaving === 0 ? '' : `; ${removed.leaving} leave as fast as the platform allows ("sotto expiries")`}.`,
      `Shredded in our store: ${count(shredded.questions, 'question')}, ${count(shredded.transcripts, 'transcript')}, ${count(shredded.references, 'address', 'addresses')} of chats, ${count(shredded.signIns, 'sign-in')}, ${count(shredded.donations, 'phrase')} that they gave, ${count(shredded.decisions, 'policy request')} without words, ${count(shredded.marks, 'mark')} that they were told how it works, ${count(shredded.names, 'key', 'keys')} by which their name opens in the audit log. Counts of how much was asked go by themselves within two minutes, of what was refused or looked at within two hours.`,
      keeping.size > 0
        ? `Still held, by legal holds: ${count(answersHeld, 'message')}, ${count(held.transcripts.size, 'transcript')}, ${count(held.questions.size, 'question')}.`
        : held.decisions === null
          ? 'Still held by a legal hold: nothing.'
          : `Still held by a legal hold: nothing with words${held.donations === 0 ? '' : ' but what they gave'}.`,
      ...[...keeping].map(([hold, kept]) => `${kept} kept by the legal hold ${hold}, and left as they are.`),
      ...(held.decisions === null
        ? []
        : [
            `What policy was asked for them, without words, is kept by the legal hold ${held.decisions}, and for a month at most.`,
          ]),
      ...(held.donations === 0
        ? []
        : [
            `${count(held.donations, 'phrase')} that they gave kept by the legal hold ${held.decisions}, and for ninety days at most.`,
          ]),
      `Still held otherwise: what the platform itself retains or exports, which we cannot know; and the audit log, which says what was decided of a keyed hash and in no words, and would prove nothing if entries could be taken out. ${
        held.decisions === null
          ? 'Their name in its entries opens for nobody any more, in no copy of it; whoever has the directory and this store can still make the keyed hash of somebody and compare.'
          : `Their name in its entries opens still, for the legal hold ${held.decisions}.`
      }`,
      'Messages of more than seven days ago that stay in the chat are not known here any more, and are not taken back. Nor is what told nothing: an apology, a line where an answer had left.',
      'Never ours to remove: the person’s own messages, notification previews, what was shown in a channel to them alone, an open Teams dialog.',
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
      at,
      removed,
      shredded,
      held: {
        answers: heldData(held.answers),
        transcripts: held.transcripts.size,
        questions: held.questions.size,
        phrases: held.donations,
        decisions: held.decisions !== null,
        holds: [...new Set([...keeping.keys(), ...(held.decisions === null ? [] : [held.decisions])])].toSorted(),
        platform: 'not known here',
        auditLog:
          held.decisions === null
            ? 'keyed hashes, kept as proof; no name opens'
            : 'keyed hashes and sealed names, kept as proof',
      },
      neverOurs: [
        'own messages',
        'notification previews',
        'what was shown in a channel to them alone',
        'open Teams dialogs',
      ],
      inFlight: flying,
      unsure,
      accounts,
    },
  };
};

/** What each hold keeps, in words, by its id. */
const keptByHold = ({ answers, transcripts, questions }: Forgotten['held']): ReadonlyMap<string, string> => {
  const ids = [...new Set([...answers.keys(), ...transcripts.values(), ...questions.values()])].toSorted();
  const of = (all: ReadonlyMap<string, string>, id: string): number =>
    [...all.values()].filter((by) => by === id).length;
  return new Map(
    ids.map((id) => {
      const kept = { message: answers.get(id) ?? 0, transcript: of(transcripts, id), question: of(questions, id) };
      const words = Object.entries(kept).flatMap(([what, n]) => (n === 0 ? [] : [count(n, what)]));
      return [id, words.join(', ')];
    }),
  );
};
