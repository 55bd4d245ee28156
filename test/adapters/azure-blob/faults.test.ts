import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import type { BackupPlace } from '../../../src/core/backup-ports.ts';
import type { BlobFault } from '../../stand-ins/azure/blob.ts';
import { openStages } from './support.ts';

const open = openStages();

const one = { kind: 'state', name: 'one', bytes: Buffer.from('words that nobody may see') } as const;

const VERBS: Readonly<Record<string, (place: BackupPlace) => Promise<unknown>>> = {
  list: (place) => place.list('state'),
  read: (place) => place.read({ kind: 'state', name: 'one', mostBytes: 1_000 }),
  write: (place) => place.write({ ...one, name: 'two' }),
  remove: (place) => place.remove('one'),
};

/** Everything that a refusal shows, causes among it. */
const shown = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    (value) => `no refusal: ${inspect(value)}`,
    (error: unknown) => inspect(error, { depth: 10, showHidden: true }),
  );

describe.each(Object.entries(VERBS))('the verb %s', (_name, verb) => {
  it.each<[string, BlobFault, string]>([
    [
      'a role is missing',
      { kind: 'status', status: 403, code: 'AuthorizationPermissionMismatch' },
      'Storage Blob Data Contributor',
    ],
    ['the firewall says no', { kind: 'status', status: 403, code: 'AuthorizationFailure' }, 'network rules'],
    [
      'the container is not there',
      { kind: 'status', status: 404, code: 'ContainerNotFound' },
      'az storage container create',
    ],
    [
      'the token is not taken',
      { kind: 'challenge', resource: 'https://storage.azure.com' },
      "does not accept Sotto's token",
    ],
    ['it is redirected', { kind: 'redirect' }, 'answered what no Blob Storage answers here'],
    ['it is too busy', { kind: 'status', status: 503, code: 'ServerBusy' }, 'too much to do (ServerBusy)'],
    ['it fails inside', { kind: 'status', status: 500, code: 'InternalError' }, 'cannot be reached (InternalError)'],
    ['the connection breaks', { kind: 'reset' }, 'cannot be reached'],
  ])('is refused in words where %s', async (_why, fault, words) => {
    const { place, blob, azure } = await open();
    await place.write(one);
    blob.fail(fault);
    const said = await shown(verb(place));
    expect(said).toContain("code: 'backup-unavailable'");
    expect(said).toContain(words);
    for (const token of azure.authority.tokens()) expect(said).not.toContain(token);
    expect(said).not.toContain('words that nobody');
    expect(said.toLowerCase()).not.toContain('authorization:');
  });

  it('ends by its own deadline where nobody answers', async () => {
    const { place, blob, make } = await open();
    await place.write(one);
    blob.fail({ kind: 'hang' });
    const said = await shown(verb(make({ callMs: 150, verbMs: 400 })));
    expect(said).toContain('did not answer in time');
  });

  it('is tried again where it may pass, and done', async () => {
    const { place, blob, waits } = await open();
    await place.write(one);
    blob.fail({ kind: 'status', status: 503, code: 'ServerBusy', retryAfterSeconds: 3, times: 1 });
    blob.fail({ kind: 'reset', times: 1 });
    await verb(place);
    expect(waits).toEqual([3_000, 2_000]);
  });

  it('is not tried again where another try brings nothing', async () => {
    const { place, blob, waits } = await open();
    await place.write(one);
    const before = blob.calls().length;
    blob.fail({ kind: 'status', status: 403, code: 'AuthorizationPermissionMismatch' });
    await shown(verb(place));
    expect(blob.calls().length - before).toBe(1);
    expect(waits).toEqual([]);
  });

  it('follows no redirect, not even to its own host', async () => {
    const { place, blob } = await open();
    await place.write(one);
    const before = blob.calls().length;
    blob.fail({ kind: 'redirect', times: 1 });
    expect(await shown(verb(place))).toContain('answered what no Blob Storage answers here');
    expect(blob.calls().length - before).toBe(1);
  });

  it('does not wait for longer than is sensible: the next backup tries again', async () => {
    const { place, blob, waits } = await open();
    blob.fail({ kind: 'status', status: 429, code: 'TooManyRequests', retryAfterSeconds: 3_600 });
    expect(await shown(verb(place))).toContain('too much to do');
    expect(waits).toEqual([]);
  });
});

describe('a token', () => {
  it('for something else is never asked for, whatever the other side demands', async () => {
    const { place, blob, azure } = await open();
    blob.fail({ kind: 'challenge', resource: 'https://vault.azure.net' });
    expect(await shown(place.list('state'))).toContain('asked for a token for something else');
    const given = azure.authority.tokens().map((token) => azure.authority.issued(token)?.scope);
    expect(given).toEqual(['https://storage.azure.com/.default']);
  });

  it('that Azure does not give is said in Azure’s code, and nothing is sent', async () => {
    const { place, blob, azure } = await open();
    azure.authority.mode('500');
    expect(await shown(place.write(one))).toContain('Azure gave no token');
    expect(blob.calls()).toEqual([]);
  });

  it('that has ended is replaced', async () => {
    const { place, azure } = await open();
    await place.write(one);
    azure.authority.expireAll();
    // The credential still believes in it for its hour; what the storage says counts for this call, and is said.
    expect(await shown(place.list('state'))).toContain("does not accept Sotto's token");
  });
});

describe('what is written', () => {
  it('although the answer was lost counts as written, once', async () => {
    const { place, blob } = await open();
    blob.fail({ on: 'put', kind: 'lost', times: 2 });
    expect(await place.write(one)).toBe('written');
    expect(await place.list('state')).toEqual([{ name: 'one', bytes: one.bytes.length }]);
  });

  it('by somebody else meanwhile counts as being there', async () => {
    const { place, blob } = await open();
    await place.write({ ...one, bytes: Buffer.from('another, of the same length') });
    blob.fail({ on: 'put', kind: 'reset', times: 1 });
    expect(await place.write(one)).toBe('exists');
  });
});

describe('what is read', () => {
  it.each(['damage', 'short'] as const)('is read again where it arrives wrong: %s', async (kind) => {
    const { place, blob } = await open();
    await place.write(one);
    blob.fail({ on: 'get', kind, times: 1 });
    expect(await place.read({ kind: 'state', name: 'one', mostBytes: 1_000 })).toEqual(one.bytes);
  });

  it('is given up where it stops coming', async () => {
    const { place, blob, make } = await open();
    await place.write(one);
    blob.fail({ on: 'get', kind: 'stall' });
    const read = make({ callMs: 150 }).read({ kind: 'state', name: 'one', mostBytes: 100 });
    expect(await shown(read)).toContain('did not answer in time');
  });

  it('is refused where it always arrives wrong', async () => {
    const { place, blob } = await open();
    await place.write(one);
    blob.fail({ on: 'get', kind: 'damage' });
    expect(await shown(VERBS['read']?.(place) ?? Promise.resolve())).toContain('what arrived is not what was sent');
  });

  it('is not fetched where it says that it is too large', async () => {
    const { place, blob } = await open();
    await place.write(one);
    // All but its last byte would fit.
    blob.fail({ on: 'get', kind: 'short' });
    await expect(place.read({ kind: 'state', name: 'one', mostBytes: one.bytes.length - 1 })).rejects.toMatchObject({
      code: 'backup-invalid',
    });
    expect(blob.calls().filter((call) => call.startsWith('get'))).toHaveLength(1);
  });
});

describe('the address', () => {
  it.each([
    ['https://acme1.blob.core.windows.net.example.com/sotto', false],
    ['http://acme1.blob.core.windows.net/sotto', false],
    ['https://acme1.blob.core.windows.net/sotto?sig=hunter2', false],
    ['https://acme1.blob.core.windows.net/sotto/inner', false],
    ['https://localhost/devstoreaccount1/sotto', false],
    ['https://acme1.blob.core.windows.net/sotto', true],
    ['https://10.0.0.1/devstoreaccount1/sotto', true],
  ])('%s (a stand-in: %s) is refused, and no key in it is repeated', async (url, unsafeStandIn) => {
    const { make } = await open();
    expect(() => make({ url, unsafeStandIn })).toThrow(
      /is no container of Azure Blob Storage|not at https on this machine/,
    );
    expect(() => make({ url, unsafeStandIn })).not.toThrow(/hunter2/);
  });
});
