/**
 * All that is kept of somebody, as they read it themselves. It is found when it is looked at, and shown in a window alone: it holds words
 * of questions that wait and of phrases that were given, and must not become a message that stays. No hold is in it.
 */
import { askedAt, isAnswer } from '../about.ts';
import { openState } from '../held.ts';
import { isOutsider } from '../judgement.ts';
import { type Local, localMoment, localTime } from '../local-time.ts';
import { inboundOf, type Kept } from '../orders/kept.ts';
import type { Transcript } from '../ports.ts';
import { repliesIn } from '../replies/replies.ts';
import type { ConversationState, Turn } from '../state.ts';
import { DONATIONS_MS } from '../stored-donations.ts';
import type { Person } from '../types.ts';
import type { World } from '../world.ts';
import { localOf, lookedLines } from './card.ts';

/** Characters of one part: what a window shows without being cut, with room for markup that is escaped. */
const MOST_OF_PART = 9_000;

/**
 * Every line, headings among them. Guests and people of other companies are not told what their questions were taken for: to them every
 * no is the same, whether or not there is such a thing to ask.
 */
export const everythingLines = (world: World, person: Person, kept: Kept): readonly string[] => {
  const local = localOf(world, person);
  const hidden = isOutsider(person);
  const texts = repliesIn(local.locale).privacy.everything;
  const at = (time: number): string => localTime(local, time);
  const list = (heading: string, lines: readonly string[]): readonly string[] => [
    heading,
    ...(lines.length === 0 ? [`• ${texts.none}`] : lines.map((line) => (line.startsWith('– ') ? line : `• ${line}`))),
    '',
  ];
  const { theirs } = kept;
  return [
    texts.heading({ at: localMoment(local, local.now) }),
    '',
    ...list(
      texts.questions,
      theirs.questions.map((question) => {
        const inbound = inboundOf(world, question);
        return texts.question({
          at: at(question.acceptedAt),
          state: question.state,
          until: question.until === null ? null : at(question.until),
          words: inbound?.kind === 'question' ? inbound.text : null,
        });
      }),
    ),
    ...list(
      texts.answers,
      kept.answers.map(({ about, removeAt, then }) =>
        texts.answer({
          asked: at(askedAt(about)),
          until: at(Math.max(removeAt, local.now)),
          leaves: then === 'remove',
          answer: isAnswer(about),
        }),
      ),
    ),
    ...list(
      texts.talks,
      theirs.transcripts.flatMap((transcript) => talkLines(world, { local, hidden }, transcript)),
    ),
    ...list(
      texts.phrases,
      kept.phrases.map(({ text: words, at: given }) =>
        texts.phrase({ words, at: at(given), until: at(given + DONATIONS_MS) }),
      ),
    ),
    ...(kept.addresses.length === 0
      ? []
      : list(
          texts.addresses,
          kept.addresses.map(({ chat, until }) => texts.address({ chat, until: at(until) })),
        )),
    texts.signIn({ at: kept.signedInAt === null ? null : at(kept.signedInAt) }),
    ...(kept.tokenUntil === null ? [] : [texts.ownToken({ until: at(kept.tokenUntil) })]),
    texts.decisions({ count: kept.policyRequests }),
    texts.told({ at: kept.mark === null ? null : at(kept.mark.at) }),
    '',
    ...lookedLines(local, kept.looks, kept.looks.length).flatMap((part) => [...part.split('\n'), '']),
    ...(theirs.unsure > 0 ? [texts.unsure, ''] : []),
    texts.elsewhere,
  ];
};

/** What a talk remembers, with a line below it for each question; of one that a legal hold keeps its own end, for nobody is told of a hold here. */
const talkLines = (
  world: World,
  { local, hidden }: { readonly local: Local; readonly hidden: boolean },
  transcript: Transcript,
): readonly string[] => {
  const texts = repliesIn(local.locale).privacy.everything;
  const state = openState(world, transcript);
  const at = (time: number): string => localTime(local, time);
  const own = state === null ? transcript.until : state.startedAt + world.conversationMs;
  const until = at(Math.min(transcript.until, own));
  return [
    texts.talk({ from: state === null ? null : at(state.startedAt), until }),
    ...turnsOf(state).map(
      ({ at: asked, intent, topics, verdict }) =>
        `– ${texts.turn({
          at: at(asked),
          hidden,
          what: titleOf(world, local, intent ?? topics[0] ?? null),
          verdict: verdict === 'answer' || verdict === 'refuse' ? verdict : 'other',
        })}`,
    ),
  ];
};

const turnsOf = (state: ConversationState | null): readonly Turn[] => state?.turns ?? [];

const titleOf = ({ catalogue }: Pick<World, 'catalogue'>, { locale }: Local, id: string | null): string | null =>
  id === null ? null : ((catalogue.intents.get(id) ?? catalogue.topics.get(id))?.title[locale] ?? id);

/** In parts that a window takes whole; a line alone that is longer is one of its own, and cut there. */
export const partsOf = (lines: readonly string[], most: number = MOST_OF_PART): readonly string[] => {
  const parts: string[] = [];
  let part = '';
  for (const line of lines) {
    if (part !== '' && part.length + line.length + 1 > most) {
      parts.push(part);
      part = '';
    }
    part = part === '' ? line : `${part}\n${line}`;
  }
  return part === '' && parts.length > 0 ? parts : [...parts, part];
};
