/**
 * Signing in strongly as people do it: a real browser, a real provider, the link out of either chat, with scripts that may run and without. And an operator who confirms what
 * was ordered. The browser's own rules hold here: cookies, forms, policies, redirects.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { orderState, placeOrder } from '../../src/core/orders/place.ts';
import { launch } from '../playground/support/browser.ts';
import { openSignInStage, type SignInStage } from '../support/openid/stage.ts';
import { until } from '../support/until.ts';

let played: SignInStage;
let browser: Browser;
beforeAll(async () => {
  played = await openSignInStage();
  played.provider.setAccount('hana', { amr: ['mfa'] });
  browser = await launch();
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await played?.end();
});

const contexts: BrowserContext[] = [];
const complaints: string[] = [];
afterEach(async () => {
  for (const context of contexts.splice(0)) await context.close();
  expect(complaints.splice(0)).toEqual([]);
});

const open = async (o: Parameters<Browser['newContext']>[0] = {}): Promise<Page> => {
  const context = await browser.newContext({ locale: 'en-GB', ...o });
  contexts.push(context);
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  page.on('console', (message) => {
    if (/Content Security Policy|cookie/i.test(message.text())) complaints.push(message.text());
  });
  return page;
};
const press = (page: Page, name: string): Promise<void> => page.getByRole('button', { name, exact: true }).click();
const heading = (page: Page, name: string): Promise<void> =>
  page.getByRole('heading', { level: 1, name, exact: true }).waitFor();

/** At the provider: who one is, and that Sotto may know it. */
const signInThere = async (page: Page, as: string): Promise<void> => {
  await page.getByLabel('Account').selectOption(as);
  await press(page, 'Sign in');
  // The provider asks once whether it may tell.
  await page.waitForURL((url) => url.pathname.startsWith('/interaction/') || url.pathname.startsWith('/auth/'));
  if (new URL(page.url()).pathname.startsWith('/interaction/')) await press(page, 'Sign in');
};

const answered = (question: string): boolean =>
  played.stage.trail.some(
    ({ entry }) => entry.kind === 'disclosure' && entry.question === question && entry.verdict === 'answer',
  );

describe.each([
  ['slack', 'evan', true],
  ['teams', 'mona', true],
  ['slack', 'hugo', false],
  ['teams', 'erin', false],
] as const)('on %s, %s, with scripts: %s', (on, who, javaScriptEnabled) => {
  it('signs in by the link of the chat, and the answer comes there by itself', async () => {
    const words =
      who === 'erin'
        ? { lang: 'de', begin: 'Anmelden', done: 'Du bist angemeldet' }
        : { lang: 'en', begin: 'Sign in', done: 'You are signed in' };
    const { link, ended } = await played.askFor(who, { on });
    const page = await open({ javaScriptEnabled });
    await page.goto(link);
    expect(await page.evaluate('document.documentElement.lang')).toBe(words.lang);
    await press(page, words.begin);
    await signInThere(page, who);
    await heading(page, words.done);
    await until(() => answered(ended.question));
    const given = played.signIns().at(-1);
    expect(given).toMatchObject({ kind: 'grant', change: 'given', for: 'question' });

    // Whoever finds the link later, in this browser or another, finds nothing in it.
    for (const later of [page, await open({ javaScriptEnabled })]) {
      await later.goto(link);
      // Nobody's link speaks the browser's language.
      await heading(later, 'This link is no longer good');
    }
  }, 300_000);
});

describe('whoever has the link', () => {
  it('and is signed in at the provider as somebody else, gets nothing by it and learns nothing', async () => {
    const { link, ended } = await played.askFor('pia');
    const page = await open();
    await page.goto(link);
    await press(page, 'Sign in');
    await signInThere(page, 'mona');
    await heading(page, 'This link is not for you');
    expect(answered(ended.question)).toBe(false);
    expect(played.signIns().at(-1)).toMatchObject({ kind: 'sign-in', change: 'refused', code: 'other-person' });
  }, 300_000);

  it('opens it elsewhere once it was begun, and can only say that it was not them', async () => {
    const { link } = await played.askFor('hana');
    const begun = await open();
    await begun.goto(link);
    await press(begun, 'Sign in');
    await begun.getByLabel('Account').waitFor();
    const other = await open();
    await other.goto(link);
    await heading(other, 'This was begun in another browser');
    expect(await other.getByRole('button').allTextContents()).toEqual(['That wasn’t me']);
    await press(other, 'That wasn’t me');
    await heading(other, 'Thank you: this counts no more');
    // Which ends it for whoever had begun.
    await signInThere(begun, 'hana');
    await heading(begun, 'This was used, took too long, or began elsewhere');
    expect(played.signIns().at(-1)).toMatchObject({ kind: 'grant', change: 'ended', by: 'not-me' });
  }, 300_000);
});

describe.each([true, false])('an operator, with scripts: %s', (javaScriptEnabled) => {
  it('signs in, reads what was ordered, confirms it, and it is done', async () => {
    const { world } = played.stage.running;
    const order = javaScriptEnabled ? ({ kind: 'pause' } as const) : ({ kind: 'resume' } as const);
    const placed = await placeOrder(world, order);
    if (!placed.ok) throw new Error(placed.says);
    expect(placed.page).toBe(`${played.url}/auth/order`);
    const page = await open({ javaScriptEnabled });
    await page.goto(placed.page ?? '');
    await press(page, 'Sign in');
    await signInThere(page, 'hana');
    await heading(page, 'Type the code of the order');
    await page.getByLabel('Code').fill(placed.code.toLowerCase());
    await press(page, 'See what it does');
    await heading(page, 'This was ordered');
    await page.getByText(placed.says).waitFor();
    expect(await orderState(world, placed.id)).toMatchObject({ state: 'waiting' });
    await press(page, 'Confirm it');
    await heading(page, 'Confirmed');
    await until(async () => (await orderState(world, placed.id))?.state === 'done');
    expect((await world.store.standing.current()).paused === null).toBe(!javaScriptEnabled);
    const signIn = played.signIns().findLast((entry) => entry.kind === 'grant' && entry.for === 'orders');
    const confirmed = played.stage.trail
      .map(({ entry }) => entry)
      .findLast((entry) => entry.kind === 'order' && entry.change === 'confirmed');
    expect(confirmed).toMatchObject({ order: placed.id, question: signIn?.id });
  }, 300_000);

  it('who is none, signs in and confirms nothing', async () => {
    const page = await open({ javaScriptEnabled });
    await page.goto(`${played.url}/auth/order`);
    await press(page, 'Sign in');
    await signInThere(page, 'evan');
    await heading(page, 'Only operators and HR confirm orders');
    expect(await page.context().cookies(played.url)).toEqual([]);
  }, 300_000);
});
