import { SottoError } from '../core/errors.ts';
import type { Log, Policy } from '../core/ports.ts';
import type { Decision, PolicyRequest, Restriction } from '../core/types.ts';
import { canonicalJson } from './canonical.ts';
import type { Pack } from './contents.ts';
import { decideBy, refusal } from './decide.ts';
import { createEngine } from './engine.ts';
import { findingsError, findingText } from './findings.ts';
import { coveredBy, type LoadedPack, loadedPack } from './loaded-pack.ts';
import { type PackPin, pinOf } from './pin.ts';
import { createPlaces } from './places.ts';
import { checkFiles, checkPolicy, readPackFiles, rulesOf } from './prepare.ts';
import { answersAsWhole, answersNoMore, type Probe, restrictionsForbid } from './probes.ts';
import { checkRequest } from './request.ts';
import { ruleIdOf } from './restriction-rule.ts';
import { readRestrictionTemplates } from './restriction-templates.ts';
import type { CheckedRules } from './rules.ts';
import { knownOf } from './schema.ts';
import { type Rule, slicesOf } from './slices.ts';
import type { validateRules } from './validation.ts';

/** The rules in force: decides, and takes HR's restrictions while it runs. */
export interface RulesInForce extends Policy {
  /**
   * Puts these restrictions, and no others, in force. `hash`: of the whole policy with them, as whoever published them checked
   * it; where this process computes the same of its own pack, nothing is checked twice. Otherwise all of it is checked first.
   * Whatever fails, and a version older than the one in force, leaves everything as it was and throws `policy-invalid`. Calls
   * take turns.
   */
  apply(o: {
    readonly restrictions: readonly Restriction[];
    readonly version: number;
    readonly hash: string | null;
  }): Promise<void>;
  /**
   * Checks the whole policy with these restrictions, in a worker, and says its hash. Two at a time. Refuses with `policy-invalid`,
   * and with `usage` where too many wait already.
   */
  check(restrictions: readonly Restriction[]): Promise<{ readonly hash: string }>;
  /** The pack as it was loaded, without restrictions; `pin` is what one that differs is held against. */
  readonly pack: LoadedPack;
  readonly pin: PackPin;
}

export interface PolicyOptions {
  readonly catalogue: Pack;
  /** Folders of packs; `rules.cedar` of each, a rule of a later one replacing that of the same @id. */
  readonly folders: readonly string[];
  readonly restrictions: readonly Restriction[];
  readonly restrictionsVersion: number;
  readonly log?: Log;
  /** For tests: how rules are checked in a worker. */
  readonly validate?: typeof validateRules;
}

/** Of changes before they are published; what was published is checked beside them, and waits for none of them. */
const MOST_CHECKS = 2;
const MOST_WAITING = 8;

const SILENT: Log = { info: () => {}, warn: () => {}, error: () => {} };

/** Everything that a decision and an audit entry read of the rules, switched in one assignment. */
interface InForce {
  readonly notes: ReadonlyMap<string, Rule['notes']>;
  readonly restrictions: readonly Restriction[];
  readonly restricting: readonly Rule[];
  readonly restrictionsVersion: number;
  readonly version: string;
}

/** Loads a pack's rules with HR's restrictions. Refuses with code `policy-invalid`, listing all findings. */
export const createPolicy = async (o: PolicyOptions): Promise<RulesInForce> => {
  const log = o.log ?? SILENT;
  const files = readPackFiles(o);
  const known = knownOf(o.catalogue);

  const checked = async (restrictions: readonly Restriction[]): Promise<CheckedRules> => {
    const result = await checkFiles({ ...files, restrictions }, o.validate);
    if (result.findings.length === 0) return result;
    throw findingsError('policy-invalid', 'The rules cannot be used.', result.findings);
  };
  const restrictingOf = (restrictions: readonly Restriction[]): readonly Rule[] => {
    const { rules, findings } = rulesOf(restrictions, o.catalogue);
    if (findings.length === 0) return rules;
    throw findingsError('policy-invalid', 'The restrictions cannot be used.', findings);
  };

  const first = await checked(o.restrictions);
  const own = new Set(restrictingOf(o.restrictions).map(({ id }) => id));
  const pack = loadedPack({ catalogue: o.catalogue, rules: first.rules.filter(({ id }) => !own.has(id)) });
  const { actions, slices, crowded } = pack;
  const packNotes = pack.rules.map((rule) => [rule.id, rule.notes] as const);
  const engine = createEngine({ schema: pack.schema, log, setFor: crowded.setFor });

  /** `probes`: what all rules together answered in a worker of ours; null: they were checked by whoever published them. */
  const enforce = (
    next: Pick<InForce, 'restrictions' | 'restricting' | 'restrictionsVersion'>,
    before: Pick<InForce, 'restrictions' | 'restricting'> | null,
    probes: readonly Probe[] | null,
  ): InForce => {
    const restricting = slicesOf(next.restricting, actions);
    const was = before === null ? null : slicesOf(before.restricting, actions);
    const touched = new Set(
      [...actions.keys()].filter(
        (action) => was === null || canonicalJson(restricting.get(action)) !== canonicalJson(was.get(action)),
      ),
    );
    const stood = new Set(before?.restrictions.map(canonicalJson));
    engine.load({
      slices: new Map(
        [...touched].flatMap((action) =>
          [[action, slices.get(action)] as const, ...(crowded.sets.get(action) ?? [])].map(
            ([name, rules]) => [name, { ...rules, ...restricting.get(action) }] as const,
          ),
        ),
      ),
      verify: (ask) => {
        if (probes === null) {
          const ids = [...restricting].map(([action, rules]) => [action, new Set(Object.keys(rules))] as const);
          const named = new Map(ids.filter(([, names]) => names.size > 0));
          answersNoMore(ask, { pack: first.packProbes, touched, restricting: named });
        } else {
          answersAsWhole(
            ask,
            probes.filter(({ action }) => touched.has(action)),
          );
        }
        restrictionsForbid(ask, {
          restrictions: next.restrictions.filter((it) => !stood.has(canonicalJson(it))),
          known,
          actions: (restriction) => {
            const rule = next.restricting.find(({ id }) => id === ruleIdOf(restriction));
            return rule === undefined ? [] : coveredBy(rule, actions);
          },
        });
      },
    });
    return {
      ...next,
      notes: new Map([...packNotes, ...next.restricting.map((rule) => [rule.id, rule.notes] as const)]),
      version: pack.versionWith(next.restricting),
    };
  };
  let inForce = enforce(
    {
      restrictions: o.restrictions,
      restricting: restrictingOf(o.restrictions),
      restrictionsVersion: o.restrictionsVersion,
    },
    null,
    first.probes,
  );
  let turn: Promise<void> = Promise.resolve();
  const checking = createPlaces({ most: MOST_CHECKS, mostWaiting: MOST_WAITING });

  const decide = (request: PolicyRequest): Decision => {
    try {
      const asked = checkRequest(request, known);
      if (asked === null) return refusal('request');
      const decision = decideBy({ ask: engine.ask, notes: inForce.notes, request: asked });
      if (decision.effect === 'refuse' && decision.why === 'policy-error') {
        log.error('policy.rule-failed', { name: asked.action, code: decision.rules[0] ?? 'unknown' });
      }
      return decision;
    } catch {
      log.error('policy.decide-failed');
      return refusal('engine');
    }
  };

  return {
    decide,
    apply: ({ restrictions, version, hash }) => {
      const applied = turn.then(async () => {
        if (version < inForce.restrictionsVersion) {
          throw new SottoError(
            'policy-invalid',
            `Version ${version} of the restrictions is older than ${inForce.restrictionsVersion}, which is in force, so it was not taken. Read them again.`,
          );
        }
        // The version also rises with what operators order (a pause): the rules are the same, and were checked.
        if (canonicalJson(restrictions) === canonicalJson(inForce.restrictions)) {
          inForce = { ...inForce, restrictionsVersion: version };
          return;
        }
        const restricting = restrictingOf(restrictions);
        const elsewhere = hash !== null && hash === pack.versionWith(restricting);
        const probes = elsewhere ? null : (await checked(restrictions)).probes;
        inForce = enforce({ restrictions, restricting, restrictionsVersion: version }, inForce, probes);
        log.info('policy.in-force', { code: inForce.version, count: restrictions.length });
      });
      turn = applied.catch(() => {});
      return applied;
    },
    check: async (restrictions) => {
      const leave = await checking.take();
      try {
        await checked(restrictions);
      } finally {
        leave();
      }
      return { hash: pack.versionWith(restrictingOf(restrictions)) };
    },
    pack,
    pin: pinOf(pack),
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
