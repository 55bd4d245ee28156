import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { SottoError } from '../../core/errors.ts';
import type { Metrics } from '../../core/ports.ts';
import { COUNTERS, GAUGES, OBSERVATIONS } from './known.ts';

/** Distinct values of one label; what comes after is counted as `other`, so that nobody can fill the memory. */
const MAX_VALUES = 64;

/** A code of ours. Whatever looks otherwise could be somebody's id or words. */
const CODE = /^[a-z0-9][a-z0-9._-]{0,39}$/i;

const PREFIX = 'sotto_';

/**
 * Metrics in a registry of their own. Names are those of `known.ts`, shown with `sotto_` before and, for counters, `_total`
 * behind; a name, label or value that is not right is refused with code `usage`.
 */
export const createMetrics = (): Metrics & {
  /** What stands now, by the values of its one label; null: it cannot be told, and is not shown. */
  set(name: string, values: Readonly<Record<string, number>> | null): void;
  /** Prometheus' text format. */
  render(): Promise<string>;
} => {
  const registry = new Registry();
  const counters = new Map(
    Object.entries(COUNTERS).map(([name, { help, labels }]) => {
      const counter = new Counter({
        name: `${PREFIX}${name}_total`,
        help,
        labelNames: [...labels],
        registers: [registry],
      });
      return [name, { counter, seen: new Map(labels.map((label) => [label, new Set<string>()])) }];
    }),
  );
  const histograms = new Map(
    Object.entries(OBSERVATIONS).map(([name, { help, buckets }]) => [
      name,
      new Histogram({ name: `${PREFIX}${name}`, help, buckets: [...buckets], registers: [registry] }),
    ]),
  );

  const gauges = new Map(
    Object.entries(GAUGES).map(([name, { help, labels }]) => {
      const gauge = new Gauge({ name: `${PREFIX}${name}`, help, labelNames: [...labels], registers: [registry] });
      return [name, { gauge, label: labels[0] ?? '' }];
    }),
  );

  return {
    set: (name, values) => {
      const known = gauges.get(name);
      if (known === undefined) throw unknown(`a gauge "${name}"`);
      known.gauge.reset();
      for (const [value, count] of Object.entries(values ?? {})) known.gauge.set({ [known.label]: value }, count);
    },
    count: (name, labels = {}) => {
      const known = counters.get(name);
      if (known === undefined) throw unknown(`a counter "${name}"`);
      if (Object.keys(labels).some((label) => !known.seen.has(label))) throw unknown(`a label of "${name}"`);
      const bounded = [...known.seen].map(([label, seen]) => [label, boundedValue(labels[label] ?? 'none', seen)]);
      known.counter.inc(Object.fromEntries(bounded));
    },
    observe: (name, value) => {
      const histogram = histograms.get(name);
      if (histogram === undefined) throw unknown(`an observation "${name}"`);
      if (!Number.isFinite(value)) throw unknown(`a value of "${name}" that is not a number`);
      histogram.observe(value);
    },
    render: () => registry.metrics(),
  };
};

const boundedValue = (value: string, seen: Set<string>): string => {
  if (seen.has(value)) return value;
  if (!CODE.test(value) || seen.size >= MAX_VALUES) return 'other';
  seen.add(value);
  return value;
};

const unknown = (what: string): SottoError =>
  new SottoError(
    'usage',
    `The program counts ${what}, which is not among the metrics it knows. Add it to metrics/known.ts.`,
  );
