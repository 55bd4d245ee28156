import type { AuthReplies, NotBegun, PageWords } from './auth-shape.ts';

const minutesOf = (minutes: number): string => (minutes === 1 ? '1 minute' : `${minutes} minutes`);

const BACK = 'Go back to your chat with Sotto and ask again: you get a new link.';
const PRESS_AGAIN = 'Go back to your chat with Sotto and press the button once more.';

const NOT_BEGUN: Readonly<Record<NotBegun, PageWords>> = {
  over: {
    what: 'This link is no longer good',
    then: ['It was used, its ten minutes are over, or a part of it is missing. Nothing happened.', BACK],
  },
  elsewhere: {
    what: 'This was begun in another browser',
    then: ['A link is good in one browser only. Go on there, or ask again in your chat: you get a new link.'],
  },
  spent: {
    what: 'This link was tried too often',
    then: ['A link leads to the sign-in three times.', BACK],
  },
  full: {
    what: 'Please wait a minute',
    then: ['Too many people are signing in just now. Nothing is lost: load this page again in a minute.'],
  },
  unavailable: {
    what: 'Your company’s sign-in does not answer',
    then: ['Nothing is lost: go back and press the button again in a minute. If it stays so, tell your IT desk.'],
  },
};

/** The same for a sign-in of either kind; `back` says where to begin anew. */
const refusedWords = (why: Parameters<AuthReplies['order']['refused']>[0]['why'], back: string): PageWords => {
  switch (why) {
    case 'cancelled':
      return { what: 'You did not sign in', then: ['Your company’s sign-in was left or declined.', back] };
    case 'unreachable':
    case 'client-refused':
      return {
        what: 'Your sign-in could not be checked',
        then: ['Your company’s sign-in did not answer us as it should.', back, 'If it stays so, tell your IT desk.'],
      };
    case 'directory':
      return { what: 'Who you are could not be checked', then: ['The directory did not answer just now.', back] };
    case 'not-strong':
      return {
        what: 'This sign-in was not strong enough',
        then: ['It needs your second factor as well, such as your authenticator app or security key.', back],
      };
    case 'stale':
      return {
        what: 'This sign-in was too long ago',
        then: ['Your company’s sign-in let you through without asking you anew.', back],
      };
    case 'no-time':
      return {
        what: 'When you signed in is not known',
        then: [
          'Your company’s sign-in did not say how long ago it was, so it cannot count.',
          back,
          'If it stays so, tell your IT desk: it has to be set up there.',
        ],
      };
    case 'unknown-browser':
      return {
        what: 'This was used, took too long, or began elsewhere',
        then: [
          'A sign-in counts once, within ten minutes, and in the browser that it began in. If you have just signed in and loaded this page again, it counts.',
          back,
        ],
      };
    case 'other-person':
      return {
        what: 'This link is not for you',
        then: [
          'You are signed in as somebody else than the person whose question it belongs to. Nothing was shown to anybody.',
          'If somebody sent you this link, tell your security team: they may have wanted to use your sign-in.',
        ],
      };
    case 'unknown-person':
      return {
        what: 'Sotto does not know you',
        then: ['The account you signed in with is nobody’s in your company’s directory. Please ask your IT desk.'],
      };
    case 'not-permitted':
      return {
        what: 'You may not use Sotto',
        then: ['Your account in the directory does not permit it. Please ask your IT desk.'],
      };
    case 'disowned':
      return {
        what: 'This sign-in does not count any more',
        then: [
          'You said that an earlier one was not yours, so you have to sign in once more, with your password and second factor.',
          back,
        ],
      };
    case 'ended':
      return { what: 'This link was ended', then: [BACK] };
    case 'no-role':
      return {
        what: 'Only operators and HR confirm orders',
        then: ['You are signed in, and your company’s directory has you in neither group. Nothing was confirmed.'],
      };
    case 'full':
      return { what: NOT_BEGUN.full.what, then: ['Too many people are signing in just now.', back] };
    default:
      return {
        what: 'This sign-in proves nothing',
        then: [
          'What came back is not what your company’s sign-in would send, so it was not believed.',
          back,
          'If it stays so, tell your IT desk.',
        ],
      };
  }
};

const AGAIN_HERE = 'You can sign in once more by the button below.';

export const auth: AuthReplies = {
  ready: ({ minutes, left }) => ({
    what: 'Sign in to see your answer',
    then: [
      `What you asked Sotto needs a sign-in at your company, with your second factor, that is at most ${minutesOf(minutes)} old.`,
      `The answer then comes by itself in your chat. This link counts for ${minutesOf(left)}, for you alone.`,
    ],
  }),
  signIn: 'Sign in',
  going: {
    what: 'On to your company’s sign-in',
    then: ['If nothing happens in a moment, follow the link.'],
    link: 'Go on to the sign-in',
  },
  notBegun: ({ why }) => NOT_BEGUN[why],
  done: ({ answered, left }) => ({
    what: 'You are signed in',
    then: [
      answered > 0
        ? 'The answer is in your chat with Sotto.'
        : 'Nothing waits for it: ask again in your chat with Sotto, or press the button there once more.',
      `The sign-in counts for ${minutesOf(left)} more. You can close this page.`,
    ],
  }),
  refused: ({ why, again }) => refusedWords(why, again ? PRESS_AGAIN : BACK),
  notMeWhy: 'You did not ask Sotto for this? Then somebody may be acting in your name.',
  notMe: 'That wasn’t me',
  notMeDone: ({ told }) => ({
    what: 'Thank you: this counts no more',
    then: [
      'If it was a link or a sign-in that still counted, it has ended, and so have all others of the same person.',
      told ? 'Your security team is told.' : 'Please tell whoever looks after accounts at your company.',
      'If somebody else may know your password or have your second factor, call your IT desk now.',
    ],
  }),
  away: {
    what: 'This cannot be done just now',
    then: ['Something of ours does not answer. Nothing is lost: try again in a minute.'],
  },
  notOurs: {
    what: 'This did not come from our page',
    then: ['Something is missing, or another site sent it. Nothing happened. Open the link in your chat again.'],
  },
  order: {
    start: {
      what: 'Confirm an order',
      then: [
        'Operators and HR confirm here what was ordered at the command line. First you sign in at your company, with your second factor; that may be 15 minutes ago at most.',
      ],
    },
    notBegun: ({ why }) => NOT_BEGUN[why],
    refused: ({ why }) => refusedWords(why, AGAIN_HERE),
    signedIn: ({ name, left }) => `Signed in as ${name}, for ${minutesOf(left)} more.`,
    type: { what: 'Type the code of the order', then: ['You see what it does before you confirm anything.'] },
    code: 'Code',
    codeHint: 'Eight characters as the command printed them, such as 4KXW-9TFD.',
    error: 'Error',
    look: 'See what it does',
    shown: 'This was ordered',
    difference: 'What is different then',
    hash: ({ hash }) => `You approve exactly this: ${hash}.`,
    standing: ({ needed, confirmed, left }) =>
      needed === 1
        ? `Your confirmation is enough. It waits for ${minutesOf(left)} more.`
        : `It needs ${needed} different people; ${confirmed} confirmed it so far. It waits for ${minutesOf(left)} more.`,
    confirm: 'Confirm it',
    another: 'Type another code',
    confirmed: 'Confirmed',
    notConfirmed: 'Nothing was confirmed',
    signOut: 'Sign out',
    signedOut: {
      what: 'You are signed out',
      then: ['Nothing more can be confirmed from this browser until somebody signs in again.'],
    },
  },
};
