/**
 * An answer that policy lets stand where it was asked, for the asker's eyes only. It can be neither looked up nor taken away, so there
 * is one attempt at it: where it surely did not take place, the answer goes to the private chat; in doubt it was seen.
 */
import type { Claim, Outbox, Platform } from './ports.ts';
import type { Reply } from './reply.ts';
import type { Card, MessageRef } from './types.ts';

/** What an attempt is released with that went on in the private chat: whoever comes next goes on there. */
export const NOT_IN_PLACE = 'not-in-place';

export type InPlace =
  | { readonly kind: 'stands'; readonly ref: MessageRef }
  /** It belongs into the private chat. `tried`: it was refused in the place just now. */
  | { readonly kind: 'private'; readonly tried: boolean }
  /** It may have been seen, and nobody can tell. */
  | { readonly kind: 'unclear' };

const PRIVATE: InPlace = { kind: 'private', tried: false };

/** Never throws where the platform does not. `card` is made as late as it is shown. */
export const showInPlace = async (o: {
  readonly platform: Platform;
  readonly claim: Pick<Claim, 'outbox' | 'failure'>;
  readonly outbox: Pick<Outbox, 'ref'>;
  readonly reply: Pick<Reply, 'aside' | 'to'>;
  readonly card: () => Card;
  /** Puts on record that it is shown, before it is. */
  readonly note: (channel: string) => Promise<void>;
}): Promise<InPlace> => {
  const { claim, platform, outbox } = o;
  const { aside, to } = o.reply;
  if (aside === null || outbox.ref !== null || platform.aside === undefined) return PRIVATE;
  if (claim.failure === NOT_IN_PLACE) return { kind: 'private', tried: true };
  // A predecessor came this far, and how much further nobody knows.
  if (claim.outbox !== null) return { kind: 'unclear' };
  await o.note(aside.channel);
  const posted = await platform.aside({ to, ...aside, card: o.card() });
  if (posted.ok) {
    const { name: platform } = o.platform;
    return { kind: 'stands', ref: { platform, tenant: to.tenant, channel: aside.channel, id: posted.message } };
  }
  return posted.fault === 'lost' ? { kind: 'unclear' } : { kind: 'private', tried: true };
};
