/** A machine to be backed up, a place, and an empty machine; anew for each test of a suite. */
import { beforeEach, expect } from '@jest/globals';
import type { Restriction } from '../../../src/core/types.ts';
import type { MemoryPlace } from '../../support/memory-place.ts';
import { emptyData, isUntouched, lookInto, type Machine, newPlace, openMachine, restoring } from './support.ts';

export interface Scene {
  /** What is backed up, with something on record. */
  readonly machine: Machine;
  readonly place: MemoryPlace;
  /** The data folder that is restored into. */
  readonly empty: string;
}

/** Hands each test's own to `set` before it. */
export const eachAnew = (set: (scene: Scene) => void): void => {
  beforeEach(async () => {
    const machine = await openMachine();
    const scene = { machine, place: newPlace(), empty: emptyData() };
    await machine.note();
    set(scene);
  });
};

export const restriction = (id: string, o: Partial<Restriction> = {}): Restriction => ({
  id,
  title: id,
  forbids: ['salary'],
  exceptGroups: [],
  places: [],
  appliesTo: [],
  from: null,
  contact: {},
  rights: {},
  suspendedUntil: null,
  countries: [],
  until: null,
  words: {},
  ...o,
});

/** Ids of the restrictions in a data folder. */
export const restrictionsIn = (data: string): Promise<readonly string[]> =>
  lookInto(data, async ({ restrictions }) => (await restrictions.current()).restrictions.map(({ id }) => id));

/** What a restore is refused with, for which nothing may have been touched. `places`: the scene's own where none are given. */
export const refusalOf = async (
  { machine, place, empty }: Scene,
  over: Parameters<typeof restoring>[3] = {},
  places: readonly MemoryPlace[] = [place],
): Promise<Error & { readonly code: string }> => {
  const error: unknown = await restoring(machine, places, empty, over).catch((caught: unknown) => caught);
  expect(error).toMatchObject({ name: 'SottoError' });
  expect(isUntouched(empty)).toBe(true);
  return error as Error & { readonly code: string };
};
