import { describe, expect, it } from '@jest/globals';
import { CHAT_PLATFORMS } from '../../playground/chat-page/api.ts';
import { LOW_CONTRAST } from './support/contrast.ts';
import { fits, pane, reply, say, setScene, view } from './support/scene.ts';

const scene = setScene();

describe('readable by anyone', () => {
  it('speaks the language of the person, of the browser, or the chosen one', async () => {
    const english = await scene.open('/', { locale: 'en-GB' });
    expect(await english.evaluate('document.documentElement.lang')).toBe('en');
    await english.getByRole('radio', { name: /Erin Vogel/ }).check();
    await english.getByRole('radio', { name: 'Privater Chat' }).waitFor();
    expect(await english.evaluate('document.documentElement.lang')).toBe('de');
    expect(await english.title()).toBe('Sotto zum Ausprobieren');
    await english.getByRole('radio', { name: 'English' }).check();
    await english.getByRole('radio', { name: 'Private chat' }).waitFor();
    await english.reload();
    await english.getByRole('radio', { name: 'Private chat' }).waitFor();
    expect(await english.locator('#suggestions button').first().getAttribute('lang')).toBe('de');
    const german = await scene.open('/', { locale: 'de-AT' });
    await german.getByRole('button', { name: 'Senden' }).waitFor();
  });

  it('leaves no English word in the German page', async () => {
    const page = await scene.open('/?person=erin');
    await say(page, 'Wie viele Urlaubstage habe ich noch?');
    await page.locator('.countdown').nth(1).waitFor();
    const german = (await page.locator('body').ariaSnapshot()).split(/[^A-Za-zÄÖÜäöüß]+/);
    for (const word of [
      'Why',
      'Answered',
      'Send',
      'same',
      'both',
      'Which',
      'Close',
      'leaves',
      'Private',
      'Leaves',
      'Audit',
      'You',
      'the',
      'signed',
    ]) {
      expect(german).not.toContain(word);
    }
  });

  it('follows the system’s light and dark until somebody chooses, and keeps the choice', async () => {
    const page = await scene.open('/', { colorScheme: 'dark' });
    const paper = () => page.evaluate('getComputedStyle(document.body).backgroundColor');
    const dark = await paper();
    expect(await page.getByRole('button', { name: 'Dark look', pressed: true }).count()).toBe(1);
    await page.getByRole('button', { name: 'Dark look' }).click();
    const light = await paper();
    expect([dark, light]).toEqual(['rgb(19, 21, 22)', 'rgb(247, 246, 243)']);
    await page.reload();
    expect(await paper()).toBe(light);
  });

  it.each(['light', 'dark'] as const)('has enough contrast everywhere (%s)', async (colorScheme) => {
    const page = await scene.open('/?person=evan', { colorScheme });
    for (const text of ['my leave?', 'what does Mona earn', 'my payslip', 'plants', 'when is payday'])
      await say(page, text);
    await reply(page, '25th', 'teams').waitFor();
    await page.getByRole('radio', { name: '#general' }).check();
    await say(page, 'my leave?');
    await page.getByText('2 new').waitFor();
    expect(await page.evaluate(LOW_CONTRAST)).toEqual([]);
    await page.getByRole('button', { name: 'Open the private chat' }).click();
    await reply(page, '25th', 'teams').waitFor();
    expect(await page.locator('.joint').count()).toBeGreaterThan(4);
    for (const summary of await page.locator('.joint summary').all()) await summary.click();
    expect(await page.evaluate(LOW_CONTRAST)).toEqual([]);
    await page.getByRole('checkbox', { name: 'signed in strongly just now' }).check();
    await say(page, 'my payslip');
    for (const platform of CHAT_PLATFORMS) {
      await pane(page, platform).getByRole('button', { name: 'Show it' }).click();
      await view(page, platform).getByText('3,689.40').waitFor();
    }
    expect(await page.evaluate(LOW_CONTRAST)).toEqual([]);
    scene.api().breakDown(true, 'teams');
    await say(page, 'plants');
    await page.locator('#trouble-teams').waitFor();
    expect(await page.evaluate(LOW_CONTRAST)).toEqual([]);
  });

  it.each([
    [360, 640],
    [390, 844],
  ])('fits a phone of %i by %i, with the reasons folded under the answer', async (width, height) => {
    const page = await scene.open('/?person=erin', { viewport: { width, height } });
    await say(page, 'Was verdient Mona?');
    const turn = page.locator('#messages-slack .turn', { hasText: 'Das ist eingeschränkt' });
    const why = turn.locator('.why');
    await why.waitFor();
    expect(await fits(page)).toBe(true);
    expect(await why.getAttribute('open')).toBeNull();
    const answer = await turn.locator('.message').boundingBox();
    expect((await why.boundingBox())?.y).toBeGreaterThanOrEqual((answer?.y ?? 0) + (answer?.height ?? 0));
    await why.locator('summary').click();
    await why.getByText('salary.someone').waitFor();
    expect(await fits(page)).toBe(true);
    await page.locator('#settings > summary').click();
    expect(await fits(page)).toBe(true);
    await page.getByRole('radio', { name: /Xena Park/ }).click();
    await page.locator('#summary-name', { hasText: 'Xena Park' }).waitFor();
    expect(await page.locator('#settings').getAttribute('open')).toBeNull();
  });

  it('has landmarks, one main heading, and a name on every control', async () => {
    const page = await scene.open('/?person=evan');
    await say(page, 'plants');
    await pane(page, 'teams').getByRole('button', { name: 'Your leave balance' }).waitFor();
    for (const role of ['banner', 'complementary', 'main'] as const) expect(await page.getByRole(role).count()).toBe(1);
    expect(await page.getByRole('heading', { level: 1 }).count()).toBe(1);
    expect(await page.getByRole('region', { name: 'Conversation' }).count()).toBe(1);
    for (const name of ['Slack', 'Teams']) {
      expect(await page.getByRole('region', { name, exact: true }).count()).toBe(1);
      expect(await page.getByRole('heading', { level: 2, name, exact: true }).count()).toBe(1);
    }
    expect(await page.getByRole('log', { name: 'New replies' }).getAttribute('aria-live')).toBe('polite');
    const tree = await page.locator('body').ariaSnapshot();
    const controls = tree.split('\n').filter((line) => /^\s*- (button|radio|checkbox|textbox|link|group)\b/.test(line));
    expect(controls.length).toBeGreaterThan(30);
    const unnamed = controls.filter((line) => !/^\s*- \w+ "[^"]+"/.test(line) && !/^\s*- group(:|$)/.test(line));
    expect(unnamed).toEqual([]);
    expect(tree).toContain('textbox "Ask Sotto"');
    expect(tree).toContain('radio "Evan Brooks Employee in the US" [checked]');
  });

  it('keeps the order of focus: head, people, rules, place, conversation, Slack’s tabs, suggestions, question, send, platforms', async () => {
    const page = await scene.open('/?person=evan');
    await page.locator('#suggestions button').first().waitFor();
    const stops: unknown[] = [];
    for (let at = 0; at < 25; at += 1) {
      await page.keyboard.press('Tab');
      const stop = await page.evaluate(
        '(() => { const a = document.activeElement; return a.id || a.name || a.className || a.closest("[id]").id; })()',
      );
      stops.push(stop);
      if (stop === 'target') break;
    }
    expect(stops.filter((stop, at) => stop !== stops[at - 1])).toEqual([
      'skip',
      'language',
      'look',
      'person-evan',
      'signed-in',
      'restricted',
      'place',
      'scroll',
      'tab-messages-slack',
      'suggestions',
      'ask',
      'send',
      'ask-privately',
      'ask-privately-teams',
      'target',
    ]);
  });

  it('shows where the focus is', async () => {
    const page = await scene.open('/?person=evan');
    for (let at = 0; at < 17; at += 1) {
      await page.keyboard.press('Tab');
      const seen = await page.evaluate(`(() => {
        const marks = [];
        for (let at = document.activeElement; at !== null; at = at.parentElement) {
          for (const one of [at, at.nextElementSibling]) {
            if (one?.matches('.ask') && getComputedStyle(one).boxShadow !== 'none') marks.push(one.tagName);
            if (one && getComputedStyle(one).outlineStyle !== 'none' && getComputedStyle(one).outlineWidth !== '0px') marks.push(one.tagName);
          }
        }
        return marks.length;
      })()`);
      expect(seen).toBeGreaterThan(0);
    }
  });

  it('reads a new reply out once, never the countdown, and forgets it', async () => {
    const page = await scene.open('/?person=evan');
    const log = page.locator('#announcements');
    const id = scene.api().answer({ person: 'evan', text: 'The code is 4711.' });
    await log.getByText('Sotto on Slack: The code is 4711.').waitFor({ state: 'attached' });
    scene.api().settle({ person: 'evan', id, leavesAt: Date.now() + 60_000 });
    await page.locator('.countdown').waitFor();
    expect(await log.locator('p').count()).toBe(1);
    const line = await log.locator('p').elementHandle();
    await page.waitForTimeout(1_500);
    expect(await log.locator('p').count()).toBe(1);
    expect(await line?.evaluate((element) => element.isConnected)).toBe(true);
    expect(await page.locator('.ticks').getAttribute('aria-hidden')).toBe('true');
    await log.locator('p').waitFor({ state: 'detached', timeout: 6_000 });
  });

  it('says which platform answered, and what both said only once', async () => {
    const page = await scene.open('/?person=evan');
    const log = page.locator('#announcements');
    scene.api().answer({ person: 'evan', platform: 'teams', text: 'The canteen is open.' });
    await log.getByText('Sotto on Teams: The canteen is open.').waitFor({ state: 'attached' });
    scene.api().answer({ person: 'evan', platform: 'slack', text: 'The canteen is open.' });
    await log.getByText('Sotto on Slack says the same.').waitFor({ state: 'attached' });
    scene.api().answer({ person: 'evan', platform: 'slack', text: 'The canteen is closed.', lasts: 300 });
    await log.getByText('On Slack the answer has left.').waitFor({ state: 'attached' });
    expect(await log.getByText('closed').count()).toBe(0);
  });

  it('moves nothing for those who asked for that', async () => {
    const page = await scene.open('/?person=evan', { reducedMotion: 'reduce' });
    await say(page, 'my leave?');
    await page.locator('.countdown').nth(1).waitFor();
    const moving = await page.evaluate(`[...document.querySelectorAll('*')].filter((one) => {
      const { animationName, transitionDuration } = getComputedStyle(one);
      return animationName !== 'none' || transitionDuration.split(', ').some((time) => parseFloat(time) > 0);
    }).length`);
    expect(moving).toBe(0);
  });
});
