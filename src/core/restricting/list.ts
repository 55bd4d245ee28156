/** What HR sees first: what is in force, what waits, what is their own, who changed what last; and the buttons for all of it. */
import { plainCard } from '../answer.ts';
import { repliesIn } from '../replies/replies.ts';
import type { Account, Button, Card, Person, Restriction } from '../types.ts';
import type { World } from '../world.ts';
import { type HrPerson, hrPerson } from './author.ts';
import { formButton, pressButton } from './buttons.ts';
import { allDrafts, type KeptDraft } from './drafts.ts';
import { changedTitle, lastVersions } from './history.ts';
import { sentenceOf, standingSentences } from './meaning.ts';
import { titleOf } from './preview.ts';
import { nameOf } from './telling.ts';

/** So many of each; platforms bound a message and its buttons. */
const MOST_LISTED = 40;
const MOST_LOOKS = 6;
const MOST_RESUMES = 3;
const MOST_VERSIONS = 5;

export const listCard = async (world: World, hr: HrPerson): Promise<Card> => {
  const { locale, id } = hr.person;
  const now = world.clock.now();
  const [{ restrictions }, kept, changes] = await Promise.all([
    world.store.restrictions.current(),
    allDrafts(world),
    lastVersions(world, MOST_VERSIONS),
  ]);
  const shown = restrictions.slice(0, MOST_LISTED);
  const waiting = kept.filter(({ state }) => state === 'waiting').slice(0, MOST_LOOKS);
  const drafts = kept.filter(({ state, draft }) => state === 'draft' && draft.author?.person === id);
  const own = drafts.slice(-MOST_LOOKS);
  const sentences = await standingSentences(world, shown, locale);
  const text = repliesIn(locale).restricting.list({
    closed: world.closed(),
    inForce: shown.map(({ title, suspendedUntil }, at) => ({
      title,
      suspendedUntil,
      sentence: sentences[at] ?? '',
    })),
    more: restrictions.length - shown.length,
    waiting: await Promise.all(
      waiting.map(async ({ draft, until }) => ({
        title: titleOf(draft),
        sentence: (await sentenceOf(world, draft))[locale],
        by: await nameOf(world, draft.author?.person ?? null),
        until,
      })),
    ),
    drafts: await Promise.all(
      own.map(async ({ draft }) => ({ title: titleOf(draft), sentence: (await sentenceOf(world, draft))[locale] })),
    ),
    versions: await Promise.all(
      changes.map(async ({ change: { version, at }, detail }) => ({
        version,
        at,
        title: changedTitle(detail),
        why: detail.why,
        by: await nameOf(world, detail.by),
        approvedBy: await nameOf(world, detail.approvedBy),
      })),
    ),
    now,
  });
  const rolls = changes.length > 1;
  return {
    ...plainCard(text),
    buttons: buttonsOf(world, hr, { restrictions, looks: [...waiting, ...own], rolls, now }),
  };
};

const buttonsOf = (
  world: World,
  { person, account }: HrPerson,
  o: {
    readonly restrictions: readonly Restriction[];
    readonly looks: readonly KeptDraft[];
    /** There is a version to roll back to. */
    readonly rolls: boolean;
    readonly now: number;
  },
): readonly Button[] => {
  const { buttons } = repliesIn(person.locale).restricting;
  const at = { sealer: world.sealer, account, now: o.now };
  const suspended = o.restrictions.filter(
    ({ suspendedUntil }) => suspendedUntil !== null && Date.parse(suspendedUntil) > o.now,
  );
  const some = o.restrictions.length > 0;
  return [
    formButton({ ...at, verb: 'new', label: buttons.new }),
    ...(world.restricting.templates.length > 0
      ? [formButton({ ...at, verb: 'template', label: buttons.template })]
      : []),
    ...(some
      ? [
          formButton({ ...at, verb: 'change', label: buttons.changeOne }),
          formButton({ ...at, verb: 'lift', label: buttons.lift }),
          formButton({ ...at, verb: 'suspend', label: buttons.suspend }),
        ]
      : []),
    ...(o.rolls ? [formButton({ ...at, verb: 'roll-back', label: buttons.rollBack })] : []),
    ...(world.closed() ? [pressButton({ ...at, verb: 'pack', label: buttons.pack })] : []),
    ...suspended
      .slice(0, MOST_RESUMES)
      .map(({ id, title }) => pressButton({ ...at, verb: 'resume', id, label: `${buttons.resume}: ${title}` })),
    ...o.looks.map(({ id, hash, draft }, index) => {
      const label = labelOf(draft, index);
      // Two changes of one restriction are told apart as they stand in the list.
      const before = o.looks.slice(0, index).filter((look, at) => labelOf(look.draft, at) === label).length;
      const numbered = before === 0 ? label : `${label} (${before + 1})`;
      return pressButton({ ...at, verb: 'look', id, hash, label: `${buttons.look}: ${numbered}` });
    }),
  ];
};

/** So short that a number behind it is not cut off. */
const LONGEST_LOOK = 56;

const labelOf = (draft: KeptDraft['draft'], index: number): string =>
  (draft.put[0]?.title ?? draft.before[0]?.title ?? String(index + 1)).slice(0, LONGEST_LOOK);

/** What the bot's own page holds for HR; nothing for anybody else. Asks the directory itself. */
export const restrictingSections = async (
  world: World,
  o: { readonly person: Person; readonly account: Account },
): Promise<readonly Card[]> => {
  // Whoever was not of HR a moment ago need not be asked about at length.
  if (!o.person.groups.includes(world.hr)) return [];
  const hr = await hrPerson(world, o.account);
  return hr === null ? [] : [await listCard(world, hr)];
};
