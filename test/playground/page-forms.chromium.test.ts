import { describe, expect, it } from '@jest/globals';
import type { Locator, Page } from 'playwright-core';
import { CHAT_PLATFORMS, type ChatForm, type ChatPlatform } from '../../playground/chat-page/api.ts';
import { LOW_CONTRAST } from './support/contrast.ts';
import { asking, SAMPLE_FORM } from './support/sample-form.ts';
import { fits, pane, setScene, view } from './support/scene.ts';

const scene = setScene();

const show = (platform: ChatPlatform, form: ChatForm = SAMPLE_FORM, person = 'hugo'): void =>
  scene.api().view({ person, platform, view: asking(form) });

const opened = async (platform: ChatPlatform = 'teams', path = '/?person=hugo', context = {}): Promise<Page> => {
  const page = await scene.open(path, context);
  show(platform);
  await view(page, platform)
    .getByRole('textbox', { name: /^Title/ })
    .waitFor();
  return page;
};
const title = (window: Locator): Locator => window.getByRole('textbox', { name: /^Title/ });
const send = (window: Locator): Locator => window.getByRole('button', { name: 'Preview' });
const focused = (page: Page): Promise<string> =>
  page.evaluate('document.activeElement.className || document.activeElement.id || document.activeElement.tagName');
const lastSent = (): unknown => {
  const [line = ''] = scene.api().done().slice(-1);
  return JSON.parse(line.slice(line.indexOf('{')));
};

describe('a form in a window', () => {
  it.each(CHAT_PLATFORMS)('is filled in by keyboard alone and sent as it was filled in, on %s', async (platform) => {
    const page = await opened(platform);
    const window = view(page, platform);
    expect(await page.getByRole('dialog', { name: 'New restriction' }).count()).toBe(1);
    await title(window).focus();
    await page.keyboard.type('Salary freeze');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    await window.getByRole('combobox', { name: 'Where' }).focus();
    await page.keyboard.type('In ch');
    await window.getByLabel('Until').fill('2026-12-31');
    await window.getByRole('textbox', { name: 'Words of the refusal' }).focus();
    await page.keyboard.type('Not now.');
    await page.keyboard.press('Enter');
    await page.keyboard.type('Ask payroll.');
    await send(window).focus();
    await page.keyboard.press('Enter');
    await window.locator('.form-status', { hasText: /^$/ }).waitFor({ state: 'attached' });
    expect(lastSent()).toEqual({
      title: ['Salary freeze'],
      forbids: ['salary'],
      except: ['payroll'],
      place: ['channel'],
      until: ['2026-12-31'],
      'words-en': ['Not now.\nAsk payroll.'],
    });
  });

  it('says what each field is, what is required and what its hint is, to whoever hears it', async () => {
    const page = await opened();
    const window = view(page, 'teams');
    const described = (field: Locator): Promise<unknown> =>
      field.evaluate(
        (one) => one.ownerDocument.getElementById(one.getAttribute('aria-describedby') ?? '')?.textContent ?? null,
      );
    expect(await title(window).getAttribute('aria-required')).toBe('true');
    expect(await described(window.getByLabel('Until'))).toBe('Empty: until it is lifted.');
    expect(await described(window.getByRole('textbox', { name: 'Words of the refusal' }))).toBe(
      'What whoever asks is told.',
    );
    expect(await window.getByRole('group', { name: /What is restricted required/ }).count()).toBe(1);
    expect(await window.getByRole('checkbox', { name: 'payroll' }).isChecked()).toBe(true);
    expect(await title(window).getAttribute('maxlength')).toBe('80');
  });

  it('sends nothing while something is missing, says what, and leads there', async () => {
    const page = await opened();
    const window = view(page, 'teams');
    await send(window).click();
    const summary = window.getByRole('group', { name: 'Something is missing' });
    await summary.waitFor();
    expect(await focused(page)).toBe('summary');
    expect(scene.api().done()).toEqual([]);
    expect(await summary.getByRole('button').allTextContents()).toEqual(['Title', 'What is restricted']);
    expect(await title(window).getAttribute('aria-invalid')).toBe('true');
    await summary.getByRole('button', { name: 'Title' }).click();
    await page.keyboard.type('Freeze');
    await summary.getByRole('button', { name: 'What is restricted' }).click();
    await page.keyboard.press('Space');
    await send(window).click();
    await window.locator('.form-status', { hasText: /^$/ }).waitFor({ state: 'attached' });
    expect(lastSent()).toMatchObject({ title: ['Freeze'], forbids: ['salary'] });
    expect(await title(window).getAttribute('aria-invalid')).toBeNull();
  });

  it('shows first what was wrong with what was sent, focused, with what was filled in still there', async () => {
    const page = await opened();
    const window = view(page, 'teams');
    scene.api().onSubmit(({ values }) => {
      const fields = SAMPLE_FORM.fields.map((field) =>
        field.name === 'title' && field.kind === 'text' ? { ...field, value: values['title']?.[0] ?? '' } : field,
      );
      show('teams', { ...SAMPLE_FORM, findings: ['The end is in the past.', '<b>Nobody</b> is touched.'], fields });
    });
    await title(window).fill('Salary freeze');
    await window.getByRole('checkbox', { name: 'Salary: the whole topic' }).check();
    await send(window).click();
    const summary = window.getByRole('group', { name: 'Please look at this again' });
    await summary.getByText('The end is in the past.').waitFor();
    await summary.getByText('<b>Nobody</b> is touched.').waitFor();
    expect(await focused(page)).toBe('summary');
    expect(await title(window).inputValue()).toBe('Salary freeze');
    await page
      .locator('#announcements')
      .getByText(/The end is in the past/)
      .waitFor({ state: 'attached' });
  });

  it('keeps what is being written when the page is drawn anew or its language changes', async () => {
    const page = await opened();
    const window = view(page, 'teams');
    await title(window).fill('Half a tit');
    await window.getByRole('checkbox', { name: 'hr' }).check();
    scene.api().answer({ person: 'hugo', platform: 'teams', text: 'Something else happened.' });
    await page.locator('#messages-teams').getByText('Something else happened.').waitFor({ state: 'attached' });
    await page.getByRole('radio', { name: 'Deutsch' }).check({ force: true });
    await window.getByRole('button', { name: 'Abbrechen' }).waitFor();
    expect(await title(window).inputValue()).toBe('Half a tit');
    expect(await window.getByRole('checkbox', { name: 'hr' }).isChecked()).toBe(true);
  });

  it('closes at once where nothing was written, and asks once where something would be lost', async () => {
    const page = await opened();
    const window = view(page, 'teams');
    await title(window).fill('Draft');
    await page.keyboard.press('Escape');
    await window.getByText('What you filled in is not sent.').waitFor();
    expect(await title(window).inputValue()).toBe('Draft');
    await page.keyboard.press('Escape');
    await window.waitFor({ state: 'detached' });
    scene.api().view({ person: 'hugo', platform: 'teams', view: asking(SAMPLE_FORM, 'v10') });
    await title(window).waitFor();
    await window.getByRole('button', { name: 'Cancel' }).click();
    await window.waitFor({ state: 'detached' });
    expect(scene.api().done()).toEqual(['teams close', 'teams close']);
  });

  it('keeps what was written where it did not get through', async () => {
    const page = await opened();
    const window = view(page, 'teams');
    await title(window).fill('Freeze');
    await window.getByRole('checkbox', { name: 'Salary: the whole topic' }).check();
    scene.api().breakDown(true, 'teams');
    await send(window).click();
    await window.getByText('That did not get through.').waitFor();
    expect(await title(window).inputValue()).toBe('Freeze');
    scene.api().breakDown(false, 'teams');
    await send(window).click();
    await window.locator('.form-status', { hasText: /^$/ }).waitFor({ state: 'attached' });
    expect(lastSent()).toMatchObject({ title: ['Freeze'] });
    scene.forgive();
  });

  it('gives way to what came of it, and the focus goes back to where it came from', async () => {
    const page = await opened();
    const window = view(page, 'teams');
    scene.api().onSubmit(() => {
      const text = 'The preview is in our chat.';
      scene.api().view({ person: 'hugo', platform: 'teams', view: { ...asking(SAMPLE_FORM), text, form: null } });
    });
    await title(window).fill('Freeze');
    await window.getByRole('checkbox', { name: 'Salary: the whole topic' }).check();
    await send(window).click();
    await window.getByText('The preview is in our chat.').waitFor();
    expect(await page.evaluate('document.activeElement.getAttribute("role")')).toBe('dialog');
    await page.keyboard.press('Escape');
    await window.waitFor({ state: 'detached' });
    expect(await focused(page)).toBe('ask');
  });

  it('shows markup in labels and choices as the text it is', async () => {
    const page = await scene.open('/?person=hugo');
    const nasty = '<img src=x onerror=alert(1)>';
    const fields = SAMPLE_FORM.fields.map((field) => ({ ...field, label: `${nasty} ${field.label}`, hint: nasty }));
    show('slack', { ...SAMPLE_FORM, title: nasty, text: nasty, findings: [nasty], submit: nasty, fields });
    await view(page, 'slack').getByRole('button', { name: nasty }).waitFor();
    expect(await view(page, 'slack').locator('img').count()).toBe(0);
  });

  it.each([
    { what: 'a desk', context: { viewport: { width: 1280, height: 800 } } },
    { what: 'a phone', context: { viewport: { width: 390, height: 844 } } },
    { what: 'a phone in the dark', context: { viewport: { width: 360, height: 640 }, colorScheme: 'dark' as const } },
    { what: 'a desk in the dark', context: { colorScheme: 'dark' as const } },
  ])('fits and can be read on $what', async ({ context }) => {
    for (const platform of CHAT_PLATFORMS) {
      const page = await scene.open(`/?person=hugo&platform=${platform}`, context);
      show(platform, { ...SAMPLE_FORM, findings: ['The end is in the past.'] });
      const window = view(page, platform);
      await title(window).waitFor();
      expect(await fits(page)).toBe(true);
      expect(await page.evaluate(LOW_CONTRAST)).toEqual([]);
      await send(window).click();
      await window.locator('.fault:not([hidden])').first().waitFor();
      expect(await page.evaluate(LOW_CONTRAST)).toEqual([]);
      expect(await send(window).isVisible()).toBe(true);
      const box = (await send(window).boundingBox()) ?? { y: 9_999, height: 0 };
      const half = (await pane(page, platform).boundingBox()) ?? { y: 0, height: 0 };
      expect(box.y + box.height).toBeLessThanOrEqual(half.y + half.height);
    }
  });
});
