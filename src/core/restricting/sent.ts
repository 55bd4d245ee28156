/** A form that HR sent: what is wrong with it is said where it was filled in, nothing is lost; else it becomes a draft, and is shown. */
import { plainCard } from '../answer.ts';
import type { OpenedView } from '../ports.ts';
import { repliesIn } from '../replies/replies.ts';
import type { FormFinding } from '../restricting-ports.ts';
import type { Restriction, Submit } from '../types.ts';
import type { World } from '../world.ts';
import { decline, deed, editForm, picked, rollBack, stoodHash } from './asking.ts';
import { authorOf, type HrPerson } from './author.ts';
import { type FormState, readState } from './buttons.ts';
import type { Change } from './changing.ts';
import { createDraft, MOST_WHY } from './create.ts';
import { findDraft } from './drafts.ts';
import { inputOf, oneOf, type Values, type WrongField } from './fields.ts';
import { inView, type Shown } from './in-view.ts';
import { noteRestriction, subjectOf } from './note.ts';
import { beginPreview } from './preview.ts';
import { tellDeclined } from './telling.ts';

/** How long a form that is sent is known by its id, ms. Platforms send again within minutes. */
const REPEAT_MS = 60 * 60_000;

/** Answers in the view that it was sent from. Rejects where nothing became of it, and the form should stay as it was filled in. */
export const takeForm = (world: World, submit: Submit, view: OpenedView): Promise<void> =>
  inView(world, submit, view, async (hr) => {
    const state = readState(submit, { sealer: world.sealer, now: world.clock.now() });
    if (state === null) return null;
    return { reasons: ['restricting', `sent-${state.form}`], show: () => taken(world, hr, submit, state) };
  });

const taken = async (world: World, hr: HrPerson, submit: Submit, state: FormState): Promise<Shown> => {
  const { values } = submit;
  const current = async (): Promise<readonly Restriction[]> => (await world.store.restrictions.current()).restrictions;
  switch (state.form) {
    case 'pick':
      return picked(world, hr, { all: await current(), id: oneOf(values, 'which'), template: false });
    case 'pick-template':
      return picked(world, hr, { all: world.restricting.templates, id: oneOf(values, 'which'), template: true });
    case 'edit':
      return edited(world, hr, submit, state, await current());
    case 'lift':
    case 'suspend': {
      const { form } = state;
      const id = state.id ?? oneOf(values, 'which');
      const change: Change =
        form === 'lift' ? { kind: 'lift', id } : { kind: 'suspend', id, hours: Number(oneOf(values, 'hours')) };
      return drafted(world, hr, submit, change, (findings) => deed(world, hr, { ...state, form }, values, findings));
    }
    case 'roll-back': {
      const change: Change = { kind: 'roll-back', version: Number(oneOf(values, 'which')) };
      return drafted(world, hr, submit, change, (findings) => rollBack(world, hr, state, values, findings));
    }
    case 'decline':
      return declined(world, hr, state, values);
  }
};

const edited = async (
  world: World,
  hr: HrPerson,
  submit: Submit,
  { id, replaces, hash }: FormState,
  standing: readonly Restriction[],
): Promise<Shown> => {
  const { values } = submit;
  const texts = repliesIn(hr.person.locale).restricting;
  const stands = replaces ? (standing.find((each) => each.id === id) ?? null) : null;
  if (replaces && stands === null) return { card: plainCard(texts.lifted) };
  const again = async (findings: readonly string[]): Promise<Shown> =>
    editForm(world, hr, { id, stood: stands, values, findings });
  // Else the one who sends last would undo, without knowing it, what somebody else changed.
  if (stands !== null && hash !== stoodHash(stands)) return again([texts.changedMeanwhile]);
  const read = inputOf({ values, id, stands, now: world.clock.now() });
  if (!read.ok) return again(read.wrong.map(texts.wrong));
  return drafted(world, hr, submit, { kind: 'put', input: read.input, replaces }, again);
};

const FIELDS: ReadonlySet<string> = new Set<WrongField>([
  ...(['title', 'forbids', 'appliesTo', 'exceptGroups', 'places', 'countries'] as const),
  ...(['from', 'until', 'words', 'contact', 'rights', 'why'] as const),
]);

const isField = (field: string): field is WrongField => FIELDS.has(field);

/** What the policies found, in HR's own language where it is about one field. */
const said = ({ person }: HrPerson, findings: readonly FormFinding[]): readonly string[] => {
  const texts = repliesIn(person.locale).restricting;
  const lines = findings.map(({ field, what, mend }) =>
    isField(field) ? texts.wrong(field) : texts.unfit({ what, mend }),
  );
  return [...new Set(lines)];
};

/** The very form, which is made once, and what stood in it: platforms deliver again, and people press again. */
const asSent = ({ state, values }: Submit): string =>
  JSON.stringify([state, Object.entries(values).toSorted(([a], [b]) => (a < b ? -1 : 1))]);

/** The same form sent twice makes one draft, and is shown once. */
const drafted = async (
  world: World,
  hr: HrPerson,
  submit: Submit,
  change: Change,
  again: (findings: readonly string[]) => Promise<Shown>,
): Promise<Shown> => {
  const texts = repliesIn(hr.person.locale).restricting;
  const id = world.sealer.fingerprint(`restricting:${asSent(submit)}`);
  const times = await world.store.counters.add({
    key: `restricting:sent:${id}`,
    windowMs: REPEAT_MS,
    now: world.clock.now(),
  });
  if (times > 1 && (await findDraft(world, id)) !== null) return { card: plainCard(texts.takenBefore) };
  const created = await createDraft(world, { change, why: oneOf(submit.values, 'why'), by: authorOf(hr), id });
  if (!created.ok) return again(said(hr, created.findings));
  return { card: plainCard(beginPreview(world, created.kept, hr) ? texts.taken : texts.tooBusy) };
};

const declined = async (world: World, hr: HrPerson, state: FormState, values: Values): Promise<Shown> => {
  const texts = repliesIn(hr.person.locale).restricting;
  const why = oneOf(values, 'why');
  if (why === '' || why.length > MOST_WHY) return decline(world, hr, state, values, [texts.wrong('why')]);
  const kept = state.id === null ? null : await findDraft(world, state.id);
  if (kept === null || kept.state !== 'waiting' || kept.hash !== state.hash)
    return { card: plainCard(texts.voided('gone')) };
  const { change, policy, author } = kept.draft;
  if (author?.person === hr.person.id) return { card: plainCard(texts.voided('own')) };
  const restriction = subjectOf(change);
  await noteRestriction(world, { restriction, change: 'declined', by: hr.person.id, policy });
  const dropped = await world.store.proposals.drop({ id: kept.id });
  // Somebody approved it, or took it back, in this moment.
  if (dropped === 'gone') return { card: plainCard(texts.voided('gone')) };
  void tellDeclined(world, { kept, by: hr.person.id, why });
  return { card: plainCard(texts.declined) };
};
