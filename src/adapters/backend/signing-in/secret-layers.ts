/** Layers that are a secret of the vault as it stands: a token, a key, a certificate. */
import type { Clock, Log, Metrics, Secrets } from '../../../core/ports.ts';
import { createCredentials } from '../../bounded/credentials.ts';
import type { SignInShape } from '../describing/signing-in.ts';
import { certificatesOf, type OwnCertificate } from './certificates.ts';
import { type Came, isHeaderSafe, isRefused, type Layer, notSignedIn, withHeader } from './layer.ts';

export interface Keeping {
  /** Of the system, for the log. */
  readonly name: string;
  readonly secrets: Secrets;
  readonly clock: Pick<Clock, 'now'>;
  readonly log?: Log | undefined;
  readonly metrics?: Metrics | undefined;
}

/** A secret in a header. `before`: what stands there before it. */
export const headerLayer = (
  { secrets, clock, log, metrics }: Keeping,
  { secret: name, header, before }: { readonly secret: string; readonly header: string; readonly before: string },
): Layer => {
  const withSecret = createCredentials({ name, secret: () => secrets.get(name), clock, log, metrics });
  return ({ carried, signal, next }) =>
    withSecret<Came>(async (value) => {
      // The vault may have been slow. Whoever waited has gone by now.
      signal.throwIfAborted();
      // A header that cannot be written is an error whose text holds the secret: it must not come to that.
      if (!isHeaderSafe(value)) return { refused: true, outcome: notSignedIn('refused') };
      const came = await next(withHeader(carried, header, before + value));
      return { refused: isRefused(came), outcome: came };
    });
};

/** Those of the description, the current ones first. Empty: none is good. Rejects as the vault does. */
const ownCertificates = (
  { name, secrets, clock, log }: Keeping,
  named: NonNullable<SignInShape['mutualTls']>,
): (() => Promise<readonly OwnCertificate[]>) => {
  let last: { readonly of: string; readonly made: readonly OwnCertificate[]; readonly at: number } | null = null;
  return async () => {
    const [certificate, key, ca] = await Promise.all([
      secrets.get(named.certificate),
      secrets.get(named.key),
      named.ca === undefined ? null : secrets.get(named.ca),
    ]);
    const of = JSON.stringify([certificate.accepted, key.accepted, ca?.accepted]);
    const now = clock.now();
    // Reading them costs more than a call; that one has ended is known within the minute.
    if (last !== null && last.of === of && now >= last.at && now - last.at < 60_000) return last.made;
    const made = certificatesOf({ certificate, key, ca, clock });
    if (made.length === 0) log?.warn('backend.no-certificate', { name });
    last = { of, made, at: now };
    return made;
  };
};

/** The certificate was not taken, or nothing of the request was read: what may have arrived is never sent again with another one. */
const isTurnedAway = (came: Came): boolean =>
  (came.how === 'no-sign-in' && came.code === 'refused') || came.how === 'not-sent' || isRefused(came);

const MOST_TRIES = 3;

export const certificateLayer = (keeping: Keeping, named: NonNullable<SignInShape['mutualTls']>): Layer => {
  const own = ownCertificates(keeping, named);
  return async ({ carried, signal, next }) => {
    let came = notSignedIn('refused');
    for (const certificate of (await own()).slice(0, MOST_TRIES)) {
      signal.throwIfAborted();
      came = await next({ ...carried, certificate });
      if (!isTurnedAway(came)) return came;
    }
    return came;
  };
};
