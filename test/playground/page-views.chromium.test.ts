import { describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { CHAT_PLATFORMS, type ChatPlatform } from '../../playground/chat-page/api.ts';
import { fits, pane, question, reply, say, setScene, view } from './support/scene.ts';

const scene = setScene();

const focused = (page: Page): Promise<unknown> =>
  page.evaluate('document.activeElement.getAttribute("role") ?? document.activeElement.textContent.trim()');

/** As Evan, signed in, with the button that opens a payslip on both platforms. */
const withButtons = async (path = '/?person=evan', context = {}): Promise<Page> => {
  await scene.api().signIn({ person: 'evan', on: true });
  const page = await scene.open(path, context);
  await say(page, 'Show me my last payslip');
  for (const platform of CHAT_PLATFORMS) {
    await pane(page, platform).locator('.buttons button').waitFor({ state: 'attached' });
  }
  await page.locator('.joint').waitFor({ state: 'attached' });
  return page;
};

const show = (page: Page, platform: ChatPlatform) => pane(page, platform).getByRole('button', { name: 'Show it' });

describe('a window that a platform opens', () => {
  it('takes the focus, is named, is filled in, and gives the focus back on Escape', async () => {
    const page = await withButtons();
    await show(page, 'slack').focus();
    await page.keyboard.press('Enter');
    const window = view(page, 'slack');
    await window.getByText('net 3,689.40 USD').waitFor();
    expect(await focused(page)).toBe('dialog');
    expect(await page.getByRole('dialog', { name: 'Sotto' }).count()).toBe(1);
    expect(await page.locator('#messages-slack').evaluate((list) => list.matches('[inert]'))).toBe(true);
    await page.keyboard.press('Escape');
    await window.waitFor({ state: 'detached' });
    expect(await focused(page)).toBe('Show it');
    expect(await show(page, 'slack').evaluate((one) => one === one.ownerDocument.activeElement)).toBe(true);
    expect(await page.content()).not.toContain('3,689.40');
    expect(scene.api().done()).toEqual(['slack view', 'slack close']);
  });

  it('stands over its own platform and leaves the other as usable as it was', async () => {
    const page = await withButtons();
    await show(page, 'slack').click();
    await view(page, 'slack').getByText('3,689.40').waitFor();
    expect(await view(page, 'teams').count()).toBe(0);
    const halfOf = async (platform: ChatPlatform) => (await pane(page, platform).boundingBox()) ?? { x: 0, width: 0 };
    const box = (await view(page, 'slack').boundingBox()) ?? { x: 0, width: 0 };
    const half = await halfOf('slack');
    expect(box.x).toBeGreaterThanOrEqual(half.x);
    expect(box.x + box.width).toBeLessThanOrEqual(half.x + half.width);
    await show(page, 'teams').click();
    await view(page, 'teams').getByText('3,689.40').waitFor();
    expect(await page.getByRole('dialog').count()).toBe(2);
    await view(page, 'teams').getByRole('button', { name: 'Close' }).last().click();
    await view(page, 'teams').waitFor({ state: 'detached' });
    expect(await view(page, 'slack').count()).toBe(1);
    expect(scene.api().done()).toEqual(['slack view', 'teams view', 'teams close']);
  });

  it('counts down and is emptied on Slack; on Teams it stays until somebody closes it, and says so', async () => {
    await scene.play({ viewLasts: 2_500 });
    const page = await withButtons();
    await show(page, 'slack').click();
    await show(page, 'teams').click();
    const [slack, teams] = [view(page, 'slack'), view(page, 'teams')];
    await slack.getByText('3,689.40').waitFor();
    expect(await slack.locator('.countdown').textContent()).toMatch(/emptied in 0:0[123]/);
    await teams.getByText('open until you close it').waitFor();
    await slack.getByText('This window was emptied.').waitFor();
    await slack.getByText('This has expired').waitFor();
    expect(await slack.getByText('3,689.40').count()).toBe(0);
    expect(await slack.locator('.countdown').count()).toBe(0);
    await page.locator('#announcements').getByText('On Slack the window was emptied.').waitFor({ state: 'attached' });
    expect(await teams.getByText('3,689.40').count()).toBe(1);
    await teams.getByRole('button', { name: 'Close' }).first().click();
    await teams.waitFor({ state: 'detached' });
    expect(await page.content()).not.toContain('3,689.40');
    await slack.getByRole('button', { name: 'Close' }).first().click();
    await slack.waitFor({ state: 'detached' });
  });

  it('is read out, with its platform, when its words come after it opened', async () => {
    const page = await withButtons();
    await show(page, 'slack').click();
    const said = page.locator('#announcements').getByText(/^Sotto on Slack: Sotto October: gross/);
    await said.waitFor({ state: 'attached' });
    await page.keyboard.press('Escape');
    await said.waitFor({ state: 'detached', timeout: 1_000 });
  });

  it('does not take the focus from a question that is being written', async () => {
    const page = await withButtons();
    await question(page).fill('And when is pay');
    const standing = {
      id: 'v9',
      title: 'Sotto',
      text: 'October',
      note: null,
      form: null,
      leavesAt: null,
      blank: false,
    };
    scene.api().view({ person: 'evan', platform: 'teams', view: standing });
    await view(page, 'teams').getByText('October').waitFor();
    await page.keyboard.type('day?');
    expect(await question(page).inputValue()).toBe('And when is payday?');
  });

  it('goes from the page when it was closed elsewhere, and belongs to its person alone', async () => {
    const page = await withButtons();
    await show(page, 'teams').click();
    await view(page, 'teams').getByText('3,689.40').waitFor();
    await page.getByRole('radio', { name: /Mona Reyes/ }).check();
    await view(page, 'teams').waitFor({ state: 'detached' });
    expect(await page.content()).not.toContain('3,689.40');
    await page.getByRole('radio', { name: /Evan Brooks/ }).check();
    await view(page, 'teams').getByText('3,689.40').waitFor();
    scene.api().view({ person: 'evan', platform: 'teams', view: null });
    await view(page, 'teams').waitFor({ state: 'detached' });
  });

  it('shows markup as the text it is, and scrolls where it is long', async () => {
    const page = await scene.open('/?person=evan');
    const text = `<img src=x onerror=alert(1)>\n${'a long line of words '.repeat(400)}`;
    const standing = { id: 'v9', title: '<b>Sotto</b>', text, note: null, form: null, leavesAt: null, blank: false };
    scene.api().view({ person: 'evan', platform: 'slack', view: standing });
    await view(page, 'slack').getByRole('heading', { name: '<b>Sotto</b>' }).waitFor();
    expect(await view(page, 'slack').locator('img, b').count()).toBe(0);
    const box = (await view(page, 'slack').boundingBox()) ?? { y: 0, height: 9_999 };
    const scroll = (await page.locator('#scroll').boundingBox()) ?? { y: 0, height: 0 };
    expect(box.y + box.height).toBeLessThanOrEqual(scroll.y + scroll.height);
    expect(await page.locator('.view-words').evaluate((one) => one.scrollHeight > one.clientHeight)).toBe(true);
    await view(page, 'slack').getByRole('button', { name: 'Close' }).last().click();
    await view(page, 'slack').waitFor({ state: 'detached' });
  });
});

describe('one platform at a time, on a phone', () => {
  const PHONE = { viewport: { width: 390, height: 844 } };
  const choose = (page: Page, name: RegExp) =>
    page.getByRole('group', { name: 'Which platform is shown' }).getByRole('radio', { name }).check();

  it('switches between the two, with a badge for what is new on the other, and keeps the choice', async () => {
    const page = await scene.open('/?person=evan', PHONE);
    await say(page, 'plants?');
    await reply(page, 'I did not understand', 'slack').waitFor();
    expect(await pane(page, 'teams').isVisible()).toBe(false);
    await page.locator('#unread-teams', { hasText: '1 new' }).waitFor();
    const own = page.locator('.why:visible');
    expect([await own.count(), await own.textContent()]).toEqual([1, expect.stringContaining('the same on Teams')]);
    await choose(page, /Teams/);
    await reply(page, 'I did not understand', 'teams').waitFor();
    expect(await pane(page, 'slack').isVisible()).toBe(false);
    expect(await page.locator('#unread-teams').isVisible()).toBe(false);
    expect(await fits(page)).toBe(true);
    await page.reload();
    await reply(page, 'I did not understand', 'teams').waitFor();
    expect(await pane(page, 'slack').isVisible()).toBe(false);
  });

  it('keeps a window open while the other platform is looked at', async () => {
    const page = await withButtons('/?person=evan', PHONE);
    await show(page, 'slack').click();
    await view(page, 'slack').getByText('3,689.40').waitFor();
    expect(await fits(page)).toBe(true);
    await choose(page, /Teams/);
    expect(await page.getByRole('dialog').count()).toBe(0);
    await choose(page, /Slack/);
    await view(page, 'slack').getByText('3,689.40').waitFor();
  });

  it.each([760, 900, 1_099])('shows both from %i px on, with the people folded away', async (width) => {
    const page = await scene.open('/?person=evan', { viewport: { width, height: 800 } });
    await say(page, 'What does Mona earn?');
    for (const platform of CHAT_PLATFORMS) {
      await reply(page, 'This is restricted', platform).waitFor();
      expect(await pane(page, platform).isVisible()).toBe(true);
    }
    await page.locator('.joint .why').waitFor();
    expect(await page.locator('#settings').getAttribute('open')).toBeNull();
    expect(await fits(page)).toBe(true);
  });
});
