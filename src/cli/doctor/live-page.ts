/** The dated page of a live trip: what was done, when, what the platform answered by code, and which of the four states it came to. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { codeOf, SottoError } from '../../core/errors.ts';
import type { LiveState, LiveStepName, LiveTrip } from '../../core/live/types.ts';
import { inWords, type Line } from './line.ts';
import type { Lived } from './live.ts';
import { placeOf } from './live-lines.ts';

const STEPS: { readonly [S in LiveStepName]: string } = {
  post: 'A placeholder is posted in the operator’s private chat',
  hold: 'Its end is put on record',
  reveal: 'It is filled in, with a sentence that holds nothing of anybody',
  find: 'It is looked up, and is there',
  leave: 'Its time is up: it is taken away by what takes away every answer',
  missing: 'It is looked up, and is not there',
  again: 'It is taken away once more, which must find nothing',
};

const REMOVED: { readonly [S in LiveState]: string } = {
  removed: 'yes: the platform took it away, and says that it is not there',
  blanked: 'no: it stands and says nothing any more',
  pending: 'not yet: it is tried again until it is gone',
  stays: 'no: its placeholder stands',
  unverified: 'it was called for, and nobody could say that it is gone',
  lost: 'nobody knows: the answer to the post was lost',
  'not-posted': 'it never stood',
};

const SHREDDED: { readonly [S in LiveState]: string } = {
  removed: 'nothing of it is kept: only when it had to leave was on record, and that is gone',
  blanked: 'nothing of it is kept: only when it had to leave was on record, and that is gone',
  pending: 'no words of it are kept; when it must leave is on record until it has',
  stays: 'nothing of it is kept',
  unverified: 'nothing of it is kept: only when it had to leave was on record, and that is gone',
  lost: 'nothing of it is kept',
  'not-posted': 'nothing of it was kept',
};

/** Ids of platforms and directories are letters, digits and a few signs; whatever else one holds must not become markup. */
const plain = (id: string): string => id.replace(/[^A-Za-z0-9@._:+-]/g, '?').slice(0, 256);

const iso = (at: number): string => new Date(at).toISOString();

export const livePage = (o: {
  readonly lived: Lived;
  readonly person: string;
  readonly version: string;
  /** All that `sotto doctor` found, this included. */
  readonly lines: readonly Line[];
}): string => {
  const { lived, lines } = o;
  return [
    '# Sotto: a message that came and went',
    '',
    `- When: ${iso(lived.at)}`,
    `- By: \`sotto doctor --live\`, Sotto ${plain(o.version)}`,
    `- To: the operator \`${plain(o.person)}\`, in private chat`,
    '',
    ...lived.trips.flatMap(tripPage),
    '## All that was looked at',
    '',
    '```',
    ...lines.map((line) =>
      inWords(line)
        .replaceAll('`', '’')
        .replace(/\s+/g, (gap) => (/[^ ]/.test(gap) ? ' ' : gap)),
    ),
    '```',
    '',
  ].join('\n');
};

const tripPage = (trip: LiveTrip): readonly string[] => [
  `## ${plain(placeOf(trip).replace(' ', ':')).replace(':', ' ')}`,
  '',
  '| step | at | took | answer |',
  '| --- | --- | --- | --- |',
  ...trip.steps.map(
    ({ step, at, ms, code }) => `| ${STEPS[step]} | ${iso(at)} | ${Math.round(ms)} ms | \`${plain(code)}\` |`,
  ),
  '',
  '| where it is now | |',
  '| --- | --- |',
  `| removed through the platform | ${REMOVED[trip.state]} |`,
  `| shredded in Sotto’s store | ${SHREDDED[trip.state]} |`,
  '| held by the platform’s own retention, exports or a legal hold | not to be seen from here: that is set in the workspace or tenant |',
  '| never Sotto’s to remove | what a notification or an e-mail showed of the placeholder |',
  '',
];

/**
 * Writes the page where nobody else reads it, and never over another one. Refuses with code `usage` where it cannot be written. Returns
 * its path.
 */
export const writeLivePage = (o: {
  readonly page: string;
  readonly at: number;
  readonly dataFolder: string;
  readonly out: string | null;
}): string => {
  const stamp = iso(o.at).replace(/[:.]/g, '-');
  const path = o.out ?? join(o.dataFolder, 'live', `live-${stamp}.md`);
  try {
    if (o.out === null) mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(path, o.page, { mode: 0o600, flag: 'wx' });
    return path;
  } catch (cause) {
    throw new SottoError(
      'usage',
      `The message came and went, but its page ${path} cannot be written (${codeOf(cause)}). Give --out a new file in a folder that is there and that you may write to.`,
      { cause },
    );
  }
};
