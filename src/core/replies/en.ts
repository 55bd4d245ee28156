import type { Replies } from './shape.ts';

const list = (items: readonly string[]): string => items.map((item) => `• ${item}`).join('\n');

const span = (seconds: number): string => {
  if (seconds < 120) return seconds === 1 ? '1 second' : `${seconds} seconds`;
  const minutes = Math.ceil(seconds / 60);
  if (minutes < 120) return `${minutes} minutes`;
  const hours = Math.ceil(minutes / 60);
  return `${hours} hours`;
};

export const en: Replies = {
  restricted: ({ topic, contact, words }) =>
    words ?? `This question about ${topic.toLowerCase()} is restricted, so I may not answer it. Please ask ${contact}.`,
  notForYou: 'This is restricted here. I can only answer questions of the people who work at this company.',
  stepUp: ({ title, minutes }) =>
    `To answer this (${title}) I need a strong sign-in from the last 15 minutes. ${
      minutes === null
        ? 'Please sign in and ask again.'
        : `If you sign in within ${minutes} minutes, I answer by myself; after that, please ask again.`
    }`,
  answeredInPrivate: 'I have written to you in private.',
  privateOnly: 'I answer this in private only. Please ask me in our private chat.',
  which: ({ candidates }) =>
    candidates ? 'Whom do you mean?' : 'Whom do you mean? Please ask again with the full name.',
  unknown: ({ canDo }) => `I did not understand that. You can ask me about:\n${list(canDo)}`,
  nothingPermitted: 'There is nothing here that I may answer for you.',
  perhaps: 'Did you mean one of these?',
  throttled: ({ seconds }) => `That was a lot at once. Please try again in ${span(seconds)}.`,
  apology: 'Something went wrong on my side, so I cannot answer. Please try again in a few minutes.',
  unreachable: ({ topic }) =>
    `The system that knows about ${topic.toLowerCase()} could not be reached. Please try again later.`,
  noRecord: 'I found no record of that.',
  andMore: ({ count }) => `… and ${count} more.`,
  placeholder: 'One moment. I am about to show a confidential answer here.',
  sensitiveFallback: 'A confidential answer',
  leavesAfter: ({ seconds }) =>
    `Confidential: I remove this answer ${span(seconds)} after showing it. Your question, and what the platform itself keeps, I cannot remove.`,
  viewReady: ({ title, seconds }) =>
    `${title}: I show this to you alone, in a window, and keep no copy in this chat. Open it within ${span(seconds)}.`,
  viewTitle: 'Confidential',
  viewButton: 'Show it',
  viewMoment: 'One moment.',
  viewClose: 'Close',
  viewLeaves: ({ seconds, closes }) =>
    closes
      ? `Confidential: this window is emptied in ${span(seconds)}. Your question, and what the platform itself keeps, I cannot remove.`
      : 'Confidential: I cannot close this window. Please close it when you have read it. Your question, and what the platform itself keeps, I cannot remove.',
  viewExpired: 'This has expired, so it is no longer shown. Please ask me again.',
  tombstone: 'This answer has been removed.',
  buttonNotYours: 'That button was made for somebody else, or it is too old. Please ask me yourself.',
  tryAgain: 'I could not take that. Please try again.',
  identity: {
    unknown: 'This is restricted: I do not know your account. Please ask your IT desk to add you to the directory.',
    deactivated: 'This is restricted: your account is no longer active.',
    unreachable: 'I could not check who you are just now, so I may not answer. Please try again in a few minutes.',
  },
};
