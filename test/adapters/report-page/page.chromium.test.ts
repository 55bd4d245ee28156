/** The report as a browser shows it: by light and dark, on a phone, a desk and paper, in both languages, to a reader that hears it, and to whoever wrote evil into the log. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import axe from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { launch } from '../../playground/support/browser.ts';
import { LOW_CONTRAST } from '../../playground/support/contrast.ts';
import { hostilePage, log, pageOf } from './support.ts';

let browser: Browser;
let folder: string;
let written = 0;
const made = { en: '', de: '' };

beforeAll(async () => {
  made.en = pageOf();
  made.de = pageOf({ locale: 'de' });
  folder = mkdtempSync(join(tmpdir(), 'sotto-report-'));
  browser = await launch();
});
afterAll(async () => {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
});

const opened: Page[] = [];
const complaints: string[] = [];
afterEach(async () => {
  for (const page of opened.splice(0)) await page.context().close();
  expect(complaints.splice(0)).toEqual([]);
});

/** Whatever it says to the console, throws or asks for is a complaint, which fails the test; axe alone may come in past its policy. */
const open = async (html: string, o: BrowserContextOptions = {}): Promise<Page> => {
  written += 1;
  const path = join(folder, `${written}.html`);
  writeFileSync(path, html);
  const url = pathToFileURL(path).href;
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...o });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  opened.push(page);
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(`thrown: ${error.message}`));
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => {
    if (request.url() !== url) complaints.push(`request to ${request.url()}`);
  });
  page.on('response', (response) => {
    if (response.url() !== url) complaints.push(`response from ${response.url()}`);
  });
  await page.goto(url);
  return page;
};

/** What axe finds against WCAG 2.2 A and AA and its own best practices, as `rule: element`. */
const violations = async (page: Page): Promise<readonly string[]> => {
  await page.evaluate(axe.source);
  return page.evaluate(
    `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ': ' + html.slice(0, 160))))`,
  );
};
const unfold = async (page: Page): Promise<void> => {
  for (const summary of await page.locator('summary').all()) await summary.click();
};
const fits = async (page: Page): Promise<boolean> =>
  (await page.evaluate('document.documentElement.scrollWidth <= innerWidth')) === true;

describe.each(['light', 'dark'] as const)('by %s', (colorScheme) => {
  it.each([
    ['a desk', 1280, 900, 'en'],
    ['a phone', 390, 844, 'de'],
  ] as const)(
    'has nothing that axe finds on %s, and enough contrast everywhere',
    async (_where, width, height, locale) => {
      const page = await open(made[locale], { colorScheme, viewport: { width, height } });
      await unfold(page);
      expect(await violations(page)).toEqual([]);
      expect(await page.evaluate(LOW_CONTRAST)).toEqual([]);
      expect(await fits(page)).toBe(true);
      expect(await page.evaluate('getComputedStyle(document.body).backgroundColor')).toBe(
        colorScheme === 'dark' ? 'rgb(19, 21, 22)' : 'rgb(247, 246, 243)',
      );
    },
  );

  it('says in alarm, at the top, that the record is not sound, or was not checked', async () => {
    for (const [found, says] of [
      ['not-sound', 'The record is NOT SOUND.'],
      ['not-checked', 'The record was NOT CHECKED.'],
    ] as const) {
      const page = await open(pageOf({ logs: [log(), log({ origin: 'slot-1', found, why: 'journal, 7: …' })] }), {
        colorScheme,
        viewport: { width: 390, height: 844 },
      });
      const box = await page.getByText(says).boundingBox();
      expect((box?.y ?? 900) + (box?.height ?? 0)).toBeLessThan(500);
      expect(await violations(page)).toEqual([]);
      expect(await page.evaluate(LOW_CONTRAST)).toEqual([]);
    }
  });

  it('has bars and marks that stand out from the page by three to one', async () => {
    const page = await open(made.en, { colorScheme });
    const low = await page.evaluate(`(() => {
      const channels = (colour) => colour.match(/[\\d.]+/g).map(Number);
      const linear = (c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4);
      const luminance = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
      const paper = luminance(channels(getComputedStyle(document.body).backgroundColor));
      const low = new Set();
      for (const rect of document.querySelectorAll('rect:not(.hit)')) {
        const own = luminance(channels(getComputedStyle(rect).fill));
        const ratio = (Math.max(own, paper) + 0.05) / (Math.min(own, paper) + 0.05);
        if (ratio < 3) low.add(rect.getAttribute('class') + ' ' + ratio.toFixed(2));
      }
      return [...low];
    })()`);
    expect(low).toEqual([]);
  });
});

describe('to a reader', () => {
  it('begins with what matters, in words, and then the numbers', async () => {
    const page = await open(made.en);
    expect(await page.title()).toBe(
      'What was asked, and what became of it · 1 September 2026 to 29 November 2026 · Sotto',
    );
    const tree = (await page.locator('.page').ariaSnapshot()).split('\n').slice(0, 16).join('\n');
    expect(tree).toMatch(
      /^- banner:\n {2}- paragraph: Sotto\n {2}- heading "What was asked, and what became of it" \[level=1\]\n {2}- paragraph: 1 September 2026 to 29 November 2026 \(UTC\)\n- main:\n {2}- paragraph:\n {4}- strong: The record is whole\./,
    );
    expect(tree).toMatch(/- paragraph: At least \d+ people asked Sotto something; it decided [\d,]+ questions\./);
  });

  it('hears of each chart what it shows, and can open its numbers', async () => {
    const page = await open(made.en);
    const said = await page.evaluate<readonly string[]>(
      `[...document.querySelectorAll('svg[role=img]')].map((svg) => svg.getAttribute('aria-labelledby').split(' ').map((id) => document.getElementById(id).textContent).join(': '))`,
    );
    expect(said.length).toBeGreaterThan(20);
    for (const one of said) expect(one).toMatch(/\d/);
    await page.getByText('The numbers: Questions over time').click();
    const table = page.getByRole('table', { name: 'Questions over time' });
    expect(await table.getByRole('row').count()).toBeGreaterThan(90);
    const sums = await table.locator('tfoot td').allTextContents();
    const shown = await page.locator('#questions .strip .sum').allTextContents();
    expect(sums).toEqual(shown);
  });

  it('goes by the keyboard through contents, folded numbers and tables, and shows where it is', async () => {
    const page = await open(made.en);
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Questions over time');
    expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid');
    await page.getByText('The numbers: Topics').focus();
    await page.keyboard.press('Enter');
    await page.getByRole('table', { name: 'Topics' }).waitFor();
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.getAttribute("aria-label")')).toBe('Topics');
  });

  it('is in German to the last word', async () => {
    const page = await open(made.de);
    expect(await page.evaluate('document.documentElement.lang')).toBe('de');
    await unfold(page);
    const texts = await page.evaluate<readonly string[]>(`(() => {
      const walker = document.createTreeWalker(document.querySelector('.page'), NodeFilter.SHOW_TEXT);
      const texts = [];
      while (walker.nextNode()) texts.push(walker.currentNode.data);
      return texts;
    })()`);
    const words = texts.join(' ').split(/[^A-Za-zÄÖÜäöüß]+/);
    expect(words).toContain('Beantwortet');
    for (const word of ['the', 'The', 'questions', 'Answered', 'Refused', 'Number', 'together', 'When', 'none', 'of'])
      expect(words).not.toContain(word);
    // Numbers and days too.
    expect(await page.locator('.figures dd').first().textContent()).toMatch(/^\d+\.\d{3}$/);
    expect(await page.locator('.ticks').first().textContent()).toContain('1. Sept.');
  });
});

describe('on a phone and on paper', () => {
  it('shows who approved a restriction below each other, still as a table', async () => {
    const page = await open(made.en, { viewport: { width: 390, height: 844 } });
    const table = page.getByRole('table', { name: 'What may be asked' });
    const row = table.getByRole('row').filter({ hasText: 'published' }).first();
    const cells = await row.getByRole('cell').all();
    const left = new Set<number>();
    for (const cell of cells) left.add(Math.round((await cell.boundingBox())?.x ?? -1));
    expect(cells.length).toBe(5);
    expect(left.size).toBe(1);
    expect(await fits(page)).toBe(true);
  });

  it.each([320, 360, 768])('fits a width of %i', async (width) => {
    const page = await open(made.de, { viewport: { width, height: 800 } });
    await unfold(page);
    expect(await fits(page)).toBe(true);
  });

  it.each(['en', 'de'] as const)('prints on A4 with all numbers unfolded (%s)', async (locale) => {
    const page = await open(made[locale]);
    await page.emulateMedia({ media: 'print' });
    // 210 mm less the margins.
    await page.setViewportSize({ width: 680, height: 1000 });
    expect(await page.locator('#questions table').isVisible()).toBe(true);
    expect(await page.locator('details[open]').count()).toBe(0);
    expect(await fits(page)).toBe(true);
    expect((await page.pdf({ preferCSSPageSize: true })).length).toBeGreaterThan(20_000);
  });
});

describe('whoever wrote evil into the log', () => {
  it('makes nothing run, fetches nothing, and is read as they wrote it', async () => {
    const page = await open(hostilePage());
    await unfold(page);
    expect(await page.title()).toMatch(/^What was asked/);
    expect(await page.locator('script, img, iframe, object, link, [onload], [onerror], [style]').count()).toBe(0);
    expect(await page.getByText('<script>document.title="ran"</script>').count()).toBeGreaterThan(8);
    expect(await violations(page)).toEqual([]);
  });

  it('is stopped by the policy where a script, a style or an image comes into the page all the same', async () => {
    const evil =
      '<script>document.title="ran"</script><style>h1{color:rgb(1,2,3)!important}</style><img src="http://127.0.0.1:9/evil.png" onerror="document.title=\'ran\'"><p style="color:red">x</p></main>';
    const page = await open(made.en.replace('</main>', evil));
    expect(await page.title()).toMatch(/^What was asked/);
    expect(await page.evaluate('getComputedStyle(document.querySelector("h1")).color')).toBe('rgb(29, 32, 33)');
    const stopped = complaints.splice(0);
    // Each is said by the browser, and nothing went out.
    for (const directive of ['script-src', 'style-src', 'img-src'])
      expect(
        stopped.some(
          (text) =>
            text.includes('Content Security Policy') && (text.includes(directive) || text.includes('default-src')),
        ),
      ).toBe(true);
    // The browser tells of what it does not ask for.
    expect(stopped.filter((text) => /^(response|request(?! to http:\/\/127.0.0.1:9\/))/.test(text))).toEqual([]);
  });

  it('finds no script, no style in an attribute and no address in the page that is written', () => {
    for (const page of [made.en, made.de, hostilePage()]) {
      expect(page).not.toMatch(/<script|\sstyle=|\son[a-z]+=[^&]*>|<(?:iframe|object|embed|form|base)\b/i);
      expect(
        [...page.matchAll(/(?:href|src)="([^"]*)"/g)].map(([, to]) => to).filter((to) => !to?.startsWith('#')),
      ).toEqual([]);
    }
  });
});

describe('few people', () => {
  it('are told apart nowhere, and the page still says what there is', async () => {
    const page = await open(pageOf({ entries: [], logs: [] }));
    await page.getByText('There is no log, so there is nothing to report.').waitFor();
    expect(await page.locator('.figures .few').count()).toBe(4);
    expect(await violations(page)).toEqual([]);
  });
});
