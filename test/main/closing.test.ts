import { expect, it } from '@jest/globals';
import { SottoError } from '../../src/core/errors.ts';
import { createClosing } from '../../src/main/closing.ts';

it('closes everything in reverse, also what comes after one that fails, and says which code it failed with', async () => {
  const said: unknown[] = [];
  const log = { info: () => undefined, warn: () => undefined, error: (...line: unknown[]) => void said.push(line) };
  const { add, closeAll } = createClosing({ log });
  const closed: string[] = [];
  add(async () => void closed.push('store'));
  add(async () => Promise.reject(new SottoError('audit-unavailable', 'The disk is gone.')));
  add(async () => void closed.push('server'));
  await closeAll();
  await closeAll();
  expect(closed).toEqual(['server', 'store']);
  expect(said).toEqual([['close.failed', { code: 'audit-unavailable' }]]);
});
