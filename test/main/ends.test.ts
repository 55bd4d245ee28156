import { describe, expect, it } from '@jest/globals';
import { generate } from 'selfsigned';
import { createMetrics } from '../../src/adapters/metrics/metrics.ts';
import type { LogFields, Secret } from '../../src/core/ports.ts';
import { createEnds } from '../../src/main/ends.ts';
import { createFakeClock } from '../support/fake-clock.ts';

const DAY_MS = 24 * 3_600_000;

const certificate = async (until: Date): Promise<string> => {
  const { cert, private: key } = await generate([{ name: 'commonName', value: 'localhost' }], {
    notBeforeDate: new Date(until.getTime() - 90 * DAY_MS),
    notAfterDate: until,
  });
  return cert + key;
};

describe('what ends', () => {
  const staged = (warnMs = 30 * DAY_MS) => {
    const clock = createFakeClock();
    const held = new Map<string, Secret>();
    const logged: (LogFields & { readonly event: string })[] = [];
    const log = {
      info: () => undefined,
      warn: () => undefined,
      error: (event: string, fields: LogFields = {}) => void logged.push({ event, ...fields }),
    };
    const ends = createEnds({
      secrets: {
        get: async (name) => {
          const secret = held.get(name);
          if (secret === undefined) throw new Error('there is none');
          return secret;
        },
      },
      certificates: { tls: () => clock.now() + 3_600_000, plain: () => null },
      clock,
      log,
      warnMs,
    });
    const put = (name: string, until: number | null): void => {
      held.set(name, { current: 'v', accepted: ['v'], until });
    };
    return { clock, held, logged, ends, put };
  };

  it('is told in seconds of every secret that was asked for and ends, as the vault has it now', async () => {
    const { clock, ends, put } = staged();
    put('ending', clock.now() + 10_000);
    put('lasting', null);
    put('unasked', clock.now() + 10_000);
    for (const name of ['ending', 'lasting']) await ends.secrets.get(name);
    expect(await ends.secondsLeft()).toEqual({ ending: 10 });
    await clock.advance(4_000);
    expect(await ends.secondsLeft()).toEqual({ ending: 6 });
    put('ending', clock.now() + 90_000);
    expect(await ends.secondsLeft()).toEqual({ ending: 90 });
    put('ending', null);
    expect(await ends.secondsLeft()).toEqual({});
  });

  it('stays known once it has ended and the vault gives it no more, below nought', async () => {
    const { clock, ends, put, held } = staged();
    put('ending', clock.now() + 10_000);
    await ends.secrets.get('ending');
    held.clear();
    await clock.advance(12_000);
    await expect(ends.secrets.get('ending')).rejects.toThrow('there is none');
    expect(await ends.secondsLeft()).toEqual({ ending: -2 });
  });

  it('keeps no reader of the metrics waiting for a vault that hangs', async () => {
    const { clock, log } = {
      ...staged(),
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    };
    let hang = false;
    const ends = createEnds({
      secrets: {
        get: () =>
          hang
            ? new Promise(() => undefined)
            : Promise.resolve({ current: 'v', accepted: ['v'], until: clock.now() + 5_000 }),
      },
      clock,
      log,
      warnMs: DAY_MS,
    });
    await ends.secrets.get('ending');
    hang = true;
    expect(await ends.secondsLeft()).toEqual({ ending: 5 });
  });

  it('is shown as a metric that those who watch can set an alarm on', async () => {
    const { clock, ends, put } = staged();
    const metrics = createMetrics();
    put('slack-bot-token', clock.now() + 86_400_000);
    await ends.secrets.get('slack-bot-token');
    metrics.set('secret_ends_seconds', await ends.secondsLeft());
    metrics.set('certificate_ends_seconds', ends.certificatesLeft());
    const text = await metrics.render();
    expect(text).toContain('sotto_secret_ends_seconds{name="slack-bot-token"} 86400');
    expect(text).toContain('sotto_certificate_ends_seconds{name="tls"} 3600');
    expect(text).not.toContain('name="plain"');
  });

  it('is warned of thirty days ahead where a certificate in it ends first, once in six hours, until there is a new one', async () => {
    const { clock, ends, held, logged } = staged();
    // A certificate's times are whole seconds.
    const now = Math.ceil(clock.now() / 1_000) * 1_000;
    await clock.advance(now - clock.now());
    const hold = async (end: number, until: number | null): Promise<void> => {
      const current = await certificate(new Date(end));
      held.set('teams-app-certificate', { current, accepted: [current], until });
      await ends.secrets.get('teams-app-certificate');
    };
    await hold(now + 31 * DAY_MS, null);
    ends.warn();
    expect(logged).toEqual([]);
    await clock.advance(DAY_MS);
    ends.warn();
    ends.warn();
    const warning = { event: 'secrets.expiring', name: 'teams-app-certificate', leftMs: 30 * DAY_MS };
    expect(logged).toEqual([warning]);
    expect(await ends.secondsLeft()).toEqual({ 'teams-app-certificate': 30 * 86_400 });
    await clock.advance(6 * 3_600_000 - 1);
    ends.warn();
    expect(logged).toHaveLength(1);
    await clock.advance(1);
    ends.warn();
    expect(logged).toHaveLength(2);
    // Of one that the vault itself ends first the vault's adapter warns.
    await hold(now + 90 * DAY_MS, clock.now() + DAY_MS);
    await clock.advance(6 * 3_600_000);
    ends.warn();
    expect(logged).toHaveLength(2);
  });
});
