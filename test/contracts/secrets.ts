import { inspect } from 'node:util';
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

    it('after several rotations the last two, and nothing older', async () => {
      const { secrets, put, rotate, pass } = await make();
      await put('data-key', 'first');
      for (const value of ['second', 'third', 'fourth']) {
        await rotate('data-key', value);
        await pass();
        expect((await secrets.get('data-key')).current).toBe(value);
      }
      expect((await secrets.get('data-key')).accepted).toEqual(['fourth', 'third']);
    });

    it('one value once, where a rotation changed nothing', async () => {
      const { secrets, put, rotate } = await make();
      await put('data-key', 'same');
      await rotate('data-key', 'same');
      expect(await secrets.get('data-key')).toEqual({ current: 'same', accepted: ['same'] });
    });

    it('the same for everybody who asks at the same time', async () => {
      const { secrets, put, rotate, pass } = await make();
      await put('data-key', 'old');
      await rotate('data-key', 'new');
      await pass();
      const answers = await Promise.all(Array.from({ length: 50 }, () => secrets.get('data-key')));
      for (const answer of answers) expect(answer).toEqual({ current: 'new', accepted: ['new', 'old'] });
    });

    it('each secret by itself: one that is missing keeps nobody from another', async () => {
      const { secrets, put } = await make();
      await put('data-key', 'value');
      const [there, missing] = await Promise.allSettled([secrets.get('data-key'), secrets.get('other')]);
      expect(there).toMatchObject({ status: 'fulfilled', value: { current: 'value' } });
      expect(missing).toMatchObject({ status: 'rejected', reason: { code: 'secret-missing' } });
    });

    it('nothing under a name that was never put there, and says which', async () => {
      const { secrets } = await make();
      await expect(secrets.get('data-key')).rejects.toMatchObject({
        code: 'secret-missing',
        message: expect.stringContaining('"data-key"'),
      });
    });

    it('a secret that was missing, once it is there', async () => {
      const { secrets, put, pass } = await make();
      await expect(secrets.get('data-key')).rejects.toMatchObject({ code: 'secret-missing' });
      await put('data-key', 'value');
      await pass();
      expect((await secrets.get('data-key')).current).toBe('value');
    });

    it('no secret that was taken away, once that is seen', async () => {
      const { secrets, put, takeAway, pass } = await make();
      await put('data-key', 'value');
      await secrets.get('data-key');
      await takeAway('data-key');
      await pass();
      await expect(secrets.get('data-key')).rejects.toMatchObject({ code: 'secret-missing' });
    });

    it('no name that no vault could hold', async () => {
      const { secrets } = await make();
      for (const wrong of ['', '.', '..', '../data-key', 'a/b', 'a?b', 'a b', 'a\0b', '-a', 'ä', 'a'.repeat(128)])
        await expect(secrets.get(wrong)).rejects.toMatchObject({ code: 'settings' });
    });

    it('a failure apart from absence: a vault that does not answer is unavailable', async () => {
      const { secrets, put, goAway, pass } = await make();
      await put('data-key', 'value');
      await goAway();
      await pass();
      await expect(secrets.get('data-key')).rejects.toMatchObject({ code: 'secrets-unavailable' });
      await expect(secrets.get('other')).rejects.toMatchObject({ code: 'secrets-unavailable' });
    });

    it('what it knew, or says that it is unavailable, while the vault is away: never that there is none', async () => {
      const { secrets, put, goAway, pass } = await make();
      await put('data-key', 'value');
      await secrets.get('data-key');
      await goAway();
      for (let round = 0; round < 3; round += 1) {
        await pass();
        const code = await secrets.get('data-key').then(
          ({ current }) => current,
          (error: { readonly code: string }) => error.code,
        );
        expect(['value', 'secrets-unavailable']).toContain(code);
      }
    });

    it('no value in an error, nor in its causes', async () => {
      const { secrets, put, takeAway, goAway, pass } = await make();
      await put('data-key', 'hush-hush');
      await put('other', 'hush-hush');
      await secrets.get('data-key');
      await takeAway('data-key');
      await pass();
      const gone: unknown = await secrets.get('data-key').catch((error: unknown) => error);
      await goAway();
      await pass();
      const away: unknown = await secrets.get('other').catch((error: unknown) => error);
      for (const error of [gone, away]) {
        expect(error).toBeInstanceOf(Error);
        expect(inspect(error, { depth: 10, showHidden: true })).not.toContain('hush');
      }
    });
  });
};
