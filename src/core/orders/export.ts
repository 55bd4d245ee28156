/**
 * Export: what is kept of a person, opened, for the operator who answers their request. It goes into the order's receipt,
 * sealed until the command fetches it, and from there into a file; never into a log.
 */
import { askedAt, isAnswer, matches, wantedOf } from '../about.ts';
import { openState, standingNow } from '../held.ts';
import { parseInbound } from '../inbound.ts';
import type { KeptQuestion, Transcript } from '../ports.ts';
import type { AccountRef } from '../whose.ts';
import type { World } from '../world.ts';
import { noteDeed } from './deed.ts';
import type { Executor } from './execute.ts';
import { pendingOf } from './take-back.ts';
import { accountsIn, findTheirs } from './theirs.ts';
import type { Receipt } from './types.ts';

/** What is sealed has a bound of 256 KiB; the rest is for what is around it. */
const MOST_CHARACTERS = 200_000;

type Json = Receipt['data'][string];

export const exportPerson: Executor<'export'> = async (world, order, ordered) => {
  const { person } = order;
  await noteDeed(world, ordered, { what: 'export', on: 'person', target: world.sealer.fingerprint(person) });
  const theirs = await findTheirs(world, { person, accounts: accountsIn(order.accounts) });
  const accounts = theirs.whose.accounts(person);
  const now = world.clock.now();
  const signedInAt = await world.store.grants.lastSignIn({ person, now });
  const { holds } = await standingNow(world);
  const conversations = new Set(theirs.transcripts.map(({ conversation }) => conversation));
  const data = {
    person,
    at: iso(now),
    accounts: accounts.map(({ tenant, account }) => ({ tenant, account })),
    transcripts: theirs.transcripts.map((transcript) => transcriptData(world, transcript)),
    questions: theirs.questions.map((question) => questionData(world, question)),
    answers: await answersData(world, person),
    signIn: signedInAt === null ? null : iso(signedInAt),
    chatAddresses: await addressesData(world, accounts),
    holds: holds
      .filter(({ on, what }) => (on === 'person' ? what === person : on === 'conversation' && conversations.has(what)))
      .map(({ id, on, placedAt }) => ({ id, on, placedAt: iso(placedAt) })),
    auditFingerprints: [...world.sealer.fingerprints(person)],
    notInIt: [...NOT_IN_IT],
  };
  const { cut, fitted } = cutToSize(data);
  return {
    ok: cut === 0 && theirs.unsure === 0,
    says: [
      `${theirs.transcripts.length} transcripts, ${theirs.questions.length} questions, ${data.answers.length} messages in chats, ${data.chatAddresses.length} addresses of chats, ${signedInAt === null ? 'no' : 'one'} sign-in.`,
      ...NOT_IN_IT.map((each) => `Not in it: ${each}`),
      'A hold that stands is named in it, for you. Whether the person may be told of it is not ours to say: take it out where not.',
      ...(cut === 0 ? [] : [`It is too large for one receipt: ${cut} messages in chats were left out, the last ones.`]),
      ...(theirs.unsure === 0
        ? []
        : [
            `Whose ${theirs.unsure} questions in the inbox are, the directory could not say. Order it again when it answers.`,
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
  'counts of how much was asked, which go by themselves within two minutes.',
] as const;

const iso = (at: number): string => new Date(at).toISOString();

const transcriptData = (world: World, transcript: Transcript): Json => {
  const state = openState(world, transcript);
  return {
    tenant: transcript.tenant,
    conversation: transcript.conversation,
    shreddedAt: iso(transcript.until),
    startedAt: state === null ? null : iso(state.startedAt),
    turns: (state?.turns ?? []).map(({ at, verdict, intent, topics, about }) => ({
      at: iso(at),
      verdict,
      intent,
      topics: [...topics],
      about,
    })),
  };
};

const questionData = (world: World, question: KeptQuestion): Json => {
  const { tenant, account: person } = question;
  const plain = world.sealer.open({ tenant, person, purpose: 'inbound' }, question.inbound);
  const inbound = plain === null ? null : parseInbound(plain);
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

const answersData = async (world: World, person: string): Promise<Json[]> => {
  const wanted = wantedOf(world.sealer, { person });
  const answers: Json[] = [];
  for await (const { ref, about, removeAt, then } of pendingOf(world)) {
    if (about === null || !matches(about, wanted)) continue;
    const { platform, tenant, channel, id } = ref;
    answers.push({
      message: { platform, tenant, channel, id },
      answer: isAnswer(about),
      askedAt: iso(askedAt(about)),
      [then === 'remove' ? 'removedAt' : 'knownUntil']: iso(removeAt),
    });
  }
  return answers;
};

const addressesData = async (world: World, accounts: readonly AccountRef[]): Promise<Json[]> => {
  const now = world.clock.now();
  const found: Json[] = [];
  for (const { tenant, account: owner } of accounts) {
    for (const { key, value, until } of await world.store.references.of({ tenant, owner, now })) {
      const address = world.sealer.open({ tenant, person: key, purpose: 'reference' }, value);
      found.push({ tenant, chat: key, address, forgottenAt: iso(until) });
    }
  }
  return found;
};

/** Only the answers in chats can be many. Where it is too large, they are cut, and that is said. */
const cutToSize = (
  data: { readonly answers: readonly Json[] } & Receipt['data'],
): { readonly cut: number; readonly fitted: Receipt['data'] } => {
  let { answers } = data;
  while (answers.length > 0 && JSON.stringify({ ...data, answers }).length > MOST_CHARACTERS)
    answers = answers.slice(0, Math.floor(answers.length / 2));
  const cut = data.answers.length - answers.length;
  return { cut, fitted: { ...data, answers: [...answers], answersLeftOut: cut } };
};
