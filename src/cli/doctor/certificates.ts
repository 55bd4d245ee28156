/** Certificates that the settings name, and when they end. */
import { readFileSync } from 'node:fs';
import { certificateEnd } from '../../adapters/bounded/certificate.ts';
import type { Config } from '../../config.ts';
import { checkTransit } from '../../main/transit.ts';
import { ending, finding, type Line, ok, sentence } from './line.ts';

const SUBJECTS: {
  readonly [O in 'server' | 'redis-client' | 'syslog-client']: readonly [subject: string, why: string, mend: string];
} = {
  server: [
    'The certificate of SOTTO_TLS_CERT',
    'Once it has ended, neither Slack nor Teams reach Sotto any more.',
    'Put the new one and its key into the same files: it is read without a restart.',
  ],
  'redis-client': [
    'The certificate of SOTTO_REDIS_CERT',
    'Once it has ended, Redis lets nobody in with it.',
    'Put the new one and its key into the same files: it is read at the next connection.',
  ],
  'syslog-client': [
    'The certificate of SOTTO_SYSLOG_CERT',
    'Once it has ended, the receiver of the audit log lets nobody in with it.',
    'Put the new one and its key into the same files: it is read at the next connection.',
  ],
};

export const lookAtCertificates = async (o: {
  readonly config: Config;
  readonly now: number;
}): Promise<readonly Line[]> => {
  const { config, now } = o;
  const { findings, ends } = await checkTransit(
    { transit: config, store: config.store, syslog: config.auditSinks.syslogTls },
    now,
  );
  const own =
    config.tls === null
      ? [
          ok(
            'certificates',
            config.behindProxy
              ? 'Sotto shows none of its own: the proxy in front ends TLS, and its certificate is to be watched there.'
              : 'Sotto shows none of its own: it listens on this machine only.',
          ),
        ]
      : [];
  return [
    ...own,
    ...findings.map((what) => sentence('certificates', what)),
    ...ends.map(({ of, end }) => {
      const [subject, why, mend] = SUBJECTS[of];
      return ending({ area: 'certificates', subject, now, end, warnMs: config.warnMs, why, mend });
    }),
    ...identity(o),
  ];
};

const identity = ({ config, now }: { readonly config: Config; readonly now: number }): readonly Line[] => {
  const { identity: who } = config.azure;
  if (who.kind !== 'client-certificate') return [];
  let end: number | null = null;
  try {
    end = certificateEnd(readFileSync(who.certificateFile, 'utf8'));
  } catch {
    // Said below, as one that holds something else.
  }
  return [
    end === null
      ? finding('certificates', {
          what: `${who.certificateFile} (AZURE_CLIENT_CERTIFICATE_PATH) does not hold a certificate with its own private key, or cannot be read.`,
          why: 'Azure would know nobody by it.',
          mend: 'Put both into that one file, in PEM, not encrypted, 0600.',
        })
      : ending({
          area: 'certificates',
          subject: 'The certificate of AZURE_CLIENT_CERTIFICATE_PATH',
          now,
          end,
          warnMs: config.warnMs,
          why: 'Once it has ended, Azure gives no token for it: no vault, no directory.',
          mend: 'Upload a new one in Entra first, then replace the file.',
        }),
  ];
};
