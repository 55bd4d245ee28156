/** Where the audit log goes beside the disk: whether it is reached, kept from being changed, and has what no log ever took. */
import { join } from 'node:path';
import { begunLogs } from '../../adapters/audit-log/origins.ts';
import type { AuditCopy } from '../../core/audit-copy-ports.ts';
import type { AuditSinks } from '../../main/audit-copy.ts';
import { finding, type Line, ok, sentence, warning } from './line.ts';

export const lookAtCopies = async (o: {
  readonly sinks: AuditSinks;
  readonly dataFolder: string;
}): Promise<readonly Line[]> => {
  const { copy, stream } = o.sinks;
  return [
    ...(copy === null
      ? [
          ok(
            'audit',
            'There is no second copy of the audit log (SOTTO_AUDIT_COPY): while this disk does not take entries nothing is answered.',
          ),
        ]
      : await lookAt(copy, 'second copy', await begunLogs(join(o.dataFolder, 'audit')).catch(() => []))),
    ...(stream === null ? [] : await lookAt(stream, 'stream', [])),
  ];
};

const lookAt = async (sink: AuditCopy, what: string, origins: readonly string[]): Promise<readonly Line[]> => {
  try {
    const kept = await sink.keeps();
    const lines: Line[] = [ok('audit', `The ${what} of the audit log is reached: ${sink.name}.`)];
    if (kept === false)
      lines.push(
        warning('audit', {
          what: `Nothing keeps anybody from changing or deleting what is in ${sink.name}.`,
          why: 'The container has no retention policy, so whoever owns the account can take the copy away together with the log.',
          mend: 'Set one that lets append blobs grow, and lock it: az storage container immutability-policy create --account-name ACCOUNT --container-name CONTAINER --period DAYS --allow-protected-append-writes true',
        }),
      );
    for (const origin of origins) {
      const only = (await sink.onlyThere(origin)) ?? 0;
      if (only > 0)
        lines.push(
          finding('audit', {
            what: `${only} entries of the audit log ${origin} are only in ${sink.name}.`,
            why: 'This disk did not take them then; where Sotto runs they come into the log as soon as it does, and where it ended before they never will.',
            mend: 'See that the disk has room and is writable. Where Sotto was ended, keep the copy: docs/audit.md, "A second copy".',
          }),
        );
    }
    return lines;
  } catch (error) {
    return [sentence('audit', error instanceof Error ? error.message : String(error))];
  } finally {
    await sink.close({ graceMs: 0 }).catch(() => false);
  }
};
