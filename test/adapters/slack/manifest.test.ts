/** What the adapter does, held against what an admin is asked to grant (Slack requirement 31). */
import { describe, expect, it } from '@jest/globals';
import { lintSlackManifest } from '../../../src/cli/manifest/lint-slack.ts';
import { SCOPE_NEEDS, scopeOfEvent, scopeOfMethod } from '../../../src/cli/manifest/slack-needs.ts';
import { slackVariants } from '../../cli/manifest/support.ts';
import { calledMethods, KNOWN_METHODS, methodsIn, slackSources } from '../../support/slack-methods.ts';

interface Manifest {
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
      const methods = calledMethods();
      expect(methods.filter((method) => scopeOfMethod(method) === undefined)).toEqual([]);
      const events = manifest.settings.event_subscriptions.bot_events;
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
});
