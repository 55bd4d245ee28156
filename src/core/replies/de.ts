import type { Order, OrderOf } from '../orders/types.ts';
import { de as aside } from './aside-de.ts';
import { auth } from './auth-de.ts';
import { de as donating } from './donating-de.ts';
import { de as installing } from './installing-de.ts';
import { de as privacy } from './privacy-de.ts';
import { de as restricting } from './restricting-de.ts';
import type { Replies } from './shape.ts';
import { de as signedIn } from './signed-in-de.ts';
import { de as writing } from './writing-de.ts';

const list = (items: readonly string[]): string => items.map((item) => `• ${item}`).join('\n');

const span = (seconds: number): string => {
  if (seconds < 120) return seconds === 1 ? '1 Sekunde' : `${seconds} Sekunden`;
  const minutes = Math.ceil(seconds / 60);
  if (minutes < 120) return `${minutes} Minuten`;
  const hours = Math.ceil(minutes / 60);
  return `${hours} Stunden`;
};

const time = (at: number): string => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

const ON = { person: 'die Person', conversation: 'die Unterhaltung', topic: 'das Thema' } as const;

const HELD = {
  iban: 'eine Kontonummer (IBAN)',
  card: 'eine Kartennummer',
  'national-id': 'eine Personenkennziffer des Staates',
  secret: 'ein Passwort, Schlüssel oder Token',
} as const;

const auditExport = (order: OrderOf<'audit-export'>): string => {
  const { person, topic, kinds, origin, since, until } = order;
  const which = [
    ...(person === null ? [] : [`über die Person ${person}`]),
    ...(topic === null ? [] : [`zum Thema ${topic}`]),
    ...(kinds.length === 0 ? [] : [`der Arten ${kinds.join(', ')}`]),
    ...(origin === null ? [] : [`aus dem Protokoll ${origin}`]),
    ...(since === null ? [] : [`seit ${time(since)}`]),
    ...(until === null ? [] : [`vor ${time(until)}`]),
  ];
  return [
    `Aus dem Prüfprotokoll ${which.length === 0 ? 'alle Einträge' : `die Einträge ${which.join(', ')}`} herausgeben (${order.format}), an die Befehlszeile, die darauf wartet.`,
    ...(order.names ? ['Die Namen der Menschen darin werden geöffnet.'] : []),
    ...(order.standing
      ? ['Dreißig Tage lang darf auch herausgegeben werden, was danach kommt, ohne neuen Auftrag.']
      : []),
    ...(person === null ? [] : ['Die Person kann sehen, dass es geschehen ist.']),
  ].join(' ');
};

const also = (accounts: readonly string[]): string =>
  accounts.length === 0 ? '' : ` Diese Konten gelten als ihre: ${accounts.join(', ')}.`;

const what = (order: Order): string => {
  switch (order.kind) {
    case 'pause':
      return 'Pause: Bis sie endet, hört jeder, der Sotto fragt, dass es pausiert.';
    case 'resume':
      return 'Ende der Pause: Sotto antwortet wieder.';
    case 'hold':
      return `Aufbewahren: Über ${ON[order.on]} ${order.what} wird nichts entfernt oder vernichtet, bis zwei Betreiber das aufheben.`;
    case 'lift':
      return `Die Aufbewahrung ${order.id} aufheben: Was sie festhielt, wird entfernt, sobald es fällig ist.`;
    case 'recall': {
      const of = order.intent ?? (order.topic === null ? 'allem' : `dem Thema ${order.topic}`);
      const since = order.since === null ? '' : `, gegeben seit ${time(order.since)},`;
      return `Zurückholen: Die Antworten zu ${of}${since} die noch stehen, werden entfernt.`;
    }
    case 'forget':
      return `Die Person ${order.person} vergessen: Was Sotto von ihr aufbewahrt und zeigt, wird vernichtet und entfernt.${also(order.accounts)}`;
    case 'export':
      return `Herausgeben, was Sotto von der Person ${order.person} aufbewahrt, mit ihren Einträgen im Protokoll, an die Befehlszeile, die darauf wartet. Die Person kann sehen, dass es geschehen ist.${also(order.accounts)}`;
    case 'audit-export':
      return auditExport(order);
    case 'donated':
      return order.remove.length === 0
        ? 'Die Sätze, die Leute gegeben haben, weil sie nicht verstanden wurden, an der Befehlszeile zeigen, die darauf wartet.'
        : `Sätze, die Leute gegeben haben, vernichten (${order.remove.length}).`;
    case 'retry':
      return `Die beiseitegelegte Frage ${order.id} noch einmal stellen.`;
    case 'audit-lost':
      return `Festhalten, dass das Protokoll ${order.origin} verloren ist: Sotto fragt nicht mehr danach.`;
    case 'restrict':
      return order.says.de;
  }
};

export const de: Replies = {
  restricted: ({ topic, contact, words, whom, rights }) => {
    const ask = words === null ? (whom ?? contact) : whom;
    const why = words ?? `Diese Frage zum Thema ${topic} ist eingeschränkt, deshalb darf ich sie nicht beantworten.`;
    const parts = [why, ...(ask === null ? [] : [`Bitte wende dich an ${ask}.`]), ...(rights === null ? [] : [rights])];
    return parts.join(' ');
  },
  meantElse: 'Wenn du etwas anderes gemeint hast, wähl es aus:',
  meant: ({ title }) => `Ich meinte: ${title}`,
  notForYou: 'Das ist hier eingeschränkt. Ich beantworte nur Fragen von Menschen, die in dieser Firma arbeiten.',
  stepUp: ({ title, minutes, signIn }) => {
    const needs = `Dafür (${title}) brauche ich eine starke Anmeldung aus ${minutes <= 1 ? 'der letzten Minute' : `den letzten ${span(minutes * 60)}`}`;
    if (signIn === 'nowhere') return `${needs}, und anmelden kann man sich hier noch nicht.`;
    if (signIn === 'press') return `${needs}. Bitte melde dich an und drück dann noch einmal.`;
    return signIn === 'again'
      ? `${needs}. Bitte melde dich an und frag noch einmal.`
      : `${needs}. Wenn du dich innerhalb von ${signIn} Minuten anmeldest, antworte ich von selbst; danach frag bitte noch einmal.`;
  },
  asYourself: ({ title, signIn }) => {
    const needs = `Dafür (${title}) frage ich das System in deinem Namen, damit es zeigt, was du dort sehen darfst. Dazu musst du dich anmelden`;
    if (signIn === 'nowhere') return `${needs}, und anmelden kann man sich hier noch nicht.`;
    if (signIn === 'press') return `${needs}. Tu das bitte und drück dann noch einmal.`;
    return signIn === 'again'
      ? `${needs}. Tu das bitte und frag noch einmal.`
      : `${needs}. Wenn du das innerhalb von ${signIn} Minuten tust, antworte ich von selbst; danach frag bitte noch einmal.`;
  },
  signIn: 'Anmelden',
  answeredInPrivate: 'Ich habe dir privat geschrieben.',
  privateOnly: 'Das beantworte ich nur privat. Bitte frag mich in unserem privaten Chat.',
  which: ({ offered }) => {
    if (offered === 'all') return 'Wen meinst du?';
    if (offered === 'nobody') return 'Wen meinst du? Bitte frag noch einmal mit dem vollen Namen.';
    return 'Wen meinst du? Ist es niemand von diesen, frag bitte noch einmal mit dem vollen Namen.';
  },
  whichSelf: 'Ich bin nicht sicher, um wen es geht. Meinst du dich selbst?',
  myself: 'Ja, es geht um mich',
  onlyNow: 'So ist es jetzt. Für eine andere Zeit kann ich es nicht sagen.',
  alsoAsked: 'Das hast du auch gefragt. Wähle es, und ich antworte:',
  unknown: ({ heard, canDo, closest }) => {
    const about = `Du kannst mich fragen nach:\n${list(canDo)}`;
    if (heard === 'foreign')
      return `Das habe ich nicht verstanden: Ich kenne keines dieser Wörter. Bitte frag auf Deutsch, Englisch, Französisch oder Spanisch.\n${about}`;
    if (!closest) return `Das habe ich nicht verstanden. ${about}`;
    return heard === 'near'
      ? `Das habe ich nicht sicher verstanden. Meintest du eine der Fragen unten?\n\n${about}`
      : `Das habe ich nicht verstanden. ${about}\n\nWas dem am nächsten kommt, steht unten.`;
  },
  aside,
  donating,
  writing,
  installing,
  auth,
  signedIn,
  askPerson: 'Einen Menschen fragen',
  askPersonInChat: 'Wenn du lieber einen Menschen fragst, schreib mir „einen Menschen fragen“ im privaten Chat.',
  nothingPermitted: 'Hier gibt es nichts, was ich dir beantworten darf.',
  throttled: ({ seconds }) => `Das war viel auf einmal. Bitte versuch es in ${span(seconds)} noch einmal.`,
  throttledTopic: ({ topic, seconds }) =>
    `Das waren zu viele Fragen zum Thema ${topic} auf einmal. Bitte versuch es in ${span(seconds)} noch einmal.`,
  probing: ({ person, refusals, since, topics }) => {
    const about = topics.length === 0 ? '' : ` Es ging um: ${topics.join(', ')}.`;
    return `Eine Person fragt immer wieder nach etwas, das für sie eingeschränkt ist: die mit der Kennung ${person} im Verzeichnis. Sie wurde seit ${time(since)} mindestens ${refusals}-mal abgewiesen.${about} Ich antworte ihr jetzt langsamer. Was sie geschrieben hat, sage ich niemandem, auch dir nicht. Zu dieser Person melde ich mich einmal am Tag.`;
  },
  surpriseFound: ({ operation, field, held }) =>
    `Ein System hat etwas geschickt, das nicht gezeigt werden darf: In der Antwort von ${operation} stand im Feld ${field} ${HELD[held]}, und die Beschreibung weiß nichts davon. Niemand hat etwas davon gesehen. Bitte lass prüfen, was das System dort schickt. Gehört es dorthin, so sagt es die Beschreibung (holds: [${held}]). Zu diesem Feld melde ich mich einmal am Tag.`,
  flooded: ({ hook }) =>
    `Ein System meldet über einzelne Personen weit mehr, als gemeint sein kann, und zwar über den Webhook ${hook}. Sie erfahren die ersten Meldungen und von den übrigen die Anzahl. Entweder ist das System gestört, oder jemand anderes hat sein Geheimnis. Bitte lass prüfen, was es schickt, und im Zweifel das Geheimnis wechseln. Zu diesem Webhook melde ich mich einmal am Tag.`,
  spread: ({ hook, people }) =>
    `Ein System meldet über mehr Personen, als vorgesehen ist, und zwar über den Webhook ${hook}: Es waren mehr als ${people} innerhalb einer Stunde. Was darüber hinausgeht, erfahren sie nur als Anzahl, sobald die Stunde vorbei ist. Entweder gibt es ausnahmsweise so viel zu melden, oder das System ist gestört, oder jemand anderes hat sein Geheimnis. Bitte lass prüfen, was es schickt, und im Zweifel das Geheimnis wechseln. Sollen es so viele sein, so sagt es die Beschreibung (people). Zu diesem Webhook melde ich mich einmal am Tag.`,
  home: {
    canAsk: 'Was du mich fragen kannst',
    how: ({ platform }) =>
      `Schreib mir in ${platform === 'slack' ? 'den Tab „Nachrichten“' : 'diesen Chat'}, in deinen eigenen Worten. Andere sehen andere Listen: Diese hier ist, was ich dir beantworten darf.`,
    noRoom: 'Hier ist nicht für alles Platz. Frag mich „Was kann ich dich fragen?“, dann nenne ich dir den Rest.',
    comes: 'Die Antwort kommt als Nachricht in unseren Chat.',
    open: 'Meine Seite öffnen',
  },
  shed: 'Ich habe gerade zu viel zu tun. Frag mich in einer Minute noch einmal.',
  apology:
    'Bei mir ist etwas schiefgegangen, deshalb kann ich nicht antworten. Bitte versuch es in ein paar Minuten noch einmal.',
  unreachable: ({ topic }) =>
    `Das System für das Thema ${topic} war nicht erreichbar. Bitte versuch es später noch einmal.`,
  surprise: ({ topic }) =>
    `Zum Thema ${topic} gibt es eine Antwort, aber ich konnte sie nicht zeigen: Darin steht etwas, das nicht hineingehört. Das ist keine Einschränkung, und es liegt nicht an dir. Für alle, die mich betreiben, ist es festgehalten.`,
  noRecord: 'Dazu habe ich keinen Eintrag gefunden.',
  noRecordFor: ({ what }) => `Dazu habe ich für ${what} keinen Eintrag gefunden.`,
  andMore: ({ count, atLeast }) => `… und ${atLeast ? 'mindestens ' : ''}${count} weitere.`,
  mayBeMore: ({ count }) =>
    count === 0
      ? 'Es kann mehr geben, als durchgesehen werden konnte.'
      : `Es kann mehr geben; das ${count === 1 ? 'ist der erste Eintrag' : `sind die ersten ${count}`}.`,
  reported: {
    waits: 'Es ist etwas für dich eingegangen. Ich zeige es erst, wenn du danach fragst.',
    show: 'Danach fragen',
    more: ({ count }) =>
      count === 1
        ? 'Noch etwas ist für dich eingegangen. In einer Stunde war es zu viel, um jedes zu melden. Frag mich, wie es jetzt steht.'
        : `Noch ${count} Meldungen sind für dich eingegangen. In einer Stunde war es zu viel, um jede zu zeigen. Frag mich, wie es jetzt steht.`,
  },
  placeholder: 'Einen Moment. Gleich zeige ich hier eine vertrauliche Antwort.',
  sensitiveFallback: 'Eine vertrauliche Antwort',
  leavesAfter: ({ seconds, more }) =>
    `Vertraulich: Ich entferne diese Antwort ${span(seconds)} nach dem Anzeigen${more ? ', außer du nimmst dir mehr Zeit' : ''}. Deine Frage und was die Plattform selbst aufbewahrt, kann ich nicht entfernen.`,
  moreTime: 'Mehr Zeit',
  moreTimeGiven: ({ seconds }) => `Du hast mehr Zeit: Die Antwort verschwindet jetzt in ${span(seconds)}.`,
  noMoreTime: ({ seconds }) => `Mehr Zeit gibt es nicht: Die Antwort verschwindet in ${span(seconds)}.`,
  left: 'Diese Antwort ist verschwunden. Du kannst noch einmal danach fragen.',
  askAgain: 'Noch einmal fragen',
  viewReady: ({ title, seconds }) =>
    `${title}: Das zeige ich nur dir, in einem Fenster, und behalte in diesem Chat keine Kopie. Öffne es innerhalb von ${span(seconds)}.`,
  viewTitle: 'Vertraulich',
  viewButton: 'Anzeigen',
  viewMoment: 'Einen Moment.',
  viewClose: 'Schließen',
  fieldNeeded: 'Bitte ausfüllen.',
  viewLeaves: ({ seconds, closes }) =>
    closes
      ? `Vertraulich: Dieses Fenster wird in ${span(seconds)} geleert. Deine Frage und was die Plattform selbst aufbewahrt, kann ich nicht entfernen.`
      : 'Vertraulich: Dieses Fenster kann ich nicht schließen. Bitte schließ es, wenn du fertig bist. Deine Frage und was die Plattform selbst aufbewahrt, kann ich nicht entfernen.',
  viewExpired: 'Das ist abgelaufen und wird nicht mehr gezeigt. Bitte frag mich noch einmal.',
  tombstone: 'Diese Antwort wurde entfernt.',
  live: {
    begun: 'Einen Moment. Der Betrieb prüft, ob Nachrichten von mir wieder verschwinden.',
    shown: 'Das ist die Prüfung. Sie enthält nichts von dir und verschwindet binnen einer Minute von selbst.',
  },
  buttonNotYours: 'Diese Schaltfläche war für jemand anderen oder ist zu alt. Bitte frag mich selbst.',
  tryAgain: 'Das konnte ich nicht annehmen. Bitte versuch es noch einmal.',
  paused: 'Sotto ist von seinen Betreibern angehalten. Bitte frag später noch einmal.',
  closed: 'Sotto ist angehalten, bis seine Regeln bestätigt sind. Bitte frag später noch einmal.',
  'audit-lost':
    'Sotto ist angehalten, bis geklärt ist, was aus seinen Aufzeichnungen wurde. Bitte frag später noch einmal.',
  packStricter: 'Das Paket wurde durch ein anderes ersetzt, das nachweislich niemandem mehr erlaubt.',
  orders: {
    what,
    confirmed: (o) => `Bestätigt. ${o.what} Das geschieht jetzt; was daraus wurde, steht auf der Befehlszeile.`,
    oneMore: (o) =>
      `Deine Bestätigung zählt. ${o.what} Dafür braucht es noch ${o.who === 'hr' ? 'jemanden aus der Personalabteilung' : 'einen Betreiber'}: Derselbe Code muss von dort innerhalb von ${o.minutes} Min. bestätigt werden, privat oder auf der Seite.`,
    already: (o) => `Das wurde schon bestätigt, deshalb geschieht nichts Neues. ${o.what}`,
    over: 'Dieser Code gilt nicht mehr: Er ist abgelaufen oder stand, wo andere ihn lesen konnten. Bitte erteile den Auftrag noch einmal.',
    unread:
      'Einen Auftrag, der wartet, kann ich gerade nicht lesen, und das kann sein Code sein. Bitte schick ihn in einer Minute noch einmal.',
    wrong: 'Das ist kein Code eines Auftrags, der wartet. Bitte prüf ihn oder erteile den Auftrag noch einmal.',
    tooMany: 'Das waren zu viele Codes. Bitte warte eine Minute und versuch es noch einmal.',
    look: (o) =>
      [
        o.what,
        '',
        o.difference,
        '',
        `Schick mir denselben Code noch einmal, um genau das zu bestätigen (${o.hash.slice(0, 12)}).`,
      ].join('\n'),
    notTheirs: ({ who }) =>
      who === 'hr'
        ? 'Diesen Auftrag kann nur die Personalabteilung bestätigen. Bitte gib ihr den Code privat weiter.'
        : 'Diesen Auftrag können nur Betreiber bestätigen. Bitte gib ihnen den Code privat weiter.',
    changed:
      'Worum es in diesem Auftrag geht, hat sich inzwischen geändert oder ist vorbei, deshalb gilt er nicht mehr. Bitte erteile ihn noch einmal.',
    burnt:
      'Diesen Code konnten hier andere lesen, deshalb gilt er nicht mehr. Bitte erteile den Auftrag noch einmal und schick mir den Code in unserem privaten Chat.',
  },
  restricting,
  privacy,
  identity: {
    unknown: 'Das ist eingeschränkt: Ich kenne dein Konto nicht. Bitte lass dich von der IT ins Verzeichnis aufnehmen.',
    unreachable:
      'Ich konnte gerade nicht prüfen, wer du bist, deshalb darf ich nicht antworten. Bitte versuch es in ein paar Minuten noch einmal.',
  },
};
