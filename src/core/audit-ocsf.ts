/** An entry of the audit log as an event of OCSF (Open Cybersecurity Schema Framework), which security systems read. */
import type { AuditEntry } from './audit.ts';
import { mappedOf } from './audit-ocsf-kinds.ts';
import { CLASSES, OCSF_VERSION, type OcsfEvent, SEVERITIES, STATUSES } from './audit-ocsf-shape.ts';

export type { OcsfEvent } from './audit-ocsf-shape.ts';

/**
 * Validates against the class it names. Nothing of the entry is lost: what has no place in the schema, or is null, is in `unmapped` under its own
 * name. `entry`: as it stands in the log; a kind that this version does not know becomes a base event. `metadata.uid` names origin and
 * index, so that whoever receives an event twice can tell.
 */
export const toOcsf = (o: {
  readonly entry: AuditEntry | Readonly<Record<string, unknown>>;
  readonly origin: string;
  /** Of the entry in its log. */
  readonly index: number;
  /** Of Sotto. */
  readonly version: string;
}): OcsfEvent => {
  const uid = `${o.origin}/${o.index}`;
  const product = { name: 'Sotto', vendor_name: 'Sotto', version: o.version };
  const mapped = mappedOf(o.entry as AuditEntry, { uid, origin: o.origin, product });
  const { kind, at, ...fields } = o.entry as Readonly<Record<string, unknown>>;
  const { uid: klass, name, category, activities } = CLASSES[mapped.of];
  const named = (activities as Readonly<Record<number, string>>)[mapped.activity];
  const left = Object.entries(fields).filter(([key, value]) => value === null || !mapped.moved.includes(key));
  return whole({
    class_uid: klass,
    class_name: name,
    category_uid: Math.floor(klass / 1_000),
    category_name: category,
    activity_id: mapped.activity,
    activity_name: named ?? textOr(mapped.as, 'Other'),
    type_uid: klass * 100 + mapped.activity,
    severity_id: SEVERITIES[mapped.severity],
    status_id: STATUSES[mapped.status],
    status: mapped.status === 'other' ? textOr(mapped.code, 'other') : null,
    status_code: mapped.code,
    time: Number.isSafeInteger(at) ? (at as number) : 0,
    metadata: whole({
      version: OCSF_VERSION,
      product,
      uid,
      sequence: o.index,
      log_name: 'audit',
      log_provider: o.origin,
      event_code: typeof kind === 'string' ? kind : null,
      correlation_uid: mapped.about,
      tenant_uid: mapped.tenant,
      profiles: 'action_id' in mapped.has ? ['security_control'] : null,
    }),
    ...mapped.has,
    unmapped: left.length === 0 ? null : Object.fromEntries(left),
  });
};

/** An entry of another version may hold anything. */
const textOr = (value: unknown, other: string): string => (typeof value === 'string' && value !== '' ? value : other);

/** The schema gives nothing a null. */
const whole = <T extends Readonly<Record<string, unknown>>>(it: T): T =>
  Object.fromEntries(Object.entries(it).filter(([, value]) => value !== null && value !== undefined)) as T;
