/** Who is told what becomes of a change: HR of what waits for a second person and of break-glass, the author of what came of theirs. */
import { plainCard } from '../answer.ts';
import { codeOf } from '../errors.ts';
import type { RestrictionChange } from '../ports.ts';
import { repliesIn } from '../replies/replies.ts';
import { peopleOf, type ToldPerson, tell } from '../tell.ts';
import type { Card, Locale, PerLocale } from '../types.ts';
import type { World } from '../world.ts';
import type { Author } from './author.ts';
import { formButton, pressButton } from './buttons.ts';
import type { KeptDraft } from './drafts.ts';
import { sentenceOf } from './meaning.ts';

type Text = (texts: ReturnType<typeof repliesIn>['restricting'], locale: Locale) => string;

const textCard =
  (text: Text, buttons: (to: ToldPerson) => Card['buttons'] = () => []) =>
  (to: ToldPerson): Card => {
    const { locale } = to.person;
    return { ...plainCard(text(repliesIn(locale).restricting, locale)), buttons: buttons(to) };
  };

/** How somebody is called; their id where the directory does not say. */
export const nameOf = async ({ directory }: Pick<World, 'directory'>, person: string | null): Promise<string | null> =>
  person === null ? null : ((await directory.colleague(person).catch(() => null))?.name ?? person);

/** Best effort: what is told here stands in the list and on record as well. */
const quietly = async (world: Pick<World, 'log'>, id: string, telling: () => Promise<unknown>): Promise<void> => {
  try {
    await telling();
  } catch (error) {
    world.log.warn('restricting.not-told', { id, code: codeOf(error) });
  }
};

/** Everybody of HR but the author. Never rejects. */
export const tellWaiting = (world: World, { id, draft, hash, until }: KeptDraft): Promise<void> =>
  quietly(world, id, async () => {
    const [sentence, name] = [await sentenceOf(world, draft), await nameOf(world, draft.author?.person ?? null)];
    const people = (await peopleOf(world, world.hr)).filter((person) => person !== draft.author?.person);
    const card = textCard(
      (texts, locale) => texts.asksYou({ name, sentence: sentence[locale], why: draft.why, until }),
      ({ account, person }) => [
        pressButton({
          sealer: world.sealer,
          account,
          now: world.clock.now(),
          verb: 'look',
          id,
          hash,
          label: repliesIn(person.locale).restricting.buttons.look,
        }),
      ],
    );
    await tell(world, { people, card, key: `restricting:${id}:waiting` });
  });

const toAuthor = (world: World, author: Author | null, key: string, text: Text): Promise<unknown> =>
  author === null ? Promise.resolve() : tell(world, { people: [author.person], card: textCard(text), key });

/** The author of what a second person approved; and of break-glass everybody who should know. Never rejects. */
export const tellPublished = (
  world: World,
  o: {
    readonly kept: KeptDraft;
    readonly author: Author;
    readonly approver: Author | null;
    readonly kind: RestrictionChange['change'];
  },
): Promise<void> => {
  const { kept, author, approver } = o;
  const { id, draft } = kept;
  return quietly(world, id, async () => {
    const sentence = await sentenceOf(world, draft);
    if (o.kind === 'suspended') {
      world.log.error('restriction.suspended', { id });
      await tellBroken(world, { id, author: author.person, sentence, why: draft.why });
    }
    if (approver === null) return;
    const name = (await nameOf(world, approver.person)) ?? '';
    await toAuthor(world, author, `restricting:${id}:approved`, (texts, locale) =>
      texts.approvedYours({ name, sentence: sentence[locale] }),
    );
  });
};

/** Break-glass is loud. Everybody is told once, however often this is called. `author`: a directory id. Never rejects. */
export const tellBroken = (
  world: World,
  o: {
    readonly id: string;
    readonly author: string | null;
    readonly sentence: PerLocale<string>;
    readonly why: string;
  },
): Promise<void> =>
  quietly(world, o.id, async () => {
    const name = (await nameOf(world, o.author)) ?? '';
    const [hr, operators] = await Promise.all([peopleOf(world, world.hr), peopleOf(world, world.operators)]);
    const { securityContact: contact } = world;
    const card = textCard((texts, locale) => texts.broken({ name, sentence: o.sentence[locale], why: o.why }));
    // Each of these is bounded: a large one leaves the others their room.
    for (const people of [[...(contact === null ? [] : [contact]), ...operators], hr])
      await tell(world, {
        people: people.filter((person) => person !== o.author),
        card,
        key: `restricting:${o.id}:broken`,
      });
  });

/** Never rejects. */
export const tellDeclined = (
  world: World,
  { kept, by, why }: { readonly kept: KeptDraft; readonly by: string; readonly why: string },
): Promise<void> =>
  quietly(world, kept.id, async () => {
    const [sentence, name] = [await sentenceOf(world, kept.draft), (await nameOf(world, by)) ?? ''];
    await toAuthor(world, kept.draft.author, `restricting:${kept.id}:declined`, (texts, locale) =>
      texts.declinedYours({ name, sentence: sentence[locale], why }),
    );
  });

/** A restriction ends soon. Never rejects. */
export const tellLapsing = (
  world: World,
  o: { readonly id: string; readonly sentence: PerLocale<string>; readonly until: string; readonly key: string },
): Promise<void> =>
  quietly(world, o.id, async () => {
    const card = textCard(
      (texts, locale) => texts.lapses({ sentence: o.sentence[locale], until: o.until, now: world.clock.now() }),
      ({ account, person }) => [
        formButton({
          sealer: world.sealer,
          account,
          now: world.clock.now(),
          verb: 'change',
          id: o.id,
          label: repliesIn(person.locale).restricting.buttons.change,
        }),
      ],
    );
    await tell(world, { people: await peopleOf(world, world.hr), card, key: o.key });
  });
