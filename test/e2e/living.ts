/** `sotto doctor --live` the whole way: a command, a serving process, the stand-in for Slack, over whichever store. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readSamplePeople } from '../../playground/people.ts';
import { manifestScopes } from '../../src/cli/manifest/slack.ts';
import { SAMPLE_PEOPLE } from '../../src/policies/pack.ts';
import { command, type Ended } from '../support/command.ts';
import { openServing, type Serving, settings } from '../support/serving.ts';

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });

interface Line {
  readonly area: string;
  readonly state: string;
  readonly what: string;
  readonly mend: string;
}

interface Said {
  readonly lines: readonly Line[];
  readonly live: {
    readonly page: string;
    readonly trips: readonly {
      readonly state: string;
      readonly steps: readonly { readonly step: string; readonly ok: boolean; readonly code: string }[];
    }[];
  };
}

const HANA = readSamplePeople(SAMPLE_PEOPLE).find(({ id }) => id === 'hana')?.slackUser ?? '';

/** `store`: what `SOTTO_STORE` is; null: the embedded one. */
export const living = (store: () => Promise<string | null>): void => {
  describe('sotto doctor --live', () => {
    let serving: Serving;
    let env: Record<string, string>;
    beforeAll(async () => {
      const url = await store();
      const port = String(await freePort());
      const more = {
        PORT: port,
        SOTTO_PUBLIC_URL: `http://127.0.0.1:${port}`,
        ...(url === null ? {} : { SOTTO_STORE: url }),
      };
      serving = await openServing({ expiresSeconds: 60, more, quick: true });
      env = { ...settings(serving.folder, serving.base), ...more };
      await serving.start();
    }, 120_000);
    afterAll(() => serving?.end());

    const doctor = (...args: readonly string[]): Promise<Ended> =>
      command({ args: ['doctor', ...args], data: join(serving.folder, 'data'), env }).ended();
    const said = (out: string): Said => JSON.parse(out) as Said;
    const live = ({ lines }: Said, state: string): readonly string[] =>
      lines.filter((line) => line.area === 'live' && line.state === state).map(({ what }) => what);
    const calls = (): readonly string[] =>
      serving.slack
        .requests()
        .filter(({ method }) => method.startsWith('chat.') || method === 'conversations.history')
        .map(({ method, ok, error }) => `${method} ${ok ? 'ok' : error}`);

    it('shows an operator one harmless message, takes it away, finds it gone, and writes that down', async () => {
      const { status, out, err } = await doctor('--live', '--as', 'hana', '--json');
      expect([status, err]).toEqual([0, '']);
      const { live: found, ...rest } = said(out);
      expect(live({ ...rest, live: found }, 'ok')).toEqual([
        'Slack T0SOTTO000: Slack takes the bot’s token.',
        `Slack T0SOTTO000: the bot has the ${manifestScopes().length} scopes of the manifest, and no other.`,
        'Slack T0SOTTO000: what Slack sends reaches Sotto: a signed test came back from its public address.',
        expect.stringMatching(/^Slack T0SOTTO000: a message was shown, taken away and is gone, in /),
        expect.stringMatching(/^Slack T0SOTTO000: \d+ messages a minute may leave there/),
      ]);
      expect(found.trips.map(({ state, steps }) => [state, steps.map(({ step, code }) => `${step} ${code}`)])).toEqual([
        [
          'removed',
          [
            'post ok',
            'hold ok',
            'reveal ok',
            'find ok',
            'leave ok',
            'missing message_not_found',
            'again message_not_found',
          ],
        ],
      ]);
      expect(calls()).toEqual([
        'chat.postMessage ok',
        'chat.update ok',
        'conversations.history ok',
        'chat.delete ok',
        'conversations.history ok',
        'chat.delete message_not_found',
      ]);
      expect(serving.shownTo(HANA)).toEqual([]);

      const page = readFileSync(found.page, 'utf8');
      expect(page).toMatch(/^# Sotto: a message that came and went\n\n- When: 20\d\d-/);
      expect(page).toContain('| removed through the platform | yes: the platform took it away');
      expect(page).toContain('`message_not_found`');
      expect(page).toContain('- To: the operator `hana`, in private chat');
      expect(statSync(found.page).mode & 0o777).toBe(0o600);
      for (const name of ['slack-bot-token', 'slack-signing-secret', 'data-key']) {
        const secret = readFileSync(join(serving.folder, 'secrets', name), 'utf8').trim();
        expect(page + out + serving.output()).not.toContain(secret);
      }
      for (const { slackUser, name } of readSamplePeople(SAMPLE_PEOPLE)) {
        expect(page).not.toContain(slackUser);
        expect(page).not.toContain(name);
      }
    }, 120_000);

    it('is for operators alone, and for whoever says to whom', async () => {
      const before = calls().length;
      for (const [args, says] of [
        [['--live', '--as', 'evan'], 'is no operator'],
        [['--live', '--as', 'nobody'], 'Nobody with that id'],
        [['--live', '--as', 'two words'], 'id in the directory'],
        [['--live'], '--live needs --as'],
        [['--as', 'hana'], 'are for --live'],
      ] as const) {
        const { status, out, err } = await doctor(...args);
        expect([args, status, out]).toEqual([args, 2, '']);
        expect(err).toContain(says);
      }
      expect(calls()).toHaveLength(before);
    }, 120_000);

    it('says what Slack refuses, why, and how to mend it, and ends with 1', async () => {
      serving.slack.fail({ method: 'chat.update', how: 'edit_window_closed' });
      const out = join(serving.folder, 'page.md');
      const ended = await doctor('--live', '--as', 'hana', '--out', out);
      expect(ended.status).toBe(1);
      expect(ended.out).toMatch(
        /FINDING +live +Slack T0SOTTO000: The message could not be filled in \(edit_window_closed\)\..*Message Editing/,
      );
      expect(ended.out).toContain(`What was done is written down in ${out}.`);
      expect(readFileSync(out, 'utf8')).toContain('`edit_window_closed`');
      expect(serving.shownTo(HANA)).toEqual([]);
      // A page is evidence, and nothing is written over it.
      const again = await doctor('--live', '--as', 'hana', '--out', out);
      expect([again.status, again.err]).toEqual([2, expect.stringContaining('EEXIST')]);
    }, 120_000);

    it('is nothing without a Sotto that runs', async () => {
      await serving.kill();
      const ended = await doctor('--live', '--as', 'hana');
      expect([ended.status, ended.err]).toEqual([2, expect.stringContaining('No Sotto runs on the folder')]);
      expect(existsSync(join(serving.folder, 'data', 'live'))).toBe(true);
      expect(readdirSync(join(serving.folder, 'data', 'live'))).toHaveLength(1);
    }, 120_000);
  });
};
