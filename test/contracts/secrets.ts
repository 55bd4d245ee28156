import { describe, expect, it } from '@jest/globals';
import type { Secrets } from '../../src/core/ports.ts';

/** A vault under test, and how to change what is in it. */
export interface SecretsStage {
  readonly secrets: Secrets;
  readonly put: (name: string, value: string) => Promise<void>;
  /** Replaces a secret and keeps the old one accepted. */
  readonly rotate: (name: string, value: string) => Promise<void>;
  /** Ends the overlap of a rotation. */
  readonly retire: (name: string) => Promise<void>;
  readonly takeAway: (name: string) => Promise<void>;
  /** From now on the vault does not answer. */
  readonly goAway: () => Promise<void>;
  /** Lets so much time pass that changes are seen. */
  readonly pass: () => Promise<void>;
}

/** What every vault promises. */
export const secretsContract = (name: string, make: () => Promise<SecretsStage>): void => {
  describe(`${name} holds`, () => {
    it('a secret as it was put there', async () => {
      const { secrets, put } = await make();
      await put('slack-bot-token', 'xoxb-1');
      expect(await secrets.get('slack-bot-token')).toEqual({ current: 'xoxb-1', accepted: ['xoxb-1'] });
    });

    it('a secret of many lines', async () => {
      const { secrets, put } = await make();
      const pem = '-----BEGIN X-----\nabc\n-----END X-----';
      await put('audit-signing-key', pem);
      expect((await secrets.get('audit-signing-key')).current).toBe(pem);
    });

    it('old and new through a rotation, the new one first, without a restart', async () => {
      const { secrets, put, rotate, retire, pass } = await make();
      await put('data-key', 'old');
      await secrets.get('data-key');
      await rotate('data-key', 'new');
      await pass();
      expect(await secrets.get('data-key')).toEqual({ current: 'new', accepted: ['new', 'old'] });
      await retire('data-key');
      await pass();
      expect(await secrets.get('data-key')).toEqual({ current: 'new', accepted: ['new'] });
    });

    it('nothing under a name that was never put there, and says which', async () => {
      const { secrets } = await make();
      await expect(secrets.get('data-key')).rejects.toMatchObject({
        code: 'secret-missing',
        message: expect.stringContaining('"data-key"'),
      });
    });

    it('no secret that was taken away, once that is seen', async () => {
      const { secrets, put, takeAway, pass } = await make();
      await put('data-key', 'value');
      await secrets.get('data-key');
      await takeAway('data-key');
      await pass();
      await expect(secrets.get('data-key')).rejects.toMatchObject({ code: 'secret-missing' });
    });

    it('a failure apart from absence: a vault that does not answer is unavailable', async () => {
      const { secrets, put, goAway, pass } = await make();
      await put('data-key', 'value');
      await goAway();
      await pass();
      await expect(secrets.get('data-key')).rejects.toMatchObject({ code: 'secrets-unavailable' });
      await expect(secrets.get('other')).rejects.toMatchObject({ code: 'secrets-unavailable' });
    });
  });
};
