/** This machine's clock beside the clocks of others. Two processes of one machine share one, so none of ours is asked. */

import { codeOfFetch } from '../../adapters/bounded/failure.ts';
import type { Config } from '../../config.ts';
import { ago } from '../time-words.ts';
import { finding, type Line, ok, warning } from './line.ts';
import { metadataUrl } from './provider.ts';

const ASK_MS = 5_000;

/** A date in a header is cut to the second. */
const CUT_MS = 500;

/** Half of a lease: beyond it two machines could both believe that they hold one question. */
const WRONG_MS = 30_000;
const OFF_MS = 2_000;

const SLACK = 'https://slack.com/api/';
const TEAMS = 'https://login.botframework.com/v1/.well-known/openidconfiguration';

/** How far a clock is ahead of this machine's, and how wrong that may be, ms. */
export interface Offset {
  readonly aheadMs: number;
  readonly withinMs: number;
}

/** Those of whom the time can be asked. */
type Clocked = Pick<Config, 'vault' | 'slack' | 'teams'> & Partial<Pick<Config, 'signIn'>>;

/** Who has a clock of their own and says what time it is to anybody: no token goes there. */
export const clocksOf = (config: Clocked): readonly { readonly of: string; readonly url: string }[] => [
  ...(config.vault.kind === 'key-vault' ? [{ of: 'the vault', url: config.vault.url }] : []),
  ...(config.slack === null
    ? []
    : [{ of: 'Slack', url: new URL('api.test', config.slack.unsafeApiUrl ?? SLACK).href }]),
  ...(config.teams === null ? [] : [{ of: 'Teams', url: config.teams.unsafeStandIn?.openIdMetadataUrl ?? TEAMS }]),
  ...(config.signIn == null ? [] : [{ of: 'the OpenID provider', url: metadataUrl(config.signIn.issuer) }]),
];

/** By the `Date` of an answer, whatever it is. Refuses where there is none. */
const askedAt = async (url: string, now: () => number): Promise<Offset> => {
  const begun = now();
  const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(ASK_MS) });
  const ended = now();
  await response.body?.cancel();
  const date = Date.parse(response.headers.get('date') ?? '');
  if (Number.isNaN(date)) throw new Error('an answer without a date');
  return { aheadMs: date + CUT_MS - (begun + ended) / 2, withinMs: (ended - begun) / 2 + CUT_MS };
};

/** `redis`: what the store said, where it is one. */
export const lookAtClock = async (o: {
  readonly config: Clocked;
  readonly redis: Offset | null;
  readonly now: () => number;
}): Promise<readonly Line[]> => {
  const asked = await Promise.all(
    clocksOf(o.config).map(async ({ of, url }) => {
      try {
        return offsetLine(of, await askedAt(url, o.now));
      } catch (error) {
        return warning('clock', {
          what: `The clock of ${of} could not be read (${codeOfFetch(error)}).`,
          why: 'Whether this machine’s agrees with it is not known.',
          mend: 'See that this machine may reach it: docs/operations.md has the list for the firewall.',
        });
      }
    }),
  );
  return [...(o.redis === null ? [] : [offsetLine('Redis', o.redis)]), ...asked];
};

export const offsetLine = (of: string, { aheadMs, withinMs }: Offset): Line => {
  // Only what is beyond doubt counts.
  const off = Math.max(0, Math.abs(aheadMs) - withinMs);
  if (off < OFF_MS)
    return ok('clock', `This machine’s clock agrees with that of ${of} (to ${ago(Math.max(1, withinMs))}).`);
  const told = {
    what: `This machine’s clock is ${ago(Math.abs(aheadMs))} ${aheadMs > 0 ? 'behind' : 'ahead of'} that of ${of}.`,
    why:
      off < WRONG_MS
        ? 'Answers leave so much too soon or too late, and the record is off by it.'
        : 'Two machines could take one question; at five minutes Slack’s requests are refused as stale.',
    mend: 'Let the machine keep its time by NTP: timedatectl set-ntp true, then timedatectl status.',
  };
  return off < WRONG_MS ? warning('clock', told) : finding('clock', told);
};
