import { describe, expect, it } from '@jest/globals';
import { hasCode } from '../../src/core/errors.ts';
import { loadCatalogue } from '../../src/policies/catalogue.ts';
import type { Ask, EngineAnswer } from '../../src/policies/engine.ts';
import { answersAsWhole, answersNoMore, type Probe, restrictionsForbid } from '../../src/policies/probes.ts';
import { cedarRequest, checkRequest } from '../../src/policies/request.ts';
import { knownOf } from '../../src/policies/schema.ts';
import { FIXTURE, request, restriction } from './support.ts';

const known = knownOf(loadCatalogue({ folders: [FIXTURE] }));
const checked = checkRequest(request(), known);
if (checked === null) throw new Error('The request of the tests is none.');
const asked = cedarRequest(checked);

const permit = (...rules: readonly string[]): EngineAnswer => ({ kind: 'permit', rules });
const refuse = (...rules: readonly string[]): EngineAnswer => ({ kind: 'refuse', rules });
const probe = (action: string, answer: EngineAnswer): Probe => ({ action, request: asked, answer });
const passes = (act: () => void): boolean => {
  try {
    act();
    return true;
  } catch (error) {
    if (!hasCode(error, 'policy-invalid')) throw error;
    return false;
  }
};

describe('before new rules are in force', () => {
  it('R23 the slices answer the known questions as all rules together did', () => {
    const probes = [probe('a', permit('p')), probe('b', refuse())];
    const as =
      (b: EngineAnswer): Ask =>
      (action) =>
        action === 'a' ? permit('p') : b;
    expect(passes(() => answersAsWhole(as(refuse()), probes))).toBe(true);
    for (const other of [permit('p'), refuse('f'), { kind: 'engine' }, { kind: 'request' }] as const) {
      expect(passes(() => answersAsWhole(as(other), probes))).toBe(false);
    }
  });

  it('R23 rules that were checked elsewhere answer as the pack alone, or are refused by HR besides', () => {
    const answers = (answer: EngineAnswer, pack: EngineAnswer, ...restricting: readonly string[]): boolean =>
      passes(() =>
        answersNoMore(() => answer, {
          pack: [probe('a', pack)],
          touched: new Set(['a']),
          restricting: new Map(restricting.length === 0 ? [] : [['a', new Set(restricting)]]),
        }),
      );
    expect(answers(permit('p'), permit('p'))).toBe(true);
    expect(answers(permit('p'), permit('p'), 'hr:x')).toBe(true);
    expect(answers(refuse('hr:x'), permit('p'), 'hr:x')).toBe(true);
    expect(answers(refuse('f', 'hr:x'), refuse('f'), 'hr:x')).toBe(true);
    const wrong: readonly (readonly [EngineAnswer, EngineAnswer])[] = [
      [permit('p'), refuse()],
      [permit('p'), refuse('f')],
      [permit('q'), permit('p')],
      [refuse(), permit('p')],
      [refuse('hr:y'), permit('p')],
      [refuse('hr:x'), refuse('f')],
      [{ kind: 'request' }, permit('p')],
      [{ kind: 'engine' }, refuse()],
      [{ kind: 'rule-error', rules: ['hr:x'] }, permit('p')],
    ];
    for (const [answer, pack] of wrong) {
      expect({ answer, pack, passes: answers(answer, pack, 'hr:x') }).toEqual({ answer, pack, passes: false });
    }
  });

  it('R23 a known permit that nobody restricts is still one', () => {
    const o = { pack: [probe('a', refuse()), probe('b', permit('p'))], touched: new Set<string>() };
    expect(passes(() => answersNoMore(() => refuse(), { ...o, restricting: new Map() }))).toBe(false);
    expect(passes(() => answersNoMore(() => permit('p'), { ...o, restricting: new Map() }))).toBe(true);
    const all = new Map([['b', new Set(['hr:x'])]]);
    expect(passes(() => answersNoMore(() => refuse('hr:x'), { ...o, restricting: all }))).toBe(true);
  });

  it('R23 each restriction forbids somebody whom it touches, where there is anybody', () => {
    const forbids = (ask: Ask, changed: Parameters<typeof restriction>[0] = {}): boolean =>
      passes(() =>
        restrictionsForbid(ask, {
          restrictions: [restriction(changed)],
          known,
          actions: () => ['salary.payslip'],
        }),
      );
    expect(forbids(() => refuse('hr:freeze'))).toBe(true);
    for (const other of [permit('p'), refuse(), refuse('hr:other'), { kind: 'request' }, { kind: 'engine' }] as const) {
      expect(forbids(() => other)).toBe(false);
    }
    for (const nobody of [
      { appliesTo: ['hr'], exceptGroups: ['hr'] },
      { exceptGroups: ['employee', 'contractor', 'guest', 'external'] },
      {
        from: '2026-12-01T00:00:00.000Z',
        suspendedUntil: '2026-12-03T00:00:00.000Z',
        until: '2026-12-02T00:00:00.000Z',
      },
    ]) {
      expect(forbids(() => permit('p'), nobody)).toBe(true);
    }
  });
});
