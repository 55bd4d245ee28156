import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

/** Debian's Chromium, told to keep quiet: nothing of its own goes out. */
export const launch = (): Promise<Browser> =>
  chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });

export interface Visit {
  readonly page: Page;
  /** Console errors and warnings, thrown errors, policy violations, and requests to other origins. */
  readonly complaints: readonly string[];
  /** Forgets the complaints so far: a test that provokes one has read it. */
  forgive(): void;
  close(): Promise<void>;
}

/** Opens an address as somebody new, and writes down all that a visitor must never cause. */
export const visit = async ({
  browser,
  url,
  path = '/',
  ...context
}: {
  readonly browser: Browser;
  readonly url: string;
  readonly path?: string;
} & BrowserContextOptions): Promise<Visit> => {
  const complaints: string[] = [];
  const someone = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-US', ...context });
  const page = await someone.newPage();
  page.setDefaultTimeout(10_000);
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(`${message.type()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => complaints.push(`thrown: ${error.message}`));
  page.on('request', (request) => {
    if (!request.url().startsWith(`${url}/`)) complaints.push(`request to ${request.url()}`);
  });
  await page.addInitScript(() => {
    const { addEventListener, console } = globalThis as unknown as {
      addEventListener: (name: string, then: (event: { violatedDirective: string }) => void) => void;
      console: { error: (text: string) => void };
    };
    addEventListener('securitypolicyviolation', (event) => console.error(`policy: ${event.violatedDirective}`));
  });
  await page.goto(url + path);
  await page.locator('#person-evan').waitFor({ state: 'attached' });
  // What is said before the talk stands is history, and nobody is told of that.
  await page.locator('#scroll[data-key]').waitFor({ state: 'attached' });
  return { page, complaints, forgive: () => complaints.splice(0), close: () => someone.close() };
};
