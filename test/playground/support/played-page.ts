/** The page in front of a whole Sotto, in a browser: what people of the sample do and read there. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';
import { createChat } from '../../../playground/chat.ts';
import type { ChatPlatform } from '../../../playground/chat-page/api.ts';
import { createChatPage } from '../../../playground/chat-page.ts';
import { type Stage, startStage } from '../../../playground/stage.ts';
import { claimForPlaying } from '../../../src/adapters/files/data-folder.ts';
import { repliesIn } from '../../../src/core/replies/replies.ts';
import { loadCatalogue } from '../../../src/policies/catalogue.ts';
import { packFolders } from '../../../src/policies/pack.ts';
import { loadRestrictionTemplates } from '../../../src/policies/restriction-templates.ts';
import { sharedModels } from '../../support/shared-model.ts';
import { launch, type Visit, visit } from './browser.ts';

/** What takes a worker, on a busy machine. */
export const PATIENCE = { timeout: 60_000 };

export interface PlayedPage {
  readonly stage: Stage;
  /** Opens the page as this person; their own chat with Sotto. */
  as(person: string, o?: { readonly platform?: ChatPlatform } & BrowserContextOptions): Promise<Page>;
  end(): Promise<void>;
}

/** `playedSignIn`: see `StageOptions`. */
export const playPage = async (o: { readonly playedSignIn?: boolean } = {}): Promise<PlayedPage> => {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-page-'));
  claimForPlaying(join(folder, 'data'));
  const folders = packFolders(null);
  const restriction = loadRestrictionTemplates({ folders, catalogue: loadCatalogue({ folders }) }).find(
    ({ id }) => id === 'salary',
  );
  if (restriction === undefined) throw new Error('the pack has no restriction "salary"');
  const { promise: stands, resolve } = Promise.withResolvers<Stage>();
  const stage = await startStage({
    dataFolder: join(folder, 'data'),
    host: '127.0.0.1',
    port: 0,
    opsPort: 0,
    policiesFolder: null,
    limits: false,
    quiet: true,
    // What everybody is told once comes beside the first answer, in either order; its own tests are elsewhere.
    firstUse: false,
    playedSignIn: o.playedSignIn ?? false,
    unsafeModelCache: sharedModels(),
    teamsAppId: randomUUID(),
    register: (app, pieces) => createChatPage({ api: createChat({ pieces, stage: stands, restriction }) }).routes(app),
  });
  resolve(stage);
  const browser: Browser = await launch();
  const visits: Visit[] = [];
  return {
    stage,
    as: async (person, { platform = 'teams', ...context } = {}) => {
      const path = `/?person=${person}&platform=${platform}`;
      const one = await visit({ browser, url: stage.running.url, path, ...context });
      visits.push(one);
      return one.page;
    },
    end: async () => {
      const complaints = visits.flatMap((one) => one.complaints);
      await browser.close();
      await stage.stop();
      rmSync(folder, { recursive: true, force: true });
      expect(complaints).toEqual([]);
    },
  };
};

/** The newest button with this label, on this platform. */
export const button = (page: Page, platform: ChatPlatform, label: string | RegExp): Locator =>
  page
    .locator(`#messages-${platform}`)
    .getByRole('button', { name: label, exact: typeof label === 'string' })
    .last();

/** Chooses whom it is said to, and says it. */
export const sayOn = async (page: Page, platform: ChatPlatform, text: string): Promise<void> => {
  await page.locator(`input[name="target"][value="${platform}"]`).check({ force: true });
  await page.locator('#ask').fill(text);
  await page.locator('#ask').press('Enter');
};

/** The newest message of Sotto's with these words. */
export const message = (page: Page, platform: ChatPlatform, text: string | RegExp): Locator =>
  page.locator(`#messages-${platform} .turn[data-from="sotto"]`, { hasText: text }).last();

const LOCALES = ['en', 'de'] as const;

/** Where an answer may begin as a placeholder, that is not yet what is said. */
const PLACEHOLDERS = new RegExp(LOCALES.map((locale) => repliesIn(locale).placeholder).join('|'));

/** Says it and waits for what Sotto says to it. */
export const answer = async (page: Page, platform: ChatPlatform, text: string): Promise<string> => {
  const turns = page.locator(`#messages-${platform} .turn[data-from="sotto"]`);
  const before = await turns.count();
  await sayOn(page, platform, text);
  const next = turns.nth(before);
  await next.filter({ hasNotText: PLACEHOLDERS }).waitFor(PATIENCE);
  return (await next.textContent()) ?? '';
};
