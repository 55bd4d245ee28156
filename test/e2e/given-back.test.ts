/** What somebody wrote into a form that came to nothing, over real http on either platform: it comes back to them alone, shows in no notification, and leaves. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DisclosureEntry } from '../../src/core/audit.ts';
import type { PlatformName } from '../../src/core/types.ts';
import { openForm } from '../support/filling-in.ts';
import { openStage, type TestStage } from '../support/stage.ts';
import { until } from '../support/until.ts';

const DAY_MS = 24 * 60 * 60_000;

describe.each([
  ['slack', 'evan'],
  ['teams', 'mona'],
] as const)('the words of a form that came to nothing, on %s', (on, who) => {
  let stage: TestStage;
  beforeAll(async () => {
    stage = await openStage();
  }, 60_000);
  afterAll(() => stage.end());

  const messages = () => stage.talks[on].messages(stage.person(who));
  const saying = (words: string) => messages().filter(({ text }) => text.includes(words));
  const writes = async (words: string): Promise<void> => {
    await stage.ask({ who, says: 'zorble the quintessential frobnicator', on });
    const form = await openForm(stage.talks[on], stage.person(who), 'Ask a person');
    expect(await form.send({ 'slot-about': 'hr', 'words-1': words })).toBe(200);
  };
  /** All that a client shows of a message beside its content: on a lock screen, in a list of chats, read aloud. */
  const notifications = (): string => {
    const slack = stage.slack.requests().map(({ args }) => args['text']);
    const teams = stage.teams.history().map(({ summary, text, attachments }) => [
      summary,
      text,
      attachments.map(({ content }) => {
        const { speak, fallbackText } = content as { readonly speak?: unknown; readonly fallbackText?: unknown };
        return [speak, fallbackText];
      }),
    ]);
    return JSON.stringify([slack, teams]);
  };
  /** What was created, which is what notifies; an update does not. */
  const posted = (): string =>
    JSON.stringify([
      stage.slack.requests({ method: 'chat.postMessage' }).map(({ args }) => args),
      stage.teams.requests().filter(({ method }) => method === 'POST'),
    ]);
  const others = (): string =>
    JSON.stringify(
      stage.people
        .filter(({ id }) => id !== who)
        .flatMap((person) =>
          (['slack', 'teams'] satisfies PlatformName[]).flatMap((each) =>
            stage.talks[each].messages(person).map(({ raw }) => raw),
          ),
        ),
    );

  it('stand there to copy where they do not fit into a button, and leave, also after a restart', async () => {
    const words = `Zqcopy${on} is what I told nobody else. ${'ä'.repeat(1_800)}`;
    stage.backend.setToken('another');
    await writes(words);
    await until(() => saying(words).length > 0, 12_000);
    stage.backend.setToken(null);
    const [message, ...twice] = saying(words);
    expect(twice).toEqual([]);
    expect(message?.text).toContain('nothing was done');
    expect(message?.text).toContain('What you wrote, for you to copy');
    expect(message?.note).toContain('I remove this message after 24 hours.');
    expect(message?.ephemeral).toBe(false);

    expect(notifications()).toContain('nothing was done');
    expect(notifications()).not.toContain('Zqcopy');
    expect(posted()).not.toContain('Zqcopy');
    expect(others()).not.toContain('Zqcopy');
    expect(JSON.stringify(stage.trail)).not.toContain('Zqcopy');

    const shown = (): DisclosureEntry | undefined =>
      stage.trail
        .map(({ entry }) => entry)
        .findLast((entry): entry is DisclosureEntry => entry.kind === 'disclosure' && entry.message === message?.id);
    await until(() => shown() !== undefined, 12_000);
    const { at, removeAt } = shown() as DisclosureEntry;
    expect(Math.abs((removeAt ?? 0) - at - DAY_MS)).toBeLessThan(60_000);

    // Its end is on record: another process removes it.
    await stage.restart();
    expect(saying(words)).toHaveLength(1);
    const tenant = on === 'slack' ? stage.teamId : stage.tenantId;
    const ref = { platform: on, tenant, channel: message?.channel ?? '', id: message?.id ?? '' };
    await stage.running.world.store.expiries.sooner({ ref, removeAt: Date.now() });
    await until(() => saying(words).length === 0, 12_000);
    expect(JSON.stringify(messages())).not.toContain('Zqcopy');
  }, 40_000);

  it('stand in the form that its button opens, and in no message, where it was not done; and go out once when it is sent again', async () => {
    const words = `Zqform${on} is what I told nobody else.`;
    const before = stage.backend.deeds().length;
    stage.backend.setToken('another');
    await writes(words);
    const told = () => messages().filter(({ text }) => text.includes('nothing was done'));
    await until(() => told().length > 0, 12_000);
    stage.backend.setToken(null);
    expect(
      told()
        .at(-1)
        ?.buttons.map(({ label }) => label),
    ).toEqual(['Open the form']);
    expect(JSON.stringify(messages())).not.toContain('Zqform');
    expect(stage.backend.deeds()).toHaveLength(before);

    const form = await openForm(stage.talks[on], stage.person(who), 'Open the form');
    expect(form.value('words-1')).toBe(words);
    expect(await form.send({})).toBe(200);
    await until(() => stage.backend.deeds().length > before, 12_000);
    expect(stage.backend.deeds().at(-1)).toMatchObject({
      operation: 'case.open',
      body: { person: who, message: words },
    });
    const { number = '' } = stage.backend.deeds().at(-1) ?? {};
    await until(() => saying(number).length > 0, 12_000);
    expect(stage.backend.deeds()).toHaveLength(before + 1);
    expect(JSON.stringify(messages())).not.toContain('Zqform');
    for (const place of [notifications(), posted(), others(), JSON.stringify(stage.trail)])
      expect(place).not.toContain('Zqform');
  }, 40_000);
});
