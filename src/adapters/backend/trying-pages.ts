/** Holds the pages of a list against its description: each of them, and whether the one leads to the next. */
import { firstPosition, type Next, nextOf } from './calling/paging.ts';
import type { Described } from './described.ts';
import { identifiedOf } from './records.ts';
import { type Misfit, type Tried, tryResponse } from './trying.ts';

/** Where each page leads, as far as one leads anywhere. `noted`: what the header says that is noted; of recorded pages nothing does. */
export const walked = (described: Described, pages: readonly unknown[]): readonly Next[] => {
  const followed = new Set<string>();
  const steps: Next[] = [];
  let position = firstPosition(described.pages);
  let sofar = 0;
  for (const body of pages) {
    const count = identifiedOf(described, body)?.length ?? 0;
    sofar += count;
    const next = nextOf(described, { body, position, count, sofar, followed });
    steps.push(next);
    if (next.how !== 'on') break;
    ({ position } = next);
    if (position.value !== null) followed.add(position.value);
  }
  return steps;
};

const NEXT = { cursor: ['pages', 'next'], link: ['pages', 'link'], counted: ['pages'] } as const;

const ofSteps = (described: Described, bodies: readonly unknown[]): readonly Misfit[] => {
  const { pages, total } = described;
  // Headers are not recorded: what they say of how much there is nobody knows here.
  if (pages === null || (total !== null && typeof total !== 'function')) return [];
  const path = NEXT[pages.next === null ? 'counted' : pages.isLink ? 'link' : 'cursor'];
  const steps = walked(described, bodies);
  const last = steps.at(-1);
  if (last?.how === 'stuck')
    return [
      {
        path,
        what: `does not lead on from page ${steps.length}, though there ${
          pages.next === null
            ? 'may be more: no number stands where total is, or nothing is on that page. Mend total, or say size.'
            : 'is more: it is no text of at most 1,024 plain characters, or the same again. Mend the path.'
        }`,
      },
    ];
  return (last?.how === 'end' || last?.how === 'short') && steps.length < bodies.length
    ? [
        {
          path,
          what: `says that page ${steps.length} is the last, and there is one behind it. Mend where the response says that there is more.`,
        },
      ]
    : [];
};

const ofIds = (described: Described, bodies: readonly unknown[]): readonly Misfit[] => {
  const { pages } = described;
  if (pages === null || pages.id === null) return [];
  const bare: Described = { ...described, pages: { ...pages, id: null } };
  const lacks = bodies.some((body) => identifiedOf(bare, body) !== null && identifiedOf(described, body) === null);
  return lacks
    ? [
        {
          path: ['pages', 'id'],
          what: 'is not one text or number in each record: the whole answer would be refused. Mend the path, or leave it out.',
        },
      ]
    : [];
};

/** As `tryResponse`, of all pages of one answer, of which there is at least one. */
export const tryPages = (o: {
  readonly described: Described;
  readonly bodies: readonly unknown[];
  readonly names: boolean;
}): Tried => {
  const { described, bodies, names } = o;
  const each = bodies.map((body) => tryResponse({ described, body, names }));
  const misfits = new Map<string, Misfit>();
  const found = [...each.flatMap((tried) => tried.misfits), ...ofIds(described, bodies), ...ofSteps(described, bodies)];
  for (const misfit of found) {
    const key = misfit.path.join('.');
    if (!misfits.has(key)) misfits.set(key, misfit);
  }
  const records = each.map((tried) => tried.records);
  return {
    records: records.some((page) => page === null) ? null : records.flatMap((page) => page ?? []),
    misfits: [...misfits.values()],
  };
};
