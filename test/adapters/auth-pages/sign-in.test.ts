import { afterEach, describe, expect, it } from '@jest/globals';
import { repliesIn } from '../../../src/core/replies/replies.ts';
import { type Bench, get, NOW, openPages, post, TOKEN } from './support.ts';

let bench: Bench | null = null;
afterEach(async () => {
  await bench?.close();
  bench = null;
});
const open = async (o: Parameters<typeof openPages>[0] = {}): Promise<Bench> => {
  bench = await openPages(o);
  return bench;
};
const MARK = '__Host-sotto-sign-in=browser-mark-of-22-letters';

describe('the page of a link', () => {
  it('is looked at as often as anybody likes, and begins nothing', async () => {
    const { url, asked } = await open();
    for (let looks = 0; looks < 5; looks++) expect((await get(`${url}/auth/sign-in?t=${TOKEN}`)).status).toBe(200);
    expect(asked).toEqual(['look', 'look', 'look', 'look', 'look']);
  });

  it('says what is asked for, in the minutes of the rule, with one button that begins it', async () => {
    const { url } = await open({
      signIn: { look: async () => ({ state: 'ready', locale: 'en', minutes: 7, until: NOW + 60_001 }) },
    });
    const { body, title, heading } = await get(`${url}/auth/sign-in?t=${TOKEN}`);
    expect(heading).toBe('Sign in to see your answer');
    expect(title).toBe(`${heading} · Sotto`);
    expect(body).toContain('at most 7 minutes old');
    expect(body).toContain('This link counts for 2 minutes');
    expect(body.match(/<form /g)).toHaveLength(2);
    expect(body).toMatch(
      new RegExp(
        `<form method="post" action="/auth/sign-in"><input type="hidden" name="t" value="${TOKEN}"><button type="submit">Sign in</button>`,
      ),
    );
  });

  it('speaks the language of the person, whatever the browser prefers; of nobody’s link the browser’s', async () => {
    const { url } = await open({
      signIn: {
        look: async ({ token }) =>
          token === TOKEN ? { state: 'ready', locale: 'de', minutes: 15, until: NOW + 1 } : { state: 'over' },
      },
    });
    const theirs = await get(`${url}/auth/sign-in?t=${TOKEN}`, { 'accept-language': 'en-GB,en;q=0.9' });
    expect(theirs.body).toContain('<html lang="de">');
    expect(theirs.headers.get('content-language')).toBe('de');
    expect(theirs.heading).toBe('Melde dich an, um deine Antwort zu sehen');
    const nobodys = await get(`${url}/auth/sign-in?t=another`, { 'accept-language': 'fr,de;q=0.5' });
    expect([nobodys.status, nobodys.heading]).toEqual([410, 'Dieser Link gilt nicht mehr']);
  });

  it.each([
    ['no token', ''],
    ['an empty one', '?t='],
    ['two', `?t=${TOKEN}&t=${TOKEN}`],
    ['one with markup', '?t=%22%3E%3Cscript%3E'],
    ['one that is far too long', `?t=${'k'.repeat(4_097)}`],
  ])('with %s asks nobody, and says that it is no longer good', async (_name, query) => {
    const { url, asked } = await open();
    const { status, body } = await get(`${url}/auth/sign-in${query}`);
    expect([status, asked]).toEqual([410, []]);
    expect(body).not.toContain('script');
  });

  it('says that it was begun elsewhere, where whoever did not begin it can say so', async () => {
    const { url } = await open({ signIn: { look: async () => ({ state: 'elsewhere', locale: 'en' }) } });
    const { status, body } = await get(`${url}/auth/sign-in?t=${TOKEN}`);
    expect(status).toBe(409);
    expect(body).not.toContain('action="/auth/sign-in"');
    expect(body).toContain('action="/auth/not-me"');
  });

  it('says so where the store is away, for a while, and names no reason', async () => {
    const { url, logged } = await open({
      signIn: { look: () => Promise.reject(Object.assign(new Error(TOKEN), { code: 'store-unavailable' })) },
    });
    const { status, headers, body } = await get(`${url}/auth/sign-in?t=${TOKEN}`);
    expect([status, headers.get('retry-after')]).toEqual([503, '10']);
    expect(body).toContain('This cannot be done just now');
    expect(body + logged.join('')).not.toContain(TOKEN);
    expect(logged.join('')).toContain('store-unavailable');
  });
});

describe('a press on it', () => {
  it('binds it to this browser and goes on to the provider by itself and by a link, without a redirect', async () => {
    const { url, given } = await open();
    const { status, headers, body } = await post(`${url}/auth/sign-in`, { t: TOKEN });
    expect([status, headers.get('location')]).toEqual([200, null]);
    expect(headers.get('set-cookie')).toBe(`${MARK}; Path=/; Max-Age=600; Secure; HttpOnly; SameSite=Lax`);
    const address = 'https://login.example.com/authorize?a=1&amp;b=%22%3E';
    expect(body).toContain(`<meta http-equiv="refresh" content="0; url=${address}">`);
    expect(body).toContain(`href="${address}"`);
    expect(given).toEqual([{ token: TOKEN, browser: null }]);
  });

  it('tells the core which browser it is; a mark that came twice is none', async () => {
    const { url, given } = await open();
    await post(`${url}/auth/sign-in`, { t: TOKEN }, { cookie: `other=1; ${MARK}` });
    await post(`${url}/auth/sign-in`, { t: TOKEN }, { cookie: `${MARK}; ${MARK}` });
    await post(`${url}/auth/sign-in`, { t: TOKEN }, { cookie: `x${MARK}` });
    expect(given).toMatchObject([{ browser: 'browser-mark-of-22-letters' }, { browser: null }, { browser: null }]);
  });

  it.each([
    ['another site', { 'sec-fetch-site': 'cross-site' }],
    ['a neighbour of ours', { 'sec-fetch-site': 'same-site' }],
    ['nowhere', { 'sec-fetch-site': 'none' }],
    ['two places', { 'sec-fetch-site': 'same-origin, cross-site' }],
  ])('sent from %s begins nothing', async (_name, headers) => {
    const { url, asked } = await open();
    const { status, heading } = await post(`${url}/auth/sign-in`, { t: TOKEN }, headers);
    expect([status, heading, asked]).toEqual([403, 'This did not come from our page', []]);
  });

  it('of a browser that does not say where it comes from is held against its origin', async () => {
    const { url, asked } = await open();
    const send = (origin?: string): Promise<Response> =>
      fetch(`${url}/auth/sign-in`, {
        method: 'POST',
        body: new URLSearchParams({ t: TOKEN }),
        headers: origin === undefined ? {} : { origin },
      });
    const answers = await Promise.all(
      [undefined, 'null', 'https://sotto.example.com', 'https://evil.example.com'].map(send),
    );
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200, 403]);
    expect(asked).toHaveLength(3);
  });

  it.each([
    ['JSON', { 'content-type': 'application/json' }, '{"t":"x"}'],
    ['of another type', { 'content-type': 'text/plain' }, `t=${TOKEN}`],
    ['with a field twice', { 'content-type': 'application/x-www-form-urlencoded' }, `t=${TOKEN}&t=${TOKEN}`],
    ['with raw bytes', { 'content-type': 'application/x-www-form-urlencoded' }, 't=ä'],
    [
      'with many fields',
      { 'content-type': 'application/x-www-form-urlencoded' },
      Array.from({ length: 11 }, (_, n) => `f${n}=1`).join('&'),
    ],
  ])('that is %s begins nothing', async (_name, headers, body) => {
    const { url, asked } = await open();
    const answer = await fetch(`${url}/auth/sign-in`, {
      method: 'POST',
      headers: { 'sec-fetch-site': 'same-origin', ...headers },
      body,
    });
    expect([answer.status, asked]).toEqual([403, []]);
  });

  it('that is larger than any form of ours is not read', async () => {
    const { url, asked } = await open();
    const { status } = await post(`${url}/auth/sign-in`, { t: 'k'.repeat(20_000) });
    expect([status, asked]).toEqual([413, []]);
  });

  it.each([
    ['over', 410, 'This link is no longer good'],
    ['elsewhere', 409, 'This was begun in another browser'],
    ['spent', 410, 'This link was tried too often'],
    ['full', 503, 'Please wait a minute'],
    ['unavailable', 503, 'Your company’s sign-in does not answer'],
  ] as const)('on one that is %s says so, and leads nowhere', async (why, status, heading) => {
    const { url } = await open({ signIn: { begin: async () => ({ ok: false, why, locale: null }) } });
    const answer = await post(`${url}/auth/sign-in`, { t: TOKEN });
    expect([answer.status, answer.heading]).toEqual([status, heading]);
    expect(answer.headers.get('set-cookie')).toBeNull();
    expect(answer.body).not.toContain('refresh');
    expect(answer.headers.get('retry-after')).toBe(status === 503 ? '10' : null);
  });

  it('never leads to what is no address of the web', async () => {
    const { url } = await open({
      signIn: {
        begin: async () => ({
          ok: true,
          address: 'javascript:alert(1)',
          locale: 'en',
          cookie: { value: 'x', seconds: 1 },
        }),
      },
    });
    const { status, body } = await post(`${url}/auth/sign-in`, { t: TOKEN });
    expect(status).toBe(503);
    expect(body).not.toContain('javascript');
  });
});

describe('whoever comes back from the provider', () => {
  it.each(['en', 'de'] as const)('says that it was not them by the same words as in the chat (%s)', (locale) => {
    const { auth, signedIn } = repliesIn(locale);
    expect(auth.notMe).toBe(signedIn.notMe);
  });

  it('reads that the answer is in the chat, how long it counts, and can say that it was not them', async () => {
    const { url, given } = await open();
    const { status, heading, body } = await get(`${url}/auth/callback?code=c&state=s.1&iss=i`, { cookie: MARK });
    expect([status, heading]).toEqual([200, 'You are signed in']);
    expect(body).toContain('The answer is in your chat with Sotto.');
    expect(body).toContain('counts for 14 minutes more');
    expect(body).toContain('<input type="hidden" name="t" value="disown-value">');
    expect(given.at(-1)).toEqual({ query: 'code=c&state=s.1&iss=i', browser: 'browser-mark-of-22-letters' });
  });

  it('is not promised an answer where nothing waited', async () => {
    const { url } = await open({
      signIn: {
        finish: async () => ({ ok: true, locale: 'en', at: NOW, until: NOW + 60_000, answered: 0, disown: 'd' }),
      },
    });
    const { body } = await get(`${url}/auth/callback?code=c&state=s.1`);
    // A window or a button of theirs may be what asked for it.
    expect(body).toContain('ask again in your chat with Sotto, or press the button there once more');
    expect(body).not.toContain('The answer is in');
  });

  it('with more than anybody is sent back with is refused unread', async () => {
    const { url, asked } = await open();
    const { status } = await get(`${url}/auth/callback?state=s.1&code=${'c'.repeat(8_200)}`);
    expect([status, asked]).toEqual([400, []]);
  });

  it('and says that it was not them is believed, in the language of the person', async () => {
    const { url, given } = await open({ signIn: { disown: async () => ({ locale: 'de' }) } });
    const { status, heading, body } = await post(`${url}/auth/not-me`, { t: 'disown-value' });
    expect([status, heading]).toEqual([200, 'Danke: Das zählt nicht mehr']);
    expect(body).toContain('<html lang="de">');
    expect(given).toEqual([{ value: 'disown-value' }]);
  });

  it.each([
    [true, 'en', 'Your security team is told.'],
    [true, 'de', 'Dein Sicherheitsteam erfährt es.'],
    [false, 'en', 'Please tell whoever looks after accounts at your company.'],
    [false, 'de', 'Bitte sag es denen, die in deiner Firma für Konten zuständig sind.'],
  ] as const)(
    'and says so is promised no more than is done: a contact there is %s (%s)',
    async (contact, locale, said) => {
      const { url } = await open({ contact, signIn: { disown: async () => ({ locale }) } });
      const { body } = await post(`${url}/auth/not-me`, { t: 'disown-value' });
      expect(body).toContain(said);
      expect(/security team|Sicherheitsteam/.test(body)).toBe(contact);
    },
  );

  it('and says so of nothing is told the same, and nobody is asked', async () => {
    const { url, asked } = await open();
    const something = await post(`${url}/auth/not-me`, { t: 'disown-value' });
    const nothing = await post(`${url}/auth/not-me`, { t: '<>' });
    expect(nothing.body).toBe(something.body);
    expect(asked).toEqual(['disown']);
  });
});

const FAULTS = [
  'cancelled',
  'unreachable',
  'client-refused',
  'malformed',
  'wrong-issuer',
  'wrong-audience',
  'wrong-nonce',
  'late',
  'no-subject',
  'no-time',
  'not-strong',
  'stale',
  'from-the-future',
  'unknown-browser',
  'unknown-person',
  'directory',
  'other-person',
  'not-permitted',
  'disowned',
  'ended',
] as const;

describe('a sign-in that does not count', () => {
  it.each(FAULTS)(
    'because of %s says what to do next, in both languages, and shows no part of what came',
    async (why) => {
      for (const locale of ['en', 'de'] as const) {
        const { url, close } = await openPages({
          signIn: { finish: async () => ({ ok: false, why, locale, again: false }) },
        });
        const { status, heading, body } = await get(`${url}/auth/callback?code=the-code&state=s.the-state`, {
          cookie: MARK,
        });
        await close();
        expect(status === 200).toBe(why === 'cancelled');
        expect(heading.length).toBeGreaterThan(5);
        expect(body).toContain(`<html lang="${locale}">`);
        expect(body.match(/<p>/g)?.length).toBeGreaterThan(0);
        expect(body).not.toMatch(/the-code|the-state|browser-mark/);
      }
    },
  );

  it('because its token does not say when it was is no fault of theirs, and they read whose to tell', async () => {
    const { url } = await open({
      signIn: { finish: async () => ({ ok: false, why: 'no-time', locale: 'en', again: true }) },
    });
    const { heading, body } = await get(`${url}/auth/callback?x`);
    expect(heading).toBe('When you signed in is not known');
    expect(body).toContain('tell your IT desk');
    expect(body).not.toContain('too long ago');
  });

  it('may be tried once more with the same link where the core says so', async () => {
    let again = true;
    const { url } = await open({ signIn: { finish: async () => ({ ok: false, why: 'stale', locale: 'en', again }) } });
    expect((await get(`${url}/auth/callback?x`)).body).toContain('press the button once more');
    again = false;
    expect((await get(`${url}/auth/callback?x`)).body).toContain('you get a new link');
  });
});
