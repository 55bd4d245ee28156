import type { AsideReplies } from './aside-shape.ts';

export const de: AsideReplies = {
  hint: ({ platform }) => {
    const how =
      platform === 'slack'
        ? '/sotto und deiner Frage, wo immer du bist'
        : '„Sotto vertraulich fragen“, bei den Apps, wo du schreibst, und im Menü einer Nachricht von dir';
    return `Frag am besten mit ${how}: Dann steht keine Frage von dir im Chat. Was du als Nachricht schreibst, bleibt dort stehen, und ich kann es nicht wegnehmen.`;
  },
  taken: 'Ich habe deine Frage, und niemand sonst hat sie gesehen. Meine Antwort ist nur für deine Augen.',
  unclear:
    'Ich habe dir dort geantwortet, wo du gefragt hast, nur für deine Augen. Siehst du dort nichts, dann frag mich bitte noch einmal.',
  notReached:
    'Was ich antworte, ist auf unseren privaten Chat eingeschränkt, und dort kann ich dir nicht schreiben. Füg mich bitte deinen Chats hinzu und frag mich dort.',
  edited:
    'Du hast eine Frage geändert, nachdem du sie geschickt hattest. Eine geänderte Frage beantworte ich nicht von allein, und was ich dazu gesagt hatte, habe ich zurückgenommen. Willst du es noch wissen, dann frag bitte noch einmal.',
  files:
    'Dateien kann ich nicht lesen. Ich habe sie also nicht angesehen, und die Worte daneben auch nicht. Frag mich bitte nur mit Worten.',
  title: 'Vertraulich fragen',
  intro:
    'Niemand sonst sieht deine Frage, und nichts davon steht in einem Chat. Ich antworte in unserem privaten Chat.',
  question: 'Deine Frage',
  below: ({ own }) =>
    own
      ? 'Das sind die Worte deiner eigenen Nachricht. Ändere sie, wie du willst; nichts wird gesendet, bevor du es abschickst.'
      : 'Bitte in deinen eigenen Worten. Was andere geschrieben haben, übernehme ich nie: Das bleibt bei ihnen.',
  send: 'Fragen',
  sent: 'Ich habe deine Frage. Schau in unseren privaten Chat. Kommt dort nichts an, dann schreib mir dort.',
};
