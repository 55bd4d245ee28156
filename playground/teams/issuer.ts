/**
 * Bot Framework's issuer on this machine: its metadata, its keys with their endorsements, and every token it would and
 * would not sign. Each instance has addresses of its own, for the vendor's library remembers keys by address for ever.
 */
import { createHmac, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { IssuerMode, KeyName, MintOptions } from './incoming.ts';
import type { Json } from './types.ts';

export interface Issuer {
  /** GET /standin/teams/issuer/ID/.well-known/openidconfiguration and …/keys. */
  routes(app: FastifyInstance): void;
  /** Of the metadata, under the server's address. */
  readonly metadataPath: string;
  /** As tokens name it. */
  readonly tokenIssuer: string;
  /** A token for the bot; without options a good one. */
  mint(o?: MintOptions): string;
  mode(mode: IssuerMode): void;
  /** New keys take the place of the old ones, under new ids, or under the same. */
  rotate(o?: { readonly sameIds: boolean }): void;
  /** How often each document was asked for. */
  fetched(): { readonly metadata: number; readonly keys: number };
  close(): void;
}

const TOKEN_MS = 60 * 60_000;

const ENDORSED: Readonly<Record<Exclude<KeyName, 'unpublished'>, readonly string[]>> = {
  msteams: ['msteams', 'skype'],
  webchat: ['webchat'],
  none: [],
};

interface Pair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

/** Keys take long to make and nothing tells two instances apart by them: they share a few. */
const pairs: Pair[] = [];
const pairAt = (index: number): Pair => {
  const pair = pairs[index] ?? generateKeyPairSync('rsa', { modulusLength: 2048 });
  pairs[index] = pair;
  return pair;
};

export const createIssuer = (o: {
  readonly appId: string;
  /** What good tokens say (`serviceurl`); asked at each. */
  readonly serviceUrl: () => string;
  readonly tokenIssuer?: string;
  readonly now?: () => number;
}): Issuer => {
  const id = randomBytes(6).toString('hex');
  const base = `/standin/teams/issuer/${id}`;
  const tokenIssuer = o.tokenIssuer ?? 'https://api.botframework.com';
  const now = o.now ?? Date.now;
  const hanging = new Set<ServerResponse>();
  let mode: IssuerMode = 'ok';
  let generation = 0;
  let idsOf = 0;
  let metadata = 0;
  let keys = 0;

  const names = Object.keys(ENDORSED);
  const kidOf = (key: KeyName): string => `${id}-${key === 'unpublished' ? 'msteams' : key}-${idsOf}`;
  const pairOf = (key: KeyName): Pair =>
    pairAt(key === 'unpublished' ? 0 : 1 + generation * names.length + names.indexOf(key));

  const published = (): readonly Json[] =>
    mode === 'no-keys'
      ? []
      : Object.entries(ENDORSED).map(([name, endorsements]) => {
          const { n, e } = pairOf(name as KeyName).publicKey.export({ format: 'jwk' });
          const kid = kidOf(name as KeyName);
          return { kty: 'RSA', use: 'sig', kid, x5t: kid, n, e, ...(endorsements.length > 0 ? { endorsements } : {}) };
        });

  return {
    metadataPath: `${base}/.well-known/openidconfiguration`,
    tokenIssuer,

    routes: (app) => {
      const serve = (path: string, seen: () => void, document: (origin: string) => Json): void => {
        app.get(path, async (request, reply) => {
          seen();
          if (mode === 'hang') {
            reply.hijack();
            hanging.add(reply.raw);
            return reply;
          }
          return mode === '500' ? reply.code(500).send() : reply.send(document(`http://${request.host}`));
        });
      };
      const sawMetadata = (): void => void metadata++;
      const sawKeys = (): void => void keys++;
      serve(`${base}/.well-known/openidconfiguration`, sawMetadata, (origin) => ({
        issuer: tokenIssuer,
        authorization_endpoint: `${origin}${base}/invalid`,
        jwks_uri: `${origin}${base}/keys`,
        id_token_signing_alg_values_supported: ['RS256'],
        token_endpoint_auth_methods_supported: ['private_key_jwt'],
      }));
      serve(`${base}/keys`, sawKeys, () => ({ keys: published() }));
    },

    mint: ({ key = 'msteams', claims = {}, header = {}, how = 'rs256' } = {}) => {
      const seconds = Math.floor(now() / 1_000);
      const head = without({ typ: 'JWT', alg: ALGORITHMS[how], kid: kidOf(key), x5t: kidOf(key), ...header });
      const body = without({
        serviceurl: o.serviceUrl(),
        nbf: seconds,
        exp: seconds + TOKEN_MS / 1_000,
        iss: tokenIssuer,
        aud: o.appId,
        ...claims,
      });
      const signed = `${encoded(head)}.${encoded(body)}`;
      const pair = pairOf(key);
      if (how === 'none') return `${signed}.`;
      const signature =
        how === 'hs256'
          ? createHmac('sha256', pemOf(pair)).update(signed).digest()
          : sign('RSA-SHA256', Buffer.from(signed), pair.privateKey);
      return `${signed}.${signature.toString('base64url')}`;
    },

    mode: (next) => {
      mode = next;
    },
    rotate: ({ sameIds } = { sameIds: false }) => {
      generation++;
      if (!sameIds) idsOf++;
    },
    fetched: () => ({ metadata, keys }),
    close: () => {
      for (const response of hanging) response.destroy();
    },
  };
};

const ALGORITHMS = { rs256: 'RS256', none: 'none', hs256: 'HS256' } as const;

const pemOf = ({ publicKey }: Pair): string => publicKey.export({ type: 'spki', format: 'pem' }).toString();

const encoded = (part: Json): string => Buffer.from(JSON.stringify(part)).toString('base64url');

const without = (fields: Json): Json =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
