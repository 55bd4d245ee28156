/** Puts a backup back, on an empty machine. */
import { parseArgs } from 'node:util';
import { createSealer } from '../adapters/sealer/sealer.ts';
import type { Status, Subcommand } from '../cli.ts';
import type { Config } from '../config.ts';
import type { BackupPlace } from '../core/backup-ports.ts';
import { SottoError } from '../core/errors.ts';
import type { RestoreReport } from '../main/backup/report.ts';
import { restore } from '../main/backup/restore.ts';
import { azureOf, openSecrets, openStore, type Tools } from '../main/opening.ts';
import { configured, placesOf, quietTools } from './backup.ts';
import { ago } from './time-words.ts';

export const restoreCommand: Subcommand = {
  summary: 'puts a backup back, on an empty machine',
  help: [
    'sotto restore [--from PLACE]… [--without PLACE]… [--at NAME] [--approved HASH] [--paused] [--dry-run] [--json]',
    'Needs the settings, the vault with the data key and the signing key of the audit log, an empty SOTTO_DATA and an empty SOTTO_STORE.',
    'Everything is opened, put together and verified before anything is touched; where it is cut short, the same command goes on.',
    '--from PLACE: folder:DIR or the address of a container, asked beside those of SOTTO_BACKUP_TO. Each must answer, for a newer archive may lie there;',
    '--without PLACE: that one may be left out where it does not. --at NAME: that archive instead of the newest. What HR restricts and operators ordered always comes from the newest archive in these places. --approved HASH: refuse unless',
    'the restrictions have this hash ("sotto backup list" and entries "backup" of the audit log tell it). --paused: restore although something newer is known to',
    'be missing, or an audit log comes back only in part, or not at all; nobody is answered until an operator ends the pause. --dry-run: open and verify, and touch nothing.',
    'Then "sotto serve": what fell due meanwhile leaves before the first question is answered. Status 0: restored; 2: not, with the reason.',
  ].join('\n'),
  run: async (args): Promise<Status> => {
    const { values } = parseArgs({
      args: [...args],
      options: {
        from: { type: 'string', multiple: true, default: [] },
        without: { type: 'string', multiple: true, default: [] },
        at: { type: 'string' },
        approved: { type: 'string' },
        paused: { type: 'boolean', default: false },
        'dry-run': { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
      },
      strict: true,
    });
    const config = configured();
    const tools = quietTools();
    const vault = await openSecrets({ vault: config.vault, azure: azureOf(config, tools), tools });
    try {
      const dataKey = await vault.it.get('data-key');
      const report = await restore({
        dataFolder: config.dataFolder,
        ...(await placesToAsk(config, values, tools)),
        openStore: () => openStore({ store: config.store, secrets: vault.it, tools }),
        sealer: createSealer({ dataKey }),
        dataKey,
        signingKey: await vault.it.get('audit-signing-key'),
        clock: tools.clock,
        random: tools.random,
        at: values.at ?? null,
        approved: values.approved ?? null,
        paused: values.paused,
        dryRun: values['dry-run'],
      });
      if (values.json) console.log(JSON.stringify({ ...report, madeAt: new Date(report.madeAt).toISOString() }));
      else console.log(inWords(report, config, values['dry-run']).join('\n'));
      return 0;
    } catch (error) {
      if (error instanceof SottoError) {
        console.error(error.message);
        return 2;
      }
      throw error;
    } finally {
      await vault.close();
    }
  },
};

/** Those that are named, and those of the settings: what HR restricts comes from the newest archive in any of them. Refuses with `usage` to leave out any other. */
const placesToAsk = async (
  config: Config,
  { from, without }: { readonly from: readonly string[]; readonly without: readonly string[] },
  tools: Tools,
): Promise<{ readonly places: readonly BackupPlace[]; readonly spared: readonly string[] }> => {
  const own = config.backups.places.length > 0 || from.length === 0 ? await placesOf(config, [], tools) : [];
  const named = from.length === 0 ? [] : await placesOf(config, from, tools);
  const places = [...named, ...own.filter(({ name }) => !named.some((place) => place.name === name))];
  const spared = without.length === 0 ? [] : (await placesOf(config, without, tools)).map(({ name }) => name);
  const unasked = spared.find((name) => !places.some((place) => place.name === name));
  if (unasked !== undefined)
    throw new SottoError(
      'usage',
      `--without ${unasked}: that place is not asked anyway. Those that are: ${places.map(({ name }) => name).join(', ')}.`,
    );
  return { places, spared };
};

const inWords = (report: RestoreReport, config: Config, dryRun: boolean): readonly string[] => {
  const { restrictions, removals, due, logs } = report;
  const changed = Object.keys({ ...report.settings, ...config.settings }).filter(
    (name) => report.settings[name] !== config.settings[name],
  );
  return [
    dryRun
      ? `${report.archive} opens and is whole. Nothing was changed (--dry-run). It would bring back:`
      : `Restored from ${report.archive}:`,
    `- ${restrictions.count} restrictions (hash ${restrictions.hash}, from ${restrictions.archive}), ${report.holds} legal holds, ${report.recalls} recalls${report.paused ? '; Sotto is PAUSED until an operator ends it ("sotto pause --off")' : ''}`,
    `- ${removals} answers that must still leave; ${due} of them should have left by now, and do before the first question is answered`,
    `- ${report.references} chats`,
    ...logs.map(({ origin, entries, lost }) =>
      lost === 0
        ? `- the audit log ${origin}: ${entries} entries, verified`
        : `- the audit log ${origin}: ${entries} entries, verified; ${lost} more were on record and are LOST`,
    ),
    `Lost is what came in the ${ago(report.lostMs)} since then: questions that were not answered, and the removal of answers given in that time, which stay in the chat.`,
    ...report.notes.map((note) => `Note: ${note}`),
    ...(changed.length === 0
      ? []
      : [`These settings are others than when the archive was made: ${changed.toSorted().join(', ')}.`]),
    ...(dryRun ? [] : ['Now start it: sotto serve']),
  ];
};
