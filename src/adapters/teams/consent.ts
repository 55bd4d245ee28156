/**
 * Beside a sign-in link Teams is asked to say by itself who sits there: a card that its client answers without showing it, where the person, or an admin for everybody, has
 * agreed once; else it asks them to. Only in private chat, since in a channel anybody could press it (Teams facts, section 8). Best effort: the link does without it.
 */
import { SIGN_IN_PATH } from '../../core/auth-steps.ts';
import type { Clock } from '../../core/ports.ts';
import type { Card } from '../../core/types.ts';
import type { Calling } from './calling.ts';
import type { Connector } from './connector.ts';

export const OAUTH_TYPE = 'application/vnd.microsoft.card.oauth';

/** Of the sign-in page, below the public address; the link's name in the store stands behind it. */
const LINK = `${SIGN_IN_PATH}?t=`;

/** 32 bytes in base64url, and nothing else. */
const NAME = /^[A-Za-z0-9_-]{43}$/;

/** Ids of private chats with a bot begin so; those of groups and channels do not. */
const PRIVATE = /^a:/;

/** As long as a link is good: then the card has nothing to ask any more. ms. */
const STANDS_MS = 10 * 60_000;

/** A bound for the memory; what is forgotten stands until Teams' client or the person takes it for what it is. */
const MOST_STANDING = 2_000;

interface Chat {
  readonly tenant: string;
  readonly channel: string;
}

export interface Consent {
  /** This card has come to stand in this chat. Where it leads to signing in, Teams is asked; once for each link. Nothing is waited for. */
  beside(chat: Chat, card: Card): void;
  /** Teams has answered what was asked under this name, so nothing need stand there any more. Nothing is waited for. */
  answered(name: string): void;
}

export const createConsent = (o: {
  /** Lower case. */
  readonly appId: string;
  /** Of the bot's OAuth connection. */
  readonly connection: string;
  /** Without a slash at its end. */
  readonly publicUrl: string;
  readonly call: Calling['call'];
  readonly connector: Pick<Connector, 'create' | 'remove'>;
  readonly clock: Pick<Clock, 'now'>;
}): Consent => {
  /** By the link's name. `id`: of the card; null: it is on its way. */
  const standing = new Map<
    string,
    { readonly chat: Chat; readonly until: number; id: string | null; answered: boolean }
  >();

  const remove = async ({ tenant, channel }: Chat, id: string): Promise<void> => {
    await o.call({ tenant, channel, removal: true }, (at) => o.connector.remove({ ...at, id }));
  };

  const ask = async (chat: Chat, name: string, { label, url }: NonNullable<Card['links']>[number]): Promise<void> => {
    const known = { chat, until: o.clock.now() + STANDS_MS, id: null as string | null, answered: false };
    standing.set(name, known);
    const made = await o.call(chat, (at) =>
      o.connector.create({ ...at, activity: activityOf({ ...o, name, label, url }) }),
    );
    if ('fault' in made) return;
    known.id = made.done.id;
    if (known.answered) await remove(chat, known.id);
  };

  const forget = (): void => {
    const now = o.clock.now();
    for (const [name, { until }] of standing) if (until <= now || standing.size > MOST_STANDING) standing.delete(name);
  };

  return {
    beside: (chat, card) => {
      if (!PRIVATE.test(chat.channel)) return;
      forget();
      for (const link of card.links ?? []) {
        const name = nameIn(link.url, o.publicUrl);
        // A message may be changed to the same again: after a reply that was lost, say.
        if (name !== null && !standing.has(name)) ask(chat, name, link).catch(() => undefined);
      }
    },
    answered: (name) => {
      const known = standing.get(name);
      if (known === undefined || known.answered) return;
      known.answered = true;
      if (known.id !== null) remove(known.chat, known.id).catch(() => undefined);
    },
  };
};

/** The link's name; null: the address is another one. */
const nameIn = (url: string, publicUrl: string): string | null => {
  const before = `${publicUrl}${LINK}`;
  const name = url.startsWith(before) ? url.slice(before.length) : '';
  return NAME.test(name) ? name : null;
};

/** Where the client can show it alone, its button leads to the page, as the link does; to the bot service's own page nothing leads, for that ends in a code. */
const activityOf = (o: {
  readonly appId: string;
  readonly connection: string;
  readonly name: string;
  readonly label: string;
  readonly url: string;
}) => ({
  type: 'message',
  attachments: [
    {
      contentType: OAUTH_TYPE,
      content: {
        text: o.label,
        connectionName: o.connection,
        // What comes back names the link by this id.
        tokenExchangeResource: { id: o.name, uri: `api://botid-${o.appId}` },
        buttons: [{ type: 'signin', title: o.label, value: o.url }],
      },
    },
  ],
});
