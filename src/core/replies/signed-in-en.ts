import type { SignedInReplies } from './signed-in-shape.ts';

const time = (at: number): string => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

export const en: SignedInReplies = {
  notice: ({ at, until }) =>
    `You signed in at ${at}. That counts until ${until}; write “sign out” to end it sooner. If it was not you, press the button below.`,
  signOut: 'Sign out',
  notMe: 'That wasn’t me',
  signedOut: ({ had }) =>
    had
      ? 'You have signed out. What needs a strong sign-in asks for a fresh one.'
      : 'No sign-in of yours counted. Links to sign in that were open lead nowhere now.',
  disowned: ({ told }) =>
    [
      'I have ended it. Whatever was signed in to in your name until now counts no more, links to sign in lead nowhere, and the next sign-in must be a fresh one.',
      told ? 'Our security contact hears of it.' : 'Please tell whoever looks after accounts at your company.',
      'If somebody else may know your password, change it now.',
    ].join(' '),
  toContact: ({ person, at }) =>
    `The person with the id ${person} in the directory says that a strong sign-in in their name was not theirs (${time(at)}). I have ended it, and nothing that was signed in to before counts any more. Please speak with them, and look at what the sign-in provider has on record for their account.`,
};
