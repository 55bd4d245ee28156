/**
 * HR's talk in private chat: the word that brings the list, and what its buttons do. Only somebody of the company whom the directory
 * knows afresh to be of HR has it; to anybody else the word is a text like any other, and the button somebody else's.
 */
import { plainCard } from '../answer.ts';
import { repliesIn } from '../replies/replies.ts';
import { type Attempt, record } from '../steps.ts';
import type { Card, Press, Question } from '../types.ts';
import type { World } from '../world.ts';
import { authorOf, type HrPerson, hrPerson } from './author.ts';
import { type Carried, type PressVerb, pressButton, RESTRICTING_ACTION, readPressed } from './buttons.ts';
import { createDraft } from './create.ts';
import { findDraft } from './drafts.ts';
import { listCard } from './list.ts';
import { sentenceOf } from './meaning.ts';
import { beginPreview } from './preview.ts';
import { type Published, publishDraft } from './publish.ts';

const WORDS: ReadonlySet<string> = new Set([
  'restrictions',
  'restriction',
  'restrict',
  'einschränkungen',
  'einschränkung',
  'einschränken',
]);

const MOST_CHARACTERS = 32;

/** As people write one word: capitals, a slash before it, a full stop behind it. */
export const asksRestrictions = (text: string): boolean =>
  text.length <= MOST_CHARACTERS &&
  WORDS.has(
    text
      .normalize('NFC')
      .trim()
      .toLowerCase()
      .replace(/^[`*_/]/, '')
      .replace(/[`*_.!?]$/, ''),
  );

/** What is answered. */
export interface Talked {
  readonly card: Card;
  readonly verdict: 'answer' | 'refuse';
  readonly hr: HrPerson;
  /** What goes on beside the answer; see `Outcome`. */
  readonly afterwards?: () => void;
}

/** What was asked for, by whoever may; null: it is a text like any other, or a button that is not theirs. */
const askedOf = (world: World, inbound: Question | Press): Carried<PressVerb> | null => {
  if (inbound.kind === 'press')
    return inbound.action === RESTRICTING_ACTION
      ? readPressed(inbound, { sealer: world.sealer, now: world.clock.now() })
      : null;
  return inbound.place.kind === 'direct' && asksRestrictions(inbound.text)
    ? { verb: 'list', id: null, hash: null }
    : null;
};

/** Null: nothing of HR's talk. What is done is on record before it is done. */
export const restrictingTalk = async (
  world: World,
  attempt: Attempt,
  inbound: Question | Press,
): Promise<Talked | null> => {
  const asked = askedOf(world, inbound);
  if (asked === null) return null;
  const hr = await hrPerson(world, inbound.account);
  if (hr === null) return null;
  const reasons = ['restricting', asked.verb];
  await record(world, attempt, inbound, { person: hr.person, verdict: 'answer', reasons });
  return { hr, ...(await done(world, hr, inbound, asked)) };
};

type Answer = Omit<Talked, 'hr'>;

const answer = (text: string): Answer => ({ card: plainCard(text), verdict: 'answer' });
const refuse = (text: string): Answer => ({ card: plainCard(text), verdict: 'refuse' });

const done = async (
  world: World,
  hr: HrPerson,
  inbound: Question | Press,
  { verb, id, hash }: Carried<PressVerb>,
): Promise<Answer> => {
  const texts = repliesIn(hr.person.locale).restricting;
  if (verb === 'list') return { card: await listCard(world, hr), verdict: 'answer' };
  if (verb === 'pack') return drafted(world, hr, inbound, { kind: 'pack' });
  if (id === null) return refuse(texts.voided('gone'));
  if (verb === 'resume') return drafted(world, hr, inbound, { kind: 'resume', id });
  if (verb === 'look') return look(world, hr, id);
  if (verb === 'discard') return discard(world, hr, id);
  if (hash === null) return refuse(texts.voided('gone'));
  return put(world, hr, { verb, id, hash });
};

/** What is asked for without a form says itself why. */
const drafted = async (
  world: World,
  hr: HrPerson,
  inbound: Question | Press,
  change: { readonly kind: 'pack' } | { readonly kind: 'resume'; readonly id: string },
): Promise<Answer> => {
  const texts = repliesIn(hr.person.locale).restricting;
  const id = world.sealer.fingerprint(`restricting:${inbound.id}`);
  const created = await createDraft(world, { change, why: texts.itself[change.kind], by: authorOf(hr), id });
  if (!created.ok) return refuse(texts.nothingToChoose);
  return begun(world, hr, created.kept);
};

const begun = (world: World, hr: HrPerson, kept: Parameters<typeof beginPreview>[1]): Answer => {
  const texts = repliesIn(hr.person.locale).restricting;
  if (world.background.full()) return refuse(texts.tooBusy);
  return { ...answer(texts.comes), afterwards: () => void beginPreview(world, kept, hr) };
};

/** Their own draft, or what waits for a second person: whatever it is by now, the look shows that. */
const look = async (world: World, hr: HrPerson, id: string): Promise<Answer> => {
  const kept = await findDraft(world, id);
  const theirs = kept !== null && (kept.state === 'waiting' || kept.draft.author?.person === hr.person.id);
  return theirs ? begun(world, hr, kept) : refuse(repliesIn(hr.person.locale).restricting.voided('gone'));
};

const discard = async (world: World, hr: HrPerson, id: string): Promise<Answer> => {
  const texts = repliesIn(hr.person.locale).restricting;
  const kept = await findDraft(world, id);
  if (kept === null || kept.draft.author?.person !== hr.person.id) return refuse(texts.voided('gone'));
  const dropped = await world.store.proposals.drop({ id });
  return dropped === 'dropped' ? answer(texts.discarded) : refuse(texts.voided('gone'));
};

/** Publishes their own, or approves somebody else's. */
const put = async (
  world: World,
  hr: HrPerson,
  { verb, id, hash }: { readonly verb: 'publish' | 'approve'; readonly id: string; readonly hash: string },
): Promise<Answer> => {
  const kept = await findDraft(world, id);
  const me = authorOf(hr);
  const author = kept?.draft.author ?? me;
  // Gone already: `publishDraft` says what became of it. What did not wait yet was not asked of a second person.
  if (verb === 'approve' && kept !== null && kept.state !== 'waiting')
    return refuse(repliesIn(hr.person.locale).restricting.voided('gone'));
  const sentence = kept === null ? null : (await sentenceOf(world, kept.draft))[hr.person.locale];
  const published = await publishDraft(
    world,
    verb === 'publish' ? { id, hash, by: me, approver: null } : { id, hash, by: author, approver: me },
  );
  return saidOf(world, hr, published, sentence);
};

const saidOf = (world: World, hr: HrPerson, published: Published, sentence: string | null): Answer => {
  const texts = repliesIn(hr.person.locale).restricting;
  const now = world.clock.now();
  const list = pressButton({
    sealer: world.sealer,
    account: hr.account,
    now,
    verb: 'list',
    label: texts.buttons.list,
  });
  const withList = (of: Answer): Answer => ({ ...of, card: { ...of.card, buttons: [list] } });
  switch (published.state) {
    case 'in-force':
      return withList(answer(texts.inForce({ version: published.version, sentence, before: published.before })));
    case 'needs-second':
      return answer(texts.waits({ until: published.until, now }));
    case 'void':
      return withList(refuse(texts.voided(published.why)));
  }
};
