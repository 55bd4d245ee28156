/** What a whole Sotto needs beside its platform: secrets, what the directory and the HR system know of its people, and a pack whose answers leave. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { createBackendStandIn } from '../../playground/backend/stand-in.ts';
import { backendsFor } from '../../playground/stage.ts';
import { ensureFileSecrets } from '../../src/adapters/files/secrets.ts';
import { packFor } from '../../test/support/pack.ts';

type Wanted = Parameters<typeof ensureFileSecrets>[0]['wanted'];

/** A bench waits longer for a Sotto than a test does, for nothing is proved by that, ms. */
export const START_MS = 300_000;

/** Somebody, as the directory has them. */
export interface Housed {
  readonly id: string;
  /** Their accounts on the platforms, in the directory's shape. */
  readonly accounts: Readonly<Record<string, unknown>>;
}

export interface Household {
  /** Sotto's own. */
  readonly dataFolder: string;
  secret(name: string): string;
  /** The HR system, for a server of the bench. */
  routes(app: FastifyInstance): void;
  /** Sotto's settings but the platform's; `base`: where that server is reached. */
  settings(base: string): Readonly<Record<string, string>>;
  end(): void;
}

export const openHousehold = async (o: {
  readonly name: string;
  readonly people: readonly Housed[];
  /** Of the platform; the two that every Sotto needs come by themselves. */
  readonly secrets: Wanted;
  /** After which answers leave that must. */
  readonly expiresSeconds: number;
  /** Null: the embedded one. */
  readonly store: string | null;
}): Promise<Household> => {
  const folder = mkdtempSync(join(tmpdir(), `sotto-bench-${o.name}-`));
  const secretsFolder = join(folder, 'secrets');
  await ensureFileSecrets({
    folder: secretsFolder,
    wanted: { 'data-key': 'random-32-bytes', 'audit-signing-key': 'ed25519-key', ...o.secrets },
  });
  const [directory, hrData] = [join(folder, 'people.yaml'), join(folder, 'hr-data.yaml')];
  // JSON is YAML.
  writeFileSync(directory, JSON.stringify({ people: o.people.map(personOf) }));
  writeFileSync(hrData, JSON.stringify({ people: Object.fromEntries(o.people.map(recordsOf)) }));
  const policies = packFor({ folder: join(folder, 'pack'), expiresSeconds: o.expiresSeconds });
  deleting(join(policies, 'rules.cedar'));
  const backend = createBackendStandIn({ dataFile: hrData });
  const dataFolder = join(folder, 'data');

  return {
    dataFolder,
    secret: (name) => readFileSync(join(secretsFolder, name), 'utf8').trim(),
    routes: (app) => backend.routes(app),
    settings: (base) => {
      backendsFor({ folder: join(folder, 'backends'), base });
      return {
        SOTTO_DATA: dataFolder,
        ...(o.store === null ? {} : { SOTTO_STORE: o.store }),
        SOTTO_POLICIES: policies,
        SOTTO_VAULT: `files:${secretsFolder}`,
        SOTTO_DIRECTORY: `file:${directory}`,
        SOTTO_BACKENDS: join(folder, 'backends'),
        PORT: '0',
        SOTTO_OPS_PORT: '0',
      };
    },
    end: () => rmSync(folder, { recursive: true, force: true }),
  };
};

/** Nobody is offered more time, so that no line stays where an answer was: it is deleted. */
const deleting = (rules: string): void => {
  const before = readFileSync(rules, 'utf8');
  const after = before.replace(/^@more_time\(.*\)\n/gm, '');
  if (after === before) throw new Error('no rule offers more time any more: the bench need not take it away');
  writeFileSync(rules, after);
};

const personOf = ({ id, accounts }: Housed, n: number) => ({
  id,
  name: `Xq${letters(n)} Zw${letters(n)}`,
  kind: 'employee',
  groups: [],
  country: 'DE',
  locale: 'en',
  manager: null,
  accounts,
});

const recordsOf = ({ id }: Housed, n: number) => [
  id,
  {
    currency: 'EUR',
    profile: { name: letters(n) },
    leave: { remaining: n % 30, total: 30, planned: 0 },
    sickdays: { days: n % 9, last: '2026-09-16' },
    payslip: { month: '2026-10', gross: 5_000, net: 3_000 },
    compensation: { annual: 60_000, grade: 'L1' },
    team: [],
  },
];

/** A name of letters alone, for a digit ends one. */
const letters = (n: number): string =>
  String(n)
    .padStart(6, '0')
    .replace(/[0-9]/g, (digit) => 'abcdefghij'[Number(digit)] ?? '');
