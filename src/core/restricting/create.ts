/** A draft of a change: read, tried on the whole policy, and kept; nothing is in force yet. */
import { restrictionsHash } from '../backed-up.ts';
import { hasCode } from '../errors.ts';
import type { FormFinding } from '../restricting-ports.ts';
import type { PerLocale } from '../types.ts';
import type { World } from '../world.ts';
import type { Author } from './author.ts';
import { isSuspendedAgain } from './break-glass.ts';
import { type Change, deltaOf } from './changing.ts';
import { applied, touchedOf } from './delta.ts';
import { fitting } from './difference.ts';
import { APPROVAL_MS, DRAFT_MS, type Draft, hashOf, type KeptDraft, keepDraft, makeRoom } from './drafts.ts';
import { sentenceOf } from './meaning.ts';
import { shownDifferences } from './shown.ts';

export const MOST_WHY = 500;

export type Created =
  | {
      readonly ok: true;
      readonly id: string;
      /** See `KeptDraft.hash`. */
      readonly hash: string;
      /** It takes a second person. */
      readonly weaker: boolean;
      readonly sentence: PerLocale<string>;
      readonly kept: KeptDraft;
    }
  | { readonly ok: false; readonly findings: readonly FormFinding[] };

const no = (field: string, what: string, mend: string): Created => ({ ok: false, findings: [{ field, what, mend }] });

/**
 * Whether a change takes a second person: what could permit anybody anything that is forbidden now, and the pack. Break-glass does not,
 * the first time in a day (`isSuspendedAgain`).
 */
export const isWeaker = async (
  world: Pick<World, 'restricting' | 'store' | 'sealer' | 'clock'>,
  o: Pick<Draft, 'change'> & {
    readonly standing: Draft['before'] | readonly Draft['before'][number][];
    readonly after: readonly Draft['before'][number][];
  },
): Promise<boolean> => {
  const { change } = o;
  const now = world.clock.now();
  if (change.kind === 'pack') return true;
  if (change.kind === 'suspend') {
    const restriction = o.after.find(({ id }) => id === change.id);
    return restriction === undefined || isSuspendedAgain(world, { restriction, now });
  }
  return world.restricting.compare({ before: o.standing, after: o.after, now }) === 'weaker';
};

/** `id`: of the draft, where the same thing may be sent twice: the second one replaces the first. `by`: null for the command line. */
export const createDraft = async (
  world: World,
  o: { readonly change: Change; readonly why: string; readonly by: Author | null; readonly id?: string },
): Promise<Created> => {
  const why = o.why.trim();
  if (why === '' || why.length > MOST_WHY || !why.isWellFormed())
    return no('why', 'It does not say why.', `Say why in 1 to ${MOST_WHY} characters; whoever looks later reads it.`);
  const { restrictions: standing, version } = await world.store.restrictions.current();
  const delta = await deltaOf(world, o.change, standing);
  if (!delta.ok) return delta;
  const { change, put, remove } = delta;
  const after = applied(standing, delta);
  const checked = await checkedHash(world, after);
  if (typeof checked !== 'string') return checked;
  const at = world.clock.now();
  const draft: Draft = {
    change,
    put: [...put],
    remove: [...remove],
    before: [...touchedOf(standing, delta)],
    stood: restrictionsHash(standing),
    base: version,
    policy: checked,
    weaker: await isWeaker(world, { change, standing, after }),
    author: o.by,
    why,
    at,
  };
  // Nobody approves unseen.
  if (draft.weaker && fitting(shownDifferences(world, draft, 'en')).more > 0)
    return no('', 'This changes more than a second person could be shown.', 'Make it in several steps.');
  const kept = { id: o.id ?? world.random.id(), state: 'draft', until: endOf(draft, at + DRAFT_MS), draft } as const;
  await makeRoom(world, kept);
  switch (await keepDraft(world, kept)) {
    case 'full':
      return no('', 'Too many changes wait already.', 'Publish or discard some, or wait: drafts end after a day.');
    case 'large':
      return no('', 'This is too much for one change.', 'Make it in several steps.');
    case 'put': {
      const hash = hashOf(draft);
      const sentence = await sentenceOf(world, draft);
      return { ok: true, id: kept.id, hash, weaker: draft.weaker, sentence, kept: { ...kept, hash } };
    }
  }
};

/** A suspension is over at its time, whoever still thinks about it. */
const endOf = ({ change, put }: Draft, until: number): number =>
  change.kind === 'suspend' ? Math.min(until, Date.parse(put[0]?.suspendedUntil ?? '')) : until;

/** Until when a second person may approve it. */
export const approvalEnds = (draft: Draft, now: number): number => endOf(draft, now + APPROVAL_MS);

const checkedHash = async (
  { restricting }: Pick<World, 'restricting'>,
  after: Parameters<World['restricting']['check']>[0],
): Promise<string | Created> => {
  try {
    return (await restricting.check(after)).hash;
  } catch (error) {
    if (!hasCode(error, 'policy-invalid')) throw error;
    return no('', 'The rules could not be made of this.', 'Look at its topics, groups and words, and try again.');
  }
};
