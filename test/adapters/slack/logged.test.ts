import { afterEach, describe, expect, it } from '@jest/globals';
import type { LogFields } from '../../../src/core/ports.ts';
import { EVAN, openSlack, type SlackBench, TEAM, TOKEN } from './support.ts';

const SECRET = 'canary4711';
const DIRECT = { tenant: TEAM, user: EVAN, channel: 'D0EVAN0000' };
const card = (text: string) => ({ title: SECRET, text, note: SECRET, buttons: [], fallback: null });

let bench: SlackBench | null = null;
afterEach(async () => {
  await bench?.close();
  bench = null;
});

/** How calls end: well, and in every way that a stand-in can make them end badly. */
const ENDS = [
  null,
  '429',
  '500-before',
  '500-after',
  'reset',
  'reset-after',
  'missing_scope',
  'token_revoked',
  'token_expired',
  'invalid_blocks',
  'delete_failed',
  SECRET,
] as const;

describe('R27 what is logged of calls, at any level', () => {
  it('R27 holds no words, no token, no address and no trigger, however they end', async () => {
    const logged: string[] = [];
    const note = (event: string, fields?: LogFields): void => void logged.push(JSON.stringify({ event, ...fields }));
    const counted: string[] = [];
    const stage = await openSlack({
      adapter: {
        log: { debug: note, info: note, warn: note, error: note },
        metrics: { count: (...what) => void counted.push(JSON.stringify(what)), observe: () => undefined },
      },
    });
    bench = stage;
    const { platform } = stage.slack;
    const ref = { platform: 'slack', tenant: TEAM, channel: 'D0EVAN0000', id: '1.000001' } as const;
    const account = { platform: 'slack', tenant: TEAM, user: EVAN, external: false } as const;
    const lines: number[] = [];
    for (const how of ENDS) {
      if (how !== null) stage.standIn.fail({ method: '*', how, times: 9 });
      await platform.post({ to: DIRECT, card: card(SECRET), key: 'k' });
      await platform.find({ to: DIRECT, key: 'k' });
      await platform.update({ ref, card: card(SECRET) });
      await platform.remove({ ref });
      await platform.update({ ref: { ...ref, channel: 'view', id: 'V1' }, card: card(SECRET) });
      await platform.whisper({ to: DIRECT, channel: 'C0GENERAL0', thread: null, text: SECRET });
      await platform.aside?.({ to: DIRECT, channel: 'C0GENERAL0', thread: null, card: card(SECRET) });
      await platform.showHome?.({ account, home: async () => ({ sections: [card(SECRET)] }) });
      await stage.slack.profile(account);
      await platform.respond({ to: `https://hooks.slack.com/${SECRET}`, card: card(SECRET) });
      lines.push(logged.length);
    }
    // Each round left its lines: the test sees the level that says most.
    expect(lines.every((count, at) => count > (lines[at - 1] ?? 0))).toBe(true);
    const all = [...logged, ...counted].join('\n');
    expect(all).toContain('chat.postMessage');
    for (const secret of [SECRET, TOKEN, 'hooks.slack', 'trigger', 'Bearer']) expect(all).not.toContain(secret);
  }, 60_000);
});
