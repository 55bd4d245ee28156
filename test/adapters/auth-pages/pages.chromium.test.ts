/** The pages as a browser shows them and as a reader reads them: with and without scripts, on a phone and a desk, by light and dark. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { launch } from '../../playground/support/browser.ts';
import { LOW_CONTRAST } from '../../playground/support/contrast.ts';
import { type Bench, NOW, openPages, TOKEN } from './support.ts';

let browser: Browser;
let provider: Server;
let login: string;
let bench: Bench;

/** Signs in by a form of its own, whose answer leads through another host back to us: what `form-action` would stop. */
const startProvider = async (): Promise<void> => {
  provider = createServer((request, response) => {
    const { searchParams, pathname } = new URL(request.url ?? '/', login);
    const back = searchParams.get('back') ?? '';
    if (pathname === '/authorize')
      return void response
        .writeHead(200, { 'content-type': 'text/html' })
        .end(
          `<!doctype html><html lang="en"><title>Login</title><p>${request.headers.referer ?? 'no referrer'}</p>` +
            `<form method="post" action="/login?back=${encodeURIComponent(back)}"><button>Log in</button></form></html>`,
        );
    const { port } = provider.address() as AddressInfo;
    const to = pathname === '/login' ? `http://127.0.0.1:${port}/on?back=${encodeURIComponent(back)}` : back;
    response.writeHead(303, { location: to }).end();
  });
  await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve));
  login = `http://localhost:${(provider.address() as AddressInfo).port}`;
};

beforeAll(async () => {
  browser = await launch();
  await startProvider();
});
afterAll(async () => {
  await browser.close();
  provider.closeAllConnections();
  await new Promise((resolve) => provider.close(resolve));
});

const addressOf = (state: string): string =>
  `${login}/authorize?back=${encodeURIComponent(`${bench.url}/auth/callback?code=c&state=${state}`)}`;

beforeEach(async () => {
  bench = await openPages({
    signIn: {
      begin: async () => ({
        ok: true,
        address: addressOf('s.1'),
        locale: 'en',
        cookie: { value: 'browser-mark-of-22-letters', seconds: 600 },
      }),
    },
    order: {
      begin: async () => ({
        ok: true,
        address: addressOf('o.1'),
        locale: 'en',
        cookie: { value: 'begun', seconds: 600 },
      }),
      read: async ({ code }) =>
        code === '4KXW-9TFD'
          ? {
              ok: true,
              shown: {
                what: 'From now on 212 people can ask about salary again.',
                look: {
                  difference: `Lifted: Salary questions\n${'long-words-without-an-end'.repeat(8)}`,
                  hash: 'abcdef012345',
                },
                needed: 2,
                confirmed: 1,
                until: NOW + 60_000,
                seen: 'seen-value',
              },
            }
          : { ok: false, told: { says: 'That is not the code of an order that waits.', ended: false, done: false } },
    },
  });
});

const opened: Page[] = [];
let complaints: string[] = [];
afterEach(async () => {
  for (const page of opened.splice(0)) await page.context().close();
  await bench.close();
  expect(complaints.splice(0)).toEqual([]);
});

/** Whatever a page must never cause is a complaint, which fails the test. */
const open = async (path: string, o: BrowserContextOptions = {}): Promise<Page> => {
  const context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1280, height: 800 }, ...o });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  opened.push(page);
  page.on('console', (message) => {
    // A status that says no is written there by the browser itself.
    if (['error', 'warning'].includes(message.type()) && !message.text().includes('the server responded with a status'))
      complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(`thrown: ${error.message}`));
  page.on('request', (request) => {
    const { origin, pathname } = new URL(request.url());
    if (pathname !== '/favicon.ico' && origin !== bench.url && !/:\/\/(localhost|127\.0\.0\.1)/.test(origin))
      complaints.push(`request to ${request.url()}`);
  });
  await page.goto(`${bench.url}${path}`);
  return page;
};
const LINK = `/auth/sign-in?t=${TOKEN}`;
const press = (page: Page, name: string): Promise<void> => page.getByRole('button', { name, exact: true }).click();
const heading = (page: Page, name: string): Promise<void> =>
  page.getByRole('heading', { level: 1, name, exact: true }).waitFor();

describe.each([true, false])('with scripts that may run: %s', (javaScriptEnabled) => {
  it('a link leads to the provider and back through the provider’s own forms and redirects', async () => {
    const page = await open(LINK, { javaScriptEnabled });
    await press(page, 'Sign in');
    // Goes on by itself, and tells the provider nothing of where it comes from.
    await page.getByText('no referrer').waitFor();
    await press(page, 'Log in');
    await heading(page, 'You are signed in');
    expect(bench.given.at(-1)).toEqual({ query: 'code=c&state=s.1', browser: 'browser-mark-of-22-letters' });
    await press(page, 'That wasn’t me');
    await heading(page, 'Thank you: this counts no more');
    expect(bench.asked.filter((name) => !name.startsWith('order.'))).toEqual(['look', 'begin', 'finish', 'disown']);
  });

  it('an order is signed in to, read and confirmed, and the page is left', async () => {
    const page = await open('/auth/order', { javaScriptEnabled });
    await press(page, 'Sign in');
    await press(page, 'Log in');
    await heading(page, 'Type the code of the order');
    // The session is of this site alone: a page of it sends it, one that others lead to does not.
    await page.getByLabel('Code').fill('4kxw');
    await press(page, 'See what it does');
    await page.getByText('That is not the code of an order that waits.').waitFor();
    expect(await page.title()).toBe('Error: Type the code of the order · Sotto');
    await page.getByLabel('Code').fill('4KXW-9TFD');
    await page.keyboard.press('Enter');
    await heading(page, 'This was ordered');
    await press(page, 'Confirm it');
    await heading(page, 'Confirmed');
    expect(bench.given.at(-1)).toMatchObject({ seen: 'seen-value' });
    await press(page, 'Sign out');
    await heading(page, 'You are signed out');
    expect(await page.context().cookies()).toEqual([]);
    await page.goto(`${bench.url}/auth/order`);
    await heading(page, 'Confirm an order');
  });
});

describe('a form of another site', () => {
  it('neither begins a link nor confirms an order, in a browser that is signed in', async () => {
    const page = await open('/auth/order');
    await press(page, 'Sign in');
    await press(page, 'Log in');
    await heading(page, 'Type the code of the order');
    const asked = bench.asked.length;
    for (const [path, fields] of [
      ['/auth/sign-in', `<input name="t" value="${TOKEN}">`],
      ['/auth/not-me', `<input name="t" value="${TOKEN}">`],
      ['/auth/order/confirm', '<input name="key" value="key-of-hana"><input name="seen" value="seen-value">'],
      ['/auth/order/sign-out', '<input name="key" value="key-of-hana">'],
    ]) {
      await page.goto(`${login}/authorize`);
      await page.setContent(
        `<form method="post" action="${bench.url}${path}">${fields}<button>Win a prize</button></form>`,
      );
      await press(page, 'Win a prize');
      await heading(page, 'This did not come from our page');
    }
    expect(bench.asked).toHaveLength(asked);
  });

  it('cannot show a page of ours within its own', async () => {
    const page = await open(LINK);
    await page.goto(`${login}/authorize`);
    await page.setContent(`<iframe src="${bench.url}${LINK}"></iframe>`);
    await page.waitForTimeout(300);
    expect(await page.frames()[1]?.getByRole('button').count()).toBe(0);
    complaints = complaints.filter((text) => !text.includes('frame-ancestors') && !text.includes('X-Frame-Options'));
  });
});

/** Every page in turn, as it stands. */
const eachPage = async (o: BrowserContextOptions, look: (page: Page, name: string) => Promise<void>): Promise<void> => {
  const page = await open(LINK, o);
  await look(page, 'link');
  await page.goto(`${bench.url}/auth/sign-in`);
  await look(page, 'over');
  await page.goto(`${bench.url}/auth/callback?state=s.1`);
  await look(page, 'done');
  await page.goto(`${bench.url}/auth/order`);
  await look(page, 'start');
  await page.goto(`${bench.url}/auth/callback?state=o.1`);
  await look(page, 'code');
  await page.getByLabel('Code').fill('wrong');
  await press(page, 'See what it does');
  await page.getByText('That is not the code').waitFor();
  await look(page, 'wrong');
  await page.getByLabel('Code').fill('4KXW-9TFD');
  await press(page, 'See what it does');
  await heading(page, 'This was ordered');
  await look(page, 'order');
};

describe('readable by anyone', () => {
  it.each(['light', 'dark'] as const)('has enough contrast everywhere (%s)', async (colorScheme) => {
    const papers = new Set<unknown>();
    await eachPage({ colorScheme }, async (page, name) => {
      expect([name, await page.evaluate(LOW_CONTRAST)]).toEqual([name, []]);
      papers.add(await page.evaluate('getComputedStyle(document.body).backgroundColor'));
    });
    expect([...papers]).toEqual([colorScheme === 'dark' ? 'rgb(19, 21, 22)' : 'rgb(247, 246, 243)']);
  });

  it.each([
    [320, 640],
    [390, 844],
    [1280, 800],
  ])('fits %i by %i, and what can be pressed is large enough for a thumb', async (width, height) => {
    await eachPage({ viewport: { width, height } }, async (page, name) => {
      const wide = await page.evaluate('document.documentElement.scrollWidth');
      expect([name, Number(wide) <= width]).toEqual([name, true]);
      for (const control of await page.locator('button, a, input:not([type=hidden])').all())
        expect((await control.boundingBox())?.height).toBeGreaterThanOrEqual(44);
    });
  });

  it('has one main part, one main heading that is the title, and a name on every control', async () => {
    await eachPage({}, async (page, name) => {
      expect([name, await page.getByRole('main').count()]).toEqual([name, 1]);
      const headings = page.getByRole('heading', { level: 1 });
      expect([name, await headings.count()]).toEqual([name, 1]);
      expect(await page.title()).toMatch(new RegExp(`^(Error: )?${await headings.textContent()} · Sotto$`));
      expect(await page.evaluate('document.documentElement.lang')).toBe('en');
      const tree = await page.locator('body').ariaSnapshot();
      const controls = tree.split('\n').filter((line) => /^\s*- (button|textbox|link)\b/.test(line));
      expect(controls.filter((line) => !/^\s*- \w+ "[^"]+"/.test(line))).toEqual([]);
    });
  });

  it('reads a link’s page in this order', async () => {
    const page = await open(LINK);
    expect(await page.locator('body').ariaSnapshot()).toBe(
      [
        '- main:',
        '  - paragraph: Sotto',
        '  - heading "Sign in to see your answer" [level=1]',
        '  - paragraph: What you asked Sotto needs a sign-in at your company, with your second factor, that is at most 15 minutes old.',
        '  - paragraph: The answer then comes by itself in your chat. This link counts for 9 minutes, for you alone.',
        '  - button "Sign in"',
        '  - paragraph: You did not ask Sotto for this? Then somebody may be acting in your name.',
        '  - button "That wasn’t me"',
      ].join('\n'),
    );
  });

  it('puts whoever types a code where they type, and reads what was wrong with it', async () => {
    const page = await open('/auth/callback?state=o.1');
    const field = page.getByRole('textbox', { name: 'Code' });
    expect(await field.evaluate((element) => element === element.ownerDocument.activeElement)).toBe(true);
    const described = (): Promise<unknown> =>
      page.evaluate(
        `document.getElementById('code').getAttribute('aria-describedby').split(' ').map((id) => document.getElementById(id).textContent)`,
      );
    expect(await described()).toEqual(['Eight characters as the command printed them, such as 4KXW-9TFD.']);
    await field.fill('wrong');
    await page.keyboard.press('Enter');
    await page.getByText('That is not the code').waitFor();
    expect(await field.evaluate((element) => element === element.ownerDocument.activeElement)).toBe(true);
    expect(await field.getAttribute('aria-invalid')).toBe('true');
    expect(await described()).toEqual([
      'That is not the code of an order that waits.',
      'Eight characters as the command printed them, such as 4KXW-9TFD.',
    ]);
  });

  it('goes by the keyboard from what most come for to the rest, and shows where it is', async () => {
    const page = await open(LINK);
    const stops: unknown[] = [];
    for (let at = 0; at < 2; at++) {
      await page.keyboard.press('Tab');
      stops.push(await page.evaluate('document.activeElement.textContent'));
      expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid');
    }
    expect(stops).toEqual(['Sign in', 'That wasn’t me']);
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Enter');
    await page.getByText('no referrer').waitFor();
  });

  it('speaks German to a browser that prefers it, where nobody is known yet', async () => {
    const page = await open('/auth/order', { locale: 'de-AT' });
    await heading(page, 'Einen Auftrag bestätigen');
    expect(await page.evaluate('document.documentElement.lang')).toBe('de');
    expect(await page.locator('body').ariaSnapshot()).toContain('button "Anmelden"');
  });
});
