import type { PlatformName } from '../types.ts';
import type { Forgot, PrivacyReplies } from './privacy-shape.ts';

const NAMES: Readonly<Record<PlatformName, string>> = { slack: 'Slack', teams: 'Teams' };

const many = (n: number, one: string, more = `${one}s`): string => `${n} ${n === 1 ? one : more}`;
const hoursOf = (hours: number): string => (hours === 1 ? 'an hour' : `${hours} hours`);
/** As `localTime` tells it: of another day with its date. */
const atTime = (time: string): string => (time.includes(',') ? `on ${time}` : `at ${time}`);
const spanOf = (minutes: number): string => {
  if (minutes < 120) return many(minutes, 'minute');
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? many(hours, 'hour') : many(Math.floor(hours / 24), 'day');
};
/** What no removal reaches there, beside people's own messages and what the platform shows and retains. */
const OUT_OF_REACH: Readonly<Record<PlatformName, string>> = {
  slack: 'what I showed to you alone in a channel',
  teams: 'a window that is still open',
};
const bullets = (lines: readonly string[]): string => lines.map((line) => `• ${line}`).join('\n');

const STATES = {
  queued: 'waits for its turn',
  leased: 'is being answered',
  parked: 'waits for you',
  dead: 'could not be answered and was set aside',
} as const;

const heldOf = ({ held }: Forgot): string => {
  const parts = [
    ...(held.messages > 0 ? [many(held.messages, 'message')] : []),
    ...(held.talks > 0 ? [held.talks === 1 ? 'what one talk remembers' : `what ${held.talks} talks remember`] : []),
    ...(held.questions > 0 ? [many(held.questions, 'question')] : []),
    ...(held.phrases > 0 ? [many(held.phrases, 'phrase')] : []),
    ...(held.decisions ? ['decisions without words'] : []),
  ];
  return parts.length === 0
    ? 'Nothing of mine that I know of.'
    : `${parts.join(', ')}: the law obliges your company to keep that for now. It goes once that ends and its time is over.`;
};

export const en: PrivacyReplies = {
  firstUse: ({ platform, hours, outsider, hint }) => {
    const name = NAMES[platform];
    return [
      'Before we begin, just this once: I am Sotto, a machine. No person answers here.',
      bullets([
        `What I keep, sealed: your words until they are answered (three days if that fails), which topics we talked about for ${hoursOf(hours)}, and what was decided, without words, for 30 days; under a hash, a log of decisions for as long as the company keeps it.`,
        `What stays in ${name} whatever I do: your own messages, previews of notifications, and what the company has ${name} retain.`,
        ...(hint === null ? [] : [hint]),
        ...(outsider
          ? []
          : [
              'A confidential answer leaves when it says so. Write “my data” to see what I hold about you, or to be forgotten.',
            ]),
      ]),
    ].join('\n');
  },

  welcome: 'Welcome to Sotto',

  liveHeading: 'My live answers',
  live: ({ at }) => `As of ${at}:`,
  liveOne: ({ asked, leaves, minutes }) =>
    `An answer that you asked for ${atTime(asked)}. It leaves ${atTime(leaves)}, in ${spanOf(minutes)}.`,
  liveDue: ({ asked }) => `An answer that you asked for ${atTime(asked)}. Its time is over; it is about to leave.`,
  liveMore: ({ count }) => `… and ${count} more.`,
  liveUnknown: 'I cannot look at them just now. They leave in their time all the same.',
  takeBack: ({ asked }) => (asked === null ? 'Take it back now' : `Take back: ${asked}`),
  lookAgain: 'Look again',
  takenBack: 'It is being taken back. It leaves in a moment, as fast as the chat allows.',
  takenBackNot: 'This one cannot be taken back now: the law obliges your company to keep it.',
  lookedAgain: 'This is how it is now.',

  heading: 'My privacy',
  kept: (o) =>
    [
      `What I hold about you, and until when (as of ${o.at}):`,
      bullets([
        'The words of your questions: sealed, until they are answered. What waits for you to sign in: ten minutes. What failed again and again: three days.',
        'The words of answers: sealed, until they are shown. What a window showed I never keep.',
        `Which of my messages stand in your chats: until they leave${o.live === null ? '' : o.live === 0 ? ' (none leaves just now)' : ` (${many(o.live, 'answer leaves', 'answers leave')} soon)`}; for seven days where they stay, so that they can be taken back.`,
        `What a talk was about, without words: for ${hoursOf(o.hours)} from its beginning. ${o.talkUntil === null ? 'Of this talk I remember nothing.' : `Of this talk: until ${o.talkUntil}.`}`,
        'What was decided on your questions, without words: 30 days.',
        'Phrases that you gave me to learn from: 90 days. I keep none that you did not give.',
        o.signedIn === null
          ? 'No strong sign-in of yours.'
          : `Your strong sign-in of ${o.signedIn}: until it does not count any more.`,
        'What the company directory says of you: in memory, a day at most.',
        ...(o.platform === 'teams' ? ['Where your chat is reached: sealed, 90 days after your last word.'] : []),
        o.told === null
          ? 'Whether you were told once how I work: not yet.'
          : `That you were told once how I work (${o.told}): until you are forgotten.`,
      ]),
    ].join('\n'),
  looked: ({ what, at, entries, until }) =>
    what === 'log'
      ? `What the log says of you was searched for, and ${entries === null ? 'taken out (how much, I was not told)' : `${many(entries, 'entry', 'entries')} taken out`}, on the order of two of the people who run me: ${at}. This line stands until ${until}.`
      : `What I hold about you was handed out, with your entries of the log, on the order of two of the people who run me, as they do where you ask for it: ${at}. This line stands until ${until}.`,
  lookedHeading: ({ more }) => `Who looked at it${more === 0 ? '' : ` (the newest; ${more} more)`}:`,
  stays: ({ platform }) =>
    `Not mine to remove: your own messages, notification previews, ${OUT_OF_REACH[platform]}, and what the company has ${NAMES[platform]} retain. A log keeps what was decided, under a hash and without words, for as long as the company keeps it: it proves that nothing was answered or refused in secret, and would prove nothing if entries could be taken out. What the law obliges the company to keep stays longer.`,
  leavesInChat: 'I take this message away in an hour. Ask again whenever you like.',
  buttons: { everything: 'Show me all of it', forget: 'Forget me …', receipt: 'My receipt' },

  everything: {
    heading: ({ at }) => `All that I hold about you, as of ${at}`,
    questions: 'Questions that have not ended',
    question: ({ at, state, until, words }) =>
      `${at}: ${STATES[state]}${until === null ? '' : `, kept until ${until}`}${words === null ? '' : `: “${words}”`}`,
    answers: 'Messages of mine in your chats',
    answer: ({ asked, until, leaves, answer }) =>
      `${answer ? 'an answer' : 'what tells what you asked'}, asked for ${atTime(asked)}: ${leaves ? `leaves ${atTime(until)}` : `stays, and is known to me until ${until}`}`,
    talks: 'What talks remember, without words',
    talk: ({ from, until }) =>
      `a talk${from === null ? '' : ` that began ${atTime(from)}`}, shredded ${atTime(until)}:`,
    turn: ({ at, what, hidden, verdict }) =>
      `${at}: ${hidden ? 'a question' : (what ?? 'not recognised')}${verdict === 'answer' ? ', answered' : verdict === 'refuse' ? ', refused' : ''}`,
    phrases: 'Phrases that you gave',
    phrase: ({ words, at, until }) => `“${words}”, given ${atTime(at)}, shredded ${atTime(until)}`,
    addresses: 'Where your chats are reached',
    address: ({ chat, until }) => `${chat}, forgotten ${atTime(until)}`,
    signIn: ({ at }) => (at === null ? 'Strong sign-in: none.' : `Strong sign-in: ${at}.`),
    ownToken: ({ until }) =>
      `Beside your sign-in: a token by which I ask systems in your name, until ${until} at most. Signing out ends it.`,
    decisions: ({ count }) => `Decisions without words of the last thirty days: ${count}.`,
    told: ({ at }) => `Told once how I work: ${at ?? 'not yet'}.`,
    none: 'nothing',
    unsure: 'Of some questions that wait the directory could not say whose they are. Look again when it answers.',
    elsewhere:
      'Not in it: the words of what has ended (shredded here; they stand in the chat itself), what the chat and the HR and IT systems keep, and the audit log. The people who run me can give you a file of all this, with your entries of the audit log.',
    next: 'Next part',
    part: ({ part, of }) => `Part ${part} of ${of}`,
    leaves: ({ closes }) =>
      `${closes ? 'I empty this window in ten minutes' : 'I cannot close this window: please close it when you have read it. I show it once'}, and keep no copy of it. Copy from it what you want to have.`,
  },

  forget: {
    title: 'Forget me',
    what: ({ platform }) =>
      [
        'If you send this, I forget you:',
        bullets([
          'Questions of yours that wait end unanswered. What talks remember, your sign-in, phrases that you gave and decisions without words are shredded.',
          'My answers to you are taken out of your chats, those of the last seven days and all that were to leave.',
          `It cannot be undone. Your own messages, notification previews, ${OUT_OF_REACH[platform]} and what the company has ${NAMES[platform]} retain are not mine to remove; the audit log keeps hashes, no words; who looked at what it says of you can still be seen for a year; what the law obliges the company to keep stays.`,
          'You get a receipt in our private chat. If you write to me again, I know you again.',
        ]),
      ].join('\n'),
    submit: 'Forget me',
    begun: 'I am forgetting you now. The receipt comes into our private chat within a minute.',
    already: 'That is under way already. The receipt comes into our private chat.',
    busy: 'I cannot do that just now. Please try again in ten minutes.',
    receipt: ({ number, at, platform, forgot: o }) =>
      [
        `Receipt ${number} (${at})`,
        bullets([
          `Removed through ${NAMES[platform]}: ${many(o.asked, 'message')}, ${o.gone} gone so far${o.leaving === 0 ? '' : `; ${o.leaving} leave as fast as the chat allows`}.`,
          `Shredded here: ${many(o.questions, 'question')}, what ${many(o.talks, 'talk')} remembered, ${many(o.addresses, 'address', 'addresses')} of chats, ${many(o.signIns, 'sign-in')}, ${many(o.phrases, 'phrase')}, ${many(o.decisions, 'decision')} without words, ${many(o.marks, 'note')} that you were told how I work.`,
          `Still held: ${heldOf(o)} What ${NAMES[platform]} itself retains I cannot know. The audit log keeps hashes and no words, as proof; your name in it ${o.held.decisions ? 'can still be opened, for the same reason' : 'cannot be opened any more'}.`,
          `Never mine to remove: your own messages, notification previews and ${OUT_OF_REACH[platform]}. Messages of more than seven days ago that stay are not known to me any more.`,
          ...(o.left > 0
            ? [
                'Something was still being answered, or I could not find out whose it is: please do it again in a minute.',
              ]
            : []),
        ]),
        'By this number your company finds it in its audit log. If you write to me again, I know you again.',
      ].join('\n'),
    noReceipt:
      'There is no receipt any more: I keep one for ten minutes. The one that I sent stands in our private chat.',
    failed: 'That did not work, or not wholly. Please do it again, or ask the people who run me.',
  },
  often: ({ minutes }) =>
    `You have looked at that a few times already. Please try again in ${many(minutes, 'minute')}.`,
};
