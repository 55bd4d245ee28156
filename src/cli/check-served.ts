/** Whether what the pack asks of the backends is described: operations, their data classes, and what they are asked with. */
import type { Backend, Operation } from '../core/ports.ts';
import type { Catalogue, Intent } from '../core/types.ts';

/** Intents that name an operation which no description has, or one of a data class that is not their topic's, or other slots than it. */
export const unserved = (catalogue: Catalogue, backend: Pick<Backend, 'operation'>): readonly string[] =>
  [...catalogue.intents.values()].flatMap((intent) => {
    const { id, operation, topic } = intent;
    if (operation === null) return [];
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
      ...unfilled(intent, described),
    ];
  });

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
