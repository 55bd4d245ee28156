/** Who is in a chat, as Teams vouches for them. */
import type { Conversation, Conversations } from './conversations.ts';
import { wireIdOf } from './envelopes.ts';
import type { Json, MemberSaid, TeamsAccount } from './types.ts';

export interface Members {
  /** By either id of theirs; null: nobody of that chat has it. */
  find(conversation: Conversation, id: string): Json | null;
  all(conversation: Conversation): readonly Json[];
  /** What Teams says of somebody from now on; null: the field is left out. */
  set(user: string, said: MemberSaid): void;
}

export const createMembers = (o: { readonly conversations: Conversations; readonly tenantId: string }): Members => {
  const said = new Map<string, MemberSaid>();

  const memberOf = (person: TeamsAccount): Json => {
    const { tenant = o.tenantId } = person;
    const handle = person.name.toLowerCase().replace(/[^a-z]+/g, '.');
    const fields: Json = {
      id: wireIdOf(person, o.tenantId),
      name: person.name,
      aadObjectId: person.user,
      objectId: person.user,
      email: `${handle}@example.com`,
      userPrincipalName: tenant === o.tenantId ? `${handle}@example.com` : `${handle}_partner.example#EXT#@example.com`,
      tenantId: tenant,
      userRole: person.kind === 'guest' || person.kind === 'external' ? 'guest' : 'user',
      ...said.get(person.user),
    };
    return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
  };

  return {
    find: (conversation, id) => {
      const user = o.conversations.userOf(id);
      const person = user === null ? null : o.conversations.person(user);
      return person === null || !conversation.members.has(person.user) ? null : memberOf(person);
    },
    all: ({ members }) =>
      [...members].flatMap((user) => {
        const person = o.conversations.person(user);
        return person === null ? [] : [memberOf(person)];
      }),
    set: (user, fields) => {
      said.set(user, { ...said.get(user), ...fields });
    },
  };
};
