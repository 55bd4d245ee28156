import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Secret } from '../../core/ports.ts';

/** Of a private chat. */
const DIRECT = /^D[A-Z0-9]{2,31}$/;

interface Whose {
  readonly tenant: string;
  readonly user: string;
}

/**
 * A press on somebody's home page names no chat, though it belongs to their private one. So the page carries the chat's id
 * there and back. Slack sends what people can see, so it is signed to the person (Slack requirement 15): nobody is answered
 * in a chat that is not theirs, whatever comes.
 */
export const markHome = (o: Whose & { readonly channel: string; readonly secret: Secret }): string =>
  `${o.channel}.${macOf(o, o.secret.current).toString('hex')}`;

/** The private chat that the mark names; null: none, or not one that we gave this person. */
export const channelOfHome = (
  mark: string | null,
  o: Whose & { readonly accepted: readonly string[] },
): string | null => {
  const [channel = '', given = ''] = mark?.split('.', 2) ?? [];
  if (!DIRECT.test(channel) || !/^[0-9a-f]{64}$/.test(given)) return null;
  const bytes = Buffer.from(given, 'hex');
  let ours = false;
  for (const secret of o.accepted) ours = timingSafeEqual(macOf({ ...o, channel }, secret), bytes) || ours;
  return ours ? channel : null;
};

/** No body of Slack's begins with these words, so neither signature serves as the other. */
const macOf = ({ tenant, user, channel }: Whose & { readonly channel: string }, secret: string): Buffer =>
  createHmac('sha256', secret).update(`sotto-home:${tenant}:${user}:${channel}`).digest();
