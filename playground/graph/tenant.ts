/** The people and groups of an Entra tenant on this machine, and everything that can happen to them. */

export interface GraphUser {
  /** Object id, a GUID in lower case. */
  readonly id: string;
  readonly displayName: string | null;
  readonly givenName: string | null;
  readonly surname: string | null;
  readonly mailNickname: string | null;
  readonly mail: string | null;
  readonly userPrincipalName: string;
  readonly userType: 'Member' | 'Guest' | null;
  readonly accountEnabled: boolean;
  readonly country: string | null;
  readonly usageLocation: string | null;
  readonly department: string | null;
  readonly preferredLanguage: string | null;
  /** Absent: none. */
  readonly employeeId?: string | null;
  readonly manager: string | null;
}

export interface GraphGroup {
  /** Object id, a GUID in lower case. */
  readonly id: string;
  /** Object ids of users and of groups, whose members count as well. */
  readonly members: readonly string[];
  /** Hidden membership: it seems empty to an app without Member.Read.Hidden. */
  readonly hidden?: boolean;
}

export interface Tenant {
  user(id: string): GraphUser | null;
  /** In the order in which they came. */
  users(): readonly GraphUser[];
  isGroup(id: string): boolean;
  /** Whether nobody but an app with Member.Read.Hidden sees who is in it. */
  isHidden(id: string): boolean;
  /** What advanced queries are answered from stays as it is now (true), or is as everything is again. */
  lag(is: boolean): void;
  /** Also through other groups. */
  isIn(user: string, group: string): boolean;
  /** Users who are in this group, also through others, in the order in which they came: as the index has it, which may be behind. */
  membersOf(group: string): readonly GraphUser[];
  add(user: GraphUser): void;
  change(id: string, changed: Partial<Omit<GraphUser, 'id'>>): void;
  /** As if they had never been: groups and reports lose them, too. */
  remove(id: string): void;
  join(user: string, group: string): void;
  leave(user: string, group: string): void;
}

export const createTenant = (o: {
  readonly users: readonly GraphUser[];
  readonly groups: readonly GraphGroup[];
}): Tenant => {
  const users = new Map(o.users.map((user) => [user.id, user]));
  const groups = new Map(o.groups.map(({ id, members }) => [id, new Set(members)]));

  const known = (id: string): GraphUser => {
    const user = users.get(id);
    if (user === undefined) throw new Error(`Nobody in the stand-in has the object id "${id}".`);
    return user;
  };
  const membersOf = (id: string): Set<string> => {
    const members = groups.get(id);
    if (members === undefined) throw new Error(`No group of the stand-in has the object id "${id}".`);
    return members;
  };
  const isIn = (user: string, group: string, seen: ReadonlySet<string>): boolean => {
    const members = groups.get(group);
    if (members === undefined || seen.has(group)) return false;
    return members.has(user) || [...members].some((member) => isIn(user, member, new Set([...seen, group])));
  };

  let indexed: ReadonlyMap<string, readonly GraphUser[]> | null = null;
  const hidden = new Set(o.groups.flatMap((group) => (group.hidden === true ? [group.id] : [])));
  const inGroup = (group: string): readonly GraphUser[] =>
    [...users.values()].filter(({ id }) => isIn(id, group, new Set()));

  return {
    isHidden: (id) => hidden.has(id),
    lag: (is) => {
      indexed = is ? new Map([...groups.keys()].map((group) => [group, inGroup(group)])) : null;
    },
    user: (id) => users.get(id) ?? null,
    users: () => [...users.values()],
    isGroup: (id) => groups.has(id),
    isIn: (user, group) => isIn(user, group, new Set()),
    membersOf: (group) => indexed?.get(group) ?? inGroup(group),
    add: (user) => void users.set(user.id, user),
    change: (id, changed) => void users.set(id, { ...known(id), ...changed }),
    remove: (id) => {
      users.delete(known(id).id);
      for (const members of groups.values()) members.delete(id);
      for (const user of users.values()) if (user.manager === id) users.set(user.id, { ...user, manager: null });
    },
    join: (user, group) => void membersOf(group).add(known(user).id),
    leave: (user, group) => void membersOf(group).delete(known(user).id),
  };
};
