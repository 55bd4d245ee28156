import type { Replies } from './shape.ts';

const list = (items: readonly string[]): string => items.map((item) => `• ${item}`).join('\n');

const span = (seconds: number): string => {
  if (seconds < 120) return seconds === 1 ? '1 Sekunde' : `${seconds} Sekunden`;
  const minutes = Math.ceil(seconds / 60);
  if (minutes < 120) return `${minutes} Minuten`;
  const hours = Math.ceil(minutes / 60);
  return `${hours} Stunden`;
};

export const de: Replies = {
  restricted: ({ topic, contact, words }) =>
    words ??
    `Diese Frage zum Thema ${topic} ist eingeschränkt, deshalb darf ich sie nicht beantworten. Bitte wende dich an ${contact}.`,
  notForYou: 'Das ist hier eingeschränkt. Ich beantworte nur Fragen von Menschen, die in dieser Firma arbeiten.',
  stepUp: ({ title, minutes }) =>
    `Dafür (${title}) brauche ich eine starke Anmeldung aus den letzten 15 Minuten. ${
      minutes === null
        ? 'Bitte melde dich an und frag noch einmal.'
        : `Wenn du dich innerhalb von ${minutes} Minuten anmeldest, antworte ich von selbst; danach frag bitte noch einmal.`
    }`,
  answeredInPrivate: 'Ich habe dir privat geschrieben.',
  privateOnly: 'Das beantworte ich nur privat. Bitte frag mich in unserem privaten Chat.',
  which: ({ candidates }) =>
    candidates ? 'Wen meinst du?' : 'Wen meinst du? Bitte frag noch einmal mit dem vollen Namen.',
  unknown: ({ canDo }) => `Das habe ich nicht verstanden. Du kannst mich fragen nach:\n${list(canDo)}`,
  nothingPermitted: 'Hier gibt es nichts, was ich dir beantworten darf.',
  perhaps: 'Meintest du eines davon?',
  throttled: ({ seconds }) => `Das war viel auf einmal. Bitte versuch es in ${span(seconds)} noch einmal.`,
  apology:
    'Bei mir ist etwas schiefgegangen, deshalb kann ich nicht antworten. Bitte versuch es in ein paar Minuten noch einmal.',
  unreachable: ({ topic }) =>
    `Das System für das Thema ${topic} war nicht erreichbar. Bitte versuch es später noch einmal.`,
  noRecord: 'Dazu habe ich keinen Eintrag gefunden.',
  andMore: ({ count }) => `… und ${count} weitere.`,
  placeholder: 'Einen Moment. Gleich zeige ich hier eine vertrauliche Antwort.',
  sensitiveFallback: 'Eine vertrauliche Antwort',
  leavesAfter: ({ seconds }) =>
    `Vertraulich: Ich entferne diese Antwort ${span(seconds)} nach dem Anzeigen. Deine Frage und was die Plattform selbst aufbewahrt, kann ich nicht entfernen.`,
  viewReady: ({ title, seconds }) =>
    `${title}: Das zeige ich nur dir, in einem Fenster, und behalte in diesem Chat keine Kopie. Öffne es innerhalb von ${span(seconds)}.`,
  viewTitle: 'Vertraulich',
  viewButton: 'Anzeigen',
  viewMoment: 'Einen Moment.',
  viewClose: 'Schließen',
  viewLeaves: ({ seconds, closes }) =>
    closes
      ? `Vertraulich: Dieses Fenster wird in ${span(seconds)} geleert. Deine Frage und was die Plattform selbst aufbewahrt, kann ich nicht entfernen.`
      : 'Vertraulich: Dieses Fenster kann ich nicht schließen. Bitte schließ es, wenn du fertig bist. Deine Frage und was die Plattform selbst aufbewahrt, kann ich nicht entfernen.',
  viewExpired: 'Das ist abgelaufen und wird nicht mehr gezeigt. Bitte frag mich noch einmal.',
  tombstone: 'Diese Antwort wurde entfernt.',
  buttonNotYours: 'Diese Schaltfläche war für jemand anderen oder ist zu alt. Bitte frag mich selbst.',
  tryAgain: 'Das konnte ich nicht annehmen. Bitte versuch es noch einmal.',
  identity: {
    unknown: 'Das ist eingeschränkt: Ich kenne dein Konto nicht. Bitte lass dich von der IT ins Verzeichnis aufnehmen.',
    deactivated: 'Das ist eingeschränkt: Dein Konto ist nicht mehr aktiv.',
    unreachable:
      'Ich konnte gerade nicht prüfen, wer du bist, deshalb darf ich nicht antworten. Bitte versuch es in ein paar Minuten noch einmal.',
  },
};
