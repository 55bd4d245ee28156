/**
 * `npm run bench -- NAME [--json] [--seconds N]`: measures, prints a table and writes `bench/results/NAME.md`.
 * NAME is one of the list below, or `all`; `names` prints the list. Ratios are taken within one run; absolute times are this machine's.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import type { Bench, Figure } from './figure.ts';

/** `appendix`: what stands below the table of figures, in Markdown; asked for after the bench has run. */
interface Module {
  readonly bench: Bench;
  readonly appendix?: () => string;
}

const BENCHES: Readonly<Record<string, () => Promise<Module>>> = {
  audit: () => import('./audit.ts'),
  backends: () => import('./backends.ts'),
  core: () => import('./core.ts'),
  engine: () => import('./engine.ts'),
  policies: () => import('./policies.ts'),
  recogniser: () => import('./recogniser.ts'),
  slack: () => import('./slack.ts'),
  teams: () => import('./teams.ts'),
};

const shown = (value: number): string =>
  Math.abs(value) >= 100 ? value.toFixed(0) : Math.abs(value) >= 1 ? value.toFixed(2) : value.toPrecision(3);

const table = (name: string, figures: readonly Figure[]): string =>
  [
    `# ${name}`,
    '',
    `Node ${process.versions.node}, ${availableParallelism()} CPUs. Read ratios; absolute figures are one machine's on one day.`,
    '',
    '| figure | value | unit | target | met |',
    '| --- | ---: | --- | ---: | --- |',
    ...figures.map(({ id, value, unit, target, direction, ok }) => {
      const aim = target === null ? '' : `${direction === 'max' ? '≤' : '≥'} ${shown(target)}`;
      return `| ${id} | ${shown(value)} | ${unit} | ${aim} | ${target === null ? '' : ok ? 'yes' : 'no'} |`;
    }),
    '',
  ].join('\n');

const main = async (): Promise<number> => {
  const { values, positionals } = parseArgs({
    options: { json: { type: 'boolean', default: false }, seconds: { type: 'string', default: '5' } },
    allowPositionals: true,
  });
  const seconds = Number(values.seconds);
  const [asked] = positionals;
  if (asked === 'names') {
    console.log(Object.keys(BENCHES).join('\n'));
    return 0;
  }
  const names = asked === 'all' ? Object.keys(BENCHES) : positionals;
  if (names.length === 0 || !(seconds > 0) || names.some((name) => !Object.hasOwn(BENCHES, name))) {
    console.error(
      `npm run bench -- NAME [--json] [--seconds N], NAME one of: ${Object.keys(BENCHES).join(' ')} all, or names`,
    );
    return 2;
  }
  for (const name of names) {
    const load = BENCHES[name];
    if (load === undefined) continue;
    const { bench, appendix } = await load();
    const figures = await bench({ seconds });
    if (values.json) {
      console.log(JSON.stringify({ name, node: process.versions.node, cpus: availableParallelism(), figures }));
    } else {
      const text = [table(name, figures), ...(appendix === undefined ? [] : [appendix()])].join('\n');
      console.log(text);
      const folder = new URL('./results/', import.meta.url);
      mkdirSync(folder, { recursive: true });
      writeFileSync(new URL(`${name}.md`, folder), text);
    }
  }
  return 0;
};

process.exitCode = await main();
