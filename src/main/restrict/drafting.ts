/** What somebody at the command line wants changed, read strictly, as a draft. Nothing of it is in force. */
import { z } from 'zod';
import { repliesIn } from '../../core/replies/replies.ts';
import type { Change } from '../../core/restricting/changing.ts';
import { createDraft } from '../../core/restricting/create.ts';
import type { KeptDraft } from '../../core/restricting/drafts.ts';
import { inputOf, type Values, valuesOf } from '../../core/restricting/fields.ts';
import { sentenceOf } from '../../core/restricting/meaning.ts';
import { repliesOf } from '../../core/restricting/preview.ts';
import { shownDifferences } from '../../core/restricting/shown.ts';
import type { FormFinding } from '../../core/restricting-ports.ts';
import type { PerLocale, Restriction } from '../../core/types.ts';
import type { World } from '../../core/world.ts';

const id = z.string().min(1).max(200);
const values = z.record(z.string().max(40), z.array(z.string().max(2_000)).max(300));

const wanted = z.discriminatedUnion('kind', [
  /** `template`: of the pack; what is given stands in the place of what that has. */
  z.strictObject({ kind: z.literal('add'), template: id.nullable(), values }),
  z.strictObject({ kind: z.literal('add-input'), input: z.json() }),
  z.strictObject({ kind: z.literal('change'), id, values }),
  z.strictObject({ kind: z.literal('change-input'), id, input: z.json() }),
  z.strictObject({ kind: z.literal('lift'), id }),
  z.strictObject({ kind: z.literal('suspend'), id, hours: z.number() }),
  z.strictObject({ kind: z.literal('resume'), id }),
  z.strictObject({ kind: z.literal('roll-back'), version: z.number().int().nonnegative() }),
  z.strictObject({ kind: z.literal('pack') }),
]);

export const draftShape = z.strictObject({ wanted, why: z.string().max(2_000) });
export type DraftWanted = z.infer<typeof draftShape>;

/** As the command line prints it. */
export interface DraftView {
  readonly id: string;
  readonly hash: string;
  /** It takes two people of HR. */
  readonly weaker: boolean;
  readonly sentence: PerLocale<string>;
  /** What an employee will read; null: it refuses nobody. */
  readonly reply: PerLocale<string> | null;
  /** Line by line. */
  readonly difference: string;
  /** Of the restriction; null: of none alone. */
  readonly restriction: string | null;
}

type Made =
  | { readonly ok: true; readonly draft: DraftView; readonly kept: KeptDraft }
  | { readonly ok: false; readonly says: string };

const no = (says: string): { readonly ok: false; readonly says: string } => ({ ok: false, says });

export const makeDraft = async (world: World, o: DraftWanted): Promise<Made> => {
  const change = await changeOf(world, o);
  if (!('kind' in change)) return change;
  const created = await createDraft(world, { change, why: o.why, by: null });
  if (!created.ok) {
    const typed = o.wanted.kind === 'add' || o.wanted.kind === 'change';
    return no(created.findings.map((finding) => found(world, finding, typed)).join('\n'));
  }
  return { ok: true, draft: await viewOf(world, created.kept), kept: created.kept };
};

/** The options that fill in a field of a restriction. */
const OPTIONS: Readonly<Record<string, string>> = {
  title: '--title',
  forbids: '--topic, --intent',
  appliesTo: '--for',
  exceptGroups: '--except',
  places: '--place',
  countries: '--country',
  from: '--from',
  until: '--until',
};

/** Topics and groups are few enough to say which there are. */
const known = ({ restricting: { choices } }: World, field: string): string => {
  if (field === 'forbids') return ` Topics: ${choices.topics.map((topic) => topic.id).join(', ')}.`;
  if (field === 'appliesTo' || field === 'exceptGroups') return ` Groups: ${choices.groups.join(', ')}.`;
  return '';
};

/** `typed`: options were, else a file has the restriction's own names. */
const found = (world: World, { field, what, mend }: FormFinding, typed: boolean): string => {
  const named = typed ? (OPTIONS[field] ?? field) : field;
  return `${named === '' ? '' : `${named}: `}${what} ${mend}${known(world, field)}`;
};

const viewOf = async (
  world: World,
  { id: draft, hash, draft: { change, put, ...rest } }: KeptDraft,
): Promise<DraftView> => {
  const [only] = put;
  const refuses = (change.kind === 'put' || change.kind === 'resume') && only !== undefined;
  return {
    id: draft,
    hash,
    weaker: rest.weaker,
    sentence: await sentenceOf(world, { change, put, ...rest }),
    reply: refuses ? repliesOf(world, only) : null,
    difference: repliesIn('en')
      .restricting.difference({ differences: shownDifferences(world, { put, ...rest }, 'en') })
      .trim(),
    restriction: 'id' in change ? change.id : null,
  };
};

const changeOf = async (
  world: World,
  { wanted: it, why }: DraftWanted,
): Promise<Change | { readonly ok: false; readonly says: string }> => {
  switch (it.kind) {
    case 'add': {
      const template = it.template === null ? null : (templateOf(world, it.template) ?? 'none');
      if (template === 'none') return no(noTemplate(world, it.template));
      return formed(world, { base: template, id: template?.id ?? null, stands: null, given: it.values, why });
    }
    case 'change': {
      const stands = await standing(world, it.id);
      if (stands === null) return no(noRestriction(it.id));
      return formed(world, { base: stands, id: it.id, stands, given: it.values, why });
    }
    case 'add-input':
      return { kind: 'put', input: it.input };
    case 'change-input':
      return typeof it.input === 'object' && it.input !== null && !Array.isArray(it.input)
        ? { kind: 'put', input: { ...it.input, id: it.id }, replaces: true }
        : no('The file must hold one restriction: a list of names and values.');
    case 'pack':
      return world.pinning.closed() === null ? no(NOT_CLOSED) : it;
    default:
      return it;
  }
};

/** HR's form, filled in at the command line instead of in a chat. */
const formed = (
  { restricting, clock }: World,
  o: {
    readonly base: Restriction | null;
    readonly id: string | null;
    readonly stands: Restriction | null;
    readonly given: Values;
    readonly why: string;
  },
): Change | { readonly ok: false; readonly says: string } => {
  const { id: name, stands } = o;
  const before: Values = o.base === null ? {} : valuesOf(o.base, restricting.choices);
  // A topic that is named takes the place of all that was forbidden, intents among it; and the other way round.
  const forbids = 'topics' in o.given || 'intents' in o.given ? { topics: [], intents: [] } : {};
  const filled = { ...before, ...forbids, ...o.given, why: [o.why] };
  const read = inputOf({ values: filled, id: name, stands, now: clock.now() });
  if (!read.ok) return no(read.wrong.map((field) => repliesIn('en').restricting.wrong(field)).join('\n'));
  return { kind: 'put', input: read.input, replaces: stands !== null };
};

const NOT_CLOSED =
  'This Sotto is not closed: its pack and what HR restrict are those that were approved, so there is nothing to approve. With several processes, order it on the SOTTO_DATA of one that is closed ("sotto doctor" says which).';

const templateOf = ({ restricting }: World, name: string | null): Restriction | undefined =>
  restricting.templates.find((each) => each.id === name);

const noTemplate = ({ restricting }: World, name: string | null): string =>
  `There is no template "${name}". There are: ${restricting.templates.map((each) => each.id).join(', ') || 'none'}.`;

const standing = async ({ store }: World, name: string): Promise<Restriction | null> =>
  (await store.restrictions.current()).restrictions.find((each) => each.id === name) ?? null;

const noRestriction = (name: string): string =>
  `No restriction "${name}" is in force. "sotto restrict" prints those that are.`;
