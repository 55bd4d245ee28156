import { z } from 'zod';
import { safely } from '../../core/safely.ts';
import { parsedJson } from '../bounded/body.ts';
import type { CallFault } from '../bounded/fault.ts';
import type { Answer, NoAnswer } from './transport.ts';

export type Outcome<T> = { readonly done: T } | { readonly fault: CallFault };

const SECOND_MS = 1_000;

/** Where Teams says "too many" and not how long. */
const BARE_LIMIT_MS = 5 * SECOND_MS;

/** Where Teams says "try again" (412) and not when: it means a clash of the moment. */
const CLASH_MS = SECOND_MS;

const PARKED_MS = 15 * 60 * SECOND_MS;

/** A longer wait is not believed: removals must go on. */
const LONGEST_WAIT_MS = 60 * 60 * SECOND_MS;

export const fault = (
  kind: CallFault['kind'],
  code: string,
  o: Partial<Pick<CallFault, 'afterMs' | 'because' | 'alarm'>> = {},
): CallFault => ({ kind, code, alarm: false, ...o });

/** Bad request, wrong method, not acceptable, too large, address too long, wrong type, not understood, headers too large, unavailable for legal reasons. */
const OF_WHAT_WAS_ASKED: ReadonlySet<number> = new Set([400, 405, 406, 411, 413, 414, 415, 422, 431, 451]);

/** A person or an administrator does not want the bot there: nothing is broken, and nothing will help (Teams facts, section 9). */
const UNWANTED: ReadonlySet<string> = new Set([
  'BotNotInConversationRoster',
  'BotDisabledByAdmin',
  'ConversationBlockedByUser',
  'MessageWritesBlocked',
]);

/**
 * What an answer means that is not the one hoped for (Teams facts, sections 4 and 9; requirements 9 and 10). The status
 * decides, for in practice the code is often absent. Whether `unclear` is `lost` or may be repeated is for the caller to say.
 */
export const faultOf = (outcome: Answer | NoAnswer): CallFault => {
  if (outcome.kind !== 'answer') {
    if (outcome.code === 'host_not_allowed') return fault('final', outcome.code, { alarm: true });
    return fault(outcome.kind === 'unclear' ? 'unclear' : 'passing', outcome.code);
  }
  const { status } = outcome;
  const said = codeIn(outcome);
  const code = said ?? `http_${status}`;
  const afterMs = retryAfter(outcome);
  switch (true) {
    case status === 429:
      return fault('limited', code, { afterMs: afterMs ?? BARE_LIMIT_MS });
    case status === 412 || status === 409 || status === 425:
      return fault('passing', code, { afterMs: afterMs ?? CLASH_MS });
    case status >= 500 || status === 408:
      return fault('unclear', code, afterMs === null ? {} : { afterMs });
    case status === 401:
      return said === 'BotNotRegistered'
        ? fault('final', code, { alarm: true })
        : fault('parked', code, { afterMs: PARKED_MS, alarm: true });
    case status === 403:
      // Without a code that says why it may be the address that is of long ago, or a trouble of Teams' own.
      return said !== null && UNWANTED.has(said)
        ? fault('final', code)
        : fault('final', code, { alarm: true, because: 'unsteady' });
    case status === 404:
      return absence(outcome, said);
    case status === 410:
      return fault('absent', code);
    // A redirect would carry the token to wherever it points; the others are of what was asked, and will be the same next time.
    case (status >= 300 && status < 400) || OF_WHAT_WAS_ASKED.has(status):
      return fault('final', code, { alarm: true });
    // Nobody documents it: whoever calls has a limit on how often it tries.
    default:
      return fault('passing', code, { alarm: true, because: 'unknown' });
  }
};

/** Only Teams itself can say that something is not there: a page of some gateway in between cannot. */
const absence = (answer: Answer, said: string | null): CallFault => {
  if (said !== null && UNWANTED.has(said)) return fault('final', said);
  const page = /^text\/html/i.test(answer.headers['content-type'] ?? '');
  return page ? fault('passing', 'http_404_page', { alarm: true }) : fault('absent', said ?? 'http_404');
};

const refusal = z.object({ error: z.object({ code: z.string().regex(/^[A-Za-z]{2,40}$/) }) });

/** The code that stands in a refusal, if it looks like one (letters only, for nothing random is); never the message beside it. */
const codeIn = ({ headers, body }: Answer): string | null => {
  if (!/^application\/json/i.test(headers['content-type'] ?? '')) return null;
  const said = safely(refusal, parsedJson(body));
  return said.success ? said.data.error.code : null;
};

/** In whole seconds, as Teams says it. */
const retryAfter = ({ headers }: Answer): number | null => {
  const said = headers['retry-after'] ?? '';
  if (!/^[0-9]{1,6}$/.test(said)) return null;
  return Math.min(LONGEST_WAIT_MS, Math.max(1, Number(said)) * SECOND_MS);
};
