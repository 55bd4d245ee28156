/** What the adapter does, held against what an admin is asked to grant (Slack requirement 31). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { lintSlackManifest } from '../../../src/cli/manifest/lint-slack.ts';
import { SCOPE_NEEDS, SCOPELESS_EVENTS, scopeOfEvent, scopeOfMethod } from '../../../src/cli/manifest/slack-needs.ts';
import { slackVariants } from '../../cli/manifest/support.ts';
import { calledMethods, KNOWN_METHODS, methodsIn, slackSources } from '../../support/slack-methods.ts';
import { tokensOf } from '../../support/source-tokens.ts';

interface Manifest {
  readonly features: {
    readonly shortcuts: readonly { readonly callback_id: string }[];
    readonly slash_commands: readonly { readonly command: string }[];
  };
  readonly oauth_config: { readonly scopes: { readonly bot: readonly string[] } };
  readonly settings: { readonly event_subscriptions: { readonly bot_events: readonly string[] } };
}

const variants = slackVariants().map(({ name, manifest }) => [name, manifest as Manifest] as const);

describe('the scopes of the manifest', () => {
  it.each(variants)('R31 the lint of the manifest passes offline: %s', (_, manifest) => {
    const { fetch } = globalThis;
    globalThis.fetch = () => {
      throw new Error('a lint asks nobody');
    };
    try {
      expect(lintSlackManifest(manifest)).toEqual([]);
    } finally {
      globalThis.fetch = fetch;
    }
  });

  it.each(variants)(
    'R31 the scopes are those of the methods that are called, of the events and the features: %s',
    (_, manifest) => {
      const called = calledMethods();
      expect(called.filter((method) => scopeOfMethod(method) === undefined)).toEqual([]);
      const events = manifest.settings.event_subscriptions.bot_events;
      // User groups are read only where Slack is the directory, and then their changes are heard of.
      const groups = events.some((event) => event.startsWith('subteam_'));
      const methods = called.filter((method) => groups || scopeOfMethod(method) !== 'usergroups:read');
      const needed = [...methods.map(scopeOfMethod), ...events.map(scopeOfEvent)].filter(
        (scope) => typeof scope === 'string',
      );
      // The commands, which no method and no event is about.
      expect(manifest.oauth_config.scopes.bot.toSorted()).toEqual([...new Set([...needed, 'commands'])].toSorted());
    },
  );

  it('R31 no scope is kept for a method that nobody calls any more', () => {
    const called = calledMethods();
    const listed = Object.values(SCOPE_NEEDS).flatMap(({ methods }): readonly string[] => methods);
    expect(listed.filter((method) => !called.includes(method))).toEqual([]);
  });

  it('R31 every call is found in the source, however it is wrapped', () => {
    expect(KNOWN_METHODS.size).toBeGreaterThan(200);
    expect(methodsIn('(client) =>\n  client\n    .views\n    .open({})')).toEqual(['views.open']);
    expect(methodsIn('new WebClient(token, {}).oauth.v2.access({})')).toEqual(['oauth.v2.access']);
    expect(methodsIn("post(url, 'apps.connections.open')")).toEqual(['apps.connections.open']);
    expect(methodsIn('// client.chat.delete()')).toEqual([]);
    for (const method of ['chat.postMessage', 'chat.update', 'chat.delete', 'chat.postEphemeral', 'auth.test'])
      expect(calledMethods()).toContain(method);
  });

  it('R31 no call goes past that: by a name put together, or by a client of another name', () => {
    for (const { path, text } of slackSources()) {
      expect([path, /\bapiCall\s*\(|\bclient\s*(?:\?\.)?\s*\[/.exec(text)?.[0] ?? null]).toEqual([path, null]);
      const aliased = [...text.matchAll(/(\w+)\s*[=:]\s*(?:await\s+)?new WebClient\b/g)].map(([, name = '']) => name);
      expect([path, aliased.filter((name) => !/client$/i.test(name))]).toEqual([path, []]);
    }
  });

  it('R31 each scope has its reason in the guide, with all that needs it and nothing else', () => {
    const guide = readFileSync(join(import.meta.dirname, '../../../docs/install-slack.md'), 'utf8');
    const [, table = ''] = /## Scopes, and why\n[\s\S]*?\n(\| scope \|[\s\S]*?)\n\n/.exec(guide) ?? [];
    const rows = table
      .split('\n')
      .slice(2)
      .map((row) => row.split('|').map((cell) => cell.trim()));
    const said = rows.map(([, scope = '', needs = '', why = '']) => {
      const named = [...needs.matchAll(/`([a-z_.A-Z]+)`/g)].map(([, name = '']) => name);
      return { scope: scope.replaceAll('`', ''), named: named.toSorted(), reasoned: why.length > 20 };
    });
    const due = Object.entries(SCOPE_NEEDS).map(([scope, { methods, events }]) => ({
      scope,
      named: [...methods, ...events].toSorted(),
      reasoned: true,
    }));
    expect(said).toEqual(due);
    const [, free = ''] = /Events that need no scope: (.*)\n/.exec(guide) ?? [];
    for (const event of SCOPELESS_EVENTS) expect(free).toContain(`\`${event}\``);
  });

  it('R31 the guide counts as Slack will, so that whoever pastes another manifest sees it', () => {
    const guide = readFileSync(join(import.meta.dirname, '../../../docs/install-slack.md'), 'utf8');
    const words = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten'];
    for (const [, { oauth_config: oauth, settings, features }] of variants) {
      const scopes = words[oauth.scopes.bot.length];
      const events = words[settings.event_subscriptions.bot_events.length];
      expect(features.slash_commands).toHaveLength(1);
      expect(features.shortcuts).toHaveLength(2);
      expect(guide).toContain(`shows ${scopes} bot scopes, ${events} events, one slash command and two shortcuts`);
    }
  });

  it('R31 nothing is subscribed to that the adapter does not handle', () => {
    const strings = new Set(
      slackSources().flatMap(({ text }) =>
        tokensOf(text).flatMap(({ kind, text: name }) => (kind === 'string' ? [name] : [])),
      ),
    );
    for (const [, manifest] of variants) {
      const { bot_events: events } = manifest.settings.event_subscriptions;
      expect(events.filter((event) => !strings.has(event.split('.')[0] ?? ''))).toEqual([]);
    }
    for (const { callback_id: id } of variants.flatMap(([, { features }]) => features.shortcuts))
      expect([id, strings.has(id)]).toEqual([id, true]);
    for (const { command } of variants.flatMap(([, { features }]) => features.slash_commands))
      expect([command, strings.has(command)]).toEqual([command, true]);
  });
});
