/** What both kinds of pages do with a request: whose browser it is, in which language it is spoken to, and what is said where something is away. */

import { codeOf } from '../../core/errors.ts';
import { acceptedLocale } from '../../core/languages.ts';
import type { HttpRequest, HttpResponse, Log, Metrics, Route } from '../../core/ports.ts';
import type { AuthReplies, PageWords } from '../../core/replies/auth-shape.ts';
import type { Locale, PerLocale } from '../../core/types.ts';
import { fromOurPage, postedFields } from '../bounded/posted.ts';
import { type Page, type Part, pageOf } from './page.ts';

export interface VisitOptions {
  /** As people reach it, without a slash at its end; asked when somebody comes. */
  readonly publicUrl: () => string;
  readonly texts: PerLocale<AuthReplies>;
  readonly log: Log;
  readonly metrics: Pick<Metrics, 'count'>;
}

/** A form of ours is far below it, bytes. */
const MOST_BYTES = 16_384;

/** What is away may be back after so long, s. */
export const RETRY_S = 10;

export const wordsOf = ({ then }: PageWords): readonly Part[] => then.map((text) => ({ kind: 'text', text }));

/** `outcome`: a code of ours, for the metric. */
export type Shown = Page & { readonly outcome: string };

export interface Visits {
  texts(locale: Locale): AuthReplies;
  get(path: string, show: (request: HttpRequest, locale: Locale) => Promise<Shown>): Route;
  /** `fields`: of a form that came from a page of ours. */
  post(
    path: string,
    show: (fields: ReadonlyMap<string, string>, request: HttpRequest, locale: Locale) => Promise<Shown>,
  ): Route;
}

export const createVisits = (o: VisitOptions): Visits => {
  const texts = (locale: Locale): AuthReplies => o.texts[locale];
  const told = ({ outcome, ...page }: Shown): HttpResponse => {
    o.metrics.count('auth_pages', { outcome });
    return pageOf(page);
  };
  const handled =
    (show: (request: HttpRequest, locale: Locale) => Promise<Shown>): Route['handle'] =>
    async (request) => {
      const locale = acceptedLocale(request.headers['accept-language']);
      try {
        return told(await show(request, locale));
      } catch (error) {
        o.log.error('auth-pages.failed', { code: codeOf(error) });
        const words = texts(locale).away;
        return told({
          status: 503,
          locale,
          what: words.what,
          parts: wordsOf(words),
          retryAfter: RETRY_S,
          outcome: 'away',
        });
      }
    };
  const notOurs = (locale: Locale): Shown => {
    const words = texts(locale).notOurs;
    return { status: 403, locale, what: words.what, parts: wordsOf(words), outcome: 'not-ours' };
  };

  return {
    texts,
    get: (path, show) => ({ method: 'GET', path, bodyLimit: 1, handle: handled(show) }),
    post: (path, show) => ({
      method: 'POST',
      path,
      bodyLimit: MOST_BYTES,
      handle: handled(async (request, locale) => {
        const { headers, body } = request;
        const fields = postedFields({ contentType: headers['content-type'], body });
        if (fields === null || !fromOurPage(headers, { origin: o.publicUrl() })) return notOurs(locale);
        return show(fields, request, locale);
      }),
    }),
  };
};

/** Whole minutes, of which one is the least that is said. */
export const minutesUntil = (until: number, now: number): number => Math.max(1, Math.ceil((until - now) / 60_000));
