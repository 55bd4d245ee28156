/**
 * Takes the README's pictures of the chat page, for whoever changed how it looks:
 * `npm start` in one terminal, `node tools/screenshots.ts` in another. Needs Debian's chromium; a font such as
 * fonts-roboto makes them look as they do on most machines.
 */
import { join } from 'node:path';
import { chromium, type Page } from 'playwright-core';

const url = process.argv[2] ?? 'http://127.0.0.1:3978';
const folder = join(import.meta.dirname, '..', 'docs', 'images');

const DESKTOP = { width: 1280, height: 900 };
const PHONE = { width: 390, height: 844 };

const ask = async (page: Page, text: string): Promise<void> => {
  const answers = page.locator('.turn[data-from="sotto"]');
  const before = await answers.count();
  await page.getByRole('textbox').fill(text);
  await page.getByRole('textbox').press('Enter');
  await answers.nth(before).waitFor();
};

const signIn = async (page: Page): Promise<void> => {
  const folded = !(await page.locator('#signed-in').isVisible());
  if (folded) await page.locator('#settings > summary').click();
  await page.locator('#signed-in').check();
  if (folded) await page.locator('#settings > summary').click();
};

const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
for (const colorScheme of ['light', 'dark'] as const) {
  for (const [name, viewport, scale] of [
    ['desktop', DESKTOP, 1.5],
    ['phone', PHONE, 2],
  ] as const) {
    const context = await browser.newContext({ viewport, colorScheme, deviceScaleFactor: scale, locale: 'en-US' });
    const page = await context.newPage();
    // Somebody else each time, so that no picture begins with the talk of the one before.
    const person = { light: { desktop: 'evan', phone: 'erin' }, dark: { desktop: 'mona', phone: 'hugo' } }[colorScheme][
      name
    ];
    await page.goto(`${url}/?person=${person}`);
    await page.locator('#suggestions button').first().waitFor();
    // What Sotto is about in two questions: one that is refused, and one whose answer leaves.
    const german = person === 'erin';
    await ask(
      page,
      german ? 'Was verdient Mona?' : person === 'mona' ? 'What does Evan earn?' : 'What does Mona earn?',
    );
    await signIn(page);
    await ask(page, german ? 'Zeig mir meine letzte Gehaltsabrechnung' : 'Show me my last payslip');
    await page.locator('.countdown').waitFor();
    await page.waitForTimeout(500);
    await page.screenshot({ path: join(folder, `chat-${name}-${colorScheme}.png`) });
    await context.close();
  }
}
await browser.close();
