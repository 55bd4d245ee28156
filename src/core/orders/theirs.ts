/** All that is kept of one person, found. */
import { matches, wantedOf } from '../about.ts';
import { questionsOf, transcriptsOf } from '../held.ts';
import type { KeptQuestion, Transcript } from '../ports.ts';
import { type AccountRef, createWhose, isOf, type WhoseLookup } from '../whose.ts';
import type { World } from '../world.ts';

export interface Theirs {
  readonly transcripts: readonly Transcript[];
  readonly questions: readonly KeptQuestion[];
  /** Questions of accounts that the directory could not name just now. */
  readonly unsure: number;
  readonly whose: WhoseLookup;
}

/** `slack:T1:U1`: an account as an operator names it. The order was read strictly, so there is nothing else in it. */
export const accountsIn = (names: readonly string[]): readonly AccountRef[] =>
  names.flatMap((name) => {
    const [platform = '', tenant = '', ...user] = name.split(':');
    return [{ tenant, account: `${platform}:${user.join(':')}` }];
  });

/** Transcripts first: their keyed hashes lead to accounts that the directory may not know any more. */
export const findTheirs = async (
  world: World,
  o: { readonly person: string; readonly accounts: readonly AccountRef[] },
): Promise<Theirs> => {
  const whose = await createWhose(world, [o]);
  const wanted = wantedOf(world.sealer, { person: o.person });
  const ofTheirs = (ref: AccountRef): boolean =>
    whose.accounts(o.person).some(({ tenant, account }) => tenant === ref.tenant && account === ref.account);

  const transcripts: Transcript[] = [];
  for await (const transcript of transcriptsOf(world)) {
    const named = transcript.about !== '' && matches(transcript.about, wanted);
    // A short hash may be two people's. Where the directory says that the account is somebody else's, it is.
    if (named && (await whose.of(transcript)) !== 'other') whose.learn(transcript, o.person);
    if (ofTheirs(transcript)) transcripts.push(transcript);
  }

  const questions: KeptQuestion[] = [];
  let unsure = 0;
  for await (const question of questionsOf(world)) {
    const owner = await whose.of(question);
    if (isOf(owner, o.person)) questions.push(question);
    if (owner === 'unsure') unsure += 1;
  }
  return { transcripts: onePerConversation(transcripts), questions, unsure, whose };
};

/** A page may tell of one twice. */
const onePerConversation = (transcripts: readonly Transcript[]): readonly Transcript[] => [
  ...new Map(transcripts.map((transcript) => [`${transcript.tenant} ${transcript.conversation}`, transcript])).values(),
];
