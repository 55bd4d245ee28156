/** A browser as far as signing in needs one: cookies by host and port, redirects one by one, forms and refreshes of pages without a script. */

export interface Page {
  readonly url: string;
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

export interface Browser {
  /** Follows redirects, but to addresses that `stopAt` holds; those are given back unvisited, as a page without text and status 0. */
  get(url: string, o?: { readonly stopAt?: (url: string) => boolean }): Promise<Page>;
  post(
    url: string,
    form: Readonly<Record<string, string>>,
    o?: { readonly stopAt?: (url: string) => boolean; readonly headers?: Readonly<Record<string, string>> },
  ): Promise<Page>;
  /** By name; of one origin. */
  cookies(origin: string): ReadonlyMap<string, string>;
  setCookie(origin: string, name: string, value: string): void;
}

const MOST_HOPS = 12;

export const createBrowser = (): Browser => {
  const jar = new Map<string, Map<string, string>>();
  const cookiesOf = (origin: string): Map<string, string> => {
    const known = jar.get(origin) ?? new Map<string, string>();
    jar.set(origin, known);
    return known;
  };
  const keep = (origin: string, set: readonly string[]): void => {
    for (const line of set) {
      const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
      const at = pair.indexOf('=');
      const [name, value] = [pair.slice(0, at), pair.slice(at + 1)];
      const names = attributes.map((each) => each.toLowerCase());
      if (name.startsWith('__Host-') && !(names.includes('secure') && names.includes('path=/'))) continue;
      const ended = value === '' || names.some((each) => each === 'max-age=0' || /^expires=.*\b1970\b/.test(each));
      if (ended) cookiesOf(origin).delete(name);
      else cookiesOf(origin).set(name, value);
    }
  };
  const visit = async (
    first: string,
    init: { readonly body?: URLSearchParams; readonly headers?: Readonly<Record<string, string>> },
    stopAt: (url: string) => boolean,
  ): Promise<Page> => {
    let [url, { body, headers = {} }] = [first, init];
    for (let hop = 0; hop < MOST_HOPS; hop++) {
      const { origin } = new URL(url);
      const cookie = [...cookiesOf(origin)].map(([name, value]) => `${name}=${value}`).join('; ');
      const response = await fetch(url, {
        method: body === undefined ? 'GET' : 'POST',
        redirect: 'manual',
        headers: { 'accept-language': 'en', ...headers, ...(cookie === '' ? {} : { cookie }) },
        ...(body === undefined ? {} : { body }),
      });
      keep(origin, response.headers.getSetCookie());
      const to = response.headers.get('location');
      if (response.status < 300 || response.status > 399 || to === null)
        return { url, status: response.status, headers: response.headers, text: await response.text() };
      await response.body?.cancel();
      url = new URL(to, url).href;
      [body, headers] = [undefined, {}];
      if (stopAt(url)) return { url, status: 0, headers: new Headers(), text: '' };
    }
    throw new Error('it is sent round in circles');
  };
  const nowhere = () => false;
  return {
    get: (url, { stopAt = nowhere } = {}) => visit(url, {}, stopAt),
    post: (url, form, { stopAt = nowhere, headers } = {}) =>
      visit(url, { body: new URLSearchParams(form), ...(headers === undefined ? {} : { headers }) }, stopAt),
    cookies: cookiesOf,
    setCookie: (origin, name, value) => cookiesOf(origin).set(name, value),
  };
};

/** Signing in, agreeing, and signing out whoever was signed in before. */
const MOST_FORMS = 4;

/** The one form of a page, as the browser would send it untouched. */
const formIn = ({ url, text }: Page) => {
  const [, target = url] = /<form\b[^>]*?\baction="([^"]+)"/.exec(text) ?? [];
  const inputs = [...text.matchAll(/<input\b[^>]*?\btype="hidden"[^>]*>/g)].map(([input]) => [
    /\bname="([^"]*)"/.exec(input)?.[1] ?? '',
    /\bvalue="([^"]*)"/.exec(input)?.[1] ?? '',
  ]);
  return { action: new URL(target, url).href, hidden: Object.fromEntries(inputs) as Readonly<Record<string, string>> };
};

/** Signs in at the provider of the tests, from the address that somebody was sent to; gives the address that they are sent back to, unvisited. */
export const signInAt = async (
  browser: Browser,
  address: string,
  o: { readonly as: string; readonly back: string; readonly cancel?: boolean },
): Promise<string> => {
  const stopAt = (url: string): boolean => url.startsWith(o.back);
  let page = await browser.get(address, { stopAt });
  for (let step = 0; step < MOST_FORMS && page.status === 200; step++) {
    const { action, hidden } = formIn(page);
    const asks = page.text.includes('name="account"');
    const typed = asks ? { account: o.as, act: o.cancel === true ? 'cancel' : 'sign-in' } : {};
    page = await browser.post(action, { ...hidden, ...typed }, { stopAt });
  }
  if (page.status !== 0) throw new Error(`the provider said ${page.status}: ${page.text.slice(0, 200)}`);
  return page.url;
};
