/** Whether what the pack asks of the backends is described: operations, their data classes, and what they are asked with. */
import type { Backend, Operation } from '../core/ports.ts';
import type { Catalogue, Intent } from '../core/types.ts';

/**
 * Intents of the pack that ships whose operation nobody has described yet: what a company has not connected is no mistake. `shipped`: by
 * that pack alone.
 */
export const unconnected = (
  catalogue: Catalogue,
  shipped: Pick<Catalogue, 'intents'>,
  backend: Pick<Backend, 'operation'>,
): ReadonlySet<string> =>
  new Set(
    [...catalogue.intents.values()].flatMap(({ id, operation }) =>
      operation !== null && backend.operation(operation) === null && shipped.intents.get(id)?.operation === operation
        ? [id]
        : [],
    ),
  );

const MOST_NAMED = 8;

export const unconnectedNotes = (ids: ReadonlySet<string>): readonly string[] => {
  if (ids.size === 0) return [];
  const [named, more] = [[...ids].slice(0, MOST_NAMED), ids.size - MOST_NAMED];
  return [
    `${ids.size} of the questions that ship cannot be answered, for no description has their operations: ${named.join(', ')}${more > 0 ? ` and ${more} others` : ''}. Whoever asks them is told that the system could not be reached.`,
  ];
};

/** Intents that name an operation which no description has, or one of a data class that is not their topic's, or other slots than it. */
export const unserved = (
  catalogue: Catalogue,
  backend: Pick<Backend, 'operation'>,
  /** Ids of intents that are not looked at. */
  except: ReadonlySet<string> = new Set(),
): readonly string[] =>
  [...catalogue.intents.values()].flatMap((intent) => {
    const { id, operation, topic } = intent;
    if (operation === null || except.has(id)) return [];
    const described = backend.operation(operation);
    if (described === null)
      return [`${id} is answered by "${operation}", and no backend description has it. Describe it or mend the name.`];
    const classes = catalogue.topics.get(topic)?.dataClasses ?? [];
    return [
      ...(classes.includes(described.dataClass)
        ? []
        : [
            `${id} is answered by "${operation}", whose data class "${described.dataClass}" is not one of the topic "${topic}".`,
          ]),
      ...formless(intent, described),
      ...unsaid(intent, described),
      ...unfilled(intent, described),
    ];
  });

/** Nothing is written that nobody filled in or confirmed, and no form is filled in for nothing. */
const formless = ({ id, form }: Intent, { name, writes }: Operation): readonly string[] => {
  if ((form !== undefined) === (writes !== undefined)) return [];
  return form === undefined
    ? [
        `"${name}" changes something, and ${id} has no form, so nothing says what people do with what they fill in. Give it one (form: in the pack).`,
      ]
    : [`${id} has a form, and "${name}" changes nothing. Remove the form, or say how it is written (write:).`];
};

/** Of an intent without words of its own: what the description does not say either. That something was written is said in words of ours. */
const unsaid = ({ id, say }: Intent, { name, list, says, writes }: Operation): readonly string[] => {
  if (say !== null || writes !== undefined) return [];
  if (says === undefined)
    return [
      `${id} says nothing, and neither does the description of "${name}". Write say in the pack, or say, each or card in the description.`,
    ];
  if (list && says.each === null)
    return [
      `${id} says nothing, and "${name}" is a list whose description has no line for each record. Write each there.`,
    ];
  return !list && says.say === null && says.facts.length === 0
    ? [`${id} says nothing, and the description of "${name}" has neither say nor card. Write one of them there.`]
    : [];
};

const unfilled = ({ id, slots: own = [] }: Intent, { name, slots: asked = [] }: Operation): readonly string[] => [
  ...asked.flatMap((it) => {
    const slot = own.find((each) => each.name === it.name);
    if (slot === undefined)
      return [
        `"${name}" is asked with {slot.${it.name}}, and ${id} has no such slot. Give it one, or mend the description.`,
      ];
    if (it.part && slot.type !== 'period')
      return [
        `"${name}" is asked with an end of {slot.${it.name}}, and the slot of ${id} is no period. Name it whole.`,
      ];
    return it.needed && !slot.required
      ? [`"${name}" cannot be asked without {slot.${it.name}}, and ${id} does not require it. Say required: true.`]
      : [];
  }),
  ...own.flatMap((slot) =>
    asked.some((it) => it.name === slot.name)
      ? []
      : [
          `${id} has the slot "${slot.name}", and "${name}" is not asked with it. Add it to the description, or remove the slot.`,
        ],
  ),
];
