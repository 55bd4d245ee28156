import { createHash, timingSafeEqual } from 'node:crypto';
import type { Clock, Random } from '../../src/core/ports.ts';
import type { Json } from './types.ts';

const GRANT = 'client_credentials';
const SCOPE = 'https://api.botframework.com/.default';

/** Tokens that are remembered; the oldest go first. */
const MOST_TOKENS = 1_000;

export interface AuthorityAnswer {
  readonly status: number;
  readonly body: Json;
}

/** Entra's token endpoint for one app: random tokens that end. */
export interface Authority {
  /** Form fields, as they were posted for this tenant. */
  token(tenant: string, form: URLSearchParams): AuthorityAnswer;
  bearer(authorization: string | undefined): 'issued' | 'expired' | 'foreign' | 'none';
  setPassword(appPassword: string): void;
  revoke(): void;
}

export const createAuthority = (o: {
  readonly appId: string;
  readonly tenantId: string;
  readonly appPassword: string;
  readonly tokenSeconds: number;
  readonly clock: Pick<Clock, 'now'>;
  readonly random: Pick<Random, 'id'>;
}): Authority => {
  const tokens = new Map<string, number>();
  let password = o.appPassword;

  const refused = (status: number, error: string, code: number): AuthorityAnswer => ({
    status,
    body: { error, error_description: `AADSTS${code}: refused by the stand-in.`, error_codes: [code] },
  });

  return {
    token: (tenant, form) => {
      if (tenant !== o.tenantId) return refused(400, 'invalid_request', 90_002);
      if (form.get('grant_type') !== GRANT) return refused(400, 'unsupported_grant_type', 70_003);
      if (form.get('client_id') !== o.appId) return refused(400, 'unauthorized_client', 700_016);
      if (!same(form.get('client_secret') ?? '', password)) return refused(401, 'invalid_client', 7_000_215);
      if (form.get('scope') !== SCOPE) return refused(400, 'invalid_scope', 70_011);
      const token = `standin.${o.random.id()}.${o.random.id()}`;
      tokens.set(token, o.clock.now() + o.tokenSeconds * 1_000);
      const oldest = tokens.keys().next();
      if (tokens.size > MOST_TOKENS && oldest.done === false) tokens.delete(oldest.value);
      return {
        status: 200,
        body: {
          token_type: 'Bearer',
          expires_in: o.tokenSeconds,
          ext_expires_in: o.tokenSeconds,
          access_token: token,
        },
      };
    },
    bearer: (authorization) => {
      if (authorization === undefined) return 'none';
      const until = authorization.startsWith('Bearer ') ? tokens.get(authorization.slice(7)) : undefined;
      if (until === undefined) return 'foreign';
      return until > o.clock.now() ? 'issued' : 'expired';
    },
    setPassword: (appPassword) => {
      password = appPassword;
    },
    revoke: () => tokens.clear(),
  };
};

const same = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b));
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
