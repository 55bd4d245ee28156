import { describe, expect, it } from '@jest/globals';
import type { Locator, Page } from 'playwright-core';
import type { ChatHome } from '../../playground/chat-page/api.ts';
import { LOW_CONTRAST } from './support/contrast.ts';
import { fits, pane, question, setScene, view } from './support/scene.ts';

const scene = setScene();

const button = (label: string, action = 'sotto.ask', value = `ask ${label}`) => ({ label, action, value });
const HOME: ChatHome = {
  sections: [
    {
      title: 'What you can ask here',
      text: 'In your own words.',
      note: 'As the rules are now.',
      buttons: [button('My leave'), button('A pay day')],
    },
    { title: null, text: 'In force: <b>Freeze</b>', note: null, buttons: [button('New', 'view', 'new')] },
  ],
};

const tab = (page: Page, name: string | RegExp): Locator => page.getByRole('tab', { name });
const panel = (page: Page): Locator => page.getByRole('tabpanel', { name: 'Home' });
const opened = async (path = '/?person=hugo', context = {}): Promise<Page> => {
  const page = await scene.open(path, context);
  scene.api().home({ person: 'hugo', home: HOME });
  await tab(page, 'Home').click();
  await panel(page).getByRole('heading', { name: 'What you can ask here' }).waitFor();
  return page;
};
const focused = (page: Page): Promise<string> => page.evaluate('document.activeElement.textContent');

describe('Sotto’s own page in Slack', () => {
  it('is told to Sotto when it is opened, and shows what Sotto put there, as words', async () => {
    const page = await opened();
    expect(scene.api().done()).toEqual(['slack open home']);
    for (const words of ['As the rules are now.', 'In force: <b>Freeze</b>'])
      await panel(page).getByText(words).waitFor();
    expect(await panel(page).getByRole('button').allTextContents()).toEqual(['My leave', 'A pay day', 'New']);
    expect(await pane(page, 'teams').getByRole('tab').count()).toBe(0);
  });

  it('says that nothing stands there before anything does', async () => {
    const page = await scene.open('/?person=evan');
    await tab(page, 'Home').click();
    await panel(page).getByText('Nothing stands here yet.').waitFor();
  });

  it('is chosen and left by keyboard, as tabs are', async () => {
    const page = await scene.open('/?person=hugo');
    scene.api().home({ person: 'hugo', home: HOME });
    await tab(page, 'Messages').focus();
    expect(await tab(page, 'Home').getAttribute('tabindex')).toBe('-1');
    await page.keyboard.press('ArrowRight');
    expect(await focused(page)).toBe('Home');
    expect(await tab(page, 'Home').getAttribute('aria-selected')).toBe('true');
    await panel(page).getByRole('heading', { name: 'What you can ask here' }).waitFor();
    await page.keyboard.press('ArrowLeft');
    expect(await focused(page)).toBe('Messages');
    expect(await panel(page).count()).toBe(0);
    await page.keyboard.press('End');
    await page.keyboard.press('Home');
    expect(await focused(page)).toBe('Messages');
  });

  it('presses its buttons, says below the tabs that Sotto wrote meanwhile, and leads there', async () => {
    const page = await opened();
    await panel(page).getByRole('button', { name: 'My leave' }).focus();
    await page.keyboard.press('Enter');
    await tab(page, /Messages.*1 new/).waitFor();
    expect(scene.api().done()).toContain('slack home sotto.ask ask My leave');
    expect(await focused(page)).toBe('My leave');
    await tab(page, /Messages/).click();
    expect(await tab(page, 'Messages').textContent()).toBe('Messages');
    expect(await page.locator('#messages-slack .turn').count()).toBe(1);
  });

  it('opens a window over itself and gives the focus back to its button', async () => {
    const page = await opened();
    await panel(page).getByRole('button', { name: 'New' }).focus();
    await page.keyboard.press('Enter');
    await view(page, 'slack').waitFor();
    expect(await page.locator('#home-slack').evaluate((element) => element.inert)).toBe(true);
    await view(page, 'slack').press('Escape');
    await view(page, 'slack').waitFor({ state: 'detached' });
    expect(await focused(page)).toBe('New');
    expect(await page.locator('#home-slack').evaluate((element) => element.inert)).toBe(false);
    expect(await page.locator('#messages-slack').evaluate((element) => element.inert)).toBe(true);
  });

  it('is drawn anew when Sotto changes it, and keeps the focus where it was', async () => {
    const page = await opened();
    await panel(page).getByRole('button', { name: 'A pay day' }).focus();
    const [first, ...rest] = HOME.sections;
    if (first === undefined) throw new Error('there is no section');
    scene.api().home({ person: 'hugo', home: { sections: [{ ...first, text: 'Something else' }, ...rest] } });
    await panel(page).getByText('Something else').waitFor();
    expect(await focused(page)).toBe('A pay day');
  });

  it('belongs to one person and to the private chat', async () => {
    const page = await opened();
    await page.getByRole('radio', { name: /^#general/ }).check({ force: true });
    await panel(page).waitFor({ state: 'detached' });
    expect(await tab(page, 'Home').count()).toBe(0);
    await page.getByRole('radio', { name: /^Private chat/ }).check({ force: true });
    await tab(page, 'Home').click();
    await panel(page).getByRole('heading', { name: 'What you can ask here' }).waitFor();
    await page.getByRole('radio', { name: /Evan/ }).check({ force: true });
    await panel(page).waitFor({ state: 'detached' });
    expect(await page.locator('#home-page-slack').textContent()).not.toContain('Freeze');
    expect(await tab(page, 'Messages').getAttribute('aria-selected')).toBe('true');
    await question(page).fill('still usable');
  });

  it('says so where it could not be opened or a press came to nothing', async () => {
    const page = await opened();
    scene.api().breakDown(true, 'slack');
    await panel(page).getByRole('button', { name: 'My leave' }).click();
    await panel(page).getByRole('status').getByText('That button did not work').waitFor();
    await tab(page, 'Messages').click();
    await tab(page, 'Home').click();
    await panel(page).getByRole('status').getByText('could not be brought up to date').waitFor();
    scene.forgive();
  });

  it('speaks German to whoever reads the page in German', async () => {
    const page = await scene.open('/?person=erin');
    await tab(page, 'Nachrichten').waitFor();
    await tab(page, 'Home').click();
    await panel(page).getByText('Hier steht noch nichts.').waitFor();
  });

  it.each([
    { what: 'a desk', context: { viewport: { width: 1280, height: 800 } } },
    { what: 'a phone', context: { viewport: { width: 390, height: 844 } } },
    { what: 'a phone in the dark', context: { viewport: { width: 360, height: 640 }, colorScheme: 'dark' as const } },
    { what: 'a desk in the dark', context: { colorScheme: 'dark' as const } },
  ])('fits, can be read and pressed on $what', async ({ context }) => {
    const page = await opened('/?person=hugo', context);
    expect(await fits(page)).toBe(true);
    expect(await page.evaluate(LOW_CONTRAST)).toEqual([]);
    await panel(page).getByRole('button', { name: 'My leave' }).click();
    await tab(page, /Messages.*1 new/).click();
    expect(await page.evaluate(LOW_CONTRAST)).toEqual([]);
    const told = page.locator('#messages-slack .text').first();
    // Where letters are large its beginning may have been scrolled away; it can be had back, and nothing lies over it.
    await told.evaluate((text) => text.scrollIntoView({ block: 'center' }));
    const bar = await tab(page, 'Messages').boundingBox();
    const box = await told.boundingBox();
    expect((box?.y ?? 0) >= (bar?.y ?? 9_999) + (bar?.height ?? 0)).toBe(true);
  });
});
