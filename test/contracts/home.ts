/** What the core relies on where a platform has a page of the bot's own; part of the platform contract. */
import { expect, it } from '@jest/globals';
import type { Home } from '../../src/core/types.ts';
import type { PlatformStage } from './platform.ts';

const ASK = { action: 'sotto.ask', label: 'My leave', value: 'sealed-leave' };
const HOME: Home = {
  sections: [
    {
      text: 'What you can ask',
      note: 'As of now',
      buttons: [ASK, { ...ASK, label: 'My pay', value: 'sealed-pay' }],
      fallback: null,
    },
    { text: 'Restrictions\n<!channel> & none', note: null, buttons: [], fallback: null },
  ],
};

/** @param stage of the test that runs */
export const homeContract = (stage: () => PlatformStage): void => {
  it('shows somebody the bot’s own page in whole and anew, or has none', async () => {
    const { platform, home, known } = stage();
    expect(platform.showHome === undefined).toBe(home === undefined);
    if (home === undefined) return;
    const account = { platform: platform.name, tenant: known.tenant, user: known.user, external: false };
    await platform.showHome?.({ account, home: async () => HOME });
    for (const part of ['What you can ask', 'As of now', 'My leave', 'My pay', 'sealed-pay', 'Restrictions'])
      expect(home.read()).toContain(part);
    expect(stage().pinged()).toEqual([]);
    await platform.showHome?.({ account, home: async () => ({ sections: [] }) });
    expect(home.read()).not.toContain('My leave');
  });

  it('brings a press on the page as one in the person’s private chat, with no message and nowhere to answer it but there', async () => {
    const { platform, home, known } = stage();
    expect(platform.showHome === undefined).toBe(home === undefined);
    if (home === undefined) return;
    const account = { platform: platform.name, tenant: known.tenant, user: known.user, external: false };
    await platform.showHome?.({ account, home: async () => HOME });
    const press = await home.press(ASK);
    expect(press).toMatchObject({
      account,
      action: ASK.action,
      value: ASK.value,
      place: { kind: 'direct' },
      respondTo: null,
      message: null,
    });
    const to = { tenant: known.tenant, user: known.user, channel: press?.place.channel ?? null };
    const card = { text: 'Twelve days', note: null, buttons: [], fallback: null };
    expect(await platform.post({ to, card, key: 'k' })).toMatchObject({ ok: true, ref: { channel: known.channel } });
  });
};
