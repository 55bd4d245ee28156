import type { Order, OrderOf } from '../orders/types.ts';
import { en as aside } from './aside-en.ts';
import { auth } from './auth-en.ts';
import { en as donating } from './donating-en.ts';
import { en as installing } from './installing-en.ts';
import { en as privacy } from './privacy-en.ts';
import { en as restricting } from './restricting-en.ts';
import type { Replies } from './shape.ts';
import { en as signedIn } from './signed-in-en.ts';
import { en as writing } from './writing-en.ts';

const list = (items: readonly string[]): string => items.map((item) => `• ${item}`).join('\n');

const span = (seconds: number): string => {
  if (seconds < 120) return seconds === 1 ? '1 second' : `${seconds} seconds`;
  const minutes = Math.ceil(seconds / 60);
  if (minutes < 120) return `${minutes} minutes`;
  const hours = Math.ceil(minutes / 60);
  return `${hours} hours`;
};

const time = (at: number): string => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

const HELD = {
  iban: 'an account number (IBAN)',
  card: 'a card number',
  'national-id': 'a national id',
  secret: 'a password, key or token',
} as const;

const auditExport = (order: OrderOf<'audit-export'>): string => {
  const { person, topic, kinds, origin, since, until } = order;
  const which = [
    ...(person === null ? [] : [`about the person ${person}`]),
    ...(topic === null ? [] : [`of the topic ${topic}`]),
    ...(kinds.length === 0 ? [] : [`of the kinds ${kinds.join(', ')}`]),
    ...(origin === null ? [] : [`of the log ${origin}`]),
    ...(since === null ? [] : [`since ${time(since)}`]),
    ...(until === null ? [] : [`before ${time(until)}`]),
  ];
  return [
    `Take out of the audit log ${which.length === 0 ? 'all entries' : `the entries ${which.join(', ')}`} (${order.format}), for whoever waits at the command line.`,
    ...(order.names ? ['The names of the people in them are opened.'] : []),
    ...(order.standing ? ['For thirty days what comes after them may be taken as well, without another order.'] : []),
    ...(person === null ? [] : ['The person can see that it happened.']),
  ].join(' ');
};

/** Whoever confirms it must read whose chats it reaches. */
const also = (accounts: readonly string[]): string =>
  accounts.length === 0 ? '' : ` These accounts are taken for theirs: ${accounts.join(', ')}.`;

const what = (order: Order): string => {
  switch (order.kind) {
    case 'pause':
      return 'Pause: until it is ended, everybody who asks Sotto is told that it is paused.';
    case 'resume':
      return 'End the pause: Sotto answers again.';
    case 'hold':
      return `Hold: nothing about the ${order.on} ${order.what} is removed or shredded until two operators lift the hold.`;
    case 'lift':
      return `Lift the hold ${order.id}: what it kept is removed as it falls due.`;
    case 'recall': {
      const of = order.intent ?? (order.topic === null ? 'everything' : `the topic ${order.topic}`);
      const since = order.since === null ? '' : ` given since ${time(order.since)}`;
      return `Recall: the answers about ${of}${since} that still stand are taken back.`;
    }
    case 'forget':
      return `Forget the person ${order.person}: what Sotto keeps and shows of them is shredded and removed.${also(order.accounts)}`;
    case 'export':
      return `Export what Sotto keeps of the person ${order.person}, with their entries of the audit log, for whoever waits at the command line. The person can see that it happened.${also(order.accounts)}`;
    case 'audit-export':
      return auditExport(order);
    case 'donated':
      return order.remove.length === 0
        ? 'Show the phrases that people gave because they were not understood to whoever waits at the command line.'
        : `Shred phrases that people gave (${order.remove.length}).`;
    case 'retry':
      return `Ask again the question that was set aside as ${order.id}.`;
    case 'audit-lost':
      return `Put on record that the audit log ${order.origin} is lost: Sotto asks for it no more.`;
    case 'restrict':
      return order.says.en;
  }
};

export const en: Replies = {
  restricted: ({ topic, contact, words, whom, rights }) => {
    const ask = words === null ? (whom ?? contact) : whom;
    const why = words ?? `This question about ${topic.toLowerCase()} is restricted, so I may not answer it.`;
    return [why, ...(ask === null ? [] : [`Please ask ${ask}.`]), ...(rights === null ? [] : [rights])].join(' ');
  },
  meantElse: 'If you meant something else, choose it:',
  meant: ({ title }) => `I meant: ${title}`,
  notForYou: 'This is restricted here. I can only answer questions of the people who work at this company.',
  stepUp: ({ title, minutes, signIn }) => {
    const needs = `To answer this (${title}) I need a strong sign-in from the last ${minutes <= 1 ? 'minute' : span(minutes * 60)}`;
    if (signIn === 'nowhere') return `${needs}, and nobody can sign in here yet.`;
    if (signIn === 'press') return `${needs}. Please sign in, then press again.`;
    return signIn === 'again'
      ? `${needs}. Please sign in and ask again.`
      : `${needs}. If you sign in within ${signIn} minutes, I answer by myself; after that, please ask again.`;
  },
  asYourself: ({ title, signIn }) => {
    const needs = `To answer this (${title}) I ask the system in your own name, so that it shows what you may see there. For that I need you to sign in`;
    if (signIn === 'nowhere') return `${needs}, and nobody can sign in here yet.`;
    if (signIn === 'press') return `${needs}. Please do, then press again.`;
    return signIn === 'again'
      ? `${needs}. Please do, and ask again.`
      : `${needs}. If you do within ${signIn} minutes, I answer by myself; after that, please ask again.`;
  },
  signIn: 'Sign in',
  answeredInPrivate: 'I have written to you in private.',
  privateOnly: 'I answer this in private only. Please ask me in our private chat.',
  which: ({ offered }) => {
    if (offered === 'all') return 'Whom do you mean?';
    if (offered === 'nobody') return 'Whom do you mean? Please ask again with the full name.';
    return 'Whom do you mean? If it is nobody of these, please ask again with the full name.';
  },
  whichSelf: 'I am not sure whom this is about. Do you mean yourself?',
  myself: 'Yes, it is about me',
  onlyNow: 'This is how it is now. For another time I cannot tell.',
  alsoAsked: 'You also asked this. Choose it, and I answer:',
  unknown: ({ heard, canDo, closest }) => {
    const about = `You can ask me about:\n${list(canDo)}`;
    if (heard === 'foreign')
      return `I did not understand that: I know none of its words. Please ask in English, German, French or Spanish.\n${about}`;
    if (!closest) return `I did not understand that. ${about}`;
    return heard === 'near'
      ? `I did not understand that for certain. Did you mean one of the questions below?\n\n${about}`
      : `I did not understand that. ${about}\n\nThe closest that I know stands below.`;
  },
  aside,
  donating,
  writing,
  installing,
  auth,
  signedIn,
  askPerson: 'Ask a person',
  askPersonInChat: 'If you would rather ask a person, write “ask a person” to me in our private chat.',
  nothingPermitted: 'There is nothing here that I may answer for you.',
  throttled: ({ seconds }) => `That was a lot at once. Please try again in ${span(seconds)}.`,
  throttledTopic: ({ topic, seconds }) =>
    `Those were too many questions about ${topic.toLowerCase()} at once. Please try again in ${span(seconds)}.`,
  probing: ({ person, refusals, since, topics }) => {
    const about = topics.length === 0 ? '' : ` They were about: ${topics.join(', ')}.`;
    return `Somebody keeps asking what is restricted to them. The person with the id ${person} in the directory was refused at least ${refusals} times since ${time(since)}.${about} I answer them more slowly now. What they wrote I tell nobody, you neither. About this person I tell you once a day.`;
  },
  surpriseFound: ({ operation, field, held }) =>
    `A system sent what must not be shown: in the answer of ${operation}, the field ${field} held ${HELD[held]}, and its description does not know of that. Nobody was shown anything of it. Please have somebody look at what that system sends there. If it belongs there, the description says so (holds: [${held}]). Of this field I tell you once a day.`,
  flooded: ({ hook }) =>
    `A system reports far more about single people than it can mean to, by the webhook ${hook}. They are told of the first ones, and of the others how many there were. Either the system is out of order, or somebody else has its secret. Please have somebody look at what it sends, and change the secret where you are not sure. Of this webhook I tell you once a day.`,
  spread: ({ hook, people }) =>
    `A system reports about more people than it should, by the webhook ${hook}: they were more than ${people} within an hour. What it sent beyond that I tell people only as a number, once the hour is over. Either it has so much to say for once, or the system is out of order, or somebody else has its secret. Please have somebody look at what it sends, and change the secret where you are not sure. If there are to be so many, the description says so (people). Of this webhook I tell you once a day.`,
  home: {
    canAsk: 'What you can ask me',
    how: ({ platform }) =>
      `Write to me in ${platform === 'slack' ? 'the Messages tab' : 'this chat'}, in your own words. Others see different lists: this one is what I may answer for you.`,
    noRoom: 'There is no room for all of it here. Ask me “what can I ask you?” for the rest.',
    comes: 'The answer comes as a message in our chat.',
    open: 'Open my page',
  },
  shed: 'I have too much to do right now. Ask me again in a minute.',
  apology: 'Something went wrong on my side, so I cannot answer. Please try again in a few minutes.',
  unreachable: ({ topic }) =>
    `The system that knows about ${topic.toLowerCase()} could not be reached. Please try again later.`,
  surprise: ({ topic }) =>
    `I have an answer about ${topic.toLowerCase()}, and it could not be shown: something stands in it that should not. That is no restriction, and nothing that you did. It is on record for those who run me.`,
  noRecord: 'I found no record of that.',
  noRecordFor: ({ what }) => `I found no record of that for ${what}.`,
  andMore: ({ count, atLeast }) => `… and ${atLeast ? 'at least ' : ''}${count} more.`,
  mayBeMore: ({ count }) =>
    count === 0
      ? 'There may be more than could be looked through.'
      : `There may be more; ${count === 1 ? 'this is the first' : `these are the first ${count}`}.`,
  reported: {
    waits: 'Something about you has come in. I show it only when you ask for it.',
    show: 'Ask for it',
    more: ({ count }) =>
      count === 1
        ? 'One more thing about you has come in. There were too many in an hour to tell each, so ask me how it stands now.'
        : `${count} more things about you have come in. There were too many in an hour to tell each, so ask me how it stands now.`,
  },
  placeholder: 'One moment. I am about to show a confidential answer here.',
  sensitiveFallback: 'A confidential answer',
  leavesAfter: ({ seconds, more }) =>
    `Confidential: I remove this answer ${span(seconds)} after showing it${more ? ', unless you take more time' : ''}. Your question, and what the platform itself keeps, I cannot remove.`,
  moreTime: 'More time',
  moreTimeGiven: ({ seconds }) => `You have more time: the answer now leaves in ${span(seconds)}.`,
  noMoreTime: ({ seconds }) => `There is no more time to give: the answer leaves in ${span(seconds)}.`,
  left: 'This answer has left. You can ask for it again.',
  askAgain: 'Ask again',
  viewReady: ({ title, seconds }) =>
    `${title}: I show this to you alone, in a window, and keep no copy in this chat. Open it within ${span(seconds)}.`,
  viewTitle: 'Confidential',
  viewButton: 'Show it',
  viewMoment: 'One moment.',
  viewClose: 'Close',
  fieldNeeded: 'Please fill this in.',
  viewLeaves: ({ seconds, closes }) =>
    closes
      ? `Confidential: this window is emptied in ${span(seconds)}. Your question, and what the platform itself keeps, I cannot remove.`
      : 'Confidential: I cannot close this window. Please close it when you have read it. Your question, and what the platform itself keeps, I cannot remove.',
  viewExpired: 'This has expired, so it is no longer shown. Please ask me again.',
  tombstone: 'This answer has been removed.',
  live: {
    begun: 'One moment. Your operators are testing whether messages of mine leave again.',
    shown: 'This is the test. It holds nothing of yours, and leaves by itself within a minute.',
  },
  buttonNotYours: 'That button was made for somebody else, or it is too old. Please ask me yourself.',
  tryAgain: 'I could not take that. Please try again.',
  paused: 'Sotto is paused by its operators. Please ask again later.',
  closed: 'Sotto is paused until its rules have been approved. Please ask again later.',
  'audit-lost': 'Sotto is paused until it is settled what became of its records. Please ask again later.',
  packStricter: 'The pack was replaced by another one, which is proved to permit nobody anything more.',
  orders: {
    what,
    confirmed: (o) => `Confirmed. ${o.what} It is being done now; the command line prints what came of it.`,
    oneMore: (o) =>
      `Your confirmation counts. ${o.what} It needs another ${o.who === 'hr' ? 'person of HR' : 'operator'}, who must confirm the same code, in private or on the page, within ${o.minutes} min.`,
    already: (o) => `This was confirmed before, so nothing new happens. ${o.what}`,
    over: 'That code does not count any more: it has expired, or it stood where others could read it. Please give the order again.',
    unread: 'I cannot read an order that waits just now, and this may be its code. Please send it again in a minute.',
    wrong: 'That is not the code of an order that waits. Please check it, or give the order again.',
    tooMany: 'Those were too many codes. Please wait a minute and try again.',
    look: (o) =>
      [
        o.what,
        '',
        o.difference,
        '',
        `Send me the same code once more to approve exactly this (${o.hash.slice(0, 12)}).`,
      ].join('\n'),
    notTheirs: ({ who }) =>
      who === 'hr'
        ? 'Only HR can confirm that order. Please pass the code on to them in private.'
        : 'Only operators can confirm that order. Please pass the code on to them in private.',
    changed:
      'What that order is about has changed or ended meanwhile, so it does not count any more. Please give it again.',
    burnt:
      'Others could read that code here, so it does not count any more. Please give the order again, and send me its code in our private chat.',
  },
  restricting,
  privacy,
  identity: {
    unknown: 'This is restricted: I do not know your account. Please ask your IT desk to add you to the directory.',
    unreachable: 'I could not check who you are just now, so I may not answer. Please try again in a few minutes.',
  },
};
