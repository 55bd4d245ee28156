import type { DonatingReplies } from './donating-shape.ts';

export const de: DonatingReplies = {
  offer: 'Mir das beibringen',
  title: 'Einen Satz beibringen',
  submit: 'Satz geben',
  whatHappens:
    'Behalten wird nur, was du hier absendest. Dann bewahre ich den Satz 90 Tage versiegelt auf, ohne deinen Namen, und wer meine Liste der Fragen pflegt, liest ihn, um ihn mir beizubringen. Bitte nimm Namen, Zahlen und Vertrauliches heraus. Wer mich betreibt, kann finden und löschen, was du gegeben hast.',
  fields: {
    phrase: { label: 'Der Satz', hint: 'So, wie du fragen würdest. Ändere ihn, wie du möchtest.' },
    meant: { label: 'Was hast du gemeint?', hint: null },
    language: { label: 'In welcher Sprache?', hint: null },
  },
  noneOfThese: 'Nichts davon',
  languages: { en: 'Englisch', de: 'Deutsch', fr: 'Französisch', es: 'Spanisch' },
  wrong: {
    phrase: ({ most }) => `Bitte schreib einen Satz von 1 bis ${most} Zeichen.`,
    meant: 'Bitte wähle, was du gemeint hast, oder „Nichts davon“.',
    language: 'Bitte wähle eine Sprache.',
  },
  thanks: 'Danke. Der Satz wird 90 Tage versiegelt aufbewahrt, ohne deinen Namen.',
  full: 'Ich habe gerade so viele Sätze, wie ich aufbewahren darf; dieser wurde nicht behalten. Trotzdem danke.',
  enough:
    'Du hast mir so viele Sätze gegeben, wie ich von einer Person gerade annehmen darf; dieser wurde nicht behalten. Danke.',
};
