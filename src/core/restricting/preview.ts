/**
 * What a change would do, before anybody publishes or approves it: one sentence, the reply that an employee will read, what would have
 * come out otherwise, and who can still ask. In a message of its own, since that takes a while.
 */
import { plainCard } from '../answer.ts';
import { codeOf } from '../errors.ts';
import { refusedText } from '../refused.ts';
import { repliesIn } from '../replies/replies.ts';
import type { RestrictingReplies } from '../replies/restricting-shape.ts';
import type { Button, Card, Locale, PerLocale, Restriction } from '../types.ts';
import type { World } from '../world.ts';
import type { HrPerson } from './author.ts';
import { formButton, pressButton } from './buttons.ts';
import { fitting } from './difference.ts';
import { type Draft, findDraft, type KeptDraft } from './drafts.ts';
import { sentenceOf } from './meaning.ts';
import { beginMessage } from './posting.ts';
import { shownDifferences } from './shown.ts';
import { nameOf } from './telling.ts';
import { isTried, tryOut } from './trial.ts';

/** Of a hash, as people compare it. */
const SHOWN = 12;

/** What an employee reads who is refused by this, in each language: made by what refuses them. Where it differs by topic, a line for each. */
export const repliesOf = ({ catalogue }: Pick<World, 'catalogue'>, said: Restriction): PerLocale<string> => {
  const names = new Set(said.forbids.map((id) => catalogue.intents.get(id)?.topic ?? id));
  const topics = [...names].map((name) => catalogue.topics.get(name));
  const lines = (locale: Locale): string =>
    [...new Set(topics.map((topic) => refusedText({ said, topic, locale })))].join('\n');
  return { en: lines('en'), de: lines('de') };
};

/** Of the change of one restriction that refuses somebody. */
const shownReplies = (world: Pick<World, 'catalogue'>, { change, put }: Draft): PerLocale<string> | null => {
  const [only] = put;
  const refuses = change.kind === 'put' || change.kind === 'resume';
  return refuses && only !== undefined ? repliesOf(world, only) : null;
};

type Next = Parameters<RestrictingReplies['preview']>[0]['next'];

/** What the reader may do with it. */
const nextOf = (kept: KeptDraft, { person }: HrPerson): Exclude<Next, 'nothing'> => {
  const own = kept.draft.author?.person === person.id;
  if (kept.state === 'waiting') return own ? 'own' : 'approve';
  return kept.draft.weaker ? 'propose' : 'publish';
};

const buttonsOf = (world: World, { id, hash, draft }: KeptDraft, next: Next, hr: HrPerson): readonly Button[] => {
  const { buttons } = repliesIn(hr.person.locale).restricting;
  const at = { sealer: world.sealer, account: hr.account, now: world.clock.now(), id, hash };
  const discard = pressButton({ ...at, verb: 'discard', label: buttons.discard });
  const amend = draft.change.kind === 'put' ? [formButton({ ...at, verb: 'amend', label: buttons.change })] : [];
  switch (next) {
    case 'nothing':
      return [];
    case 'own':
      return [discard];
    case 'approve':
      return [
        pressButton({ ...at, verb: 'approve', label: buttons.approve }),
        formButton({ ...at, verb: 'decline', label: buttons.decline }),
      ];
    default:
      return [pressButton({ ...at, verb: 'publish', label: buttons[next] }), ...amend, discard];
  }
};

/** Of the one that is changed; null: it is about several, or none. */
export const titleOf = ({ change, put, before }: Pick<Draft, 'change' | 'put' | 'before'>): string | null =>
  change.kind === 'pack' || change.kind === 'roll-back' ? null : ((put[0] ?? before[0])?.title ?? null);

/** Everything but what is tried out. */
const bodyOf = async (world: World, kept: KeptDraft, hr: HrPerson) => {
  const { draft } = kept;
  const { locale } = hr.person;
  const own = draft.author?.person === hr.person.id;
  const replies = shownReplies(world, draft);
  const locales: readonly Locale[] = locale === 'de' ? ['de', 'en'] : ['en', 'de'];
  return {
    title: titleOf(draft),
    sentence: (await sentenceOf(world, draft))[locale],
    why: draft.why,
    by: own ? null : await nameOf(world, draft.author?.person ?? null),
    replies: replies === null ? [] : locales.map((each) => ({ locale: each, text: replies[each] })),
    ...differing(world, draft, { own, locale }),
    hash: kept.state === 'waiting' ? kept.hash.slice(0, SHOWN) : null,
    until: kept.until,
  };
};

/** Field by field, as far as a message has room. Whoever made something new has just written it, and reads it in the sentence. */
const differing = (world: World, draft: Draft, o: { readonly own: boolean; readonly locale: Locale }) => {
  const all = shownDifferences(world, draft, o.locale).filter(({ kind }) => !o.own || kind === 'changed');
  const { shown, more } = fitting(all);
  return { differences: shown, more };
};

/** Looks whole drafts through and shows it; never throws. `signal`: then what is done so far is shown, and that it was cut off. */
export const showPreview = async (
  world: World,
  o: { readonly kept: KeptDraft; readonly hr: HrPerson; readonly signal: AbortSignal },
): Promise<void> => {
  const { kept, hr } = o;
  const { locale } = hr.person;
  const texts = repliesIn(locale).restricting;
  try {
    const body = await bodyOf(world, kept, hr);
    const next = nextOf(kept, hr);
    const card = (trial: string, then: Next): Card => ({
      ...plainCard(texts.preview({ ...body, trial, next: then })),
      buttons: buttonsOf(world, kept, then, hr),
    });
    const running = (of: 'dry-run' | 'reach', percent: number): Card => ({
      ...card(texts.trial.running({ of, percent }), next),
      buttons: [],
    });
    if (!isTried(kept.draft)) {
      await beginMessage(world, { account: hr.account, card: card(texts.trial.none, next) });
      return;
    }
    const message = await beginMessage(world, { account: hr.account, card: running('dry-run', 0) });
    if (message === null) return;
    const trial = await tryOut(world, kept.draft, {
      locale,
      progress: ({ of, percent }) => message.frame(running(of, percent)),
      signal: o.signal,
    });
    // Somebody may have taken it back meanwhile.
    const still = (await findDraft(world, kept.id))?.hash === kept.hash;
    await message.end(card(trial, still ? next : 'nothing'));
  } catch (error) {
    world.log.error('restricting.preview-failed', { id: kept.id, code: codeOf(error) });
  }
};

/** Begins to show it, in a message of its own; false: too many are looked at already. */
export const beginPreview = (world: World, kept: KeptDraft, hr: HrPerson): boolean =>
  world.background.begin((signal) => showPreview(world, { kept, hr, signal }));
