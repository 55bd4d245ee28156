/**
 * Donated phrases for whoever looks after the pack: they go into the order's receipt, sealed until the command fetches it; and one is
 * shredded once it has been looked at. Whose they are is in no receipt, and neither is when in a day they came nor in which order: the
 * audit log has the moment in which somebody sent a form, by a keyed hash of theirs.
 */
import { type Given, givenPhrases } from '../donating/phrase.ts';
import type { World } from '../world.ts';
import { noteDeed } from './deed.ts';
import type { Executor } from './execute.ts';
import type { Ordered, Receipt } from './types.ts';
import { count } from './words.ts';

/** What is sealed has a bound of 256 KiB; the rest is for what is around it. */
const MOST_BYTES = 200_000;

type Json = Receipt['data'][string];

const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

const dataOf = ({ id, at, text, meant, language }: Given): Json => ({
  id,
  day: dayOf(at),
  text,
  meant,
  language,
});

/** Ids are keyed hashes, so within a day it is no order. */
const byDay = (a: Given, b: Given): number => {
  const [one, other] = [dayOf(a.at) + a.id, dayOf(b.at) + b.id];
  return one < other ? -1 : 1;
};

export const donated: Executor<'donated'> = async (world, order, ordered) => {
  if (order.remove.length > 0) return removed(world, order.remove, ordered);
  await noteDeed(world, ordered, { what: 'donated', on: 'phrases', target: null });
  const { given, unread } = await givenPhrases(world);
  const phrases: Json[] = [];
  let bytes = 0;
  // The oldest day first: what is left out is still there when these have been removed.
  for (const each of given.toSorted(byDay)) {
    const data = dataOf(each);
    bytes += Buffer.byteLength(JSON.stringify(data)) + 1;
    if (bytes > MOST_BYTES) break;
    phrases.push(data);
  }
  const leftOut = given.length - phrases.length;
  return {
    ok: leftOut === 0 && unread === 0,
    says: [
      `${count(phrases.length, 'phrase')} that their authors gave, the oldest day first. Each goes by itself ninety days after it was given.`,
      ...(leftOut === 0
        ? []
        : [`${count(leftOut, 'phrase')} more did not fit. Remove those that you have looked at, and order it again.`]),
      ...(unread === 0
        ? []
        : [`${count(unread, 'phrase')} open under no data key that this process knows, and are not in it.`]),
    ],
    data: { phrases, leftOut, unread },
  };
};

/** Done again it finds them gone, which is as true. */
const removed = async (world: World, ids: readonly string[], ordered: Ordered): Promise<Receipt> => {
  let gone = 0;
  for (const id of ids) {
    await noteDeed(world, ordered, { what: 'donated', on: 'phrases', target: id });
    if ((await world.store.donations.remove({ id })) === 'removed') gone += 1;
  }
  const others = ids.length - gone;
  const rest = others === 0 ? '' : ` ${count(others, 'id')} named none that is (still) here.`;
  return { ok: true, says: [`${count(gone, 'phrase')} shredded.${rest}`], data: { removed: gone, gone: others } };
};
