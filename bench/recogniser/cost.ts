/** What it costs: a message's time, the learning, the memory of a process of its own. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRecogniser } from '../../src/core/recognise/lessons.ts';
import type { Catalogue } from '../../src/core/types.ts';
import { type Figure, figure, median } from '../figure.ts';
import { unseenOf } from './unseen.ts';

const WORDS = 20;
const MESSAGES = 500;
/** Bytes of the longest text that anybody can send. */
const LONG = 64 * 1024;

const at = (values: readonly number[], part: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(part * values.length))] ?? Number.NaN;

/** Messages of twenty words, of sentences that nothing was learnt from. */
const messages = (): readonly string[] => {
  const words = unseenOf('en').flatMap(({ text }) => text.split(/\s+/));
  return Array.from({ length: MESSAGES }, (_, index) => {
    const start = (index * 7) % (words.length - WORDS);
    return words.slice(start, start + WORDS).join(' ');
  });
};

const filled = (text: string): string => text.repeat(Math.ceil(LONG / text.length)).slice(0, LONG);

/** Texts made to take long. */
const LONG_TEXTS: readonly string[] = [
  filled('what does Mona earn? '),
  filled('a'),
  filled('s a l a r y '),
  filled('w.h.a.t. '),
  filled('5414ry '),
  filled('sаlаry '),
  filled('s\u0336a\u0336'),
  filled('зарплата '),
  filled('\u{1d41a}'),
  filled('!|$@('),
  filled('. '),
];

export interface Costs {
  readonly figures: readonly Figure[];
  readonly recogniser: ReturnType<typeof createRecogniser>;
}

interface Memory {
  readonly added: number;
  readonly peak: number;
}

const memoryOf = (folder: string): Memory => {
  const child = fileURLToPath(new URL('memory.ts', import.meta.url));
  const started = ['--expose-gc', child, folder];
  const { stdout, stderr, status } = spawnSync(process.execPath, started, { encoding: 'utf8', timeout: 120_000 });
  if (status !== 0) throw new Error(`The process that measures memory did not end well: ${stderr}`);
  return JSON.parse(stdout) as Memory;
};

/** Of a first start, which learns the pack, and of the next, which finds it kept. */
const memory = (): readonly Figure[] => {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-bench-'));
  try {
    const most = (id: string, value: number, target: number | null): Figure =>
      figure({ id, value, unit: 'MB', target, direction: 'max' });
    const first = memoryOf(folder);
    const next = memoryOf(folder);
    return [
      most('memory added by the pack, learnt', first.added, 60),
      most('memory added at most while it learns', first.peak, null),
      most('memory added by the pack, as it was kept', next.added, 60),
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
};

/** Also what was learnt, so that nobody learns it twice. */
export const costs = (o: { readonly catalogue: Catalogue; readonly seconds: number }): Costs => {
  const before = process.cpuUsage();
  const recogniser = createRecogniser({ catalogue: o.catalogue });
  const { user, system } = process.cpuUsage(before);
  const ask = (text: string): number => {
    const started = performance.now();
    recogniser.recognise({ text, locale: 'en' });
    return performance.now() - started;
  };
  const asked = messages().map((text) => ({ text, times: [] as number[] }));
  for (let round = 0; round < 3; round++) for (const { text } of asked) ask(text);
  for (const until = performance.now() + 1000 * o.seconds; performance.now() < until; )
    for (const { text, times } of asked) times.push(1000 * ask(text));
  const all = asked.flatMap(({ times }) => times);
  const usual = asked.map(({ times }) => median(times));
  const long = LONG_TEXTS.map((text) => Math.min(...[0, 1, 2].map(() => ask(text))));
  const most = (id: string, value: number, unit: string, target: number | null): Figure =>
    figure({ id, value, unit, target, direction: 'max' });
  return {
    recogniser,
    figures: [
      most('learning the pack, CPU time', (user + system) / 1e6, 's', 10),
      most('a 20-word message, p50', at(all, 0.5), 'µs', 60),
      most('a 20-word message, p99 of messages, each the median of its rounds', at(usual, 0.99), 'µs', 500),
      most(
        'a 20-word message, p99 of all, pauses by the machine and the collector among them',
        at(all, 0.99),
        'µs',
        null,
      ),
      most('64 KiB of text, the slowest kind', Math.max(...long), 'ms', 50),
      ...memory(),
    ],
  };
};
