import type { WritingReplies } from './writing-shape.ts';

const WHY = {
  unreachable: 'Das System war nicht erreichbar. Bitte versuch es in ein paar Minuten noch einmal.',
  busy: 'Das System ist gerade ausgelastet. Bitte versuch es in ein paar Minuten noch einmal.',
  refused: 'Das System hat es nicht angenommen.',
  'sign-in': 'Das System verlangt, dass du dich vorher anmeldest. Bitte melde dich an und schick es noch einmal.',
  'not-found': 'Das System kennt nicht, worum es geht.',
  malformed: 'Das System hat es nicht angenommen.',
  enough: 'Du hast innerhalb einer Stunde sehr viel geschickt. Bitte versuch es später noch einmal.',
  'sent-anew': 'Du hast sein Formular noch einmal geöffnet, deshalb zählt nur das neue.',
  other: 'Bei mir ist etwas schiefgegangen. Bitte versuch es in ein paar Minuten noch einmal.',
} as const;

const PASSES: readonly (keyof typeof WHY)[] = ['unreachable', 'busy', 'sign-in', 'enough', 'sent-anew', 'other'];

export const de: WritingReplies = {
  ready: ({ title }) => `${title}: Bitte füll das Formular aus. Es wird nichts geschickt, bevor du es abschickst.`,
  open: 'Formular öffnen',
  intro: ({ title }) => `${title}. Bitte prüf es; es geschieht, sobald du es abschickst.`,
  send: 'Abschicken',
  about: ({ name }) => `Es ist für ${name}.`,
  firstDay: 'Erster Tag',
  lastDay: 'Letzter Tag',
  between: ({ min, max }) => `Eine ganze Zahl von ${min} bis ${max}.`,
  wrong: {
    missing: ({ label }) => `${label}: Bitte ausfüllen.`,
    long: ({ label, most }) => `${label}: Bitte höchstens ${most} Zeichen.`,
    value: ({ label }) => `${label}: Das kann ich nicht lesen. Bitte ändere es.`,
    period: 'Der letzte Tag darf nicht vor dem ersten liegen.',
  },
  taken: 'Ich habe es. Was daraus wird, schreibe ich dir in unseren privaten Chat.',
  already:
    'Dieses Formular hast du schon geschickt, deshalb habe ich es nicht noch einmal angenommen. Was daraus wurde, steht in unserem privaten Chat.',
  done: ({ title }) => `${title}: erledigt.`,
  notDone: ({ title, code, contact }) => {
    const ask = PASSES.includes(code) || contact === '' ? '' : ` Wenn du es brauchst, frag bitte ${contact}.`;
    return `${title}: Es ist nichts geschehen. ${WHY[code]}${ask}`;
  },
  notCome: ({ title, kept }) =>
    `${title}: Es ist nichts geschehen.${kept ? ' Was du geschrieben hast, steht noch im Formular unten.' : ''}`,
  doubt: ({ title, contact }) => {
    const whom = contact === '' ? 'diejenigen, die das System betreuen' : contact;
    return `${title}: Ich weiß nicht, ob es geschehen ist, denn das System hat nicht klar geantwortet. Von selbst versuche ich es nicht noch einmal. Bitte frag ${whom}, bevor du es noch einmal schickst.`;
  },
  late: 'Das ist abgelaufen, deshalb wurde nichts geschickt. Bitte frag mich noch einmal.',
  wrote: 'Was du geschrieben hast, zum Kopieren:',
  wroteFor: ({ hours }) => `Diese Nachricht entferne ich nach ${hours === 1 ? 'einer Stunde' : `${hours} Stunden`}.`,
  keptBelow: 'Was du geschrieben hast, steht im Formular unten, falls du es selbst noch einmal schicken möchtest.',
  asYourself: ({ title, minutes }) =>
    `${title}: Das mache ich in deinem Namen, und dafür musst du dich anmelden. Wenn du das innerhalb von ${minutes} Minuten tust, mache ich von selbst weiter; bisher ist nichts geschehen.`,
  anew: {
    late: 'Dieses Formular war abgelaufen, deshalb wurde nichts geschickt. Hier ist es noch einmal, mit dem, was du geschrieben hast: Bitte prüf es, und schick es noch einmal.',
    changed:
      'Dieses Formular hat sich inzwischen geändert, deshalb wurde nichts geschickt. Hier ist es noch einmal, mit dem, was du geschrieben hast: Bitte prüf es, und schick es noch einmal.',
  },
  undo: 'Zurücknehmen',
  undoFor: ({ minutes }) => `Du kannst es innerhalb von ${minutes} min zurücknehmen.`,
  undone: ({ title }) => `${title}: zurückgenommen.`,
  undoneBefore: 'Das ist schon zurückgenommen.',
  undoLate: ({ contact }) =>
    `Hier kannst du das nicht mehr zurücknehmen.${contact === '' ? '' : ` Bitte frag ${contact}.`}`,
  undoNotDone: ({ title, contact }) =>
    `${title}: Es wurde nicht zurückgenommen und gilt weiter.${contact === '' ? '' : ` Bitte versuch es noch einmal, oder frag ${contact}.`}`,
  undoDoubt: ({ title, contact }) => {
    const whom = contact === '' ? 'diejenigen, die das System betreuen' : contact;
    return `${title}: Ich weiß nicht, ob es zurückgenommen ist, denn das System hat nicht klar geantwortet. Bitte frag ${whom}.`;
  },
};
