import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { createSealer } from '../../src/adapters/sealer/sealer.ts';
import type { Secret } from '../../src/core/ports.ts';
import { referenceContext } from '../../src/core/sealing.ts';
import { createRotation } from '../../src/main/rotation.ts';
import { soundKeys } from '../../src/main/sound-keys.ts';
import { newKey as newSigningKey } from '../adapters/audit-log/support.ts';
import { createFakeClock } from '../support/fake-clock.ts';

const newDataKey = (): string => randomBytes(32).toString('base64');
const secretOf = (...accepted: readonly string[]): Secret => ({ current: accepted[0] ?? '', accepted });

const stage = (begin: Secret) => {
  const clock = createFakeClock();
  const vault = { holds: begin };
  const logged: string[] = [];
  const note = (event: string, { name, code }: { readonly name?: string; readonly code?: string } = {}): void => {
    logged.push([event, name, code].filter((word) => word !== undefined).join(' '));
  };
  const log = { info: note, warn: note, error: note };
  return { clock, vault, logged, log, secrets: soundKeys({ secrets: { get: async () => vault.holds }, clock, log }) };
};

describe.each([
  ['data-key', newDataKey],
  ['audit-signing-key', () => newSigningKey().secret.current],
] as const)('%s', (name, make) => {
  it('is without older values that are no keys, which is said by name, once an hour', async () => {
    const [one, two] = [make(), make()];
    const { clock, vault, logged, secrets } = stage({ ...secretOf(two, 'oops', '', one), until: 5 });
    for (let asked = 0; asked < 10; asked++)
      expect(await secrets.get(name)).toEqual({ ...secretOf(two, one), until: 5 });
    expect(logged).toEqual([`secrets.malformed ${name}`]);
    await clock.advance(3_600_000);
    await secrets.get(name);
    expect(logged).toHaveLength(2);
    vault.holds = secretOf(two, one);
    expect(await secrets.get(name)).toBe(vault.holds);
  });

  it('is refused where the one in force is none, however often it is asked for', async () => {
    const one = make();
    const { vault, secrets } = stage(secretOf('oops', one));
    for (let asked = 0; asked < 3; asked++) await expect(secrets.get(name)).rejects.toMatchObject({ code: 'settings' });
    vault.holds = secretOf(one);
    expect(await secrets.get(name)).toEqual(secretOf(one));
  });
});

describe('a malformed data key', () => {
  it('is said at once, keeps the old one in force, and once a right one follows it is in nobody’s way', async () => {
    const [one, two] = [newDataKey(), newDataKey()];
    const { clock, vault, logged, log, secrets } = stage(secretOf(one));
    const sealer = createSealer({ dataKey: secretOf(one) });
    const spreadMs = 180_000;
    const put = async (next: Secret) => sealer.rotate(next);
    const rotating = [{ name: 'data-key', inForce: secretOf(one), spreadMs, put }];
    const rotation = createRotation({ secrets, rotating, clock, log, metrics: { count: () => undefined } });
    const context = referenceContext({ tenant: 'T1', key: 'k' });
    const sealed = sealer.seal(context, 'words');
    vault.holds = secretOf('oops', one);
    await rotation.look();
    expect(logged).toEqual(['rotation.failed data-key settings']);
    vault.holds = secretOf(two, 'oops', one);
    await rotation.look();
    await clock.advance(spreadMs);
    await rotation.look();
    expect(sealer.keyId()).toBe(createSealer({ dataKey: secretOf(two) }).keyId());
    expect(sealer.open(context, sealed)).toBe('words');
    expect(createSealer({ dataKey: secretOf(two, 'oops', one) }).open(context, sealed)).toBe('words');
  });
});

it('every other secret is as it was', async () => {
  const { vault, logged, secrets } = stage(secretOf('xoxb-new', ''));
  expect(await secrets.get('slack-bot-token')).toBe(vault.holds);
  expect(logged).toEqual([]);
});
