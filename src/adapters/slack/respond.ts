import type { Card } from '../../core/types.ts';
import { renderCard } from './card.ts';

/** A press is answered within Slack's three seconds; what is left of them after the attempt to accept it. */
const RESPOND_MS = 1_500;

/** Slack's host for `response_url`, or the stand-in's (Slack requirement 29). */
export const responseHosts = (unsafeApiUrl: string | null): ((url: string) => boolean) => {
  const unsafeStandIn = unsafeApiUrl === null ? null : new URL(unsafeApiUrl).origin;
  return (url) => {
    try {
      const { protocol, host, origin, username, password } = new URL(url);
      if (username !== '' || password !== '') return false;
      return (
        (protocol === 'https:' && host === 'hooks.slack.com') || (unsafeStandIn !== null && origin === unsafeStandIn)
      );
    } catch {
      return false;
    }
  };
};

/** Says something to whoever pressed, visible to them alone. False where it could not be said; the address is not kept. */
export const respondTo = async (o: {
  readonly url: string;
  readonly card: Card;
  readonly mayRespondTo: (url: string) => boolean;
}): Promise<boolean> => {
  if (!o.mayRespondTo(o.url)) return false;
  try {
    const answer = await fetch(o.url, {
      method: 'POST',
      redirect: 'error',
      signal: AbortSignal.timeout(RESPOND_MS),
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: JSON.stringify({
        response_type: 'ephemeral',
        replace_original: false,
        ...renderCard(o.card),
      }),
    });
    await answer.body?.cancel();
    return answer.ok;
  } catch {
    return false;
  }
};
