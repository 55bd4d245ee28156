import type { SealContext, Sealer } from '../../core/ports.ts';

/** Of a private chat. */
const DIRECT = /^D[A-Z0-9]{2,31}$/;

interface Whose {
  readonly tenant: string;
  readonly user: string;
}

/**
 * A press on somebody's home page names no chat, though it belongs to their private one. So the page carries the chat's id
 * there and back. Slack sends what people can see, so it is sealed to the person (Slack requirement 15): nobody is answered
 * in a chat that is not theirs, whatever comes. By the data key, which there is whichever way events come in.
 */
export interface HomeMarks {
  make(o: Whose & { readonly channel: string }): string;
  /** The private chat that the mark names; null: none, or not one that we gave this person. */
  channelOf(mark: string | null, whose: Whose): string | null;
}

export const createHomeMarks = (o: { readonly sealer: Pick<Sealer, 'seal' | 'open'> }): HomeMarks => {
  const contextOf = ({ tenant, user }: Whose): SealContext => ({ tenant, person: `slack:${user}`, purpose: 'home' });
  return {
    make: ({ channel, ...whose }) => o.sealer.seal(contextOf(whose), channel),
    channelOf: (mark, whose) => {
      const channel = mark === null ? null : o.sealer.open(contextOf(whose), mark);
      return channel !== null && DIRECT.test(channel) ? channel : null;
    },
  };
};
