/** Signs in to one system, as its description says. */
import type { Clock, Log, Metrics, Secrets } from '../../../core/ports.ts';
import { createCredentials, type WithCredential } from '../../bounded/credentials.ts';
import { sooner } from '../../bounded/waiting.ts';
import type { Sent } from '../calling/types.ts';
import type { DescribedBackend } from '../described.ts';
import type { SignIn } from './types.ts';

/** Printable ASCII without blanks: what a header may hold without changing its meaning. */
const HEADER_SAFE = /^[\x21-\x7e]+$/;

/** Where there are no secrets, whatever needs one is refused. */
export const createSignIn = (o: {
  readonly backend: Pick<DescribedBackend, 'name' | 'token' | 'signIn'>;
  readonly secrets: Secrets | undefined;
  readonly clock: Pick<Clock, 'now'>;
  readonly log?: Log | undefined;
  readonly metrics?: Metrics | undefined;
}): SignIn => {
  const { token: name } = o.backend;
  if (name === null) return ({ request, send }) => send(request, { headers: {}, certificate: null });
  const { secrets, clock, log, metrics } = o;
  if (secrets === undefined) return async () => ({ how: 'no-sign-in', code: 'refused' });
  const withToken: WithCredential = createCredentials({ name, secret: () => secrets.get(name), clock, log, metrics });
  return async ({ request, signal, send }) => {
    type Came = Awaited<ReturnType<SignIn>>;
    const asked = withToken<Came>(async (token) => {
      // The vault may have been slow. Whoever waited has gone by now.
      signal.throwIfAborted();
      // A header that cannot be written is an error whose text holds the token: it must not come to that.
      if (!HEADER_SAFE.test(token)) return { refused: true, outcome: { how: 'no-sign-in', code: 'refused' } };
      const sent: Sent = await send(request, { headers: { authorization: `Bearer ${token}` }, certificate: null });
      return { refused: sent.how === 'answered' && sent.status === 401, outcome: sent };
    });
    // The vault is waited for no longer than the call may take.
    return sooner(asked, signal).catch(() => ({ how: 'no-sign-in', code: 'unreachable' }) as const);
  };
};
