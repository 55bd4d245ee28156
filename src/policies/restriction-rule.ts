import type { PerLocale, Restriction } from '../core/types.ts';
import { NO_OBLIGATIONS } from './annotations.ts';
import type { PolicyJson } from './engine.ts';
import type { Rule } from './slices.ts';

/** HR's words weigh more than those of any rule of a pack. */
const PRIORITY = 1_000;

type Body = PolicyJson['conditions'][number]['body'];

const entities = (type: string, ids: readonly string[]) => ids.map((id) => ({ type, id }));

const setOf = (type: string, ids: readonly string[]): Body => ({
  Set: entities(type, ids).map((it) => ({ Value: { __entity: it } })),
});

const principal: Body = { Var: 'principal' };
const attribute = (of: 'principal' | 'context', attr: string): Body => ({ '.': { left: { Var: of }, attr } });
const moment = (time: string): Body => ({ datetime: [{ Value: time }] });
const now = attribute('context', 'now');

/** When it holds: each of these, and unless whoever asks is excepted. What is not narrowed is not asked for. */
const conditionsOf = (o: Restriction): PolicyJson['conditions'] => {
  const when: Body[] = [];
  if (o.appliesTo.length > 0) when.push({ in: { left: principal, right: setOf('Group', o.appliesTo) } });
  if (o.places.length > 0) {
    when.push({ contains: { left: setOf('Place', o.places), right: attribute('context', 'place') } });
  }
  if (o.countries.length > 0) {
    const listed = { Set: o.countries.map((code) => ({ Value: code })) };
    when.push({ contains: { left: listed, right: attribute('principal', 'country') } });
  }
  if (o.from !== null) when.push({ '>=': { left: now, right: moment(o.from) } });
  if (o.until !== null) when.push({ '<': { left: now, right: moment(o.until) } });
  // Break-glass ends by itself, because the rule reads the time.
  if (o.suspendedUntil !== null) when.push({ '>=': { left: now, right: moment(o.suspendedUntil) } });
  return [
    ...when.map((body) => ({ kind: 'when' as const, body })),
    ...(o.exceptGroups.length > 0
      ? [{ kind: 'unless' as const, body: { in: { left: principal, right: setOf('Group', o.exceptGroups) } } }]
      : []),
  ];
};

const annotated = (name: string, said: Partial<PerLocale<string>>): Readonly<Record<string, string>> => ({
  ...(said.en === undefined ? {} : { [`${name}_en`]: said.en }),
  ...(said.de === undefined ? {} : { [`${name}_de`]: said.de }),
});

/** Id of the rule that a restriction is; no rule of a pack can have it. */
export const ruleIdOf = (restriction: Pick<Restriction, 'id'>): string => `hr:${restriction.id}`;

/**
 * The forbid that a restriction is, in Cedar's JSON form: values stay values, and no text of HR's is ever pasted into a
 * rule (R25). A restriction can only take away, because `forbid` is written here and nowhere else (R28).
 */
export const ruleOf = (restriction: Restriction): Rule => {
  const { words, contact, rights } = restriction;
  const id = ruleIdOf(restriction);
  const json: PolicyJson = {
    effect: 'forbid',
    principal: { op: 'All' },
    action: { op: 'in', entities: entities('Action', restriction.forbids) },
    resource: { op: 'All' },
    conditions: conditionsOf(restriction),
    annotations: {
      id,
      priority: String(PRIORITY),
      ...annotated('reply', words),
      ...annotated('contact', contact),
      ...annotated('rights', rights),
    },
  };
  return {
    id,
    source: json,
    json,
    notes: { effect: 'forbid', obligations: NO_OBLIGATIONS, said: { words, contact, rights }, priority: PRIORITY },
  };
};
