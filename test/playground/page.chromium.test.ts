import { describe, expect, it } from '@jest/globals';
import { CHAT_PLATFORMS, type ChatPlatform } from '../../playground/chat-page/api.ts';
import { fits, pane, question, reply, say, setScene } from './support/scene.ts';

const scene = setScene();

describe('asking', () => {
  it('takes one question to both platforms and shows one answer beside the other, with one reason between them', async () => {
    const page = await scene.open('/?person=evan');
    await say(page, 'What does Mona earn?');
    for (const platform of CHAT_PLATFORMS) {
      await reply(page, 'What does Mona earn?', platform).waitFor();
      await reply(page, 'This is restricted', platform).waitFor();
    }
    const boxOf = async (platform: ChatPlatform, text: string) =>
      (await page.locator(`#messages-${platform} .turn`, { hasText: text }).boundingBox()) ?? { x: 0, y: 0, width: 0 };
    for (const text of ['What does Mona earn?', 'This is restricted']) {
      const [slack, teams] = [await boxOf('slack', text), await boxOf('teams', text)];
      expect(slack.y).toBe(teams.y);
      expect(teams.x).toBeGreaterThanOrEqual(slack.x + slack.width);
    }
    const why = page.locator('.why:visible');
    expect(await why.count()).toBe(1);
    expect(await why.getAttribute('open')).toBeNull();
    await why.locator('summary').click();
    for (const fact of ['Restricted', 'the same on both', 'salary.someone', 'not-permitted', 'somebody else']) {
      expect(await why.textContent()).toContain(fact);
    }
    expect(await why.textContent()).toMatch(/#1[23] Slack#1[23] Teams/);
    const chip = (await why.locator('summary').boundingBox()) ?? { x: 0, width: 0 };
    const seam = (await page.locator('#pane-teams').boundingBox())?.x ?? 0;
    expect(Math.abs(chip.x + chip.width / 2 - seam)).toBeLessThan(3);
  });

  it('gives each platform a reason of its own where they decided apart, beside each other all the same', async () => {
    const page = await scene.open('/?person=evan');
    const own = { intent: 'leave.balance', reasons: ['own-leave'] };
    scene.api().answer({ person: 'evan', platform: 'slack', text: 'Yes.', why: own });
    scene.api().answer({ person: 'evan', platform: 'teams', text: 'No.', why: { ...own, verdict: 'refuse' } });
    await page.locator('#pane-slack .why:visible', { hasText: 'Answered' }).waitFor();
    await page.locator('#pane-teams .why:visible', { hasText: 'Restricted' }).waitFor();
    expect(await page.locator('.joint').count()).toBe(0);
    expect(await page.locator('.same:visible').count()).toBe(0);
  });

  it('asks on one platform alone where somebody wants that', async () => {
    const page = await scene.open('/?person=evan');
    await page.getByRole('group', { name: 'Send to' }).getByRole('radio', { name: 'Teams' }).check();
    await say(page, 'When is payday?');
    await reply(page, '25th of each month', 'teams').waitFor();
    expect(await page.locator('#messages-slack li').count()).toBe(0);
    await page.locator('#pane-teams .why:visible').waitFor();
    await page.getByRole('group', { name: 'Send to' }).getByRole('radio', { name: 'both' }).check();
    await say(page, 'When is payday?');
    await reply(page, '25th of each month', 'slack').waitFor();
    const below = await page.locator('#messages-slack .turn').first().boundingBox();
    const above = await page.locator('#messages-teams .turn').nth(1).boundingBox();
    expect(below?.y).toBeGreaterThan(above?.y ?? 0);
  });

  it('works by keyboard alone: skip link, person, question, button, reasons', async () => {
    const page = await scene.open('/?person=evan');
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Skip to your question');
    await page.keyboard.press('Enter');
    await page.keyboard.type('Can you water my plants?');
    await page.keyboard.press('Enter');
    const button = pane(page, 'teams').getByRole('button', { name: 'Your leave balance' });
    await button.waitFor();
    await page.locator('.joint').waitFor();
    for (let tries = 0; tries < 60; tries += 1) {
      if (await button.evaluate((element) => element === element.ownerDocument.activeElement)) break;
      await page.keyboard.press('Shift+Tab');
    }
    await page.keyboard.press('Enter');
    await reply(page, '14 days of leave', 'teams').waitFor();
    expect(await button.evaluate((element) => element === element.ownerDocument.activeElement)).toBe(true);
    await page.locator('#person-evan').focus();
    await page.keyboard.press('ArrowDown');
    await page.locator('#welcome-title', { hasText: 'Hello Mona' }).waitFor();
    expect(await page.evaluate('document.activeElement.id')).toBe('person-mona');
  });

  it('starts a new line with Shift and Enter, and sends no blank', async () => {
    const page = await scene.open();
    await question(page).press('Enter');
    await question(page).pressSequentially('one');
    await question(page).press('Shift+Enter');
    await question(page).pressSequentially('two');
    await question(page).press('Enter');
    await reply(page, 'one\ntwo').waitFor();
    const { panes } = await scene.api().state({ person: 'evan', place: 'direct' });
    for (const platform of CHAT_PLATFORMS) expect(panes[platform].messages[0]?.text).toBe('one\ntwo');
  });

  it('gives back what could not be sent, and says so', async () => {
    const page = await scene.open();
    await page.route('**/api/say', (route) => route.abort());
    await say(page, 'Will this get lost?');
    await page.getByRole('alert').filter({ hasText: 'does not answer' }).waitFor();
    expect(await question(page).inputValue()).toBe('Will this get lost?');
    // The browser's own line about the request that was cut off is what this test wanted.
    scene.forgive();
  });

  it('shows markup, mentions and long strings as the text they are', async () => {
    const page = await scene.open();
    const text = `<img src=x onerror=alert(1)> <!channel> ${'a'.repeat(3_000)}`;
    await say(page, text);
    await reply(page, '<img src=x', 'teams').waitFor();
    expect(await page.locator('#messages-teams .text').first().textContent()).toBe(text);
    expect(await page.locator('.text img').count()).toBe(0);
    expect(await fits(page)).toBe(true);
  });

  it('sends a suggestion, and a button answers on its own platform alone', async () => {
    const page = await scene.open('/?person=evan');
    await page.getByRole('button', { name: /Can you water my plants/ }).click();
    for (const platform of CHAT_PLATFORMS) await reply(page, 'I did not understand', platform).waitFor();
    await pane(page, 'slack').getByRole('button', { name: 'When salaries are paid' }).click();
    await reply(page, '25th of each month', 'slack').waitFor();
    expect(scene.api().done()).toEqual(['slack choose']);
    expect(await page.locator('#messages-teams li').count()).toBe(2);
  });

  it('says on which platform a question or a press failed, and sends it there again', async () => {
    const page = await scene.open('/?person=evan');
    scene.api().breakDown(true, 'teams');
    await say(page, 'plants?');
    const failed = pane(page, 'teams').getByRole('alert');
    await failed.filter({ hasText: 'did not reach Teams' }).waitFor();
    await reply(page, 'I did not understand', 'slack').waitFor();
    expect(await pane(page, 'slack').getByRole('alert').count()).toBe(0);
    scene.api().breakDown(false, 'teams');
    await failed.getByRole('button', { name: 'Try again' }).click();
    await reply(page, 'I did not understand', 'teams').waitFor();
    expect(await failed.count()).toBe(0);
    expect(await page.locator('#messages-slack li').count()).toBe(2);
    scene.api().breakDown(true, 'slack');
    await pane(page, 'slack').getByRole('button', { name: 'Your leave balance' }).click();
    await pane(page, 'slack').getByRole('alert').filter({ hasText: 'did not work' }).waitFor();
    expect(await pane(page, 'teams').getByRole('alert').count()).toBe(0);
    // The browser's own line about the press that failed.
    scene.forgive();
  });
});

describe('an answer that leaves', () => {
  it('counts down, leaves on time and takes its words out of the whole page', async () => {
    const page = await scene.open('/?person=evan');
    scene.api().answer({ person: 'evan', text: 'The code is 4711.', lasts: 2_500 });
    await reply(page, '4711').waitFor();
    expect(await page.locator('.countdown').textContent()).toMatch(/leaves in 0:0[123]/);
    await reply(page, 'This answer has left.').waitFor({ timeout: 6_000 });
    expect(await page.content()).not.toContain('4711');
    expect(await page.locator('.countdown').count()).toBe(0);
  });

  it('keeps the line where the answer was, also when the person looked elsewhere meanwhile', async () => {
    const page = await scene.open('/?person=evan');
    scene.api().answer({ person: 'evan', text: 'The code is 4711.', lasts: 1_500 });
    await reply(page, '4711').waitFor();
    scene.api().answer({ person: 'evan', text: 'The canteen is open.' });
    await page.getByRole('radio', { name: /Mona Reyes/ }).check();
    await page.waitForTimeout(1_800);
    await page.getByRole('radio', { name: /Evan Brooks/ }).check();
    await reply(page, 'canteen').waitFor();
    expect(await page.locator('#messages-slack .text').allInnerTexts()).toEqual([
      'This answer has left.',
      'The canteen is open.',
    ]);
  });

  it('tells nobody of what left before they came', async () => {
    scene.api().answer({ person: 'evan', text: 'The code is 4711.', lasts: 20 });
    await new Promise((go) => setTimeout(go, 60));
    const page = await scene.open('/?person=evan');
    await page.locator('#welcome').waitFor();
    expect(await page.locator('.turn').count()).toBe(0);
  });

  it('needs the switch for one’s own pay; what is held back at first is filled in on either platform', async () => {
    await scene.play({ thinks: 400 });
    const page = await scene.open('/?person=evan');
    await say(page, 'Show me my last payslip');
    await reply(page, 'strong sign-in').waitFor();
    await page.getByRole('checkbox', { name: 'signed in strongly just now' }).check();
    await page.getByText('Evan signed in less than a minute ago.').waitFor();
    await say(page, 'And my bonus?');
    const held = (platform: ChatPlatform) => reply(page, 'I am about to show', platform).waitFor();
    await Promise.all(CHAT_PLATFORMS.map(held));
    for (const platform of CHAT_PLATFORMS) {
      await reply(page, '1,200.00 USD', platform).waitFor();
      expect(await reply(page, 'I am about to show', platform).count()).toBe(0);
      expect(await pane(page, platform).locator('.countdown').count()).toBe(1);
    }
  });
});

describe('places and rules', () => {
  it('answers a channel’s question in private, and says where', async () => {
    const page = await scene.open('/?person=evan');
    await page.getByRole('radio', { name: '#general' }).check();
    await say(page, 'How many days of leave have I left?');
    await reply(page, 'I have written to you in private.').waitFor();
    await reply(page, 'I have written to you in private.', 'teams').waitFor();
    const alone = page.locator('[data-ephemeral]');
    expect([await alone.count(), await alone.textContent()]).toEqual([
      1,
      expect.stringContaining('Only visible to you'),
    ]);
    expect(await pane(page, 'slack').locator('[data-ephemeral]').count()).toBe(1);
    await page.getByText('2 new').waitFor();
    await page.getByText('Sotto has written to you in private on Slack and Teams.').waitFor();
    await page.getByRole('button', { name: 'Open the private chat' }).click();
    for (const platform of CHAT_PLATFORMS) await reply(page, '14 days of leave', platform).waitFor();
    expect(await page.locator('.badge:visible').count()).toBe(0);
  });

  it('publishes HR’s restriction for everybody and lifts it again', async () => {
    const page = await scene.open('/?person=evan');
    const other = await scene.open('/?person=mona');
    await page.getByRole('checkbox', { name: 'HR restricts salary' }).check();
    await other.locator('#restricted:checked').waitFor();
    await say(page, 'When is payday?');
    await page.locator('.joint .why', { hasText: 'restriction-salary' }).waitFor({ state: 'attached' });
    await page.getByRole('checkbox', { name: 'HR restricts salary' }).uncheck();
    await say(page, 'When is payday?');
    await reply(page, '25th of each month').waitFor();
  });

  it('keeps person and place over a reload', async () => {
    const page = await scene.open('/?person=evan');
    await page.getByRole('radio', { name: /Pia Romano/ }).check();
    await page.getByRole('radio', { name: 'Shared channel' }).check();
    await page.reload();
    await page.locator('#person-pia:checked').waitFor({ state: 'attached' });
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('#partners');
  });
});

describe('what a browser refuses', () => {
  it.each(['elements.js', 'words-en.js', 'view.js', 'page.js', 'early.js', 'teams.css'])(
    'does not use a %s that was changed on the way',
    async (name) => {
      const one = await scene.browser().newPage();
      const refused: string[] = [];
      one.on('console', (message) => refused.push(message.text()));
      await one.route(`**/page/${name}`, async (route) => {
        const response = await route.fetch();
        await route.fulfill({ response, body: `${await response.text()}\n/* changed */` });
      });
      await one.goto(scene.url());
      for (let tries = 0; tries < 100 && !refused.join().includes('integrity'); tries += 1)
        await one.waitForTimeout(50);
      expect(refused.join()).toContain('integrity');
      await one.waitForTimeout(300);
      if (name.endsWith('.js') && name !== 'early.js') expect(await one.locator('#people label').count()).toBe(0);
      await one.close();
    },
  );

  it('lets no script in from a text, an attribute or an address', async () => {
    const page = await scene.open('/?person=evan');
    const blocked = await page.evaluate(`(() => {
      try { document.body.innerHTML = '<b>no</b>'; return false; } catch { return true; }
    })()`);
    expect(blocked).toBe(true);
    scene.forgive();
  });
});

describe('when the playground goes away', () => {
  it('says so, and recovers by itself', async () => {
    const page = await scene.open('/?person=evan');
    await scene.goAway();
    await page.getByRole('alert').filter({ hasText: 'does not answer' }).waitFor();
    scene.forgive();
    await scene.comeBack();
    await page.getByRole('alert').waitFor({ state: 'hidden', timeout: 15_000 });
    scene.api().answer({ person: 'evan', text: 'Here again.' });
    await reply(page, 'Here again.').waitFor();
    scene.forgive();
  });
});
