/**
 * What a pack decides by, as one text that another can be held against: what was approved once is what answers, and a pack that
 * differs answers nobody until it is proved to permit no more, or is approved.
 */
import { z } from 'zod';
import { safely } from '../core/safely.ts';
import type { Intent, Obligations, PerLocale } from '../core/types.ts';
import { strictest } from './annotations.ts';
import { canonicalJson, wholeHash } from './canonical.ts';
import type { Pack } from './contents.ts';
import type { LoadedPack } from './loaded-pack.ts';
import { placeholdersOf } from './names.ts';
import { actionsOf, schemaOf } from './schema.ts';

export interface PackPin {
  /** SHA-256 of the body, hex. */
  readonly pack: string;
  /** Plain JSON. Holds no restriction, no words that people are told but the rules' own, and no sentence of the training data. */
  readonly body: string;
}

const showMode = z.enum(['message', 'hold-reveal', 'view']);
const obligations = z.strictObject({
  show: showMode,
  expiresSeconds: z.number().nullable(),
  moreTime: z.number(),
  redact: z.array(z.string()),
  /** An older pin says nothing of it: no answer left the private chat. */
  inPlace: z.literal(true).exactOptional(),
});
/** A rule without its id and without what it says: what it permits or forbids, as canonical JSON. */
const rule = z.strictObject({ effect: z.enum(['permit', 'forbid']), clause: z.string(), obligations });

const shape = z.strictObject({
  layout: z.literal(1),
  /** The schema without its groups, topics and actions, hashed: how questions are described to rules. */
  schema: z.string(),
  actions: z.record(z.string(), z.string()),
  rules: z.array(rule),
  /** Everything that recognition is trained on, hashed. */
  recognition: z.string(),
  /** What an intent reads, of whom, and which fields of it stand in the answer. */
  intents: z.record(
    z.string(),
    z.strictObject({
      about: z.string(),
      operation: z.string().nullable(),
      fields: z.strictObject({ own: z.array(z.string()), others: z.array(z.string()), each: z.array(z.string()) }),
      /** Which of their records may be chosen by a slot, with its type. An older pin says nothing of it: none could. */
      slots: z.array(z.string()).optional(),
    }),
  ),
  mostPerMinute: z.record(z.string(), z.number()),
  /** Of the pack's files and rules as they stand, so that every difference is one. */
  whole: z.string(),
});
type Pinned = z.infer<typeof shape>;

const schemaShape = (pack: Pack): string => {
  const { '': own } = schemaOf({ ...pack, groups: [], topics: new Map(), intents: new Map() });
  return wholeHash(own);
};

const named = (texts: PerLocale<string>): readonly string[] =>
  [...new Set([texts.en, texts.de].flatMap((text) => [...(placeholdersOf(text) ?? ['?'])]))].sort();

/** Which fields stand in which answer. A text that an intent lacks is another's in its stead (`worded` in core/redact.ts). */
const fieldsOf = ({ say, sayOf, each }: Intent): Pinned['intents'][string]['fields'] => {
  // What a description says is not the pack's to pin; that it is the description which says it is.
  if (say === null) return { own: [DESCRIBED], others: [DESCRIBED], each: [DESCRIBED] };
  return fieldsSaid({ say, sayOf, each });
};

/** No field has such a name, so no intent goes from one to the other without being approved. */
const DESCRIBED = '(as described)';

const fieldsSaid = ({
  say,
  sayOf,
  each,
}: Pick<Intent, 'sayOf' | 'each'> & { readonly say: PerLocale<string> }): Pinned['intents'][string]['fields'] => ({
  own: [...named(say)],
  others: [...named(sayOf ?? say)],
  each: each === null ? [...new Set([...named(say), ...named(sayOf ?? say)])] : [...named(each)],
});

/** `rules`: of the pack alone. */
export const pinOf = ({ catalogue: pack, rules }: Pick<LoadedPack, 'catalogue' | 'rules'>): PackPin => {
  const intents = [...pack.intents.values()];
  const topics = [...pack.topics.values()];
  const pinned: Pinned = {
    layout: 1,
    schema: schemaShape(pack),
    actions: Object.fromEntries(actionsOf(pack)),
    rules: rules.map(({ json, notes }) => ({
      effect: notes.effect,
      clause: canonicalJson({ ...json, annotations: undefined }),
      obligations: { ...notes.obligations, redact: [...notes.obligations.redact] },
    })),
    recognition: wholeHash({
      intents: Object.fromEntries(intents.map(({ id, topic, examples }) => [id, { topic, examples }])),
      topics: Object.fromEntries(topics.map(({ id, guard }) => [id, guard])),
      background: pack.background,
    }),
    intents: Object.fromEntries(
      intents.map((it) => [
        it.id,
        {
          about: it.about,
          operation: it.operation,
          fields: fieldsOf(it),
          ...(it.slots === undefined ? {} : { slots: it.slots.map(({ name, type }) => `${name}: ${type}`).sort() }),
        },
      ]),
    ),
    mostPerMinute: Object.fromEntries(topics.map(({ id, mostPerMinute }) => [id, mostPerMinute])),
    whole: wholeHash({ pack: pack.hash, schema: schemaOf(pack), rules: rules.map(({ id, json }) => ({ id, json })) }),
  };
  const body = canonicalJson(pinned);
  return { pack: wholeHash(pinned), body };
};

/** Null where it is none of ours, or of another layout: then nothing is proved by it. */
const readPinned = (body: string): Pinned | null => {
  try {
    const parsed = safely(shape, JSON.parse(body));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
};

type Clauses = ReadonlyMap<string, Obligations>;

/** What each clause asks for; rules of the same clause apply together, so what they ask for is joined. */
const clausesOf = (rules: Pinned['rules'], effect: 'permit' | 'forbid'): Clauses => {
  const grouped = Map.groupBy(
    rules.filter((it) => it.effect === effect),
    ({ clause }) => clause,
  );
  return new Map([...grouped].map(([clause, same]) => [clause, strictest(same.map((it) => it.obligations))]));
};

/** Whether whatever is shown with these is shown at least as carefully as with those. */
const asStrict = (now: Obligations, before: Obligations): boolean =>
  canonicalJson(strictest([now, before])) === canonicalJson(strictest([now]));

const asksNothing = (it: Obligations): boolean =>
  it.show === 'message' && it.expiresSeconds === null && it.redact.length === 0;

/** Whether a rule beside it says that its answer may stand where it was asked: then whoever says nothing of it keeps it private. */
const sharesPlaces = (permits: Clauses): boolean => [...permits.values()].some((it) => it.inPlace === true);

const permitsNoMore = (now: Pinned, before: Pinned): boolean => {
  const forbids = { now: clausesOf(now.rules, 'forbid'), before: clausesOf(before.rules, 'forbid') };
  const permits = { now: clausesOf(now.rules, 'permit'), before: clausesOf(before.rules, 'permit') };
  return (
    [...forbids.before.keys()].every((clause) => forbids.now.has(clause)) &&
    [...permits.now].every(([clause, asked]) => {
      const stood = permits.before.get(clause);
      return stood !== undefined && asStrict(asked, stood);
    }) &&
    // A permit that asked for care made every other one that applied beside it careful: without it they would not be.
    [...permits.before].every(
      ([clause, asked]) =>
        permits.now.has(clause) || (asksNothing(asked) && (asked.inPlace === true || !sharesPlaces(permits.now))),
    )
  );
};

const within = (part: readonly string[], whole: readonly string[]): boolean => part.every((it) => whole.includes(it));

/** The same data read of the same people, and no further field of it said. */
const saysNoMore = (now: Pinned, before: Pinned): boolean =>
  Object.entries(now.intents).every(([id, it]) => {
    const stood = before.intents[id];
    return (
      stood !== undefined &&
      stood.about === it.about &&
      stood.operation === it.operation &&
      within(it.slots ?? [], stood.slots ?? []) &&
      (['own', 'others', 'each'] as const).every((part) => within(it.fields[part], stood.fields[part]))
    );
  }) && Object.entries(now.mostPerMinute).every(([topic, most]) => most <= (before.mostPerMinute[topic] ?? 0));

/**
 * Holds the pack as it is now against the one that was pinned, both by their bodies. `stricter`: it differs, and it is proved that
 * it permits nobody anything that was not permitted, shows nothing less carefully, and recognises as before. `unproved`: that could
 * not be shown, also where what was pinned cannot be read.
 */
export const comparePacks = (o: {
  readonly pinned: string;
  readonly now: string;
}): 'same' | 'stricter' | 'unproved' => {
  if (o.pinned === o.now) return 'same';
  const [before, now] = [readPinned(o.pinned), readPinned(o.now)];
  if (before === null || now === null) return 'unproved';
  // Rules that stand unchanged could mean more where there are more actions in a topic.
  const actions = Object.entries(now.actions).every(([action, topic]) => before.actions[action] === topic);
  const proved =
    before.schema === now.schema &&
    before.recognition === now.recognition &&
    actions &&
    permitsNoMore(now, before) &&
    saysNoMore(now, before);
  return proved ? 'stricter' : 'unproved';
};
