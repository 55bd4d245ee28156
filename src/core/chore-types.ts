/** What nobody asked, and lies in the inbox all the same until it is done: see `chores.ts`. */
import type { BackendRecord } from './backend-ports.ts';
import type { Arrived } from './types.ts';

/**
 * The bot was taken out of a chat, and what is held of it goes. It waits its turn among what was asked there: what came before it has ended by then, and what comes
 * after the bot was let in again is not touched.
 */
export interface Left extends Arrived {
  readonly kind: 'left';
  /** Whose chats go with it, as their references name it: a team of many channels. Null: it is one chat. */
  readonly group: string | null;
}

/** Somebody changed or deleted a message by which they had asked something. It waits behind nothing that they asked. */
export interface Withdrawn extends Arrived {
  readonly kind: 'withdrawn';
  /** Id of the question. */
  readonly question: string;
  /** Its conversation, which is nobody else's: by it the answers are found where nobody can say who that account is. */
  readonly talk: string;
  /** When it was written, ms since the epoch; null: that cannot be told. */
  readonly asked: number | null;
  readonly how: 'edited' | 'deleted';
}

/**
 * A system reported something about somebody (a webhook). First it is nobody's: its account is none, and whom it is about is looked up. Then it
 * lies there once more, as that person's, and they are told what policy lets them know.
 */
export interface Reported extends Arrived {
  readonly kind: 'reported';
  /** By which webhook. */
  readonly hook: string;
  /** Directory id of whom it is about; null: not looked up yet. */
  readonly person: string | null;
  readonly record: BackendRecord;
  /** Of what is no report itself, but tells how many were held back: the beginning of the hour in which, ms since the epoch. */
  readonly hour?: number;
}

/** What asks nothing, and is done to its end all the same. */
export type Chore = Left | Withdrawn | Reported;
