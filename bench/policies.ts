/** The policies' figures: decisions, beside peers; what is published, in force elsewhere; a change, tried out. */
import type { PolicyRequest } from '../src/core/types.ts';
import { type Bench, figure } from './figure.ts';
import { decisionFigures } from './policies/decisions.ts';
import { dryRunFigures } from './policies/dry-run.ts';
import { elsewhereFigures } from './policies/elsewhere.ts';
import { leaks } from './policies/leaks.ts';

/** What the core's benches ask; the pack that ships permits it. */
export const REQUEST: PolicyRequest = {
  person: { id: 'erin', kind: 'employee', groups: [], country: 'DE', fresh: true },
  action: 'leave.balance',
  about: 'self',
  platform: 'slack',
  place: 'direct',
  signInAgeMinutes: null,
  denials: 0,
  asked: [],
  refused: [],
  now: Date.UTC(2026, 5, 15, 12),
};

let letThrough = '';

export const bench: Bench = async (o) => {
  const slips = await leaks();
  letThrough = slips.text;
  return [
    ...(await decisionFigures(o)),
    ...(await elsewhereFigures(o)),
    ...(await dryRunFigures(o)),
    figure({ id: 'slips that let a question through', value: slips.sotto, unit: 'slips', target: 0, direction: 'max' }),
  ];
};

/** What each engine lets through, case by case. */
export const appendix = (): string => letThrough;
