/**
 * Export: what is kept of a person, opened, for the operator who answers their request. It goes into the order's receipt,
 * sealed until the command fetches it, and from there into a file; never into a log.
 */
import { askedAt, isAnswer } from '../about.ts';
import { coversOf, openState, standingNow, transcriptHeldBy } from '../held.ts';
import type { Hold, KeptQuestion, Transcript } from '../ports.ts';
import { standingView } from '../standing.ts';
import { DONATIONS_MS } from '../stored-donations.ts';
import { LOOKS_MS } from '../stored-looks.ts';
import { WRITES_MS } from '../stored-writes.ts';
import type { World } from '../world.ts';
import { noteDeed } from './deed.ts';
import type { Executor } from './execute.ts';
import { inboundOf, keptOf, type Shown } from './kept.ts';
import { accountsIn, type Theirs } from './theirs.ts';
import type { Receipt } from './types.ts';
import { count } from './words.ts';

/** What is sealed has a bound of 256 KiB; the rest is for what is around it. */
const MOST_BYTES = 200_000;

type Json = Receipt['data'][string];

export const exportPerson: Executor<'export'> = async (world, order, ordered) => {
  const { person } = order;
  await noteDeed(world, ordered, { what: 'export', on: 'person', target: world.sealer.fingerprint(person) });
  // They see it, for whoever asks for an export is not always the one whom it is about. Where there is no room for that, it is on record all the same.
  const { id, at } = ordered;
  const owner = world.sealer.fingerprint(person);
  await world.store.looks.put({ id, at, what: 'export', entries: null, owner, now: world.clock.now() });
  const kept = await keptOf(world, { person, accounts: accountsIn(order.accounts) });
  const { theirs, answers, signedInAt, tokenUntil, mark } = kept;
  const now = world.clock.now();
  const { holds } = await standingNow(world);
  const data = {
    person,
    at: iso(now),
    accounts: kept.accounts.map(({ tenant, account }) => ({ tenant, account })),
    transcripts: theirs.transcripts.map((transcript) => transcriptData(world, transcript)),
    questions: theirs.questions.map((question) => questionData(world, question)),
    answers: answers.map(answerData),
    signIn: signedInAt === null ? null : iso(signedInAt),
    ownToken: tokenUntil === null ? null : { shreddedAt: iso(tokenUntil) },
    looks: kept.looks.map((look) => ({
      what: look.what,
      at: iso(look.at),
      entries: look.entries,
      forgottenAt: iso(look.at + LOOKS_MS),
    })),
    writes: kept.writes.map(({ at, state, detail }) => ({
      at: iso(at),
      state,
      intent: detail?.intent ?? null,
      subject: detail?.subject ?? null,
      slots: { ...detail?.slots },
      forgottenAt: iso(at + WRITES_MS),
    })),
    toldOnce: mark === null ? null : iso(mark.at),
    chatAddresses: kept.addresses.map(({ until, ...address }) => ({ ...address, forgottenAt: iso(until) })),
    phrases: kept.phrases.map(({ text, meant, language, at }) => ({
      text,
      meant,
      language,
      givenAt: iso(at),
      shreddedAt: iso(at + DONATIONS_MS),
    })),
    policyRequests: kept.policyRequests,
    holds: holds
      .filter((hold) => coversAny(world, hold, { person, theirs, answers }))
      .map(({ id, on, placedAt }) => ({ id, on, placedAt: iso(placedAt) })),
    auditFingerprints: [...world.sealer.fingerprints(person)],
    notInIt: [...NOT_IN_IT],
  };
  const { cut, fitted } = cutToSize(data);
  return {
    ok: cut.length === 0 && theirs.unsure === 0,
    says: [
      `${LISTS.map((name) => counted(name, data[name].length)).join(', ')}, ${signedInAt === null ? 'no' : 'one'} sign-in, ${count(data.policyRequests, 'policy request')} without words.`,
      ...NOT_IN_IT.map((each) => `Not in it: ${each}`),
      'A hold that stands is named in it, for you. Whether the person may be told of it is not ours to say: take it out where not.',
      ...(cut.length === 0
        ? []
        : [
            `It is too large for one receipt: ${cut.join(', ')} were left out, the last ones. They are kept still: order it again when some have gone.`,
          ]),
      ...(theirs.unsure === 0
        ? []
        : [
            `Whose ${count(theirs.unsure, 'question')} in the inbox are, the directory could not say. Order it again when it answers.`,
          ]),
    ],
    data: fitted,
  };
};

const NOT_IN_IT = [
  'the words of questions that have ended and of answers: they are shredded here, and stand in the chat itself.',
  'what the chat platform and the systems of record keep.',
  'messages of more than seven days ago that stay in the chat: they are not known here any more.',
  'entries of the audit log on other machines. Those of this one follow under "auditEntries".',
  'policy requests of the last thirty days but for their number: who asks (as a keyed hash, groups, country), where, which intent, and what was decided. No words.',
  'counts of how much was asked, which go by themselves within two minutes, and of what was refused or looked at, within two hours.',
] as const;

const iso = (at: number): string => new Date(at).toISOString();

const transcriptData = (world: World, transcript: Transcript): Json => {
  const state = openState(world, transcript);
  return {
    tenant: transcript.tenant,
    conversation: transcript.conversation,
    shreddedAt: iso(transcript.until),
    startedAt: state === null ? null : iso(state.startedAt),
    turns: (state?.turns ?? []).map(({ at, verdict, intent, topics, about, refused, subject, slots }) => ({
      at: iso(at),
      verdict,
      intent,
      topics: [...topics],
      about,
      refused: refused ?? null,
      subject: subject ?? null,
      slots: { ...slots },
    })),
    // Of turns that there is no room for.
    before: (state?.faded ?? []).map(({ topic, asked, refused }) => ({
      topic,
      askedLast: iso(asked),
      refusedLast: refused === null ? null : iso(refused),
    })),
  };
};

const questionData = (world: World, question: KeptQuestion): Json => {
  const { tenant } = question;
  const inbound = inboundOf(world, question);
  return {
    id: question.id,
    tenant,
    conversation: question.conversation,
    state: question.state,
    acceptedAt: iso(question.acceptedAt),
    shreddedAt: question.until === null ? null : iso(question.until),
    words: inbound?.kind === 'question' ? inbound.text : null,
    press: inbound?.kind === 'press' ? inbound.action : null,
  };
};

const answerData = ({ ref, about, removeAt, then }: Shown): Json => {
  const { platform, tenant, channel, id } = ref;
  return {
    message: { platform, tenant, channel, id },
    answer: isAnswer(about),
    askedAt: iso(askedAt(about)),
    [then === 'remove' ? 'removedAt' : 'knownUntil']: iso(removeAt),
  };
};

/** Whether a hold keeps something of what is exported. */
const coversAny = (
  world: World,
  hold: Hold,
  o: { readonly person: string; readonly theirs: Theirs; readonly answers: readonly Shown[] },
): boolean => {
  if (hold.on === 'person') return hold.what === o.person;
  const alone = standingView({ paused: null, holds: [hold] }, coversOf(world.sealer));
  return (
    o.answers.some(({ about }) => alone.heldBy(about) !== null) ||
    o.theirs.transcripts.some((transcript) => transcriptHeldBy(world, alone, transcript) !== null) ||
    (hold.on === 'conversation' && o.theirs.questions.some(({ conversation }) => conversation === hold.what))
  );
};

/** What there may be many of. */
const LISTS = ['transcripts', 'questions', 'answers', 'chatAddresses', 'phrases'] as const;
type Lists = { readonly [L in (typeof LISTS)[number]]: Json[] };

const counted = (list: (typeof LISTS)[number], n: number): string => {
  if (list === 'answers') return `${count(n, 'message')} in chats`;
  return list === 'chatAddresses' ? `${count(n, 'address', 'addresses')} of chats` : count(n, list.slice(0, -1));
};

const bytesOf = (value: Json): number => Buffer.byteLength(JSON.stringify(value));

/** Where it is too large to be sealed, whatever takes most room is cut by half, again and again, and that is said. */
const cutToSize = (
  data: Lists & Receipt['data'],
): { readonly cut: readonly string[]; readonly fitted: Receipt['data'] } => {
  const left: { [L in (typeof LISTS)[number]]: Json[] } = { ...data };
  const fitted = (): Receipt['data'] => ({
    ...data,
    ...left,
    leftOut: Object.fromEntries(LISTS.map((name) => [name, data[name].length - left[name].length])),
  });
  while (bytesOf(fitted()) > MOST_BYTES && LISTS.some((name) => left[name].length > 0)) {
    const largest = LISTS.reduce((most, name) => (bytesOf(left[name]) > bytesOf(left[most]) ? name : most));
    left[largest] = left[largest].slice(0, Math.floor(left[largest].length / 2));
  }
  const cut = LISTS.filter((name) => left[name].length < data[name].length);
  return { cut: cut.map((name) => counted(name, data[name].length - left[name].length)), fitted: fitted() };
};
