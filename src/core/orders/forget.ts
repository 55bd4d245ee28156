/**
 * Forget a person: what waits of theirs ends, what conversations remember of them is shredded, their sign-in ends, and what
 * they were shown is taken back. Done again it finds what is left. The receipt tells four things apart (promise 10): removed
 * through the platform, shredded here, still held, and never ours to remove.
 */
import { wantedOf } from '../about.ts';
import { givenPhrases } from '../donating/phrase.ts';
import { namesTold } from '../first-use.ts';
import { standingNow, transcriptHeldBy } from '../held.ts';
import { KEPT_WITHIN_MS } from '../recording.ts';
import { dropSignIns, keptToken, lastSignIn } from '../sign-in/grants.ts';
import type { StandingView } from '../standing.ts';
import type { AccountRef } from '../whose.ts';
import type { World } from '../world.ts';
import { noteDeed } from './deed.ts';
import type { Executor } from './execute.ts';
import { type Forgotten, forgetReceipt } from './forget-receipt.ts';
import { stillThere, takeBack, untilDone } from './take-back.ts';
import { accountsIn, findTheirs, type Theirs } from './theirs.ts';
import type { Ordered } from './types.ts';

/** Seconds that a question in flight gets to end; then that removals get to be done. */
const MOST_FLIGHT_SECONDS = 15;
const MOST_WATCH_SECONDS = 10;

export const forget: Executor<'forget'> = async (world, order, ordered) => {
  const { person } = order;
  const accounts = accountsIn(order.accounts);
  await noteDeed(world, ordered, { what: 'forget', on: 'person', target: world.sealer.fingerprint(person) });
  const wanted = wantedOf(world.sealer, { person });
  // Asked anew before each thing that is dropped: a hold that is placed meanwhile keeps what is left.
  const stands = () => standingNow(world);

  const done = {
    questions: 0,
    transcripts: 0,
    references: 0,
    signIns: 0,
    decisions: 0,
    donations: 0,
    marks: 0,
    names: 0,
  };
  const leaving = new Set<string>();
  /** Questions whose end is on record. */
  const noted = new Set<string>();
  const held = {
    answers: new Map<string, number>(),
    transcripts: new Map<string, string>(),
    questions: new Map<string, string>(),
    decisions: null as string | null,
    donations: 0,
  };
  let already = 0;
  let flying = 0;
  let unsure = 0;
  let last: Theirs | null = null;
  const settled = await untilDone(world, MOST_FLIGHT_SECONDS, async () => {
    // First what waits, then what it may have led to: an answer that is shown in between is seen.
    const theirs = await findTheirs(world, { person, accounts });
    const questions = await dropQuestions(world, person, theirs, stands, { held: held.questions, noted });
    done.questions += questions.dropped;
    done.transcripts += await shredTranscripts(world, theirs, stands, held.transcripts);
    const taken = await takeBack(world, wanted, stands, 'all');
    if (leaving.size === 0) already = taken.already;
    for (const ref of taken.leaving) leaving.add(ref);
    held.answers = new Map(taken.held);
    [flying, unsure, last] = [questions.flying, theirs.unsure, theirs];
    return flying === 0;
  });
  const now = world.clock.now();
  if ((await lastSignIn(world, { person, now })) !== null || (await keptToken(world, { person, now })) !== null)
    done.signIns = 1;
  // Links first: one that is followed meanwhile leads to nothing, or to a sign-in that goes in the next step.
  await world.store.signIns.end({ owners: world.sealer.fingerprints(person) });
  await dropSignIns(world, { person });
  await untilDone(world, MOST_WATCH_SECONDS, async () => (await stillThere(world, leaving)) === 0);
  // Last: a removal may need to know where the chat is reached.
  const known = last === null ? [] : (last as Theirs).whose.accounts(person);
  for (const { tenant, account: owner } of known) {
    for (const { key } of await world.store.references.of({ tenant, owner, now })) {
      await world.store.references.forget({ tenant, key });
      done.references += 1;
    }
  }
  // What was judged a moment ago is on its way there.
  await world.clock.sleep(KEPT_WITHIN_MS);
  held.decisions = holdOn(await stands(), person);
  const owners = world.sealer.fingerprints(person);
  if (held.decisions !== null) {
    const { given } = await givenPhrases(world);
    held.donations = given.filter(({ owner }) => owners.includes(owner)).length;
  } else {
    done.decisions = await world.store.decisions.forget({ owners });
    done.donations = await world.store.donations.forget({ owners });
    // That something was begun stays, so that nothing is done twice; what it was, and whose, goes.
    await world.store.writes.forget({ owners });
  }
  // No hold keeps it: it says nothing but that somebody was told something. Whoever writes again is told again.
  done.marks = await forgetMarks(world, person, known);
  const left = await stillThere(world, leaving);
  // The very last: until here they may be named once more. A hold keeps what proves something against somebody, and their name is part of that.
  if (held.decisions === null) done.names = await world.names.forget(person);
  const forgotten: Forgotten = {
    at: world.clock.now(),
    removed: { found: leaving.size, alreadyLeaving: already, gone: leaving.size - left, leaving: left },
    shredded: done,
    held,
    flying: settled ? 0 : flying,
    unsure,
    accounts: known.length,
  };
  await noteReceipt(world, { ordered, person, forgotten });
  return forgetReceipt(forgotten);
};

/** Theirs, and those of their accounts: they may have been told before the directory knew whose those are. */
const forgetMarks = async (world: World, person: string, accounts: readonly AccountRef[]): Promise<number> => {
  let forgotten = 0;
  for (const name of namesTold(person, accounts)) {
    forgotten += await world.store.marks.forget({ owners: world.sealer.fingerprints(name) });
    world.firstUse?.forgotten(name);
  }
  return forgotten;
};

/** In numbers, so that a receipt can be held against it. Where it cannot be recorded the order is tried again, and finds what is left. */
const noteReceipt = async (
  world: World,
  o: { readonly ordered: Ordered; readonly person: string; readonly forgotten: Forgotten },
): Promise<void> => {
  const { removed, shredded, held, flying, unsure } = o.forgotten;
  const answers = [...held.answers.values()].reduce((sum, n) => sum + n, 0);
  await world.audit.append({
    kind: 'receipt',
    at: o.forgotten.at,
    order: o.ordered.id,
    target: world.sealer.fingerprint(o.person),
    by: o.ordered.by,
    byName: await world.names.byFingerprint({ fingerprint: o.ordered.by, purpose: 'officer' }),
    removed: removed.found,
    gone: removed.gone,
    ...shredded,
    held: answers + held.transcripts.size + held.questions.size + held.donations,
    left: flying + unsure,
  });
};

/** Id of the hold that keeps what is this person's. */
const holdOn = ({ holds }: StandingView, person: string): string | null =>
  holds.find(({ on, what }) => on === 'person' && what === person)?.id ?? null;

/** What nobody works on ends now, on record; what somebody works on is left to end. */
const dropQuestions = async (
  world: World,
  person: string,
  { questions }: Theirs,
  stands: () => Promise<StandingView>,
  { held, noted }: { readonly held: Map<string, string>; readonly noted: Set<string> },
): Promise<{ readonly dropped: number; readonly flying: number }> => {
  let dropped = 0;
  let flying = 0;
  for (const { id, tenant, conversation, state } of questions) {
    const standing = await stands();
    const kept = standing.holds.find(
      ({ on, what }) => (on === 'person' && what === person) || (on === 'conversation' && what === conversation),
    );
    if (kept !== undefined && (state === 'parked' || state === 'dead')) {
      held.set(id, kept.id);
      continue;
    }
    if (state === 'leased') {
      flying += 1;
      continue;
    }
    const now = world.clock.now();
    // On record first: while it cannot be recorded, the question stays. Who takes it up in this moment answers it once more after that.
    // A dead letter ended long ago: only its words are shredded now.
    if (!noted.has(id))
      await world.audit.append(
        state === 'dead'
          ? {
              kind: 'dead-letter',
              at: now,
              question: id,
              change: 'shredded',
              code: 'forgotten',
              as: null,
              by: null,
              byName: null,
            }
          : { kind: 'undeliverable', at: now, question: id, code: 'forgotten' },
      );
    noted.add(id);
    const outcome = await world.store.inbox.drop({ tenant, conversation, id, now });
    if (outcome === 'leased') flying += 1;
    if (outcome === 'dropped') dropped += 1;
  }
  return { dropped, flying };
};

const shredTranscripts = async (
  world: World,
  { transcripts }: Theirs,
  stands: () => Promise<StandingView>,
  held: Map<string, string>,
): Promise<number> => {
  let shredded = 0;
  for (const transcript of transcripts) {
    const { tenant, conversation } = transcript;
    const hold = transcriptHeldBy(world, await stands(), transcript);
    if (hold !== null) {
      held.set(`${tenant} ${conversation}`, hold);
      continue;
    }
    if ((await world.store.conversations.shred({ tenant, conversation })) === 'shredded') shredded += 1;
  }
  return shredded;
};
