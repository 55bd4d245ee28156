/** What a call of the Connector asks for, read of its address. */
import { fieldsIn } from '../../src/adapters/bounded/fields.ts';
import type { Incoming } from './connector.ts';
import type { Json, TeamsVerb } from './types.ts';

/** What a call asks for; ids decoded. */
export interface Asked {
  readonly verb: TeamsVerb;
  readonly conversation: string;
  readonly activity: string;
  readonly member: string;
  readonly body: Json;
  /** It is about a message for one person alone. */
  readonly targeted: boolean;
}

export const NOTHING: Asked = {
  verb: 'unknown',
  conversation: '',
  activity: '',
  member: '',
  body: {},
  targeted: false,
};

/** The one query that there is, on calls of activities alone. */
const TARGETED = '?isTargetedActivity=true';

/** Limits are of a chat, whatever the thread. */
export const chatOf = ({ conversation }: Asked): string => conversation.split(';', 1)[0] ?? '';

type KnownAsked = Asked & { readonly verb: Exclude<TeamsVerb, 'token' | 'unknown'> };

/** Null where the Connector has no such call, as far as Sotto may use it; any other query is none of them. */
export const askedOf = ({
  method,
  path: whole,
  body,
}: Pick<Incoming, 'method' | 'path' | 'body'>): KnownAsked | null => {
  const targeted = whole.endsWith(TARGETED);
  const path = targeted ? whole.slice(0, -TARGETED.length) : whole;
  const asked = plainlyAsked({ method, path, body });
  if (asked === null) return null;
  if (targeted && !asked.verb.startsWith('activity.')) return null;
  return { ...asked, targeted };
};

const plainlyAsked = ({ method, path, body }: Pick<Incoming, 'method' | 'path' | 'body'>): KnownAsked | null => {
  const parts = path.split('/').slice(1).map(decoded);
  if (parts.some((part) => part === null)) return null;
  const [version, kind, conversation = '', what, id = '', ...more] = parts.map((part) => part ?? '');
  if (version !== 'v3' || kind !== 'conversations' || more.length > 0) return null;
  const known = { ...NOTHING, conversation, body: bodyOf(body) };
  if (parts.length === 2 && method === 'POST') return { ...known, verb: 'conversation.create' };
  if (conversation === '') return null;
  if (what === 'activities' && parts.length === 4 && method === 'POST') return { ...known, verb: 'activity.create' };
  if (what === 'pagedmembers' && parts.length === 4 && method === 'GET') return { ...known, verb: 'members.page' };
  if (id === '') return null;
  if (what === 'activities' && method === 'PUT') return { ...known, activity: id, verb: 'activity.update' };
  if (what === 'activities' && method === 'DELETE') return { ...known, activity: id, verb: 'activity.delete' };
  if (what === 'members' && method === 'GET') return { ...known, member: id, verb: 'member.get' };
  return null;
};

const decoded = (part: string): string | null => {
  // An id that came unescaped is a fault of the caller: `;` and `@` stand in those of every channel.
  if (/[?#;@]/.test(part)) return null;
  try {
    return decodeURIComponent(part);
  } catch {
    return null;
  }
};

export const bodyOf = (body: string): Json => fieldsIn(body) ?? {};

/** The part of Teams that an address belongs to, and what stands behind it. */
export const regionOf = (path: string): { readonly region: string; readonly path: string } => {
  const [, region = '', ...more] = path.split('/');
  return region === 'v3' ? { region: '', path } : { region, path: `/${more.join('/')}` };
};
