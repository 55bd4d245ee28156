/** Who signed in, what was ordered and done to people's data, and what HR changed, as classes of OCSF. */
import type { OrderEntry, RestrictionEntry } from './audit.ts';
import { type Activity, actorOf, entity, type Mapping, personOf, resources, SOTTO } from './audit-ocsf-mapping.ts';
import { OTHER } from './audit-ocsf-shape.ts';
import type { OrderKind } from './orders/types.ts';

export const PEOPLE = {
  'sign-in': (entry) => ({
    of: 'authentication',
    activity: entry.change === 'refused' ? 1 : 6,
    severity: entry.change === 'refused' ? 'low' : 'informational',
    status: entry.change === 'refused' ? 'failure' : 'success',
    code: entry.code,
    has: {
      user: entry.person === null ? { name: 'unknown', type_id: 0 } : personOf(entry.person),
      service: { name: 'Sotto', uid: entry.for },
      session: entry.id === null ? null : { uid: entry.id },
    },
    moved: ['code', 'person', 'for', 'id'],
  }),
  grant: (entry) => ({
    of: 'authentication',
    activity: entry.change === 'given' ? 1 : 2,
    severity: 'informational',
    status: 'success',
    has: {
      user: personOf(entry.person),
      service: { name: 'Sotto', uid: entry.for },
      session: {
        ...(entry.id === null ? {} : { uid: entry.id }),
        ...(entry.signedInAt === null ? {} : { created_time: entry.signedInAt }),
        ...(entry.until === null ? {} : { expiration_time: entry.until }),
        issuer: entry.by,
      },
    },
    moved: ['person', 'for', 'id', 'signedInAt', 'until', 'by'],
  }),
  restriction: (entry) => ({
    of: 'entity',
    activity: RESTRICTIONS[entry.change] ?? OTHER,
    as: entry.change,
    severity: 'informational',
    status: entry.change === 'void' || entry.change === 'declined' ? 'failure' : 'success',
    code: entry.change,
    has: {
      actor: actorOf(entry.by),
      ...entity('Policy', entry.restriction, entry.policy === null ? {} : { version: entry.policy }),
    },
    moved: ['change', 'restriction', ...(entry.by === '' ? [] : ['by']), 'policy'],
  }),
  order: (entry) => ({
    of: 'entity',
    activity: ORDERS[entry.change] ?? OTHER,
    as: entry.change,
    severity: entry.change === 'burnt' || entry.change === 'failed' ? 'low' : 'informational',
    status: entry.change === 'burnt' || entry.change === 'failed' ? 'failure' : 'success',
    code: entry.change,
    has: { actor: actorOf(entry.by), ...entity('Order', entry.order, entry.what === null ? {} : { name: entry.what }) },
    about: entry.order,
    moved: ['change', 'by', 'order', 'what'],
  }),
  deed: (entry) => ({
    of: 'entity',
    activity: DEEDS[entry.what] ?? OTHER,
    as: entry.what,
    severity: 'informational',
    status: 'success',
    code: entry.what,
    has: { actor: actorOf(entry.by), ...entity(entry.on, entry.target) },
    about: entry.order,
    moved: ['what', 'by', 'on', 'target', 'order'],
  }),
  receipt: (entry) => ({
    of: 'entity',
    activity: 4,
    severity: 'informational',
    status: entry.left === 0 ? 'success' : 'other',
    has: { actor: actorOf(entry.by), ...entity('person', entry.target) },
    about: entry.order,
    moved: ['by', 'target', 'order'],
  }),
  export: (entry, at) => ({
    of: 'entity',
    activity: 2,
    severity: entry.person === null ? 'informational' : 'low',
    status: entry.change === 'failed' ? 'failure' : 'success',
    code: entry.change,
    has: {
      actor: actorOf(entry.by?.[0]),
      ...(entry.person === null ? entity('Audit log', at.origin) : entity('person', entry.person)),
    },
    about: entry.order,
    moved: ['change', 'person', 'order'],
  }),
  opened: (_entry, at) => ({
    of: 'entity',
    activity: 2,
    severity: 'low',
    status: 'success',
    has: { actor: SOTTO, ...entity('Audit log', at.origin) },
    moved: [],
  }),
  probing: (entry, at) => ({
    of: 'finding',
    activity: 1,
    severity: 'medium',
    status: 'new',
    has: {
      finding_info: {
        uid: at.uid,
        title: 'Somebody was refused again and again',
        created_time: entry.at,
        first_seen_time: entry.since,
      },
      evidences: [{ actor: actorOf(entry.person) }],
      resources: resources(['topic', entry.topics]),
      count: entry.refusals,
      is_alert: true,
    },
    moved: ['since', 'person', 'topics', 'refusals'],
  }),
} satisfies Partial<Mapping>;

const RESTRICTIONS: { readonly [C in RestrictionEntry['change']]: Activity<'entity'> } = {
  published: 1,
  changed: 3,
  lifted: 4,
  suspended: 12,
  'rolled-back': 3,
  proposed: OTHER,
  approved: OTHER,
  declined: OTHER,
  lapsing: OTHER,
  void: OTHER,
};

const ORDERS: { readonly [C in OrderEntry['change']]: Activity<'entity'> } = {
  placed: 1,
  confirmed: OTHER,
  burnt: 4,
  begun: OTHER,
  done: OTHER,
  failed: OTHER,
};

const DEEDS: { readonly [K in OrderKind]: Activity<'entity'> } = {
  pause: 12,
  resume: 13,
  hold: 1,
  lift: 4,
  recall: 4,
  forget: 4,
  export: 2,
  'audit-export': 2,
  donated: 2,
  retry: 3,
  restrict: 3,
  'audit-lost': 3,
};
