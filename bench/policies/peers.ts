/** The same rules given to casbin and to CASL, which stand in `bench/package.json` out of the product's own tree, and to a plain table. */
import type { PolicyRequest } from '../../src/core/types.ts';
import { loadPeer } from '../peer.ts';
import type { Line } from './pack.ts';

/** As much of casbin as is used here. */
export interface Casbin {
  newModelFromString(text: string): unknown;
  newEnforcer(model: unknown, adapter?: unknown): Promise<Enforcer>;
  readonly StringAdapter: new (policy: string) => unknown;
}
interface Enforcer {
  addFunction(name: string, act: (...args: readonly never[]) => unknown): Promise<void>;
  enforceSync(...request: readonly unknown[]): boolean;
}

interface Ability {
  can(action: string, subject: unknown): boolean;
}
interface CaslRule {
  readonly action: string;
  readonly subject: string;
  readonly inverted?: boolean;
  readonly conditions?: Readonly<Record<string, unknown>>;
}
export interface Casl {
  createMongoAbility(rules: readonly CaslRule[]): Ability;
  subject(type: string, it: object): unknown;
}

/** Null: it is not here and could not be installed. */
export const loadCasbin = (): Casbin | null => loadPeer<Casbin>('casbin');
export const loadCasl = (): Casl | null => loadPeer<Casl>('@casl/ability');

/** Whether somebody may ask this. */
export type Decides = (request: PolicyRequest) => boolean;

const topicOf = (intent: string): string => intent.split('.')[0] ?? '';
const groupsOf = ({ person }: PolicyRequest): readonly string[] => [person.kind, ...person.groups];

const ANY = '*';

export const CASBIN_MODEL = `
[request_definition]
r = who, act, topic, ctx
[policy_definition]
p = groups, act, place, about, signIn, denials, eft
[policy_effect]
e = some(where (p.eft == allow)) && !some(where (p.eft == deny))
[matchers]
m = (p.act == "*" || p.act == r.act || p.act == r.topic) && (p.groups == "*" || anyOf(r.who, p.groups)) && \
(p.place == "*" || p.place == r.ctx.place) && (p.about == "*" || p.about == r.ctx.about) && \
(p.signIn == "*" || atMost(r.ctx.signInAgeMinutes, p.signIn)) && (p.denials == "*" || atLeast(r.ctx.denials, p.denials))
`;

export const casbinOf = async (casbin: Casbin, lines: readonly Line[]): Promise<Decides> => {
  const policy = lines.map(({ groups, on, place, about, signIn, denials, effect }) => {
    const eft = effect === 'permit' ? 'allow' : 'deny';
    const who = groups.length === 0 ? ANY : groups.join('|');
    return ['p', who, on ?? ANY, place ?? ANY, about ?? ANY, signIn ?? ANY, denials ?? ANY, eft].join(', ');
  });
  const enforcer = await casbin.newEnforcer(
    casbin.newModelFromString(CASBIN_MODEL),
    new casbin.StringAdapter(policy.join('\n')),
  );
  await enforcer.addFunction('anyOf', (mine: readonly string[], groups: string) =>
    groups.split('|').some((it) => mine.includes(it)),
  );
  await enforcer.addFunction('atMost', (age: number | null, most: string) => age !== null && age <= Number(most));
  await enforcer.addFunction('atLeast', (count: number, least: string) => count >= Number(least));
  return (request) => enforcer.enforceSync(groupsOf(request), request.action, topicOf(request.action), request);
};

/** One ability for each set of groups, kept, as CASL means it. Permits first: in CASL the last rule that fits decides. */
export const caslOf = (casl: Casl, lines: readonly Line[], intents: readonly string[]): Decides => {
  const kept = new Map<string, Ability>();
  const abilityOf = (groups: readonly string[]): Ability => {
    const mine = lines.filter((it) => it.groups.length === 0 || it.groups.some((group) => groups.includes(group)));
    const rules = mine.flatMap(({ effect, on, place, about, signIn, denials }) => {
      const conditions = {
        ...(place === null ? {} : { place }),
        ...(about === null ? {} : { about }),
        ...(signIn === null ? {} : { signInAgeMinutes: { $ne: null, $lte: signIn } }),
        ...(denials === null ? {} : { denials: { $gte: denials } }),
      };
      const actions = on === null ? ['manage'] : on.includes('.') ? [on] : intents.filter((it) => topicOf(it) === on);
      return actions.map((action) => ({ action, subject: 'Question', inverted: effect === 'forbid', conditions }));
    });
    return casl.createMongoAbility(rules.toSorted((a, b) => Number(a.inverted) - Number(b.inverted)));
  };
  return (request) => {
    const groups = groupsOf(request);
    const name = groups.join('|');
    const ability = kept.get(name) ?? abilityOf(groups);
    kept.set(name, ability);
    return ability.can(request.action, casl.subject('Question', { ...request }));
  };
};

/** Rules in an array for each intent, looked at one by one: the least that anybody could write. */
export const tableOf = (lines: readonly Line[], intents: readonly string[]): Decides => {
  const byIntent = new Map(
    intents.map((intent) => [intent, lines.filter(({ on }) => on === null || on === intent || on === topicOf(intent))]),
  );
  return (request) => {
    const groups = groupsOf(request);
    const { place, about, signInAgeMinutes: age, denials } = request;
    const fits = (it: Line): boolean =>
      (it.groups.length === 0 || it.groups.some((group) => groups.includes(group))) &&
      (it.place === null || it.place === place) &&
      (it.about === null || it.about === about) &&
      (it.signIn === null || (age !== null && age <= it.signIn)) &&
      (it.denials === null || denials >= it.denials);
    const fitting = (byIntent.get(request.action) ?? []).filter(fits);
    return fitting.some(({ effect }) => effect === 'permit') && fitting.every(({ effect }) => effect === 'permit');
  };
};
