/** What the audit log says came of the questions. */
import { readTrail } from '../../test/support/trail.ts';
import type { Asked } from './asking.ts';

export interface Reckoned {
  /** Questions without an answer on record. */
  readonly unanswered: readonly Asked[];
  /** Of them, those that were told so: that is what becomes of a question whose decision could not be put on record. */
  readonly apologised: readonly Asked[];
  /** Questions whose answer was shown at more than one place. */
  readonly twice: number;
  /** Answers that had their time: gone, and not gone. */
  readonly removals: number;
  readonly left: number;
}

/** A message, as the audit log names it. */
const placeOf = ({ channel, message }: { readonly channel: string; readonly message: string }): string =>
  `${channel} ${message}`;

export const reckonTrail = (dataFolder: string, asked: readonly Asked[]): Reckoned => {
  const trail = readTrail(dataFolder);
  const shown = Map.groupBy(
    trail.flatMap((entry) => (entry.kind === 'disclosure' && entry.verdict === 'answer' ? [entry] : [])),
    ({ question }) => question,
  );
  const gone = new Set(
    trail.flatMap((entry) =>
      entry.kind === 'removal' && ['removed', 'already-gone'].includes(entry.state) ? [placeOf(entry)] : [],
    ),
  );
  const places = ({ question }: Asked): readonly string[] => [
    ...new Set((shown.get(question) ?? []).map((entry) => placeOf(entry))),
  ];
  const apologies = new Set(
    trail.flatMap((entry) => (entry.kind === 'disclosure' && entry.verdict === 'apology' ? [entry.question] : [])),
  );
  const unanswered = asked.filter((one) => places(one).length === 0);
  const leaving = asked.filter(({ leaves }) => leaves).flatMap(places);
  return {
    unanswered,
    apologised: unanswered.filter(({ question }) => apologies.has(question)),
    twice: asked.filter((one) => places(one).length > 1).length,
    removals: leaving.filter((place) => gone.has(place)).length,
    left: leaving.filter((place) => !gone.has(place)).length,
  };
};
