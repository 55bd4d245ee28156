import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { COUNTERS, GAUGES, OBSERVATIONS } from '../../../src/adapters/metrics/known.ts';
import { createMetrics } from '../../../src/adapters/metrics/metrics.ts';

const usage = expect.objectContaining({ code: 'usage' });

describe('the metrics', () => {
  it('counts by label, and says so in the text format', async () => {
    const metrics = createMetrics();
    metrics.count('decisions', { verdict: 'refuse' });
    metrics.count('decisions', { verdict: 'refuse' });
    metrics.count('undeliverable');
    metrics.count('decisions');
    const text = await metrics.render();
    expect(text).toContain('sotto_decisions_total{verdict="refuse"} 2\n');
    expect(text).toContain('sotto_decisions_total{verdict="none"} 1\n');
    expect(text).toContain('sotto_undeliverable_total 1\n');
  });

  it('puts what it observes into buckets', async () => {
    const metrics = createMetrics();
    metrics.observe('answer_ms', 60);
    metrics.observe('answer_ms', 700);
    const text = await metrics.render();
    expect(text).toContain('sotto_answer_ms_bucket{le="100"} 1\n');
    expect(text).toContain('sotto_answer_ms_sum 760\n');
    expect(text).toContain('sotto_answer_ms_count 2\n');
  });

  it('shows what stands now, and nothing where that cannot be told', async () => {
    const metrics = createMetrics();
    metrics.set('standing', { paused: 1, holds: 0 });
    expect(await metrics.render()).toContain('sotto_standing{what="paused"} 1\nsotto_standing{what="holds"} 0\n');
    metrics.set('standing', null);
    expect(await metrics.render()).not.toContain('sotto_standing{');
    metrics.set('inbox', { queued: 3, parked: 0 });
    expect(await metrics.render()).toContain('sotto_inbox{state="queued"} 3\nsotto_inbox{state="parked"} 0\n');
    metrics.set('inbox', null);
    expect(await metrics.render()).not.toContain('sotto_inbox{');
    expect(() => metrics.set('salary', {})).toThrow(usage);
  });

  it('names everything it shows with its own prefix', async () => {
    const names = (await createMetrics().render()).match(/^# TYPE (\S+)/gm) ?? [];
    expect(names.length).toBe(Object.keys({ ...COUNTERS, ...OBSERVATIONS, ...GAUGES }).length);
    expect(names.every((name) => name.startsWith('# TYPE sotto_'))).toBe(true);
  });

  it('has a registry of its own in each instance', async () => {
    const one = createMetrics();
    const other = createMetrics();
    one.count('undeliverable');
    expect(await other.render()).toContain('sotto_undeliverable_total 0\n');
  });

  it('refuses a name, a label or a value that it does not know', () => {
    const metrics = createMetrics();
    expect(() => metrics.count('salary')).toThrow(usage);
    expect(() => metrics.observe('decisions', 1)).toThrow(usage);
    expect(() => metrics.count('decisions', { person: 'evan' })).toThrow(usage);
    expect(() => metrics.observe('answer_ms', Number.NaN)).toThrow(usage);
    expect(() => metrics.count('constructor')).toThrow(usage);
  });

  it('shows no value that could be words, and no more values than it has room for', async () => {
    const metrics = createMetrics();
    metrics.count('decisions', { verdict: 'what does Mona earn?' });
    metrics.count('decisions', { verdict: 'x'.repeat(41) });
    for (let i = 0; i < 1_000; i++) metrics.count('decisions', { verdict: `v${i}` });
    const text = await metrics.render();
    expect(text).not.toContain('Mona');
    expect(text.match(/^sotto_decisions_total\{/gm)?.length).toBe(65);
    expect(text).toContain('sotto_decisions_total{verdict="other"} 938\n');
  });

  it('knows every metric and label that the product counts, and no other', () => {
    const src = join(import.meta.dirname, '../../../src');
    const source = globSync('**/*.ts', { cwd: src })
      .map((path) => readFileSync(join(src, path), 'utf8'))
      .join('\n');
    const counted = [...source.matchAll(/metrics\.count\(\s*'(\w+)'(?:,\s*\{([^}]*)\})?/g)];
    const observed = [...source.matchAll(/metrics\.observe\(\s*'(\w+)'/g)];
    const stands = [...source.matchAll(/metrics\.set\(\s*'(\w+)'/g)];
    expect(new Set(stands.map(([, name]) => name))).toEqual(new Set(Object.keys(GAUGES)));
    expect(new Set(counted.map(([, name]) => name))).toEqual(new Set(Object.keys(COUNTERS)));
    expect(new Set(observed.map(([, name]) => name))).toEqual(new Set(Object.keys(OBSERVATIONS)));
    for (const [, name = '', labels = ''] of counted) {
      const given = labels
        .split(',')
        .map((label) => label.split(':')[0]?.trim())
        .filter((label) => label !== '');
      expect({ name, labels: given }).toEqual({ name, labels: COUNTERS[name]?.labels });
    }
  });
});
