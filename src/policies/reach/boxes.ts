/**
 * Requests that come out alike, put together: a box holds some values of each attribute, and stands for every request made of them.
 * Boxes do not overlap, and all of them together are every request.
 */
import type { PolicyRequest } from '../../core/types.ts';
import type { JudgedAction } from './enumerate.ts';
import type { Outcome } from './messages.ts';

/** Attributes of a request beside its groups, in the order in which a row says them. */
export const ATTRIBUTES = [
  'kind',
  'place',
  'about',
  'signInAgeMinutes',
  'person',
  'platform',
  'country',
  'denials',
  'asked',
  'refused',
  'now',
] as const;

type Attribute = (typeof ATTRIBUTES)[number];
type Value = string | number | boolean | null | readonly string[];

/** Values by attribute; a group's are true (in it) and false. */
export interface Box {
  readonly action: string;
  readonly values: Readonly<Record<Attribute, readonly Value[]>>;
  readonly groups: Readonly<Record<string, readonly boolean[]>>;
  readonly outcome: Outcome;
}

const attributeIn = (request: PolicyRequest, attribute: Attribute): Value => {
  switch (attribute) {
    case 'kind':
    case 'country':
      return request.person[attribute];
    case 'person':
      return request.person.id;
    default:
      return request[attribute];
  }
};

interface Loose {
  /** By the attribute's place: its values as JSON, in the order of the cells. */
  readonly parts: readonly (readonly string[])[];
  readonly outcome: Outcome;
}

/** Joins boxes that differ in one attribute alone. */
const joinedBy = (boxes: readonly Loose[], at: number): readonly Loose[] => {
  const alike = Map.groupBy(boxes, ({ parts, outcome }) => JSON.stringify([parts.with(at, []), outcome]));
  return [...alike.values()].flatMap((same) => {
    const [first] = same;
    if (first === undefined) return [];
    const part = same.flatMap(({ parts }) => parts[at] ?? []);
    return [{ ...first, parts: first.parts.with(at, part) }];
  });
};

/** As few boxes as joining finds, again and again until nothing is left to join; the same rules give the same. */
export const boxesOf = (judged: JudgedAction): readonly Box[] => {
  const { action, count, request, outcome, cuts } = judged;
  let boxes: readonly Loose[] = Array.from({ length: count }, (_, at) => {
    const it = request(at);
    const groups = cuts.groups.map((group) => [JSON.stringify(it.person.groups.includes(group))]);
    const others = ATTRIBUTES.map((attribute) => [JSON.stringify(attributeIn(it, attribute))]);
    return { parts: [...others, ...groups], outcome: outcome(at) };
  });
  // What is read least often is joined first, so that what is left is what people look for: who, where, about whom.
  const order = (boxes[0]?.parts ?? []).map((_, at) => at).toReversed();
  for (let before = -1; before !== boxes.length; ) {
    before = boxes.length;
    for (const at of order) boxes = joinedBy(boxes, at);
  }
  const parsed = <T>(part: readonly string[] | undefined): readonly T[] => (part ?? []).map((it): T => JSON.parse(it));
  return boxes.map(({ parts, outcome: same }) => ({
    action,
    values: Object.fromEntries(ATTRIBUTES.map((name, at) => [name, parsed<Value>(parts[at])])) as Box['values'],
    groups: Object.fromEntries(cuts.groups.map((group, at) => [group, parsed<boolean>(parts[ATTRIBUTES.length + at])])),
    outcome: same,
  }));
};
