import type { SignedInReplies } from './signed-in-shape.ts';

const time = (at: number): string => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

export const de: SignedInReplies = {
  notice: ({ at, until }) =>
    `Du hast dich angemeldet (${at}). Das gilt bis ${until}; schreib „abmelden“, um es früher zu beenden. Warst du das nicht, drück den Knopf darunter.`,
  signOut: 'Abmelden',
  notMe: 'Das war ich nicht',
  signedOut: ({ had }) =>
    had
      ? 'Du bist abgemeldet. Was eine starke Anmeldung braucht, verlangt eine neue.'
      : 'Keine Anmeldung von dir hat gegolten. Offene Links zum Anmelden führen jetzt nirgendwohin.',
  disowned: ({ told }) =>
    [
      'Ich habe sie beendet. Was bis jetzt in deinem Namen angemeldet war, gilt nicht mehr, Links zum Anmelden führen nirgendwohin, und die nächste Anmeldung muss eine neue sein.',
      told
        ? 'Unser Sicherheitskontakt erfährt davon.'
        : 'Bitte sag es denen, die in deiner Firma für Konten zuständig sind.',
      'Kennt womöglich jemand anderes dein Passwort, ändere es jetzt.',
    ].join(' '),
  toContact: ({ person, at }) =>
    `Die Person mit der ID ${person} im Verzeichnis sagt, dass eine starke Anmeldung in ihrem Namen nicht ihre war (${time(at)}). Ich habe sie beendet, und nichts, was davor angemeldet war, gilt noch. Bitte sprich mit ihr und sieh nach, was der Anmeldedienst zu ihrem Konto aufgezeichnet hat.`,
};
