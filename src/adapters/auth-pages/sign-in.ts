/** The pages of a link to sign in: looked at as often as anybody likes, begun by a press, ended where the provider sends the browser back. */
import { SIGN_IN_PATH, type SignInSteps } from '../../core/auth-steps.ts';
import type { Clock, HttpRequest, Route } from '../../core/ports.ts';
import type { AuthReplies, NotBegun } from '../../core/replies/auth-shape.ts';
import type { Finished, FinishFault } from '../../core/sign-in/types.ts';
import type { Locale } from '../../core/types.ts';
import { type HostCookie, onlyCookie, setCookie } from '../bounded/cookies.ts';
import { onlyOnce } from '../bounded/posted.ts';
import type { Part } from './page.ts';
import { minutesUntil, RETRY_S, type Shown, type Visits, wordsOf } from './visit.ts';

export const NOT_ME_PATH = '/auth/not-me';

/** Comes back with somebody whom the provider sends, so it is `Lax`. */
export const BROWSER: HostCookie = { name: 'sotto-sign-in', sameSite: 'Lax' };

/** Of a link's token, and of what is given back to say that it was not oneself. Characters. */
const LONGEST_VALUE = 4_096;

const tokenIn = (value: string | undefined): string =>
  value === undefined || value.length > LONGEST_VALUE || !/^[\w.~-]+$/.test(value) ? '' : value;

export interface SignInPages {
  readonly routes: readonly Route[];
  /** What is shown to somebody who comes back from the provider. */
  back(query: string, request: HttpRequest, locale: Locale): Promise<Shown>;
}

export const createSignInPages = (o: {
  readonly steps: SignInSteps;
  readonly visits: Visits;
  readonly clock: Pick<Clock, 'now'>;
  readonly securityContact: boolean;
}): SignInPages => {
  const { steps, visits, clock, securityContact } = o;
  const browserOf = ({ headers }: HttpRequest): string | null => onlyCookie(BROWSER, headers['cookie']);

  const notMe = (texts: AuthReplies, value: string): Part => ({
    kind: 'aside',
    parts: [
      { kind: 'text', text: texts.notMeWhy, as: 'soft' },
      { kind: 'form', action: NOT_ME_PATH, hidden: { t: value }, button: texts.notMe, weight: 'other' },
    ],
  });

  const notBegun = (why: NotBegun, locale: Locale, token: string): Shown => {
    const texts = visits.texts(locale);
    const words = texts.notBegun({ why });
    return {
      status: STATUS_NOT_BEGUN[why],
      locale,
      what: words.what,
      // Whoever finds it begun elsewhere may be the one who did not begin it.
      parts: [...wordsOf(words), ...(why === 'elsewhere' ? [notMe(texts, token)] : [])],
      ...(STATUS_NOT_BEGUN[why] === 503 ? { retryAfter: RETRY_S } : {}),
      outcome: why,
    };
  };

  const look = async (request: HttpRequest, accepted: Locale): Promise<Shown> => {
    const token = tokenIn(onlyOnce(request.query ?? '')?.get('t'));
    if (token === '') return notBegun('over', accepted, token);
    const looked = await steps.look({ token, browser: browserOf(request) });
    if (looked.state !== 'ready')
      return notBegun(looked.state, looked.state === 'over' ? accepted : looked.locale, token);
    const { locale, minutes, until } = looked;
    const texts = visits.texts(locale);
    const words = texts.ready({ minutes, left: minutesUntil(until, clock.now()) });
    return {
      status: 200,
      locale,
      what: words.what,
      parts: [
        ...wordsOf(words),
        { kind: 'form', action: SIGN_IN_PATH, hidden: { t: token }, button: texts.signIn, weight: 'main' },
        notMe(texts, token),
      ],
      outcome: 'looked',
    };
  };

  const begin = async (fields: ReadonlyMap<string, string>, request: HttpRequest, accepted: Locale): Promise<Shown> => {
    const token = tokenIn(fields.get('t'));
    if (token === '') return notBegun('over', accepted, token);
    const begun = await steps.begin({ token, browser: browserOf(request) });
    if (!begun.ok) return notBegun(begun.why, begun.locale ?? accepted, token);
    return goingOn({ visits, locale: begun.locale, address: begun.address, cookie: setCookie(BROWSER, begun.cookie) });
  };

  const disown = async (
    fields: ReadonlyMap<string, string>,
    _request: HttpRequest,
    accepted: Locale,
  ): Promise<Shown> => {
    const value = tokenIn(fields.get('t'));
    const { locale } = value === '' ? { locale: null } : await steps.disown({ value });
    const said = locale ?? accepted;
    const words = visits.texts(said).notMeDone({ told: securityContact });
    return { status: 200, locale: said, what: words.what, parts: wordsOf(words), outcome: 'disowned' };
  };

  /** The mark stays in the browser for its minutes: another link of theirs may be under way there, and it opens nothing by itself. */
  const done = ({ locale, until, answered, disown }: Extract<Finished, { readonly ok: true }>): Shown => {
    const texts = visits.texts(locale);
    const words = texts.done({ answered, left: minutesUntil(until, clock.now()) });
    const parts = [...wordsOf(words), notMe(texts, disown)];
    return { status: 200, locale, what: words.what, parts, outcome: 'done' };
  };

  return {
    routes: [visits.get(SIGN_IN_PATH, look), visits.post(SIGN_IN_PATH, begin), visits.post(NOT_ME_PATH, disown)],
    back: async (query, request, accepted) => {
      const finished = await steps.finish({ query, browser: browserOf(request) });
      if (finished.ok) return done(finished);
      const { why, again } = finished;
      const locale = finished.locale ?? accepted;
      const words = visits.texts(locale).refused({ why, again });
      return { status: statusOf(why), locale, what: words.what, parts: wordsOf(words), outcome: why };
    },
  };
};

/** Goes on to the provider. Not by a redirect, to which browsers would apply `form-action`. */
export const goingOn = (o: {
  readonly visits: Visits;
  readonly locale: Locale;
  readonly address: string;
  readonly cookie: string;
}): Shown => {
  const { going } = o.visits.texts(o.locale);
  return {
    status: 200,
    locale: o.locale,
    what: going.what,
    parts: [...wordsOf(going), { kind: 'link', href: o.address, label: going.link }],
    cookie: o.cookie,
    onTo: o.address,
    outcome: 'begun',
  };
};

export const STATUS_NOT_BEGUN: Readonly<Record<NotBegun, number>> = {
  over: 410,
  elsewhere: 409,
  spent: 410,
  full: 503,
  unavailable: 503,
};

/** Ours to mend, or the person's. */
export const statusOf = (why: FinishFault | 'no-role' | 'full'): number => {
  switch (why) {
    case 'unreachable':
    case 'client-refused':
    case 'directory':
    case 'full':
      return 503;
    case 'cancelled':
      return 200;
    case 'unknown-browser':
    case 'malformed':
      return 400;
    default:
      return 403;
  }
};
