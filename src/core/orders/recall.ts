/**
 * Recall: live answers are taken back, of an intent, of a topic, or all; after a backend's mistake. Whoever got one is not told
 * by a message: it would say to a glance at the screen what had stood there. They may ask again, and are judged afresh.
 */
import { recalledBy, wantedOf } from '../about.ts';
import { questionsOf, standingNow } from '../held.ts';
import type { World } from '../world.ts';
import { noteDeed } from './deed.ts';
import type { Executor } from './execute.ts';
import { stillThere, type TakenBack, takeBack, untilDone } from './take-back.ts';
import type { OrderOf } from './types.ts';
import { count, heldData, heldLines } from './words.ts';

/** Seconds that questions in flight get to end, so that their answers are taken back too; and removals to be done. */
const MOST_FLIGHT_SECONDS = 15;
const MOST_WATCH_SECONDS = 10;

export const recall: Executor<'recall'> = async (world, order, ordered) => {
  const { intent, topic, since } = order;
  const { at } = ordered;
  await noteDeed(world, ordered, { what: 'recall', on: onOf(order), target: intent ?? topic });
  const wanted = wantedOf(world.sealer, {
    ...recalledBy(order),
    // Whoever asks afterwards asks whatever was mended meanwhile. A second more, for a second is all that is known.
    before: at + 1_000,
  });
  // From now on nothing that was decided before is shown; what somebody may be showing just now is waited for.
  await world.store.standing.placeRecall({ id: ordered.id, intent, topic, since });
  const all = new Set<string>();
  let last: TakenBack = { leaving: all, already: 0, held: new Map() };
  let already = 0;
  const settled = await untilDone(world, MOST_FLIGHT_SECONDS, async () => {
    // First what is in flight, then what stands: an answer that is shown in between is seen.
    const flying = await inFlight(world, at);
    last = await takeBack(world, wanted, () => standingNow(world), 'answers');
    if (all.size === 0) already = last.already;
    for (const ref of last.leaving) all.add(ref);
    return flying === 0;
  });
  await untilDone(world, MOST_WATCH_SECONDS, async () => (await stillThere(world, all)) === 0);
  const left = await stillThere(world, all);
  const unknown =
    (intent !== null && !world.catalogue.intents.has(intent)) || (topic !== null && !world.catalogue.topics.has(topic));
  return {
    ok: settled,
    says: [
      ...(unknown ? [`The pack has no ${intent === null ? 'topic' : 'intent'} of that name (any more).`] : []),
      `${count(all.size, 'answer')} found, ${already} of them leaving already. ${all.size - left} are gone, ${left} leave as fast as the platform allows: see "sotto expiries".`,
      ...heldLines(last.held),
      ...(settled ? [] : ['Questions asked before are still being answered. Order the recall again in a minute.']),
      'What was decided before and is not shown yet is not shown: it is judged and read anew.',
      'Found are answers that were shown and had not left, and those of the last seven days that stay in the chat. Nobody is sent a message about it.',
      'Whoever asks now gets a new answer. Where the backend is still wrong, restrict the topic or pause first.',
    ],
    data: { found: all.size, alreadyLeaving: already, gone: all.size - left, leaving: left, held: heldData(last.held) },
  };
};

const onOf = ({ intent, topic }: OrderOf<'recall'>) => (intent !== null ? 'intent' : topic !== null ? 'topic' : 'all');

/** Questions accepted before `at` that somebody is working on. */
const inFlight = async (world: World, at: number): Promise<number> => {
  let flying = 0;
  for await (const { state, acceptedAt } of questionsOf(world)) if (state === 'leased' && acceptedAt <= at) flying += 1;
  return flying;
};
