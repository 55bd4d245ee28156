/** How our installation stands at Slack: whether it takes our token, what was granted, and whether what Slack sends reaches us. */
import { createHmac, randomBytes } from 'node:crypto';
import type { Clock, Looked, Secret } from '../../core/ports.ts';
import { parsedJson, readText } from '../bounded/body.ts';
import { codeOfFetch } from '../bounded/failure.ts';
import { isFields } from '../bounded/fields.ts';
import type { AsBot } from './client.ts';
import { faultOf } from './faults.ts';

/** An answer of ours has the challenge and nothing else. Bytes. */
const MOST_BYTES = 4_096;

/** As Slack has it: who does not answer within three seconds is not there (Slack section 3). */
const ANSWER_MS = 3_000;

/** By which way Slack's events come. `https`: at this address of ours, without a slash at its end; null: it was not said. */
export type WayIn =
  | { readonly kind: 'https'; readonly publicUrl: string | null; readonly signingSecret: () => Promise<Secret> }
  | { readonly kind: 'socket'; readonly connected: () => boolean };

/** Never rejects: what fails is a code. */
export const createLook = (o: {
  readonly asBot: AsBot;
  readonly wayIn: WayIn;
  readonly clock: Pick<Clock, 'now'>;
}): ((asked: { readonly tenant: string }) => Promise<readonly Looked[]>) => {
  const timed = async (make: () => Promise<Omit<Looked, 'ms'>>): Promise<Looked> => {
    const begun = o.clock.now();
    const looked = await make();
    return { ...looked, ms: Math.max(0, o.clock.now() - begun) };
  };
  return async ({ tenant }) => {
    const [[token, scopes], way] = await Promise.all([
      askToken(o.asBot, tenant, timed),
      timed(async () => ({ at: 'way-in' as const, ...(await tryWay(o.wayIn, o.clock.now())) })),
    ]);
    return [token, ...(scopes === null ? [] : [scopes]), way];
  };
};

/** `auth.test` says whose token it is; what was granted stands in a header of its answer. */
const askToken = async (
  asBot: AsBot,
  tenant: string,
  timed: (make: () => Promise<Omit<Looked, 'ms'>>) => Promise<Looked>,
): Promise<readonly [Looked, Looked | null]> => {
  let granted: readonly string[] | null = null;
  const token = await timed(async () => {
    try {
      const said = await asBot(tenant, (client) => client.auth.test());
      granted = said.response_metadata?.scopes ?? null;
      // Of a token for a whole organisation Slack names the organisation, whichever of its workspaces is meant.
      return said.is_enterprise_install === true || [said.team_id, said.enterprise_id].includes(tenant)
        ? { at: 'token', ok: true, code: 'ok' }
        : { at: 'token', ok: false, code: 'another_workspace' };
    } catch (error) {
      return { at: 'token', ok: false, code: faultOf(error).code };
    }
  });
  if (granted === null) return [token, null];
  return [token, { at: 'scopes', ok: true, code: 'ok', ms: token.ms, values: granted }];
};

const tryWay = async (way: WayIn, now: number): Promise<Pick<Looked, 'ok' | 'code' | 'values'>> => {
  if (way.kind === 'socket')
    return way.connected()
      ? { ok: true, code: 'ok', values: ['socket'] }
      : { ok: false, code: 'not_connected', values: ['socket'] };
  if (way.publicUrl === null) return { ok: false, code: 'public_url_unset', values: ['https'] };
  try {
    return { ...(await challenge(way.publicUrl, await way.signingSecret(), now)), values: ['https'] };
  } catch (error) {
    return { ok: false, code: codeOfFetch(error), values: ['https'] };
  }
};

/** What Slack asks of an address before it sends anything there, signed as Slack signs, from here to the address that people see. */
const challenge = async (
  publicUrl: string,
  { current }: Secret,
  now: number,
): Promise<{ readonly ok: boolean; readonly code: string }> => {
  const asked = randomBytes(16).toString('hex');
  const body = JSON.stringify({ type: 'url_verification', challenge: asked });
  const stamp = String(Math.floor(now / 1_000));
  const response = await fetch(`${publicUrl}/slack/events`, {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/json',
      'x-slack-request-timestamp': stamp,
      'x-slack-signature': `v0=${createHmac('sha256', current).update(`v0:${stamp}:${body}`).digest('hex')}`,
    },
    redirect: 'manual',
    signal: AbortSignal.timeout(ANSWER_MS),
  });
  if (response.status !== 200) {
    await response.body?.cancel();
    return { ok: false, code: `http_${response.status}` };
  }
  const answered = parsedJson((await readText(response, MOST_BYTES)) ?? '');
  return isFields(answered) && answered['challenge'] === asked
    ? { ok: true, code: 'ok' }
    : { ok: false, code: 'challenge_not_answered' };
};
