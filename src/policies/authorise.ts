import { SottoError } from '../core/errors.ts';
import type { Log, Policy } from '../core/ports.ts';
import type { Decision, PolicyRequest, Restriction } from '../core/types.ts';
import { canonicalJson, shortHash } from './canonical.ts';
import type { Pack } from './contents.ts';
import { decideBy, refusal } from './decide.ts';
import { type Ask, createEngine, type RuleSet } from './engine.ts';
import { findingsError, findingText } from './findings.ts';
import { checkPolicy } from './prepare.ts';
import { checkRequest } from './request.ts';
import { readRestrictionTemplates } from './restrictions.ts';
import type { CheckedRules, Probe } from './rules.ts';
import { actionsOf, groupsOf, schemaOf } from './schema.ts';
import { slicesOf } from './slices.ts';

/** The rules in force: decides, and takes HR's restrictions while it runs. */
export interface RulesInForce extends Policy {
  /**
   * Puts these restrictions, and no others, in force. Checked first; whatever fails, and a version older than the one in
   * force, leaves everything as it was and throws `policy-invalid`. Calls take turns.
   */
  apply(o: { readonly restrictions: readonly Restriction[]; readonly version: number }): Promise<void>;
}

export interface PolicyOptions {
  readonly catalogue: Pack;
  /** Folders of packs; `rules.cedar` of each, a rule of a later one replacing that of the same @id. */
  readonly folders: readonly string[];
  readonly restrictions: readonly Restriction[];
  readonly restrictionsVersion: number;
  readonly log?: Log;
}

const SILENT: Log = { info: () => {}, warn: () => {}, error: () => {} };

/** The slices must answer as all rules together did in the worker, before anybody is answered by them (R21, R23). */
const verifier = (probes: readonly Probe[]) => (ask: Ask) => {
  for (const { action, request, answer } of probes) {
    if (canonicalJson(ask(action, request)) !== canonicalJson(answer)) {
      throw new SottoError(
        'policy-invalid',
        `The rules for ${action} answer differently once they are loaded, so they were not taken. This is a fault of Sotto or of Cedar; please report it.`,
      );
    }
  }
};

/** Loads a pack's rules with HR's restrictions. Refuses with code `policy-invalid`, listing all findings. */
export const createPolicy = async (o: PolicyOptions): Promise<RulesInForce> => {
  const { catalogue, folders } = o;
  const log = o.log ?? SILENT;
  const schema = schemaOf(catalogue);
  const actions = actionsOf(catalogue);
  const groups = new Set(groupsOf(catalogue));

  const checked = async (restrictions: readonly Restriction[]): Promise<CheckedRules> => {
    const result = await checkPolicy({ catalogue, folders, restrictions });
    if (result.findings.length === 0) return result;
    throw findingsError('policy-invalid', 'The rules cannot be used.', result.findings);
  };
  /** Everything that a decision and an audit entry read of the rules, switched in one assignment. */
  const stateOf = ({ rules }: CheckedRules, restrictionsVersion: number) => ({
    notes: new Map(rules.map((rule) => [rule.id, rule.notes])),
    slices: slicesOf(rules, actions),
    restrictionsVersion,
    version: shortHash({
      pack: catalogue.hash,
      schema,
      rules: Object.fromEntries(rules.map(({ id, json }) => [id, json])),
    }),
  });

  const engine = createEngine({ schema, log });
  const enforce = (result: CheckedRules, version: number, before: ReadonlyMap<string, RuleSet>) => {
    const next = stateOf(result, version);
    const touched = new Map(
      [...next.slices].filter(([action, rules]) => canonicalJson(rules) !== canonicalJson(before.get(action) ?? null)),
    );
    engine.load({ slices: touched, verify: verifier(result.probes.filter((probe) => touched.has(probe.action))) });
    return next;
  };
  let inForce = enforce(await checked(o.restrictions), o.restrictionsVersion, new Map());
  let restrictedBy = canonicalJson(o.restrictions);
  let turn: Promise<void> = Promise.resolve();

  const decide = (request: PolicyRequest): Decision => {
    try {
      const known = checkRequest(request, groups);
      if (known === null) return refusal('request');
      const decision = decideBy({ ask: engine.ask, notes: inForce.notes, request: known });
      if (decision.effect === 'refuse' && decision.why === 'policy-error') {
        log.error('policy.rule-failed', { name: known.action, code: decision.rules[0] ?? 'unknown' });
      }
      return decision;
    } catch {
      log.error('policy.decide-failed');
      return refusal('engine');
    }
  };

  return {
    decide,
    apply: ({ restrictions, version }) => {
      const applied = turn.then(async () => {
        if (version < inForce.restrictionsVersion) {
          throw new SottoError(
            'policy-invalid',
            `Version ${version} of the restrictions is older than ${inForce.restrictionsVersion}, which is in force, so it was not taken. Read them again.`,
          );
        }
        // The version also rises with what operators order (a pause): the rules are the same, and were checked.
        const restricting = canonicalJson(restrictions);
        if (restricting === restrictedBy) {
          inForce = { ...inForce, restrictionsVersion: version };
          return;
        }
        const result = await checked(restrictions);
        inForce = enforce(result, version, inForce.slices);
        restrictedBy = restricting;
        log.info('policy.in-force', { code: inForce.version, count: restrictions.length });
      });
      turn = applied.catch(() => {});
      return applied;
    },
    get version() {
      return inForce.version;
    },
    get restrictionsVersion() {
      return inForce.restrictionsVersion;
    },
  };
};

/**
 * What `sotto check` says of a pack's rules, a line each: all that would stop a start, what no rule permits to anybody, and
 * restrictions that stand ready but could not be switched on. Throws `policy-invalid` only where the check itself failed.
 */
export const checkRules = async (o: Pick<PolicyOptions, 'catalogue' | 'folders'>): Promise<readonly string[]> => {
  const { templates, findings } = readRestrictionTemplates(o);
  const checked = await checkPolicy({ ...o, restrictions: templates });
  const unpermitted = checked.unpermitted.map((action) => ({
    file: 'rules.cedar',
    place: action,
    what: 'No rule permits this to anybody, so it is always refused.',
    mend: 'Add a permit, or remove it from the pack.',
  }));
  return [...findings, ...checked.findings, ...unpermitted].map(findingText);
};
