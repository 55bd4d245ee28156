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

const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
for (const colorScheme of ['light', 'dark'] as const) {
  for (const [name, viewport, scale] of [
    ['desktop', DESKTOP, 1.5],
    ['phone', PHONE, 2],
  ] as const) {
    const context = await browser.newContext({ viewport, colorScheme, deviceScaleFactor: scale, locale: 'en-US' });
    const page = await context.newPage();
    // Somebody else each time, so that no picture begins with the talk of the one before.
    const person = { light: { desktop: 'evan', phone: 'erin' }, dark: { desktop: 'mona', phone: 'carl' } }[colorScheme][
      name
    ];
    await page.goto(`${url}/?person=${person}`);
    await page.locator('#suggestions button').first().waitFor();
    const german = person === 'erin';
    await ask(page, german ? 'Wie viele Urlaubstage habe ich noch?' : 'How many days of leave have I left?');
    await ask(
      page,
      german ? 'Was verdient Mona?' : person === 'mona' ? 'What does Evan earn?' : 'What does Mona earn?',
    );
    await page.waitForTimeout(500);
    await page.screenshot({ path: join(folder, `chat-${name}-${colorScheme}.png`) });
    await context.close();
  }
}
await browser.close();
