/** The Dockerfile and compose.yaml as values, for the tests that hold what they promise. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

export const ROOT = join(import.meta.dirname, '..', '..');

export interface Instruction {
  readonly name: string;
  readonly words: string;
}

/** Instructions of each stage, in order; the first of each is its FROM. */
export const stagesOf = (dockerfile: string): readonly (readonly Instruction[])[] => {
  const stages: Instruction[][] = [];
  for (const line of dockerfile
    .replace(/^#.*\n/gm, '')
    .replace(/\\\n/g, ' ')
    .split('\n')) {
    const found = /^([A-Z]+)\s+(.*)$/.exec(line.trim());
    if (found === null) continue;
    const [, name = '', words = ''] = found;
    if (name === 'FROM') stages.push([]);
    stages.at(-1)?.push({ name, words: words.trim() });
  }
  return stages;
};

export const stages = stagesOf(readFileSync(join(ROOT, 'Dockerfile'), 'utf8'));

/** The stage that becomes the image. */
export const image: readonly Instruction[] = stages.at(-1) ?? [];

/** Everything that an instruction of this name says in the image. */
export const said = (name: string): readonly string[] =>
  image.filter((instruction) => instruction.name === name).map(({ words }) => words);

/** What is copied from the checkout in these instructions. */
export const copiedFrom = (instructions: readonly Instruction[]): readonly string[] =>
  instructions
    .filter(({ name, words }) => name === 'COPY' && !words.includes('--from='))
    .flatMap(({ words }) =>
      words
        .split(/\s+/)
        .filter((word) => !word.startsWith('--'))
        .slice(0, -1),
    );

/** The command of the image's health check. */
export const healthCheck = (): readonly string[] => {
  const [check = ''] = said('HEALTHCHECK');
  return JSON.parse(check.slice(check.indexOf('CMD') + 3)) as readonly string[];
};

export interface Service {
  readonly image?: string;
  readonly build?: string;
  readonly command?: readonly string[];
  readonly user?: string;
  readonly read_only?: boolean;
  readonly privileged?: boolean;
  readonly cap_drop?: readonly string[];
  readonly cap_add?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly tmpfs?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly networks?: readonly string[];
  readonly ports?: readonly string[];
  readonly container_name?: string;
  readonly network_mode?: string;
  readonly volumes?: readonly (string | Readonly<Record<string, unknown>>)[];
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly deploy?: { readonly resources: { readonly limits: Readonly<Record<string, unknown>> } };
  readonly logging?: { readonly options: Readonly<Record<string, string>> };
}

interface Compose {
  readonly services: { readonly sotto: Service; readonly redis: Service };
  readonly networks: Readonly<Record<string, { readonly internal?: boolean }>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

export const compose = parse(readFileSync(join(ROOT, 'compose.yaml'), 'utf8')) as Compose;
