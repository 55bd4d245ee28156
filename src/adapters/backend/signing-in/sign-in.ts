/** Signs in to one system, as its description says. */
import { hasCode } from '../../../core/errors.ts';
import type { Clock, Log, Metrics, Secrets } from '../../../core/ports.ts';
import type { OwnTokens } from '../../../core/sign-in-ports.ts';
import { sooner } from '../../bounded/waiting.ts';
import type { Send, Sent } from '../calling/types.ts';
import type { DescribedBackend } from '../described.ts';
import { type Came, type Carried, type Layer, notSignedIn } from './layer.ts';
import { certificateLayer, headerLayer, type Keeping } from './secret-layers.ts';
import { signingLayer } from './signing-layer.ts';
import { tokenLayer } from './token-layer.ts';
import type { SignIn } from './types.ts';

export interface SignInOptions {
  readonly backend: Pick<DescribedBackend, 'name' | 'token' | 'signIn' | 'baseUrl' | 'timeoutMs'>;
  /** By which the authority is asked for tokens: the system's own, within its hosts and bounds. */
  readonly send: Send;
  /** Where there are none, whatever needs one is refused. */
  readonly secrets: Secrets | undefined;
  /** Tokens of people. Absent: nobody has one. */
  readonly own?: OwnTokens | undefined;
  readonly clock: Pick<Clock, 'now'>;
  readonly log?: Log | undefined;
  readonly metrics?: Metrics | undefined;
}

const NOTHING: Carried = { headers: {}, certificate: null };

export const createSignIn = (o: SignInOptions): SignIn => {
  const { backend, secrets, clock, log, metrics } = o;
  if (backend.token === null && backend.signIn === null) return ({ request, send }) => send(request, NOTHING);
  if (secrets === undefined) return async () => ({ how: 'no-sign-in', code: 'refused' });
  const layers = layersOf(o, { name: backend.name, secrets, clock, log, metrics });

  return async ({ request, person, signal, send }) => {
    let sending: Promise<Sent> | null = null;
    const through = (at: number, carried: Carried): Promise<Came> => {
      const layer = layers[at];
      if (layer !== undefined)
        return layer({ request, person, signal, carried, next: (more) => through(at + 1, more) });
      signal.throwIfAborted();
      sending = send(request, carried);
      return sending;
    };
    const asked = (async () => through(0, NOTHING))();
    try {
      // The vault and the authority are waited for no longer than the call may take.
      return await sooner(asked, signal);
    } catch (error) {
      // What was sent already says itself what came of it: whether something was done must be told exactly.
      if (sending !== null) return sending;
      return notSignedIn(hasCode(error, 'secret-missing') ? 'refused' : 'unreachable');
    }
  };
};

/** In the order in which they are tried anew, the last one first: a token is cheapest to have afresh. */
const layersOf = (o: SignInOptions, keeping: Keeping): readonly Layer[] => {
  const { backend, send, own } = o;
  if (backend.token !== null)
    return [headerLayer(keeping, { secret: backend.token, header: 'authorization', before: 'Bearer ' })];
  const { oauth, apiKey, mutualTls, hmac } = backend.signIn ?? {};
  const sameHost = oauth !== undefined && new URL(oauth.tokenUrl).hostname === new URL(backend.baseUrl).hostname;
  return [
    ...(mutualTls === undefined ? [] : [certificateLayer(keeping, mutualTls)]),
    ...(apiKey === undefined
      ? []
      : [headerLayer(keeping, { secret: apiKey.secret, header: apiKey.header.toLowerCase(), before: '' })]),
    ...(oauth === undefined
      ? []
      : [tokenLayer({ ...keeping, oauth, timeoutMs: backend.timeoutMs, send, sameHost, own })]),
    ...(hmac === undefined ? [] : [signingLayer(keeping, hmac)]),
  ];
};
