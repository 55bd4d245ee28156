/** Restrictions as tests put them into a store: without an author, whatever stands there. */
import type { Restrictions } from '../../src/core/ports.ts';
import type { Restriction } from '../../src/core/types.ts';

type Changing = Pick<Restrictions, 'change'>;

const ANYHOW = { expected: null, hash: null, record: null, settles: null } as const;

const versionOf = async (changed: ReturnType<Restrictions['change']>): Promise<number> => {
  const outcome = await changed;
  if (!outcome.ok) throw new Error(`The restrictions were not changed: ${outcome.why}.`);
  return outcome.version;
};

/** Adds or replaces by id; returns the new version. */
export const publishIn = (
  restrictions: Changing,
  { restriction }: { readonly restriction: Restriction },
): Promise<number> => versionOf(restrictions.change({ ...ANYHOW, put: [restriction], remove: [] }));

/** Returns the new version; of none, the old one. */
export const liftIn = (restrictions: Changing, { id }: { readonly id: string }): Promise<number> =>
  versionOf(restrictions.change({ ...ANYHOW, put: [], remove: [id] }));

/** What a restriction has that says nothing. */
export const PLAIN_RESTRICTION = {
  appliesTo: [],
  exceptGroups: [],
  places: [],
  countries: [],
  from: null,
  until: null,
  words: {},
  contact: {},
  rights: {},
  suspendedUntil: null,
} as const satisfies Partial<Restriction>;
