import { describe, expect, it } from '@jest/globals';
import { createEntraDirectory, type EntraOptions } from '../../../src/adapters/entra/entra.ts';
import { createFakeClock } from '../../support/fake-clock.ts';

const GUID = 'aaaaaaaa-0000-4000-8000-000000000001';

const made = (changed: Partial<EntraOptions>): string => {
  const quiet = () => undefined;
  try {
    createEntraDirectory({
      tenantId: GUID,
      token: async () => '',
      unsafeGraphUrl: null,
      groups: new Map([['payroll', GUID]]),
      slackEmail: null,
      clock: createFakeClock(),
      log: { info: quiet, warn: quiet, error: quiet },
      metrics: { count: quiet, observe: quiet },
      random: { id: () => '', fraction: () => 0 },
      ...changed,
    });
    return 'made';
  } catch (error) {
    const { code, message } = error as { readonly code?: string; readonly message?: string };
    return code === 'settings' ? (message ?? '') : 'another error';
  }
};

describe('the settings of an Entra directory', () => {
  it('are taken where they are right', () => {
    expect(made({})).toBe('made');
    expect(made({ unsafeGraphUrl: 'http://127.0.0.1:4000/standin/graph/' })).toBe('made');
    expect(made({ unsafeGraphUrl: 'http://[::1]:4000', staleMs: 0, groups: new Map() })).toBe('made');
    expect(made({ groups: new Map([['contractor', GUID.toUpperCase()]]) })).toBe('made');
  });

  it('send the token nowhere but to Graph and to this machine', () => {
    for (const unsafeGraphUrl of [
      'https://graph.example.com',
      'http://graph.microsoft.com',
      'https://127.0.0.1.example.com',
      'https://user:word@localhost',
      'http://localhost/?a=b',
      'ftp://localhost',
      'localhost',
      '',
    ]) {
      expect([unsafeGraphUrl, made({ unsafeGraphUrl })]).toEqual([
        unsafeGraphUrl,
        expect.stringContaining('GRAPH_URL'),
      ]);
    }
  });

  it('name a tenant by its id', () => {
    for (const tenantId of ['', 'common', 'example.onmicrosoft.com', `${GUID}x`]) {
      expect([tenantId, made({ tenantId })]).toEqual([tenantId, expect.stringContaining('tenant')]);
    }
  });

  it('let no group say what somebody is by their account', () => {
    for (const word of ['employee', 'guest', 'external']) {
      expect(made({ groups: new Map([[word, GUID]]) })).toContain(`"${word}"`);
    }
  });

  it('are refused with everything that is wrong with the groups', () => {
    const message = made({
      groups: new Map([
        ['pay roll', GUID],
        ['hr', 'HR'],
        ['guest', GUID],
      ]),
    });
    expect(message.split('\n')).toHaveLength(3);
    const many = new Map(Array.from({ length: 201 }, (_, n) => [`g${n}`, GUID] as const));
    expect(made({ groups: many })).toContain('200');
  });

  it('bound how long somebody is known from before', () => {
    for (const staleMs of [-1, 1.5, Number.NaN, 24 * 60 * 60_000 + 1]) {
      expect([staleMs, made({ staleMs })]).toEqual([staleMs, expect.stringContaining('24 hours')]);
    }
  });
});
