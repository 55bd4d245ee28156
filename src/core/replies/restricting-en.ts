import { begins, ends, isMidnight, means, moment } from './restricting-means-en.ts';
import type { RestrictingReplies, ShownDifference } from './restricting-shape.ts';
import { bar, bullets, titled } from './restricting-shared.ts';
import { dryRun, MOST_ROWS, reachRow } from './restricting-trial-en.ts';

const FIELDS = {
  title: 'Title',
  forbids: 'Topics and intents',
  appliesTo: 'Applies to',
  exceptGroups: 'Except',
  places: 'Places',
  countries: 'Countries',
  from: 'From',
  until: 'Until',
  suspendedUntil: 'Suspended until',
  'words-en': 'Words (en)',
  'words-de': 'Words (de)',
  'contact-en': 'Whom to ask (en)',
  'contact-de': 'Whom to ask (de)',
  'rights-en': 'Rights (en)',
  'rights-de': 'Rights (de)',
} as const;

const KINDS = { added: 'New', removed: 'Lifted', changed: 'Changed' } as const;
const NOTHING = 'nothing';

const PARTS = { 'dry-run': 'The last 30 days', reach: 'Who can still ask' } as const;
const WHY_NOT = {
  deadline: 'could not be looked at in time',
  'too-large': 'would take too long to look at',
  failed: 'could not be looked at just now',
} as const;

const differenceLines = (differences: readonly ShownDifference[]): readonly string[] =>
  differences.flatMap(({ title, kind, fields, touches }) => [
    '',
    `${KINDS[kind]}: ${title}`,
    ...bullets(
      fields.map(({ field, before, after }) =>
        kind === 'changed'
          ? `${FIELDS[field]}: ${before ?? NOTHING} → ${after ?? NOTHING}`
          : `${FIELDS[field]}: ${after ?? before ?? NOTHING}`,
      ),
    ),
    ...(touches.length === 0 ? [] : [`It touches: ${touches.join(', ')}`]),
  ]);

export const en: RestrictingReplies = {
  means,
  places: { direct: 'private chats', group: 'group chats', channel: 'channels', shared: 'shared channels' },
  buttons: {
    new: 'New',
    template: 'From template…',
    change: 'Change',
    changeOne: 'Change…',
    lift: 'Lift…',
    suspend: 'Suspend…',
    resume: 'End suspension',
    rollBack: 'Roll back…',
    look: 'Look',
    publish: 'Publish',
    propose: 'Ask a second person',
    approve: 'Approve',
    decline: 'Decline',
    discard: 'Discard',
    list: 'All restrictions',
    pack: 'Approve the rules…',
    preview: 'Preview',
    next: 'Next',
  },
  titles: {
    new: 'New restriction',
    change: 'Change a restriction',
    template: 'From a template',
    lift: 'Lift a restriction',
    suspend: 'Suspend for hours',
    'roll-back': 'Roll back',
    decline: 'Decline a change',
  },
  deeds: {
    lift: 'A lifted restriction forbids nothing any more. A second person of HR must approve it.',
    suspend:
      'For emergencies: it takes effect at once, everybody of HR, the operators and the security contact are told, and the restriction holds again by itself.',
    'roll-back':
      'What is restricted becomes again what it was at that version. Where that permits anybody anything more, a second person of HR must approve it.',
  },
  fields: {
    title: { label: 'Title', hint: 'For HR; employees do not see it.' },
    topics: { label: 'Topics', hint: 'Everything about them is refused.' },
    intents: { label: 'Single questions', hint: 'Beside the topics, or instead of them.' },
    applies: { label: 'Applies to', hint: 'Groups, for example a pilot group; empty: everybody.' },
    except: { label: 'Except', hint: 'Groups that it does not touch.' },
    places: { label: 'Places', hint: 'Empty: wherever it is asked.' },
    countries: { label: 'Countries', hint: 'ISO codes, for example DE, US; empty: everywhere.' },
    from: { label: 'From', hint: 'The first day, from 00:00 UTC; empty: at once.' },
    until: { label: 'Until', hint: 'The last day, to 24:00 UTC; empty: until it is lifted.' },
    why: { label: 'Why', hint: 'Kept with the version; whoever approves reads it.' },
    which: { label: 'Which', hint: null },
    hours: { label: 'Hours', hint: '4 at most.' },
    version: { label: 'Version', hint: null },
    texts: {
      words: { label: 'Words of the refusal', hint: 'Empty: the usual sentence.' },
      contact: { label: 'Whom to ask', hint: 'Goes on “Please ask …”.' },
      rights: { label: 'Rights', hint: 'How to use a right to the information that the law gives.' },
    },
  },
  idsHint: 'Their ids, separated by commas.',
  wrong: (field) =>
    ({
      title: 'Title: please give it one of 1 to 80 characters.',
      forbids: 'Topics: please choose at least one topic or question that there is.',
      appliesTo: 'Applies to: please name groups that there are.',
      exceptGroups: 'Except: please name groups that there are.',
      places: 'Places: please choose places that there are.',
      countries: 'Countries: please write ISO codes of two letters, for example DE, US.',
      from: 'From: please give a day of the calendar, for example 2026-11-30.',
      until: 'Until: please give a day of the calendar, for example 2026-12-31.',
      over: 'Until: this day is over. Please give a later one.',
      order: 'Until: this ends before it begins. Please give a later day.',
      words: 'Words: at most 500 characters in each language.',
      contact: 'Whom to ask: at most 200 characters in each language.',
      rights: 'Rights: at most 500 characters in each language.',
      why: 'Why: please say it in 1 to 500 characters.',
    })[field],
  unfit: ({ what, mend }) => `${what} ${mend}`,
  missed: 'I could not show you the form again in time. Nothing was drafted; please open it once more.',
  changedMeanwhile:
    'Somebody has changed this restriction since you opened the form. Sent again, it puts in place of that what stands here; the preview shows the difference.',
  lifted: 'This restriction was lifted meanwhile, so there is nothing to change. Nothing was drafted.',
  tooLarge: 'This form is larger than can be shown here. Please ask whoever runs Sotto to use "sotto restrict".',
  nothingToChoose: 'There is nothing to choose here just now.',
  itself: { pack: 'The rules of the pack were changed.', resume: 'The suspension is over before its time.' },
  taken: 'Thank you. I show you in our private chat what it would do; nothing is in force yet.',
  takenBefore: 'I have taken this already. Please look into our private chat.',
  comes: 'One moment: it follows here.',
  tooBusy: 'I am looking at too many changes already. Please press Look in a minute.',
  list: ({ closed, inForce, more, waiting, drafts, versions, now }) =>
    [
      ...(closed
        ? [
            'Sotto is closed: its rules are not those that were approved. Nobody is answered until two people of HR approve them.',
          ]
        : []),
      inForce.length === 0 ? 'Nothing is restricted by HR.' : 'In force:',
      ...bullets(
        inForce.map(({ title, sentence, suspendedUntil }) =>
          suspendedUntil === null || Date.parse(suspendedUntil) <= now
            ? `${title}: ${sentence}`
            : `${title}: suspended until ${moment(suspendedUntil, now)}. ${sentence}`,
        ),
      ),
      ...(more === 0 ? [] : [`… and ${more} more.`]),
      ...(waiting.length === 0 ? [] : ['', 'Waits for a second person:']),
      ...bullets(
        waiting.map(
          ({ title, sentence, by, until }) =>
            `${titled(title, sentence)}${by === null ? '' : ` Proposed by ${by}.`} Until ${moment(until, now)}.`,
        ),
      ),
      ...(drafts.length === 0 ? [] : ['', 'Your drafts:']),
      ...bullets(drafts.map(({ title, sentence }) => titled(title, sentence))),
      ...(versions.length === 0 ? [] : ['', 'The last versions:']),
      ...bullets(
        versions.map(
          ({ version, at, title, by, approvedBy, why }) =>
            `${version}, ${moment(at, now)}${title === null ? '' : `, “${title}”`}${by === null ? '' : `, ${by}`}${approvedBy === null ? '' : `, approved by ${approvedBy}`}: ${why}`,
        ),
      ),
    ].join('\n'),
  time: ({ field, iso, now }) =>
    field === 'until' ? ends(iso, now) : field === 'from' ? begins(iso, now) : moment(iso, now),
  touched: {
    suspected: (topic) => `whatever sounds like ${topic.toLowerCase()}`,
    data: (name) => `the data “${name}”`,
  },
  versionOption: ({ version, at, title, by }) =>
    `${version}: ${moment(at, at)}${title === null ? '' : `, “${title}”`}${by === null ? '' : `, ${by}`}`,
  difference: ({ differences }) => differenceLines(differences).join('\n'),
  preview: (o) =>
    [
      ...(o.title === null ? [] : [o.title]),
      o.sentence,
      ...(o.by === null ? [] : [`Proposed by ${o.by}.`]),
      `Why: ${o.why}`,
      ...differenceLines(o.differences),
      ...(o.more === 0 ? [] : [`… and ${o.more} more restrictions, for which there is no room here.`]),
      ...o.replies.flatMap(({ locale, text }) => [
        '',
        `An employee will read (${locale}):`,
        `“${text.replaceAll('\n', '”\n“')}”`,
      ]),
      '',
      o.trial,
      ...(o.hash === null ? [] : ['', `You would approve exactly this version: ${o.hash}.`]),
      ...(o.next === 'propose' ? ['', 'This permits more than before, so a second person of HR must approve it.'] : []),
      ...(o.next === 'own' ? ['', 'It waits for a second person of HR; nobody approves their own.'] : []),
      ...(o.next === 'nothing'
        ? ['', 'This is not there any more.']
        : [`It is kept until ${moment(o.until, o.until)}.`]),
    ].join('\n'),
  trial: {
    running: ({ of, percent }) => `${PARTS[of]}: ${bar(percent)} ${percent} %`,
    dryRun,
    reach: ({ reach, title }) =>
      reach.rows.length === 0
        ? 'Who can still ask: nobody.'
        : [
            'Who can still ask:',
            ...bullets(reach.rows.slice(0, MOST_ROWS).map((row) => reachRow(row, title))),
            ...(reach.rows.length > MOST_ROWS ? [`… and ${reach.rows.length - MOST_ROWS} more.`] : []),
          ].join('\n'),
    failed: ({ of, why }) => `${PARTS[of]}: this ${WHY_NOT[why]}. What the change means stands above all the same.`,
    none: 'This is not tried out on what was asked before.',
  },
  inForce: ({ version, sentence, before }) =>
    [
      before ? `This is in force already, as version ${version}.` : `In force, as version ${version}.`,
      ...(sentence === null ? [] : [sentence]),
    ].join(' '),
  waits: ({ until, now }) =>
    `It waits for a second person of HR, who has been told, until ${moment(until, now)}. I tell you what comes of it.`,
  voided: (why) =>
    ({
      gone: 'This change is not there any more: it was discarded, declined, or its time is over. Nothing was changed.',
      changed:
        'What is in force, or the rules beside it, has changed since this was made, so I did not put it in force. Please look again and make it anew.',
      'other-pack': 'I have another pack here than the one you saw. Please press again in a moment.',
      own: 'Nobody approves their own change. Another person of HR must.',
      'author-left': 'Who proposed this is not of HR any more, so I did not put it in force. Please make it anew.',
    })[why],
  discarded: 'Discarded. Nothing was changed.',
  declined: 'Declined. Nothing was changed, and its author is told why.',
  asksYou: ({ name, sentence, why, until }) =>
    `${name ?? 'Somebody of HR'} asks for a second person: ${sentence}\nWhy: ${why}\nIt waits until ${moment(until, until)}.`,
  approvedYours: ({ name, sentence }) => `${name} has approved your change, and it is in force: ${sentence}`,
  declinedYours: ({ name, sentence, why }) =>
    `${name} has declined your change, and nothing was changed: ${sentence}\nWhy: ${why}`,
  broken: ({ name, sentence, why }) => `Break-glass: ${name} has suspended a restriction. ${sentence}\nWhy: ${why}`,
  lapses: ({ sentence, until, now }) =>
    `A restriction ends soon by itself, ${isMidnight(until) ? `with ${ends(until, now)}` : `on ${moment(until, now)}`}: ${sentence} Change it if it should last longer.`,
};
