import { cpSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Log, LogFields } from '../../src/core/ports.ts';
import type { PersonKind, PolicyRequest, Restriction } from '../../src/core/types.ts';
import { createPolicy, type PolicyOptions, type RulesInForce } from '../../src/policies/authorise.ts';
import { loadCatalogue } from '../../src/policies/catalogue.ts';

export const FIXTURE = fileURLToPath(new URL('./fixtures/pack', import.meta.url));

/** A copy of the fixture pack that a test may spoil. */
export const copyOfPack = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-pack-'));
  cpSync(FIXTURE, folder, { recursive: true });
  return folder;
};

/** A folder that holds these files, to be laid over the fixture. */
export const folderWith = (files: Readonly<Record<string, string>>): string => {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-pack-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
};

export const NOON = Date.UTC(2026, 10, 12, 12);

export const person = (kind: PersonKind, ...groups: readonly string[]): PolicyRequest['person'] => ({
  id: 'someone',
  kind,
  groups,
  country: 'DE',
  fresh: true,
});

/** An employee who asks for their own leave in private, with a fresh sign-in, unless told otherwise. */
export const request = (changed: Partial<PolicyRequest> = {}): PolicyRequest => ({
  person: person('employee'),
  action: 'leave.balance',
  about: 'self',
  platform: 'slack',
  place: 'direct',
  signInAgeMinutes: 0,
  denials: 0,
  asked: [],
  refused: [],
  now: NOON,
  ...changed,
});

export const restriction = (changed: Partial<Restriction> = {}): Restriction => ({
  id: 'freeze',
  title: 'Freeze',
  forbids: ['salary'],
  exceptGroups: ['payroll'],
  places: [],
  appliesTo: [],
  from: null,
  contact: {},
  rights: {},
  suspendedUntil: null,
  countries: [],
  until: null,
  words: { en: 'Closed until Monday.' },
  ...changed,
});

export interface Logged {
  readonly level: keyof Log;
  readonly event: string;
  readonly fields: LogFields | undefined;
}

export const recordingLog = (): { readonly log: Log; readonly lines: readonly Logged[] } => {
  const lines: Logged[] = [];
  const write = (level: keyof Log) => (event: string, fields?: LogFields) => void lines.push({ level, event, fields });
  return { log: { info: write('info'), warn: write('warn'), error: write('error') }, lines };
};

/** The fixture's rules, with a rules file of a test's own laid over them where it has one. */
export const fixturePolicy = (
  o: { readonly rules?: string; readonly restrictions?: readonly Restriction[] } & Pick<
    PolicyOptions,
    'log' | 'validate'
  > = {},
): Promise<RulesInForce> =>
  createPolicy({
    catalogue: loadCatalogue({ folders: [FIXTURE] }),
    folders: o.rules === undefined ? [FIXTURE] : [FIXTURE, folderWith({ 'rules.cedar': o.rules })],
    restrictions: o.restrictions ?? [],
    restrictionsVersion: 1,
    ...(o.log === undefined ? {} : { log: o.log }),
    ...(o.validate === undefined ? {} : { validate: o.validate }),
  });

export const thrownBy = async (act: () => Promise<unknown>): Promise<unknown> =>
  act().then(
    () => null,
    (error: unknown) => error,
  );
