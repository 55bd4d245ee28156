/** One's own pay, the whole way between stand-ins: shown in a window that empties itself, and kept nowhere. */

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SamplePerson } from '../../playground/people.ts';
import { pressView, type TalkMessage, type TalkView } from '../../playground/talk.ts';
import { dropSignIns } from '../../src/core/sign-in/grants.ts';
import { VIEW_ACTION, VIEW_CHANNEL } from '../../src/core/types.ts';
import { packFor } from '../support/pack.ts';
import { openStage, type TestStage } from '../support/stage.ts';
import { until } from '../support/until.ts';

const NET = '4,843.58';
const SECONDS = 3;

describe('Evan’s payslip', () => {
  let folder: string;
  let stage: TestStage;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'sotto-view-'));
    packFor({ folder: join(folder, 'pack'), expiresSeconds: SECONDS });
    stage = await openStage({ folder, policiesFolder: join(folder, 'pack') });
    await stage.signIn('evan', 1);
  }, 60_000);
  afterAll(async () => {
    await stage.end();
    rmSync(folder, { recursive: true, force: true });
  });

  const person = (who: string): SamplePerson => stage.person(who);
  const talk = () => stage.talks.slack;
  const payCalls = (): number => stage.backend.requests().filter(({ operation }) => operation === 'pay.payslip').length;
  const askedFor = async (): Promise<TalkMessage> => {
    const { disclosure } = await stage.ask({ who: 'evan', says: 'show me my last payslip' });
    const message = talk()
      .messages(person('evan'))
      .find(({ id }) => id === disclosure?.message);
    if (message === undefined) throw new Error('no message answered');
    return message;
  };
  const pressed = (message: TalkMessage, who = 'evan'): Promise<TalkView | null> =>
    pressView(talk(), { person: person(who), message });
  const bytes = (): string =>
    readdirSync(join(folder, 'data'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
      .join('\n');

  it('is read only once it is opened, and never becomes a message', async () => {
    const message = await askedFor();
    expect(payCalls()).toBe(0);
    const view = await pressed(message);
    expect(view?.text).toContain(NET);
    expect(payCalls()).toBe(1);
    expect(JSON.stringify(stage.slack.history())).not.toContain(NET);
    const made = stage.slack.requests().filter(({ args }) => JSON.stringify(args).includes(NET));
    expect(made.map(({ method }) => method)).toEqual(['views.update']);
    for (const words of [NET, '4843.58']) expect(bytes()).not.toContain(words);
  }, 60_000);

  it('empties its window when its time is up, and its message leaves with it', async () => {
    const message = await askedFor();
    const view = await pressed(message);
    const shown = (): string => talk().view(person('evan'))?.text ?? '';
    const stands = (): boolean =>
      talk()
        .messages(person('evan'))
        .some(({ id }) => id === message.id);
    await until(() => !shown().includes(NET) && !stands());
    expect(shown()).toContain('expired');
    const removal = () =>
      stage.trail
        .flatMap(({ entry }) => (entry.kind === 'removal' && entry.channel === VIEW_CHANNEL ? [entry] : []))
        .find((entry) => entry.message === view?.id);
    await until(() => removal() !== undefined);
    expect(removal()?.state).toBe('blanked');
    expect(removal()?.at).toBeGreaterThanOrEqual(removal()?.dueAt ?? Number.POSITIVE_INFINITY);
  }, 60_000);

  it('is shown to nobody else who presses the button, and reads nothing for them', async () => {
    const message = await askedFor();
    const calls = payCalls();
    const view = await pressed(message, 'mona');
    expect(view?.text).toContain('somebody else');
    expect(payCalls()).toBe(calls);
  }, 60_000);

  it('is not shown any more once the sign-in is over, although the button stands', async () => {
    const message = await askedFor();
    const calls = payCalls();
    await dropSignIns(stage.running.world, { person: 'evan' });
    const view = await pressed(message);
    expect(view?.text).toContain('sign-in');
    expect(payCalls()).toBe(calls);
    await stage.signIn('evan', 1);
  }, 60_000);

  it('is not read at all when the window could not be opened', async () => {
    const message = await askedFor();
    const calls = payCalls();
    stage.slack.fail({ method: 'views.open', how: 'expired_trigger_id' });
    const [button] = message.buttons;
    const { channel, id } = message;
    const press = { person: person('evan'), channel, id, action: VIEW_ACTION, value: button?.value ?? '' };
    expect(await talk().press(press)).toBe(200);
    expect(talk().messages(person('evan')).at(-1)?.text).toContain('try again');
    expect(payCalls()).toBe(calls);
  }, 60_000);
});
