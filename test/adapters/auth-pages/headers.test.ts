/** Every page there is, whatever it says: what its headers forbid, and that its markup is what they allow. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Answer, type Bench, get, openPages, post, TOKEN } from './support.ts';

const SESSION = { cookie: '__Host-sotto-order=session' };
const KEY = { key: 'key-of-hana' };

const PAGES: Readonly<Record<string, (url: string) => Promise<Answer>>> = {
  'of a link': (url) => get(`${url}/auth/sign-in?t=${TOKEN}`),
  'of a link that is over': (url) => get(`${url}/auth/sign-in`),
  'on the way to the provider': (url) => post(`${url}/auth/sign-in`, { t: TOKEN }),
  'from another site': (url) => post(`${url}/auth/sign-in`, { t: TOKEN }, { 'sec-fetch-site': 'cross-site' }),
  'that says that one is signed in': (url) => get(`${url}/auth/callback?code=c&state=s.1`),
  'of what was not oneself': (url) => post(`${url}/auth/not-me`, { t: 'disown-value' }),
  'of a callback that is too long': (url) => get(`${url}/auth/callback?${'c'.repeat(8_200)}`),
  'of orders': (url) => get(`${url}/auth/order`),
  'on the way to the provider, for an order': (url) => post(`${url}/auth/order/sign-in`, {}),
  'of an operator who comes back': (url) => get(`${url}/auth/callback?code=c&state=o.1`),
  'of an operator': (url) => get(`${url}/auth/order`, SESSION),
  'of an order': (url) => post(`${url}/auth/order`, { ...KEY, code: '4KXW-9TFD' }, SESSION),
  'of an order that is confirmed': (url) => post(`${url}/auth/order/confirm`, { ...KEY, seen: 's' }, SESSION),
  'of an operator who leaves': (url) => post(`${url}/auth/order/sign-out`, KEY, SESSION),
};

describe('the page', () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await openPages();
  });
  afterAll(() => bench.close());

  it.each(Object.entries(PAGES))(
    '%s has every header that it must have, and no other markup than they allow',
    async (_name, visit) => {
      const { headers, body, heading, title } = await visit(bench.url);
      expect(Object.fromEntries([...headers].filter(([name]) => !VARYING.includes(name)))).toEqual({
        'cache-control': 'no-store',
        'content-type': 'text/html; charset=utf-8',
        'content-language': 'en',
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        'permissions-policy': 'camera=(), geolocation=(), microphone=(), publickey-credentials-get=()',
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
      });
      const [, style = ''] = /<style>([\s\S]*?)<\/style>/.exec(body) ?? [];
      const hash = createHash('sha256').update(style).digest('base64');
      const forms = body.includes('<form ') ? "'self'" : "'none'";
      expect(headers.get('content-security-policy')).toBe(
        `default-src 'none'; style-src 'sha256-${hash}'; form-action ${forms}; base-uri 'none'; frame-ancestors 'none'`,
      );
      expect(body).not.toMatch(/<script|<img|<link|<iframe|<object| on[a-z]+=| style=|javascript:/i);
      expect(body.match(/<h1>/g)).toHaveLength(1);
      expect(body.match(/<main>/g)).toHaveLength(1);
      expect(title.endsWith(' · Sotto')).toBe(true);
      expect(title).toContain(heading);
      expect(body).toMatch(/^<!doctype html><html lang="en"><head><meta charset="utf-8">/);
    },
  );

  it('sets no cookie but the two that it has, which no neighbour and no script can read', async () => {
    const set: string[] = [];
    for (const visit of Object.values(PAGES)) {
      const { headers } = await visit(bench.url);
      set.push(...headers.getSetCookie());
    }
    expect(set.length).toBeGreaterThan(3);
    for (const cookie of set)
      expect(cookie).toMatch(
        /^__Host-sotto-(sign-in|order)=[\w-]*; Path=\/; Max-Age=\d+; Secure; HttpOnly; SameSite=(Lax|Strict)$/,
      );
  });

  it('is counted by what it said, and logs nothing where all is well', () => {
    expect(new Set(bench.counted)).toEqual(
      new Set(
        [
          'looked',
          'over',
          'begun',
          'not-ours',
          'done',
          'disowned',
          'malformed',
          'order-start',
          'order-type',
          'order-shown',
          'order-confirmed',
          'order-signed-out',
        ].map((outcome) => `auth_pages ${outcome}`),
      ),
    );
    expect(bench.logged.filter((line) => !line.startsWith('["answered"'))).toEqual([]);
    expect(bench.logged.join('\n')).not.toMatch(new RegExp(`${TOKEN}|disown-value|key-of-hana|4KXW|browser-mark`));
  });
});

/** Asserted elsewhere, or the server's own. */
const VARYING = ['connection', 'content-length', 'content-security-policy', 'date', 'keep-alive', 'set-cookie'];
