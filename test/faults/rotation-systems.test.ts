/** What a system of record is signed in to with rotates while it is asked: no call is refused that should not be, and what was replaced is dead. */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createRestBackend } from '../../src/adapters/backend/rest.ts';
import type { Backend, Secret } from '../../src/core/ports.ts';
import type { Issued } from '../support/certificates.ts';
import { fingerprintOf, type GuardedSystem, startGuardedSystem } from '../support/guarded-system.ts';
import { until } from '../support/until.ts';

const ROTATIONS = 34;
/** Calls that go on beside each other. */
const CALLERS = 6;

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const secretOf = (...accepted: readonly string[]): Secret => ({ current: accepted[0] ?? '', accepted });
const made = (): string => randomBytes(32).toString('base64url');

describe(`${ROTATIONS} rotations each of a client’s secret, a key and a certificate, while calls go on`, () => {
  let system: GuardedSystem;
  let backend: Backend;
  let certificates: readonly Issued[];
  const outcomes = new Map<string, number>();
  let given = 0;
  let rotations = 0;

  /** Calls of each caller that have ended. */
  const ended: number[] = Array.from({ length: CALLERS }, () => 0);

  /** Until a call that each caller began after this has ended, and then some: a change lasts longer than a call. */
  const settled = async (): Promise<void> => {
    const before = [...ended];
    await until(() => ended.every((count, of) => count >= (before[of] ?? 0) + 2));
    await sleep(5 * Math.random());
  };

  /** Old and new accepted by the vault; the other side goes over at some moment between; the old one is taken away. */
  const rotate = async (o: {
    readonly put: (phase: 'both' | 'new') => void;
    readonly tell: () => void;
  }): Promise<void> => {
    o.put('both');
    await settled();
    o.tell();
    await settled();
    o.put('new');
    await settled();
    rotations += 1;
  };

  beforeAll(async () => {
    system = await startGuardedSystem();
    certificates = await Promise.all(Array.from({ length: ROTATIONS }, () => system.issue()));
    backend = createRestBackend({
      folder: system.folder,
      secrets: {
        // As a vault that takes its time.
        get: async (name) => {
          await sleep(Math.random() < 0.2 ? 2 : 0);
          return system.vault.get(name) ?? secretOf();
        },
      },
    });
    let going = true;
    const caller = async (of: number): Promise<void> => {
      for (let n = 0; going; n++) {
        // Nobody asks more in a minute than one may.
        const who = `p${n % 50}`;
        const fetched = await backend.fetch({ operation: 'hr.one', subject: who, asker: who, id: `q${of}-${n}` });
        const code = fetched.ok ? 'ok' : fetched.code;
        outcomes.set(code, (outcomes.get(code) ?? 0) + 1);
        ended[of] = (ended[of] ?? 0) + 1;
      }
    };
    const callers = Array.from(ended, (_, n) => caller(n));
    // None of them is the first call of all.
    await settled();
    const client = async (): Promise<void> => {
      let old = 'client-one';
      for (let n = 0; n < ROTATIONS; n++) {
        const next = made();
        await rotate({
          put: (phase) => system.vault.set('hr-client', phase === 'both' ? secretOf(next, old) : secretOf(next)),
          // Some authorities void what they gave by the old one.
          tell: () => {
            system.authority.setSecrets([next]);
            if (n % 2 === 0) system.authority.revoke();
          },
        });
        old = next;
      }
    };
    const key = async (): Promise<void> => {
      let old = 'key-one';
      for (let n = 0; n < ROTATIONS; n++) {
        const next = made();
        await rotate({
          put: (phase) => system.vault.set('hr-key', phase === 'both' ? secretOf(next, old) : secretOf(next)),
          tell: () => system.takes({ keys: [next] }),
        });
        old = next;
      }
    };
    const certificate = async (): Promise<void> => {
      let old = {
        cert: system.vault.get('hr-cert')?.current ?? '',
        key: system.vault.get('hr-cert-key')?.current ?? '',
      };
      for (const next of certificates) {
        system.takes({ certificates: [fingerprintOf(old.cert), fingerprintOf(next.cert)] });
        await rotate({
          // The two secrets change one after the other, the key first.
          put: (phase) => {
            const both = phase === 'both';
            system.vault.set('hr-cert-key', both ? secretOf(next.key, old.key) : secretOf(next.key));
            setTimeout(
              () => system.vault.set('hr-cert', both ? secretOf(next.cert, old.cert) : secretOf(next.cert)),
              1,
            );
          },
          tell: () => system.takes({ certificates: [fingerprintOf(next.cert)] }),
        });
        old = next;
      }
    };
    await Promise.all([client(), key(), certificate()]);
    going = false;
    await Promise.all(callers);
    given = system.authority.asked().filter(({ status }) => status === 200).length;
  }, 240_000);
  afterAll(() => system.close());

  it('refuse no call', () => {
    expect(rotations).toBe(3 * ROTATIONS);
    expect([...outcomes.keys()]).toEqual(['ok']);
    expect(outcomes.get('ok')).toBeGreaterThan(100);
  });

  it('have tokens made anew, and not for each call', () => {
    expect(given).toBeGreaterThan(ROTATIONS / 2);
    expect(given).toBeLessThan(outcomes.get('ok') ?? 0);
  });

  it('leave what was replaced dead', async () => {
    for (const [name, old] of [
      ['hr-client', secretOf('client-one')],
      ['hr-key', secretOf('key-one')],
    ] as const) {
      const present = system.vault.get(name) ?? secretOf();
      system.vault.set(name, old);
      const fetched = await backend.fetch({ operation: 'hr.one', subject: 'evan', asker: 'evan', id: 'q' });
      expect([name, fetched]).toEqual([name, { ok: false, code: 'refused' }]);
      system.vault.set(name, present);
    }
  });
});
