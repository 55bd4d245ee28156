import { afterAll, afterEach, beforeAll, beforeEach, expect } from '@jest/globals';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { launch, type Visit, visit } from './browser.ts';
import { createFakeChat, type FakeChat } from './fake-chat.ts';
import { type ServedPage, servePage } from './serve-page.ts';

/** What a suite in the browser works with; fresh for every test but for the browser. */
export interface Scene {
  readonly browser: () => Browser;
  readonly api: () => FakeChat;
  readonly url: () => string;
  /** Opens the page as somebody new. After the test nothing may have been complained of; see `Visit.complaints`. */
  open(path?: string, context?: BrowserContextOptions): Promise<Page>;
  /** Forgets what was complained of so far. */
  forgive(): void;
  /** Takes the server away. */
  goAway(): Promise<void>;
  /** Brings it back where it was. */
  comeBack(): Promise<void>;
}

/** Registers the hooks of a suite. */
export const setScene = (): Scene => {
  let browser: Browser;
  let api: FakeChat;
  let served: ServedPage;
  let visits: Visit[];

  beforeAll(async () => {
    browser = await launch();
  }, 60_000);
  afterAll(() => browser.close());
  beforeEach(async () => {
    visits = [];
    api = createFakeChat();
    served = await servePage({ api });
  });
  afterEach(async () => {
    const complaints = visits.flatMap((one) => one.complaints);
    for (const one of visits) await one.close();
    api.stop();
    await served.close();
    expect(complaints).toEqual([]);
  });

  return {
    browser: () => browser,
    api: () => api,
    url: () => served.url,
    open: async (path = '/', context = {}) => {
      const one = await visit({ browser, url: served.url, path, ...context });
      visits.push(one);
      return one.page;
    },
    forgive: () => {
      for (const one of visits) one.forgive();
    },
    goAway: () => served.close(),
    comeBack: async () => {
      served = await servePage({ api, port: Number(new URL(served.url).port) });
    },
  };
};

export const question = (page: Page): Locator => page.getByRole('textbox');

export const say = async (page: Page, text: string): Promise<void> => {
  await question(page).fill(text);
  await question(page).press('Enter');
};

/** A message with this text. */
export const reply = (page: Page, text: string | RegExp): Locator => page.locator('#messages .text', { hasText: text });

/** True where nothing is wider than the window. */
export const fits = (page: Page): Promise<unknown> =>
  page.evaluate('document.documentElement.scrollWidth <= window.innerWidth');
