/**
 * The one module that owns Cedar. Bare Cedar fails open in two ways and its instance can be killed (policy requirements
 * R1 to R8); what leaves this module cannot: an answer is a permit only where Cedar said so without any error.
 */
import { createRequire } from 'node:module';
import type * as CedarModule from '@cedar-policy/cedar-wasm/nodejs';
import type { EntityJson, PolicyJson, SchemaJson, TypeAndId } from '@cedar-policy/cedar-wasm/nodejs';
import { SottoError } from '../core/errors.ts';
import type { Log } from '../core/ports.ts';

export type { PolicyJson, SchemaJson };
export type Cedar = typeof CedarModule;

/** Rules by id: Cedar text, or its JSON form where no text was ever written. */
export type RuleSet = Readonly<Record<string, string | PolicyJson>>;

export interface CedarRequest {
  readonly principal: TypeAndId;
  readonly resource: TypeAndId;
  readonly context: CedarModule.Context;
  readonly entities: EntityJson[];
}

/** `rules`: the ids that decided, or those that failed. `engine`: Cedar gave no answer at all. */
export type EngineAnswer =
  | { readonly kind: 'permit'; readonly rules: readonly string[] }
  | { readonly kind: 'refuse'; readonly rules: readonly string[] }
  | { readonly kind: 'rule-error'; readonly rules: readonly string[] }
  | { readonly kind: 'request' }
  | { readonly kind: 'engine' };

export type Ask = (action: string, request: CedarRequest) => EngineAnswer;

export interface Engine {
  /** Never throws. A dead instance is replaced, at most once a second, and the question it died on is refused. */
  readonly ask: Ask;
  /**
   * Puts new rules in force for the named actions (and the further names of `setFor`), all together. `verify` may ask them before and refuses by throwing.
   * Whatever fails leaves the old rules in force: `policy-invalid`.
   */
  load(o: { readonly slices: ReadonlyMap<string, RuleSet>; readonly verify: (ask: Ask) => void }): void;
  /** How often the instance had to be replaced. */
  readonly replaced: number;
}

const PACKAGE = '@cedar-policy/cedar-wasm/nodejs';
const SCHEMA = 'schema';
const WAIT_BETWEEN_REPLACEMENTS = 1_000;

/**
 * A new instance of the WebAssembly module: its memory lives in the module, so the module is loaded afresh (R4: 14 to 40 ms).
 * A `require` of its own each time, so that no list of children keeps dead instances alive.
 */
export const freshCedar = (): Cedar => {
  const require = createRequire(import.meta.url);
  delete require.cache[require.resolve(PACKAGE)];
  return require(PACKAGE) as Cedar;
};

let version: string | null = null;

/** Cedar's own version: the same rules may mean something else under another. */
export const cedarVersion = (): string => {
  version ??= freshCedar().getCedarVersion();
  return version;
};

/** The action's set in force has one of two names, and the other takes the next set: no call frees a name (R6). */
type Side = 'a' | 'b';

/**
 * Names are each engine's own: where a module cannot be loaded afresh (under jest, R5) two engines are one instance, and the older
 * would decide by the newer one's rules.
 */
let engines = 0;
const other = (side: Side | undefined): Side => (side === 'a' ? 'b' : 'a');

const mustSucceed = (answer: CedarModule.CheckParseAnswer, what: string): void => {
  if (answer.type === 'failure') {
    throw new SottoError('policy-invalid', `${what}: ${answer.errors.map((error) => error.message).join(' ')}`);
  }
};

const prepare = (cedar: Cedar, name: string, rules: RuleSet): void =>
  mustSucceed(cedar.preparsePolicySet(name, { staticPolicies: { ...rules } }), 'Cedar could not read the rules');

const askSet = (o: {
  readonly cedar: Cedar;
  readonly schema: string;
  readonly set: string;
  readonly action: string;
  readonly request: CedarRequest;
}): EngineAnswer => {
  const { cedar, action, request } = o;
  const answer = cedar.statefulIsAuthorized({
    ...request,
    action: { type: 'Action', id: action },
    preparsedSchemaName: o.schema,
    validateRequest: true,
    preparsedPolicySetId: o.set,
  });
  if (answer.type !== 'success') return { kind: 'request' };
  const { decision, diagnostics } = answer.response;
  if (diagnostics.errors.length > 0) {
    return { kind: 'rule-error', rules: diagnostics.errors.map((error) => error.policyId).sort() };
  }
  return { kind: decision === 'allow' ? 'permit' : 'refuse', rules: diagnostics.reason.toSorted() };
};

/**
 * All rules in one set, whatever the action: slower than slices, and what they are measured against. For checks only: a throw
 * of Cedar's passes through.
 */
export const wholeSet = (cedar: Cedar, schema: SchemaJson<string>, rules: RuleSet): Ask => {
  mustSucceed(cedar.preparseSchema(SCHEMA, schema), 'Cedar could not read the schema');
  prepare(cedar, 'whole', rules);
  return (action, request) => askSet({ cedar, schema: SCHEMA, set: 'whole', action, request });
};

/** Refuses with code `policy-invalid` where Cedar cannot read the schema. Holds no rules yet: every question is `request`. */
export const createEngine = (o: {
  readonly schema: SchemaJson<string>;
  readonly log: Log;
  /** For tests: how an instance is had, and the time between two of them, in ms of a clock that only goes forward. */
  readonly load?: () => Cedar;
  readonly elapsed?: () => number;
  /** Under which name of `slices` a question is answered; absent: under its action. The rules of an action's names must change together. */
  readonly setFor?: (action: string, request: CedarRequest) => string;
}): Engine => {
  const fresh = o.load ?? freshCedar;
  engines += 1;
  const engine = engines;
  const schemaName = `${engine}:${SCHEMA}`;
  const nameOf = (slice: string, side: Side): string => `${engine}:${slice}:${side}`;
  const setFor = o.setFor ?? ((action) => action);
  const elapsed = o.elapsed ?? (() => performance.now());
  const inForce = new Map<string, { readonly side: Side; readonly rules: RuleSet }>();
  let replaced = 0;
  let lastReplaced = Number.NEGATIVE_INFINITY;

  const start = (): Cedar => {
    const cedar = fresh();
    mustSucceed(cedar.preparseSchema(schemaName, o.schema), 'Cedar could not read the schema');
    for (const [slice, { side, rules }] of inForce) prepare(cedar, nameOf(slice, side), rules);
    return cedar;
  };
  let cedar: Cedar | null = start();

  /** After a throw the instance is not to be trusted: Cedar leaks with every one and dies of a trap (R3, R4). */
  const replace = (): void => {
    cedar = null;
    if (elapsed() - lastReplaced < WAIT_BETWEEN_REPLACEMENTS) return;
    lastReplaced = elapsed();
    try {
      cedar = start();
      replaced += 1;
      o.log.error('policy.engine-replaced', { count: replaced });
    } catch {
      o.log.error('policy.engine-down', { count: replaced });
    }
  };

  return {
    ask: (action, request) => {
      if (!inForce.has(action)) return { kind: 'request' };
      if (cedar === null) replace();
      if (cedar === null) return { kind: 'engine' };
      try {
        const slice = setFor(action, request);
        const set = inForce.get(slice);
        if (set === undefined) return { kind: 'engine' };
        return askSet({ cedar, schema: schemaName, set: nameOf(slice, set.side), action, request });
      } catch {
        replace();
        return { kind: 'engine' };
      }
    },

    load: ({ slices, verify }) => {
      if (cedar === null) replace();
      const instance = cedar;
      if (instance === null)
        throw new SottoError('policy-invalid', 'The policy engine is down, so the rules stay as they were.');
      const sideFor = (slice: string): Side => other(inForce.get(slice)?.side);
      try {
        for (const [slice, rules] of slices) prepare(instance, nameOf(slice, sideFor(slice)), rules);
        verify((action, request) => {
          const slice = setFor(action, request);
          const side = slices.has(slice) ? sideFor(slice) : inForce.get(slice)?.side;
          if (side === undefined) return { kind: 'request' };
          return askSet({ cedar: instance, schema: schemaName, set: nameOf(slice, side), action, request });
        });
      } catch (cause) {
        if (cause instanceof SottoError) throw cause;
        replace();
        throw new SottoError(
          'policy-invalid',
          'The policy engine failed on the new rules, so the rules stay as they were.',
          { cause },
        );
      }
      for (const [slice, rules] of slices) inForce.set(slice, { side: sideFor(slice), rules });
    },

    get replaced() {
      return replaced;
    },
  };
};
