import type { ReportWords } from './words-shape.ts';

export const de: ReportWords = {
  tag: 'de-DE',
  what: 'Was gefragt wurde und was daraus wurde',
  period: ({ from, to }) => `${from} bis ${to}`,
  record: {
    sound: ({ logs, entries, compared }) => {
      const what = compared ? 'Das Protokoll ist vollständig.' : 'Was vom Protokoll da ist, ist in Ordnung.';
      return logs === 1
        ? `${what} Sein Log mit ${entries} Einträgen wurde geprüft: Nichts darin wurde geändert, entfernt oder eingefügt.`
        : `${what} Seine ${logs} Logs mit ${entries} Einträgen wurden geprüft: Nichts darin wurde geändert, entfernt oder eingefügt.`;
    },
    notSound: 'Das Protokoll ist NICHT IN ORDNUNG.',
    notSoundThen:
      'Es ist nicht so, wie es signiert wurde. Auf keine Zahl unten ist Verlass, bevor der Grund bekannt ist. Welches Log und welcher Eintrag, steht unter „Für die Prüfung“.',
    notChecked: 'Das Protokoll wurde NICHT GEPRÜFT.',
    notCheckedThen:
      'Es gab keinen Schlüssel zum Prüfen, daher kann niemand sagen, ob etwas geändert wurde. Der Bericht ist dort neu zu erstellen, wo der Tresor gefragt werden kann.',
    none: 'Es gibt kein Log, also gibt es nichts zu berichten.',
    notCompared:
      'Daneben lief kein Sotto, das weiß, wie lang jedes Log sein muss; ein abgeschnittenes Ende fiele hier nicht auf.',
  },
  first: {
    questions: ({ total, people, more }) =>
      `${more ? 'Mehr als' : 'Mindestens'} ${people} Personen haben Sotto etwas gefragt; über ${total} Fragen wurde entschieden.`,
    fewQuestions: 'Weniger als fünf Personen haben Sotto etwas gefragt, daher steht hier keine Zahl ihrer Fragen.',
    ended: ({ answered, refused }) =>
      answered === null && refused === null
        ? 'Wie sie ausgingen, beruht auf zu wenigen Personen, um es getrennt zu zeigen.'
        : [
            answered === null
              ? 'Wie viele beantwortet wurden, wird nicht für sich gezeigt.'
              : `${answered} wurden beantwortet.`,
            refused === null
              ? 'Wie viele abgelehnt wurden, wird nicht für sich gezeigt.'
              : `${refused} wurden abgelehnt.`,
          ].join(' '),
    removals: ({ total, onTime, late, refused }) =>
      `Die Zeit von ${total} Nachrichten lief ab: ${onTime} verschwanden binnen fünf Sekunden, ${late} später, und ${refused} ließen sich nicht entfernen.`,
    noRemovals:
      'Nachrichten, deren Zeit ablief, standen in weniger als fünf Chats, oder weniger als fünf Personen haben gefragt; sie werden hier deshalb nicht gezählt.',
    restrictions: ({ inForce, approved, one }) =>
      one
        ? `Eine Änderung dessen, was gefragt werden darf, trat in Kraft, ${approved === '0' ? 'durch eine Person' : 'mit der Freigabe einer zweiten Person'}.`
        : `${inForce} Änderungen dessen, was gefragt werden darf, traten in Kraft, davon ${approved} mit der Freigabe einer zweiten Person.`,
    noRestrictions: 'Was gefragt werden darf, hat sich nicht geändert.',
    rejected: ({ total, one }) =>
      one
        ? 'Eine Anfrage wurde an der Tür abgewiesen, bevor sie jemandem gehörte.'
        : `${total} Anfragen wurden an der Tür abgewiesen, bevor sie jemandem gehörten.`,
    noRejected: 'Keine Anfrage wurde an der Tür abgewiesen.',
  },
  figures: {
    questions: 'Fragen',
    answered: 'beantwortet',
    refused: 'abgelehnt',
    onTime: 'pünktlich entfernt',
    restrictions: 'Änderungen dessen, was gefragt werden darf',
    rejected: 'an der Tür abgewiesen',
    notShown: 'nicht gezeigt: zu wenige Personen',
  },
  questions: {
    what: 'Fragen im Lauf der Zeit',
    says: 'Wie Fragen ausgingen. Jede Zeile hat ihren eigenen Maßstab; die Zahl rechts ist ihre Summe.',
  },
  topics: { what: 'Themen', says: 'Wie die Fragen jedes Themas ausgingen.' },
  groups: {
    what: 'Ablehnungen nach Gruppe',
    says: 'Abgelehnte Fragen der Personen jeder Gruppe. Wer in mehreren ist, zählt in jeder; die Zahlen ergeben also keine Summe.',
  },
  removals: {
    what: 'Nachrichten, deren Zeit ablief',
    says: 'Pünktlich ist, was binnen fünf Sekunden nach seiner Zeit verschwand.',
  },
  restrictions: {
    what: 'Was gefragt werden darf',
    says: 'Änderungen der Einschränkungen: wer sie vorschlug oder veröffentlichte und wer sie freigab.',
  },
  signIns: { what: 'Anmeldungen', says: 'Starke Anmeldungen, die Links dorthin und was daraus wurde.' },
  rejected: {
    what: 'An der Tür abgewiesen',
    says: 'Anfragen, die ihre Herkunft nicht belegten oder nicht für dieses Sotto waren. Sie gehören niemandem.',
  },
  deeds: {
    what: 'Sperren, Rückrufe und Aufträge',
    says: 'Was der Betrieb angeordnet hat. Genannt wird nur, wer es bestätigt hat.',
  },
  runs: { what: 'Starts, Stopps und Wiederherstellungen', says: 'Was den Prozessen und ihren Logs widerfuhr.' },
  auditor: {
    what: 'Für die Prüfung',
    says: 'Worauf dieser Bericht beruht und wie gezählt wurde. Wer den öffentlichen Schlüssel hat, kann jedes Log ohne Sotto prüfen.',
  },
  verdicts: {
    answer: 'Beantwortet',
    refuse: 'Abgelehnt',
    'step-up': 'Anmeldung verlangt',
    'private-only': 'In den privaten Chat verwiesen',
    which: 'Zurückgefragt',
    unknown: 'Nicht verstanden',
    throttled: 'Um Geduld gebeten',
  },
  several: ({ names }) => names.join(', '),
  noTopic: 'kein Thema',
  rest: 'alle übrigen',
  topicsTogether: 'Themen zu weniger Personen, zusammen',
  together: 'nicht einzeln gezeigt',
  kinds: { employee: 'Angestellte', contractor: 'Auftragnehmer', guest: 'Gäste', external: 'Externe' },
  notRecorded: 'Gruppe nicht aufgezeichnet',
  groupsWithheld:
    'Weitere Gruppen werden nicht gezeigt: Sie, oder was sie von einer anderen übrig lassen, sind weniger als fünf Personen.',
  groupsNotAlone: 'Wie viele abgelehnt wurden, wird nicht für sich gezeigt, also auch nicht nach Gruppe.',
  lateness: {
    'on-time': 'Pünktlich',
    'late-ours': 'Verspätet, durch Sotto',
    'late-theirs': 'Verspätet, durch die Plattform',
    refused: 'Ließ sich nicht entfernen',
  },
  states: {
    removed: 'über die Plattform entfernt',
    'already-gone': 'schon fort',
    blanked: 'geleert: Die Worte sind fort, eine Zeile steht an ihrer Stelle',
    'refused-by-platform': 'die Plattform hat das Entfernen abgelehnt',
  },
  step: ({ most, least }) => {
    if (most === null) return `mehr als ${least}`;
    return least === null ? `höchstens ${most}` : `${least} bis ${most}`;
  },
  span: (ms) => {
    if (ms < 60_000) return `${ms / 1_000} s`;
    if (ms < 3_600_000) return `${ms / 60_000} min`;
    return ms < 86_400_000 ? `${ms / 3_600_000} h` : `${ms / 86_400_000} d`;
  },
  most: ({ most, unit }) =>
    ({ day: `bis zu ${most} am Tag`, week: `bis zu ${most} in der Woche`, month: `bis zu ${most} im Monat` })[unit],
  units: { day: 'Tag', week: 'Woche ab', month: 'Monat' },
  few: 'keine oder von weniger als fünf Personen',
  fewMark:
    'Ein kleiner Strich anstelle eines Balkens steht für keine oder für weniger als fünf Personen; in der Summe sind sie enthalten.',
  table: 'Die Zahlen',
  count: 'Anzahl',
  share: 'Anteil',
  total: 'Summe',
  topic: 'Thema',
  group: 'Gruppe',
  state: 'Wie sie verschwanden',
  lateBy: 'Wie spät',
  when: 'Wann (UTC)',
  change: 'Änderung',
  restriction: 'Einschränkung',
  version: 'Fassung',
  by: 'Von',
  approvedBy: 'Freigegeben von',
  reason: 'Grund',
  outcome: 'Ausgang',
  about: 'Betrifft',
  log: 'Log',
  detail: 'Näheres',
  nobody: 'niemand, von selbst',
  changes: {
    published: 'veröffentlicht',
    changed: 'geändert',
    lifted: 'aufgehoben',
    suspended: 'ausgesetzt',
    'rolled-back': 'zurückgesetzt',
    proposed: 'vorgeschlagen',
    approved: 'freigegeben',
    declined: 'abgelehnt',
    lapsing: 'läuft bald aus',
    void: 'trat nicht in Kraft',
  },
  deedWhat: {
    hold: 'Rechtliche Sperre',
    lift: 'Rechtliche Sperre aufgehoben',
    recall: 'Rückruf',
    'audit-export': 'Ausleitung des Protokolls',
  },
  deedOn: {
    person: 'eine Person',
    conversation: 'ein Chat',
    topic: 'Thema',
    intent: 'Anliegen',
    all: 'alles',
    hold: 'Sperre',
  },
  clocks: 'Uhren gegen die der Plattformen',
  platform: 'Plattform',
  ahead: 'Am weitesten voraus',
  behind: 'Am weitesten zurück',
  measured: 'Gemessene Anfragen',
  runKinds: {
    start: 'Start',
    stop: 'Stopp',
    recovered: 'Log nach einem Absturz ausgebessert',
    restored: 'aus einer Sicherung wiederhergestellt',
    lost: 'Verlust eines Logs festgehalten',
    pruned: 'Einträge wegen ihres Alters entfernt',
    key: 'Signaturschlüssel gewechselt',
    pack: 'Regelwerk',
  },
  orders: 'Ausgeführte Aufträge',
  ordersTable: 'Auftrag',
  orderKinds: {
    pause: 'anhalten',
    resume: 'fortsetzen',
    hold: 'rechtliche Sperre',
    lift: 'rechtliche Sperre aufheben',
    recall: 'zurückrufen',
    donated: 'gespendete Sätze lesen',
    retry: 'eine Frage erneut stellen',
    restrict: 'ändern, was gefragt werden darf',
  },
  newest: ({ shown, total }) => `Die neuesten ${shown} von ${total}.`,
  nothing: 'Es gab keine.',
  also: {
    dataRefused: (count) =>
      `${count} Fragen wurden durchgelassen und dann von der zweiten Prüfung, der der Daten selbst, abgelehnt.`,
    forgotten: (count) => `${count}-mal wurde vergessen, was über jemanden aufbewahrt war.`,
    exported: (count) => `${count}-mal wurde ausgegeben, was über jemanden aufbewahrt war.`,
    probing: (count) => `${count}-mal fiel auf, dass jemand immer wieder abgelehnt wurde.`,
    notShown:
      'Ablehnungen durch die zweite Prüfung, vergessene oder ausgegebene Personen und aufgefallene wiederholte Ablehnungen werden hier nur gezählt, wo sie mindestens fünf Personen betreffen.',
  },
  signInParts: {
    linked: 'ein Link wurde gezeigt',
    begun: 'in einem Browser begonnen',
    given: 'angemeldet',
    ended: 'beendet',
    refused: 'abgelehnt',
    orders: 'für einen Auftrag',
  },
  logs: {
    table: 'Logs',
    found: { sound: 'in Ordnung', 'not-sound': 'NICHT IN ORDNUNG', 'not-checked': 'NICHT GEPRÜFT' },
    entries: 'Einträge',
    pruned: 'Davon wegen ihres Alters entfernt',
    checked: 'Befund',
    note: 'Letzter signierter Stand von',
    noNote: 'Es gibt keinen signierten Stand.',
  },
  counted: 'Wie gezählt wurde',
  notes: ({ few, people, unit }) => [
    'Gezählt werden Entscheidungen. Eine Frage, über die nach einer Anmeldung oder nach einer Regeländerung erneut entschieden wird, zählt erneut.',
    `Wer gefragt hat, ist nur als verschlüsselter Fingerabdruck bekannt. Keine Zahl von Fragen, Ablehnungen oder Anmeldungen wird gezeigt, die auf weniger als ${few} verschiedenen beruht, und keine lässt sich aus einer Tabelle und ihrer Summe errechnen: Was für sich zu wenig ist, wird mit dem nächstkleineren zusammengezählt. Bis zu ${people} Personen werden genau unterschieden.`,
    'Eine Frage gehört zu den Themen, die in ihr erkannt oder vermutet wurden; mehrere zusammen sind eine eigene Zeile, sodass jede einmal zählt.',
    'Gruppen sind die, die Regeln nennen dürfen, wie das Verzeichnis sie damals angab. Wer im Zeitraum irgendwann in einer Gruppe war, zählt in ihr. Gruppen werden nur dann nebeneinander gezeigt, wenn alle, die in genau denselben davon sind, mindestens fünf Personen sind.',
    `Tage sind Tage in UTC; ${unit === 'day' ? 'jeder Balken ist ein Tag' : unit === 'week' ? 'jeder Balken ist eine Woche ab Montag' : 'jeder Balken ist ein Kalendermonat'}, und der erste und der letzte liegen womöglich nur zum Teil im Zeitraum.`,
    'Ein Eintrag über das Entfernen nennt keine Person; fünf verschiedene Chats stehen dort für fünf Personen, obwohl eine mehrere haben kann. Haben im Zeitraum weniger als fünf Personen gefragt, wird keiner gezählt. Die Verspätung ist die Zeit, bis die Nachricht fort war; durch Sotto ist sie, wo mehr als fünf Sekunden bis zum Aufruf vergingen, obwohl die Grenzen der Plattform ihn erlaubten.',
    'Einträge, die niemandem gehören oder die jemand im Amt veranlasst hat, werden gezählt und aufgeführt, wie sie sind. Im Amt Handelnde werden beim Namen genannt, wo das laufende Sotto ihn öffnen konnte, sonst mit dem Anfang ihres Fingerabdrucks.',
    'Wer zwei Berichte über sich überschneidende Zeiten hat, kann den einen vom anderen abziehen. Dieselben Leser sollten Berichte über ganze Monate bekommen.',
  ],
  made: 'Dieser Bericht',
  madeRows: {
    at: 'Erstellt am',
    version: 'Von Sotto',
    period: 'Zeitraum',
    entries: 'Gelesene Einträge',
    inPeriod: 'Davon im Zeitraum',
    unknown: 'Von dieser Fassung nicht verstanden',
    zone: 'Zeitzone',
  },
  zone: 'UTC, für jeden Tag und jede Zeit',
  lastDay: 'Der letzte Tag war noch nicht vorbei, als dies erstellt wurde.',
  contents: 'Auf dieser Seite',
};
