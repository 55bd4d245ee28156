/**
 * One system, ready to be called: each call has its deadline, waits for its turn no longer than half of that, is not made while the
 * system is left alone, and sends no more than the description allows in a minute.
 */
import type { Clock, Log, Metrics } from '../../../core/ports.ts';
import type { DescribedBackend } from '../described.ts';
import type { SignIn } from '../signing-in/types.ts';
import { type Breaker, createBreaker } from './breaker.ts';
import { createQuota } from './quota.ts';
import { createResting } from './resting.ts';
import { createTurns } from './turns.ts';
import type { Came, Request, Send, Sent } from './types.ts';

/** A call that takes longer than two seconds, or than this part of its deadline, is slow: who waits must know while there is time left. */
const SLOW_MS = 2_000;
const SLOW_PART = 0.4;

/** What a call is made with, until its deadline. */
export interface Line {
  readonly signal: AbortSignal;
  /** Signed in. Never rejects. */
  readonly ask: (request: Request) => Promise<Came>;
}

export interface System {
  readonly backend: DescribedBackend;
  /** Nothing is asked of it just now, for it failed too often or asked for that. */
  leftAlone(): boolean;
  /** `person`: directory id of who asks. Null: it was not called, for it is busy or left alone. */
  call<T>(person: string, work: (line: Line) => Promise<T>): Promise<T | null>;
}

export const createSystem = (o: {
  readonly backend: DescribedBackend;
  readonly signIn: SignIn;
  readonly send: Send;
  readonly clock: Pick<Clock, 'now'>;
  readonly log?: Log | undefined;
  readonly metrics?: Metrics | undefined;
}): System => {
  const { backend, signIn, send, clock, log, metrics } = o;
  const { name, limits, timeoutMs } = backend;
  const turns = createTurns({ ...limits, slowMs: Math.min(SLOW_MS, timeoutMs * SLOW_PART) });
  const quota = createQuota({ ...limits, clock });
  const resting = createResting({ clock });
  const { oauth } = backend.signIn ?? {};
  const asPerson = oauth !== undefined && oauth.grant !== 'client-credentials';
  const breaker = createBreaker({
    failures: backend.breaker.failures,
    pauseMs: backend.breaker.pauseSeconds * 1_000,
    clock,
    changed: (state) => {
      if (metrics !== undefined) metrics.count('backend_breaker', { backend: name, state });
      log?.warn(`backend.${state}`, { name });
    },
  });

  return {
    backend,
    leftAlone: breaker.alone,
    call: async (person, work) => {
      if (resting.rests(person)) return null;
      const signal = AbortSignal.timeout(timeoutMs);
      const giveBack = await turns.take(timeoutMs / 2);
      if (giveBack === null) return null;
      // Asked only now: while it waited, the others may have failed.
      if (!breaker.mayCall()) {
        giveBack();
        return null;
      }
      let last: Came | null = null;
      try {
        return await work({
          signal,
          ask: async (request) => {
            last = quota.take(person) ? await askSignedIn({ signIn, send, request, person, signal }) : { how: 'busy' };
            return last;
          },
        });
      } finally {
        const came = judged(last, person);
        const own = asPerson && isTooMany(last) && came.afterMs !== null;
        if (own) resting.rest(person, came.afterMs);
        breaker.came(own ? { ...came, afterMs: null } : came);
        giveBack();
      }
    },
  };
};

/** It went on to sign in and send, whatever it says at its end: what was out when it gave up may have arrived. */
const askSignedIn = async (o: {
  readonly signIn: SignIn;
  readonly send: Send;
  readonly request: Request;
  readonly person: string;
  readonly signal: AbortSignal;
}): Promise<Came> => {
  const { signIn, send, request, person, signal } = o;
  let out: Sent | 'under way' | null = null;
  const came: Came = await signIn({
    request,
    person,
    signal,
    send: async (it, { headers, certificate }) => {
      out = 'under way';
      const sent = await send({ ...it, headers: { ...it.headers, ...headers } }, { signal, certificate });
      out = sent;
      return sent;
    },
  });
  return came.how === 'no-sign-in' ? whatWasOut(out, came) : came;
};

const whatWasOut = (out: Sent | 'under way' | null, came: Came): Came => {
  if (out === null) return came;
  if (out === 'under way') return { how: 'lost', code: 'deadline' };
  const refused = out.how === 'not-sent' || (out.how === 'answered' && out.status === 401);
  return refused ? came : out;
};

const isTooMany = (came: Came | null): boolean => came?.how === 'answered' && came.status === 429;

const OF_THE_WAY: readonly number[] = [502, 503, 504];

/** The last of its requests says how the system is. */
const judged = (came: Came | null, person: string): Parameters<Breaker['came']>[0] => {
  const nothing = { turned: 'nothing', afterMs: null, by: null } as const;
  if (came === null) return nothing;
  switch (came.how) {
    case 'answered': {
      const bad = came.status >= 500 || came.status === 408 || came.cut === true;
      const asksForPause = came.status === 429 || came.status === 503;
      const afterMs = asksForPause ? came.afterMs : null;
      // What stands before it says 502 to 504 of the system itself; any other fault may lie in what was asked.
      const by = came.status >= 500 && !OF_THE_WAY.includes(came.status) ? person : null;
      return { turned: bad ? 'failed' : came.status === 429 ? 'nothing' : 'well', afterMs, by };
    }
    case 'lost':
    case 'not-sent':
      return { turned: 'failed', afterMs: null, by: null };
    case 'no-sign-in':
      return { ...nothing, turned: came.code === 'unreachable' ? 'failed' : 'nothing' };
    case 'busy':
      return nothing;
  }
};
