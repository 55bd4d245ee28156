/** What may be asked of users by query, and nothing else: Graph answers 400 to what it does not know, and so does this. */
import type { GraphUser } from './tenant.ts';

const PROPERTIES = [
  'id',
  'displayName',
  'givenName',
  'surname',
  'mailNickname',
  'mail',
  'userPrincipalName',
  'userType',
  'accountEnabled',
  'country',
  'usageLocation',
  'department',
  'preferredLanguage',
  'employeeId',
] as const satisfies readonly (keyof GraphUser)[];

type Property = (typeof PROPERTIES)[number];

/** What comes where nothing is selected; whether somebody is enabled, where and of which type is not among it. */
const DEFAULTS: readonly Property[] = [
  'id',
  'displayName',
  'givenName',
  'surname',
  'mail',
  'userPrincipalName',
  'preferredLanguage',
];

/** The expansions that are understood: a person's manager, whole or by id. */
const EXPANSIONS = ['manager', 'manager($select=id)'];

const MOST_TOP = 999;
const DEFAULT_TOP = 100;

const EQUALS = /^(mail|userPrincipalName) eq '((?:[^']|'')*)'$/;

export interface UserQuery {
  readonly select: readonly Property[];
  readonly expand: 'manager' | 'manager-id' | null;
  /** Null: everybody. */
  readonly matches: ((user: GraphUser) => boolean) | null;
  readonly top: number;
}

const isProperty = (name: string): name is Property => PROPERTIES.some((it) => it === name);

const same = (left: string | null, right: string): boolean => left?.toLowerCase() === right.toLowerCase();

const matcherOf = (filter: string): UserQuery['matches'] => {
  const parts = filter.split(/ or (?=(?:[^']*'[^']*')*[^']*$)/).map((part) => EQUALS.exec(part));
  const tests = parts.flatMap((part) => {
    const [, property = '', quoted = ''] = part ?? [];
    const value = quoted.replaceAll("''", "'");
    if (property === 'mail') return [(user: GraphUser) => same(user.mail, value)];
    return property === 'userPrincipalName' ? [(user: GraphUser) => same(user.userPrincipalName, value)] : [];
  });
  return tests.length < parts.length ? null : (user) => tests.some((test) => test(user));
};

/** Null: Graph would not understand it. `of` says whether it is asked of one user or of all. */
export const userQueryOf = (query: Readonly<Record<string, unknown>>, of: 'one' | 'all'): UserQuery | null => {
  const allowed = of === 'one' ? ['$select', '$expand'] : ['$select', '$expand', '$filter', '$top'];
  const said = (name: string): string | null => {
    const value = query[name];
    return typeof value === 'string' ? value : null;
  };
  if (Object.keys(query).some((name) => !allowed.includes(name) || said(name) === null)) return null;
  const select = said('$select')?.split(',') ?? DEFAULTS;
  const expand = said('$expand');
  const filter = said('$filter');
  const matches = filter === null ? null : matcherOf(filter);
  const top = Number(said('$top') ?? DEFAULT_TOP);
  if (!select.every(isProperty) || (expand !== null && !EXPANSIONS.includes(expand))) return null;
  if ((filter !== null && matches === null) || !Number.isSafeInteger(top) || top < 1 || top > MOST_TOP) return null;
  const expansion = expand === null ? null : expand === 'manager' ? 'manager' : 'manager-id';
  return { select, expand: expansion, matches, top };
};

/** A user as it was asked for. A manager that there is none of is left out, as Graph leaves it out. */
export const shown = (
  user: GraphUser,
  query: UserQuery,
  find: (id: string) => GraphUser | null,
): Readonly<Record<string, unknown>> => {
  const manager = query.expand === null || user.manager === null ? null : find(user.manager);
  const picked = (from: GraphUser, properties: readonly Property[]): Record<string, unknown> =>
    Object.fromEntries(properties.map((property) => [property, from[property] ?? null]));
  return {
    ...picked(user, query.select),
    ...(manager === null
      ? {}
      : {
          manager: {
            '@odata.type': '#microsoft.graph.user',
            ...picked(manager, query.expand === 'manager' ? DEFAULTS : ['id']),
          },
        }),
  };
};
