/**
 * A draft becomes what is in force, or waits for a second person, or is void because something has changed since. Whoever calls this
 * has just looked up who asks for it. Done twice it does nothing new: the draft goes with the change, in one stroke of the store.
 */
import { restrictionsHash } from '../backed-up.ts';
import { hasCode } from '../errors.ts';
import type { RestrictionChange } from '../ports.ts';
import type { Restriction } from '../types.ts';
import type { World } from '../world.ts';
import { type Author, isStillHr } from './author.ts';
import { approvalEnds, isWeaker } from './create.ts';
import { applied } from './delta.ts';
import { type Draft, findDraft, hashOf, type KeptDraft, keepDraft } from './drafts.ts';
import { recordOf, versionOf } from './history.ts';
import { sentenceOf } from './meaning.ts';
import { noteRestriction, subjectOf } from './note.ts';
import { tellPublished, tellWaiting } from './telling.ts';

/** Why a draft leads to nothing. `gone`: discarded, declined, or its time is over. `own`: nobody approves their own. */
export type VoidReason = 'gone' | 'changed' | 'other-pack' | 'own' | 'author-left';

export type Published =
  | { readonly state: 'in-force'; readonly version: number; readonly before: boolean }
  | { readonly state: 'needs-second'; readonly until: number }
  | { readonly state: 'void'; readonly why: VoidReason; readonly says: string };

const SAYS: Readonly<Record<VoidReason, string>> = {
  gone: 'This change is not there any more: it was discarded or declined, or its time is over. Make it again.',
  changed:
    'What is in force, or the rules beside it, has changed since this was drafted, so it was not put in force. Look at what stands and make it again.',
  'other-pack': 'This process has another pack than the one that was approved. Try again in a moment.',
  own: 'Nobody approves their own change. Another person of HR must.',
  'author-left': 'Who proposed this is not of HR any more, so it was not put in force. Make it again.',
};

const nothing = (why: VoidReason): Published => ({ state: 'void', why, says: SAYS[why] });

/** What is changed meanwhile by orders bears a version too; so often it is looked again. */
const MOST_ROUNDS = 4;

interface Publishing {
  readonly id: string;
  /** Of what they saw. */
  readonly hash: string;
  /** Who publishes it; its author, where it has one. */
  readonly by: Author;
  /** The second person, who saw the difference. */
  readonly approver: Author | null;
}

export const publishDraft = async (world: World, o: Publishing): Promise<Published> => {
  const kept = await findDraft(world, o.id);
  if (kept === null) return whatBecame(world, o.id);
  if (kept.hash !== o.hash) return nothing('changed');
  // To a process that has another pack everything would look changed.
  const { change } = kept.draft;
  if (change.kind === 'pack' && change.pack !== world.pinning.pack) return nothing('other-pack');
  const author = kept.draft.author ?? o.by;
  if (author.person !== o.by.person || o.approver?.person === author.person) return nothing('own');
  if (o.approver !== null && !(await isStillHr(world, author))) return nothing('author-left');

  for (let round = 1; round <= MOST_ROUNDS; round++) {
    const now = await asItStands(world, kept.draft);
    if (now === null) return nothing('changed');
    if (now.weaker && o.approver === null) return waiting(world, kept, author);
    const done = await putInForce(world, {
      kept,
      author,
      approver: o.approver,
      version: now.version,
      standing: now.standing,
    });
    if (done !== 'again') return done;
  }
  return nothing('changed');
};

/** Null: something has changed since the draft was made, so that it is not what anybody saw (R30). */
const asItStands = async (
  world: World,
  draft: Draft,
): Promise<{
  readonly version: number;
  readonly standing: readonly Restriction[];
  readonly weaker: boolean;
} | null> => {
  const { restrictions: standing, version } = await world.store.restrictions.current();
  if (restrictionsHash(standing) !== draft.stood) return null;
  const after = applied(standing, draft);
  try {
    if ((await world.restricting.check(after)).hash !== draft.policy) return null;
  } catch (error) {
    // It was sound when it was drafted, so the pack or the engine is another one.
    if (hasCode(error, 'policy-invalid')) return null;
    throw error;
  }
  // Time has passed: what was no weaker then may be by now.
  return {
    version,
    standing,
    weaker: draft.weaker || (await isWeaker(world, { change: draft.change, standing, after })),
  };
};

/** It is kept for the second person, and the others of HR are told. */
const waiting = async (world: World, { id, draft, ...kept }: KeptDraft, author: Author): Promise<Published> => {
  if (kept.state === 'waiting') return { state: 'needs-second', until: kept.until };
  const { change, policy } = draft;
  await noteRestriction(world, { restriction: subjectOf(change), change: 'proposed', by: author.person, policy });
  const proposed: Draft = { ...draft, author, weaker: true };
  const until = approvalEnds(draft, world.clock.now());
  const put = await keepDraft(world, { id, state: 'waiting', until, draft: proposed });
  if (put !== 'put') return nothing('gone');
  const waits: KeptDraft = { id, state: 'waiting', until, draft: proposed, hash: hashOf(proposed) };
  void tellWaiting(world, waits);
  return { state: 'needs-second', until };
};

type ChangeKind = RestrictionChange['change'];

const kindOf = ({ change, before }: Draft): ChangeKind => {
  switch (change.kind) {
    case 'put':
      return before.length === 0 ? 'published' : 'changed';
    case 'lift':
      return 'lifted';
    case 'suspend':
      return 'suspended';
    case 'resume':
      return 'changed';
    case 'roll-back':
      return 'rolled-back';
    case 'pack':
      return 'approved';
  }
};

/** `again`: an order came in between; nothing was changed. */
const putInForce = async (
  world: World,
  o: {
    readonly kept: KeptDraft;
    readonly author: Author;
    readonly approver: Author | null;
    readonly version: number;
    readonly standing: readonly Restriction[];
  },
): Promise<Published | 'again'> => {
  const { kept, author, approver, version: expected } = o;
  const { id, draft } = kept;
  const { change, put, remove, before, policy } = draft;
  const [kind, approvedBy, at] = [kindOf(draft), approver?.person ?? null, Math.ceil(world.clock.now())];
  const entry = { restriction: subjectOf(change), by: author.person, approvedBy, policy };
  // On record first: no record, no change. It is the next version or a later one, or it is none.
  await noteRestriction(world, { ...entry, change: kind, version: change.kind === 'pack' ? null : expected + 1 });
  const record = recordOf(world, {
    after: expected,
    at,
    id: 'id' in change ? change.id : null,
    change: kind,
    detail: {
      proposal: id,
      by: author.person,
      approvedBy,
      why: draft.why,
      hash: policy,
      pack: world.pinning.pack,
      sentence: await sentenceOf(world, draft),
      before,
      put,
      remove,
      from: draft.stood,
      to: restrictionsHash(applied(o.standing, draft)),
    },
  });
  const by = [author.person, ...(approvedBy === null ? [] : [approvedBy])].map((each) =>
    world.sealer.fingerprint(each),
  );
  const done =
    change.kind === 'pack'
      ? await world.pinning.approve({ pack: change.pack, by, hash: policy, change: { expected, record, settles: id } })
      : await world.store.restrictions.change({ expected, put, remove, hash: policy, record, settles: id });
  if (done.ok) {
    world.metrics.count('restrictions_changed', { change: kind });
    // Whoever is told that it is in force finds it so here; the other processes look by themselves.
    await world.policyCaughtUp().catch(() => undefined);
    void tellPublished(world, { kept, author, approver, kind });
    return { state: 'in-force', version: done.version, before: false };
  }
  await noteRestriction(world, { ...entry, change: 'void' });
  if (done.why === 'changed') return 'again';
  if (done.why === 'other-pack') return nothing('other-pack');
  // Somebody was faster with the same draft, or took it back.
  return whatBecame(world, id);
};

/** Of a draft that is there no more. Whoever put it in force may have been cut short: reading what stands brings it everywhere, and here. */
const whatBecame = async (world: World, id: string): Promise<Published> => {
  const version = await versionOf(world, id);
  if (version === null) return nothing('gone');
  await world.store.restrictions.current();
  await world.policyCaughtUp().catch(() => undefined);
  return { state: 'in-force', version, before: true };
};
