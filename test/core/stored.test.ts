import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { packRef, unpackRef } from '../../src/core/stored.ts';
import type { MessageRef } from '../../src/core/types.ts';

const part = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('|', '%', '0', '7', 'c', '\u0000', '\ud800') }),
);
const ref: fc.Arbitrary<MessageRef> = fc.record({
  platform: fc.constantFrom('slack', 'teams'),
  tenant: part,
  channel: part,
  id: part,
});

describe('a packed reference', () => {
  it('reads as it is where the ids are ordinary', () => {
    expect(packRef({ platform: 'slack', tenant: 'T1', channel: 'D1', id: '1700.000100' })).toBe(
      'slack|T1|D1|1700.000100',
    );
  });

  it('unpacks to what was packed, whatever the ids hold', () => {
    fc.assert(fc.property(ref, (one) => expect(unpackRef(packRef(one))).toEqual(one)));
  });

  it('is the same only for the same reference', () => {
    fc.assert(
      fc.property(ref, ref, (a, b) =>
        expect(packRef(a) === packRef(b)).toBe(
          a.platform === b.platform && a.tenant === b.tenant && a.channel === b.channel && a.id === b.id,
        ),
      ),
    );
  });

  it('is refused where it is not one', () => {
    for (const member of ['', 'slack|a|b', 'slack|a|b|c|d', 'irc|a|b|c', 'toString|a|b|c']) {
      expect(unpackRef(member)).toBeNull();
    }
  });
});
