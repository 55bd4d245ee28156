/** The pages on which an operator, or somebody of HR, confirms an order: sign in, type its code, read what it does, press. */
import {
  ORDER_PATH,
  type OrderFault,
  type OrderSession,
  type OrderShown,
  type OrderSteps,
  type OrderTold,
} from '../../core/auth-steps.ts';
import type { Clock, HttpRequest, Route } from '../../core/ports.ts';
import type { Locale } from '../../core/types.ts';
import { type HostCookie, onlyCookie, setCookie } from '../bounded/cookies.ts';
import type { Part } from './page.ts';
import { goingOn, STATUS_NOT_BEGUN, statusOf } from './sign-in.ts';
import { minutesUntil, RETRY_S, type Shown, type Visits, wordsOf } from './visit.ts';

const BEGIN_PATH = `${ORDER_PATH}/sign-in`;
const CONFIRM_PATH = `${ORDER_PATH}/confirm`;
const SIGN_OUT_PATH = `${ORDER_PATH}/sign-out`;

/** What was begun comes back from the provider's site; a session never leaves ours. One name, so that the session takes the other's place. */
const BEGUN: HostCookie = { name: 'sotto-order', sameSite: 'Lax' };
const SESSION: HostCookie = { name: 'sotto-order', sameSite: 'Strict' };
const NONE = setCookie(SESSION, { value: '', seconds: 0 });

const NEEDS_AFRESH: readonly OrderFault[] = ['stale', 'no-time', 'not-strong', 'disowned', 'unknown-person', 'no-role'];

/** Whatever a person may take for a code. */
const LONGEST_CODE = 32;
const LONGEST_SEEN = 4_096;

export interface OrderPages {
  readonly routes: readonly Route[];
  isTheirs(query: string): boolean;
  back(query: string, request: HttpRequest, locale: Locale): Promise<Shown>;
}

export const createOrderPages = (o: {
  readonly steps: OrderSteps;
  readonly visits: Visits;
  readonly clock: Pick<Clock, 'now'>;
}): OrderPages => {
  const { steps, visits, clock } = o;
  const browserOf = ({ headers }: HttpRequest): string | null => onlyCookie(SESSION, headers['cookie']);

  const start = (locale: Locale): Shown => {
    const { order, signIn } = visits.texts(locale);
    return {
      status: 200,
      locale,
      what: order.start.what,
      parts: [
        ...wordsOf(order.start),
        { kind: 'form', action: BEGIN_PATH, hidden: {}, button: signIn, weight: 'main' },
      ],
      outcome: 'order-start',
    };
  };

  /** Stands below everything that somebody sees who is signed in. */
  const signedIn = ({ name, locale, until, key }: OrderSession): Part => {
    const { order } = visits.texts(locale);
    return {
      kind: 'aside',
      parts: [
        { kind: 'text', text: order.signedIn({ name, left: minutesUntil(until, clock.now()) }), as: 'soft' },
        { kind: 'form', action: SIGN_OUT_PATH, hidden: { key }, button: order.signOut, weight: 'other' },
      ],
    };
  };

  const type = (session: OrderSession, error: string | null): Shown => {
    const { locale, key } = session;
    const { order } = visits.texts(locale);
    const field = { name: 'code', label: order.code, hint: order.codeHint, error };
    return {
      status: error === null ? 200 : 422,
      locale,
      what: order.type.what,
      parts: [
        ...wordsOf(order.type),
        { kind: 'form', action: ORDER_PATH, hidden: { key }, field, button: order.look, weight: 'main' },
        signedIn(session),
      ],
      ...(error === null ? {} : { error: order.error }),
      outcome: error === null ? 'order-type' : 'order-wrong',
    };
  };

  const show = (session: OrderSession, shown: OrderShown): Shown => {
    const { locale, key } = session;
    const { order } = visits.texts(locale);
    const { what, look, needed, confirmed, until, seen } = shown;
    const standing = order.standing({ needed, confirmed, left: minutesUntil(until, clock.now()) });
    return {
      status: 200,
      locale,
      what: order.shown,
      parts: [
        { kind: 'text', text: what, as: 'what' },
        ...(look === null ? [] : difference(locale, look)),
        { kind: 'text', text: standing, as: 'soft' },
        { kind: 'form', action: CONFIRM_PATH, hidden: { key, seen }, button: order.confirm, weight: 'main' },
        { kind: 'form', action: ORDER_PATH, hidden: { key }, button: order.another, weight: 'other' },
        signedIn(session),
      ],
      outcome: 'order-shown',
    };
  };

  const difference = (locale: Locale, look: NonNullable<OrderShown['look']>): readonly Part[] => {
    const { order } = visits.texts(locale);
    return [
      { kind: 'heading', text: order.difference },
      { kind: 'text', text: look.difference, as: 'lines' },
      { kind: 'text', text: order.hash({ hash: look.hash }), as: 'hash' },
    ];
  };

  const told = (session: OrderSession, { says, ended, done }: OrderTold): Shown => {
    if (!ended) return type(session, says);
    const { order } = visits.texts(session.locale);
    return {
      status: 200,
      locale: session.locale,
      what: done ? order.confirmed : order.notConfirmed,
      parts: [
        { kind: 'text', text: says },
        { kind: 'form', action: ORDER_PATH, hidden: { key: session.key }, button: order.type.what, weight: 'other' },
        signedIn(session),
      ],
      outcome: done ? 'order-confirmed' : 'order-ended',
    };
  };

  /** Only with a session, and from a page that was made for it. */
  const own =
    (then: (session: OrderSession, fields: ReadonlyMap<string, string>, request: HttpRequest) => Promise<Shown>) =>
    async (fields: ReadonlyMap<string, string>, request: HttpRequest, locale: Locale): Promise<Shown> => {
      const session = await steps.session({ browser: browserOf(request) });
      if (session === null) return { ...start(locale), cookie: NONE };
      if (!steps.isOwnForm({ session, key: fields.get('key') ?? '' })) {
        const words = visits.texts(session.locale).notOurs;
        return { status: 403, locale: session.locale, what: words.what, parts: wordsOf(words), outcome: 'not-ours' };
      }
      return then(session, fields, request);
    };

  const begin = async (fields: ReadonlyMap<string, string>, _request: HttpRequest, locale: Locale): Promise<Shown> => {
    const begun = await steps.begin({ locale, afresh: fields.has('afresh') });
    if (begun.ok) return goingOn({ visits, locale, address: begun.address, cookie: setCookie(BEGUN, begun.cookie) });
    const { why } = begun;
    const words = visits.texts(locale).order.notBegun({ why });
    const status = STATUS_NOT_BEGUN[why];
    const retry = status === 503 ? { retryAfter: RETRY_S } : {};
    return { status, locale, what: words.what, parts: wordsOf(words), ...retry, outcome: `order-${why}` };
  };

  return {
    isTheirs: (query) => steps.isTheirs({ query }),
    back: async (query, request, accepted) => {
      const finished = await steps.finish({ query, browser: browserOf(request) });
      if (finished.ok) return { ...type(finished.session, null), cookie: setCookie(SESSION, finished.cookie) };
      const locale = finished.locale ?? accepted;
      const { why } = finished;
      const words = visits.texts(locale).order.refused({ why });
      const parts: readonly Part[] = [
        ...wordsOf(words),
        {
          kind: 'form',
          action: BEGIN_PATH,
          // Whoever is signed in there would be found again.
          hidden: NEEDS_AFRESH.includes(why) ? { afresh: 'yes' } : {},
          button: visits.texts(locale).signIn,
          weight: 'other',
        },
      ];
      return { status: statusOf(why), locale, what: words.what, parts, cookie: NONE, outcome: `order-${why}` };
    },
    routes: [
      visits.get(ORDER_PATH, async (request, locale) => {
        const session = await steps.session({ browser: browserOf(request) });
        return session === null ? start(locale) : type(session, null);
      }),
      visits.post(BEGIN_PATH, begin),
      visits.post(
        ORDER_PATH,
        own(async (session, fields) => {
          const code = fields.get('code');
          if (code === undefined) return type(session, null);
          const read = await steps.read({ session, code: code.slice(0, LONGEST_CODE + 1) });
          return read.ok ? show(session, read.shown) : told(session, read.told);
        }),
      ),
      visits.post(
        CONFIRM_PATH,
        own(async (session, fields) => {
          const seen = (fields.get('seen') ?? '').slice(0, LONGEST_SEEN);
          return told(session, await steps.confirm({ session, seen }));
        }),
      ),
      visits.post(
        SIGN_OUT_PATH,
        own(async ({ locale }, _fields, request) => {
          await steps.leave({ browser: browserOf(request) });
          const { order } = visits.texts(locale);
          return {
            status: 200,
            locale,
            what: order.signedOut.what,
            parts: wordsOf(order.signedOut),
            cookie: NONE,
            outcome: 'order-signed-out',
          };
        }),
      ),
    ],
  };
};
