/** A question that needs a strong sign-in, the whole way: asked, the link followed at a real provider, and answered by itself. On both platforms. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { dropSignIns } from '../../src/core/sign-in/grants.ts';
import { createBrowser } from '../support/openid/browser.ts';
import { openSignInStage, type SignInStage } from '../support/openid/stage.ts';
import { until } from '../support/until.ts';

let it_: SignInStage;
beforeAll(async () => {
  it_ = await openSignInStage();
}, 120_000);
afterAll(() => it_.end());

describe.each(['slack', 'teams'] as const)('whoever asks for their payslip on %s', (on) => {
  it('is shown a link, signs in by it, is told so in their chat, and is answered there by itself', async () => {
    const who = on === 'slack' ? 'evan' : 'mona';
    const { stage, provider } = it_;
    const { link, ended } = await it_.askFor(who, { on });
    expect(ended.decision.verdict).toBe('step-up');
    expect(ended.said).toContain('15 minutes');

    // Signed in there five minutes ago: that is what counts, not the moment of coming back.
    provider.setAccount(who, { amr: ['mfa'], secondsAgo: 300 });
    const before = Date.now();
    const page = await it_.follow({ browser: createBrowser(), link, as: who });
    expect(page.status).toBe(200);

    const answers = () =>
      stage.trail.flatMap(({ entry }) =>
        entry.kind === 'decision' && entry.question === ended.question && entry.verdict === 'answer' ? [entry] : [],
      );
    await until(() => answers().length === 1);
    const given = it_
      .signIns()
      .flatMap((entry) => (entry.kind === 'grant' ? [entry] : []))
      .at(-1);
    expect(given).toMatchObject({ change: 'given', by: 'openid', for: 'question' });
    const { signedInAt, until: counts } = given ?? {};
    expect(Math.abs((signedInAt ?? 0) - (before - 300_000))).toBeLessThan(60_000);
    expect((counts ?? 0) - (signedInAt ?? 0)).toBe(15 * 60_000);
    // The decision names the sign-in that it rests on.
    expect(answers()[0]).toMatchObject({ signIn: given?.id });

    const talk = stage.talks[on];
    await until(() =>
      talk.messages(stage.person(who)).some(({ buttons }) => buttons.some(({ action }) => action === 'sotto.view')),
    );
    await until(() =>
      talk.messages(stage.person(who)).some(({ buttons }) => buttons.some(({ label }) => /wasn.t me/i.test(label))),
    );
    // A window that is opened once the sign-in counts no more leads to another one, and then shows what it is for.
    const opened = async () => {
      const person = stage.person(who);
      const message = talk
        .messages(person)
        .find(({ buttons }) => buttons.some(({ action }) => action === 'sotto.view'));
      const button = message?.buttons.find(({ action }) => action === 'sotto.view');
      if (message === undefined || button === undefined) throw new Error('there is no button');
      const { channel, id } = message;
      await talk.press({ person, channel, id, action: button.action, value: button.value });
      await until(() => /sign-in|net/i.test(talk.view(person)?.text ?? ''));
      const view = talk.view(person);
      talk.closeView(person);
      return view;
    };
    await dropSignIns(stage.running.world, { person: who });
    const old = await opened();
    expect(old?.text).toContain('then press again');
    provider.setAccount(who, { amr: ['mfa'] });
    const again = await it_.follow({ browser: createBrowser(), link: old?.links?.[0]?.url ?? '', as: who });
    expect(again.status).toBe(200);
    const now = await opened();
    expect(now?.text).toMatch(/net/i);
    expect(now?.links).toBe(undefined);
    // The link is used.
    expect((await createBrowser().get(link)).status).toBe(410);
  }, 120_000);
});
