import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { readDescriptions } from '../adapters/backend/description.ts';
import { createFileDirectory, type FileDirectory } from '../adapters/files/directory.ts';
import type { Status, Subcommand } from '../cli.ts';
import { DEFAULT_HR, DEFAULT_OPERATORS, environment, isLoopback, readConfig, readTransitConfig } from '../config.ts';
import { SottoError } from '../core/errors.ts';
import type { Directory } from '../core/ports.ts';
import { exposures } from '../main/exposures.ts';
import { unmappedGroups } from '../main/opening.ts';
import { checkTransit } from '../main/transit.ts';
import { checkRules } from '../policies/authorise.ts';
import { readCatalogue } from '../policies/catalogue.ts';
import { readExamples } from '../policies/examples.ts';
import { findingText } from '../policies/findings.ts';
import { packFolders, SAMPLE_BACKENDS, SAMPLE_PEOPLE } from '../policies/pack.ts';
import { payNotes } from '../policies/pay-notes.ts';
import { readRestrictionTemplates } from '../policies/restriction-templates.ts';
import { groupsOf } from '../policies/schema.ts';
import { backendFindings, checkBackends } from './check-backends.ts';
import { calledFindings } from './check-called.ts';
import { signInFaults } from './check-identity.ts';
import { inForceNotes } from './check-in-force.ts';
import { judgedFindings } from './check-judged.ts';
import { hrNotes, notesOf, operatorNotes, unmappedNote } from './check-notes.ts';
import { unreached } from './check-reached.ts';
import { triedLines, uncached } from './check-tried.ts';
import { lintManifests } from './manifest/findings.ts';
import { secretFindings } from './vault.ts';

/** Settings that somebody makes who means to serve. */
const SERVING = /^(?:SLACK_|TEAMS_|SOTTO_(?:VAULT|DIRECTORY|BACKENDS)$)/;

interface Finding {
  readonly area: 'settings' | 'secrets' | 'certificates' | 'people' | 'pack' | 'policies' | 'backends' | 'manifests';
  readonly finding: string;
}

const caught = async <T>(run: () => T | Promise<T>): Promise<{ readonly value: T } | { readonly message: string }> => {
  try {
    return { value: await run() };
  } catch (error) {
    return { message: error instanceof Error ? error.message : String(error) };
  }
};

/** Whoever is to be told of probing must be somebody who can be told. */
const contactFindings = async (directory: Directory, contact: string | null): Promise<readonly string[]> => {
  if (contact === null || (await directory.members()).some(({ id }) => id === contact)) return [];
  return [
    `SOTTO_SECURITY_CONTACT is "${contact}", and nobody in the directory who may use Sotto has that id, so nobody would be told of probing. Give the id of a person.`,
  ];
};

export const check: Subcommand = {
  summary: 'finds everything that would stop a start, all at once',
  help: [
    'sotto check [--json] [--backends] [--live --as PERSON]',
    'Reads settings, secrets, people, pack, policies, backend descriptions and manifests. Without settings it checks the pack and the sample that ship.',
    'It also finds what stops no start and is wrong all the same: rules that never decide anything, questions that nobody is answered, intents that are taken for others.',
    'Each backend description is tried out against the responses recorded beside it (recorded/BACKEND/OPERATION.json): what comes out of them, and what',
    'the intents would say of it. Record nothing of real people: it is printed.',
    '--backends: looks at the descriptions alone, as whoever writes one needs it.',
    '--live asks the systems themselves what they know of PERSON, a directory id: reads only, and of what comes it prints kinds and no value.',
    'Status 0: nothing found; 1: findings.',
  ].join('\n'),
  run: async (args): Promise<Status> => {
    const { values } = parseArgs({
      args: [...args],
      options: {
        json: { type: 'boolean', default: false },
        backends: { type: 'boolean', default: false },
        live: { type: 'boolean', default: false },
        as: { type: 'string' },
      },
      strict: true,
    });
    if (values.live !== (values.as !== undefined))
      throw new SottoError('usage', 'Say whom the systems are asked about: "sotto check --live --as PERSON".');
    const env = environment();
    if (values.backends) return checkBackends({ env, person: values.as ?? null, json: values.json });
    const findings: Finding[] = [];
    const add = (area: Finding['area'], text: string): void => {
      for (const finding of text.split('\n')) findings.push({ area, finding });
    };

    const serving = Object.keys(env).some((name) => SERVING.test(name));
    const read = serving ? readConfig(env) : null;
    if (read?.ok === false) for (const finding of read.findings) add('settings', finding);
    if (read?.ok === true) for (const finding of exposures(read.config)) add('settings', finding);
    if (read?.ok === true && read.config.signIn !== null)
      for (const { what, why, mend } of signInFaults(read.config.signIn)) add('settings', `${what} ${why} ${mend}`);
    for (const finding of await secretFindings(env)) add('secrets', finding);
    const config = read?.ok === true ? read.config : null;
    const { transit, store, syslog } = readTransitConfig(env);
    const certificates = await checkTransit({ transit, store, syslog }, Date.now());
    for (const finding of certificates.findings) add('certificates', finding);
    // Entra is asked when it is needed; whether it may be is for `doctor`.
    const path = env['SOTTO_DIRECTORY'] ?? `file:${SAMPLE_PEOPLE}`;
    let operators: number | null = null;
    let inHr: number | null = null;
    let directory: FileDirectory | null = null;
    const group = env['SOTTO_OPERATORS']?.trim() || DEFAULT_OPERATORS;
    const hr = env['SOTTO_HR']?.trim() || DEFAULT_HR;
    if (path.startsWith('file:')) {
      const people = await caught(() => createFileDirectory({ path: path.slice('file:'.length) }));
      if ('message' in people) add('people', people.message);
      else {
        operators = people.value.employeesIn(group);
        inHr = people.value.employeesIn(hr);
        directory = people.value;
        for (const finding of await contactFindings(people.value, env['SOTTO_SECURITY_CONTACT']?.trim() || null))
          add('people', finding);
      }
    }
    const folder = env['SOTTO_BACKENDS'] ?? SAMPLE_BACKENDS;
    const described = await caught(() => readDescriptions(folder));
    if ('message' in described) add('backends', described.message);
    const descriptions = 'value' in described ? described.value : null;
    const called =
      descriptions === null
        ? null
        : calledFindings({
            operations: descriptions.operations.values(),
            kind: path.startsWith('file:') ? 'file' : path === 'slack-groups' ? 'slack-groups' : 'entra',
            identifiable: directory?.identifiable ?? null,
          });
    for (const finding of called?.findings ?? []) add('backends', finding);
    for (const finding of unreached(descriptions?.backends.values() ?? [])) add('backends', finding);

    const own = env['SOTTO_POLICIES'] ?? null;
    if (own !== null && !existsSync(own)) add('pack', `SOTTO_POLICIES is "${own}", and there is no such folder.`);
    const folders = packFolders(own);
    const { catalogue, findings: pack } = readCatalogue({ folders });
    for (const finding of pack) add('pack', finding);
    const templates = catalogue === null ? [] : readRestrictionTemplates({ folders, catalogue }).templates;
    for (const finding of readExamples(folders).findings) add('pack', findingText(finding));
    if (catalogue !== null) {
      for (const finding of await checkRules({ catalogue, folders })) add('policies', finding);
    }
    const person = values.as ?? null;
    const tried =
      descriptions === null ? null : await backendFindings({ env, folder, descriptions, catalogue, directory, person });
    for (const finding of tried?.findings ?? []) add('backends', finding);

    // Nobody is told what sound rules do not do while some are not sound.
    const sound = catalogue !== null && !findings.some(({ area }) => area === 'pack' || area === 'policies');
    const judged = sound ? await judgedFindings({ folders, directory, now: Date.now() }) : null;
    for (const finding of judged?.pack ?? []) add('pack', finding);
    for (const finding of judged?.policies ?? []) add('policies', finding);
    if (descriptions !== null && judged?.plain != null)
      for (const finding of uncached({ folder, descriptions, plain: judged.plain })) add('backends', finding);

    // A wrong one was found among the settings.
    const publicUrl = serving ? transit.publicUrl : (env['SOTTO_PUBLIC_URL'] ?? null);
    const manifests = lintManifests({
      // Between stand-ins it is on this machine, and nobody installs a manifest there.
      publicUrl: publicUrl !== null && isLoopback(publicUrl) ? null : publicUrl,
      appId: env['TEAMS_APP_ID'] ?? null,
      targeted: env['TEAMS_TARGETED']?.trim() === 'yes',
      groups: env['SOTTO_DIRECTORY']?.trim() === 'slack-groups',
    });
    for (const finding of manifests) add('manifests', finding);

    const unmapped = config === null || catalogue === null ? [] : unmappedGroups(config, groupsOf(catalogue));
    const notes = [
      ...notesOf(config),
      ...operatorNotes({
        group,
        count: operators,
        unmapped: config !== null && unmappedGroups(config, [group]).length > 0,
        kind: config?.directory.kind,
      }),
      ...hrNotes({
        group: hr,
        count: inHr,
        unmapped: config !== null && unmappedGroups(config, [hr]).length > 0,
        kind: config?.directory.kind,
      }),
      ...(catalogue === null ? [] : payNotes({ restrictions: templates, catalogue })),
      ...(catalogue === null ? [] : await inForceNotes({ catalogue, serving })),
      ...(called?.notes ?? []),
      ...(judged?.notes ?? []),
      ...(tried?.notes ?? []),
      ...unmapped.map((name) => unmappedNote(name, config?.directory.kind)),
    ];
    if (values.json) {
      console.log(JSON.stringify({ ok: findings.length === 0, findings, notes, tried: tried?.tried ?? [] }));
    } else {
      const shown = triedLines(tried?.tried ?? []);
      if (shown.length > 0) console.log(`What the systems of record give:\n${shown.join('\n')}\n`);
      for (const { area, finding } of findings) console.log(`${area}: ${finding}`);
      console.log(findings.length === 0 ? 'Nothing found that would stop a start.' : `${findings.length} finding(s).`);
      console.log(`\nWhat the promises rest on:\n${notes.map((note) => `- ${note}`).join('\n')}`);
    }
    return findings.length === 0 ? 0 : 1;
  },
};
