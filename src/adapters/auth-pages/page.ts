/**
 * A page: words, at most a few forms, no script, nothing from anywhere else. It is said whole and once: title and heading alike, so that a reader hears first what
 * became of it.
 */
import type { HttpResponse } from '../../core/ports.ts';
import type { Locale } from '../../core/types.ts';
import { escaped } from '../bounded/html.ts';
import { STYLE, STYLE_SOURCE } from './style.ts';

/** A field that somebody types into. `error`: what was wrong with what they typed; it is then where they are. */
export interface Field {
  readonly name: string;
  readonly label: string;
  readonly hint: string;
  readonly error: string | null;
}

export interface FormPart {
  readonly kind: 'form';
  /** Path of ours. */
  readonly action: string;
  readonly hidden: Readonly<Record<string, string>>;
  readonly button: string;
  /** `other`: not what most people come here for. */
  readonly weight: 'main' | 'other';
  readonly field?: Field;
}

export type Part =
  /** `lines`: keeps its lines. `what`: the sentence that matters. */
  | { readonly kind: 'text'; readonly text: string; readonly as?: 'what' | 'soft' | 'lines' | 'hash' }
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'link'; readonly href: string; readonly label: string }
  /** Apart from the rest, below a line. */
  | { readonly kind: 'aside'; readonly parts: readonly Part[] }
  | FormPart;

export interface Page {
  readonly status: number;
  readonly locale: Locale;
  /** Title and heading. */
  readonly what: string;
  readonly parts: readonly Part[];
  /** Before the title: that something was wrong with what was typed. */
  readonly error?: string;
  /** For `set-cookie`. */
  readonly cookie?: string;
  /** Goes on there by itself. */
  readonly onTo?: string;
  /** May be tried again after so many seconds. */
  readonly retryAfter?: number;
}

const policyOf = (forms: boolean): string =>
  [
    "default-src 'none'",
    `style-src ${STYLE_SOURCE}`,
    // Not for the way to the provider: browsers hold a form to it through every redirect after it, those of the provider among them.
    `form-action ${forms ? "'self'" : "'none'"}`,
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');

const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), publickey-credentials-get=()',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
} as const;

const hasForm = (parts: readonly Part[]): boolean =>
  parts.some((part) => part.kind === 'form' || (part.kind === 'aside' && hasForm(part.parts)));

export const pageOf = (page: Page): HttpResponse => {
  const { status, locale, what, parts, error, cookie, onTo, retryAfter } = page;
  const title = error === undefined ? what : `${error}: ${what}`;
  return {
    status,
    headers: {
      ...HEADERS,
      'content-language': locale,
      'content-security-policy': policyOf(hasForm(parts)),
      ...(cookie === undefined ? {} : { 'set-cookie': cookie }),
      ...(retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }),
    },
    body: [
      `<!doctype html><html lang="${locale}"><head><meta charset="utf-8">`,
      '<meta name="viewport" content="width=device-width, initial-scale=1">',
      '<meta name="robots" content="noindex">',
      onTo === undefined ? '' : `<meta http-equiv="refresh" content="0; url=${escaped(checked(onTo))}">`,
      `<title>${escaped(title)} · Sotto</title><style>${STYLE}</style></head>`,
      `<body><main><p class="brand">Sotto</p><div class="card"><h1>${escaped(what)}</h1>`,
      ...parts.map(markup),
      '</div></main></body></html>\n',
    ].join(''),
  };
};

/** An address to go on to is of the web, whatever a provider's description says. */
const checked = (href: string): string => {
  const url = URL.canParse(href) ? new URL(href) : null;
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:')
    throw new TypeError('an address that is none of the web');
  return url.href;
};

const markup = (part: Part): string => {
  switch (part.kind) {
    case 'text':
      return `<p${part.as === undefined ? '' : ` class="${part.as}"`}>${escaped(part.text)}</p>`;
    case 'heading':
      return `<h2>${escaped(part.text)}</h2>`;
    case 'link':
      return `<p><a class="go" href="${escaped(checked(part.href))}" rel="noreferrer">${escaped(part.label)}</a></p>`;
    case 'aside':
      return `<div class="aside">${part.parts.map(markup).join('')}</div>`;
    case 'form':
      return formMarkup(part);
  }
};

const formMarkup = ({ action, hidden, button, weight, field }: FormPart): string =>
  [
    `<form method="post" action="${escaped(action)}"${weight === 'other' ? ' class="other"' : ''}>`,
    ...Object.entries(hidden).map(
      ([name, value]) => `<input type="hidden" name="${escaped(name)}" value="${escaped(value)}">`,
    ),
    field === undefined ? '' : fieldMarkup(field),
    `<button type="submit">${escaped(button)}</button></form>`,
  ].join('');

/** The hint and what was wrong are read out with the field. */
const fieldMarkup = ({ name, label, hint, error }: Field): string =>
  [
    `<label for="${name}">${escaped(label)}</label><p class="soft" id="${name}-hint">${escaped(hint)}</p>`,
    error === null ? '' : `<p class="error" id="${name}-error">${escaped(error)}</p>`,
    `<input id="${name}" name="${name}" type="text" required maxlength="32" autocomplete="off" autocapitalize="characters" spellcheck="false" autofocus`,
    ` aria-describedby="${error === null ? '' : `${name}-error `}${name}-hint"${error === null ? '' : ' aria-invalid="true"'}>`,
  ].join('');
