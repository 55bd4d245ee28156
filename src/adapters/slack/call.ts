import type { WebClient } from '@slack/web-api';
import type { Changed, Log, Metrics } from '../../core/ports.ts';
import { type CallFault, failed, pacedFault } from '../bounded/fault.ts';
import type { AsBot } from './client.ts';
import { faultOf } from './faults.ts';
import type { Pacer } from './pacer.ts';

export type Called<T> = { readonly done: T } | { readonly fault: CallFault };

/**
 * Makes one call when it is its turn; a failure comes back as a value, counted and, where somebody should look, logged by its code. One
 * whose turn is too far off was not made: `limited`, with code `paced`. `channel`: where it posts.
 */
export type Call = <T>(
  tenant: string,
  method: string,
  make: (client: WebClient) => Promise<T>,
  o?: { readonly channel?: string },
) => Promise<Called<T>>;

export const createCall =
  (o: { readonly asBot: AsBot; readonly pacer: Pacer; readonly log: Log; readonly metrics: Metrics }): Call =>
  async (tenant, method, make, { channel } = {}) => {
    const turn = await o.pacer.turn({ tenant, method, channel });
    if (!turn.ok) {
      o.metrics.count('slack_paced', { method });
      const fault = pacedFault(turn.afterMs);
      o.log.debug?.('slack.called', { tenant, name: method, code: fault.code });
      return { fault };
    }
    try {
      const done = await o.asBot(tenant, make);
      turn.done();
      o.log.debug?.('slack.called', { tenant, name: method, code: 'ok' });
      o.metrics.count('slack_calls', { method, outcome: 'ok' });
      return { done };
    } catch (error) {
      const fault = faultOf(error);
      turn.done({ waitMs: fault.kind === 'limited' ? fault.afterMs : undefined });
      o.metrics.count('slack_calls', { method, outcome: fault.kind });
      o.log.debug?.('slack.called', { tenant, name: method, code: fault.code });
      if (fault.alarm) o.log.error('slack.call-failed', { tenant, name: method, code: fault.code });
      return { fault };
    }
  };

/** What became of a change, which may be repeated and so is `later` where it is unclear. */
export const changed = (called: Called<unknown>): Changed =>
  'done' in called ? { ok: true } : failed(called.fault, { absent: 'gone', unclear: 'later' });
