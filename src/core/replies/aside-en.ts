import type { AsideReplies } from './aside-shape.ts';

export const en: AsideReplies = {
  hint: 'The best way to ask is /sotto and your question, wherever you are: then no question of yours stands in the chat. What you write as a message stays there, and I cannot take it away.',
  taken: 'I have your question, and nobody else saw it. My answer is for your eyes only.',
  unclear: 'I answered you where you asked, for your eyes only. If you cannot see it there, please ask me again.',
  files: 'I cannot read files, so I did not look at it, nor at the words beside it. Please ask me in words alone.',
  title: 'Ask in private',
  intro: 'Nobody else sees your question, and none of it stands in a chat. I answer in our private chat.',
  question: 'Your question',
  below: ({ own }) =>
    own
      ? 'These are the words of your own message. Change them as you like; nothing is sent before you send it.'
      : 'In your own words, please. What others wrote I never take over: it stays with them.',
  send: 'Ask',
  sent: 'I have your question. Look into our private chat.',
};
