/** A question that needs a strong sign-in, the whole way: asked, the link followed at a real provider, and answered by itself. On both platforms. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
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
    // The link is used.
    expect((await createBrowser().get(link)).status).toBe(410);
  }, 120_000);
});
