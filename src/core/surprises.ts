/**
 * A system sent what its description does not know of and must not be shown (`screening.ts`). It is on record, as a figure, in the log, and
 * the security contact is told: once a day and field, never the value, nor whose it was. So they are of a webhook that floods
 * somebody, or reports about too many (`reported-much.ts`).
 */
import { plainCard } from './answer.ts';
import { codeOf } from './errors.ts';
import { repliesIn } from './replies/replies.ts';
import type { Replies } from './replies/shape.ts';
import type { Surprises } from './screening.ts';
import { packParts } from './stored.ts';
import { tell } from './tell.ts';
import type { World } from './world.ts';

/** Fields that are told of in one day by one process. A system that changed in all its fields is noticed by these. */
export const MOST_A_DAY = 20;

export const createSurprises = (
  world: Pick<
    World,
    | 'clock'
    | 'directory'
    | 'log'
    | 'metrics'
    | 'platforms'
    | 'random'
    | 'sealer'
    | 'securityContact'
    | 'store'
    | 'unfenced'
  >,
): Surprises => {
  const { clock, log, securityContact: contact } = world;
  let today = '';
  const told = new Set<string>();
  const inFlight = new Set<Promise<void>>();

  /** `what`: names it; the same is told once a day. */
  const tellOnce = (what: readonly string[], text: (texts: Replies) => string): void => {
    if (contact === null) return;
    const day = new Date(clock.now()).toISOString().slice(0, 10);
    if (day !== today) told.clear();
    today = day;
    const key = packParts([...what, day]);
    if (told.has(key) || told.size >= MOST_A_DAY) return;
    told.add(key);
    const begun = tell(world, {
      people: [contact],
      key,
      card: ({ person: { locale } }) => plainCard(text(repliesIn(locale))),
    })
      .then(() => undefined)
      .catch((error: unknown) => log.error('surprise.not-told', { code: codeOf(error) }))
      .finally(() => inFlight.delete(begun));
    inFlight.add(begun);
  };

  return {
    tell: ({ operation, field, kind }) =>
      tellOnce(['surprise', operation, field, kind], (texts) => texts.surpriseFound({ operation, field, held: kind })),
    flooded: ({ hook }) => tellOnce(['flooded', hook], (texts) => texts.flooded({ hook })),
    spread: ({ hook, people }) => tellOnce(['spread', hook], (texts) => texts.spread({ hook, people })),
    settled: async ({ graceMs }) => {
      const cut = new AbortController();
      await Promise.race([Promise.allSettled(inFlight), clock.sleep(graceMs, cut.signal)]);
      cut.abort();
    },
  };
};
