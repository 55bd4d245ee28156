/** What HR restricts, what waits and who changed what, for the command line. */
import { allDrafts } from '../../core/restricting/drafts.ts';
import { lastVersions } from '../../core/restricting/history.ts';
import { sentenceOf, standingSentences } from '../../core/restricting/meaning.ts';
import { nameOf } from '../../core/restricting/telling.ts';
import type { World } from '../../core/world.ts';

/** More the store keeps not. */
const MOST_VERSIONS = 1_000;

export const restrictionsView = async (world: World) => {
  const [{ restrictions, version }, kept] = await Promise.all([world.store.restrictions.current(), allDrafts(world)]);
  const sentences = await standingSentences(world, restrictions, 'en');
  const waiting = kept.filter(({ state }) => state === 'waiting');
  return {
    now: world.clock.now(),
    version,
    closed: world.pinning.closed(),
    inForce: restrictions.map((restriction, at) => ({ restriction, sentence: sentences[at] ?? '' })),
    waiting: await Promise.all(
      waiting.map(async ({ id, hash, until, draft }) => ({
        id,
        hash,
        until,
        sentence: (await sentenceOf(world, draft)).en,
        by: await nameOf(world, draft.author?.person ?? null),
        why: draft.why,
      })),
    ),
    templates: world.restricting.templates.map(({ id, title }) => ({ id, title })),
  };
};

export const versionsView = async (world: World, most: number) => {
  const changes = await lastVersions(world, Math.min(most, MOST_VERSIONS));
  const names = new Map<string, string>();
  for (const id of new Set(changes.flatMap(({ detail: { by, approvedBy } }) => [by ?? [], approvedBy ?? []].flat())))
    names.set(id, (await nameOf(world, id)) ?? id);
  const named = (id: string | null): string | null => (id === null ? null : (names.get(id) ?? id));
  return changes.map(({ change: { version, at, id, change }, detail: { by, approvedBy, why, hash, sentence } }) => ({
    version,
    at,
    change,
    id,
    by: named(by),
    approvedBy: named(approvedBy),
    why,
    hash,
    sentence: sentence.en,
  }));
};
