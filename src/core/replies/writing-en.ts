import type { WritingReplies } from './writing-shape.ts';

const WHY = {
  unreachable: 'The system could not be reached. Please try again in a few minutes.',
  busy: 'The system is busy just now. Please try again in a few minutes.',
  refused: 'The system did not take it.',
  'sign-in': 'The system wants you to sign in first. Please sign in, and send it again.',
  'not-found': 'The system does not know what it is about.',
  malformed: 'The system did not take it.',
  enough: 'You sent a great deal within an hour. Please try again later.',
  'sent-anew': 'You opened its form again, so only the new one counts.',
  other: 'Something went wrong on my side. Please try again in a few minutes.',
} as const;

/** Whom to ask helps only where trying again does not. */
const PASSES: readonly (keyof typeof WHY)[] = ['unreachable', 'busy', 'sign-in', 'enough', 'sent-anew', 'other'];

export const en: WritingReplies = {
  ready: ({ title }) => `${title}: please fill in the form. Nothing is sent before you send it.`,
  open: 'Open the form',
  intro: ({ title }) => `${title}. Please check it; it is done once you send it.`,
  send: 'Send',
  about: ({ name }) => `It is for ${name}.`,
  firstDay: 'First day',
  lastDay: 'Last day',
  between: ({ min, max }) => `A whole number from ${min} to ${max}.`,
  wrong: {
    missing: ({ label }) => `${label}: please fill this in.`,
    long: ({ label, most }) => `${label}: ${most} characters at most, please.`,
    value: ({ label }) => `${label}: I cannot read that. Please change it.`,
    period: 'The last day must not be before the first.',
  },
  taken: 'I have it. What becomes of it I write into our private chat.',
  already: 'You sent this form before, so I did not take it again. What became of it stands in our private chat.',
  done: ({ title }) => `${title}: done.`,
  notDone: ({ title, code, contact }) => {
    const ask = PASSES.includes(code) || contact === '' ? '' : ` If you need it, please ask ${contact}.`;
    return `${title}: nothing was done. ${WHY[code]}${ask}`;
  },
  notCome: ({ title, kept }) =>
    `${title}: nothing was done.${kept ? ' What you wrote is kept in the form below.' : ''}`,
  doubt: ({ title, contact }) => {
    const whom = contact === '' ? 'whoever looks after that system' : contact;
    return `${title}: I do not know whether it was done, for the system gave no clear answer. I do not try again by myself. Please ask ${whom} before you send it once more.`;
  },
  late: 'This has expired, so nothing was sent. Please ask me again.',
  wrote: 'What you wrote, for you to copy:',
  wroteFor: ({ hours }) => `I remove this message after ${hours === 1 ? 'an hour' : `${hours} hours`}.`,
  keptBelow: 'What you wrote is kept in the form below, should you want to send it yourself.',
  asYourself: ({ title, minutes }) =>
    `${title}: I do this in your own name, and for that I need you to sign in. If you do within ${minutes} minutes, I go on by myself; nothing was done so far.`,
  anew: {
    late: 'This form had run out, so nothing was sent. Here it is again with what you wrote: please check it, and send it once more.',
    changed:
      'This form has changed meanwhile, so nothing was sent. Here it is again with what you wrote: please check it, and send it once more.',
  },
  undo: 'Take it back',
  undoFor: ({ minutes }) => `You can take it back within ${minutes} min.`,
  undone: ({ title }) => `${title}: taken back.`,
  undoneBefore: 'It has been taken back already.',
  undoLate: ({ contact }) => `It is too late to take that back here.${contact === '' ? '' : ` Please ask ${contact}.`}`,
  undoNotDone: ({ title, contact }) =>
    `${title}: it was not taken back, and stands as before.${contact === '' ? '' : ` Please try again, or ask ${contact}.`}`,
  undoDoubt: ({ title, contact }) => {
    const whom = contact === '' ? 'whoever looks after that system' : contact;
    return `${title}: I do not know whether it was taken back, for the system gave no clear answer. Please ask ${whom}.`;
  },
};
