import { afterAll, afterEach, beforeAll, beforeEach, expect } from '@jest/globals';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import type { ChatPlatform } from '../../../playground/chat-page/api.ts';
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
  /** Another fake chat in the place of the first, before anything is opened. */
  play(options: Parameters<typeof createFakeChat>[0]): Promise<void>;
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
    play: async (options) => {
      api.stop();
      await served.close();
      api = createFakeChat(options);
      served = await servePage({ api });
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

/** One platform's half of the page. */
export const pane = (page: Page, platform: ChatPlatform): Locator => page.locator(`#pane-${platform}`);

/** A message with this text; on Slack unless named. */
export const reply = (page: Page, text: string | RegExp, platform: ChatPlatform = 'slack'): Locator =>
  page.locator(`#messages-${platform} .text`, { hasText: text });

/** The window that a platform has open. */
export const view = (page: Page, platform: ChatPlatform): Locator => pane(page, platform).getByRole('dialog');

/** True where nothing is wider than the window. */
export const fits = (page: Page): Promise<unknown> =>
  page.evaluate('document.documentElement.scrollWidth <= window.innerWidth');
