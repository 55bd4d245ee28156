import type { ReportWords } from './words-shape.ts';

export const en: ReportWords = {
  tag: 'en-GB',
  what: 'What was asked, and what became of it',
  period: ({ from, to }) => `${from} to ${to}`,
  record: {
    sound: ({ logs, entries, compared }) => {
      const what = compared ? 'The record is whole.' : 'What there is of the record is sound.';
      return logs === 1
        ? `${what} Its log of ${entries} entries was checked: nothing in it was changed, taken out or put in.`
        : `${what} Its ${logs} logs of ${entries} entries were checked: nothing in them was changed, taken out or put in.`;
    },
    notSound: 'The record is NOT SOUND.',
    notSoundThen:
      'It is not as it was signed. Rely on no number below before it is known why. “For the auditor” says which log and which entry.',
    notChecked: 'The record was NOT CHECKED.',
    notCheckedThen:
      'There was no key to check it by, so nobody can say whether something was changed. Make the report again where the vault can be asked.',
    none: 'There is no log, so there is nothing to report.',
    notCompared:
      'No Sotto ran beside it that knows how long each log must be, so an end that was cut off would not be noticed here.',
  },
  first: {
    questions: ({ total, people, more }) =>
      `${more ? 'More than' : 'At least'} ${people} people asked Sotto something; it decided ${total} questions.`,
    fewQuestions: 'Fewer than five people asked Sotto something, so no number of their questions is shown.',
    ended: ({ answered, refused }) =>
      answered === null && refused === null
        ? 'How they ended rests on too few people to be told apart.'
        : [
            answered === null ? 'How many were answered is not shown by itself.' : `${answered} were answered.`,
            refused === null ? 'How many were refused is not shown by itself.' : `${refused} were refused.`,
          ].join(' '),
    removals: ({ total, onTime, late, refused }) =>
      `The time of ${total} messages was up: ${onTime} left within five seconds, ${late} left later, and ${refused} could not be removed.`,
    noRemovals:
      'Messages whose time was up stood in fewer than five chats, or fewer than five people asked, so they are not counted here.',
    restrictions: ({ inForce, approved, one }) =>
      one
        ? `One change of what may be asked came into force, ${approved === '0' ? 'by one person' : 'with a second person’s approval'}.`
        : `${inForce} changes of what may be asked came into force, ${approved} of them with a second person’s approval.`,
    noRestrictions: 'What may be asked did not change.',
    rejected: ({ total, one }) =>
      one
        ? 'One request was turned away at the door, before it was anybody’s.'
        : `${total} requests were turned away at the door, before they were anybody’s.`,
    noRejected: 'No request was turned away at the door.',
  },
  figures: {
    questions: 'questions',
    answered: 'answered',
    refused: 'refused',
    onTime: 'removed on time',
    restrictions: 'changes of what may be asked',
    rejected: 'turned away at the door',
    notShown: 'not shown: too few people',
  },
  questions: {
    what: 'Questions over time',
    says: 'How questions ended. Each row has a scale of its own; the number at its right is its sum.',
  },
  topics: { what: 'Topics', says: 'How the questions of each topic ended.' },
  groups: {
    what: 'Refusals by group',
    says: 'Refused questions of the people of each group. Somebody may be in several, so they do not add up.',
  },
  removals: {
    what: 'Messages whose time was up',
    says: 'On time is what left within five seconds of its time.',
  },
  restrictions: {
    what: 'What may be asked',
    says: 'Changes of the restrictions: who proposed or published them, and who approved them.',
  },
  signIns: { what: 'Sign-ins', says: 'Strong sign-ins and the links to them, and what became of each.' },
  rejected: {
    what: 'Turned away at the door',
    says: 'Requests that did not prove where they came from, or were not for this Sotto. They are nobody’s.',
  },
  deeds: {
    what: 'Holds, recalls and orders',
    says: 'What operators ordered. Nobody is named but those who confirmed it.',
  },
  runs: { what: 'Starts, stops and recoveries', says: 'What befell the processes and their logs.' },
  auditor: {
    what: 'For the auditor',
    says: 'What this report rests on, and how it was counted. Whoever holds the public key can check each log without Sotto.',
  },
  verdicts: {
    answer: 'Answered',
    refuse: 'Refused',
    'step-up': 'Asked to sign in',
    'private-only': 'Sent to private chat',
    which: 'Asked which was meant',
    unknown: 'Not understood',
    throttled: 'Asked to wait',
  },
  several: ({ names }) => names.join(', '),
  noTopic: 'no topic',
  rest: 'all others',
  topicsTogether: 'topics of too few people, together',
  together: 'not shown apart',
  kinds: { employee: 'Employees', contractor: 'Contractors', guest: 'Guests', external: 'Externals' },
  notRecorded: 'group not recorded',
  groupsWithheld: 'Further groups are not shown: they, or what they leave of another, are fewer than five people.',
  groupsNotAlone: 'How many were refused is not shown by itself, so it is not shown by group either.',
  lateness: {
    'on-time': 'On time',
    'late-ours': 'Late, by Sotto',
    'late-theirs': 'Late, by the platform',
    refused: 'Could not be removed',
  },
  states: {
    removed: 'removed through the platform',
    'already-gone': 'already gone',
    blanked: 'blanked: its words are gone, a line stands in their place',
    'refused-by-platform': 'the platform refused to remove it',
  },
  step: ({ most, least }) => {
    if (most === null) return `more than ${least}`;
    return least === null ? `at most ${most}` : `${least} to ${most}`;
  },
  span: (ms) => {
    if (ms < 60_000) return `${ms / 1_000} s`;
    if (ms < 3_600_000) return `${ms / 60_000} min`;
    return ms < 86_400_000 ? `${ms / 3_600_000} h` : `${ms / 86_400_000} d`;
  },
  most: ({ most, unit }) => `up to ${most} a ${unit}`,
  units: { day: 'Day', week: 'Week from', month: 'Month' },
  few: 'none, or fewer than five people',
  fewMark: 'A small mark in the place of a bar stands for none, or for fewer than five people; the sum has them.',
  table: 'The numbers',
  count: 'Number',
  share: 'Share',
  total: 'Sum',
  topic: 'Topic',
  group: 'Group',
  state: 'How they left',
  lateBy: 'How late',
  when: 'When (UTC)',
  change: 'Change',
  restriction: 'Restriction',
  version: 'Version',
  by: 'By',
  approvedBy: 'Approved by',
  reason: 'Reason',
  outcome: 'Outcome',
  about: 'About',
  log: 'Log',
  detail: 'Detail',
  nobody: 'nobody, by itself',
  changes: {
    published: 'published',
    changed: 'changed',
    lifted: 'lifted',
    suspended: 'suspended',
    'rolled-back': 'rolled back',
    proposed: 'proposed',
    approved: 'approved',
    declined: 'declined',
    lapsing: 'about to lapse',
    void: 'did not come into force',
  },
  deedWhat: {
    hold: 'Legal hold',
    lift: 'Legal hold lifted',
    recall: 'Recall',
    'audit-export': 'Export of the audit log',
  },
  deedOn: {
    person: 'one person',
    conversation: 'one chat',
    topic: 'topic',
    intent: 'intent',
    all: 'everything',
    hold: 'hold',
  },
  clocks: 'Clocks against the platforms’',
  platform: 'Platform',
  ahead: 'Most ahead',
  behind: 'Most behind',
  measured: 'Requests measured',
  runKinds: {
    start: 'start',
    stop: 'stop',
    recovered: 'log mended after a crash',
    restored: 'restored from a backup',
    lost: 'loss of a log recorded',
    pruned: 'entries removed for their age',
    key: 'signing key changed',
    pack: 'policy pack',
  },
  orders: 'Orders that were done',
  ordersTable: 'Order',
  orderKinds: {
    pause: 'pause',
    resume: 'resume',
    hold: 'legal hold',
    lift: 'lift a legal hold',
    recall: 'recall',
    donated: 'read donated phrases',
    retry: 'ask a question again',
    restrict: 'change what may be asked',
  },
  newest: ({ shown, total }) => `The newest ${shown} of ${total}.`,
  nothing: 'There was none.',
  also: {
    dataRefused: (count) =>
      `${count} questions were let through and then refused by the second check, of the data itself.`,
    forgotten: (count) => `${count} times what was kept of somebody was forgotten.`,
    exported: (count) => `${count} times what was kept of somebody was exported.`,
    probing: (count) => `${count} times somebody who was refused again and again was noticed.`,
    notShown:
      'Refusals by the second check, people who were forgotten or exported, and repeated refusals that were noticed are counted here only where they are of five people at least.',
  },
  signInParts: {
    linked: 'a link was shown',
    begun: 'begun in a browser',
    given: 'signed in',
    ended: 'ended',
    refused: 'refused',
    orders: 'for an order',
  },
  logs: {
    table: 'Logs',
    found: { sound: 'sound', 'not-sound': 'NOT SOUND', 'not-checked': 'NOT CHECKED' },
    entries: 'Entries',
    pruned: 'Of them removed for their age',
    checked: 'Found',
    note: 'Last signed checkpoint of',
    noNote: 'There is no signed checkpoint.',
  },
  counted: 'How it was counted',
  notes: ({ few, people, unit }) => [
    'Counted are decisions. A question that is decided again, after a sign-in or because the rules changed meanwhile, counts again.',
    `Who asked is known by a keyed hash alone. No number of questions, refusals or sign-ins is shown that rests on fewer than ${few} different hashes, nor can one be had by taking numbers of one table from its sum: what is too little by itself is added to the next smallest and shown as one sum. Up to ${people} people are told apart exactly.`,
    'A question belongs to the topics that were recognised in it or suspected; one with several has a row of its own, so that each is counted once.',
    'Groups are those that rules may name, as the directory said them then. Whoever was in a group at some time of the period is counted in it. Groups are shown together only where all who are in exactly the same of them are at least five people.',
    `Dates are of UTC; ${unit === 'day' ? 'each bar is a day' : unit === 'week' ? 'each bar is a week from Monday' : 'each bar is a calendar month'}, and the first and the last may lie in the period only in part.`,
    'A removal names no person, so five different chats stand for five people there, though one person may have several; where fewer than five people asked in the period, none is counted. How late it was is its time until it was gone; it is late by Sotto where more than five seconds passed before the call was made although the platform’s limits allowed it.',
    'Entries that are nobody’s, or of what somebody did in office, are counted and listed as they are. Officers are named where the running Sotto could open their names, otherwise by the beginning of their keyed hash.',
    'Whoever has two reports of times that overlap can take one from the other. Give the same readers reports of whole months.',
  ],
  made: 'This report',
  madeRows: {
    at: 'Made at',
    version: 'By Sotto',
    period: 'Period',
    entries: 'Entries read',
    inPeriod: 'Of them in the period',
    unknown: 'Not understood by this version',
    zone: 'Time zone',
  },
  zone: 'UTC, for every day and time',
  lastDay: 'The last day was not over when this was made.',
  contents: 'On this page',
};
