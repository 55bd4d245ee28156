/** What the adapter uses of Slack, found in its source, held against Slack's method reference: every method, its scope, its pace, its codes. */
import { existsSync, readdirSync } from 'node:fs';
import { METHODS } from '../../playground/slack/rules.ts';
import { CODE_CLASSES, isClassified } from '../../src/adapters/slack/codes.ts';
import { paceOf } from '../../src/adapters/slack/pace.ts';
import { scopeOfMethod } from '../../src/cli/manifest/slack-needs.ts';
import { calledMethods } from '../../test/support/slack-methods.ts';
import type { Report } from './report.ts';
import { isShape, readJson, type Shape, stringsIn } from './shapes.ts';

/** Calls a minute that each tier is granted. */
export const TIERS: Readonly<Record<string, number>> = { t1: 1, t2: 20, t3: 50, t4: 100, t5: 600 };

/** Codes that any method may answer; the reference lists them once for all, on each page, but not in these files. */
export const COMMON: readonly string[] = [
  'access_denied',
  'accesslimited',
  'account_inactive',
  'ekm_access_denied',
  'fatal_error',
  'internal_error',
  'invalid_arguments',
  'invalid_auth',
  'missing_scope',
  'no_permission',
  'not_allowed_token_type',
  'not_authed',
  'org_login_required',
  'ratelimited',
  'request_timeout',
  'service_unavailable',
  'team_access_not_granted',
  'team_added_to_org',
  'token_expired',
  'token_revoked',
  'two_factor_setup_required',
  'unknown_method',
];

/** Codes that people met and that no page of today lists, and where. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  compliance_exports_prevent_deletion: 'older pages of chat.delete',
};

/** Scopes of app-level tokens: the reference lists those of bots and users alone. */
const APP_SCOPES: readonly string[] = ['connections:write'];

export interface Reference {
  /** Null: there is no page of that method. */
  of(method: string): Shape | null;
  /** Every code that some method answers. */
  readonly codes: ReadonlySet<string>;
}

export const createReference = (folder: string): Reference => {
  const known = readdirSync(`${folder}/methods`).map((file) => file.replace(/\.json$/, ''));
  const of = (method: string): Shape | null =>
    existsSync(`${folder}/methods/${method}.json`) ? readJson(`${folder}/methods/${method}.json`) : null;
  return { of, codes: new Set(known.flatMap((method) => codesOf(of(method)))) };
};

export const codesOf = (reference: Shape | null): readonly string[] => Object.keys(reference?.['errors'] ?? {});

/** Scopes of which a bot needs one. */
export const botScopesOf = (reference: Shape): readonly string[] =>
  isShape(reference['scope']) ? stringsIn(reference['scope']['bot']) : [];

const tierOf = (reference: Shape): number => TIERS[String(reference['rate_limits'])] ?? 0;

export const checkUses = ({ reference, report }: { readonly reference: Reference; readonly report: Report }): void => {
  const called = calledMethods();
  report.check('the adapter calls methods', called.length > 10 ? [] : [`only ${called.join()}`]);
  for (const method of called) {
    const page = reference.of(method);
    report.check(`${method}: called by the adapter`, page === null ? ['is in no reference'] : useFaults(method, page));
  }
  report.check(
    'codes that the adapter classes and no reference has',
    Object.keys(CODE_CLASSES).filter(
      (code) => !COMMON.includes(code) && !Object.hasOwn(ELSEWHERE, code) && !reference.codes.has(code),
    ),
  );
};

const useFaults = (method: string, page: Shape): readonly string[] => {
  const official = botScopesOf(page);
  const scope = scopeOfMethod(method);
  const rule = METHODS[method];
  const perMinute = Math.max(
    ...paceOf(method).windows.map(([calls, withinMs]) => (withinMs >= 60_000 ? (calls * 60_000) / withinMs : 0)),
  );
  return [
    ...(scope === undefined ? ['stands in no list of what needs which scope (slack-needs.ts)'] : []),
    ...(typeof scope === 'string' && !official.includes(scope)
      ? [`is said to need ${scope}, officially ${official.join() || 'none'}`]
      : []),
    ...(scope === null && official.length > 0
      ? [`is said to need no scope, officially one of ${official.join()}`]
      : []),
    ...(rule === undefined ? ['the stand-in does not know it, so no test ever called it'] : []),
    ...(perMinute > tierOf(page) ? [`is paced at ${perMinute} a minute, officially ${tierOf(page)}`] : []),
    // What is no call of a bot's has callers of its own, who know its codes.
    ...((rule?.auth ?? 'bot') === 'bot' ? codesOf(page) : [])
      .filter((code) => !isClassified(code))
      .map((code) => `answers "${code}", which has no class`),
  ];
};

/** What the stand-in demands of a method, and what the adapter sent it. */
export const ruleFaults = (
  method: string,
  {
    page,
    channels,
    sent,
  }: { readonly page: Shape; readonly channels: readonly string[]; readonly sent: readonly string[] },
): readonly string[] => {
  const rule = METHODS[method];
  if (rule === undefined) return ['there is no rule'];
  const official = rule.auth === 'app' ? APP_SCOPES : botScopesOf(page);
  const needed = [...new Set(channels.flatMap((channel) => rule.scope?.(channel) ?? []))];
  const args = isShape(page['args']) ? page['args'] : {};
  // Who proves itself by them is refused with codes of their own, or proves it by a header.
  const proving = rule.auth === 'none' ? ['client_id', 'client_secret'] : [];
  const required = stringsIn(args['required']).filter((key) => !proving.includes(key));
  const known = isShape(args['properties']) ? Object.keys(args['properties']) : [];
  return [
    ...(needed.length === 0 && official.length > 0 ? [`needs no scope, officially ${official.join()}`] : []),
    ...needed
      .filter((scope) => !official.includes(scope))
      .map((scope) => `needs ${scope}, officially ${official.join()}`),
    ...(rule.perMinute > tierOf(page)
      ? [`lets ${rule.perMinute} calls a minute pass, officially ${tierOf(page)}`]
      : []),
    ...rule.required.filter((key) => !required.includes(key)).map((key) => `demands ${key}`),
    ...required.filter((key) => key !== 'token' && !rule.required.includes(key)).map((key) => `does not demand ${key}`),
    ...[...new Set(sent)]
      .filter((key) => !known.includes(key))
      .map((key) => `is sent ${key}, which is no argument of it`),
  ];
};
