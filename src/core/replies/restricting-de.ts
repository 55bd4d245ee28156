import { lastDay } from '../restricting/fields.ts';
import type { Meaning, Touched } from '../restricting/meaning.ts';
import type { DryRun, DryRunRow, ReachRow, Tally } from '../restricting-ports.ts';
import type { RestrictingReplies, ShownDifference } from './restricting-shape.ts';
import { bar, bullets, percentOf, titled } from './restricting-shared.ts';

const WEEKDAYS = ['Sonntag', 'Montag', 'Dienstag', 'Mittwoch', 'Donnerstag', 'Freitag', 'Samstag'];
const MONTHS = [
  ...['Januar', 'Februar', 'März', 'April', 'Mai', 'Juni', 'Juli'],
  ...['August', 'September', 'Oktober', 'November', 'Dezember'],
];

const day = (at: Date, now: number, weekday: boolean): string => {
  const year = at.getUTCFullYear() === new Date(now).getUTCFullYear() ? '' : ` ${at.getUTCFullYear()}`;
  return `${weekday ? `${WEEKDAYS[at.getUTCDay()]}, ` : ''}${at.getUTCDate()}. ${MONTHS[at.getUTCMonth()]}${year}`;
};

const isMidnight = (iso: string): boolean => iso.endsWith('T00:00:00.000Z');
const clock = (at: Date): string => `${at.toISOString().slice(11, 16)} Uhr UTC`;
const moment = (at: number | string, now: number): string => {
  const date = new Date(at);
  return `${day(date, now, false)}, ${clock(date)}`;
};

const begins = (iso: string, now: number): string =>
  isMidnight(iso) ? day(new Date(iso), now, true) : `${day(new Date(iso), now, true)}, ${clock(new Date(iso))}`;
const ends = (iso: string, now: number): string =>
  isMidnight(iso) ? day(new Date(lastDay(iso)), now, false) : moment(iso, now);

const PLACES = {
  direct: 'privaten Chats',
  group: 'Gruppenchats',
  channel: 'Kanälen',
  shared: 'Kanälen mit anderen Firmen',
} as const;

const and = (parts: readonly string[]): string =>
  parts.length < 2 ? parts.join() : `${parts.slice(0, -1).join(', ')} und ${parts.at(-1)}`;

const MOST_NAMED = 4;
const about = ({ topics, intents }: Touched): string => {
  const named = [...topics, ...intents.map((title) => `„${title}“`)];
  const rest = named.length - MOST_NAMED;
  return and(rest > 1 ? [...named.slice(0, MOST_NAMED), `${rest} weiteren`] : named);
};

const where = ({ places }: Touched): string =>
  places.length === 0 ? '' : ` in ${and(places.map((place) => PLACES[place]))}`;

const counted = (people: number): string => `${people.toLocaleString('de-DE')} ${people === 1 ? 'Person' : 'Personen'}`;

/** Wer nicht kann, oder wieder kann, samt dem Verb davor. */
const can = ({ people, appliesTo, except, countries }: Touched, may: boolean): string => {
  if (people === 'few') return 'können weniger als fünf Personen';
  if (people === 1) return 'kann 1 Person';
  if (people !== null) return `können ${counted(people)}`;
  const of = appliesTo.length === 0 ? '' : ` aus ${and(appliesTo)}`;
  const but = except.length === 0 ? '' : ` außer ${and(except)}`;
  const at = countries.length === 0 ? '' : ` in ${countries.join(', ')}`;
  return `${may ? 'können alle' : 'kann niemand'}${of}${at}${but}`;
};

const cannotAsk = (touched: Touched): string =>
  `${can(touched, false)}${where(touched)}${touched.people === null ? '' : ' nicht'} nach ${about(touched)} fragen`;

const when = ({ from, until }: Touched, now: number): string => {
  if (from === null || Date.parse(from) <= now)
    return until === null ? 'Ab sofort' : `Ab sofort bis ${ends(until, now)}`;
  return until === null ? `Ab ${begins(from, now)},` : `Von ${begins(from, now)}, bis ${ends(until, now)}`;
};

const means = ({ meaning, now }: { readonly meaning: Meaning; readonly now: number }): string => {
  switch (meaning.kind) {
    case 'put':
      return `${when(meaning.touched, now)} ${cannotAsk(meaning.touched)}.`;
    case 'resume':
      return `Ab sofort gilt die Einschränkung „${meaning.title}“ wieder: Damit ${cannotAsk(meaning.touched)}.`;
    case 'lift':
      return `Ab sofort ${can(meaning.touched, true)}${where(meaning.touched)} wieder nach ${about(meaning.touched)} fragen, soweit es die anderen Regeln erlauben.`;
    case 'suspend':
      return `Bis ${moment(meaning.until, now)}, verbietet die Einschränkung „${meaning.title}“ nichts: So lange ${can(meaning.touched, true)}${where(meaning.touched)} nach ${about(meaning.touched)} fragen, soweit es die anderen Regeln erlauben; dann gilt sie von selbst wieder.`;
    case 'roll-back':
      return `Eingeschränkt ist wieder, was es bei Version ${meaning.version} war: ${meaning.put} wieder da oder geändert, ${meaning.removed} aufgehoben.`;
    case 'pack':
      return 'Die Regeln des Pakets, wie sie jetzt sind, sind genehmigt, und Sotto antwortet danach.';
  }
};

const tally = ({ questions, people }: Tally): string =>
  `${questions.toLocaleString('de-DE')} ${questions === 1 ? 'Frage' : 'Fragen'} von ${counted(people)}`;

const BY = { intent: 'Nach Frage', group: 'Nach Gruppe', place: 'Nach Ort' } as const;

const rowsOf = (rows: readonly DryRunRow[], title: (intent: string) => string): readonly string[] =>
  (['intent', 'group', 'place'] as const).flatMap((by) => {
    const of = rows.filter((row) => row.by === by).slice(0, 8);
    const one = (id: string): string =>
      by === 'group' ? id : by === 'intent' ? title(id) : ((NAMES as Readonly<Record<string, string>>)[id] ?? id);
    const name = (what: string): string => what.split(', ').map(one).join(', ');
    return of.length === 0 ? [] : [`${BY[by]}: ${of.map((row) => `${name(row.what)}: ${tally(row)}`).join('; ')}.`];
  });

const NAMES = {
  direct: 'private Chats',
  group: 'Gruppenchats',
  channel: 'Kanäle',
  shared: 'Kanäle mit anderen Firmen',
} as const;

const side = (o: { readonly none: boolean; readonly total: Tally | null; readonly would: string }): string => {
  if (o.none) return `Keine Frage ${o.would}.`;
  return o.total === null ? `Fragen von weniger als fünf Personen: ${o.would}.` : `${tally(o.total)}: ${o.would}.`;
};

const dryRun = ({ run, title }: { readonly run: DryRun; readonly title: (intent: string) => string }): string => {
  if (run.questions === 0)
    return 'Die letzten 30 Tage: Weniger als fünf Personen haben etwas gefragt, deshalb wird es daran nicht ausprobiert.';
  return [
    `Die letzten 30 Tage (${run.questions.toLocaleString('de-DE')} Fragen), ausprobiert:`,
    side({ none: run.none.refused, total: run.refused, would: 'wurde beantwortet und würde abgelehnt' }),
    ...rowsOf(run.rows.refused, title),
    ...(run.none.refused || run.refused === null
      ? []
      : [
          `${percentOf(run.onSuspicionAlone)} % davon werden allein auf Verdacht abgelehnt: So, wie sie gestellt waren, klangen sie danach.`,
        ]),
    side({ none: run.none.permitted, total: run.permitted, would: 'wurde abgelehnt und könnte beantwortet werden' }),
    ...rowsOf(run.rows.permitted, title),
    ...(run.withheld ? ['Zeilen mit weniger als fünf Personen sind weggelassen oder zusammengefasst.'] : []),
  ].join('\n');
};

const RELATIONS = { self: 'über sich selbst', report: 'über die eigenen Leute', other: 'über alle' } as const;

const MOST_ROWS = 12;

const reachRow = (row: ReachRow, title: (intent: string) => string): string => {
  const groups = and(row.groups.length === 0 ? ['alle'] : row.groups.map((group) => group));
  const intents = and([...new Set(row.intents.map(title))].slice(0, 5));
  const places = row.places.length === 4 ? '' : `, in ${and(row.places.map((place) => PLACES[place]))}`;
  const aboutWhom = and(row.about.map((relation) => RELATIONS[relation]));
  return `${groups}: ${intents}; ${aboutWhom}${places}${row.signIn ? ', nach einer starken Anmeldung' : ''}`;
};

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
          ({ version, at, by, approvedBy, why }) =>
            `${version}, ${moment(at, now)}${by === null ? '' : `, ${by}`}${approvedBy === null ? '' : `, genehmigt von ${approvedBy}`}: ${why}`,
        ),
      ),
    ].join('\n'),
  time: ({ field, iso, now }) =>
    field === 'until' ? ends(iso, now) : field === 'from' ? begins(iso, now) : moment(iso, now),
  touched: { suspected: (topic) => `was nach ${topic} klingt`, data: (name) => `die Daten „${name}“` },
  versionOption: ({ version, at, by }) => `${version}: ${moment(at, at)}${by === null ? '' : `, ${by}`}`,
  difference: ({ differences }) => differenceLines(differences).join('\n'),
  preview: (o) =>
    [
      ...(o.title === null ? [] : [o.title]),
      o.sentence,
      ...(o.by === null ? [] : [`Vorgeschlagen von ${o.by}.`]),
      `Warum: ${o.why}`,
      ...differenceLines(o.differences),
      ...(o.more === 0 ? [] : [`… und ${o.more} weitere Einschränkungen, für die hier kein Platz ist.`]),
      ...o.replies.flatMap(({ locale, text }) => ['', `Gelesen wird dann (${locale}):`, `„${text}“`]),
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
