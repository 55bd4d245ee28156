import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { lintSlackManifest } from '../../../src/cli/manifest/lint-slack.ts';
import type { BotScope } from '../../../src/cli/manifest/slack.ts';
import { changed, PUBLIC_URL, slack } from './support.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');

/** The scope that a bot needs for a method (Slack's method reference, August 2026); null: any token will do. */
const SCOPE_OF_METHOD: Readonly<Record<string, readonly BotScope[]>> = {
  'auth.test': [],
  'chat.delete': ['chat:write'],
  'chat.postEphemeral': ['chat:write'],
  'chat.postMessage': ['chat:write'],
  'chat.update': ['chat:write'],
  // Of private chats alone: Sotto looks up what it posted there itself.
  'conversations.history': ['im:history'],
  // With the address, by which a person is found in Entra.
  'users.info': ['users:read', 'users:read.email'],
  'users.lookupByEmail': ['users:read.email'],
  'views.open': [],
  'views.publish': [],
  'views.update': [],
};

const SCOPE_OF_EVENT: Readonly<Record<string, readonly BotScope[]>> = {
  app_home_opened: [],
  app_mention: ['app_mentions:read'],
  'message.im': ['im:history'],
};

/** Methods of the Web API that some source calls on a client, as in `client.chat.postMessage(`. */
const methodsIn = (source: string): readonly string[] =>
  [...source.matchAll(/\bclient\s*\.\s*([a-z]+)\s*\.\s*([a-zA-Z]+)\s*\(/g)].map(([, of, method]) => `${of}.${method}`);

const adapter = readdirSync(join(ROOT, 'src/adapters/slack')).map((name) =>
  readFileSync(join(ROOT, 'src/adapters/slack', name), 'utf8'),
);

describe('the methods that the adapter calls', () => {
  it('are found in its source, however a call is wrapped', () => {
    expect(methodsIn('(client) =>\n  client\n    .views\n    .open({})')).toEqual(['views.open']);
    const called = adapter.flatMap(methodsIn);
    for (const method of ['chat.postMessage', 'chat.update', 'chat.delete', 'chat.postEphemeral', 'auth.test'])
      expect(called).toContain(method);
  });

  it('are called by their own names only, so that none is overlooked', () => {
    for (const source of adapter) expect(source).not.toMatch(/\bapiCall\b|\bclient\s*\[|\bclient\s*\?\./);
  });
});

describe('the Slack manifest', () => {
  const manifest = slack() as {
    readonly oauth_config: { readonly scopes: { readonly bot: readonly string[] } };
    readonly settings: { readonly event_subscriptions: { readonly bot_events: readonly string[] } };
  };

  it('has nothing that Slack or its reviewers would mind', () => {
    expect(lintSlackManifest(manifest)).toEqual([]);
  });

  it('asks for the scopes of what is called and listened to, and for no other', () => {
    const methods = adapter.flatMap(methodsIn);
    expect(methods.filter((method) => !Object.hasOwn(SCOPE_OF_METHOD, method))).toEqual([]);
    const events = manifest.settings.event_subscriptions.bot_events;
    const needed = new Set([
      ...methods.flatMap((method) => SCOPE_OF_METHOD[method] ?? []),
      ...events.flatMap((event) => SCOPE_OF_EVENT[event] ?? []),
    ]);
    expect(manifest.oauth_config.scopes.bot.toSorted()).toEqual([...needed].toSorted());
  });

  it('subscribes to what the adapter handles, and to nothing else', () => {
    const handled = adapter.flatMap((source) =>
      [...source.matchAll(/app\.event\('([a-z_]+)'/g)].map(([, name]) => name),
    );
    const { bot_events: subscribed } = manifest.settings.event_subscriptions;
    expect(subscribed.map((name) => name.split('.')[0]).filter((name) => !handled.includes(name))).toEqual([]);
    expect(lintSlackManifest(changed(slack(), 'features.app_home.home_tab_enabled', false))).toHaveLength(1);
  });

  it('listens at the one address that Sotto has for Slack', () => {
    const addresses = JSON.stringify(manifest).match(/https:[^"]*/g);
    expect(new Set(addresses)).toEqual(new Set([`${PUBLIC_URL}/slack/events`]));
  });
});

describe('the lint of a Slack manifest', () => {
  const scopes = 'oauth_config.scopes.bot';
  const events = 'settings.event_subscriptions.bot_events';

  it.each([
    ['an invented scope', scopes, ['chat:write', 'app_mentions:read', 'im:history', 'chat:wirte'], 'chat:wirte'],
    [
      'a scope that hears channels',
      scopes,
      ['app_mentions:read', 'im:history', 'channels:history'],
      'channels:history',
    ],
    ['a scope of files', scopes, ['app_mentions:read', 'im:history', 'files:read'], 'files:read'],
    ['a scope of administrators', scopes, ['app_mentions:read', 'im:history', 'admin.users:read'], 'admin.users:read'],
    ['a scope to post anywhere', scopes, ['app_mentions:read', 'im:history', 'chat:write.public'], 'nobody invited'],
    ['a scope named twice', scopes, ['app_mentions:read', 'im:history', 'im:history'], 'twice'],
    ['a scope named like an object’s own', scopes, ['app_mentions:read', 'im:history', 'constructor'], 'constructor'],
    ['commands without a command', scopes, ['app_mentions:read', 'im:history', 'commands'], 'no slash command'],
    ['a scope of users', 'oauth_config.scopes.user', ['search:read'], 'own names'],
    ['an invented event', events, ['message.im', 'app_mention', 'app_mentioned'], 'app_mentioned'],
    ['an event named like an object’s own', events, ['message.im', 'toString'], 'toString'],
    ['an event whose scope is missing', scopes, ['chat:write', 'im:history'], '"app_mentions:read" only'],
    ['an event of users', 'settings.event_subscriptions.user_events', ['message.im'], 'user_events'],
    ['http', 'settings.event_subscriptions.request_url', 'http://sotto.example.com/slack/events', 'plain http'],
    ['another path', 'settings.interactivity.request_url', 'https://sotto.example.com/slack', '/slack/events alone'],
    ['another host', 'settings.interactivity.request_url', 'https://b.example.com/slack/events', 'several hosts'],
    ['no host', 'settings.interactivity.request_url', '{{PUBLIC_URL}}/slack/events', 'nobody filled in'],
    ['no address for events', 'settings.event_subscriptions.request_url', undefined, 'request_url is missing'],
    ['no address for buttons', 'settings.interactivity.request_url', undefined, 'request_url is missing'],
    ['no buttons', 'settings.interactivity.is_enabled', false, 'no button'],
    ['no interactivity', 'settings.interactivity', undefined, 'no button'],
    ['Socket Mode with addresses', 'settings.socket_mode_enabled', true, 'Choose one'],
    ['a command without its scope', 'features.slash_commands', [{ command: '/sotto', description: 'x' }], '"commands"'],
    ['no bot', 'features.bot_user', undefined, 'need a bot'],
    ['a private chat nobody can write in', 'features.app_home.messages_tab_read_only_enabled', true, 'in private'],
    ['a Home tab that nobody fills', events, ['message.im', 'app_mention'], 'stays empty'],
    ['no Home tab, though it is waited for', 'features.app_home.home_tab_enabled', false, 'no Home tab'],
    ['an unknown key', 'settings.socket_mode', true, '"socket_mode"'],
    ['an unknown key at the top', 'setting', {}, '"setting"'],
    ['a name too long', 'display_information.name', 'S'.repeat(36), 'display_information.name'],
    ['a description too long', 'display_information.description', 'S'.repeat(141), 'display_information.description'],
    ['a long description too short', 'display_information.long_description', 'short', 'long_description'],
    ['a bot’s name in capitals', 'features.bot_user.display_name', 'Sotto', 'small letters'],
    ['a colour that is none', 'display_information.background_color', 'teal', 'colour'],
    ['an address range of another kind', 'settings.allowed_ip_address_ranges', ['::1/128'], 'IPv4'],
  ])('finds %s', (_, path, to, said) => {
    const found = lintSlackManifest(changed(slack(), path, to));
    expect(found.join('\n')).toContain(said);
  });

  it('takes what Sotto may need one day', () => {
    const ranges = changed(slack(), 'settings.allowed_ip_address_ranges', ['203.0.113.0/24', '203.0.113.7']);
    expect(lintSlackManifest(ranges)).toEqual([]);
    const all = ['message.im', 'app_mention', 'app_home_opened', 'app_uninstalled', 'tokens_revoked'];
    const more = changed(ranges, events, all);
    expect(lintSlackManifest(more)).toEqual([]);
  });

  it.each([null, [], 'text', 7, {}, { display_information: [] }])(
    'answers %j with sentences, not with an error',
    (value) => {
      expect(lintSlackManifest(value).length).toBeGreaterThan(0);
    },
  );
});
