import type { PlatformName } from '../types.ts';
import type { Forgot, PrivacyReplies } from './privacy-shape.ts';

const NAMES: Readonly<Record<PlatformName, string>> = { slack: 'Slack', teams: 'Teams' };

const many = (n: number, one: string, more: string): string => `${n} ${n === 1 ? one : more}`;
const hoursOf = (hours: number): string => (hours === 1 ? 'eine Stunde' : `${hours} Stunden`);
/** As `localTime` tells it: of another day with its date. */
const atTime = (time: string): string => (time.includes(',') ? `am ${time}` : `um ${time}`);
const spanOf = (minutes: number): string => {
  if (minutes < 120) return many(minutes, 'Minute', 'Minuten');
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? many(hours, 'Stunde', 'Stunden') : many(Math.floor(hours / 24), 'Tag', 'Tagen');
};
/** What no removal reaches there, beside people's own messages and what the platform shows and retains. */
const OUT_OF_REACH: Readonly<Record<PlatformName, string>> = {
  slack: 'was ich in einem Kanal nur dir gezeigt habe',
  teams: 'ein Fenster, das noch offen ist',
};
const bullets = (lines: readonly string[]): string => lines.map((line) => `• ${line}`).join('\n');

const STATES = {
  queued: 'ist noch nicht an der Reihe',
  leased: 'wird gerade beantwortet',
  parked: 'wartet auf dich',
  dead: 'konnte nicht beantwortet werden und liegt beiseite',
} as const;

const heldOf = ({ held }: Forgot): string => {
  const parts = [
    ...(held.messages > 0 ? [many(held.messages, 'Nachricht', 'Nachrichten')] : []),
    ...(held.talks > 0 ? [`was von ${many(held.talks, 'Gespräch', 'Gesprächen')} behalten ist`] : []),
    ...(held.questions > 0 ? [many(held.questions, 'Frage', 'Fragen')] : []),
    ...(held.phrases > 0 ? [many(held.phrases, 'Satz', 'Sätze')] : []),
    ...(held.decisions ? ['Entscheidungen ohne Worte'] : []),
  ];
  return parts.length === 0
    ? 'Von mir nichts, wovon ich wüsste.'
    : `${parts.join(', ')}: Das Gesetz verpflichtet dein Unternehmen, das vorerst aufzubewahren. Es geht, sobald das endet und die Zeit um ist.`;
};

export const de: PrivacyReplies = {
  firstUse: ({ platform, hours, outsider, hint }) => {
    const name = NAMES[platform];
    return [
      'Bevor wir anfangen, einmal: Ich bin Sotto, eine Maschine. Hier antwortet kein Mensch.',
      bullets([
        `Was ich versiegelt behalte: deine Worte, bis sie beantwortet sind (drei Tage, wenn das scheitert), um welche Themen es ging, ${hoursOf(hours)} lang, und was entschieden wurde, ohne Worte, 30 Tage lang; dazu unter einem Hashwert ein Protokoll der Entscheidungen, solange das Unternehmen es aufbewahrt.`,
        `Was in ${name} bleibt, was ich auch tue: deine eigenen Nachrichten, Vorschauen von Benachrichtigungen und was das Unternehmen ${name} aufbewahren lässt.`,
        ...(hint === null ? [] : [hint]),
        ...(outsider
          ? []
          : [
              'Eine vertrauliche Antwort verschwindet, wenn sie es sagt. Schreib „meine Daten“, um zu sehen, was ich über dich weiß, oder um vergessen zu werden.',
            ]),
      ]),
    ].join('\n');
  },

  welcome: 'Willkommen bei Sotto',

  liveHeading: 'Meine Antworten, die noch stehen',
  live: ({ at }) => `Stand ${at}:`,
  liveOne: ({ asked, leaves, minutes }) =>
    `Eine Antwort, um die du ${atTime(asked)} gebeten hast. Sie verschwindet ${atTime(leaves)}, in ${spanOf(minutes)}.`,
  liveDue: ({ asked }) =>
    `Eine Antwort, um die du ${atTime(asked)} gebeten hast. Ihre Zeit ist um, sie verschwindet gleich.`,
  liveMore: ({ count }) => `… und ${count} weitere.`,
  liveUnknown: 'Ich kann sie gerade nicht ansehen. Sie verschwinden trotzdem zu ihrer Zeit.',
  takeBack: ({ asked }) => (asked === null ? 'Jetzt zurücknehmen' : `Zurücknehmen: ${asked}`),
  lookAgain: 'Neu ansehen',
  takenBack: 'Sie wird zurückgenommen und verschwindet gleich, so schnell der Chat es zulässt.',
  takenBackNot:
    'Diese kann gerade nicht zurückgenommen werden: Das Gesetz verpflichtet dein Unternehmen, sie aufzubewahren.',
  lookedAgain: 'So ist es jetzt.',

  heading: 'Meine Daten',
  kept: (o) =>
    [
      `Was ich über dich habe, und bis wann (Stand ${o.at}):`,
      bullets([
        'Die Worte deiner Fragen: versiegelt, bis sie beantwortet sind. Was auf deine Anmeldung wartet: zehn Minuten. Was immer wieder scheiterte: drei Tage.',
        'Die Worte von Antworten: versiegelt, bis sie gezeigt sind. Was ein Fenster zeigte, behalte ich nie.',
        `Welche meiner Nachrichten in deinen Chats stehen: bis sie verschwinden${o.live === null ? '' : o.live === 0 ? ' (gerade keine)' : ` (bald ${many(o.live, 'Antwort', 'Antworten')})`}; sieben Tage, wo sie bleiben, damit sie zurückgenommen werden können.`,
        `Worum es in einem Gespräch ging, ohne Worte: ${hoursOf(o.hours)} ab seinem Anfang. ${o.talkUntil === null ? 'Von diesem Gespräch nichts.' : `Von diesem Gespräch: bis ${o.talkUntil}.`}`,
        'Was über deine Fragen entschieden wurde, ohne Worte: 30 Tage.',
        'Sätze, die du mir zum Lernen gegeben hast: 90 Tage. Andere behalte ich nicht.',
        o.signedIn === null
          ? 'Keine starke Anmeldung von dir.'
          : `Deine starke Anmeldung von ${o.signedIn}: bis sie nicht mehr gilt.`,
        'Was das Verzeichnis des Unternehmens über dich sagt: im Speicher, höchstens einen Tag.',
        ...(o.platform === 'teams'
          ? ['Wo dein Chat erreicht wird: versiegelt, 90 Tage nach deinem letzten Wort.']
          : []),
        o.told === null
          ? 'Ob dir einmal gesagt wurde, wie ich arbeite: noch nicht.'
          : `Dass dir einmal gesagt wurde, wie ich arbeite (${o.told}): bis du vergessen wirst.`,
      ]),
    ].join('\n'),
  looked: ({ what, at, entries, until }) =>
    what === 'log'
      ? `Im Protokoll wurde nach dir gesucht, und ${entries === null ? 'Einträge über dich wurden herausgegeben (wie viele, weiß ich nicht)' : `${many(entries, 'Eintrag', 'Einträge')} über dich herausgegeben`}, auf Anordnung von zwei der Leute, die mich betreiben: ${at}. Diese Zeile steht bis ${until}.`
      : `Was ich über dich habe, wurde herausgegeben, mit deinen Einträgen im Protokoll, auf Anordnung von zwei der Leute, die mich betreiben, wie sie es tun, wenn du darum bittest: ${at}. Diese Zeile steht bis ${until}.`,
  lookedHeading: ({ more }) => `Wer es angesehen hat${more === 0 ? '' : ` (das Neueste; ${more} weitere)`}:`,
  stays: ({ platform }) =>
    `Das kann ich nicht entfernen: deine eigenen Nachrichten, Vorschauen von Benachrichtigungen, ${OUT_OF_REACH[platform]}, und was das Unternehmen ${NAMES[platform]} aufbewahren lässt. Ein Protokoll behält, was entschieden wurde, unter einem Hashwert und ohne Worte, solange das Unternehmen es aufbewahrt: Es beweist, dass nichts heimlich beantwortet oder abgelehnt wurde, und bewiese nichts, wenn man Einträge herausnehmen könnte. Was das Unternehmen nach dem Gesetz aufbewahren muss, bleibt länger.`,
  leavesInChat: 'Diese Nachricht nehme ich in einer Stunde weg. Frag wieder, wann du willst.',
  buttons: { everything: 'Alles zeigen', forget: 'Mich vergessen …', receipt: 'Mein Beleg' },

  everything: {
    heading: ({ at }) => `Alles, was ich über dich habe (Stand ${at})`,
    questions: 'Fragen, die noch nicht zu Ende sind',
    question: ({ at, state, until, words }) =>
      `${at}: ${STATES[state]}${until === null ? '' : `, behalten bis ${until}`}${words === null ? '' : `: „${words}“`}`,
    answers: 'Nachrichten von mir in deinen Chats',
    answer: ({ asked, until, leaves, answer }) =>
      `${answer ? 'eine Antwort' : 'was sagt, wonach du gefragt hast'}, gefragt ${atTime(asked)}: ${leaves ? `verschwindet ${atTime(until)}` : `bleibt, und ist mir bekannt bis ${until}`}`,
    talks: 'Was von Gesprächen behalten ist, ohne Worte',
    talk: ({ from, until }) => `ein Gespräch${from === null ? '' : ` seit ${from}`}, vernichtet ${atTime(until)}:`,
    turn: ({ at, what, hidden, verdict }) =>
      `${at}: ${hidden ? 'eine Frage' : (what ?? 'nicht erkannt')}${verdict === 'answer' ? ', beantwortet' : verdict === 'refuse' ? ', abgelehnt' : ''}`,
    phrases: 'Sätze, die du gegeben hast',
    phrase: ({ words, at, until }) => `„${words}“, gegeben ${atTime(at)}, vernichtet ${atTime(until)}`,
    addresses: 'Wo deine Chats erreicht werden',
    address: ({ chat, until }) => `${chat}, vergessen ${atTime(until)}`,
    signIn: ({ at }) => (at === null ? 'Starke Anmeldung: keine.' : `Starke Anmeldung: ${at}.`),
    ownToken: ({ until }) =>
      `Neben deiner Anmeldung: ein Token, mit dem ich Systeme in deinem Namen frage, höchstens bis ${until}. Abmelden beendet es.`,
    decisions: ({ count }) => `Entscheidungen ohne Worte aus den letzten dreißig Tagen: ${count}.`,
    told: ({ at }) => `Einmal gesagt, wie ich arbeite: ${at ?? 'noch nicht'}.`,
    none: 'nichts',
    unsure:
      'Bei einigen Fragen, die warten, konnte das Verzeichnis nicht sagen, wessen sie sind. Sieh noch einmal nach, wenn es antwortet.',
    elsewhere:
      'Nicht dabei: die Worte dessen, was zu Ende ist (hier vernichtet; sie stehen im Chat selbst), was der Chat und die Systeme von Personalabteilung und IT behalten, und das Protokoll. Wer mich betreibt, kann dir all das als Datei geben, mit deinen Einträgen im Protokoll.',
    next: 'Nächster Teil',
    part: ({ part, of }) => `Teil ${part} von ${of}`,
    leaves: ({ closes }) =>
      `${closes ? 'Ich leere dieses Fenster in zehn Minuten' : 'Ich kann dieses Fenster nicht schließen: Bitte schließ es, wenn du es gelesen hast. Ich zeige es einmal'} und behalte keine Kopie. Kopiere heraus, was du haben möchtest.`,
  },

  forget: {
    title: 'Mich vergessen',
    what: ({ platform }) =>
      [
        'Wenn du das sendest, vergesse ich dich:',
        bullets([
          'Fragen von dir, die noch warten, enden ohne Antwort. Was von Gesprächen behalten ist, deine Anmeldung, Sätze von dir und Entscheidungen ohne Worte werden vernichtet.',
          'Meine Antworten an dich nehme ich aus deinen Chats: die der letzten sieben Tage und alle, die noch verschwinden sollten.',
          `Das lässt sich nicht rückgängig machen. Deine eigenen Nachrichten, Vorschauen von Benachrichtigungen, ${OUT_OF_REACH[platform]}, und was das Unternehmen ${NAMES[platform]} aufbewahren lässt, kann ich nicht entfernen; das Protokoll behält Hashwerte, keine Worte; wer angesehen hat, was es über dich sagt, ist noch ein Jahr zu sehen; was das Unternehmen nach dem Gesetz aufbewahren muss, bleibt.`,
          'Du bekommst einen Beleg in unserem privaten Chat. Schreibst du mir wieder, kenne ich dich wieder.',
        ]),
      ].join('\n'),
    submit: 'Mich vergessen',
    begun: 'Ich vergesse dich jetzt. Der Beleg kommt innerhalb einer Minute in unseren privaten Chat.',
    already: 'Das läuft schon. Der Beleg kommt in unseren privaten Chat.',
    busy: 'Das geht gerade nicht. Bitte versuch es in zehn Minuten noch einmal.',
    receipt: ({ number, at, platform, forgot: o }) =>
      [
        `Beleg ${number} (${at})`,
        bullets([
          `Über ${NAMES[platform]} entfernt: ${many(o.asked, 'Nachricht', 'Nachrichten')}, davon bisher ${o.gone}${o.leaving === 0 ? '' : `; ${o.leaving} verschwinden, so schnell der Chat es zulässt`}.`,
          `Hier vernichtet: ${many(o.questions, 'Frage', 'Fragen')}, was von ${many(o.talks, 'Gespräch', 'Gesprächen')} behalten war, ${many(o.addresses, 'Adresse', 'Adressen')} von Chats, ${many(o.signIns, 'Anmeldung', 'Anmeldungen')}, ${many(o.phrases, 'Satz', 'Sätze')}, ${many(o.decisions, 'Entscheidung', 'Entscheidungen')} ohne Worte, ${many(o.marks, 'Vermerk', 'Vermerke')}, dass dir gesagt wurde, wie ich arbeite.`,
          `Noch aufbewahrt: ${heldOf(o)} Was ${NAMES[platform]} selbst aufbewahrt, kann ich nicht wissen. Das Protokoll behält Hashwerte und keine Worte, als Beweis; dein Name darin lässt sich ${o.held.decisions ? 'noch öffnen, aus demselben Grund' : 'nicht mehr öffnen'}.`,
          `Nie entfernen kann ich: deine eigenen Nachrichten, Vorschauen von Benachrichtigungen und ${OUT_OF_REACH[platform]}. Nachrichten von vor mehr als sieben Tagen, die bleiben, kenne ich nicht mehr.`,
          ...(o.left > 0
            ? [
                'Etwas wurde noch beantwortet, oder ich konnte nicht herausfinden, wessen es ist: Bitte mach es in einer Minute noch einmal.',
              ]
            : []),
        ]),
        'Unter dieser Nummer findet dein Unternehmen es im Protokoll. Schreibst du mir wieder, kenne ich dich wieder.',
      ].join('\n'),
    noReceipt:
      'Es gibt keinen Beleg mehr: Ich behalte ihn zehn Minuten. Der, den ich geschickt habe, steht in unserem privaten Chat.',
    failed: 'Das hat nicht oder nicht ganz geklappt. Bitte mach es noch einmal oder frag, wer mich betreibt.',
  },
  often: ({ minutes }) =>
    `Das hast du schon einige Male angesehen. Bitte versuch es in ${many(minutes, 'Minute', 'Minuten')} noch einmal.`,
};
