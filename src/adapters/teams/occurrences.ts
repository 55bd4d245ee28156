/**
 * What Teams tells of beside questions and invokes: a message was changed or deleted by whoever wrote it, the app was added or
 * taken away. Each goes to whoever answers for it; everything else (reactions, typing, other people's comings and goings) is
 * acknowledged, and nothing is run.
 */
import { type Fields, fieldsAt, isFields, stringAt } from './read.ts';

/** An activity that the gate has verified. */
export interface Occurred {
  readonly activity: Fields;
  /** That the gate has proved. */
  readonly tenant: string;
  /** ms since the epoch. */
  readonly arrivedAt: number;
}

/** Resolves once what it begins or undoes is durable. Where it rejects or takes longer than 900 ms, Teams is answered 503. */
export type Occurrence = (occurred: Occurred) => Promise<void>;

export interface Occurrences {
  /** Somebody changed a message of theirs (`messageUpdate`; Teams requirement 22). */
  readonly edited?: Occurrence;
  /** Somebody deleted a message of theirs, or took the deletion back, which is `edited` (Teams requirement 22). */
  readonly deleted?: Occurrence;
  /** The app was added to a chat (`installationUpdate`), or the bot came into one (`conversationUpdate`). It may come twice. */
  readonly added?: Occurrence;
  /** The app was taken away from a chat, or the bot out of one (Teams requirement 23). It may come twice. */
  readonly removed?: Occurrence;
}

/** How many members one activity is read for. */
const MOST_MEMBERS = 50;

/** Which of them an activity is; null: nothing that anybody here answers for. */
export const occurrenceIn = (activity: Fields): keyof Occurrences | null => {
  switch (activity['type']) {
    case 'messageUpdate':
      return 'edited';
    case 'messageDelete':
      return 'deleted';
    case 'installationUpdate':
      return ACTIONS[stringAt(activity, 'action') ?? ''] ?? null;
    case 'conversationUpdate':
      if (namesBot(activity, 'membersAdded')) return 'added';
      return namesBot(activity, 'membersRemoved') ? 'removed' : null;
    default:
      return null;
  }
};

/** `add-upgrade` and `remove-upgrade` are neither: the same app stays, in a newer version. */
const ACTIONS: Readonly<Record<string, 'added' | 'removed'>> = { add: 'added', remove: 'removed' };

const namesBot = (activity: Fields, key: 'membersAdded' | 'membersRemoved'): boolean => {
  const members: unknown = activity[key];
  const bot = stringAt(fieldsAt(activity, 'recipient'), 'id');
  if (bot === null || !Array.isArray(members)) return false;
  return members.slice(0, MOST_MEMBERS).some((member) => isFields(member) && member['id'] === bot);
};
