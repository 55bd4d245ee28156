import { describe, expect, it } from '@jest/globals';
import { lintSlackManifest } from '../../../src/cli/manifest/lint-slack.ts';
import { slackManifest } from '../../../src/cli/manifest/slack.ts';
import { changed, PUBLIC_URL, slack } from './support.ts';

interface Manifest {
  readonly features: { readonly slash_commands: readonly object[]; readonly shortcuts: readonly object[] };
  readonly oauth_config: { readonly redirect_urls?: readonly string[] };
  readonly settings: Readonly<Record<string, unknown>>;
}

const made = (o: Partial<Parameters<typeof slackManifest>[0]> = {}): Manifest =>
  JSON.parse(slackManifest({ publicUrl: PUBLIC_URL, ...o })) as Manifest;

describe('the Slack manifest', () => {
  it('has the command and both shortcuts, which leave no question in the channel', () => {
    expect(made().features).toMatchObject({
      slash_commands: [{ command: '/sotto', should_escape: true, url: `${PUBLIC_URL}/slack/events` }],
      shortcuts: [
        { type: 'message', callback_id: 'sotto.ask-privately' },
        { type: 'global', callback_id: 'sotto.ask' },
      ],
    });
  });

  it('listens at the one address that Sotto has for Slack, and at the one for whoever installs it', () => {
    const addresses = JSON.stringify(made()).match(/https:[^"]*/g);
    expect(new Set(addresses)).toEqual(new Set([`${PUBLIC_URL}/slack/events`, `${PUBLIC_URL}/slack/oauth_redirect`]));
    expect(made().oauth_config.redirect_urls).toEqual([`${PUBLIC_URL}/slack/oauth_redirect`]);
  });

  it('has no address in Socket Mode', () => {
    const manifest = made({ publicUrl: null });
    expect(JSON.stringify(manifest)).not.toMatch(/https?:|url/i);
    expect(manifest.settings).toMatchObject({ socket_mode_enabled: true, interactivity: { is_enabled: true } });
  });

  it('is for single workspaces and lasting tokens, unless it is asked otherwise', () => {
    expect(made().settings).toMatchObject({ org_deploy_enabled: false, token_rotation_enabled: false });
    expect(made({ org: true }).settings).toMatchObject({ org_deploy_enabled: true, token_rotation_enabled: false });
    expect(made({ rotate: true }).settings).toMatchObject({ org_deploy_enabled: false, token_rotation_enabled: true });
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
    ['commands without a command', 'features', { bot_user: { display_name: 'sotto' } }, 'neither a slash command nor'],
    ['a scope that a call needs', scopes, ['app_mentions:read', 'commands', 'users:read'], 'Sotto calls chat.delete'],
    ['a scope of an event that is not wanted', events, ['message.im'], '"app_mentions:read", and nothing in this'],
    [
      'an uninstall that nobody hears of',
      events,
      ['message.im', 'team_access_revoked', 'tokens_revoked'],
      'lacks "app_uninstalled"',
    ],
    [
      'a workspace taken out that nobody hears of',
      events,
      ['message.im', 'app_uninstalled', 'tokens_revoked'],
      'lacks "team_access_revoked"',
    ],
    ['a revocation that nobody hears of', events, ['message.im', 'app_uninstalled'], 'lacks "tokens_revoked"'],
    ['a command that reaches nobody', 'features.slash_commands[0].url', undefined, '/sotto would reach nobody'],
    ['a shortcut with a name too long', 'features.shortcuts[0].name', 'S'.repeat(25), 'features.shortcuts[0].name'],
    ['a shortcut of no kind', 'features.shortcuts[0].type', 'everywhere', 'features.shortcuts[0].type'],
    [
      'a redirect to elsewhere',
      'oauth_config.redirect_urls',
      ['https://sotto.example.com/x'],
      '/slack/oauth_redirect alone',
    ],
    [
      'a redirect by http',
      'oauth_config.redirect_urls',
      ['http://sotto.example.com/slack/oauth_redirect'],
      'plain http',
    ],
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
    ['a command without its scope', scopes, ['chat:write', 'app_mentions:read', 'im:history'], '"commands" is missing'],
    ['a command that guesses names', 'features.slash_commands[0].should_escape', false, 'should_escape'],
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

  it('takes ranges of addresses, and a manifest without mentions', () => {
    const ranges = changed(slack(), 'settings.allowed_ip_address_ranges', ['203.0.113.0/24', '203.0.113.7']);
    expect(lintSlackManifest(ranges)).toEqual([]);
    const quiet = changed(
      changed(ranges, scopes, ['chat:write', 'commands', 'im:history', 'users:read', 'users:read.email']),
      events,
      ['message.im', 'app_home_opened', 'app_uninstalled', 'team_access_revoked', 'tokens_revoked'],
    );
    expect(lintSlackManifest(quiet)).toEqual([]);
  });

  it('finds renewed tokens that nobody could be given, and buttons that are off in Socket Mode', () => {
    const rotating = changed(made({ rotate: true }), 'oauth_config.redirect_urls', []);
    expect(lintSlackManifest(rotating).join()).toContain('come by OAuth alone');
    const off = changed(made({ publicUrl: null }), 'settings.interactivity.is_enabled', false);
    expect(lintSlackManifest(off)).toEqual([expect.stringContaining('no button')]);
  });

  it.each([null, [], 'text', 7, {}, { display_information: [] }])(
    'answers %j with sentences, not with an error',
    (value) => {
      expect(lintSlackManifest(value).length).toBeGreaterThan(0);
    },
  );
});
