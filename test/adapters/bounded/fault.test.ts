import { describe, expect, it } from '@jest/globals';
import { type CallFault, failed } from '../../../src/adapters/bounded/fault.ts';

const said = (kind: CallFault['kind']): string =>
  failed({ kind, code: 'x', alarm: false }, { absent: 'gone', unclear: 'lost' }).fault;

describe('a fault in the words of the port', () => {
  it('is never where nothing can help, later where nothing happened, and else what the caller makes of it', () => {
    expect(said('final')).toBe('never');
    for (const kind of ['limited', 'passing', 'parked'] as const) expect(said(kind)).toBe('later');
    expect(said('absent')).toBe('gone');
    expect(said('unclear')).toBe('lost');
  });

  it('says when to come back only where that is known', () => {
    const words = { absent: 'never', unclear: 'later' } as const;
    expect(failed({ kind: 'limited', code: 'paced', afterMs: 7, alarm: false }, words)).toEqual({
      ok: false,
      fault: 'later',
      code: 'paced',
      afterMs: 7,
      because: 'limit',
    });
    expect(failed({ kind: 'limited', code: 'paced', alarm: true }, words)).not.toHaveProperty('afterMs');
  });
});
