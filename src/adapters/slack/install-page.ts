/** Pages for whoever installs the bot: plain words, no script, no style, nothing from anywhere else. */
import type { HttpResponse } from '../../core/ports.ts';
import type { Locale, PerLocale } from '../../core/types.ts';
import { escaped } from '../bounded/html.ts';

/** What a page says; `what` in the title and the heading, `then` below. */
export interface PageWords {
  readonly what: string;
  readonly then: string;
}

/** `code`: what Slack said, a short name. `scopes`: names that Slack uses. `at`: the address to begin at. */
export interface InstallWords {
  readonly done: PageWords;
  readonly cancelled: PageWords;
  /** Slack's own pages lead here without our having sent anybody. */
  startHere(o: { readonly at: string }): PageWords;
  /** It took too long, it was used before, or another browser began it. */
  again(o: { readonly at: string }): PageWords;
  readonly notAllowed: PageWords;
  scopesMissing(o: { readonly scopes: string; readonly at: string }): PageWords;
  failed(o: { readonly code: string; readonly at: string }): PageWords;
  readonly busy: PageWords;
}

export type InstallTexts = PerLocale<InstallWords>;

const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cache-control': 'no-store',
} as const;

export const page = (o: {
  readonly status: number;
  readonly locale: Locale;
  readonly words: PageWords;
  readonly cookie?: string;
}): HttpResponse => {
  const { what, then } = o.words;
  const [title, text] = [escaped(what), escaped(then)];
  return {
    status: o.status,
    headers: { ...HEADERS, ...(o.cookie === undefined ? {} : { 'set-cookie': o.cookie }) },
    body:
      `<!doctype html><html lang="${o.locale}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">` +
      `<title>${title}</title></head><body><main><h1>${title}</h1><p>${text}</p></main></body></html>\n`,
  };
};
