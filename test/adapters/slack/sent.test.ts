import { afterEach, describe, expect, it } from '@jest/globals';
import { openSlack, type SlackBench } from './support.ts';

describe('when Slack sent a request', () => {
  let bench: SlackBench | null = null;
  afterEach(async () => {
    await bench?.close();
    bench = null;
  });

  it('is told of what is proved to be its own, and of nothing else', async () => {
    const sent: number[] = [];
    bench = await openSlack({ adapter: { sent: (at) => void sent.push(at) } });
    const body = JSON.stringify({ type: 'url_verification', token: 't', challenge: 'c0ffee' });
    await bench.standIn.deliverRaw({ body, secret: 'another-secret-of-the-same-length' });
    expect(sent).toEqual([]);
    const before = Math.floor(Date.now() / 1_000) * 1_000;
    expect((await bench.standIn.deliverRaw({ body })).status).toBe(200);
    expect(sent).toHaveLength(1);
    expect((sent[0] ?? 0) % 1_000).toBe(0);
    expect(sent[0]).toBeGreaterThanOrEqual(before);
  });
});
