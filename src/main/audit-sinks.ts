/** Where the settings send the audit log beside the disk. Azure's packages are loaded only where a container is named. */
import { hostname } from 'node:os';
import { createSyslog } from '../adapters/syslog/syslog.ts';
import type { AuditSinksConfig } from '../config.ts';
import type { AuditCopy } from '../core/audit-copy-ports.ts';
import { checkpointLines, entryLines, type StreamFormat } from '../core/audit-stream.ts';
import type { AuditSinks } from './audit-copy.ts';
import type { Azure } from './azure.ts';
import type { Tools } from './opening.ts';
import { syslogTls } from './transit.ts';

/** Asks nothing of them yet: one that is away must not keep Sotto from starting. */
export const openAuditSinks = async (o: {
  readonly config: AuditSinksConfig;
  readonly azure: Azure;
  readonly tools: Pick<Tools, 'clock' | 'random'>;
  /** Of Sotto. */
  readonly version: string;
}): Promise<AuditSinks> => {
  const { copy, stream } = o.config;
  return {
    copy: copy === null ? null : copy.kind === 'syslog' ? syslog(o, copy, 'native') : await container(o, copy),
    stream: stream === null ? null : syslog(o, stream, stream.format),
  };
};

type Options = Parameters<typeof openAuditSinks>[0];

const syslog = (o: Options, to: { readonly host: string; readonly port: number }, format: StreamFormat): AuditCopy => {
  const { clock } = o.tools;
  const lines = { format, hostname: hostname(), version: o.version };
  return createSyslog({
    host: to.host,
    port: to.port,
    tls: syslogTls(o.config.syslogTls, clock),
    entryLines: (origin, entry) => entryLines(origin, entry, lines),
    noteLines: (origin, note) => checkpointLines(origin, note, clock.now(), lines),
  });
};

const container = async (
  o: Options,
  to: { readonly url: string; readonly unsafeStandIn: boolean },
): Promise<AuditCopy> => {
  const { createAppendCopy } = await import('../adapters/azure-blob/append.ts');
  return createAppendCopy({
    url: to.url,
    unsafeStandIn: to.unsafeStandIn,
    credential: await o.azure.credential(),
    ...o.tools,
  });
};
