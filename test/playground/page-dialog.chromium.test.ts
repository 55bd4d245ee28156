import { describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import type { ChatHome, ChatView } from '../../playground/chat-page/api.ts';
import { until } from '../support/until.ts';
import { fits, setScene, view } from './support/scene.ts';

const scene = setScene();

const button = (label: string, value = label) => ({ action: 'sotto.more', label, value });
const PAGE: ChatHome = {
  sections: [
    { title: 'My live answers', text: 'As of 9:30:', note: null, buttons: [button('Look again')] },
    { title: null, text: 'An answer <b>that</b> you asked for at 9:30.', note: null, buttons: [button('More time')] },
    { title: 'My privacy', text: 'What I hold:\n• this', note: 'Kept short.', buttons: [button('Forget me …')] },
  ],
};
const windowOf = (page: ChatHome): ChatView => ({
  id: 'dialog-1',
  title: 'Sotto',
  text: page.sections.map(({ text }) => text).join('\n'),
  note: null,
  form: null,
  page,
  leavesAt: null,
  blank: false,
});

const opened = async (context = {}): Promise<Page> => {
  const page = await scene.open('/?person=evan', context);
  scene.api().view({ person: 'evan', platform: 'teams', view: windowOf(PAGE) });
  const which = page.getByRole('group', { name: 'Which platform is shown' });
  if (await which.isVisible()) await which.getByRole('radio', { name: /Teams/ }).check();
  await view(page, 'teams').getByRole('heading', { name: 'My live answers' }).waitFor();
  return page;
};

describe('a page in a window of Teams', () => {
  it('has its parts one below the other with their buttons, as words', async () => {
    const page = await opened();
    for (const words of ['An answer <b>that</b> you asked for at 9:30.', 'Kept short.'])
      await view(page, 'teams').getByText(words).waitFor();
    expect(await view(page, 'teams').locator('.buttons').getByRole('button').allTextContents()).toEqual([
      'Look again',
      'More time',
      'Forget me …',
    ]);
  });

  it('is pressed there, by keyboard too, and keeps the place of whoever pressed as it is made anew', async () => {
    const page = await opened();
    const more = view(page, 'teams').getByRole('button', { name: 'More time' });
    await more.focus();
    await page.keyboard.press('Enter');
    await until(async () => (await page.locator('[aria-disabled=true]').count()) === 0);
    expect(scene.api().done()).toEqual(['teams view sotto.more More time']);
    const [first, ...others] = PAGE.sections;
    const anew = { sections: [{ ...(first ?? PAGE.sections[1]), text: 'As of 9:31:' }, ...others] } as ChatHome;
    scene.api().view({ person: 'evan', platform: 'teams', view: windowOf(anew) });
    await view(page, 'teams').getByText('As of 9:31:').waitFor();
    expect(await page.evaluate('document.activeElement.textContent')).toBe('More time');
  });

  it('says so beside the talk where a press was not taken', async () => {
    const page = await opened();
    scene.api().breakDown(true, 'teams');
    await view(page, 'teams').getByRole('button', { name: 'More time' }).click();
    await page.locator('#trouble-teams').getByText('That button did not work.').waitFor();
    scene.forgive();
  });

  it('fits on a phone, in both themes', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const page = await opened({ viewport: { width: 360, height: 640 }, colorScheme });
      expect(await fits(page)).toBe(true);
    }
  });
});
