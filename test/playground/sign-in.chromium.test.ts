/** The whole way of a strong sign-in as it is played: from the link in the chat past a company's sign-in that believes whoever comes, to the answer in the chat. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import type { ChatPlatform } from '../../playground/chat-page/api.ts';
import { endSignIns } from '../../src/core/sign-in/ends.ts';
import { answer, button, message, PATIENCE, type PlayedPage, playPage } from './support/played-page.ts';

let played: PlayedPage;
beforeAll(async () => {
  played = await playPage({ playedSignIn: true });
}, 120_000);
afterAll(() => played.end());

/** Follows the newest link to sign in, which opens beside the chat. */
const follow = async (page: Page, platform: ChatPlatform, label: string): Promise<Page> => {
  const [beside] = await Promise.all([
    page.context().waitForEvent('page'),
    page.locator(`#messages-${platform}`).getByRole('link', { name: label, exact: true }).last().click(),
  ]);
  beside.setDefaultTimeout(PATIENCE.timeout);
  return beside;
};
const press = (page: Page, name: string): Promise<void> => page.getByRole('button', { name, exact: true }).click();

describe('a link to sign in, in the playground', () => {
  it.each([
    ['slack', 'evan', 'please show me my last payslip'],
    ['teams', 'mona', 'please show me my last payslip'],
  ] as const)('leads on %s to a page that gives it, and the answer comes by itself', async (platform, who, says) => {
    const page = await played.as(who, { platform });
    expect(await answer(page, platform, says)).toContain('15 minutes');
    const beside = await follow(page, platform, 'Sign in');
    await press(beside, 'Sign in');
    await beside.getByRole('heading', { name: 'The company’s sign-in' }).waitFor();
    await press(beside, who === 'evan' ? 'Sign in as Evan Brooks' : 'Sign in as Mona Keller');
    await beside.getByRole('heading', { name: 'You are signed in' }).waitFor();
    await button(page, platform, 'Show it').waitFor(PATIENCE);
    // Their own word ends it: what is asked next needs another.
    await press(beside, 'That wasn’t me');
    await beside.getByRole('heading', { name: 'Thank you: this counts no more' }).waitFor();
    expect(await answer(page, platform, 'show me my payslip again')).toContain('15 minutes');
  });

  it.each([
    ['slack', 'pia', 'Pia Rossi'],
    ['teams', 'hana', 'Hana Okafor'],
  ] as const)(
    'stands on %s as a button, also in a window whose sign-in has ended, which then shows what it is for',
    async (platform, who, name) => {
      const page = await played.as(who, { platform, colorScheme: 'dark' });
      await answer(page, platform, 'please show me my last payslip');
      expect(
        await page.evaluate(
          `[...document.querySelectorAll('#messages-${platform} .buttons a')].map((link) => getComputedStyle(link)).map((style) => [style.borderTopWidth, style.textDecorationLine]).at(-1)`,
        ),
      ).toEqual(['1px', 'none']);
      const signIn = async (): Promise<void> => {
        const [beside] = await Promise.all([
          page.context().waitForEvent('page'),
          page.locator(`.pane[data-platform="${platform}"]`).getByRole('link', { name: 'Sign in' }).last().click(),
        ]);
        beside.setDefaultTimeout(PATIENCE.timeout);
        await press(beside, 'Sign in');
        await press(beside, `Sign in as ${name}`);
        await beside.getByRole('heading', { name: 'You are signed in' }).waitFor();
        await beside.close();
      };
      await signIn();
      await button(page, platform, 'Show it').waitFor(PATIENCE);
      await endSignIns(played.stage.running.world, { person: who, why: 'playground' });
      await button(page, platform, 'Show it').click();
      const window = page.locator(`#layer-${platform}`).getByRole('dialog');
      await window.getByText('then press again').waitFor(PATIENCE);
      await window.getByRole('link', { name: 'Sign in' }).waitFor();
      await signIn();
      await window.getByRole('button', { name: 'Close' }).last().click();
      await button(page, platform, 'Show it').click();
      await window
        .getByText(/\d\.\d\d/)
        .first()
        .waitFor(PATIENCE);
    },
  );

  it('tells whoever signs in as somebody else that it is not for them, in the language of whose it is', async () => {
    const page = await played.as('erin', { platform: 'slack' });
    expect(await answer(page, 'slack', 'Zeig mir meine letzte Gehaltsabrechnung')).toContain('15 Min');
    const beside = await follow(page, 'slack', 'Anmelden');
    await press(beside, 'Anmelden');
    await press(beside, 'Als Evan Brooks anmelden');
    await beside.getByRole('heading', { name: 'Dieser Link ist nicht für dich' }).waitFor();
    expect(await message(page, 'slack', /Anzeigen|angemeldet/i).count()).toBe(0);
  });

  it('says so where somebody does not sign in, and lets them try again', async () => {
    const page = await played.as('hugo', { platform: 'slack' });
    await answer(page, 'slack', 'please show me my last payslip');
    const beside = await follow(page, 'slack', 'Sign in');
    await press(beside, 'Sign in');
    await press(beside, 'Do not sign in');
    await beside.getByRole('heading', { name: 'You did not sign in' }).waitFor();
    await beside.getByText('press the button once more').waitFor();
  });

  it('is given by nobody who comes by another name, or from another site', async () => {
    const { url } = played.stage.running;
    const at = `${url}/playground/sign-in`;
    expect((await fetch(`${at}?code=unknown`)).status).toBe(410);
    const sent = (headers: Readonly<Record<string, string>>): Promise<Response> =>
      fetch(at, { method: 'POST', body: new URLSearchParams({ code: 'x', id: 'evan' }), headers, redirect: 'manual' });
    expect((await sent({ 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await sent({ 'sec-fetch-site': 'same-origin' })).status).toBe(410);
    const { port } = new URL(url);
    const { request } = await import('node:http');
    const status = await new Promise((resolve) => {
      request(
        { host: '127.0.0.1', port, path: '/playground/sign-in?code=x', headers: { host: 'evil.example.com' } },
        (response) => {
          response.resume();
          resolve(response.statusCode);
        },
      ).end();
    });
    expect(status).toBe(403);
  });
});
