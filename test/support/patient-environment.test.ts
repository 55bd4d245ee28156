import { beforeEach, describe, expect, it } from '@jest/globals';

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

describe('a machine that has much else to do', () => {
  let begun = 0;
  beforeEach(async () => {
    begun = Date.now();
    await sleep(2);
  }, 1);

  it.each(Array.from({ length: 100 }, (_, n) => n))(
    'gives a hook no more each time that it runs (%i)',
    () => undefined,
  );

  it('ends no test that takes longer than it was given', async () => {
    await sleep(60);
    expect(Date.now() - begun).toBeGreaterThanOrEqual(50);
  }, 1);
});
