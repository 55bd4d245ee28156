/** A credential whose proof changes while Sotto runs: a client secret or a certificate that is renewed. */
import { SottoError } from '../../core/errors.ts';
import type { Clock, Log, Metrics, Secret } from '../../core/ports.ts';
import { certificateEnd } from '../bounded/certificate.ts';
import { createCredentials } from '../bounded/credentials.ts';
import { type AzureCredentialOptions, createAzureCredential, type TokenCredential } from './credential.ts';
import { isProofRefused } from './faults.ts';

/** Credentials that are kept: of the proof in use and of the one before it. */
const KEPT = 2;

/**
 * Tokens for an application by what `secret` gives at that moment: by the current proof, and where Entra does not take it (it learns
 * of a new one a while after it was uploaded) or it is malformed, by another one that is accepted. A token that was given before a
 * rotation stays good until its end. Refuses as the credential does.
 */
export const createRotatingCredential = (o: {
  /** How the application proves itself. */
  readonly by: 'client-secret' | 'client-certificate';
  readonly tenantId: string;
  readonly clientId: string;
  /** For alarms. */
  readonly name: string;
  /** Client secrets; or certificates with their private keys, in PEM. */
  readonly secret: () => Promise<Secret>;
  readonly unsafeAuthorityHost: string | null;
  readonly cloud?: AzureCredentialOptions['cloud'];
  readonly ca?: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}): TokenCredential => {
  const { by, tenantId, clientId, unsafeAuthorityHost, cloud, ca } = o;
  const withProof = createCredentials(o);
  let made: readonly { readonly proof: string; readonly credential: TokenCredential }[] = [];

  const credentialOf = (proof: string): TokenCredential => {
    const known = made.find((one) => one.proof === proof);
    if (known !== undefined) return known.credential;
    if (by === 'client-certificate' && certificateEnd(proof) === null) throw malformed(o.name);
    const where = {
      unsafeAuthorityHost,
      ...(cloud === undefined ? {} : { cloud }),
      ...(ca === undefined ? {} : { ca }),
    };
    const who = { tenantId, clientId };
    const credential = createAzureCredential(
      by === 'client-secret'
        ? { kind: by, ...who, secret: proof, ...where }
        : { kind: by, ...who, certificate: proof, ...where },
    );
    made = [{ proof, credential }, ...made].slice(0, KEPT);
    return credential;
  };

  return {
    getToken: async (scopes, options) => {
      const given = await withProof<{ readonly token: Awaited<ReturnType<TokenCredential['getToken']>> } | Failure>(
        async (proof) => {
          try {
            return { refused: false, outcome: { token: await credentialOf(proof).getToken(scopes, options) } };
          } catch (error) {
            return { refused: isProofRefused(error), outcome: { error } };
          }
        },
      );
      if ('error' in given) throw given.error;
      return given.token;
    },
  };
};

interface Failure {
  readonly error: unknown;
}

const malformed = (name: string): SottoError =>
  new SottoError(
    'settings',
    `The certificate "${name}" is not one that Entra takes: it must be PEM with the certificate and its own RSA private key, not encrypted.`,
  );
