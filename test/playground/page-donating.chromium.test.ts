import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CHAT_PLATFORMS } from '../../playground/chat-page/api.ts';
import { givenPhrases } from '../../src/core/donating/phrase.ts';
import { LOW_CONTRAST } from './support/contrast.ts';
import { button, message, PATIENCE, type PlayedPage, playPage, sayOn } from './support/played-page.ts';
import { fits, view } from './support/scene.ts';

let played: PlayedPage;
beforeAll(async () => {
  played = await playPage();
}, 120_000);
afterAll(() => played.end(), 60_000);

const WEIRD = 'which birds nest on the cathedral?';

describe('what is not recognised, on the page', () => {
  it.each(CHAT_PLATFORMS)(
    'says what can be asked, and is given by its author, on %s',
    async (platform) => {
      const evan = await played.as('evan', { platform });
      await sayOn(evan, platform, WEIRD);
      // Whether something is close, and what, is the recogniser's to say.
      const said = message(evan, platform, /I did not understand that/);
      await said.waitFor(PATIENCE);
      expect(await said.textContent()).toContain('You can ask me about:');
      await button(evan, platform, 'Teach me this').click();
      const form = view(evan, platform);
      await form.locator('.asks').waitFor(PATIENCE);
      expect(await form.textContent()).toContain('Nothing is kept unless you send this.');
      const phrase = form.getByRole('textbox', { name: /^The phrase/ });
      expect(await phrase.inputValue()).toBe(WEIRD);
      await phrase.fill(`where are birds on ${platform}?`);
      await form.getByRole('combobox', { name: /^What did you mean/ }).selectOption({ label: 'None of these' });
      await form.getByRole('button', { name: 'Give it', exact: true }).click();
      await form.getByText('Thank you. The phrase is kept sealed for 90 days').waitFor(PATIENCE);
      const { given } = await givenPhrases(played.stage.running.world);
      expect(given.at(-1)).toMatchObject({ text: `where are birds on ${platform}?`, meant: null, language: 'en' });
    },
    120_000,
  );

  it.each([
    ['light', 'teams'],
    ['dark', 'slack'],
  ] as const)(
    'fits a phone, %s, on %s',
    async (colorScheme, platform) => {
      const erin = await played.as('erin', { viewport: { width: 390, height: 844 }, colorScheme, platform });
      await sayOn(erin, platform, 'wie wird das Wetter morgen in Kiel');
      await message(erin, platform, /habe ich nicht (?:sicher )?verstanden/).waitFor(PATIENCE);
      expect(await fits(erin)).toBe(true);
      expect(await erin.evaluate(LOW_CONTRAST)).toEqual([]);
      await button(erin, platform, 'Mir das beibringen').click();
      const form = view(erin, platform);
      await form.locator('.asks').waitFor(PATIENCE);
      expect(await fits(erin)).toBe(true);
      expect(await erin.evaluate(LOW_CONTRAST)).toEqual([]);
      expect(await form.getByRole('button', { name: 'Satz geben', exact: true }).isVisible()).toBe(true);
    },
    120_000,
  );
});
