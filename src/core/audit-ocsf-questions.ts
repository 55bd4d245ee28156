/** What became of questions, as classes of OCSF: calls of an interface, for that is what a question is to a security system. */
import { actorOf, authorizations, HERE, type Mapping, resources, SOTTO } from './audit-ocsf-mapping.ts';
import { OTHER } from './audit-ocsf-shape.ts';
import type { Verdict } from './types.ts';

export const QUESTIONS = {
  decision: (entry) => ({
    of: 'api',
    activity: 2,
    severity: entry.verdict === 'refuse' ? 'low' : 'informational',
    status: statusOf(entry.verdict),
    code: entry.verdict,
    has: {
      actor: { ...actorOf(entry.person), ...(entry.signIn ? { session: { uid: entry.signIn } } : {}) },
      api: { operation: entry.intent ?? 'question', service: { name: 'Sotto' } },
      src_endpoint: { svc_name: entry.platform },
      resources: resources(['topic', entry.topics], ['person', entry.subject]),
      ...controlled(entry.verdict),
      policy: { uid: entry.policy },
      authorizations: authorizations(entry.verdict, entry.reasons),
    },
    about: entry.question,
    tenant: entry.tenant,
    moved: [
      'verdict',
      'person',
      'signIn',
      'intent',
      'platform',
      'topics',
      'subject',
      'policy',
      'reasons',
      'question',
      'tenant',
    ],
  }),
  'data-refused': (entry) => ({
    of: 'api',
    activity: 2,
    severity: 'medium',
    status: 'failure',
    has: {
      actor: SOTTO,
      api: { operation: entry.operation },
      src_endpoint: HERE,
      resources: resources(['data class', entry.dataClass]),
      ...controlled('refuse'),
      policy: { uid: entry.policy },
      authorizations: authorizations('refuse', entry.reasons),
    },
    about: entry.question,
    moved: ['operation', 'dataClass', 'policy', 'reasons', 'question'],
  }),
  surprise: (entry, at) => ({
    of: 'finding',
    activity: 1,
    severity: 'high',
    status: 'new',
    has: {
      finding_info: {
        uid: at.uid,
        title: 'A system sent what must not be shown, and it was not',
        created_time: entry.at,
      },
      evidences: [{ actor: SOTTO }],
      resources: resources(['operation', entry.operation], ['field', entry.field], ['held', entry.held]),
      is_alert: true,
    },
    about: entry.question,
    moved: ['operation', 'field', 'held', 'question'],
  }),
  write: (entry) => ({
    of: 'api',
    // Create where something is written, delete where it is taken back.
    activity: entry.undoes === null ? 1 : 4,
    severity: entry.state === 'doubt' ? 'medium' : entry.state === 'not-done' ? 'low' : 'informational',
    status:
      entry.state === 'doubt' || entry.state === 'not-done' ? 'failure' : entry.state === 'begun' ? 'other' : 'success',
    code: entry.state,
    has: {
      actor: SOTTO,
      api: { operation: entry.operation },
      src_endpoint: HERE,
      resources: resources(['data class', entry.dataClass], ['write', entry.write], ['taken back', entry.undoes]),
      status_detail: entry.code ?? undefined,
    },
    about: entry.question,
    moved: ['state', 'operation', 'dataClass', 'write', 'undoes', 'code', 'question'],
  }),
  disclosure: (entry) => ({
    of: 'api',
    activity: 2,
    severity: 'informational',
    status: 'success',
    code: entry.verdict,
    has: {
      actor: SOTTO,
      api: { operation: 'show' },
      src_endpoint: HERE,
      resources: resources(['channel', entry.channel], ['message', entry.message]),
    },
    about: entry.question,
    moved: ['verdict', 'channel', 'message', 'question'],
  }),
  aside: (entry) => ({
    of: 'api',
    activity: 2,
    severity: 'informational',
    status: 'success',
    has: {
      actor: SOTTO,
      api: { operation: 'show aside' },
      src_endpoint: { svc_name: entry.platform },
      resources: resources(['channel', entry.channel]),
    },
    about: entry.question,
    tenant: entry.tenant,
    moved: ['platform', 'channel', 'question', 'tenant'],
  }),
  undeliverable: (entry) => ({
    of: 'api',
    activity: 2,
    severity: 'low',
    status: 'failure',
    code: entry.code,
    has: { actor: SOTTO, api: { operation: 'show' }, src_endpoint: HERE },
    about: entry.question,
    moved: ['code', 'question'],
  }),
  'dead-letter': (entry) => ({
    of: 'api',
    activity: entry.change === 'retry' ? 1 : entry.change === 'shredded' ? 4 : OTHER,
    as: entry.change,
    severity: entry.change === 'set-aside' ? 'medium' : 'informational',
    status: entry.change === 'set-aside' ? 'failure' : 'success',
    code: entry.code,
    has: {
      actor: actorOf(entry.by),
      api: { operation: 'dead letter' },
      src_endpoint: HERE,
      resources: resources(['question', entry.as]),
    },
    about: entry.question,
    moved: ['code', 'by', 'as', 'question'],
  }),
  removal: (entry) => ({
    of: 'api',
    activity: 4,
    severity: entry.state === 'refused-by-platform' ? 'medium' : 'informational',
    status: entry.state === 'refused-by-platform' ? 'failure' : 'success',
    code: entry.state,
    has: {
      actor: SOTTO,
      api: { operation: 'remove' },
      src_endpoint: HERE,
      dst_endpoint: { svc_name: entry.platform },
      resources: resources(['channel', entry.channel], ['message', entry.message]),
      status_detail: entry.code,
    },
    tenant: entry.tenant,
    moved: ['state', 'platform', 'channel', 'message', 'code', 'tenant'],
  }),
  reported: (entry) => ({
    of: 'api',
    activity: OTHER,
    as: 'Reported',
    severity: entry.outcome === 'surprise' ? 'high' : 'informational',
    status: ['told', 'offered', 'counted'].includes(entry.outcome) ? 'success' : 'failure',
    code: entry.outcome,
    has: {
      actor: SOTTO,
      api: { operation: entry.hook },
      src_endpoint: HERE,
      ...(entry.platform === null ? {} : { dst_endpoint: { svc_name: entry.platform } }),
      resources: resources(['person', entry.person], ['data class', entry.dataClass], ['intent', entry.intent]),
      policy: { uid: entry.policy },
    },
    about: entry.question,
    ...(entry.tenant === null ? {} : { tenant: entry.tenant }),
    moved: ['outcome', 'hook', 'platform', 'person', 'dataClass', 'intent', 'policy', 'question', 'tenant'],
  }),
  rejected: (entry) => ({
    of: 'api',
    activity: OTHER,
    as: 'Rejected',
    severity: 'low',
    status: 'failure',
    code: entry.reason,
    has: {
      // Nobody proved who sent it: all that is known is by which door it came.
      actor: { app_name: entry.platform },
      api: { operation: 'accept' },
      src_endpoint: { svc_name: entry.platform },
      count: entry.count,
    },
    moved: ['reason', 'platform', 'count'],
  }),
} satisfies Partial<Mapping>;

const statusOf = (verdict: Verdict): 'success' | 'failure' | 'other' =>
  verdict === 'answer' ? 'success' : verdict === 'refuse' || verdict === 'throttled' ? 'failure' : 'other';

/** The schema's profile for what a control decided. 1: allowed; 2: denied, blocked; 0: it is not decided yet. */
const controlled = (verdict: Verdict) => {
  const status = statusOf(verdict);
  const id = status === 'success' ? 1 : status === 'failure' ? 2 : 0;
  return { action_id: id, disposition_id: id };
};
