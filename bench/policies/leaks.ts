/** Slips that happen, each really made in each engine: whether the question is let through that the rules were meant to stop. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PolicyRequest } from '../../src/core/types.ts';
import { createPolicy } from '../../src/policies/authorise.ts';
import { freshCedar } from '../../src/policies/engine.ts';
import { pack, questions } from './pack.ts';
import { type Casbin, type Casl, loadCasbin, loadCasl } from './peers.ts';

/** What became of the question. `not loaded`: the rules were refused before anybody could ask. */
type Fate = 'let through' | 'refused' | 'not loaded' | 'throws';

interface Slip {
  readonly what: string;
  /** For Cedar, with and without the guard. Every slip is in the second rule; the first permits what is asked. */
  readonly cedar: string;
  readonly casbin: { readonly rules: readonly string[]; readonly when: string };
  readonly casl: readonly Readonly<Record<string, unknown>>[];
  /** What stands in the table: each forbids or permits where it says so. */
  readonly table: readonly { readonly permits: boolean; readonly fits: (asked: Asked) => boolean }[];
  readonly asked: Partial<Asked>;
}

/** A question as an application would hold it: plain values, some of which may be missing. */
interface Asked {
  readonly groups: readonly string[];
  readonly action: string;
  readonly place: string;
  readonly age?: number;
  readonly denials: number;
  readonly quotas?: Readonly<Record<string, number>>;
}

const INTENT = 't0.q0';
const PLAIN: Asked = { groups: ['employee'], action: INTENT, place: 'direct', denials: 0 };
const ALL = 'permit (principal, action, resource);';
const everybody = { permits: true, fits: () => true };

const SLIPS: readonly Slip[] = [
  {
    what: 'the condition of a forbid fails while it is evaluated',
    cedar: `${ALL} @id("no") forbid (principal, action, resource) when { context.denials * 9223372036854775807 > 0 || context.denials > 1 };`,
    casbin: { rules: ['*, allow', '"r.ask.quotas.pay > 1", deny'], when: 'p.sub == "*" || eval(p.sub)' },
    casl: [{ action: INTENT, conditions: { 'quotas.pay': { $gt: 1 } }, inverted: true }],
    table: [everybody, { permits: false, fits: (asked) => (asked.quotas?.['pay'] ?? Number.NaN) > 1 }],
    asked: { denials: 2 },
  },
  {
    what: 'a forbid names a group that is misspelt ("contracter")',
    cedar: `${ALL} @id("no") forbid (principal in Group::"contracter", action, resource);`,
    casbin: { rules: ['*, allow', 'contracter, deny'], when: 'p.sub == "*" || has(r.ask.groups, p.sub)' },
    casl: [{ action: INTENT, conditions: { groups: 'contracter' }, inverted: true }],
    table: [everybody, { permits: false, fits: ({ groups }) => groups.includes('contracter') }],
    asked: { groups: ['contractor'] },
  },
  {
    what: 'a forbid names an intent that is misspelt ("t0.q00")',
    cedar: `${ALL} @id("no") forbid (principal, action == Action::"t0.q00", resource);`,
    casbin: { rules: ['*, allow', 't0.q00, deny'], when: 'p.sub == "*" || p.sub == r.ask.action' },
    casl: [{ action: 't0.q00', inverted: true }],
    table: [everybody, { permits: false, fits: ({ action }) => action === 't0.q00' }],
    asked: {},
  },
  {
    what: 'an intent is asked for that the catalogue does not have',
    cedar: ALL,
    casbin: { rules: ['*, allow'], when: 'p.sub == "*"' },
    casl: [],
    table: [everybody],
    asked: { action: 't0.gone' },
  },
  {
    what: 'the question lacks the attribute that a forbid reads (no sign-in is known, and the forbid is on an old one)',
    cedar: `${ALL} @id("no") forbid (principal, action, resource) when { context.signInAgeMinutes > 15 };`,
    casbin: { rules: ['*, allow', '15, deny'], when: 'p.sub == "*" || r.ask.age > 15' },
    casl: [{ action: INTENT, conditions: { age: { $gt: 15 } }, inverted: true }],
    table: [everybody, { permits: false, fits: ({ age }) => (age ?? Number.NaN) > 15 }],
    asked: {},
  },
  {
    what: 'a forbid reads an attribute whose name is misspelt ("palce")',
    cedar: `${ALL} @id("no") forbid (principal, action, resource) when { context.palce == Place::"channel" };`,
    casbin: { rules: ['*, allow', 'channel, deny'], when: 'p.sub == "*" || r.ask.palce == p.sub' },
    casl: [{ action: INTENT, conditions: { palce: 'channel' }, inverted: true }],
    table: [
      everybody,
      { permits: false, fits: (asked) => (asked as unknown as Record<string, unknown>)['palce'] === 'channel' },
    ],
    asked: { place: 'channel' },
  },
  {
    what: 'the effect of a forbid is misspelt ("forbit", "dney")',
    cedar: `${ALL} @id("no") forbit (principal, action, resource);`,
    casbin: { rules: ['*, allow', '*, dney'], when: 'p.sub == "*"' },
    casl: [{ action: INTENT, invertd: true }],
    table: [everybody, { permits: ('forbit' as string) !== 'forbid', fits: () => true }],
    asked: {},
  },
  {
    what: 'a permit stands after the forbid',
    cedar: `@id("no") forbid (principal, action, resource); @id("late") ${ALL}`,
    casbin: { rules: ['*, deny', '*, allow'], when: 'p.sub == "*"' },
    casl: [{ action: INTENT, inverted: true }, { action: INTENT }],
    table: [{ permits: false, fits: () => true }, everybody],
    asked: {},
  },
];

const requestOf = (asked: Asked): PolicyRequest => {
  const [request] = questions;
  if (request === undefined) throw new Error('there is no question');
  const kind = asked.groups.includes('contractor') ? 'contractor' : 'employee';
  const place = asked.place === 'channel' ? 'channel' : 'direct';
  const person = { ...request.person, kind, groups: [] } as const;
  return { ...request, person, action: asked.action, place, denials: asked.denials, signInAgeMinutes: null };
};

const withSotto = async (slip: Slip): Promise<Fate> => {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-bench-'));
  const text = slip.cedar.startsWith('permit') ? `@id("all") ${slip.cedar}` : slip.cedar;
  writeFileSync(join(folder, 'rules.cedar'), text);
  try {
    const policy = await createPolicy({ catalogue: pack, folders: [folder], restrictions: [], restrictionsVersion: 0 });
    const decision = policy.decide(requestOf({ ...PLAIN, ...slip.asked }));
    return decision.effect === 'permit' ? 'let through' : 'refused';
  } catch {
    return 'not loaded';
  } finally {
    rmSync(folder, { recursive: true });
  }
};

/** Cedar as it comes: no schema, and the decision is believed whatever the diagnostics say. */
const withBareCedar = (slip: Slip): Fate => {
  const cedar = freshCedar();
  const asked = { ...PLAIN, ...slip.asked };
  const answer = cedar.isAuthorized({
    principal: { type: 'User', id: 'somebody' },
    action: { type: 'Action', id: asked.action },
    resource: { type: 'Person', id: 'subject' },
    context: { denials: asked.denials, place: { __entity: { type: 'Place', id: asked.place } } },
    policies: { staticPolicies: slip.cedar },
    entities: [
      { uid: { type: 'User', id: 'somebody' }, attrs: {}, parents: asked.groups.map((id) => ({ type: 'Group', id })) },
    ],
  });
  if (answer.type !== 'success') return 'not loaded';
  return answer.response.decision === 'allow' ? 'let through' : 'refused';
};

const withCasbin = async (casbin: Casbin, slip: Slip): Promise<Fate> => {
  const model = `
[request_definition]
r = ask
[policy_definition]
p = sub, eft
[policy_effect]
e = some(where (p.eft == allow)) && !some(where (p.eft == deny))
[matchers]
m = ${slip.casbin.when}
`;
  try {
    const rules = slip.casbin.rules.map((it) => `p, ${it}`).join('\n');
    const enforcer = await casbin.newEnforcer(casbin.newModelFromString(model), new casbin.StringAdapter(rules));
    await enforcer.addFunction('has', (groups: readonly string[], one: string) => groups.includes(one));
    return enforcer.enforceSync({ ...PLAIN, ...slip.asked }) ? 'let through' : 'refused';
  } catch {
    // What becomes of it is up to whoever calls.
    return 'throws';
  }
};

const withCasl = (casl: Casl, slip: Slip): Fate => {
  try {
    const rules = slip.casl.map((it) => ({ subject: 'Question', ...it })) as unknown as Parameters<
      Casl['createMongoAbility']
    >[0];
    const ability = casl.createMongoAbility([{ action: 'manage', subject: 'all' }, ...rules]);
    const asked = { ...PLAIN, ...slip.asked };
    return ability.can(asked.action, casl.subject('Question', { ...asked })) ? 'let through' : 'refused';
  } catch {
    return 'throws';
  }
};

/** The first version that anybody writes: what fits is looked for, and a forbid outweighs. */
const withTable = ({ table, asked }: Slip): Fate => {
  const fitting = table.filter(({ fits }) => fits({ ...PLAIN, ...asked }));
  return fitting.length > 0 && fitting.every(({ permits }) => permits) ? 'let through' : 'refused';
};

/** A table for people, and how often each engine lets through what Sotto does not. */
export const leaks = async (): Promise<{ readonly text: string; readonly sotto: number }> => {
  const [casbin, casl] = [loadCasbin(), loadCasl()];
  const rows: (readonly [string, ...(Fate | 'not here')[]])[] = [];
  for (const slip of SLIPS) {
    rows.push([
      slip.what,
      await withSotto(slip),
      withBareCedar(slip),
      casbin === null ? 'not here' : await withCasbin(casbin, slip),
      casl === null ? 'not here' : withCasl(casl, slip),
      withTable(slip),
    ]);
  }
  const mark = (fate: string): string => (fate === 'let through' ? '**let through**' : fate);
  const text = [
    '## What each lets through',
    '',
    'Slips that happen, each really made in each engine by this bench. The question is one that the rules were meant to stop.',
    '',
    '| slip | Sotto | Cedar without the guard | casbin 5.51.1 | CASL 7.0.1 | a plain table |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows.map(([what, ...fates]) => `| ${what} | ${fates.map(mark).join(' | ')} |`),
    '',
  ].join('\n');
  return { text, sotto: rows.filter(([, sotto]) => sotto === 'let through').length };
};
