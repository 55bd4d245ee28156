/** How our installation stands at Teams: whether the bot has a token and Teams takes it, and whether what is sent to our address reaches us. */
import { codeOf } from '../../core/errors.ts';
import type { Clock, Looked } from '../../core/ports.ts';
import { readText } from '../bounded/body.ts';
import { codeOfFetch } from '../bounded/failure.ts';
import { within } from '../bounded/waiting.ts';
import type { Bearer, Connector } from './connector.ts';

const TOKEN_MS = 10_000;

/** Teams itself waits longer, but whoever takes longer than this answers nobody in time. ms. */
const ANSWER_MS = 5_000;

/** A refusal of ours is empty. Bytes. */
const MOST_BYTES = 4_096;

/** What nobody signed: it must be refused, without a word, before anything is read of it. */
const UNSIGNED = JSON.stringify({ type: 'message', channelId: 'msteams' });

/** Never rejects: what fails is a code. */
export const createLook = (o: {
  readonly bearer: Bearer;
  readonly connector: Pick<Connector, 'takesToken'>;
  /** The tenant's latest address; null: none is known. */
  readonly latest: (tenant: string) => Promise<string | null>;
  readonly publicUrl: string | null;
  readonly clock: Pick<Clock, 'now'>;
}): ((asked: { readonly tenant: string }) => Promise<readonly Looked[]>) => {
  const timed = async (at: Looked['at'], make: () => Promise<string>, values?: readonly string[]): Promise<Looked> => {
    const begun = o.clock.now();
    const code = await make();
    const ms = Math.max(0, o.clock.now() - begun);
    return { at, ok: code === 'ok', code, ms, ...(values === undefined ? {} : { values }) };
  };

  /** Entra gives it; where it is known how the tenant is reached, Teams is asked whether it takes it. */
  const token = async (tenant: string): Promise<string> => {
    try {
      await within({ ms: TOKEN_MS }, o.bearer);
      const serviceUrl = await o.latest(tenant);
      return serviceUrl === null ? 'ok' : await o.connector.takesToken({ serviceUrl });
    } catch (error) {
      return codeOf(error);
    }
  };

  return ({ tenant }) =>
    Promise.all([timed('token', () => token(tenant)), timed('way-in', () => tryWay(o.publicUrl), ['https'])]);
};

/** From here to the address that people see. `not_ours`: something else answers there. */
const tryWay = async (publicUrl: string | null): Promise<string> => {
  if (publicUrl === null) return 'public_url_unset';
  try {
    const response = await fetch(`${publicUrl}/teams/messages`, {
      method: 'POST',
      body: UNSIGNED,
      headers: { 'content-type': 'application/json' },
      redirect: 'manual',
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    if (response.status === 401) return (await readText(response, MOST_BYTES)) === '' ? 'ok' : 'not_ours';
    await response.body?.cancel();
    return response.status < 300 ? 'not_ours' : `http_${response.status}`;
  } catch (error) {
    return codeOfFetch(error);
  }
};
