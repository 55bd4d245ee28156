/** HR restricts salary in Slack, the whole way between stand-ins: from the page of Sotto's own to what is in force. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ChatButton, ChatForm } from '../../playground/chat-page/api.ts';
import type { SamplePerson } from '../../playground/people.ts';
import type { TalkHome } from '../../playground/talk.ts';
import { FORM_ACTION } from '../../src/core/types.ts';
import { lookAtHome } from '../support/look-at-home.ts';
import { packFor } from '../support/pack.ts';
import { openStage, type TestStage } from '../support/stage.ts';
import { until } from '../support/until.ts';

describe('HR in Slack', () => {
  let folder: string;
  let stage: TestStage;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sotto-hr-'));
    packFor({ folder: join(folder, 'pack'), expiresSeconds: 60 });
    stage = await openStage({ folder, policiesFolder: join(folder, 'pack') });
  }, 60_000);
  afterAll(async () => {
    await stage.end();
    rmSync(folder, { recursive: true, force: true });
  });

  const person = (who: string): SamplePerson => stage.person(who);
  const home = (): TalkHome => {
    const { home: page } = stage.talks.slack;
    if (page === undefined) throw new Error('Slack has a page');
    return page;
  };
  /** Looks at the page, which is made anew; its buttons. */
  const opened = async (who: string): Promise<readonly ChatButton[]> => {
    await lookAtHome(stage, who);
    return (home().read(person(who))?.sections ?? []).flatMap(({ buttons }) => buttons);
  };
  const wordsOn = (who: string): string =>
    (home().read(person(who))?.sections ?? []).map(({ text }) => text).join('\n');
  const form = (who: string): ChatForm | null => stage.talks.slack.view(person(who))?.form ?? null;

  it('shows everybody what they may ask, and HR alone what is restricted', async () => {
    const labels = async (who: string) => (await opened(who)).map(({ label }) => label);
    // What is kept of them is everybody's; a new restriction is not.
    expect(await labels('evan')).toEqual(['Show me all of it', 'Forget me …']);
    expect(wordsOn('evan')).toContain('•');
    expect(wordsOn('evan')).not.toContain('restricted by HR');
    expect(await labels('hugo')).toContain('New');
  }, 60_000);

  const shown = (): string => {
    const { text = '', form: asked = null } = stage.talks.slack.view(person('hugo')) ?? {};
    return [...(asked?.findings ?? []), text].join('\n');
  };
  const told = () =>
    stage.talks.slack
      .messages(person('hugo'))
      .filter(({ from, channel }) => from === 'sotto' && channel.startsWith('D'));
  const send = async (values: Readonly<Record<string, readonly string[]>>): Promise<unknown> => {
    const { id = '' } = stage.talks.slack.view(person('hugo')) ?? {};
    return stage.talks.slack.submit({ person: person('hugo'), id, values });
  };
  const pressed = async (label: string): Promise<void> => {
    const button = () => told().flatMap((message) => message.buttons.map((each) => ({ ...each, message })));
    await until(() => button().some((each) => each.label === label), 30_000);
    const found = button().findLast((each) => each.label === label);
    if (found === undefined) throw new Error(label);
    const { action, value, message } = found;
    const { channel, id } = message;
    expect(await stage.talks.slack.press({ person: person('hugo'), channel, id, action, value })).toBe(200);
  };

  it('is asked by a form, told what is wrong with what was sent, and keeps what was entered', async () => {
    const button = (await opened('hugo')).find(({ action }) => action === FORM_ACTION);
    if (button === undefined) throw new Error('HR may not begin anything');
    expect(await home().press({ person: person('hugo'), ...button })).toBe(200);
    await until(() => form('hugo') !== null);
    expect(await send({ title: ['Pay freeze'] })).toBe(0);
    const entered = { title: ['Pay freeze'], topics: ['salary'], except: ['payroll'], why: ['The yearly review.'] };
    expect(await send({ ...entered, countries: ['Atlantis'] })).toBe(200);
    await until(() => (form('hugo')?.findings.length ?? 0) > 0);
    const [title] = form('hugo')?.fields ?? [];
    expect(title).toMatchObject({ name: 'title', value: 'Pay freeze' });
  }, 60_000);

  it('previews what it would do in the private chat, and has it in force at once when that is published', async () => {
    expect(await send({ countries: [''] })).toBe(200);
    await until(() => form('hugo') === null && shown() !== '');
    await until(() => told().length > 0, 30_000);
    const before = told().length;
    const look = (await opened('hugo')).find(({ label }) => label.includes('Pay freeze'));
    if (look === undefined) throw new Error('the draft is not on the page');
    expect(await home().press({ person: person('hugo'), ...look })).toBe(200);
    await until(() => told().length > before, 30_000);
    await pressed('Publish');
    await until(async () => (await stage.running.world.store.restrictions.current()).restrictions.length === 1, 30_000);
    const { disclosure } = await stage.ask({ who: 'evan', says: 'show me my last payslip' });
    expect(disclosure?.verdict).toBe('refuse');
    await opened('hugo');
    expect(wordsOn('hugo')).toContain('Pay freeze');
    expect(wordsOn('evan')).toContain('payslip');
    await opened('evan');
    expect(wordsOn('evan')).not.toContain('payslip');
    expect(wordsOn('evan')).not.toContain('Pay freeze');
  }, 90_000);

  it('leaves no word of why on the disk', () => {
    const files = readdirSync(join(folder, 'data'), { recursive: true, withFileTypes: true });
    const bytes = files
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'));
    expect(bytes.join('\n')).toContain('sotto');
    expect(bytes.join('\n')).not.toContain('yearly review');
  });
});
