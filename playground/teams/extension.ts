/** The message extension, as clients use it: from where somebody writes, from the command box, or on a message. */
import { escaped } from '../typed.ts';
import type { Message } from './conversations.ts';
import { readableTeams } from './readable.ts';
import type { Json } from './types.ts';

/** The manifest names the same. */
const COMMAND = 'askPrivately';

export const commandFrom = (commandContext: 'compose' | 'commandbox' | 'message'): Json => ({
  commandId: COMMAND,
  commandContext,
});

/** A message, as a client hands it to the extension that is used on it; `name` of who wrote it. */
export const payloadOf = ({ id, user, content, conversation }: Message, name: string): Json => {
  const { text } = readableTeams({ ...content, bot: user === null ? 'bot' : null });
  return {
    id,
    replyToId: null,
    createdDateTime: new Date(Number(id)).toISOString(),
    importance: 'normal',
    locale: 'en-us',
    subject: '',
    summary: null,
    linkToMessage: `https://teams.microsoft.com/l/message/${encodeURIComponent(conversation.id)}/${id}`,
    from: {
      device: null,
      conversation: null,
      user: user === null ? null : { userIdentityType: 'aadUser', id: user, displayName: name },
      application: user === null ? { applicationIdentityType: 'bot', id: 'bot', displayName: name } : null,
    },
    body: { contentType: 'html', content: `<p>${escaped(text)}</p>` },
    attachments: [],
    mentions: [],
    reactions: [],
  };
};
