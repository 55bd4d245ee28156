/**
 * What comes back with somebody who was sent to Slack: that we sent them, a moment ago, and this very browser. It is made and proved without the store, so that whoever
 * opens the page a thousand times fills nothing; only what is used is remembered.
 */
import { hash, timingSafeEqual } from 'node:crypto';
import type { Clock, Random } from '../../core/ports.ts';
import { type HostCookie, onlyCookie, setCookie } from '../bounded/cookies.ts';

/** Slack's page may wait for an administrator's nod, who then begins anew. ms. */
export const STATE_MS = 10 * 60_000;

const COOKIE: HostCookie = { name: 'sotto-install', sameSite: 'Lax' };

const SHAPE = /^([\w-]{22})\.([0-9a-z]{8,11})\.([0-9a-f]{32})$/;

export interface InstallState {
  /** For the address, and the header that binds it to the browser. */
  make(): { readonly state: string; readonly cookie: string };
  /** `what`: under which its use is remembered until `until`. */
  check(o: {
    readonly state: string;
    readonly cookies: string | undefined;
  }):
    | { readonly ok: true; readonly what: string; readonly until: number }
    | { readonly ok: false; readonly code: 'state-forged' | 'state-foreign-browser' | 'state-late' };
  /** The header that takes it from the browser again. */
  readonly clear: string;
}

export const createInstallState = (o: {
  readonly clock: Pick<Clock, 'now'>;
  readonly random: Pick<Random, 'id'>;
  /** Keyed hash, the same in every process, 32 characters of hex. */
  readonly fingerprint: (value: string) => string;
  /** Under every key that is accepted. */
  readonly fingerprints: (value: string) => readonly string[];
}): InstallState => ({
  make: () => {
    const body = `${o.random.id()}.${o.clock.now().toString(36)}`;
    const state = `${body}.${o.fingerprint(signed(body))}`;
    return { state, cookie: setCookie(COOKIE, { value: state, seconds: STATE_MS / 1_000 }) };
  },
  check: ({ state, cookies }) => {
    const [, nonce = '', at = '', mac = ''] = SHAPE.exec(state) ?? [];
    const body = `${nonce}.${at}`;
    if (nonce === '' || !o.fingerprints(signed(body)).some((due) => same(due, mac)))
      return { ok: false, code: 'state-forged' };
    // The same cookie twice is somebody's trick, and none is another browser.
    if (!same(onlyCookie(COOKIE, cookies) ?? '', state)) return { ok: false, code: 'state-foreign-browser' };
    const until = Number.parseInt(at, 36) + STATE_MS;
    const now = o.clock.now();
    if (!(now < until) || now < until - STATE_MS - CLOCKS_MS) return { ok: false, code: 'state-late' };
    return { ok: true, what: hash('sha256', `slack-install ${nonce}`), until: until + CLOCKS_MS };
  },
  clear: setCookie(COOKIE, { value: '', seconds: 0 }),
});

/** Clocks of two processes differ by less. ms. */
const CLOCKS_MS = 60_000;

const signed = (body: string): string => `slack-install ${body}`;

/** In constant time for texts of one length. */
const same = (a: string, b: string): boolean => {
  const [x, y] = [Buffer.from(a), Buffer.from(b)];
  return x.length === y.length && timingSafeEqual(x, y);
};
