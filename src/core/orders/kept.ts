/** All that is kept of somebody, found and opened: for whoever exports it, an operator or the person themselves. */
import { matches, wantedOf } from '../about.ts';
import { type Given, givenPhrases } from '../donating/phrase.ts';
import { namesTold } from '../first-use.ts';
import { parseInbound } from '../inbound.ts';
import type { Decisions, KeptQuestion, KeptWrite, Look, Mark, Pending } from '../ports.ts';
import { inboundContext, referenceContext } from '../sealing.ts';
import { keptToken, lastSignIn } from '../sign-in/grants.ts';
import type { Press, Question } from '../types.ts';
import type { AccountRef } from '../whose.ts';
import type { World } from '../world.ts';
import { openDetail, type WriteDetail } from '../writing/kept.ts';
import { pendingOf } from './take-back.ts';
import { findTheirs, type Theirs } from './theirs.ts';

const DECISIONS_PAGE = 500;

/** A message that tells what they asked, or answers it. */
export type Shown = Pending & { readonly about: string };

/** Where a chat of theirs is reached. `address`: null where it does not open. */
interface KeptAddress {
  readonly tenant: string;
  readonly chat: string;
  readonly address: string | null;
  readonly until: number;
}

/** Holds and the audit log are no part of it. */
export interface Kept {
  readonly theirs: Theirs;
  readonly accounts: readonly AccountRef[];
  readonly answers: readonly Shown[];
  /** What they gave because it was not understood. */
  readonly phrases: readonly Given[];
  readonly addresses: readonly KeptAddress[];
  /** When they last signed in strongly, as far as that counts; ms since the epoch. */
  readonly signedInAt: number | null;
  /** Until when a token of theirs is kept, for systems that are asked as them; null: none is. Never the token. */
  readonly tokenUntil: number | null;
  /** That they were told once how it works. */
  readonly mark: Mark | null;
  /** That somebody looked at what is kept or logged of them. */
  readonly looks: readonly Look[];
  /** What was written to systems of record for them. */
  readonly writes: readonly (Pick<KeptWrite, 'at' | 'state'> & { readonly detail: WriteDetail | null })[];
  /** Policy requests without words. */
  readonly policyRequests: number;
}

/**
 * `accounts`: further ones that are theirs, where the directory does not know them (any more). `forThemselves`: without what a talk by one of
 * their accounts remembers of somebody else, who had it before.
 */
export const keptOf = async (
  world: World,
  o: {
    readonly person: string;
    readonly accounts: readonly AccountRef[];
    readonly forThemselves?: boolean;
  },
): Promise<Kept> => {
  const { person } = o;
  const found = await findTheirs(world, o);
  const wanted = wantedOf(world.sealer, { person });
  const theirs: Theirs =
    o.forThemselves === true
      ? { ...found, transcripts: found.transcripts.filter(({ about }) => about === '' || matches(about, wanted)) }
      : found;
  const known = theirs.whose.accounts(person);
  const owners = world.sealer.fingerprints(person);
  return {
    theirs,
    accounts: known,
    answers: await answersOf(world, person),
    phrases: (await givenPhrases(world)).given.filter(({ owner }) => owners.includes(owner)),
    addresses: await addressesOf(world, known),
    signedInAt: (await lastSignIn(world, { person, now: world.clock.now() }))?.at ?? null,
    tokenUntil: (await keptToken(world, { person, now: world.clock.now() }))?.until ?? null,
    mark: await markOf(world, person, known),
    looks: await world.store.looks.of({ owners, now: world.clock.now() }),
    writes: (await world.store.writes.of({ owners, now: world.clock.now() })).map((write) => ({
      at: write.at,
      state: write.state,
      detail: openDetail(world, write),
    })),
    policyRequests: await countDecisions(world, owners),
  };
};

/** The first that stands: of the person, else of an account that was told before the directory knew whose it is. */
const markOf = async (world: World, person: string, accounts: readonly AccountRef[]): Promise<Mark | null> => {
  for (const name of namesTold(person, accounts)) {
    const mark = await world.store.marks.find({ owners: world.sealer.fingerprints(name) });
    if (mark !== null) return mark;
  }
  return null;
};

const answersOf = async (world: World, person: string): Promise<readonly Shown[]> => {
  const wanted = wantedOf(world.sealer, { person });
  const answers: Shown[] = [];
  for await (const { about, ...pending } of pendingOf(world))
    if (about !== null && matches(about, wanted)) answers.push({ ...pending, about });
  return answers;
};

const addressesOf = async (world: World, accounts: readonly AccountRef[]): Promise<readonly KeptAddress[]> => {
  const now = world.clock.now();
  const found: KeptAddress[] = [];
  for (const { tenant, account: owner } of accounts) {
    for (const { key, value, until } of await world.store.references.of({ tenant, owner, now })) {
      const address = world.sealer.open(referenceContext({ tenant, key }), value);
      found.push({ tenant, chat: key, address, until });
    }
  }
  return found;
};

/** What is kept of theirs for trying a change of the restrictions out. */
const countDecisions = async (world: World, owners: readonly string[]): Promise<number> => {
  const ids = new Set<string>();
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<Decisions['scan']>> = await world.store.decisions.scan({
      since: 0,
      cursor,
      limit: DECISIONS_PAGE,
    });
    for (const { id, owner } of page.decisions) if (owners.includes(owner)) ids.add(id);
    cursor = page.cursor;
    // There may be hundreds of pages, and a store in this process gives each at once: everybody else has a turn between.
    await world.clock.sleep(1);
  } while (cursor !== null);
  return ids.size;
};

/** What a question holds, opened; null: it does not open (any more). */
export const inboundOf = (world: Pick<World, 'sealer'>, question: KeptQuestion): Question | Press | null => {
  const plain = world.sealer.open(inboundContext(question), question.inbound);
  return plain === null ? null : parseInbound(plain);
};
