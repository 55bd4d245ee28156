import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { repliesIn } from '../../src/core/replies/replies.ts';
import { openNoRecord } from './no-record.ts';

it('whoever asks while the folder of the audit log is gone is told sorry, and no backend is asked', async () => {
  const p = await openNoRecord('slack');
  try {
    expect((await p.whole()).sorry).toBe(0);
    rmSync(join(p.stage.folder, 'data', 'audit'), { recursive: true });
    const calls = p.stage.backend.requests().length;
    let sorry = 0;
    for (let act = 0; act < 8; act++)
      sorry += (await p.act()).filter((text) => text === repliesIn('en').apology).length;
    expect(sorry).toBeGreaterThan(3);
    expect(p.stage.backend.requests()).toHaveLength(calls);
    expect(p.unrecorded).toEqual({ calls: [], shown: [], orders: [] });
  } finally {
    await p.end();
  }
}, 240_000);
