/** An Entra as far as tokens for Teams go: it shows its keys, and signs what it is told, by them or by others. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CryptoKey, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';

/** Teams on desktop and phone. */
const DESKTOP = '1fec8e78-bce4-4aaf-ab1b-5451cc387264';

export interface Entra {
  readonly issuer: string;
  /** Paths that were asked for. */
  readonly asked: string[];
  /** From now on it answers nobody, or everybody again. */
  away(is: boolean): void;
  /** Of a key that it shows. */
  readonly publicKey: CryptoKey;
  /** A token such as Teams hands over: of a strong sign-in five minutes ago, unless told otherwise; undefined leaves a claim out. */
  token(
    claims: JWTPayload & { readonly aud?: unknown; readonly oid?: unknown },
    o?: { readonly strange?: boolean; readonly kid?: string },
  ): Promise<string>;
  close(): void;
}

export const openEntra = async (o: { readonly now?: () => number } = {}): Promise<Entra> => {
  const now = o.now ?? Date.now;
  const [own, strange] = [await generateKeyPair('RS256'), await generateKeyPair('RS256')];
  const keys = [{ ...(await exportJWK(own.publicKey)), kid: 'own', use: 'sig', alg: 'RS256' }];
  const asked: string[] = [];
  let away = false;
  let issuer = '';
  const metadata = () => ({
    issuer,
    authorization_endpoint: `${issuer}/authorise`,
    token_endpoint: `${issuer}/token`,
    jwks_uri: `${issuer}/keys`,
    response_types_supported: ['code'],
    subject_types_supported: ['pairwise'],
    id_token_signing_alg_values_supported: ['RS256'],
  });
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    if (away) {
      response.destroy();
      return;
    }
    const body = request.url === '/keys' ? { keys } : metadata();
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    issuer,
    asked,
    away: (is) => {
      away = is;
    },
    publicKey: own.publicKey,
    token: (claims, how = {}) => {
      const seconds = Math.floor(now() / 1_000);
      const said = {
        iss: issuer,
        iat: seconds - 60,
        nbf: seconds - 60,
        exp: seconds + 3_600,
        sub: 'pairwise',
        azp: DESKTOP,
        scp: 'access_as_user',
        auth_time: seconds - 300,
        acrs: ['c1'],
        ver: '2.0',
        ...claims,
      };
      return new SignJWT(JSON.parse(JSON.stringify(said)))
        .setProtectedHeader({ alg: 'RS256', kid: how.kid ?? 'own', typ: 'JWT' })
        .sign((how.strange === true ? strange : own).privateKey);
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
};
