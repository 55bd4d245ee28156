import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { State } from '../../../src/cli/doctor/line.ts';
import { mendOf } from '../../../src/cli/doctor/live-codes.ts';
import { liveLines } from '../../../src/cli/doctor/live-lines.ts';
import { livePage, writeLivePage } from '../../../src/cli/doctor/live-page.ts';
import type { LiveTrip } from '../../../src/core/live/types.ts';

const AT = Date.UTC(2026, 10, 26, 18, 30);
const SCOPES = ['chat:write', 'im:history'];

const trip = (o: Partial<LiveTrip> = {}): LiveTrip => ({
  platform: 'slack',
  tenant: 'T0ACME0000',
  looked: [
    { at: 'token', ok: true, code: 'ok', ms: 20 },
    { at: 'scopes', ok: true, code: 'ok', ms: 20, values: SCOPES },
    { at: 'way-in', ok: true, code: 'ok', ms: 30, values: ['https'] },
  ],
  steps: [
    { step: 'post', ok: true, code: 'ok', at: AT, ms: 120 },
    { step: 'missing', ok: true, code: 'message_not_found', at: AT + 1_000, ms: 80 },
  ],
  state: 'removed',
  limits: { removals: 45, updates: 45 },
  ...o,
});

const said = (o: Partial<LiveTrip>, state: State): string =>
  liveLines(trip(o), SCOPES)
    .filter((line) => line.state === state)
    .map(({ what, why, mend }) => `${what} ${why} ${mend}`)
    .join('\n');

const looked = (at: 'token' | 'scopes' | 'way-in', code: string, values?: readonly string[]): Partial<LiveTrip> => ({
  looked: [{ at, ok: code === 'ok', code, ms: 1, ...(values === undefined ? {} : { values }) }],
});

describe('what doctor says of a live trip', () => {
  it('finds nothing in a good one', () => {
    expect(liveLines(trip(), SCOPES).map(({ state }) => state)).toEqual(['ok', 'ok', 'ok', 'ok', 'ok']);
  });

  it.each([
    ['a token that was revoked', looked('token', 'token_revoked'), /does not take the bot’s token \(token_revoked\)/],
    ['a scope that is missing', looked('scopes', 'ok', ['chat:write']), /lacks im:history.*Paste the manifest/],
    [
      'a scope too many',
      looked('scopes', 'ok', [...SCOPES, 'files:read']),
      /granted files:read besides.*takes its token/,
    ],
    ['an address where somebody else answers', looked('way-in', 'challenge_not_answered', ['https']), /Somebody else/],
    ['an address that does not know the path', looked('way-in', 'http_404', ['https']), /\(http_404\).*proxy/],
    ['a connection that does not stand', looked('way-in', 'not_connected', ['socket']), /No|no connection of Socket/],
    ['a message that is only blanked', { state: 'blanked' }, /says nothing any more/],
    ['a message that stands', { state: 'pending' }, /still stands\. It is tried again/],
    ['a placeholder that stays', { state: 'stays' }, /still stands as a placeholder/],
    ['a message of which nobody knows', { state: 'unverified' }, /nobody can say that it is gone/],
    ['a post whose answer was lost', { state: 'lost' }, /may stand as a placeholder/],
    ['a message that was not posted', { state: 'not-posted' }, /never stood/],
    [
      'a step that failed',
      { steps: [{ step: 'reveal', ok: false, code: 'missing_scope', at: AT, ms: 5 }] },
      /could not be filled in \(missing_scope\)\. Confidential answers stay a placeholder\. Paste the manifest/,
    ],
  ] as const)('finds %s', (_, differs, says) => {
    expect(said(differs, 'finding')).toMatch(says);
  });

  it('only warns where the public address may be out of reach from inside alone', () => {
    for (const code of ['ENOTFOUND', 'ETIMEDOUT', 'public_url_unset'])
      expect([
        said(looked('way-in', code, ['https']), 'finding'),
        said(looked('way-in', code, ['https']), 'warning'),
      ]).toEqual(['', expect.stringContaining(`did not come back (${code})`)]);
  });

  it('mends every code with a sentence, also one that nobody knows', () => {
    for (const platform of ['slack', 'teams'] as const)
      for (const code of ['token_revoked', 'BotNotRegistered', 'ECONNREFUSED', 'constructor', 'never_heard_of'])
        expect(mendOf(code, platform)).toMatch(/^[A-Z].*\.$/);
  });

  it('mends nothing of Teams’ with a page of Slack’s, nor the other way round', () => {
    for (const code of ['http_401', 'http_404', 'public_url_unset']) {
      expect(mendOf(code, 'teams')).not.toMatch(/Slack|slack/);
      expect(mendOf(code, 'slack')).not.toMatch(/Azure|teams/);
    }
  });

  const teams = (o: Partial<LiveTrip>): Partial<LiveTrip> => ({ platform: 'teams', tenant: '5f0c2b1e', ...o });

  it.each([
    [
      'a token that Entra does not give',
      teams(looked('token', 'secrets-unavailable')),
      /Teams does not take.*one app reg/,
    ],
    ['a bot that nobody registered', teams(looked('token', 'BotNotRegistered')), /\(BotNotRegistered\).*Azure Bot/],
    ['an address where somebody else answers', teams(looked('way-in', 'not_ours', ['https'])), /Somebody else answers/],
    ['an address that does not know the path', teams(looked('way-in', 'http_404', ['https'])), /messaging endpoint/],
    [
      'an app that the operator has not added',
      teams({ steps: [{ step: 'post', ok: false, code: 'BotNotInConversationRoster', at: AT, ms: 5 }] }),
      /could not be posted.*add the app in Teams/,
    ],
    [
      'a chat that nobody has written from yet',
      teams({ steps: [{ step: 'post', ok: false, code: 'service_url_unknown', at: AT, ms: 5 }] }),
      /let anybody there write to the bot/,
    ],
  ] as const)('finds on Teams %s', (_, differs, says) => {
    expect(said(differs, 'finding')).toMatch(says);
  });

  it('says on Teams, too, that what is sent reaches Sotto, and only warns where it may be out of reach from inside alone', () => {
    const at = (code: string) => teams(looked('way-in', code, ['https']));
    expect(said(at('ok'), 'ok')).toContain('what Teams sends reaches Sotto: at its public address');
    for (const code of ['ENOTFOUND', 'public_url_unset'])
      expect([said(at(code), 'finding'), said(at(code), 'warning')]).toEqual(['', expect.stringContaining(code)]);
  });
});

describe('the page of a live trip', () => {
  let folder: string | null = null;
  afterEach(() => {
    if (folder !== null) rmSync(folder, { recursive: true, force: true });
  });

  const page = (o: Partial<LiveTrip> = {}, person = 'hana'): string =>
    livePage({
      lived: { at: AT, trips: [trip(o)] },
      person,
      version: '0.7.0',
      lines: liveLines(trip(o), SCOPES),
    });

  it('has the date, each step with its time and answer, and the four states apart', () => {
    const text = page();
    expect(text).toContain('- When: 2026-11-26T18:30:00.000Z');
    expect(text).toContain(
      '| It is looked up, and is not there | 2026-11-26T18:30:01.000Z | 80 ms | `message_not_found` |',
    );
    for (const state of ['removed through', 'shredded in', 'held by the platform’s own', 'never Sotto’s to remove'])
      expect(text).toContain(`| ${state}`);
    expect(text).toContain('ok       live         Slack T0ACME0000: a message was shown');
  });

  it.each(['removed', 'blanked', 'pending', 'stays', 'unverified', 'lost', 'not-posted'] as const)(
    'promises no more than is true of %s',
    (state) => {
      const [, removed = ''] = /\| removed through the platform \| (.*) \|/.exec(page({ state })) ?? [];
      expect(removed.startsWith('yes')).toBe(state === 'removed');
    },
  );

  it('takes no markup from an id or a code', () => {
    const text = page(
      { tenant: 'T0|<b>', steps: [{ step: 'post', ok: false, code: '`x`|y\n# z', at: AT, ms: 1 }], state: 'lost' },
      'ha`na|\n# x',
    );
    expect(text).not.toMatch(/^## .*<b>|^# [xz]/m);
    expect(text).toContain('| `?x??y???z` |');
  });

  it('is written for its owner alone, and never over another one', () => {
    folder = mkdtempSync(join(tmpdir(), 'sotto-live-'));
    const path = writeLivePage({ page: page(), at: AT, dataFolder: folder, out: null });
    expect(path).toBe(join(folder, 'live', 'live-2026-11-26T18-30-00-000Z.md'));
    expect(readFileSync(path, 'utf8')).toBe(page());
    expect(() => writeLivePage({ page: 'x', at: AT, dataFolder: folder ?? '', out: null })).toThrow(
      /cannot be written.*--out/,
    );
    expect(() => writeLivePage({ page: 'x', at: AT, dataFolder: '', out: join(folder ?? '', 'no/such.md') })).toThrow(
      /such\.md cannot be written/,
    );
  });
});
