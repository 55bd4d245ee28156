/**
 * Takes the README's pictures of the chat page, for whoever changed how it looks:
 * `npm start` in one terminal, `node tools/screenshots.ts` in another. Needs Debian's chromium; fonts-lato
 * and fonts-roboto make them look as they do on most machines.
 */
import { join } from 'node:path';
import { type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const url = process.argv[2] ?? 'http://127.0.0.1:3978';
const folder = join(import.meta.dirname, '..', 'docs', 'images');

const DESKTOP = { viewport: { width: 1280, height: 1000 }, deviceScaleFactor: 1.5 };
const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2 };

/** Says it on both platforms and waits until both have answered. */
const ask = async (page: Page, text: string): Promise<void> => {
  const answers = page.locator('.turn[data-from="sotto"]:has(.why)');
  const before = await answers.count();
  await page.getByRole('textbox').fill(text);
  await page.getByRole('textbox').press('Enter');
  await answers.nth(before + 1).waitFor({ state: 'attached' });
};

const signIn = async (page: Page): Promise<void> => {
  const folded = !(await page.locator('#signed-in').isVisible());
  if (folded) await page.locator('#settings > summary').click();
  await page.locator('#signed-in').check();
  if (folded) await page.locator('#settings > summary').click();
};

/** Presses the button of the newest answer on each platform that is to be seen, and waits for its window. */
const openViews = async (page: Page): Promise<void> => {
  for (const pane of await page.locator('.pane:visible').all()) {
    await pane.locator('.buttons button').last().click();
    await pane.getByRole('dialog').locator('.note').waitFor();
  }
  // When a window is emptied is known a moment after it was filled.
  const slack = page.locator('#pane-slack:visible .view');
  if ((await slack.count()) > 0) await slack.locator('.countdown').waitFor();
};

/** Somebody else each time, so that no picture begins with the talk of the one before. */
const PICTURES: readonly {
  readonly name: string;
  readonly look: 'light' | 'dark';
  readonly who: string;
  readonly context: BrowserContextOptions;
  readonly play: (page: Page) => Promise<void>;
}[] = [
  {
    // One that is answered and leaves, one that is refused, and why: what Sotto is about.
    name: 'desktop',
    look: 'light',
    who: 'person=evan',
    context: DESKTOP,
    play: async (page) => {
      await ask(page, 'How many days of leave have I left?');
      await ask(page, 'What does Mona earn?');
      await page.locator('.joint summary').last().click();
    },
  },
  {
    name: 'desktop',
    look: 'dark',
    who: 'person=mona',
    context: DESKTOP,
    play: async (page) => {
      await ask(page, 'What does Evan earn?');
      await signIn(page);
      await ask(page, 'Show me my last payslip');
      await openViews(page);
    },
  },
  {
    name: 'phone',
    look: 'light',
    who: 'person=erin',
    context: PHONE,
    play: async (page) => {
      await ask(page, 'Was verdient Mona?');
      await ask(page, 'Wie viele Urlaubstage habe ich noch?');
    },
  },
  {
    name: 'phone',
    look: 'dark',
    who: 'person=hugo&platform=teams',
    context: PHONE,
    play: async (page) => {
      await signIn(page);
      await ask(page, 'Show me my last payslip');
      await openViews(page);
    },
  },
];

const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
for (const { name, look, who, context, play } of PICTURES) {
  const visit = await browser.newContext({ ...context, colorScheme: look, locale: 'en-US', reducedMotion: 'reduce' });
  const page = await visit.newPage();
  await page.goto(`${url}/?${who}`);
  await page.locator('#suggestions button').first().waitFor();
  // Beside their first answer everybody is told how Sotto works: it is to have scrolled by.
  await ask(page, 'When is payday?');
  await play(page);
  await page.waitForTimeout(500);
  await page.screenshot({ path: join(folder, `chat-${name}-${look}.png`) });
  await visit.close();
}
await browser.close();
