import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Locator, Page } from 'playwright-core';
import { CHAT_PLATFORMS, type ChatPlatform } from '../../playground/chat-page/api.ts';
import { LOW_CONTRAST } from './support/contrast.ts';
import { answer, button, message, PATIENCE, type PlayedPage, playPage, sayOn } from './support/played-page.ts';
import { fits, view } from './support/scene.ts';

let played: PlayedPage;
beforeAll(async () => {
  played = await playPage();
}, 120_000);
afterAll(() => played.end(), 60_000);

const REFUSAL = 'Gehalt ist bis Ende der Runde gesperrt.';
const WORDS = 'Pay is restricted until the bonus round is over.';

const openForm = async (page: Page, platform: ChatPlatform, label: string): Promise<Locator> => {
  await button(page, platform, label).click();
  const window = view(page, platform);
  await window.locator('.asks').waitFor();
  return window;
};
const send = (window: Locator, label = 'Preview'): Promise<void> =>
  window.getByRole('button', { name: label, exact: true }).click();

/** Fills in what the walk restricts; the rest stays as it is offered. */
const fillIn = async (window: Locator, title: string): Promise<void> => {
  await window.getByRole('textbox', { name: /^Title/ }).fill(title);
  await window.getByRole('checkbox', { name: 'Salary' }).check();
  await window
    .getByRole('group', { name: /^Except/ })
    .getByRole('checkbox', { name: 'payroll' })
    .check();
  await window.getByRole('textbox', { name: 'Words of the refusal (en)' }).fill(WORDS);
  await window.getByRole('textbox', { name: 'Words of the refusal (de)' }).fill(REFUSAL);
  await window.getByRole('textbox', { name: /^Why/ }).fill('The bonus round');
};

describe('HR restricts salary from the page', () => {
  it.each(CHAT_PLATFORMS)(
    'and nobody can undo it alone, on %s',
    async (platform) => {
      const hugo = await played.as('hugo', { platform });
      await sayOn(hugo, platform, 'restrictions');
      const form = await openForm(hugo, platform, 'New');
      await fillIn(form, `Bonus round on ${platform}`);
      await form.getByLabel(/^Until/).fill('2020-01-01');
      await send(form);
      // What is wrong is said where it was filled in, and nothing is lost.
      await form.locator('.summary', { hasText: 'Until' }).waitFor(PATIENCE);
      expect(await form.getByRole('textbox', { name: /^Title/ }).inputValue()).toBe(`Bonus round on ${platform}`);
      await form.getByLabel(/^Until/).fill('');
      await send(form);
      await view(hugo, platform).getByText('nothing is in force yet').waitFor(PATIENCE);
      await button(hugo, platform, 'Publish').waitFor({ ...PATIENCE, state: 'attached' });
      await hugo.keyboard.press('Escape');
      const preview = message(hugo, platform, 'Who can still ask');
      const said = (await preview.textContent()) ?? '';
      for (const part of [/people cannot ask about salary/, WORDS, REFUSAL, 'The last 30 days', 'payroll'])
        expect(said).toMatch(part);
      await button(hugo, platform, 'Publish').click();
      await message(hugo, platform, 'In force, as version').waitFor(PATIENCE);

      const erin = await played.as('erin', { platform });
      expect(await answer(erin, platform, 'Was verdient Evan?')).toContain(REFUSAL);
      await answer(erin, platform, 'restrictions');
      expect(await button(erin, platform, 'New').count()).toBe(0);

      await sayOn(hugo, platform, 'restrictions');
      const lifting = await openForm(hugo, platform, 'Lift…');
      await lifting.getByRole('combobox').selectOption({ label: `Bonus round on ${platform}` });
      await lifting.getByRole('textbox', { name: /^Why/ }).fill('It is over');
      await send(lifting);
      await button(hugo, platform, 'Ask a second person').waitFor({ ...PATIENCE, state: 'attached' });
      await hugo.keyboard.press('Escape');
      await button(hugo, platform, 'Ask a second person').click();
      await message(hugo, platform, 'It waits for a second person of HR, who').waitFor(PATIENCE);
      // Nothing is lifted by one of them.
      expect(await answer(erin, platform, 'Wann ist Zahltag?')).toContain(REFUSAL);
      expect((await played.stage.running.world.store.restrictions.current()).restrictions).toHaveLength(1);

      // She has been told, where she has been found first; the list has it everywhere.
      const hana = await played.as('hana', { platform });
      await message(hana, 'slack', 'asks for a second person').waitFor({ ...PATIENCE, state: 'attached' });
      if (platform === 'teams') await sayOn(hana, platform, 'restrictions');
      await button(hana, platform, /^Look/).click();
      await button(hana, platform, 'Approve').waitFor(PATIENCE);
      await button(hana, platform, 'Approve').click();
      await message(hana, platform, 'In force, as version').waitFor(PATIENCE);
      expect((await played.stage.running.world.store.restrictions.current()).restrictions).toEqual([]);
      expect(await answer(erin, platform, 'Wann ist Zahltag?')).not.toContain(REFUSAL);
    },
    240_000,
  );

  it('can be filled in on a phone, in the dark', async () => {
    const phone = { viewport: { width: 390, height: 844 }, colorScheme: 'dark' as const, platform: 'teams' as const };
    const hana = await played.as('hana', phone);
    await sayOn(hana, 'teams', 'restrictions');
    const form = await openForm(hana, 'teams', 'New');
    expect(await fits(hana)).toBe(true);
    expect(await hana.evaluate(LOW_CONTRAST)).toEqual([]);
    await send(form);
    await form.getByRole('group', { name: 'Something is missing' }).waitFor();
    expect(await form.getByRole('button', { name: 'Preview' }).isVisible()).toBe(true);
  }, 120_000);
});
