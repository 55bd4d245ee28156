/**
 * After the data key has changed, what lies in the store is wrapped by the new one, page by page in the background, until nothing is
 * left under an older one. Politely: no more than a fifth of the time is the store's, and all processes together take so many pages
 * a second. Nothing is kept of how far it came: whoever begins anew passes over what is done.
 */
import { codeOf } from './errors.ts';
import type { Clock, Log, Rewraps, SealedValue, Store } from './ports.ts';
import { contextOfKept } from './sealing.ts';

/** Values of a page: a few ms of the store's time. */
const PAGE = 200;

/** For each ms that a page took, so many ms are left to others. */
const PAUSES = 4;

/** Pages, of all processes together. */
const PAGES = { key: 'rewrap', perMinute: 1_200, burst: 5 } as const;

/** A walk has an end, however much is added meanwhile. */
const MOST_PAGES = 1_000_000;

/** What somebody worked on, or changed meanwhile, is looked for again after so long, ms. */
const AGAIN_MS = 5_000;

/** Looked through anew that often, ms: somebody may have been cut off from the vault for long. */
const CHECK_MS = 60 * 60_000;

/** After the start others come first, ms. */
const FIRST_MS = 1_000;

/** Walks in a row that find nothing to do once nobody seals under an older key, before it is said to be done: what is moved during one of them may be met by none. */
const CLEAN = 2;

export interface ResealingState {
  /** Of the data key that everything is to lie under. */
  readonly keyId: string;
  /** `walking`: for the first time under this key; `left`: something is still under another; `done`: nothing is. */
  readonly state: 'walking' | 'left' | 'done';
  /** Values wrapped anew under this key by this process. */
  readonly rewrapped: number;
  /** Under an older key or format at the end of the last whole walk; null: there was none. */
  readonly left: number | null;
  /** That opened under no key that is accepted. */
  readonly lost: number;
  /** Looked at in this walk, and in the last whole one. */
  readonly seen: number;
  readonly total: number | null;
  /** ms since the epoch: when this process began with this key, and when it was done; null: it is not. */
  readonly since: number;
  readonly doneAt: number | null;
}

export interface Resealing {
  start(): void;
  /** Looks at once whether the sealer has another key by now. */
  rotated(): void;
  state(): ResealingState;
  /** After the page that is being wrapped. */
  stop(): Promise<void>;
}

interface Walk {
  readonly rewrapped: number;
  readonly left: number;
  readonly lost: number;
}

export const createResealing = (o: {
  readonly store: Pick<Store, 'sealed' | 'budgets'>;
  readonly sealer: Rewraps & { keyId(): string };
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: { set(name: string, values: Readonly<Record<string, number>>): void };
  /** Once a key is in force here, so long may another process still seal under an older one, ms. */
  readonly behindMs: number;
}): Resealing => {
  const { store, sealer, clock, log, behindMs } = o;
  const stopping = new AbortController();
  let loop: Promise<void> = Promise.resolve();
  let ring: AbortController | null = null;

  const begun = (): ResealingState => ({
    keyId: sealer.keyId(),
    state: 'walking',
    rewrapped: 0,
    left: null,
    lost: 0,
    seen: 0,
    total: null,
    since: clock.now(),
    doneAt: null,
  });
  let state = begun();
  let clean = 0;
  let toldLost = 0;

  const show = (change: Partial<ResealingState>): void => {
    state = { ...state, ...change };
    const { rewrapped: done, lost, left } = state;
    o.metrics.set('rewrap', { done, lost, ...(left === null ? {} : { left }) });
  };

  const rest = async (ms: number): Promise<void> => {
    if (stopping.signal.aborted) return;
    ring = new AbortController();
    await clock.sleep(ms, ring.signal);
  };

  /** Waits until another page may be had. */
  const turn = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const now = clock.now();
      const { granted, nextAt } = await store.budgets.take({ ...PAGES, want: 1, now });
      if (granted > 0) return;
      await rest(Math.max(1, nextAt - now));
    }
  };

  const page = async (values: readonly SealedValue[]): Promise<Walk> => {
    const changes = new Map<string, { readonly place: string; readonly had: string; readonly has: string }>();
    let [busy, lost] = [0, 0];
    for (const value of values) {
      const wrapped = sealer.rewrap(contextOfKept(value), value.value);
      if (wrapped.how === 'lost') lost += 1;
      if (wrapped.how !== 'rewrapped') continue;
      if (value.busy) busy += 1;
      else changes.set(value.place, { place: value.place, had: value.value, has: wrapped.sealed });
    }
    if (changes.size === 0) return { left: busy, lost, rewrapped: 0 };
    const rewrapped = await store.sealed.swap({ changes: [...changes.values()] });
    return { left: busy + changes.size - rewrapped, lost, rewrapped };
  };

  /** Null: it was stopped, or the key has changed meanwhile. */
  const walk = async (): Promise<Walk | null> => {
    const { keyId } = state;
    let [left, lost, rewrapped] = [0, 0, 0];
    let cursor: string | null = null;
    show({ seen: 0 });
    for (let pages = 0; pages < MOST_PAGES; pages++) {
      await turn();
      if (stopping.signal.aborted || sealer.keyId() !== keyId) return null;
      const from = clock.now();
      const found: Awaited<ReturnType<Store['sealed']['scan']>> = await store.sealed.scan({ cursor, limit: PAGE });
      const done = await page(found.values);
      left += done.left;
      lost += done.lost;
      rewrapped += done.rewrapped;
      show({ seen: state.seen + found.values.length, rewrapped: state.rewrapped + done.rewrapped });
      cursor = found.cursor;
      if (cursor === null) return { rewrapped, left, lost };
      await rest(PAUSES * Math.max(0, clock.now() - from));
    }
    return { rewrapped, left: left + 1, lost };
  };

  /** How long to wait before the next walk. */
  const once = async (): Promise<number> => {
    if (sealer.keyId() !== state.keyId) {
      clean = 0;
      state = begun();
    }
    const { since } = state;
    const startedAt = clock.now();
    const walked = await walk();
    if (walked === null) return 0;
    const { rewrapped, left, lost } = walked;
    const found = rewrapped + left > 0;
    const alone = startedAt - since >= behindMs;
    clean = alone && !found ? clean + 1 : 0;
    if (lost > toldLost) log.warn('data-key.lost', { count: lost });
    toldLost = lost;
    const over = clean >= CLEAN;
    const now = clock.now();
    const first = over && state.doneAt === null;
    show({ left, lost, total: state.seen, state: over ? 'done' : 'left', doneAt: over ? (state.doneAt ?? now) : null });
    if (first && state.rewrapped > 0) log.info('data-key.rewrapped', { count: state.rewrapped, ms: now - since });
    if (over) return CHECK_MS;
    return found ? AGAIN_MS : Math.max(AGAIN_MS, since + behindMs - now);
  };

  return {
    start: () => {
      loop = (async () => {
        await rest(FIRST_MS);
        while (!stopping.signal.aborted) {
          const wait = await once().catch((error: unknown) => {
            log.error('data-key.rewrap-failed', { code: codeOf(error) });
            return AGAIN_MS;
          });
          if (wait > 0 && sealer.keyId() === state.keyId) await rest(wait);
        }
      })();
    },
    rotated: () => {
      if (sealer.keyId() !== state.keyId) ring?.abort();
    },
    state: () => state,
    stop: async () => {
      stopping.abort();
      ring?.abort();
      await loop;
    },
  };
};
