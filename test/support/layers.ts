/**
 * Who may import whom, and who may touch the world. A finding says what, why and how to mend it. Works on texts, so that the
 * check itself can be checked on planted faults.
 */
import { builtinModules } from 'node:module';
import { dirname, join, normalize } from 'node:path/posix';
import { type Import, importsOf } from './source-imports.ts';
import { mentionsOf } from './source-mentions.ts';
import { tokensOf } from './source-tokens.ts';

export interface SourceFile {
  /** From the project's folder, with forward slashes: `src/core/work.ts`. */
  readonly path: string;
  readonly source: string;
}

export interface Finding {
  readonly file: string;
  readonly line: number;
  /** What was imported or mentioned. */
  readonly target: string;
  readonly why: string;
  readonly how: string;
}

export const sentence = ({ file, line, target, why, how }: Finding): string =>
  `${file}:${line} touches ${target}.\n  Why not: ${why}\n  Instead: ${how}`;

interface Layer {
  readonly name: string;
  /** Whether this file of the project may be imported. */
  readonly files: (path: string) => boolean;
  readonly builtins: (name: string, names: Import['names']) => boolean;
  readonly packages: readonly string[];
  readonly why: string;
  readonly how: string;
}

/** A vendor's package belongs to one adapter; what translates its words is there and nowhere else. */
const VENDORS: Readonly<Record<string, readonly string[]>> = {
  azure: ['@azure/identity'],
  backend: ['yaml', 'undici', 'json-p3', 'jose'],
  files: ['yaml', 'csv-parse'],
  http: ['fastify'],
  openid: ['jose', 'openid-client'],
  'azure-blob': ['@azure/storage-blob'],
  'key-vault': ['@azure/keyvault-secrets', '@azure/keyvault-keys'],
  log: ['pino'],
  metrics: ['prom-client'],
  redis: ['ioredis'],
  screen: ['ibantools', 'stdnum'],
  slack: ['@slack/bolt', '@slack/web-api', '@slack/types', 'ws'],
  teams: ['botbuilder'],
};

const oneOf =
  (...allowed: readonly string[]) =>
  (name: string): boolean =>
    allowed.includes(name);
const within =
  (...folders: readonly string[]) =>
  (path: string): boolean =>
    folders.some((folder) => path.startsWith(folder));

const CONTRACTS = [
  'src/core/types.ts',
  'src/core/ports.ts',
  'src/core/backend-ports.ts',
  'src/core/audit-copy-ports.ts',
  'src/core/backup-ports.ts',
  'src/core/restricting-ports.ts',
  'src/core/safely.ts',
  'src/core/sign-in-ports.ts',
  'src/core/errors.ts',
  'src/core/languages.ts',
  'src/core/slot-types.ts',
  'src/core/chore-types.ts',
  'src/core/withhold.ts',
];

/** What several adapters must agree on, and no port: how an audit entry looks, how people are named, which time zones there are, what every store writes alike, how calls are counted, what pages ask and say. */
const SHARED = [
  'src/core/audit.ts',
  'src/core/audit-copy-lines.ts',
  'src/core/audit-syslog.ts',
  'src/core/auth-steps.ts',
  'src/core/budget.ts',
  'src/core/naming.ts',
  'src/core/identifying.ts',
  'src/core/replies/auth-shape.ts',
  'src/core/report/types.ts',
  'src/core/report/words-shape.ts',
  'src/core/reporting.ts',
  'src/core/share.ts',
  'src/core/shared-counts.ts',
  'src/core/sign-in/types.ts',
  'src/core/spoken.ts',
  'src/core/stored.ts',
  'src/core/stored-donations.ts',
  'src/core/stored-writes.ts',
  'src/core/stored-looks.ts',
  'src/core/stored-installations.ts',
  'src/core/stored-restrictions.ts',
  'src/core/stored-sign-ins.ts',
  'src/core/time-zones.ts',
];

const core = (packages: readonly string[]): Layer => ({
  name: 'core',
  files: within('src/core/'),
  builtins: (name, names) => name === 'node:crypto' && names !== null && names.every(oneOf('hash', 'createHash')),
  packages,
  why: 'the core knows no platform, store, file, network or clock, so that its order can be read and tested without them.',
  how: 'ask for it through a port of src/core/ports.ts and let an adapter answer.',
});

const policies: Layer = {
  name: 'policies',
  files: (path) => within('src/policies/')(path) || CONTRACTS.includes(path),
  builtins: oneOf('node:fs', 'node:path', 'node:url', 'node:crypto', 'node:worker_threads'),
  packages: ['zod', 'yaml', '@cedar-policy/cedar-wasm'],
  why: 'policies decide on what they are given: the types, ports and errors of the core, and their engine.',
  how: 'have the composition root (src/main.ts) pass in what is needed.',
};

const adapter = (folder: string): Layer => ({
  name: `adapters/${folder}`,
  files: (path) => within(`src/adapters/${folder}/`, BOUNDED)(path) || [...CONTRACTS, ...SHARED].includes(path),
  builtins: (name) => name !== 'node:process' && (name !== 'node:sqlite' || folder === 'sqlite'),
  packages: ['zod', ...(VENDORS[folder] ?? [])],
  why: 'an adapter answers a port for one outside thing; it knows the contracts of the core and its own vendor, and no other adapter.',
  how: 'take what is needed as an option, typed as a port, or move it into the adapter whose vendor it is.',
});

/** Stands among the adapters, but answers no port: the waiting and reading that all of them bound alike. */
const BOUNDED = 'src/adapters/bounded/';

const bounded: Layer = {
  name: 'adapters/bounded',
  files: (path) => within(BOUNDED)(path) || ['src/core/ports.ts', 'src/core/errors.ts'].includes(path),
  builtins: (name) => name !== 'node:process' && name !== 'node:sqlite',
  packages: [],
  why: 'every adapter builds on it, so it knows the ports and errors of the core and Node, and no outside thing.',
  how: 'leave what an outside thing needs in the folder of its adapter.',
};

const config: Layer = {
  name: 'config',
  files: (path) => CONTRACTS.includes(path) || within('src/config/')(path),
  builtins: oneOf('node:path'),
  packages: ['zod'],
  why: 'settings are read before anything else exists.',
  how: 'return the setting and let src/main.ts act on it.',
};

const ROOTS = within('src/main.ts', 'src/main/', 'src/cli.ts', 'src/cli/', 'playground/');

/** May touch everything that is a part of the product or of its playground. */
const root: Layer = {
  name: 'composition',
  files: within('src/', 'playground/'),
  builtins: () => true,
  packages: [],
  why: 'tests, benches and tools are no part of the product.',
  how: 'move what both need into src/ or playground/.',
};

interface Door {
  /** A file, or a folder whose files may import each other. */
  readonly inner: string;
  /** Who alone may import it from outside. */
  readonly door: string;
  readonly why: string;
}

/** What an order or a check lies around, and where that is kept. */
const DOORS: readonly Door[] = [
  {
    inner: 'src/core/authorised/',
    door: 'src/core/data.ts',
    why: 'what calls a system of record lies there, and nothing of it is to be had without the checks around it.',
  },
  {
    inner: 'src/core/showing/',
    door: 'src/core/show.ts',
    why: 'an answer that leaves is filled into a placeholder and never posted, and one place chooses which it is.',
  },
  {
    inner: 'src/core/run-claim.ts',
    door: 'src/core/work.ts',
    why: 'a claim is run behind its fence, under a lease that is kept meanwhile, and once at a time.',
  },
  {
    inner: 'src/core/converse.ts',
    door: 'src/core/run-claim.ts',
    why: 'a question is decided only where nothing was decided of it before, or that was recalled.',
  },
];

/** A failed WebAssembly module can only be replaced by loading it afresh, which no import does. */
const LOADS_AFRESH = 'src/policies/engine.ts';

const engine: Layer = { ...policies, builtins: (name) => name === 'node:module' || policies.builtins(name, null) };

const layerOf = (path: string): Layer | null => {
  if (ROOTS(path)) return root;
  if (path === 'src/config.ts' || path.startsWith('src/config/')) return config;
  if (path.startsWith('src/core/recognise/')) return core(['zod', 'confusables']);
  if (path.startsWith('src/core/')) return core(['zod']);
  if (path === LOADS_AFRESH) return engine;
  if (path.startsWith('src/policies/')) return policies;
  if (within(BOUNDED)(path)) return bounded;
  const folder = /^src\/adapters\/([^/]+)\/./.exec(path)?.[1];
  return folder === undefined ? null : adapter(folder);
};

/** Every broken rule in these files. `dependencies`: the packages that ship with the product. */
export const checkLayers = (o: {
  readonly files: readonly SourceFile[];
  readonly dependencies: readonly string[];
}): readonly Finding[] => o.files.flatMap((file) => checkFile(file, o.dependencies));

const checkFile = ({ path, source }: SourceFile, dependencies: readonly string[]): readonly Finding[] => {
  const layer = layerOf(path);
  if (layer === null)
    return [
      {
        file: path,
        line: 1,
        target: 'the project',
        why: 'it lies in no folder that the house knows, so no rule holds it.',
        how: 'move it into core, policies or a folder of adapters, or add the folder to test/support/layers.ts.',
      },
    ];
  const tokens = tokensOf(source);
  const imports = importsOf(tokens).flatMap((found) => {
    const fault = faultOf(found, path, layer, dependencies);
    return fault === null ? [] : [{ file: path, line: found.line, ...fault }];
  });
  const mentions = mentionsOf({ path, tokens }).map((found) => ({ file: path, ...found }));
  return [...imports, ...mentions];
};

type Fault = Pick<Finding, 'target' | 'why' | 'how'>;

const faultOf = (found: Import, path: string, layer: Layer, dependencies: readonly string[]): Fault | null => {
  const { target } = found;
  if (target === null) {
    if (layer === root || layer === engine) return null;
    const why = 'what is loaded is only known at run time, so no rule can hold it.';
    return { target: `something by a ${found.how}`, why, how: 'import it by a name written out.' };
  }
  const fault = { target: `${target} (${found.how})`, why: layer.why, how: layer.how };
  if (target.startsWith('.')) {
    const file = normalize(join(dirname(path), target));
    if (layer !== root && ROOTS(file))
      return { ...fault, why: 'main, the commands and the playground build on everything, so nothing builds on them.' };
    const kept = DOORS.find(({ inner, door }) => within(inner)(file) && path !== door && !within(inner)(path));
    if (kept !== undefined) return { ...fault, why: kept.why, how: `take what ${kept.door} exports.` };
    return layer.files(file) ? null : fault;
  }
  const builtin = builtinOf(target);
  if (builtin !== null) return layer.builtins(builtin, found.names) ? null : fault;
  const name = target.split('/', target.startsWith('@') ? 2 : 1).join('/');
  if (!dependencies.includes(name))
    return {
      ...fault,
      why: 'it is not among the dependencies in package.json, so an install does not have it.',
      how: 'add it there, or do without.',
    };
  return layer === root || layer.packages.includes(name) ? null : fault;
};

/** With its prefix, whichever way it was written. */
const builtinOf = (target: string): string | null => {
  if (target.startsWith('node:')) return target.replace(/^node:(fs|path|timers|stream|util)\/.*/, 'node:$1');
  return builtinModules.includes(target) ? `node:${target}` : null;
};
