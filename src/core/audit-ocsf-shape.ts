/**
 * The part of OCSF 1.5.0 that Sotto writes: four classes of its public schema (https://schema.ocsf.io/1.5.0) and the base event, for a kind
 * of entry that this version does not know. Names and numbers are the schema's.
 */
export const OCSF_VERSION = '1.5.0';

/** `uid`: the class; its category is the thousands. `activities`: what the schema calls each `activity_id`. */
export const CLASSES = {
  base: { uid: 0, name: 'Base Event', category: 'Uncategorized', activities: {} },
  finding: {
    uid: 2004,
    name: 'Detection Finding',
    category: 'Findings',
    activities: { 1: 'Create' },
  },
  authentication: {
    uid: 3002,
    name: 'Authentication',
    category: 'Identity & Access Management',
    activities: { 1: 'Logon', 2: 'Logoff', 6: 'Preauth' },
  },
  entity: {
    uid: 3004,
    name: 'Entity Management',
    category: 'Identity & Access Management',
    activities: { 1: 'Create', 2: 'Read', 3: 'Update', 4: 'Delete', 12: 'Suspend', 13: 'Resume' },
  },
  lifecycle: {
    uid: 6002,
    name: 'Application Lifecycle',
    category: 'Application Activity',
    activities: { 1: 'Install', 2: 'Remove', 3: 'Start', 4: 'Stop', 6: 'Enable', 7: 'Disable' },
  },
  api: {
    uid: 6003,
    name: 'API Activity',
    category: 'Application Activity',
    activities: { 1: 'Create', 2: 'Read', 3: 'Update', 4: 'Delete' },
  },
} as const;

export type ClassName = keyof typeof CLASSES;

/** What the schema has no number for; the event's `activity_name` is then ours. */
export const OTHER = 99;

export const SEVERITIES = { informational: 1, low: 2, medium: 3, high: 4 } as const;

/** Of a finding, which nobody has worked on yet, the schema knows other ones. */
export const STATUSES = { success: 1, failure: 2, other: OTHER, new: 1 } as const;

/** An event that can be written as JSON. */
export type OcsfEvent = Readonly<Record<string, unknown>> & {
  readonly class_uid: number;
  readonly category_uid: number;
  readonly activity_id: number;
  readonly type_uid: number;
  readonly severity_id: number;
  /** ms since the epoch. */
  readonly time: number;
};
