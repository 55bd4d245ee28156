/** How officers are called in a report: by their id of the directory where the running Sotto can open it, else by the beginning of their keyed hash. */
import { z } from 'zod';
import { askControl } from '../../adapters/control/client.ts';
import type { Officer, Report } from '../../core/report/types.ts';
import { safely } from '../../core/safely.ts';
import { LONGEST_SEALED, MOST_OFFICERS } from '../../main/audit-officers.ts';

/** Of a keyed hash, enough to find it in the log. */
const SHOWN = 8;

/** Of so many different ones at most. */
const MOST_DIFFERENT = 1_000;

const answer = z.object({ names: z.array(z.string().nullable()) });

const officersIn = ({ restrictions, deeds }: Report): readonly Officer[] => [
  ...restrictions.rows.flatMap(({ by, approvedBy }) => [by, approvedBy].filter((one) => one !== null)),
  ...deeds.rows.flatMap(({ by }) => by),
];

/** Asks the Sotto that runs on this folder, if one does; what it cannot open, or will not, stays a hash. */
export const officerNames = async (o: {
  readonly data: string;
  readonly report: Report;
}): Promise<(officer: Officer) => string> => {
  const sealed = new Map<string, string>();
  for (const officer of officersIn(o.report))
    if (officer.sealed !== null && officer.sealed.length <= LONGEST_SEALED && sealed.size < MOST_DIFFERENT)
      sealed.set(officer.fingerprint, officer.sealed);
  const names = new Map<string, string>();
  const asked = [...sealed].map(([fingerprint, name]) => ({ fingerprint, sealed: name }));
  for (let at = 0; at < asked.length; at += MOST_OFFICERS) {
    const officers = asked.slice(at, at + MOST_OFFICERS);
    const body = { officers };
    const answered = await askControl({ folder: o.data, method: 'POST', path: '/audit-officers', body }).catch(
      () => null,
    );
    const opened = safely(answer, answered?.body).data?.names;
    // None runs there, or one that does not know this.
    if (opened === undefined) break;
    for (const [index, { fingerprint }] of officers.entries()) {
      const name = opened[index];
      if (typeof name === 'string') names.set(fingerprint, name);
    }
  }
  return ({ fingerprint }) => names.get(fingerprint) ?? fingerprint.slice(0, SHOWN);
};
