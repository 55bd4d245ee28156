/** What somebody can do with a link that is not theirs, or with a browser that is not: each over http, at a real provider. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Browser, createBrowser, signInAt } from '../../support/openid/browser.ts';
import { openSignInStage, type SignInStage } from '../../support/openid/stage.ts';

let s: SignInStage;
beforeAll(async () => {
  s = await openSignInStage();
}, 120_000);
afterAll(() => s.end());
beforeEach(() => s.anew());

const given = () => s.signIns().filter((entry) => entry.kind === 'grant' && entry.change === 'given').length;
const refused = () =>
  s.signIns().flatMap((entry) => (entry.kind === 'sign-in' && entry.change === 'refused' ? [entry.code] : []));
const COOKIE = '__Host-sotto-sign-in';
const cookieOf = (browser: Browser) => browser.cookies(s.url).get(COOKIE) ?? '';

/** Nobody is signed in by what happens here. */
const gainsNothing = async (act: () => Promise<void>): Promise<void> => {
  const before = given();
  await act();
  expect(given()).toBe(before);
};

describe('a forwarded link', () => {
  it('signs nobody in: neither who follows it as themselves, nor whom it was made for', async () => {
    const link = await s.linkFor('evan');
    await gainsNothing(async () => {
      const other = createBrowser();
      const page = await s.follow({ browser: other, link, as: 'hugo' });
      expect(page.status).toBe(403);
      expect(refused().at(-1)).toBe('other-person');
      // It is begun in one browser alone, and so it is used up for everybody else.
      const own = createBrowser();
      expect((await own.get(link)).status).toBe(409);
      expect((await s.begin(own, link)).address).toBe(null);
    });
  });

  it('says nothing of whose it is, or what was asked', async () => {
    const link = await s.linkFor('evan');
    const { text, headers } = await createBrowser().get(link);
    const all = `${text}\n${[...headers].flat().join('\n')}`;
    expect(all).not.toMatch(/evan|payslip|salary/i);
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('cache-control')).toContain('no-store');
  });
});

describe('a link that is looked at', () => {
  it('by previews and scanners, however often, is as good as before', async () => {
    const link = await s.linkFor('evan');
    for (let looks = 0; looks < 20; looks++) expect((await createBrowser().get(link)).status).toBe(200);
    expect((await fetch(link, { method: 'HEAD' })).status).not.toBe(500);
    const browser = createBrowser();
    expect((await s.follow({ browser, link, as: 'evan' })).status).toBe(200);
    expect((await createBrowser().get(link)).status).toBe(410);
    expect((await s.begin(browser, link)).address).toBe(null);
  });

  it('sets no cookie: what binds it to a browser comes with the press alone', async () => {
    const link = await s.linkFor('evan');
    expect((await createBrowser().get(link)).headers.getSetCookie()).toEqual([]);
    const { page } = await s.begin(createBrowser(), link);
    const [cookie = ''] = page.headers.getSetCookie();
    for (const part of [`${COOKIE}=`, 'Secure', 'HttpOnly', 'SameSite=Lax', 'Path=/']) expect(cookie).toContain(part);
    expect(cookie).not.toContain('Domain');
  });

  it('is begun three times in its browser, and no more', async () => {
    const link = await s.linkFor('evan');
    const browser = createBrowser();
    for (let tries = 0; tries < 3; tries++) expect((await s.begin(browser, link)).address).not.toBe(null);
    expect((await s.begin(browser, link)).page.status).toBe(410);
  });

  it('and guessed leads nowhere, and is answered as one that was used', async () => {
    const answers = await Promise.all(
      ['', 'x', 'A'.repeat(43), '%00', '../../etc/passwd', 'A'.repeat(5_000)].map((t) =>
        createBrowser().get(`${s.url}/auth/sign-in?t=${t}`),
      ),
    );
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1);
    expect(answers[0]?.status).toBe(410);
  });
});

describe('what comes back', () => {
  const backOf = async (who: string, browser: Browser) => {
    const link = await s.linkFor(who);
    const { address } = await s.begin(browser, link);
    return signInAt(browser, address ?? '', { as: who, back: s.back });
  };

  it('counts once: brought back again, in the same browser or another, it is nothing', async () => {
    const browser = createBrowser();
    const url = await backOf('evan', browser);
    const cookie = cookieOf(browser);
    await gainsNothing(async () => {
      expect((await createBrowser().get(url)).status).toBe(400);
    });
    // Who brought it without the cookie has not used it up.
    expect((await browser.get(url)).status).toBe(200);
    await gainsNothing(async () => {
      expect((await browser.get(url)).status).toBe(400);
      const thief = createBrowser();
      thief.setCookie(s.url, COOKIE, cookie);
      expect((await thief.get(url)).status).toBe(400);
    });
  });

  it('counts once where it is brought twice at the same moment', async () => {
    const browser = createBrowser();
    const url = await backOf('evan', browser);
    const before = given();
    const pages = await Promise.all([browser.get(url), browser.get(url), browser.get(url)]);
    expect(pages.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 400, 400]);
    expect(given() - before).toBe(1);
  });

  it('into another person’s browser signs nobody in there (login CSRF)', async () => {
    const attacker = createBrowser();
    const url = await backOf('hugo', attacker);
    await gainsNothing(async () => {
      const victim = createBrowser();
      // Also where the victim has begun something of their own.
      await s.begin(victim, await s.linkFor('evan'));
      expect((await victim.get(url)).status).toBe(400);
    });
  });

  it('for a sign-in that somebody else began, with their cookie planted, is for whom it was begun or for nobody (fixation)', async () => {
    const attacker = createBrowser();
    const link = await s.linkFor('hugo');
    const { address } = await s.begin(attacker, link);
    const victim = createBrowser();
    victim.setCookie(s.url, COOKIE, cookieOf(attacker));
    await gainsNothing(async () => {
      const url = await signInAt(victim, address ?? '', { as: 'evan', back: s.back });
      expect((await victim.get(url)).status).toBe(403);
      expect(refused().at(-1)).toBe('other-person');
    });
  });

  it('with a cookie that was made up binds nothing to it', async () => {
    const browser = createBrowser();
    browser.setCookie(s.url, COOKIE, 'chosen-by-somebody-else');
    const link = await s.linkFor('evan');
    await s.begin(browser, link);
    expect(cookieOf(browser)).toMatch(/^[\w-]{43}$/);
  });

  it('in a browser where somebody else is signed in at the provider is for nobody, and then asks them to sign in afresh', async () => {
    const browser = createBrowser();
    const monas = await s.linkFor('mona');
    expect((await s.follow({ browser, link: monas, as: 'mona' })).status).toBe(200);
    const link = await s.linkFor('evan');
    const { address: first } = await s.begin(browser, link);
    // Nobody types anything: the session that is there answers.
    const silent = await browser.get(first ?? '', { stopAt: (url) => url.startsWith(s.back) });
    await gainsNothing(async () => expect((await browser.get(silent.url)).status).toBe(403));
    const { address } = await s.begin(browser, link);
    expect(new URL(address ?? '').searchParams.get('prompt')).toBe('login');
    const url = await signInAt(browser, address ?? '', { as: 'evan', back: s.back });
    expect((await browser.get(url)).status).toBe(200);
  });

  it('leads to no other place, whatever stands in the address (open redirect)', async () => {
    const evil = 'https://evil.example/';
    const more = ['next', 'redirect_uri', 'return_to', 'url', 'iss', 'target_link_uri']
      .map((name) => `${name}=${encodeURIComponent(evil)}`)
      .join('&');
    const link = await s.linkFor('evan');
    const visited = [
      await createBrowser().get(`${link}&${more}`),
      await createBrowser().get(`${s.url}/auth/sign-in?t=${encodeURIComponent(evil)}`),
      await createBrowser().get(`${s.back}?code=x&state=${encodeURIComponent(evil)}&${more}`),
      await createBrowser().post(
        `${s.url}/auth/sign-in`,
        { t: new URL(link).searchParams.get('t') ?? '', next: evil },
        { headers: { 'sec-fetch-site': 'same-origin' } },
      ),
    ];
    for (const { text, headers, url } of visited) {
      expect(new URL(url).origin).toBe(s.url);
      expect(headers.get('location')).toBe(null);
      expect(`${text} ${[...headers].flat().join(' ')}`).not.toContain('evil.example');
    }
  });
});

describe('a form of another site', () => {
  it('begins nothing', async () => {
    const link = await s.linkFor('evan');
    const t = new URL(link).searchParams.get('t') ?? '';
    for (const site of ['cross-site', 'same-site', 'none']) {
      const page = await createBrowser().post(`${s.url}/auth/sign-in`, { t }, { headers: { 'sec-fetch-site': site } });
      expect([site, page.status]).toEqual([site, 403]);
      expect(page.headers.getSetCookie()).toEqual([]);
    }
    expect((await createBrowser().get(link)).status).toBe(200);
  });
});
