import { z } from 'zod';
import { SottoError } from '../../core/errors.ts';
import type { Clock, Log, Metrics, Secret } from '../../core/ports.ts';
import { safely } from '../../core/safely.ts';
import { parsedJson } from '../bounded/body.ts';
import { createCredentials, type Tried } from '../bounded/credentials.ts';
import type { Bearer } from './connector.ts';
import { sendOnce } from './transport.ts';

/** What a token of the bot is good for. */
const SCOPE = 'https://api.botframework.com/.default';

const CALL_MS = 8_000;

/** A token is replaced so long before its end, so that none ends on its way. */
const EARLY_MS = 5 * 60_000;

/** However long the authority says: a day is the longest that it gives. Seconds. */
const LONGEST_LIFE_S = 86_400;

const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]']);

const answered = z.object({
  token_type: z.string().regex(/^bearer$/i),
  access_token: z.string().regex(/^[\x21-\x7e]{1,16384}$/),
  expires_in: z.number().positive(),
});

const refusal = z.object({ error: z.string().max(100) });

type Given = { readonly token: string; readonly until: number } | { readonly error: SottoError };

/**
 * The bot's token from an authority on this machine, for stand-ins only; in production the bearer is Entra's own client.
 * By the current secret, and where that is refused by another one that is accepted. Kept until shortly before its end and asked for once however many wait. Refuses with code `settings` an authority
 * elsewhere, for the secret would go there; rejects with `secrets-unavailable` where the authority gives no token.
 */
export const createAppToken = (o: {
  /** `http(s)://LOOPBACK[:PORT]/…/TENANT`, without what follows. */
  readonly loginUrl: string;
  readonly appId: string;
  /** `teams-app-password`. */
  readonly secret: () => Promise<Secret>;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly deadlineMs?: number;
}): Bearer => {
  const url = tokenUrl(o.loginUrl);
  const withSecret = createCredentials({ ...o, name: 'teams-app-password' });
  let kept = { token: '', until: 0 };
  let asking: Promise<string> | null = null;

  const askBy = async (secret: string): Promise<Tried<Given>> => {
    const body = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: o.appId,
      client_secret: secret,
      scope: SCOPE,
    });
    const began = o.clock.now();
    const answer = await sendOnce(
      {
        method: 'POST',
        url,
        headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
        body: body.toString(),
      },
      o.deadlineMs ?? CALL_MS,
    );
    if (answer.kind !== 'answer') throw noToken(answer.code);
    if (answer.status !== 200) {
      const said = safely(refusal, parsedJson(answer.body));
      const refused = said.success && said.data.error === 'invalid_client';
      return { refused, outcome: { error: noToken(`http_${answer.status}`) } };
    }
    const given = safely(answered, parsedJson(answer.body));
    if (!given.success) throw noToken('answer_unreadable');
    const { access_token: token, expires_in: life } = given.data;
    const lifeMs = Math.min(LONGEST_LIFE_S, life) * 1_000;
    return { refused: false, outcome: { token, until: began + lifeMs - Math.min(EARLY_MS, lifeMs / 2) } };
  };

  const ask = async (): Promise<string> => {
    const given = await withSecret(askBy);
    if ('error' in given) throw given.error;
    kept = given;
    return given.token;
  };

  return () => {
    if (o.clock.now() < kept.until) return Promise.resolve(kept.token);
    asking ??= ask().finally(() => {
      asking = null;
    });
    return asking;
  };
};

const tokenUrl = (loginUrl: string): string => {
  const url = URL.canParse(loginUrl) ? new URL(loginUrl) : null;
  if (url === null || !/^https?:$/.test(url.protocol) || !LOOPBACK.has(url.hostname)) {
    throw new SottoError(
      'settings',
      `The Teams login address is "${loginUrl}". The bot's secret would go there, so it may only be on this machine, for stand-ins. Leave it out to sign in at Microsoft.`,
    );
  }
  return `${url.origin}${url.pathname.replace(/\/$/, '')}/oauth2/v2.0/token`;
};

const noToken = (code: string): SottoError =>
  new SottoError(
    'secrets-unavailable',
    `The authority gave the bot no token (${code}), so nothing can be sent to Teams. Check the app id and the secret teams-app-password.`,
  );
