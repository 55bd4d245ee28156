/**
 * The words by which people ask what is kept of them. A closed list, and no intent of the pack: nobody's rule, no restriction of HR's, no
 * pack of a company's own and no mistake of the recogniser stands between somebody and that answer.
 */

const MOST_CHARACTERS = 80;

const ASKED: ReadonlySet<string> = new Set([
  // English
  'privacy',
  'my privacy',
  'my data',
  'show me my data',
  'show my data',
  'export my data',
  'give me my data',
  'delete my data',
  'forget me',
  'what do you hold about me',
  'what do you keep about me',
  'what do you know about me',
  'what do you store about me',
  'what do you have about me',
  'what do you have on me',
  'what data do you have about me',
  'what data do you hold about me',
  'what data do you keep about me',
  'what data do you store about me',
  'which data do you have about me',
  // German
  'datenschutz',
  'mein datenschutz',
  'meine daten',
  'zeig mir meine daten',
  'zeige mir meine daten',
  'meine daten zeigen',
  'meine daten exportieren',
  'meine daten löschen',
  'lösch meine daten',
  'lösche meine daten',
  'vergiss mich',
  'was weißt du über mich',
  'was weisst du über mich',
  'was hast du über mich',
  'was speicherst du über mich',
  'was behältst du über mich',
  'was hast du über mich gespeichert',
  'was ist über mich gespeichert',
  'welche daten hast du über mich',
  'welche daten speicherst du über mich',
  'welche daten hast du von mir',
  // French
  'mes données',
  'mes données personnelles',
  'confidentialité',
  'que sais-tu de moi',
  'que sais-tu sur moi',
  'quelles données as-tu sur moi',
  'oublie-moi',
  // Spanish
  'mis datos',
  'mis datos personales',
  'privacidad',
  'qué sabes de mí',
  'qué sabes sobre mí',
  'qué datos tienes de mí',
  'olvídame',
]);

const POLITE = [
  /^(?:hi|hello|hey|hallo|bonjour|hola)[,!]? /,
  /^(?:please|bitte) /,
  / (?:please|bitte|s'il te plaît|por favor)$/,
];

/** What people write, without capitals, typographic marks, a greeting, a full stop or question mark. */
export const plainOf = (text: string): string => {
  let plain = text
    .normalize('NFC')
    .toLowerCase()
    .replaceAll('’', "'")
    .replace(/[\s\u00a0]+/g, ' ')
    .trim()
    .replace(/^[`*_/¿¡"“„«]+/, '')
    .replace(/[`*_.!?"”“»… ]+$/, '');
  for (const words of POLITE) plain = plain.replace(words, '');
  return plain.replace(/,$/, '').trim();
};

export const asksPrivacy = (text: string): boolean => text.length <= MOST_CHARACTERS && ASKED.has(plainOf(text));
