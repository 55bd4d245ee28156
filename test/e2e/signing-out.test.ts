/** Who has signed in reads so in their private chat and ends it there, on both platforms: in words, by the notice's button, on the page. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { TalkMessage } from '../../playground/talk.ts';
import type { GrantEntry } from '../../src/core/audit.ts';
import { lastSignIn } from '../../src/core/sign-in/grants.ts';
import { noteSignedIn } from '../../src/core/sign-in/notice.ts';
import { signedIn } from '../../src/core/signed-in.ts';
import type { PlatformName } from '../../src/core/types.ts';
import { openStage, type TestStage } from '../support/stage.ts';
import { until } from '../support/until.ts';

const PAYSLIP = 'please show me my last payslip';

describe.each(['slack', 'teams'] as const)('a sign-in on %s', (on: PlatformName) => {
  let stage: TestStage;
  beforeAll(async () => {
    stage = await openStage({ securityContact: 'hana' });
  }, 120_000);
  afterAll(() => stage.end());
  beforeEach(() => stage.forgetTalks());

  const world = () => stage.running.world;
  const counts = async (): Promise<boolean> =>
    (await lastSignIn(world(), { person: 'evan', now: world().clock.now() })) !== null;
  const heard = (who: string, platform: PlatformName, part: string): readonly TalkMessage[] =>
    stage.talks[platform]
      .messages(stage.person(who))
      .filter(({ from, text }) => from === 'sotto' && text.includes(part));
  const ends = (): readonly GrantEntry[] =>
    stage.trail.flatMap(({ entry }) => (entry.kind === 'grant' && entry.change === 'ended' ? [entry] : []));
  /** As by the page: given, and told. */
  const signIn = async (): Promise<void> => {
    const at = world().clock.now();
    const { platform, tenant, user } =
      (await world().directory.accounts('evan')).find((one) => one.platform === on) ?? fail();
    const account = { platform, tenant, user };
    const given = await signedIn(world(), { person: 'evan', at, until: at + 15 * 60_000, by: 'test', account });
    if (!given.ok) throw new Error('it was not given');
    noteSignedIn(world(), { person: 'evan', account, signIn: given.signIn });
  };
  const fail = (): never => {
    throw new Error(`evan has no account on ${on}`);
  };

  it('is told in the chat of that platform, with a button by which they say that it was not them', async () => {
    // As it is: the link stands in a chat where they have asked.
    await stage.ask({ who: 'evan', says: PAYSLIP, on });
    await signIn();
    await until(() => heard('evan', on, 'You signed in at').length === 1);
    const asked = await stage.ask({ who: 'evan', says: PAYSLIP, on });
    expect(asked.decision).toMatchObject({ verdict: 'answer', signIn: expect.any(String) });

    const [notice] = heard('evan', on, 'You signed in at');
    const button = notice?.buttons.find(({ label }) => label === 'That wasn’t me');
    if (notice === undefined || button === undefined) throw new Error('the notice has no such button');
    const { channel, id } = notice;
    const { action, value } = button;
    const before = ends().length;
    expect(await stage.talks[on].press({ person: stage.person('evan'), channel, id, action, value })).toBe(200);
    await until(() => ends().length > before);
    expect(ends().at(-1)).toMatchObject({ by: 'not-me', id: asked.decision.signIn });
    await until(async () => !(await counts()));
    const said = (): boolean =>
      (stage.talks[on].view(stage.person('evan'))?.text ?? '').includes('I have ended it') ||
      heard('evan', on, 'I have ended it').length > 0;
    await until(said);
    await until(() => [...heard('hana', 'slack', 'id evan'), ...heard('hana', 'teams', 'id evan')].length === 1);
    expect((await stage.ask({ who: 'evan', says: PAYSLIP, on })).decision.verdict).toBe('step-up');
  }, 120_000);

  it.each(['sign out', 'Abmelden bitte'])(
    'ends by word, and the next question asks for a fresh one: %s',
    async (says) => {
      await signIn();
      expect((await stage.ask({ who: 'evan', says, on })).said).toContain('You have signed out.');
      expect(await counts()).toBe(false);
      expect((await stage.ask({ who: 'evan', says, on })).said).toContain('No sign-in of yours counted.');
      const asked = await stage.ask({ who: 'evan', says: PAYSLIP, on });
      expect(asked.decision.verdict).toBe('step-up');
      expect(asked.said).toContain('a strong sign-in from the last 15 minutes');
    },
    120_000,
  );

  it('ends by the button of what they see of their privacy', async () => {
    const without = await stage.ask({ who: 'evan', says: 'my privacy', on });
    expect(without.buttons).not.toContain('Sign out');
    await signIn();
    const shown = await stage.ask({ who: 'evan', says: 'my privacy', on });
    expect(shown.buttons).toContain('Sign out');
    expect(await stage.tell({ who: 'evan', ended: shown, label: 'Sign out' })).toContain('You have signed out.');
    expect(await counts()).toBe(false);
  }, 120_000);
});
