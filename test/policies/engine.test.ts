import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import { beforeAll, describe, expect, it, jest } from '@jest/globals';
import { hasCode } from '../../src/core/errors.ts';
import { loadCatalogue } from '../../src/policies/catalogue.ts';
import { type Cedar, createEngine, freshCedar, type RuleSet } from '../../src/policies/engine.ts';
import { cedarRequest, checkRequest } from '../../src/policies/request.ts';
import { knownOf, schemaOf } from '../../src/policies/schema.ts';
import { FIXTURE, fixturePolicy, recordingLog, request } from './support.ts';

const catalogue = loadCatalogue({ folders: [FIXTURE] });
const schema = schemaOf(catalogue);
const checked = checkRequest(request(), knownOf(catalogue));
if (checked === null) throw new Error('The request of the tests is not one.');
const asked = cedarRequest(checked);
const slices = (rules: RuleSet) => new Map([['leave.balance', rules]]);
const permitAll = slices({ yes: 'permit (principal, action, resource);' });
const unverified = () => {};

/** Cedar, except that it dies on the questions that are counted out; and a clock that is turned by hand. */
const fragile = (o: { readonly dies: (call: number) => boolean; readonly comesBack?: () => boolean }) => {
  const { log, lines } = recordingLog();
  const real = freshCedar();
  let calls = 0;
  let instances = 0;
  let now = 0;
  const load = (): Cedar => {
    instances += 1;
    if (instances > 1 && o.comesBack?.() === false) throw new Error('no instance');
    const mine = instances;
    return {
      ...real,
      statefulIsAuthorized: (call) => {
        calls += 1;
        if (mine === instances && o.dies(calls)) throw new Error('memory access out of bounds');
        return real.statefulIsAuthorized(call);
      },
    };
  };
  const engine = createEngine({ schema, log, load, elapsed: () => now });
  return {
    engine,
    lines,
    ask: () => engine.ask('leave.balance', asked).kind,
    pass: (ms: number) => (now += ms),
    instances: () => instances,
  };
};

describe('the engine', () => {
  it('R3 refuses ids that would make Cedar throw before they reach it', async () => {
    const { log, lines } = recordingLog();
    const policy = await fixturePolicy({ log });
    for (const id of [
      '\ud800',
      '',
      'x'.repeat(129),
      'a b',
      'naïve',
      'x"); permit(principal, action, resource); //',
      '\0',
    ]) {
      const odd = { ...request().person, id };
      expect(policy.decide(request({ person: odd }))).toMatchObject({ effect: 'refuse', why: 'request' });
      expect(policy.decide(request({ action: id }))).toMatchObject({ effect: 'refuse', why: 'request' });
      // A group is dropped instead: the directory may call its groups what it likes.
      expect(policy.decide(request({ person: { ...request().person, groups: [id] } }))).toMatchObject({
        effect: 'permit',
      });
    }
    for (const wrong of [
      { denials: 0.5 },
      { denials: Number.NaN },
      { now: Number.NaN },
      { now: 1e18 },
      { now: -1 },
      { signInAgeMinutes: Number.NaN },
    ]) {
      expect(policy.decide(request(wrong))).toMatchObject({ effect: 'refuse', why: 'request' });
    }
    expect(lines.filter((line) => line.level === 'error')).toEqual([]);
  });

  it('R4 refuses the question that the instance died on, replaces it, and reloads the rules', () => {
    const { engine, ask, lines, instances } = fragile({ dies: (call) => call === 2 });
    engine.load({ slices: permitAll, verify: unverified });
    expect([ask(), ask(), ask()]).toEqual(['permit', 'engine', 'permit']);
    expect([instances(), engine.replaced]).toEqual([2, 1]);
    expect(lines).toEqual([{ level: 'error', event: 'policy.engine-replaced', fields: { count: 1 } }]);
  });

  it('R4 replaces it once a second at most, and refuses until then', () => {
    const { engine, ask, pass, instances } = fragile({ dies: (call) => call === 1 || call === 2 });
    engine.load({ slices: permitAll, verify: unverified });
    expect([ask(), ask(), ask(), ask()]).toEqual(['engine', 'engine', 'engine', 'engine']);
    expect(instances()).toBe(2);
    pass(1_000);
    expect(ask()).toBe('permit');
    expect(instances()).toBe(3);
  });

  it('R4 refuses while no new instance can be had, and comes back when one can', () => {
    let there = false;
    const { engine, ask, pass, lines } = fragile({ dies: (call) => call === 1, comesBack: () => there });
    engine.load({ slices: permitAll, verify: unverified });
    expect([ask(), ask()]).toEqual(['engine', 'engine']);
    expect(lines.map((line) => line.event)).toEqual(['policy.engine-down']);
    there = true;
    pass(1_000);
    expect(ask()).toBe('permit');
  });

  describe('that is killed in plain node, and in a worker of it', () => {
    const survived = {
      first: 'permit',
      trap: 'threw',
      dead: 'threw',
      afterTrap: ['engine', 'permit'],
      throws: 1_600,
      afterLeak: ['engine', 'permit'],
      events: ['policy.engine-replaced', 'policy.engine-replaced'],
    };
    let seen: { readonly here: typeof survived; readonly there: typeof survived };
    beforeAll(async () => {
      const script = fileURLToPath(new URL('./fixtures/kill-engine.ts', import.meta.url));
      const { stdout } = await promisify(execFile)(process.execPath, [script]);
      seen = JSON.parse(stdout);
    });

    it('R2 dies of 140 brackets for good, and the next question but one is answered by another', () => {
      const { first, trap, dead, afterTrap } = seen.here;
      expect({ first, trap, dead, afterTrap }).toMatchObject({ first: 'permit', trap: 'threw', dead: 'threw' });
      expect(afterTrap).toEqual(['engine', 'permit']);
    });

    it('R3 leaks with each of 1,600 throws, and is replaced when it is dead of them', () => {
      expect([seen.here.throws, seen.here.afterLeak]).toEqual([1_600, ['engine', 'permit']]);
    });

    it('R4 is replaced with its rules, counted and said, and refuses what it died on', () => {
      expect(seen.here.events).toEqual(survived.events);
    });

    it('R14 comes back in a worker as well, whatever the instance of the main thread has been through', () => {
      expect(seen).toEqual({ here: survived, there: survived });
    });
  });

  it('R5 would not come back under jest, where a module that is forgotten is the same again: that is why it is tried in plain node', () => {
    const before = freshCedar();
    expect(freshCedar()).toBe(before);
    jest.resetModules();
    expect(freshCedar()).not.toBe(before);
  });

  it('R14 decides on while a worker dies of the same module', async () => {
    const policy = await fixturePolicy();
    const code = `require('@cedar-policy/cedar-wasm/nodejs').policyToJson('permit(principal,action,resource) when {' + '('.repeat(140) + 'true' + ')'.repeat(140) + '};')`;
    const worker = new Worker(code, { eval: true, env: {} });
    const died = await new Promise((resolve) => worker.once('error', resolve));
    expect(String(died)).toContain('memory access out of bounds');
    expect(policy.decide(request()).effect).toBe('permit');
  });

  it('R6 prepares rules under the same two names for ever', () => {
    const names = new Set<string>();
    const real = freshCedar();
    const load = (): Cedar => ({
      ...real,
      preparsePolicySet: (name, set) => {
        names.add(name);
        return real.preparsePolicySet(name, set);
      },
    });
    const engine = createEngine({ schema, log: recordingLog().log, load });
    for (let round = 0; round < 50; round += 1) engine.load({ slices: permitAll, verify: unverified });
    expect([...names].map((name) => name.replace(/^\d+:/, ''))).toEqual(['leave.balance:a', 'leave.balance:b']);
  });

  it('R20 lets nothing but a clean "allow" be a permit', () => {
    const real = freshCedar();
    const answers = [
      { type: 'failure', errors: [], warnings: [] },
      { type: 'success', warnings: [], response: { decision: 'deny', diagnostics: { reason: [], errors: [] } } },
      {
        type: 'success',
        warnings: [],
        response: { decision: 'allow', diagnostics: { reason: ['yes'], errors: [{ policyId: 'no', error: {} }] } },
      },
      { type: 'success', warnings: [], response: { decision: 'Allow', diagnostics: { reason: ['yes'], errors: [] } } },
      { type: 'success', warnings: [], response: { decision: 'allow', diagnostics: { reason: ['yes'], errors: [] } } },
    ];
    const kinds = answers.map((answer) => {
      const load = (): Cedar => ({
        ...real,
        statefulIsAuthorized: () => answer as ReturnType<Cedar['statefulIsAuthorized']>,
      });
      const engine = createEngine({ schema, log: recordingLog().log, load });
      engine.load({ slices: permitAll, verify: unverified });
      return engine.ask('leave.balance', asked).kind;
    });
    expect(kinds).toEqual(['request', 'refuse', 'rule-error', 'refuse', 'permit']);
  });

  it('R23 keeps the old rules where new ones cannot be read, do not verify, or kill the instance', () => {
    let deadly = false;
    const { engine, ask, pass } = fragile({ dies: () => deadly });
    engine.load({ slices: permitAll, verify: unverified });
    const refusing = slices({ no: 'forbid (principal, action, resource);' });
    const failures = [
      () => engine.load({ slices: slices({ no: 'forbid (principal, action' }), verify: unverified }),
      () =>
        engine.load({
          slices: refusing,
          verify: () => {
            throw new Error('differs');
          },
        }),
      () => {
        deadly = true;
        engine.load({ slices: refusing, verify: (candidate) => void candidate('leave.balance', asked) });
      },
    ];
    for (const fail of failures) {
      let code = false;
      try {
        fail();
      } catch (error) {
        code = hasCode(error, 'policy-invalid');
      }
      deadly = false;
      pass(1_000);
      expect(code).toBe(true);
      expect(ask()).toBe('permit');
    }
    engine.load({
      slices: permitAll,
      verify: (candidate) => expect(candidate('leave.balance', asked).kind).toBe('permit'),
    });
    expect(ask()).toBe('permit');
  });

  it('decides by its own rules, whatever another engine of the same instance has loaded since', () => {
    const one = createEngine({ schema, log: recordingLog().log });
    one.load({ slices: permitAll, verify: unverified });
    const other = createEngine({ schema, log: recordingLog().log });
    other.load({ slices: slices({ no: 'forbid (principal, action, resource);' }), verify: unverified });
    expect([one, other].map((it) => it.ask('leave.balance', asked).kind)).toEqual(['permit', 'refuse']);
  });

  it('refuses an action that has no rules loaded', () => {
    const engine = createEngine({ schema, log: recordingLog().log });
    expect(engine.ask('leave.balance', asked)).toEqual({ kind: 'request' });
  });

  const named = () => {
    const source = fileURLToPath(new URL('../../src', import.meta.url));
    return readdirSync(source, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => ({
        name,
        entries: [...readFileSync(join(source, name), 'utf8').matchAll(/@cedar-policy\/[a-z/-]+/g)].map(([it]) => it),
      }))
      .filter(({ entries }) => entries.length > 0);
  };

  it('R8 is the only module that names Cedar, so that nothing is asked without schema and check of the request', () => {
    expect(named().map(({ name }) => name)).toEqual(['policies/engine.ts']);
  });

  it('R8 refuses a request that lacks an attribute, even where no rule reads it', () => {
    const engine = createEngine({ schema, log: recordingLog().log });
    engine.load({ slices: permitAll, verify: unverified });
    const { denials, ...context } = asked.context;
    expect(denials).toBe(0);
    expect(engine.ask('leave.balance', { ...asked, context })).toEqual({ kind: 'request' });
    expect(engine.ask('leave.balance', asked).kind).toBe('permit');
  });

  it('R13 takes Cedar by its entry for Node alone', () => {
    expect(new Set(named().flatMap(({ entries }) => entries))).toEqual(new Set(['@cedar-policy/cedar-wasm/nodejs']));
  });
});
