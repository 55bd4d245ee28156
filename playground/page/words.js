/** Every word of the page, in both languages. What Sotto itself says comes from the server and is not here. */
import { byId } from './elements.js';

const en = {
  skip: 'Skip to your question',
  title: 'Sotto playground',
  playground: 'playground',
  language: 'Language',
  dark: 'Dark look',
  settings: 'Who asks, and under which rules',
  change: 'Change person and rules',
  youAre: 'You are',
  whatIf: 'What if …',
  signedIn: 'signed in strongly just now',
  signedInHint: 'Asking for your own pay needs it.',
  signedInFor: (name, minutes) =>
    minutes === 0 ? `${name} signed in less than a minute ago.` : `${name} signed in ${minutes} min ago.`,
  restricted: 'HR restricts salary',
  restrictedHint: 'Nobody but payroll may ask anything about salary.',
  local: 'Everything here runs on this machine. People and figures are made up.',
  place: 'Where you ask',
  placeDirect: 'Private chat',
  placeChannel: '#general',
  placeShared: 'Shared channel',
  titleOf: { direct: 'Private chat with Sotto', channel: '#general', shared: '#partners' },
  hintOf: {
    direct: 'Only you and Sotto read this.',
    channel: 'Everyone at the company reads this. Sotto answers you in private.',
    shared: 'Shared with another company, which reads along.',
  },
  conversation: 'Conversation',
  newReplies: 'New replies',
  welcomeTitle: (name) => `Hello ${name}. What would you like to know?`,
  welcome:
    'Ask what you would ask HR or IT. Whoever may know is told. Whoever may not is told so before anything is looked up. And what is confidential leaves again.',
  typing: 'Sotto is writing',
  elsewhere: 'Sotto has written to you in private.',
  goPrivate: 'Open the private chat',
  tryTitle: 'Try asking',
  ask: (place) => (place === 'direct' ? 'Ask Sotto' : 'Ask @Sotto'),
  send: 'Send',
  keys: 'Enter sends, Shift and Enter starts a new line.',
  unread: (count) => `${count} new`,
  trouble: {
    offline: 'The playground does not answer. Is it still running? Trying again.',
    'too-large': 'That is too long for one message. Nothing was sent.',
    failed: 'That did not work. Please try again.',
  },
  onlyYou: 'Only visible to you',
  app: 'App',
  left: 'This answer has left.',
  leftWhy: 'Its words are gone. The record of the decision stays.',
  leavesIn: (span) => `leaves in ${span}`,
  leavesNow: 'leaving now',
  leavesAtTime: (time) => `This answer leaves at ${time}.`,
  why: 'Why',
  verdict: {
    answer: 'Answered',
    refuse: 'Restricted',
    'step-up': 'Needs a sign-in',
    'private-only': 'Only in private',
    which: 'Whom is it about?',
    unknown: 'Not understood',
    throttled: 'Too many at once',
  },
  because: {
    answer: 'A rule permits this question for this person, here and now.',
    refuse: 'The rules do not permit this.',
    'step-up': 'Permitted, but only soon after a strong sign-in.',
    'private-only': 'Permitted, but only in private.',
    which: 'It was not clear whose data is meant.',
    unknown: 'No intent was likely enough, so nothing was looked up.',
    throttled: 'This person or company asked too much at once.',
  },
  whyFields: {
    intent: 'Intent',
    topics: 'Topic',
    about: 'About',
    reasons: 'Decided by',
    show: 'Shown',
    expires: 'Leaves after',
    audit: 'Audit entry',
    policy: 'Rules in force',
  },
  about: { self: 'the asker', report: 'somebody who reports to them', other: 'somebody else, or unclear' },
  show: { message: 'as a message', 'hold-reveal': 'held, then revealed', view: 'on a press only' },
  none: 'none',
  stays: 'stays',
  seconds: (n) => (n < 120 ? `${n} s` : n < 7200 ? `${Math.round(n / 60)} min` : `${Math.round(n / 3600)} h`),
};

const de = {
  skip: 'Zur Frage springen',
  title: 'Sotto zum Ausprobieren',
  playground: 'zum Ausprobieren',
  language: 'Sprache',
  dark: 'Dunkle Darstellung',
  settings: 'Wer fragt, und unter welchen Regeln',
  change: 'Person und Regeln ändern',
  youAre: 'Du bist',
  whatIf: 'Was, wenn …',
  signedIn: 'gerade stark angemeldet',
  signedInHint: 'Wer nach dem eigenen Gehalt fragt, braucht das.',
  signedInFor: (name, minutes) =>
    minutes === 0
      ? `${name} hat sich vor weniger als einer Minute angemeldet.`
      : `${name} hat sich vor ${minutes} Min. angemeldet.`,
  restricted: 'HR schränkt Gehalt ein',
  restrictedHint: 'Nur die Lohnbuchhaltung darf etwas zum Gehalt fragen.',
  local: 'Alles hier läuft auf diesem Rechner. Personen und Zahlen sind erfunden.',
  place: 'Wo du fragst',
  placeDirect: 'Privater Chat',
  placeChannel: '#general',
  placeShared: 'Geteilter Kanal',
  titleOf: { direct: 'Privater Chat mit Sotto', channel: '#general', shared: '#partners' },
  hintOf: {
    direct: 'Das lesen nur du und Sotto.',
    channel: 'Das lesen alle in der Firma. Sotto antwortet dir privat.',
    shared: 'Mit einer anderen Firma geteilt, die mitliest.',
  },
  conversation: 'Gespräch',
  newReplies: 'Neue Antworten',
  welcomeTitle: (name) => `Hallo ${name}. Was möchtest du wissen?`,
  welcome:
    'Frag, was du HR oder IT fragen würdest. Wer etwas wissen darf, erfährt es. Wer nicht, erfährt das, bevor irgendetwas nachgesehen wird. Und was vertraulich ist, geht wieder.',
  typing: 'Sotto schreibt',
  elsewhere: 'Sotto hat dir privat geschrieben.',
  goPrivate: 'Privaten Chat öffnen',
  tryTitle: 'Frag zum Beispiel',
  ask: (place) => (place === 'direct' ? 'Frag Sotto' : 'Frag @Sotto'),
  send: 'Senden',
  keys: 'Enter sendet, Umschalt und Enter beginnt eine neue Zeile.',
  unread: (count) => `${count} neu`,
  trouble: {
    offline: 'Die Spielwiese antwortet nicht. Läuft sie noch? Neuer Versuch läuft.',
    'too-large': 'Das ist zu lang für eine Nachricht. Nichts wurde gesendet.',
    failed: 'Das hat nicht geklappt. Bitte versuch es noch einmal.',
  },
  onlyYou: 'Nur für dich sichtbar',
  app: 'App',
  left: 'Diese Antwort ist gegangen.',
  leftWhy: 'Ihre Worte sind fort. Der Nachweis der Entscheidung bleibt.',
  leavesIn: (span) => `geht in ${span}`,
  leavesNow: 'geht jetzt',
  leavesAtTime: (time) => `Diese Antwort geht um ${time}.`,
  why: 'Warum',
  verdict: {
    answer: 'Beantwortet',
    refuse: 'Eingeschränkt',
    'step-up': 'Anmeldung nötig',
    'private-only': 'Nur privat',
    which: 'Um wen geht es?',
    unknown: 'Nicht verstanden',
    throttled: 'Zu viel auf einmal',
  },
  because: {
    answer: 'Eine Regel erlaubt diese Frage dieser Person, hier und jetzt.',
    refuse: 'Die Regeln erlauben das nicht.',
    'step-up': 'Erlaubt, aber nur kurz nach einer starken Anmeldung.',
    'private-only': 'Erlaubt, aber nur privat.',
    which: 'Es war nicht klar, um wessen Daten es geht.',
    unknown: 'Kein Anliegen war wahrscheinlich genug, also wurde nichts nachgesehen.',
    throttled: 'Diese Person oder Firma hat zu viel auf einmal gefragt.',
  },
  whyFields: {
    intent: 'Anliegen',
    topics: 'Thema',
    about: 'Über',
    reasons: 'Entschieden durch',
    show: 'Gezeigt',
    expires: 'Geht nach',
    audit: 'Prüfeintrag',
    policy: 'Geltende Regeln',
  },
  about: { self: 'die fragende Person', report: 'jemanden aus ihrem Team', other: 'jemand anderen, oder unklar' },
  show: { message: 'als Nachricht', 'hold-reveal': 'zurückgehalten, dann gezeigt', view: 'nur auf Knopfdruck' },
  none: 'keines',
  stays: 'bleibt',
  seconds: (n) => (n < 120 ? `${n} s` : n < 7200 ? `${Math.round(n / 60)} Min.` : `${Math.round(n / 3600)} Std.`),
};

const LANGUAGES = { en, de };

let language = 'en';

/** The words of the language in use. */
export const words = () => LANGUAGES[language];

/** "14:05", in seconds where a second matters. */
export const clock = (at, withSeconds = false) =>
  new Intl.DateTimeFormat(language === 'de' ? 'de-DE' : 'en-GB', {
    hour: '2-digit',
    minute: '2-digit',
    ...(withSeconds ? { second: '2-digit' } : {}),
  }).format(at);

/** Puts the words of this language wherever the html asks for one, and says so to whoever reads the page aloud. */
export const speak = (chosen) => {
  language = chosen === 'de' ? 'de' : 'en';
  document.documentElement.lang = language;
  document.title = words().title;
  for (const element of document.querySelectorAll('[data-word]')) element.textContent = words()[element.dataset.word];
  for (const element of document.querySelectorAll('[data-label]')) {
    element.setAttribute('aria-label', words()[element.dataset.label]);
  }
  for (const radio of document.querySelectorAll('input[name="language"]')) radio.checked = radio.value === language;
  byId('ask-label').textContent = words().ask('direct');
};
