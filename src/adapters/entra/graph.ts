/**
 * Microsoft Graph over plain http: every call has a deadline, a bound on its answer and a shape that the answer must have. What
 * failed on the way is asked again within the deadline, no sooner than Graph wants it. Nothing of an answer is logged.
 */
import type { z } from 'zod';
import type { Clock, Log, Metrics, Random } from '../../core/ports.ts';
import { safely } from '../../core/safely.ts';
import { parsedJson, readText } from '../bounded/body.ts';
import { codeOfFetch } from '../bounded/failure.ts';
import { sooner } from '../bounded/waiting.ts';
import { pauseOf } from './pause.ts';
import { createSlots } from './slots.ts';

/** `not-found`: Graph answered that there is none. `unavailable`: it could not be asked, or its answer is none. */
export type Answer<T> =
  | { readonly ok: true; readonly body: T }
  | { readonly ok: false; readonly why: 'not-found' | 'unavailable' };

export interface GraphQuestion<T> {
  /** Names it in metrics and log. */
  readonly operation: 'user' | 'mail' | 'groups' | 'roll' | 'members';
  /** Below the base, with its query; or a link that Graph gave, which must pass `isOwn`. */
  readonly url: string;
  /** Sent by POST where there is one. */
  readonly body?: Readonly<Record<string, unknown>>;
  /** What Graph calls an advanced query: answered from an index that is a moment behind. */
  readonly eventual?: boolean;
  readonly shape: z.ZodType<T>;
}

export interface Graph {
  /** Never rejects. */
  ask<T>(question: GraphQuestion<T>): Promise<Answer<T>>;
  /** Address of a path of version 1.0. */
  at(path: string): string;
  /** Whether a link stays where our token may go. */
  isOwn(link: string): boolean;
  stop(): void;
}

/** Graph answers in well under a second; a call that takes longer is lost. */
const CALL_MS = 2_500;

/** Within it a question is answered, with all its attempts: somebody waits for it. */
const ANSWER_MS = 5_000;

/** Nobody waits for the roll or for a group's members as for a reply, and a page of them is large. */
const LISTS = { callMs: 20_000, answerMs: 90_000, mostBytes: 16 * 1024 * 1024 };
const ONE = { callMs: CALL_MS, answerMs: ANSWER_MS, mostBytes: 1024 * 1024 };

const MOST_ATTEMPTS = 3;
const MOST_AT_ONCE = 16;
const MOST_WAITING = 500;
const FIRST_WAIT_MS = 200;
const JITTER_MS = 250;

/** Outcome of a call whose token was refused. */
const REFUSED = '401';

/** Where Graph wants a pause and does not say for how long. */
const PAUSE_MS = 10_000;

/** Printable ASCII without blanks: what a header may hold without changing its meaning. */
const HEADER_SAFE = /^[\x21-\x7e]+$/;

type Limits = typeof ONE;

/** What one attempt came to. */
type Attempt<T> =
  | { readonly kind: 'answer'; readonly answer: Answer<T>; readonly outcome: string }
  | { readonly kind: 'again'; readonly outcome: string; readonly pauseMs: number | null };

export interface GraphOptions {
  /** Without a slash at the end; see `checkedGraphUrl`. */
  readonly baseUrl: string;
  /** A bearer token for Graph, from whoever keeps it fresh. */
  readonly token: () => Promise<string>;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly random: Random;
}

export const createGraph = (o: GraphOptions): Graph => {
  const { clock } = o;
  const root = `${o.baseUrl}/v1.0/`;
  const stopping = new AbortController();
  const slots = createSlots({ most: MOST_AT_ONCE, mostWaiting: MOST_WAITING });
  /** Until then Graph wants to hear nothing from us, whoever asks. */
  let pausedUntil = 0;

  const isOwn = (link: string): boolean => {
    const url = URL.canParse(link) ? new URL(link) : null;
    const own = new URL(root);
    return url !== null && url.origin === own.origin && url.pathname.startsWith(own.pathname) && url.username === '';
  };

  const attempt = async <T>(question: GraphQuestion<T>, limits: Limits, signal: AbortSignal): Promise<Attempt<T>> => {
    // The bearer goes where Graph is and nowhere else, whoever made the address.
    if (!isOwn(question.url)) return failed('host-not-allowed');
    const token = await sooner(o.token(), signal);
    // A header that cannot be written is an error whose text holds the token: it must not come to that.
    if (!HEADER_SAFE.test(token)) return failed('token-malformed');
    const response = await fetch(question.url, {
      method: question.body === undefined ? 'GET' : 'POST',
      headers: {
        accept: 'application/json',
        authorization: `Bearer ${token}`,
        ...(question.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(question.eventual === true ? { consistencylevel: 'eventual' } : {}),
      },
      ...(question.body === undefined ? {} : { body: JSON.stringify(question.body) }),
      redirect: 'error',
      signal,
    });
    if (response.status === 200) {
      const text = await readText(response, limits.mostBytes);
      const read = safely(question.shape, text === null ? undefined : parsedJson(text));
      return read.success
        ? { kind: 'answer', answer: { ok: true, body: read.data }, outcome: 'ok' }
        : failed('malformed');
    }
    await response.body?.cancel();
    if (response.status === 404)
      return { kind: 'answer', answer: { ok: false, why: 'not-found' }, outcome: 'not-found' };
    if (response.status === 401) return { kind: 'again', outcome: REFUSED, pauseMs: null };
    if (response.status === 429) return { kind: 'again', outcome: '429', pauseMs: pauseOf(response) ?? PAUSE_MS };
    if (response.status >= 500) return { kind: 'again', outcome: `${response.status}`, pauseMs: pauseOf(response) };
    return failed(`${response.status}`);
  };

  const attempted = async <T>(question: GraphQuestion<T>, limits: Limits, signal: AbortSignal): Promise<Attempt<T>> => {
    try {
      return await attempt(question, limits, AbortSignal.any([signal, AbortSignal.timeout(limits.callMs)]));
    } catch (error) {
      return { kind: 'again', outcome: codeOfFetch(error), pauseMs: null };
    }
  };

  /** Waits until Graph wants to hear from us. False: that is past the deadline. */
  const allowed = async (end: number, signal: AbortSignal): Promise<boolean> => {
    const wait = pausedUntil - clock.now();
    if (wait <= 0) return true;
    if (clock.now() + wait + JITTER_MS > end) return false;
    await clock.sleep(wait + o.random.fraction() * JITTER_MS, signal);
    return !signal.aborted;
  };

  const tries = async <T>(question: GraphQuestion<T>, limits: Limits, signal: AbortSignal): Promise<Attempt<T>> => {
    const end = clock.now() + limits.answerMs;
    let last: Attempt<T> = failed('paused');
    let refused = false;
    for (let round = 1; round <= MOST_ATTEMPTS; round++) {
      if (!(await allowed(end, signal))) return last;
      last = await attempted(question, limits, signal);
      if (last.kind === 'answer' || signal.aborted) return last;
      if (last.outcome === REFUSED) {
        // A token that ended on the way, or one that Graph does not know everywhere yet: once more, with whichever is the token now.
        if (refused) return last;
        refused = true;
        continue;
      }
      const now = clock.now();
      if (last.pauseMs !== null) pausedUntil = Math.max(pausedUntil, now + last.pauseMs);
      else if (round < MOST_ATTEMPTS) {
        const wait = FIRST_WAIT_MS * 2 ** (round - 1) * (1 + o.random.fraction());
        if (now + wait > end) return last;
        await clock.sleep(wait, signal);
        if (signal.aborted) return last;
      }
    }
    return last;
  };

  const askWithin = async <T>(question: GraphQuestion<T>, limits: Limits): Promise<Attempt<T>> => {
    const signal = AbortSignal.any([stopping.signal, AbortSignal.timeout(limits.answerMs)]);
    if (!(await slots.enter(signal))) return failed('busy');
    try {
      return await tries(question, limits, signal);
    } finally {
      slots.leave();
    }
  };

  return {
    ask: async (question) => {
      const { operation } = question;
      const done = await askWithin(question, operation === 'roll' || operation === 'members' ? LISTS : ONE);
      o.metrics.count('graph_calls', { operation, outcome: done.outcome });
      o.log.debug?.('entra.called', { name: operation, code: done.outcome });
      if (done.kind === 'answer' && (done.answer.ok || done.answer.why === 'not-found')) return done.answer;
      if (!stopping.signal.aborted) o.log.warn('entra.call-failed', { name: operation, code: done.outcome });
      return { ok: false, why: 'unavailable' };
    },
    at: (path) => `${root}${path}`,
    isOwn,
    stop: () => stopping.abort(),
  };
};

const failed = <T>(outcome: string): Attempt<T> => ({
  kind: 'answer',
  answer: { ok: false, why: 'unavailable' },
  outcome,
});
