import type { AsideReplies } from './aside-shape.ts';

export const en: AsideReplies = {
  hint: ({ platform }) => {
    const how =
      platform === 'slack'
        ? '/sotto and your question, wherever you are'
        : '“Ask Sotto privately”, among the apps where you write and in the menu of a message of yours';
    return `The best way to ask is ${how}: then no question of yours stands in the chat. What you write as a message stays there, and I cannot take it away.`;
  },
  taken: 'I have your question, and nobody else saw it. My answer is for your eyes only.',
  unclear: 'I answered you where you asked, for your eyes only. If you cannot see it there, please ask me again.',
  notReached:
    'What I answer is restricted to our private chat, and I cannot write to you there. Please add me to your chats, and ask me there.',
  edited:
    'You changed a question after you had sent it. I do not answer a changed question by itself, and took back what I had said to it. If you still want to know, please ask again.',
  files: 'I cannot read files, so I did not look at it, nor at the words beside it. Please ask me in words alone.',
  title: 'Ask in private',
  intro: 'Nobody else sees your question, and none of it stands in a chat. I answer in our private chat.',
  question: 'Your question',
  below: ({ own }) =>
    own
      ? 'These are the words of your own message. Change them as you like; nothing is sent before you send it.'
      : 'In your own words, please. What others wrote I never take over: it stays with them.',
  send: 'Ask',
  sent: 'I have your question. Look into our private chat. If nothing arrives there, write to me there.',
};
