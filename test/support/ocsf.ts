/**
 * The constraints of OCSF 1.5.0 for what Sotto writes, as the public schema states them (https://schema.ocsf.io/1.5.0: base_event, detection_finding,
 * authentication, entity_management, application_lifecycle, api_activity and the objects they name; repository ocsf/ocsf-schema): what is required,
 * which numbers there are, of what there must be at least one. Strict: an attribute that the schema does not have, or that we never meant to
 * write, fails. Written down here by hand, apart from the mapping.
 */
import { z } from 'zod';

const text = z.string().min(1);
const time = z.number().int().nonnegative();
const unknownObject = z.record(z.string(), z.json());

const atLeastOne = <T extends z.ZodType>(of: T, ...names: readonly string[]) =>
  of.refine((it) => names.some((name) => (it as Record<string, unknown>)[name] !== undefined), {
    message: `at least one of ${names.join(', ')}`,
  });

const number = (...of: readonly number[]) => z.union(of.map((it) => z.literal(it)) as [z.ZodLiteral<number>]);

const product = z.strictObject({
  name: text,
  vendor_name: text,
  version: text,
  feature: z.strictObject({ name: text }).optional(),
});

const metadata = z.strictObject({
  version: z.literal('1.5.0'),
  product,
  uid: text,
  sequence: z.number().int(),
  log_name: text,
  log_provider: text,
  event_code: text,
  correlation_uid: text.optional(),
  tenant_uid: text.optional(),
  profiles: z.array(z.enum(['cloud', 'datetime', 'host', 'osint', 'security_control', 'trace'])).optional(),
});

const user = atLeastOne(
  z.strictObject({
    uid: text.optional(),
    name: text.optional(),
    type: text.optional(),
    type_id: number(0, 1, 2, 3, 99).optional(),
  }),
  'account',
  'name',
  'uid',
);

const session = z.strictObject({
  uid: text.optional(),
  created_time: time.optional(),
  expiration_time: time.optional(),
  issuer: text.optional(),
});

const actor = atLeastOne(
  z.strictObject({ user: user.optional(), app_name: text.optional(), session: session.optional() }),
  'process',
  'user',
  'invoked_by',
  'session',
  'app_name',
  'app_uid',
);

const endpoint = atLeastOne(z.strictObject({ svc_name: text.optional() }), 'ip', 'uid', 'name', 'hostname', 'svc_name');
const service = atLeastOne(z.strictObject({ name: text.optional(), uid: text.optional() }), 'name', 'uid');
const policy = atLeastOne(z.strictObject({ uid: text.optional(), name: text.optional() }), 'name', 'uid');
const resource = atLeastOne(z.strictObject({ type: text, uid: text.optional(), name: text.optional() }), 'name', 'uid');

const securityControl = {
  action_id: number(0, 1, 2, 3, 4, 99).optional(),
  /** 0 to 27 in the schema. */
  disposition_id: z.number().int().min(0).max(27).optional(),
  policy: policy.optional(),
  authorizations: z.array(z.strictObject({ decision: text, policy })).optional(),
};

const SEVERITY = number(0, 1, 2, 3, 4, 5, 6, 99);
const STATUS = number(0, 1, 2, 99);

/** What every class has. `uid`: of the class. */
const base = (uid: number, activities: readonly number[], status: z.ZodType = STATUS) => ({
  class_uid: z.literal(uid),
  class_name: text,
  category_uid: z.literal(Math.floor(uid / 1_000)),
  category_name: text,
  activity_id: number(0, ...activities, 99),
  activity_name: text,
  type_uid: z.number().int(),
  severity_id: SEVERITY,
  status_id: status,
  status: text.optional(),
  status_code: text.optional(),
  status_detail: text.optional(),
  time,
  count: z.number().int().nonnegative().optional(),
  metadata,
  unmapped: unknownObject.optional(),
});

const event = z.discriminatedUnion('class_uid', [
  z.strictObject(base(0, [])),
  z.strictObject({
    ...base(2004, [1, 2, 3], number(0, 1, 2, 3, 4, 5, 99)),
    finding_info: z.strictObject({
      uid: text,
      title: text,
      created_time: time.optional(),
      first_seen_time: time.optional(),
    }),
    evidences: z.array(z.strictObject({ actor })).optional(),
    resources: z.array(resource).optional(),
    is_alert: z.boolean().optional(),
  }),
  z.strictObject({
    ...base(3002, [1, 2, 3, 4, 5, 6]),
    user,
    // At least one of it and `dst_endpoint`, which we never write.
    service,
    session: session.optional(),
  }),
  z.strictObject({
    ...base(3004, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]),
    actor: actor.optional(),
    entity: atLeastOne(
      z.strictObject({ type: text, name: text.optional(), uid: text.optional(), version: text.optional() }),
      'name',
      'uid',
    ),
  }),
  z.strictObject({ ...base(6002, [1, 2, 3, 4, 5, 6, 7, 8]), app: product }),
  z.strictObject({
    ...base(6003, [1, 2, 3, 4]),
    actor,
    api: z.strictObject({ operation: text, service: service.optional() }),
    src_endpoint: endpoint,
    dst_endpoint: endpoint.optional(),
    resources: z.array(resource).optional(),
    ...securityControl,
  }),
]);

/** Sentences about what is wrong with it; empty: it validates. */
export const ocsfFindings = (it: unknown): readonly string[] => {
  const parsed = event.safeParse(it);
  if (!parsed.success) return parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  const { class_uid, activity_id, type_uid, status_id, status, metadata: meta } = parsed.data;
  return [
    ...(type_uid === class_uid * 100 + activity_id ? [] : ['type_uid is not class_uid * 100 + activity_id']),
    ...(status_id === 99 && status === undefined ? ['a status of our own has no word'] : []),
    ...('action_id' in parsed.data && !meta.profiles?.includes('security_control')
      ? ['an attribute of a profile without the profile']
      : []),
  ];
};
