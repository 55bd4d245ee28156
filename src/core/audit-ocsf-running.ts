/** What happened to Sotto itself and to its log, as classes of OCSF. */
import type { InstallationEntry } from './audit.ts';
import { type Activity, actorOf, entity, HERE, type Mapping, resources, SOTTO } from './audit-ocsf-mapping.ts';
import { OTHER } from './audit-ocsf-shape.ts';

export const RUNNING = {
  start: (entry, at) => ({
    of: 'lifecycle',
    activity: 3,
    severity: entry.closed === null ? 'informational' : 'medium',
    status: 'success',
    code: entry.closed,
    has: { app: { ...at.product, version: entry.version } },
    moved: ['version', 'closed'],
  }),
  stop: (_entry, at) => ({
    of: 'lifecycle',
    activity: 4,
    severity: 'informational',
    status: 'success',
    has: { app: at.product },
    moved: [],
  }),
  installation: (entry, at) => ({
    of: 'lifecycle',
    activity: INSTALLATIONS[entry.change] ?? OTHER,
    as: entry.change,
    severity: entry.change === 'refused' || entry.change === 'parked' ? 'low' : 'informational',
    status: entry.change === 'refused' ? 'failure' : 'success',
    code: entry.code,
    has: { app: { ...at.product, feature: { name: entry.platform } } },
    tenant: entry.tenant,
    moved: ['code', 'platform', 'tenant'],
  }),
  pack: (entry) => ({
    of: 'entity',
    activity: entry.how === 'first' ? 1 : entry.how === 'closed' ? 12 : 3,
    severity: entry.how === 'closed' ? 'medium' : 'informational',
    status: 'success',
    code: entry.how,
    has: { actor: actorOf(entry.by?.[0]), ...entity('Policy', entry.pack, { version: entry.policy }) },
    moved: ['how', 'pack', 'policy'],
  }),
  key: (entry) => ({
    of: 'entity',
    activity: 3,
    severity: 'low',
    status: 'success',
    has: { actor: SOTTO, ...entity('Signing key', entry.key) },
    moved: ['key'],
  }),
  recovered: (_entry, at) => ({
    of: 'entity',
    activity: 3,
    severity: 'low',
    status: 'success',
    has: { actor: SOTTO, ...entity('Audit log', at.origin) },
    moved: [],
  }),
  backup: (entry) => ({
    of: 'entity',
    activity: 1,
    severity: 'informational',
    status: 'success',
    has: { actor: SOTTO, ...entity('Backup', entry.archive) },
    moved: ['archive'],
  }),
  restored: (entry) => ({
    of: 'entity',
    activity: 3,
    severity: 'medium',
    status: 'success',
    has: { actor: SOTTO, ...entity('Store', entry.archive) },
    moved: ['archive'],
  }),
  live: (entry) => ({
    of: 'api',
    activity: 1,
    severity: 'informational',
    status: 'success',
    code: entry.change,
    has: {
      actor: SOTTO,
      api: { operation: 'doctor' },
      src_endpoint: HERE,
      dst_endpoint: { svc_name: entry.platform },
      resources: resources(['person', entry.person]),
    },
    tenant: entry.tenant,
    moved: ['change', 'platform', 'person', 'tenant'],
  }),
} satisfies Partial<Mapping>;

const INSTALLATIONS: { readonly [C in InstallationEntry['change']]: Activity<'lifecycle'> } = {
  installed: 1,
  refused: 1,
  uninstalled: 2,
  revoked: 2,
  purged: 2,
  parked: 7,
  mended: 6,
};
