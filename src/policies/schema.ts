import type { Catalogue, PersonKind, PlaceKind, PlatformName, Relation } from '../core/types.ts';
import type { Pack } from './contents.ts';
import type { SchemaJson } from './engine.ts';
import { DATA, SUSPECTED } from './names.ts';

/** Kinds of people. Each is also a group of the same name, which nobody is in for any other reason. */
export const KINDS: readonly PersonKind[] = ['employee', 'contractor', 'guest', 'external'];
export const PLACES: readonly PlaceKind[] = ['direct', 'group', 'channel', 'shared'];
export const PLATFORMS: readonly PlatformName[] = ['slack', 'teams'];
export const RELATIONS: readonly Relation[] = ['self', 'report', 'other'];

/** Groups of the directory that every pack knows. */
const ROLES = ['manager', 'hr', 'payroll'];

/** The groups that rules may name: the kinds, the roles and what the pack adds. Everybody's other groups are dropped. */
export const groupsOf = (pack: Pack): readonly string[] => [...new Set([...KINDS, ...ROLES, ...pack.groups])];

/** What of a request rules may name, beside what has a fixed list of values everywhere. */
export interface Known {
  readonly groups: ReadonlySet<string>;
  readonly topics: ReadonlySet<string>;
}

export const knownOf = (pack: Pack): Known => ({
  groups: new Set(groupsOf(pack)),
  topics: new Set(pack.topics.keys()),
});

/** Whom a question is about is told by the relation alone; the resource stands in because Cedar wants one. */
export const RESOURCE = { type: 'Person', id: 'subject' } as const;

/** Each action that can be asked for, with the topic that is its group (requirement: an unknown one is refused). */
export const actionsOf = (catalogue: Catalogue): ReadonlyMap<string, string> => {
  const actions = new Map<string, string>();
  for (const intent of catalogue.intents.values()) actions.set(intent.id, intent.topic);
  for (const topic of catalogue.topics.values()) {
    actions.set(`${topic.id}.${SUSPECTED}`, topic.id);
    for (const dataClass of topic.dataClasses) actions.set(`${DATA}${dataClass}`, topic.id);
  }
  return actions;
};

/**
 * The Cedar schema of a pack (policy requirements R16, R18). Everything that has a fixed list of values is an enum entity,
 * so that a misspelling in a rule is refused at load and one in a request is refused when it is asked.
 */
export const schemaOf = (pack: Pack): SchemaJson<string> => {
  const entity = (name: string) => ({ type: 'EntityOrCommon', name }) as const;
  const context = {
    type: 'Record',
    attributes: {
      platform: entity('Platform'),
      place: entity('Place'),
      relation: entity('Relation'),
      signInAgeMinutes: { ...entity('Long'), required: false },
      now: entity('datetime'),
      hour: entity('Long'),
      weekday: entity('Long'),
      denials: entity('Long'),
      asked: { type: 'Set', element: entity('Topic') },
      refused: { type: 'Set', element: entity('Topic') },
    },
  } as const;
  const appliesTo = { principalTypes: ['User'], resourceTypes: [RESOURCE.type], context };
  const nothing = { principalTypes: [], resourceTypes: [] };
  const topics = [...pack.topics.keys()].map((id) => [id, { appliesTo: nothing }] as const);
  const actions = [...actionsOf(pack)].map(([id, topic]) => [id, { appliesTo, memberOf: [{ id: topic }] }] as const);
  return {
    '': {
      entityTypes: {
        Group: { enum: [...groupsOf(pack)] },
        Kind: { enum: [...KINDS] },
        Person: { enum: [RESOURCE.id] },
        Place: { enum: [...PLACES] },
        Platform: { enum: [...PLATFORMS] },
        Relation: { enum: [...RELATIONS] },
        Topic: { enum: [...pack.topics.keys()].sort() },
        User: {
          memberOfTypes: ['Group'],
          shape: { type: 'Record', attributes: { country: entity('String'), kind: entity('Kind') } },
        },
      },
      actions: Object.fromEntries([...topics, ...actions]),
    },
  };
};
