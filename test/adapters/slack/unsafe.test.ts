/** Slack requirement 28: what would let anybody speak for Slack, or prints what people say, does not start. Whole starts: test/install/start-up.test.ts. */
import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { EventsWay } from '../../../src/adapters/slack/slack.ts';
import { printing, readConfig } from '../../../src/config.ts';
import { missingSecrets, neededSecrets } from '../../../src/main/secrets.ts';
import { openSlack, type SlackBench, TOKEN } from './support.ts';

let bench: SlackBench | null = null;
afterEach(async () => {
  await bench?.close();
  bench = null;
});

const secret =
  (...accepted: readonly string[]) =>
  async () => ({ current: accepted[0] ?? '', accepted });
const http = (...accepted: readonly string[]): EventsWay => ({ via: 'http', signingSecret: secret(...accepted) });
const socket = (...accepted: readonly string[]): EventsWay => ({
  via: 'socket',
  appToken: secret(...accepted),
  random: { fraction: () => 0 },
});

/** The settings of a set-up that starts. */
const GOOD = {
  SOTTO_VAULT: 'files:./secrets',
  SOTTO_DIRECTORY: 'file:./people.yaml',
  SOTTO_BACKENDS: './backends',
  SLACK_APP_ID: 'A0SOTTO000',
  SLACK_TEAM_IDS: 'T0SOTTO000',
};
const findings = (env: Readonly<Record<string, string>>): string => {
  const read = readConfig({ ...GOOD, ...env });
  return read.ok ? '' : read.findings.join('\n');
};

describe('what proves that it is Slack', () => {
  it.each([
    { what: 'an empty signing secret', events: http('') },
    { what: 'a short signing secret', events: http('fifteen-letters') },
    { what: 'a short one among those that are still accepted', events: http('x'.repeat(32), 'x') },
    { what: 'an empty app-level token', events: socket('') },
    { what: 'the bot’s own token in its place', events: socket(TOKEN) },
    {
      what: 'one among those that are still accepted that is another',
      events: socket('xapp-1-abcdefgh', 'xoxp-1-2-3'),
    },
  ])('R28 does not start with $what, and does not repeat it', async ({ events }) => {
    bench = await openSlack({ adapter: { events }, connects: false });
    const refused = await bench.slack.start().catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'settings' });
    expect(String(refused)).not.toMatch(/fifteen-letters|xoxp-1|of-the-tests/);
  });

  it('R28 is what each way needs and no more: a socket is opened without a signing secret, http without an app-level token', async () => {
    expect(neededSecrets({ slack: { mode: 'http', oauth: null }, teams: null })).not.toContain('slack-app-token');
    expect(neededSecrets({ slack: { mode: 'http', oauth: null }, teams: null })).toContain('slack-signing-secret');
    expect(neededSecrets({ slack: { mode: 'socket', oauth: null }, teams: null })).not.toContain(
      'slack-signing-secret',
    );
    expect(neededSecrets({ slack: { mode: 'socket', oauth: null }, teams: null })).toContain('slack-app-token');
    expect(neededSecrets({ slack: null, teams: null }).join()).not.toContain('slack');
  });

  it.each([
    ['slack-signing-secret', 'fifteen-letters', 'too short'],
    ['slack-app-token', 'xoxb-1-2-abcdefgh', 'no app-level token'],
    ['slack-bot-token', 'xapp-1-abcdefgh', 'no token of a bot'],
  ])('R28 is looked at in the vault before anything starts: %s', async (name, value, words) => {
    const [found = ''] = await missingSecrets({ get: secret(value) }, [name]);
    expect(found).toContain(words);
    expect(found).not.toContain(value);
    const good = {
      'slack-signing-secret': 'x'.repeat(16),
      'slack-app-token': 'xapp-1-abcdefgh',
      'slack-bot-token': TOKEN,
    };
    expect(await missingSecrets({ get: secret(good[name as keyof typeof good]) }, [name])).toEqual([]);
  });
});

describe('what would switch a check off', () => {
  it.each([
    'SLACK_SIGNATURE_VERIFICATION',
    'SLACK_DEVELOPER_MODE',
    'SLACK_SOCKET_MODE',
    'SLACK_LOG_LEVEL',
    'SLACK_CLOCK_TOLERANCE',
  ])('R28 does not start with %s, which is no setting', (name) => {
    expect(findings({})).toBe('');
    expect(findings({ [name]: 'false' })).toContain(`${name} is not a setting`);
  });

  it.each(['SOCKET', 'both', 'websocket'])('R28 does not start with SLACK_MODE=%s', (mode) => {
    expect(findings({ SLACK_MODE: mode })).toContain(`SLACK_MODE is "${mode}"`);
    expect(findings({ SLACK_MODE: 'socket' })).toBe('');
  });

  it('R28 is nowhere in the adapter: neither developerMode nor signatureVerification, and Bolt gets no receiver of its own', () => {
    const folder = 'src/adapters/slack';
    const source = readdirSync(folder).map((name) => readFileSync(`${folder}/${name}`, 'utf8'));
    expect(source.length).toBeGreaterThan(20);
    for (const text of source) {
      expect(text).not.toMatch(/developerMode|signatureVerification|HTTPReceiver|ExpressReceiver|socketMode:/);
    }
  });
});

describe('what would print what people say', () => {
  it.each([
    ['DEBUG', '*'],
    ['DEBUG', 'bolt*'],
    ['NODE_DEBUG', 'http,net'],
  ])('R28 does not start with %s=%s', (name, value) => {
    expect(printing({})).toEqual([]);
    expect(printing({ [name]: value }).join()).toContain(`${name} is set`);
    expect(findings({ [name]: value })).toContain(`${name} is set`);
  });
});
