/**
 * How much one person is told of reports one by one, and how many people. A system that runs wild, or whoever has its secret, can report about
 * one person without end, or once about everybody, and each is a message in its words. What is beyond is held back, on record and counted, and
 * the count is told in one line when the hour is over.
 */

import type { Reported } from './chore-types.ts';
import { packParts } from './stored.ts';
import type { World } from './world.ts';

/** Of one webhook in an hour: a busy ticket is told in full, and who is told more often stops reading. */
export const MOST_OF_ONE = 10;

/** Of all of them. Only what is within the first counts here, so that one that runs wild takes a third of it and no more. */
export const MOST_IN_ALL = 30;

/** Held back of one webhook and person in an hour, from which on the security contact is told of that webhook: no system has so much to say. */
export const ALARMING = 20;

const HOUR_MS = 60 * 60_000;

/** A process that began within the hour is through with it by then, ms. */
const GRACE_MS = 60_000;

/** The whole hours of a count's key lie within one bucket of it, so that it is exact; and it is there for as long as a report waits. */
const KEPT_MS = 24 * HOUR_MS;

/** When the count of that hour may be told. Both ms since the epoch. */
export const countedAt = (hour: number): number => hour + HOUR_MS + GRACE_MS;

type MuchWorld = Pick<World, 'store' | 'sealer' | 'clock'>;

interface Whose {
  readonly hook: string;
  /** Directory id. */
  readonly person: string;
}

/** `held`: of this webhook and person in that hour; 0 where that was said before. `spread`: it reports about too many people. */
type Place = { readonly told: true } | { readonly told: false; readonly held: number; readonly spread: boolean };

/** Puts it into the inbox, or rejects. */
type Keep = (reported: Reported) => Promise<void>;

const keyOf = ({ sealer }: Pick<World, 'sealer'>, parts: readonly string[]): string =>
  `reports:${sealer.fingerprint(packParts(parts))}`;
const heldIn = ({ hook, person, hour }: Whose & { readonly hour: number }) => ['held', hook, person, String(hour)];

/** The report itself, on whichever account of theirs it is told. */
const sameReport = (id: string): string => id.replace(/-told(?:-[0-9])?$/, '');

/**
 * Whether a report that policy lets them know is told by itself. Where it is not, it is counted, and what tells the count lies in the inbox by
 * then. `keep` puts it there, and is called with the same id however often. What was said of a report once is said of it again: a process that
 * dies within this makes the limit err to fewer, and the count to more.
 */
export const placeOf = async (
  world: MuchWorld,
  o: {
    readonly reported: Reported;
    readonly person: string;
    /** Of whom this webhook may report in an hour. */
    readonly people: number;
    readonly keep: Keep;
  },
): Promise<Place> => {
  const { reported, person, keep } = o;
  const { hook } = reported;
  const now = world.clock.now();
  const hour = Math.floor(now / HOUR_MS) * HOUR_MS;
  const add = (parts: readonly string[]) =>
    world.store.counters.add({ key: keyOf(world, parts), windowMs: KEPT_MS, now });
  const marked = (parts: readonly string[]) =>
    world.store.counters.read({ key: keyOf(world, parts), windowMs: KEPT_MS, now });
  const [told, heldBack] = ['told', 'held back'].map((what) => [what, sameReport(reported.id)]) as [string[], string[]];
  if ((await marked(told)) > 0) return { told: true };
  if ((await marked(heldBack)) > 0) return { told: false, held: 0, spread: false };
  const people = ['people', hook, String(hour)];
  const theirs = ['about', hook, person, String(hour)];
  const isKnown = (await marked(theirs)) > 0;
  const spread = (await (isKnown ? marked(people) : add(people))) > o.people;
  // Behind the count: whoever dies between the two counts a person twice, so that fewer are told.
  if (!isKnown) await add(theirs);
  const isOver =
    spread ||
    (await add(['hook', hook, person, String(hour)])) > MOST_OF_ONE ||
    (await add(['all', person, String(hour)])) > MOST_IN_ALL;
  if (!isOver) {
    await add(told);
    return { told: true };
  }
  const held = await add(heldIn({ hook, person, hour }));
  await keep(countOf(world, reported, { person, hour }));
  await add(heldBack);
  return { told: false, held, spread };
};

/** What lies in the inbox until the hour is over, and tells then how many there were: one of a webhook, a person and an hour. */
const countOf = (
  world: MuchWorld,
  reported: Reported,
  { person, hour }: { readonly person: string; readonly hour: number },
): Reported => {
  // Keyed: it is on record, and directory ids could be tried.
  const hashed = world.sealer.fingerprint(packParts(['count', reported.hook, person, String(hour)]));
  const id = `report-${hashed.slice(0, 32)}-told`;
  const at = world.clock.now();
  return { ...reported, id, conversation: id, at, person, record: { subject: null, fields: {} }, hour };
};

/** How many were held back in that hour. Where that is not known any more, one: there was one. */
export const countHeld = async (world: MuchWorld, of: Whose & { readonly hour: number }): Promise<number> =>
  Math.max(1, await world.store.counters.read({ key: keyOf(world, heldIn(of)), windowMs: KEPT_MS, now: of.hour }));
