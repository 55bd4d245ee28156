import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { freshCedar, wholeSet } from '../../../src/policies/engine.ts';
import { unreadFindings } from '../../../src/policies/reach/rule-findings.ts';
import { opensUnread } from '../../../src/policies/reach/unreadable.ts';
import { cedarRequest, checkRequest } from '../../../src/policies/request.ts';
import { request } from '../support.ts';
import { catalogue, known, packWith, read, rulesOf, schema } from './support.ts';

const opens = (condition: string, effect = 'permit', kind = 'when'): boolean =>
  rulesOf(`@id("one") ${effect} (principal, action, resource) ${kind} { ${condition} };`).some(({ json }) =>
    opensUnread(json),
  );

describe('a rule that reads what came before in a conversation', () => {
  it.each([
    ['context.asked.contains(Topic::"salary")', true],
    ['!context.refused.contains(Topic::"salary")', false],
    ['context.refused.isEmpty()', false],
    ['[Topic::"salary"].containsAll(context.asked)', false],
    ['[Topic::"salary"].containsAny(context.asked)', true],
    ['context.asked == context.refused', true],
    ['context.denials < 5', false],
    ['5 > context.denials', false],
    ['context.denials > 2', true],
    ['context.denials == 0', true],
    ['(if context.hour > 5 then context.denials < 2 else true)', false],
    ['context.hour > 5 && context.place == Place::"direct"', false],
  ])('is found where a permit waits for it, and a forbid does not: %s', (condition, found) => {
    expect(opens(condition)).toBe(found);
    expect(opens(condition, 'forbid', 'unless')).toBe(found);
  });

  it('is named with its place, and the check of a pack says so', () => {
    const pack = packWith(
      '@id("a") permit (principal, action, resource) when { context.asked.contains(Topic::"leave") };\n@id("b") forbid (principal, action, resource) when { context.denials > 5 };',
    );
    expect(unreadFindings({ pack, folders: [] })).toMatchObject([{ place: 'a' }]);
  });

  it('lets nothing more pass where it is not found, by Cedar itself', () => {
    const atom = fc.constantFrom(
      'context.asked.contains(Topic::"salary")',
      'context.refused.containsAny([Topic::"leave", Topic::"help"])',
      'context.asked.containsAll([Topic::"leave", Topic::"salary"])',
      '[Topic::"salary"].containsAll(context.refused)',
      '[Topic::"salary", Topic::"leave"].containsAny(context.asked)',
      'context.refused.isEmpty()',
      'context.asked.containsAny(context.refused)',
      'context.denials >= 3',
      '2 > context.denials',
      'context.denials == 2',
      'context.hour > 5',
    );
    const condition = fc.letrec<{ it: string }>((tie) => ({
      it: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        atom,
        fc.tuple(tie('it'), fc.constantFrom('&&', '||'), tie('it')).map(([one, how, two]) => `(${one} ${how} ${two})`),
        tie('it').map((it) => `!(${it})`),
        fc.tuple(tie('it'), tie('it'), tie('it')).map(([one, two, three]) => `(if ${one} then ${two} else ${three})`),
      ),
    })).it;
    const topics = fc.subarray([...catalogue.topics.keys()]);
    const cedar = freshCedar();
    const seen = { closed: 0, refused: 0 };
    fc.assert(
      fc.property(
        condition,
        fc.boolean(),
        fc.boolean(),
        fc.array(fc.tuple(topics, topics, fc.nat(5)), { minLength: 8, maxLength: 8 }),
        (text, permits, unless, states) => {
          const rule = `@id("one") ${permits ? 'permit' : 'forbid'} (principal, action, resource) ${unless ? 'unless' : 'when'} { ${text} };`;
          const { rules, findings } = read(rule);
          const [one] = rules;
          if (findings.length > 0 || one === undefined || opensUnread(one.json)) return;
          seen.closed += 1;
          const ask = wholeSet(cedar, schema, {
            one: rule,
            ...(permits ? {} : { all: 'permit (principal, action, resource);' }),
          });
          const answer = (asked: readonly string[], refused: readonly string[], denials: number) => {
            const checked = checkRequest(request({ asked, refused, denials }), known);
            return checked === null ? null : ask('leave.balance', cedarRequest(checked)).kind;
          };
          const every = [...catalogue.topics.keys()];
          const unread = answer(every, every, 1_000);
          for (const [asked, refused, denials] of states) {
            const really = answer(asked, refused, denials);
            if (really === 'refuse') seen.refused += 1;
            if (really === 'refuse')
              expect({ rule, asked, refused, denials, unread }).toMatchObject({ unread: 'refuse' });
          }
        },
      ),
      { numRuns: 300 },
    );
    expect(seen.closed).toBeGreaterThan(40);
    expect(seen.refused).toBeGreaterThan(40);
  });
});
