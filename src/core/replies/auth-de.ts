import type { AuthReplies, NotBegun, PageWords } from './auth-shape.ts';

const minutesOf = (minutes: number): string => (minutes === 1 ? '1 Minute' : `${minutes} Minuten`);

const BACK = 'Geh zurück in deinen Chat mit Sotto und frag noch einmal: Du bekommst einen neuen Link.';
const PRESS_AGAIN = 'Geh zurück in deinen Chat mit Sotto und drück den Knopf noch einmal.';

const NOT_BEGUN: Readonly<Record<NotBegun, PageWords>> = {
  over: {
    what: 'Dieser Link gilt nicht mehr',
    then: ['Er wurde benutzt, seine zehn Minuten sind vorbei, oder ein Teil fehlt. Es ist nichts geschehen.', BACK],
  },
  elsewhere: {
    what: 'Das wurde in einem anderen Browser begonnen',
    then: [
      'Ein Link gilt nur in einem Browser. Mach dort weiter, oder frag in deinem Chat noch einmal: Du bekommst einen neuen.',
    ],
  },
  spent: {
    what: 'Dieser Link wurde zu oft versucht',
    then: ['Ein Link führt dreimal zur Anmeldung.', BACK],
  },
  full: {
    what: 'Bitte warte eine Minute',
    then: ['Gerade melden sich zu viele an. Nichts ist verloren: Lade diese Seite in einer Minute noch einmal.'],
  },
  unavailable: {
    what: 'Die Anmeldung deiner Firma antwortet nicht',
    then: [
      'Nichts ist verloren: Geh zurück und drück den Knopf in einer Minute noch einmal. Bleibt es dabei, sag es deiner IT.',
    ],
  },
};

/** Dasselbe für beide Arten von Anmeldung; `back` sagt, wo man neu beginnt. */
const refusedWords = (why: Parameters<AuthReplies['order']['refused']>[0]['why'], back: string): PageWords => {
  switch (why) {
    case 'cancelled':
      return {
        what: 'Du hast dich nicht angemeldet',
        then: ['Die Anmeldung deiner Firma wurde verlassen oder abgelehnt.', back],
      };
    case 'unreachable':
    case 'client-refused':
      return {
        what: 'Deine Anmeldung ließ sich nicht prüfen',
        then: [
          'Die Anmeldung deiner Firma hat uns nicht geantwortet, wie sie sollte.',
          back,
          'Bleibt es dabei, sag es deiner IT.',
        ],
      };
    case 'directory':
      return {
        what: 'Wer du bist, ließ sich nicht prüfen',
        then: ['Das Verzeichnis hat gerade nicht geantwortet.', back],
      };
    case 'not-strong':
      return {
        what: 'Diese Anmeldung war nicht stark genug',
        then: [
          'Es braucht auch deinen zweiten Faktor, etwa deine Authenticator-App oder deinen Sicherheitsschlüssel.',
          back,
        ],
      };
    case 'stale':
      return {
        what: 'Diese Anmeldung ist zu lange her',
        then: ['Die Anmeldung deiner Firma hat dich durchgelassen, ohne dich neu zu fragen.', back],
      };
    case 'no-time':
      return {
        what: 'Wann du dich angemeldet hast, ist nicht bekannt',
        then: [
          'Die Anmeldung deiner Firma hat nicht gesagt, wie lange sie her ist, darum kann sie nicht zählen.',
          back,
          'Bleibt es dabei, sag es deiner IT: Es muss dort eingerichtet werden.',
        ],
      };
    case 'unknown-browser':
      return {
        what: 'Das wurde benutzt, dauerte zu lange oder begann anderswo',
        then: [
          'Eine Anmeldung zählt einmal, innerhalb von zehn Minuten und in dem Browser, in dem sie begann. Hast du dich gerade angemeldet und die Seite neu geladen, dann zählt sie.',
          back,
        ],
      };
    case 'other-person':
      return {
        what: 'Dieser Link ist nicht für dich',
        then: [
          'Du bist als jemand anderes angemeldet als die Person, zu deren Frage er gehört. Niemandem wurde etwas gezeigt.',
          'Hat dir jemand diesen Link geschickt, sag es deinem Sicherheitsteam: Er wollte vielleicht deine Anmeldung benutzen.',
        ],
      };
    case 'unknown-person':
      return {
        what: 'Sotto kennt dich nicht',
        then: [
          'Das Konto, mit dem du dich angemeldet hast, gehört niemandem im Verzeichnis deiner Firma. Bitte frag deine IT.',
        ],
      };
    case 'not-permitted':
      return {
        what: 'Du darfst Sotto nicht benutzen',
        then: ['Dein Konto im Verzeichnis erlaubt es nicht. Bitte frag deine IT.'],
      };
    case 'disowned':
      return {
        what: 'Diese Anmeldung zählt nicht mehr',
        then: [
          'Du hast gesagt, dass eine frühere nicht deine war. Darum musst du dich noch einmal anmelden, mit Passwort und zweitem Faktor.',
          back,
        ],
      };
    case 'ended':
      return { what: 'Dieser Link wurde beendet', then: [BACK] };
    case 'no-role':
      return {
        what: 'Aufträge bestätigen nur Betreiber und die Personalabteilung',
        then: [
          'Du bist angemeldet, und das Verzeichnis deiner Firma hat dich in keiner der beiden Gruppen. Es wurde nichts bestätigt.',
        ],
      };
    case 'full':
      return { what: NOT_BEGUN.full.what, then: ['Gerade melden sich zu viele an.', back] };
    default:
      return {
        what: 'Diese Anmeldung beweist nichts',
        then: [
          'Was zurückkam, schickt die Anmeldung deiner Firma so nicht, darum wurde es nicht geglaubt.',
          back,
          'Bleibt es dabei, sag es deiner IT.',
        ],
      };
  }
};

const AGAIN_HERE = 'Mit dem Knopf darunter kannst du dich noch einmal anmelden.';

export const auth: AuthReplies = {
  ready: ({ minutes, left }) => ({
    what: 'Melde dich an, um deine Antwort zu sehen',
    then: [
      `Was du Sotto gefragt hast, braucht eine Anmeldung bei deiner Firma mit zweitem Faktor, die höchstens ${minutesOf(minutes)} her ist.`,
      `Die Antwort kommt dann von selbst in deinen Chat. Dieser Link gilt ${minutesOf(left)}, und nur für dich.`,
    ],
  }),
  signIn: 'Anmelden',
  going: {
    what: 'Weiter zur Anmeldung deiner Firma',
    then: ['Geschieht gleich nichts, folge dem Link.'],
    link: 'Weiter zur Anmeldung',
  },
  notBegun: ({ why }) => NOT_BEGUN[why],
  done: ({ answered, left }) => ({
    what: 'Du bist angemeldet',
    then: [
      answered > 0
        ? 'Die Antwort steht in deinem Chat mit Sotto.'
        : 'Nichts wartet darauf: Frag in deinem Chat mit Sotto noch einmal, oder drück dort noch einmal auf den Knopf.',
      `Die Anmeldung zählt noch ${minutesOf(left)}. Du kannst diese Seite schließen.`,
    ],
  }),
  refused: ({ why, again }) => refusedWords(why, again ? PRESS_AGAIN : BACK),
  notMeWhy: 'Du hast Sotto nicht darum gebeten? Dann handelt vielleicht jemand in deinem Namen.',
  notMe: 'Das war ich nicht',
  notMeDone: ({ told }) => ({
    what: 'Danke: Das zählt nicht mehr',
    then: [
      'War es ein Link oder eine Anmeldung, die noch zählte, dann ist sie beendet, und alle anderen derselben Person auch.',
      told ? 'Dein Sicherheitsteam erfährt es.' : 'Bitte sag es denen, die in deiner Firma für Konten zuständig sind.',
      'Hat vielleicht jemand dein Passwort oder deinen zweiten Faktor, ruf jetzt deine IT an.',
    ],
  }),
  away: {
    what: 'Das geht gerade nicht',
    then: ['Etwas von uns antwortet nicht. Nichts ist verloren: Versuch es in einer Minute noch einmal.'],
  },
  notOurs: {
    what: 'Das kam nicht von unserer Seite',
    then: [
      'Es fehlt etwas, oder eine andere Seite hat es geschickt. Es ist nichts geschehen. Öffne den Link in deinem Chat noch einmal.',
    ],
  },
  order: {
    start: {
      what: 'Einen Auftrag bestätigen',
      then: [
        'Betreiber und die Personalabteilung bestätigen hier, was auf der Befehlszeile in Auftrag gegeben wurde. Zuerst meldest du dich bei deiner Firma an, mit zweitem Faktor; das darf höchstens 15 Minuten her sein.',
      ],
    },
    notBegun: ({ why }) => NOT_BEGUN[why],
    refused: ({ why }) => refusedWords(why, AGAIN_HERE),
    signedIn: ({ name, left }) => `Angemeldet als ${name}, noch ${minutesOf(left)}.`,
    type: { what: 'Gib den Code des Auftrags ein', then: ['Du siehst, was er tut, bevor du etwas bestätigst.'] },
    code: 'Code',
    codeHint: 'Acht Zeichen, wie der Befehl sie ausgegeben hat, etwa 4KXW-9TFD.',
    error: 'Fehler',
    look: 'Ansehen, was er tut',
    shown: 'Das wurde in Auftrag gegeben',
    difference: 'Was danach anders ist',
    hash: ({ hash }) => `Du bestätigst genau das: ${hash}.`,
    standing: ({ needed, confirmed, left }) =>
      needed === 1
        ? `Deine Bestätigung genügt. Der Auftrag wartet noch ${minutesOf(left)}.`
        : `Es braucht ${needed} verschiedene Personen; bestätigt haben es bisher ${confirmed}. Der Auftrag wartet noch ${minutesOf(left)}.`,
    confirm: 'Bestätigen',
    another: 'Einen anderen Code eingeben',
    confirmed: 'Bestätigt',
    notConfirmed: 'Es wurde nichts bestätigt',
    signOut: 'Abmelden',
    signedOut: {
      what: 'Du bist abgemeldet',
      then: ['Aus diesem Browser kann nichts mehr bestätigt werden, bis sich wieder jemand anmeldet.'],
    },
  },
};
