import { describe, expect, it } from '@jest/globals';
import { createReader, type Look } from '../../../src/adapters/key-vault/reader.ts';
import type { Version } from '../../../src/adapters/key-vault/versions.ts';
import { SottoError } from '../../../src/core/errors.ts';

/** An error as the vendor throws it. */
const rest = (statusCode: number, inner: string): Error =>
  Object.assign(new Error('Operation failed'), {
    statusCode,
    code: 'Forbidden',
    details: { error: { innererror: { code: inner } } },
  });

const version = (id: string, created: number): Version => ({ id, created, enabled: true, from: null, until: null });

describe('a version that changes between the list and the reading', () => {
  const look = (values: Readonly<Record<string, string | Error>>): Promise<Look> =>
    createReader({
      vault: {
        versions: async () => [version('new', 3), version('middle', 2), version('old', 1)],
        value: async (_, id) => {
          const value = values[id];
          if (typeof value !== 'string') throw value;
          return value;
        },
      },
      named: { vault: 'acme', host: 'acme.vault.azure.net' },
      clock: { now: () => 10, sleep: async () => undefined },
      random: { id: () => 'id', fraction: () => 0 },
      keep: () => 2,
      untilDisabled: () => false,
      lookMs: 5_000,
    }).look('data-key', []);

  it('gives way to the one before it, whether it was disabled or deleted', async () => {
    for (const gone of [rest(403, 'SecretDisabled'), rest(404, 'SecretNotFound')])
      expect(await look({ new: gone, middle: 'm', old: 'o' })).toMatchObject({
        kind: 'held',
        held: [{ value: 'm' }, { value: 'o' }],
      });
  });

  it('leaves nothing where all of them do', async () => {
    const disabled = rest(403, 'SecretDisabled');
    const deleted = rest(404, 'SecretNotFound');
    expect(await look({ new: disabled, middle: disabled, old: disabled })).toMatchObject({
      kind: 'none',
      code: 'disabled',
    });
    expect(await look({ new: deleted, middle: deleted, old: deleted })).toMatchObject({
      kind: 'none',
      code: 'missing',
    });
  });

  it('that cannot be a secret is passed over behind a newer one, and is refused where it is the newest', async () => {
    const empty = new SottoError('settings', 'It is empty.');
    expect(await look({ new: 'n', middle: empty, old: 'o' })).toMatchObject({
      kind: 'held',
      held: [{ value: 'n' }, { value: 'o' }],
    });
    expect(await look({ new: empty, middle: 'm', old: 'o' })).toMatchObject({ kind: 'failed', code: 'settings' });
  });

  it('KV9 is no excuse for reading an older one where the right is lacking', async () => {
    expect(await look({ new: rest(403, 'AccessDenied'), middle: 'm', old: 'o' })).toMatchObject({
      kind: 'failed',
      code: 'forbidden',
      refusal: { code: 'secrets-unavailable', message: expect.stringMatching(/"get" secrets \(AccessDenied\)/) },
    });
  });
});
