/** A press that asks HR something in a form. Whoever presses is authorised afresh and on record before the form is made. */
import { plainCard } from '../answer.ts';
import { restrictionsHash } from '../backed-up.ts';
import type { OpenedView } from '../ports.ts';
import { repliesIn } from '../replies/replies.ts';
import type { Form, Option, Press, Restriction } from '../types.ts';
import type { World } from '../world.ts';
import type { HrPerson } from './author.ts';
import { type Carried, type FormState, type FormVerb, readFormPress, sealState } from './buttons.ts';
import { type Draft, findDraft } from './drafts.ts';
import { type Values, valuesOf } from './fields.ts';
import { declineForm, deedForm, MOST_OPTIONS, pickForm, restrictionForm, rollBackForm } from './form.ts';
import { changedTitle, lastVersions } from './history.ts';
import { inView, type Shown } from './in-view.ts';
import { sentenceOf } from './meaning.ts';
import { nameOf } from './telling.ts';

/** Fills the view that a press opened. Never throws. */
export const openForm = (world: World, press: Press, view: OpenedView): Promise<void> =>
  inView(world, press, view, async (hr) => {
    const asked = readFormPress(press, { sealer: world.sealer, now: world.clock.now() });
    if (asked === null) return null;
    return { reasons: ['restricting', `form-${asked.verb}`], show: () => formFor(world, hr, asked) };
  });

/** By which a form knows whether what it changes is still what it was made of. A suspension is none of its fields. */
export const stoodHash = (restriction: Restriction): string =>
  restrictionsHash([{ ...restriction, suspendedUntil: null }]);

/** The form of a restriction, filled in so far. */
export const editForm = (
  world: World,
  hr: HrPerson,
  o: {
    readonly id: string | null;
    /** What it changes, as it stood; null: it is new. */
    readonly stood: Restriction | null;
    readonly values: Values;
    readonly findings?: readonly string[];
  },
): Shown => {
  const replaces = o.stood !== null;
  const state: FormState = { form: 'edit', id: o.id, replaces, hash: o.stood === null ? null : stoodHash(o.stood) };
  const form = (brief: boolean): Form =>
    restrictionForm({
      ...making(world, hr, state, o.values, o.findings ?? []),
      choices: world.restricting.choices,
      isNew: !replaces,
      brief,
    });
  return { form: form(false), brief: form(true) };
};

/** What every form is made with. */
export const making = (
  { sealer, clock }: Pick<World, 'sealer' | 'clock'>,
  { person, account }: HrPerson,
  state: FormState,
  values: Values,
  findings: readonly string[],
) => ({
  locale: person.locale,
  state: sealState({ sealer, account, now: clock.now() }, state),
  values,
  findings,
});

const nothing = ({ person }: HrPerson): Shown => ({
  card: plainCard(repliesIn(person.locale).restricting.nothingToChoose),
});

const gone = ({ person }: HrPerson): Shown => ({
  card: plainCard(repliesIn(person.locale).restricting.voided('gone')),
});

const formFor = async (world: World, hr: HrPerson, { verb, id, hash }: Carried<FormVerb>): Promise<Shown> => {
  switch (verb) {
    case 'new':
      return editForm(world, hr, { id: null, stood: null, values: {} });
    case 'template':
      return picked(world, hr, { all: world.restricting.templates, id, template: true });
    case 'change':
      return picked(world, hr, { all: await standing(world), id, template: false });
    case 'lift':
    case 'suspend':
      return deed(world, hr, { form: verb, id, replaces: false, hash: null }, {}, []);
    case 'roll-back':
      return rollBack(world, hr, { form: verb, id: null, replaces: false, hash: null }, {}, []);
    case 'decline':
      return decline(world, hr, { form: verb, id, replaces: false, hash }, {}, []);
    case 'amend': {
      const kept = id === null ? null : await findDraft(world, id);
      return kept === null || kept.draft.author?.person !== hr.person.id ? gone(hr) : amended(world, hr, kept.draft);
    }
  }
};

const standing = async ({ store }: Pick<World, 'store'>): Promise<readonly Restriction[]> =>
  (await store.restrictions.current()).restrictions;

/** The form of the one that was chosen; where several could be meant, which of them. */
export const picked = async (
  world: World,
  hr: HrPerson,
  o: { readonly all: readonly Restriction[]; readonly id: string | null; readonly template: boolean },
): Promise<Shown> => {
  const { all, template } = o;
  const chosen = o.id === null ? (all.length === 1 ? all[0] : undefined) : all.find((each) => each.id === o.id);
  if (chosen !== undefined) {
    const values = valuesOf(chosen, world.restricting.choices);
    return editForm(world, hr, { id: chosen.id, stood: template ? null : chosen, values });
  }
  if (o.id !== null || all.length === 0) return nothing(hr);
  const state: FormState = { form: template ? 'pick-template' : 'pick', id: null, replaces: false, hash: null };
  return { form: pickForm({ ...making(world, hr, state, {}, []), of: all, template }) };
};

const amended = async (world: World, hr: HrPerson, { change, put, before, why }: Draft): Promise<Shown> => {
  const [restriction] = put;
  if (change.kind !== 'put' || restriction === undefined) return nothing(hr);
  const stands = (await standing(world)).find(({ id }) => id === restriction.id);
  const stood = before.find(({ id }) => id === restriction.id) ?? stands;
  const values = { ...valuesOf(restriction, world.restricting.choices), why: [why] };
  return editForm(world, hr, { id: restriction.id, stood: stands === undefined ? null : (stood ?? null), values });
};

/** Lifts or suspends. */
export const deed = async (
  world: World,
  hr: HrPerson,
  state: FormState & { readonly form: 'lift' | 'suspend' },
  values: Values,
  findings: readonly string[],
): Promise<Shown> => {
  const all = await standing(world);
  const known = state.id === null ? all.length > 0 : all.some(({ id }) => id === state.id);
  if (!known) return nothing(hr);
  return { form: deedForm({ ...making(world, hr, state, values, findings), deed: state.form, of: all, id: state.id }) };
};

export const rollBack = async (
  world: World,
  hr: HrPerson,
  state: FormState,
  values: Values,
  findings: readonly string[],
): Promise<Shown> => {
  const { versionOption } = repliesIn(hr.person.locale).restricting;
  // The newest is what stands.
  const changes = (await lastVersions(world, MOST_OPTIONS + 1)).slice(1);
  if (changes.length === 0) return nothing(hr);
  const versions: readonly Option[] = await Promise.all(
    changes.map(async ({ change: { version, at }, detail }) => ({
      value: String(version),
      label: versionOption({ version, at, title: changedTitle(detail), by: await nameOf(world, detail.by) }).slice(
        0,
        75,
      ),
    })),
  );
  return { form: rollBackForm({ ...making(world, hr, state, values, findings), versions }) };
};

export const decline = async (
  world: World,
  hr: HrPerson,
  state: FormState,
  values: Values,
  findings: readonly string[],
): Promise<Shown> => {
  const kept = state.id === null ? null : await findDraft(world, state.id);
  if (kept === null || kept.state !== 'waiting' || kept.hash !== state.hash) return gone(hr);
  const sentence = (await sentenceOf(world, kept.draft))[hr.person.locale];
  return { form: declineForm({ ...making(world, hr, state, values, findings), sentence }) };
};
