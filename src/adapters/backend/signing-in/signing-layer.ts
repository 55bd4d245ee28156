/** The request itself is signed, as a webhook is: whoever takes it knows that it is ours, whole, and of now. */
import { createHash } from 'node:crypto';
import { signWebhook, type WebhookHeaders } from '../../bounded/webhooks.ts';
import type { Request } from '../calling/types.ts';
import { isRefused, type Layer, notSignedIn } from './layer.ts';
import type { Keeping } from './secret-layers.ts';

/** Signatures of one request: while a secret is rotated, the other side may know the one or the other. */
const MOST_SIGNATURES = 3;

export const signingLayer =
  ({ secrets, clock, log, name }: Keeping, { secret }: { readonly secret: string }): Layer =>
  async ({ request, carried, signal, next }) => {
    const { accepted } = await secrets.get(secret);
    signal.throwIfAborted();
    const at = clock.now();
    const id = idOf(request);
    const body = request.body ?? '';
    const signed = accepted
      .slice(0, MOST_SIGNATURES)
      .map((one) => signWebhook({ secret: one, id, at, body }))
      .filter((one): one is WebhookHeaders => one !== null);
    const [first] = signed;
    if (first === undefined) {
      log?.warn('backend.not-signed', { name });
      return notSignedIn('refused');
    }
    const signatures = signed.map((one) => one['webhook-signature']).join(' ');
    const came = await next({
      ...carried,
      headers: { ...carried.headers, ...first, 'webhook-signature': signatures },
    });
    if (isRefused(came)) log?.warn('credential.refused', { name: secret });
    return came;
  };

/** The same request of the same question has the same id, however often it is sent: its receiver does it once. */
const idOf = ({ method, url, headers, body }: Request): string =>
  `msg_${createHash('sha256')
    .update(JSON.stringify([method, url, headers['x-request-id'] ?? null, body]))
    .digest('base64url')}`;
