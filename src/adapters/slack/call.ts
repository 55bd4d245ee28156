import type { WebClient } from '@slack/web-api';
import type { Changed, Log, Metrics } from '../../core/ports.ts';
import { type CallFault, failed } from '../bounded/fault.ts';
import type { AsBot } from './client.ts';
import { faultOf } from './faults.ts';

export type Called<T> = { readonly done: T } | { readonly fault: CallFault };

/** Makes one call; a failure comes back as a value, counted and, where somebody should look, logged by its code. */
export type Call = <T>(tenant: string, method: string, make: (client: WebClient) => Promise<T>) => Promise<Called<T>>;

export const createCall =
  (o: { readonly asBot: AsBot; readonly log: Log; readonly metrics: Metrics }): Call =>
  async (tenant, method, make) => {
    try {
      const done = await o.asBot(tenant, make);
      o.log.debug?.('slack.called', { tenant, name: method, code: 'ok' });
      o.metrics.count('slack_calls', { method, outcome: 'ok' });
      return { done };
    } catch (error) {
      const fault = faultOf(error);
      o.metrics.count('slack_calls', { method, outcome: fault.kind });
      o.log.debug?.('slack.called', { tenant, name: method, code: fault.code });
      if (fault.alarm) o.log.error('slack.call-failed', { tenant, name: method, code: fault.code });
      return { fault };
    }
  };

/** What became of a change, which may be repeated and so is `later` where it is unclear. */
export const changed = (called: Called<unknown>): Changed =>
  'done' in called ? { ok: true } : failed(called.fault, { absent: 'gone', unclear: 'later' });
