import type { InstallingReplies } from './installing-shape.ts';

export const de: InstallingReplies = {
  done: {
    what: 'Sotto ist installiert',
    then: 'Du kannst diese Seite schließen. Öffne Sotto in Slack unter deinen Apps und frag etwas.',
  },
  cancelled: {
    what: 'Es wurde nichts installiert',
    then: 'Du hast nicht erlaubt, worum Sotto gebeten hat. Du kannst diese Seite schließen.',
  },
  startHere: ({ at }) => ({
    what: 'Bitte beginne auf unserer eigenen Seite',
    then: `Hier hat das niemand begonnen, darum wurde nichts installiert: Jemand könnte es in deinem Namen begonnen haben. Öffne ${at} und bleib bis zum Ende in diesem Browser.`,
  }),
  again: ({ at }) => ({
    what: 'Bitte beginne noch einmal',
    then: `Das dauerte länger als zehn Minuten, wurde schon benutzt oder in einem anderen Browser begonnen, darum wurde nichts installiert. Öffne ${at} noch einmal.`,
  }),
  notAllowed: {
    what: 'Nicht für diesen Workspace',
    then: 'Wer Sotto betreibt, hat diesen Workspace oder diese Organisation nicht auf der Liste (SLACK_TEAM_IDS). Slack wurde sofort gesagt, den Zugriff zurückzunehmen.',
  },
  scopesMissing: ({ scopes, at }) => ({
    what: 'Etwas, das Sotto braucht, wurde nicht erlaubt',
    then: `Ohne ${scopes} würde manches fehlschlagen, darum wurde es nicht installiert. Öffne ${at} und erlaube alles, wonach Slack fragt.`,
  }),
  failed: ({ code, at }) => ({
    what: 'Es konnte nicht installiert werden',
    then: `Die Antwort war „${code}“. Öffne ${at} für einen neuen Versuch; bleibt es dabei, sag es denen, die Sotto betreiben.`,
  }),
  busy: {
    what: 'Bitte warte eine Minute',
    then: 'Hier ist gerade zu viel los, darum wurde nichts installiert. Versuch es in einer Minute noch einmal.',
  },
};
