import type { InstallingReplies } from './installing-shape.ts';

export const en: InstallingReplies = {
  done: {
    what: 'Sotto is installed',
    then: 'You can close this page. In Slack, open Sotto among your apps and ask it something.',
  },
  cancelled: {
    what: 'Nothing was installed',
    then: 'You did not grant what Sotto asked for. You can close this page.',
  },
  startHere: ({ at }) => ({
    what: 'Please begin at our own page',
    then: `Nobody here began this, so nothing was installed: it could have been begun in your name. Open ${at} and follow it to the end in this browser.`,
  }),
  again: ({ at }) => ({
    what: 'Please begin once more',
    then: `This took longer than ten minutes, was used already, or was begun in another browser, so nothing was installed. Open ${at} again.`,
  }),
  notAllowed: {
    what: 'Not for this workspace',
    then: 'Whoever runs Sotto has not put this workspace or organisation on their list (SLACK_TEAM_IDS). Slack was told at once to take the access back.',
  },
  scopesMissing: ({ scopes, at }) => ({
    what: 'Something that Sotto needs was not granted',
    then: `Without ${scopes} it would fail now and then, so it was not installed. Open ${at} and grant all that Slack asks about.`,
  }),
  failed: ({ code, at }) => ({
    what: 'It could not be installed',
    then: `The answer was "${code}". Open ${at} to try again; if it stays so, tell whoever runs Sotto.`,
  }),
  busy: {
    what: 'Please wait a minute',
    then: 'Too much is going on here just now, so nothing was installed. Try again in a minute.',
  },
};
