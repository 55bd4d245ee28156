/** The pages on a real server, with what the core answers laid by. */
import { createAuthRoutes } from '../../../src/adapters/auth-pages/auth-pages.ts';
import { createHttpServer } from '../../../src/adapters/http/server.ts';
import type { OrderSession, OrderSteps, SignInSteps } from '../../../src/core/auth-steps.ts';
import { repliesIn } from '../../../src/core/replies/replies.ts';

export const TOKEN = 'k'.repeat(43);
export const NOW = 1_800_000_000_000;
const MINUTE_MS = 60_000;

export const HANA: OrderSession = {
  id: 'session-of-hana',
  person: 'hana',
  name: 'Hana Okafor <b>',
  locale: 'en',
  until: NOW + 14 * MINUTE_MS,
  key: 'key-of-hana',
};

export type Played = SignInSteps & OrderSteps;

/** What is answered unless a test says otherwise: all is well. */
const WELL: Omit<Played, 'begin' | 'finish'> & { readonly signIn: SignInSteps; readonly order: OrderSteps } = (() => {
  const signIn: SignInSteps = {
    look: async () => ({ state: 'ready', locale: 'en', minutes: 15, until: NOW + 9 * MINUTE_MS }),
    begin: async () => ({
      ok: true,
      address: 'https://login.example.com/authorize?a=1&b=%22%3E',
      locale: 'en',
      cookie: { value: 'browser-mark-of-22-letters', seconds: 600 },
    }),
    finish: async () => ({
      ok: true,
      locale: 'en',
      at: NOW - MINUTE_MS,
      until: NOW + 14 * MINUTE_MS,
      answered: 1,
      disown: 'disown-value',
    }),
    disown: async () => ({ locale: 'en' }),
  };
  const order: OrderSteps = {
    begin: async () => ({
      ok: true,
      address: 'https://login.example.com/authorize?order',
      locale: 'en',
      cookie: { value: 'begun', seconds: 600 },
    }),
    isTheirs: ({ query }) => query.includes('state=o.'),
    finish: async () => ({ ok: true, session: HANA, cookie: { value: 'session', seconds: 840 } }),
    session: async ({ browser }) => (browser === 'session' ? HANA : null),
    isOwnForm: ({ session, key }) => key === session.key,
    read: async () => ({
      ok: true,
      shown: {
        what: 'Pauses Sotto for everybody <i>.',
        look: null,
        needed: 1,
        confirmed: 0,
        until: NOW + 8 * MINUTE_MS,
        seen: 'seen-value',
      },
    }),
    confirm: async () => ({ says: 'Confirmed. It is being done.', ended: true, done: true }),
    leave: async () => undefined,
  };
  return { ...signIn, ...order, signIn, order };
})();

export interface Bench {
  readonly url: string;
  /** What was asked of the core, in order: `look`, `order.read` … */
  readonly asked: string[];
  /** What each was asked with. */
  readonly given: unknown[];
  readonly counted: string[];
  readonly logged: string[];
  close(): Promise<void>;
}

export const openPages = async (
  o: {
    readonly signIn?: Partial<SignInSteps>;
    readonly order?: Partial<OrderSteps>;
    readonly port?: number;
    readonly contact?: boolean;
  } = {},
): Promise<Bench> => {
  const asked: string[] = [];
  const given: unknown[] = [];
  const counted: string[] = [];
  const logged: string[] = [];
  const noted = <T extends object>(steps: T, prefix: string): T =>
    Object.fromEntries(
      Object.entries(steps).map(([name, step]) => [
        name,
        (with_: unknown) => {
          asked.push(`${prefix}${name}`);
          given.push(with_);
          return (step as (asked: unknown) => unknown)(with_);
        },
      ]),
    ) as T;
  const note = (event: string, fields?: unknown) => void logged.push(JSON.stringify([event, fields]));
  const log = { info: note, warn: note, error: note, debug: note };
  const server = await createHttpServer({
    host: '127.0.0.1',
    port: o.port ?? 0,
    opsPort: 0,
    routes: createAuthRoutes({
      publicUrl: () => 'https://sotto.example.com',
      signIn: noted({ ...WELL.signIn, ...o.signIn }, ''),
      order: noted({ ...WELL.order, ...o.order }, 'order.'),
      securityContact: o.contact ?? true,
      texts: { en: repliesIn('en').auth, de: repliesIn('de').auth },
      clock: { now: () => NOW },
      metrics: { count: (name, labels) => void counted.push(`${name} ${labels?.['outcome']}`) },
      log,
    }),
    log,
    ready: () => ({ ok: true }),
    metrics: async () => '',
  });
  return { url: server.url, asked, given, counted, logged, close: () => server.close({ graceMs: 100 }) };
};

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
  /** Of the title and the heading. */
  readonly title: string;
  readonly heading: string;
}

const read = async (response: Response): Promise<Answer> => {
  const body = await response.text();
  const between = (tag: string): string => new RegExp(`<${tag}>(.*?)</${tag}>`).exec(body)?.[1] ?? '';
  return { status: response.status, headers: response.headers, body, title: between('title'), heading: between('h1') };
};

export const get = async (url: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> =>
  read(await fetch(url, { headers, redirect: 'manual' }));

/** As a browser sends a form of a page of ours. */
export const post = async (
  url: string,
  fields: Readonly<Record<string, string>>,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> =>
  read(
    await fetch(url, {
      method: 'POST',
      body: new URLSearchParams(fields),
      headers: { 'sec-fetch-site': 'same-origin', origin: 'null', ...headers },
      redirect: 'manual',
    }),
  );
