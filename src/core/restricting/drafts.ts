/** A change that is not in force: a draft of its author's, or one that waits for a second person. Kept sealed, and read strictly. */
import { hash } from 'node:crypto';
import { z } from 'zod';
import { proposalContext } from '../sealing.ts';
import { storedRestriction } from '../stored.ts';
import type { Account, Restriction } from '../types.ts';
import type { World } from '../world.ts';
import type { Author } from './author.ts';

/** A draft of HR's is kept for so long, ms; approvals expire after as much. */
export const DRAFT_MS = 24 * 60 * 60_000;
export const APPROVAL_MS = 72 * 60 * 60_000;

/** Drafts of one person, or of the command line: beyond them the oldest makes room, so that nobody's drafts are in another's way. */
export const MOST_OWN = 20;

/** What the store takes of one is 256 KiB; sealed it is larger by a third. */
export const MOST_BYTES = 180_000;

const change = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('put'), id: z.string() }),
  z.strictObject({ kind: z.literal('lift'), id: z.string() }),
  z.strictObject({ kind: z.literal('suspend'), id: z.string(), hours: z.int() }),
  z.strictObject({ kind: z.literal('resume'), id: z.string() }),
  z.strictObject({ kind: z.literal('roll-back'), version: z.int() }),
  z.strictObject({ kind: z.literal('pack'), pack: z.string() }),
]);

/** What is changed, as it was asked for; what that means stands in `put` and `remove`. */
export type DraftChange = z.infer<typeof change>;

const account: z.ZodType<Account> = z.strictObject({
  platform: z.enum(['slack', 'teams']),
  tenant: z.string(),
  user: z.string(),
  external: z.boolean(),
});

const shape = z.strictObject({
  change,
  put: z.array(storedRestriction),
  remove: z.array(z.string()),
  /** Those that are touched, as they stood. */
  before: z.array(storedRestriction),
  /** `restrictionsHash` of everything that stood, and its version. */
  stood: z.string(),
  base: z.int(),
  /** Of the whole policy as it would be: Cedar, schema, pack and every rule. */
  policy: z.string(),
  weaker: z.boolean(),
  author: z.strictObject({ person: z.string(), account: account.nullable() }).nullable(),
  why: z.string(),
  at: z.number(),
});

type Body = z.infer<typeof shape>;

export interface Draft extends Body {
  readonly change: DraftChange;
  readonly put: Restriction[];
  readonly before: Restriction[];
  /** Null: of the command line, until somebody confirms it. */
  readonly author: Author | null;
}

/** A draft as it is kept. */
export interface KeptDraft {
  readonly id: string;
  readonly state: 'draft' | 'waiting';
  readonly until: number;
  readonly draft: Draft;
  /** What an approval binds: everything above, the policy's own hash among it (R30). Hex. */
  readonly hash: string;
}

/** Every field in the order of the shape, so that the same draft is always the same text. */
const written = (draft: Draft): string => JSON.stringify(shape.parse(draft));

export const hashOf = (draft: Draft): string => hash('sha256', written(draft));

type Sealed = Pick<World, 'sealer' | 'store' | 'clock'>;

/** `full`: as many as may wait do; `large`: it is more than can be kept. */
export const keepDraft = async (
  { sealer, store, clock }: Sealed,
  { id, state, until, draft }: Omit<KeptDraft, 'hash'>,
): Promise<'put' | 'full' | 'large'> => {
  const plain = written(draft);
  if (Buffer.byteLength(plain) > MOST_BYTES) return 'large';
  const body = sealer.seal(proposalContext(id), plain);
  return store.proposals.put({ id, state, body, until, now: clock.now() });
};

const opened = ({ sealer }: Pick<World, 'sealer'>, kept: { readonly id: string; readonly body: string }) => {
  const plain = sealer.open(proposalContext(kept.id), kept.body);
  if (plain === null) return null;
  const parsed = shape.safeParse(JSON.parse(plain));
  return parsed.success ? parsed.data : null;
};

/** Null where it is gone, or does not open as what this version knows. */
export const findDraft = async (world: Sealed, id: string): Promise<KeptDraft | null> => {
  const kept = await world.store.proposals.find({ id, now: world.clock.now() });
  const draft = kept === null ? null : opened(world, kept);
  return kept === null || draft === null
    ? null
    : { id, state: kept.state, until: kept.until, draft, hash: hashOf(draft) };
};

/** Those that open, the oldest first. */
export const allDrafts = async (world: Sealed): Promise<readonly KeptDraft[]> => {
  const kept = await world.store.proposals.all({ now: world.clock.now() });
  return kept
    .flatMap(({ id, state, until, body }) => {
      const draft = opened(world, { id, body });
      return draft === null ? [] : [{ id, state, until, draft, hash: hashOf(draft) }];
    })
    .toSorted((a, b) => a.draft.at - b.draft.at);
};

/** Before another draft of the same author is kept. What waits for a second person stays: anybody of HR can decline that. */
export const makeRoom = async (world: Sealed, { id, draft }: Pick<KeptDraft, 'id' | 'draft'>): Promise<void> => {
  const authorOf = ({ author }: Draft): string | null => author?.person ?? null;
  const own = (await allDrafts(world)).filter(
    (kept) => kept.state === 'draft' && kept.id !== id && authorOf(kept.draft) === authorOf(draft),
  );
  for (const old of own.slice(0, Math.max(0, own.length + 1 - MOST_OWN))) await world.store.proposals.drop(old);
};
