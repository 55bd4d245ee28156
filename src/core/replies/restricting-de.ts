import { begins, ends, isMidnight, means, moment } from './restricting-means-de.ts';
import type { RestrictingReplies, ShownDifference } from './restricting-shape.ts';
import { bar, bullets, titled } from './restricting-shared.ts';
import { dryRun, MOST_ROWS, reachRow } from './restricting-trial-de.ts';

const FIELDS = {
  title: 'Titel',
  forbids: 'Themen und Fragen',
  appliesTo: 'Gilt für',
  exceptGroups: 'Außer',
  places: 'Orte',
  countries: 'Länder',
  from: 'Ab',
  until: 'Bis',
  suspendedUntil: 'Ausgesetzt bis',
  'words-en': 'Worte (en)',
  'words-de': 'Worte (de)',
  'contact-en': 'An wen man sich wendet (en)',
  'contact-de': 'An wen man sich wendet (de)',
  'rights-en': 'Rechte (en)',
  'rights-de': 'Rechte (de)',
} as const;

const KINDS = { added: 'Neu', removed: 'Aufgehoben', changed: 'Geändert' } as const;
const NOTHING = 'nichts';

const PARTS = { 'dry-run': 'Die letzten 30 Tage', reach: 'Wer noch fragen kann' } as const;
const WHY_NOT = {
  deadline: 'war in der Zeit nicht zu schaffen',
  'too-large': 'würde zu lange dauern',
  failed: 'ging gerade nicht',
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
    ...(touches.length === 0 ? [] : [`Sie betrifft: ${touches.join(', ')}`]),
  ]);

export const de: RestrictingReplies = {
  means,
  places: { direct: 'private Chats', group: 'Gruppenchats', channel: 'Kanäle', shared: 'geteilte Kanäle' },
  buttons: {
    new: 'Neu',
    template: 'Aus Vorlage…',
    change: 'Ändern',
    changeOne: 'Ändern…',
    lift: 'Aufheben…',
    suspend: 'Aussetzen…',
    resume: 'Aussetzung beenden',
    rollBack: 'Zurücksetzen…',
    look: 'Ansehen',
    publish: 'In Kraft setzen',
    propose: 'Zweite Person bitten',
    approve: 'Genehmigen',
    decline: 'Ablehnen',
    discard: 'Verwerfen',
    list: 'Alle Einschränkungen',
    pack: 'Regeln genehmigen…',
    preview: 'Vorschau',
    next: 'Weiter',
  },
  titles: {
    new: 'Neue Einschränkung',
    change: 'Einschränkung ändern',
    template: 'Aus einer Vorlage',
    lift: 'Einschränkung aufheben',
    suspend: 'Für Stunden aussetzen',
    'roll-back': 'Zurücksetzen',
    decline: 'Änderung ablehnen',
  },
  deeds: {
    lift: 'Eine aufgehobene Einschränkung verbietet nichts mehr. Eine zweite Person von HR muss es genehmigen.',
    suspend:
      'Für Notfälle: Es wirkt sofort, alle von HR, die Betreiber und der Sicherheitskontakt hören davon, und die Einschränkung gilt danach von selbst wieder.',
    'roll-back':
      'Eingeschränkt ist wieder, was es bei dieser Version war. Wo das jemandem mehr erlaubt, muss es eine zweite Person von HR genehmigen.',
  },
  fields: {
    title: { label: 'Titel', hint: 'Für HR; die anderen sehen ihn nicht.' },
    topics: { label: 'Themen', hint: 'Alles dazu wird abgelehnt.' },
    intents: { label: 'Einzelne Fragen', hint: 'Neben den Themen oder statt ihrer.' },
    applies: { label: 'Gilt für', hint: 'Gruppen, zum Beispiel eine Pilotgruppe; leer: alle.' },
    except: { label: 'Außer', hint: 'Gruppen, für die sie nicht gilt.' },
    places: { label: 'Orte', hint: 'Leer: wo auch immer gefragt wird.' },
    countries: { label: 'Länder', hint: 'ISO-Kürzel, zum Beispiel DE, US; leer: überall.' },
    from: { label: 'Ab', hint: 'Der erste Tag, ab 00:00 Uhr UTC; leer: sofort.' },
    until: { label: 'Bis', hint: 'Der letzte Tag, bis 24:00 Uhr UTC; leer: bis sie aufgehoben wird.' },
    why: { label: 'Warum', hint: 'Bleibt bei der Version; wer genehmigt, liest es.' },
    which: { label: 'Welche', hint: null },
    hours: { label: 'Stunden', hint: 'Höchstens 4.' },
    version: { label: 'Version', hint: null },
    texts: {
      words: { label: 'Worte der Ablehnung', hint: 'Leer: der übliche Satz.' },
      contact: { label: 'An wen man sich wendet', hint: 'Folgt auf „Bitte wende dich an …“.' },
      rights: { label: 'Rechte', hint: 'Wie man ein Recht auf die Auskunft nutzt, das das Gesetz gibt.' },
    },
  },
  idsHint: 'Ihre Kennungen, durch Kommas getrennt.',
  wrong: (field) =>
    ({
      title: 'Titel: Bitte gib einen von 1 bis 80 Zeichen an.',
      forbids: 'Themen: Bitte wähl mindestens ein Thema oder eine Frage, die es gibt.',
      appliesTo: 'Gilt für: Bitte nenn Gruppen, die es gibt.',
      exceptGroups: 'Außer: Bitte nenn Gruppen, die es gibt.',
      places: 'Orte: Bitte wähl Orte, die es gibt.',
      countries: 'Länder: Bitte schreib ISO-Kürzel aus zwei Buchstaben, zum Beispiel DE, US.',
      from: 'Ab: Bitte gib einen Tag des Kalenders an, zum Beispiel 2026-11-30.',
      until: 'Bis: Bitte gib einen Tag des Kalenders an, zum Beispiel 2026-12-31.',
      over: 'Bis: Dieser Tag ist vorbei. Bitte gib einen späteren an.',
      order: 'Bis: Das endet, bevor es beginnt. Bitte gib einen späteren Tag an.',
      words: 'Worte: höchstens 500 Zeichen in jeder Sprache.',
      contact: 'An wen man sich wendet: höchstens 200 Zeichen in jeder Sprache.',
      rights: 'Rechte: höchstens 500 Zeichen in jeder Sprache.',
      why: 'Warum: Bitte sag es in 1 bis 500 Zeichen.',
    })[field],
  unfit: ({ what, mend }) => `${what} ${mend}`,
  missed:
    'Ich konnte dir das Formular nicht rechtzeitig noch einmal zeigen. Es gibt keinen Entwurf; bitte öffne es noch einmal.',
  changedMeanwhile:
    'Diese Einschränkung wurde geändert, seit du das Formular geöffnet hast. Noch einmal gesendet, ersetzt das, was hier steht, jene Änderung; die Vorschau zeigt den Unterschied.',
  lifted:
    'Diese Einschränkung wurde inzwischen aufgehoben, es gibt nichts mehr zu ändern. Kein Entwurf wurde angelegt.',
  tooLarge:
    'Dieses Formular ist größer, als es sich hier zeigen lässt. Bitte die Betreiber von Sotto um „sotto restrict“.',
  nothingToChoose: 'Hier gibt es gerade nichts zu wählen.',
  itself: { pack: 'Die Regeln des Pakets haben sich geändert.', resume: 'Die Aussetzung endet vor ihrer Zeit.' },
  taken: 'Danke. Ich zeige dir in unserem privaten Chat, was das bewirkt; noch ist nichts in Kraft.',
  takenBefore: 'Das habe ich schon. Bitte schau in unseren privaten Chat.',
  comes: 'Einen Moment: Es folgt hier.',
  tooBusy: 'Ich sehe mir schon zu viele Änderungen an. Bitte drück in einer Minute auf Ansehen.',
  list: ({ closed, inForce, more, waiting, drafts, versions, now }) =>
    [
      ...(closed
        ? [
            'Sotto ist geschlossen: Seine Regeln sind nicht die, die genehmigt wurden. Niemand bekommt Antwort, bis zwei Personen von HR sie genehmigen.',
          ]
        : []),
      inForce.length === 0 ? 'HR schränkt nichts ein.' : 'In Kraft:',
      ...bullets(
        inForce.map(({ title, sentence, suspendedUntil }) =>
          suspendedUntil === null || Date.parse(suspendedUntil) <= now
            ? `${title}: ${sentence}`
            : `${title}: ausgesetzt bis ${moment(suspendedUntil, now)}. ${sentence}`,
        ),
      ),
      ...(more === 0 ? [] : [`… und ${more} weitere.`]),
      ...(waiting.length === 0 ? [] : ['', 'Wartet auf eine zweite Person:']),
      ...bullets(
        waiting.map(
          ({ title, sentence, by, until }) =>
            `${titled(title, sentence)}${by === null ? '' : ` Vorgeschlagen von ${by}.`} Bis ${moment(until, now)}.`,
        ),
      ),
      ...(drafts.length === 0 ? [] : ['', 'Deine Entwürfe:']),
      ...bullets(drafts.map(({ title, sentence }) => titled(title, sentence))),
      ...(versions.length === 0 ? [] : ['', 'Die letzten Versionen:']),
      ...bullets(
        versions.map(
          ({ version, at, title, by, approvedBy, why }) =>
            `${version}, ${moment(at, now)}${title === null ? '' : `, „${title}“`}${by === null ? '' : `, ${by}`}${approvedBy === null ? '' : `, genehmigt von ${approvedBy}`}: ${why}`,
        ),
      ),
    ].join('\n'),
  time: ({ field, iso, now }) =>
    field === 'until' ? ends(iso, now) : field === 'from' ? begins(iso, now) : moment(iso, now),
  touched: { suspected: (topic) => `was nach ${topic} klingt`, data: (name) => `die Daten „${name}“` },
  versionOption: ({ version, at, title, by }) =>
    `${version}: ${moment(at, at)}${title === null ? '' : `, „${title}“`}${by === null ? '' : `, ${by}`}`,
  difference: ({ differences }) => differenceLines(differences).join('\n'),
  preview: (o) =>
    [
      ...(o.title === null ? [] : [o.title]),
      o.sentence,
      ...(o.by === null ? [] : [`Vorgeschlagen von ${o.by}.`]),
      `Warum: ${o.why}`,
      ...differenceLines(o.differences),
      ...(o.more === 0 ? [] : [`… und ${o.more} weitere Einschränkungen, für die hier kein Platz ist.`]),
      ...o.replies.flatMap(({ locale, text }) => [
        '',
        `Gelesen wird dann (${locale}):`,
        `„${text.replaceAll('\n', '“\n„')}“`,
      ]),
      '',
      o.trial,
      ...(o.hash === null ? [] : ['', `Du würdest genau diese Fassung genehmigen: ${o.hash}.`]),
      ...(o.next === 'propose'
        ? ['', 'Das erlaubt mehr als bisher, deshalb muss eine zweite Person von HR es genehmigen.']
        : []),
      ...(o.next === 'own' ? ['', 'Das wartet auf eine zweite Person von HR; niemand genehmigt das Eigene.'] : []),
      ...(o.next === 'nothing'
        ? ['', 'Das gibt es nicht mehr.']
        : [`Es bleibt bis ${moment(o.until, o.until)} aufbewahrt.`]),
    ].join('\n'),
  trial: {
    running: ({ of, percent }) => `${PARTS[of]}: ${bar(percent)} ${percent} %`,
    dryRun,
    reach: ({ reach, title }) =>
      reach.rows.length === 0
        ? 'Wer noch fragen kann: niemand.'
        : [
            'Wer noch fragen kann:',
            ...bullets(reach.rows.slice(0, MOST_ROWS).map((row) => reachRow(row, title))),
            ...(reach.rows.length > MOST_ROWS ? [`… und ${reach.rows.length - MOST_ROWS} weitere.`] : []),
          ].join('\n'),
    failed: ({ of, why }) => `${PARTS[of]}: Das ${WHY_NOT[why]}. Was die Änderung bedeutet, steht trotzdem oben.`,
    none: 'Das probiere ich nicht an früheren Fragen aus.',
  },
  inForce: ({ version, sentence, before }) =>
    [
      before ? `Das ist schon in Kraft, als Version ${version}.` : `In Kraft, als Version ${version}.`,
      ...(sentence === null ? [] : [sentence]),
    ].join(' '),
  waits: ({ until, now }) =>
    `Es wartet auf eine zweite Person von HR, die davon weiß, bis ${moment(until, now)}. Ich sage dir, was daraus wird.`,
  voided: (why) =>
    ({
      gone: 'Diese Änderung gibt es nicht mehr: Sie wurde verworfen oder abgelehnt, oder ihre Zeit ist vorbei. Geändert wurde nichts.',
      changed:
        'Was in Kraft ist, oder die Regeln daneben, hat sich seither geändert, deshalb habe ich es nicht in Kraft gesetzt. Bitte sieh noch einmal nach und mach es neu.',
      'other-pack': 'Ich habe hier ein anderes Paket als das, das du gesehen hast. Bitte drück gleich noch einmal.',
      own: 'Niemand genehmigt die eigene Änderung. Eine andere Person von HR muss es tun.',
      'author-left':
        'Wer das vorgeschlagen hat, gehört nicht mehr zu HR, deshalb habe ich es nicht in Kraft gesetzt. Bitte mach es neu.',
    })[why],
  discarded: 'Verworfen. Geändert wurde nichts.',
  declined: 'Abgelehnt. Geändert wurde nichts, und wer es vorgeschlagen hat, erfährt den Grund.',
  asksYou: ({ name, sentence, why, until }) =>
    `${name ?? 'Jemand von HR'} bittet um eine zweite Person: ${sentence}\nWarum: ${why}\nEs wartet bis ${moment(until, until)}.`,
  approvedYours: ({ name, sentence }) => `${name} hat deine Änderung genehmigt, und sie ist in Kraft: ${sentence}`,
  declinedYours: ({ name, sentence, why }) =>
    `${name} hat deine Änderung abgelehnt, und geändert wurde nichts: ${sentence}\nWarum: ${why}`,
  broken: ({ name, sentence, why }) => `Notfall: ${name} hat eine Einschränkung ausgesetzt. ${sentence}\nWarum: ${why}`,
  lapses: ({ sentence, until, now }) =>
    `Eine Einschränkung endet bald von selbst, ${isMidnight(until) ? `mit dem ${ends(until, now)}` : `am ${moment(until, now)}`}: ${sentence} Änder sie, wenn sie länger gelten soll.`,
};
