/** Messages for one person alone, in a chat of several: what Teams demands of whoever sends, changes or removes one. */
import { isFields } from '../../src/adapters/bounded/fields.ts';
import type { Clock } from '../../src/core/ports.ts';
import type { Asked } from './asked.ts';
import type { Conversation, Conversations, Message, Targeted } from './conversations.ts';
import { type MethodAnswer, refusal } from './methods.ts';
import type { TeamsStandInOptions } from './types.ts';

/** Clients show one for so long, ms; then it is nowhere, for the bot neither (Teams facts, section 6). */
export const TARGETED_MS = 24 * 60 * 60_000;

export const createTargeting = (o: {
  readonly mode: NonNullable<TeamsStandInOptions['targeted']>;
  readonly conversations: Pick<Conversations, 'userOf'>;
  readonly clock: Pick<Clock, 'now'>;
}) => ({
  /** Whom a new message is for; null: for everybody. Without the query a `recipient` changes nothing: everybody sees it. */
  of: ({ targeted, body }: Asked, conversation: Conversation): Targeted | MethodAnswer | null => {
    if (!targeted || o.mode === 'ignored') return null;
    if (o.mode === 'refused') return refusal('BadArgument', 'Targeted messages are not supported.');
    if (conversation.kind === 'direct') return refusal('BadArgument', 'Targeted messages are for groups and channels.');
    const { recipient } = body;
    const id = isFields(recipient) ? recipient['id'] : null;
    if (typeof id !== 'string') return refusal('BadArgument', 'A targeted message needs a recipient.');
    const user = o.conversations.userOf(id);
    if (user === null || !conversation.members.has(user))
      return refusal('BadArgument', 'The recipient is not a member of the conversation.');
    return { user, until: o.clock.now() + TARGETED_MS };
  },

  /** Why a message that stands there cannot be changed or removed so; null: it can. Its visibility never changes. */
  fault: ({ targeted, body }: Asked, message: Message): MethodAnswer | null => {
    if (o.mode === 'ignored') return null;
    if (targeted && o.mode === 'refused') return refusal('BadArgument', 'Targeted messages are not supported.');
    if (targeted && 'recipient' in body) return refusal('BadArgument', 'A recipient cannot be changed.');
    return targeted === (message.targeted !== null)
      ? null
      : refusal('ActivityNotFoundInConversation', 'Activity not found.');
  },
});
