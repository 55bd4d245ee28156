/** Reads and checks rules. Runs in a worker: validation takes hundreds of milliseconds (R22), and what is read may kill Cedar (R2). */
import { KNOWN_ANNOTATIONS, readNotes } from './annotations.ts';
import { canonicalJson } from './canonical.ts';
import { MANY_RULES } from './crowded.ts';
import type { Cedar, PolicyJson, RuleSet, SchemaJson } from './engine.ts';
import { wholeSet } from './engine.ts';
import type { Finding } from './findings.ts';
import { type Probe, probe } from './probes.ts';
import { splitRules } from './rule-text.ts';
import { comparedInVain } from './rule-types.ts';
import { covers, type Rule } from './slices.ts';

export interface RuleFile {
  readonly file: string;
  readonly text: string;
}

/** Everything that the worker is sent; plain data. */
export interface RulesToCheck {
  readonly schema: SchemaJson<string>;
  /** Each action with its topic. */
  readonly actions: readonly (readonly [string, string])[];
  /** Laid over each other: a rule of a later file replaces the one of the same id. */
  readonly files: readonly RuleFile[];
  readonly restrictions: readonly Rule[];
}

export interface CheckedRules {
  readonly findings: readonly Finding[];
  /** Empty where there are findings. */
  readonly rules: readonly Rule[];
  /** What all rules together answer, and what those of the pack do without HR's. */
  readonly probes: readonly Probe[];
  readonly packProbes: readonly Probe[];
  /** Intents and data classes that no rule permits to anybody: refused for ever. */
  readonly unpermitted: readonly string[];
}

type Placed = Rule & Pick<Finding, 'file' | 'place'>;

const MEND_TEXT = 'Shorten the rule, split it in two, or close what is open.';
const MEND_RULE = 'Correct the rule; it may name what the pack has: intents, topics, data classes, groups.';

const readFile = (cedar: Cedar, { file, text }: RuleFile, findings: Finding[]): readonly Placed[] => {
  const split = splitRules(text);
  if (!split.ok) {
    findings.push({ file, place: `line ${split.line}`, what: split.what, mend: MEND_TEXT });
    return [];
  }
  const rules = new Map<string, Placed>();
  for (const { text: source, line } of split.rules) {
    const place = `line ${line}`;
    const parsed = cedar.policyToJson(source);
    if (parsed.type === 'failure') {
      const what = parsed.errors.map(sentence).join(' ');
      findings.push({ file, place, what, mend: MEND_RULE });
      continue;
    }
    const read = readNotes(parsed.json);
    if (!read.ok) {
      for (const what of read.complaints) findings.push({ file, place, what, mend: KNOWN_ANNOTATIONS });
      continue;
    }
    if (rules.has(read.id)) {
      findings.push({
        file,
        place,
        what: `The id "${read.id}" is taken by another rule of this file.`,
        mend: 'Give it its own.',
      });
      continue;
    }
    rules.set(read.id, { id: read.id, source, json: parsed.json, notes: read.notes, file, place });
  }
  return [...rules.values()];
};

/** Cedar's own sentence, without the rule's id, which stands before it already. */
const sentence = ({ message, help }: { readonly message: string; readonly help: string | null }): string => {
  const said = [message.replace(/^for policy `[^`]*`, /, ''), help].filter(Boolean).join('; ');
  return `${said.charAt(0).toUpperCase()}${said.slice(1)}${/[.?!]$/.test(said) ? '' : '.'}`;
};

/** What the validator says of a rule that it has complained of already. */
const CONSEQUENCE = /unable to find an applicable action|policy is impossible/i;

/** Cedar's validator over all rules. A warning counts as an error: it is how misspelt look-alikes show (R7, R15). */
const validate = (cedar: Cedar, schema: SchemaJson<string>, rules: readonly Placed[]): readonly Finding[] => {
  const byId = new Map(rules.map((rule) => [rule.id, rule]));
  const answer = cedar.validate({ schema, policies: { staticPolicies: asRuleSet(rules) } });
  const general = (errors: readonly Parameters<typeof sentence>[0][]): readonly Finding[] =>
    errors.map((error) => ({ file: 'rules', place: '', what: sentence(error), mend: MEND_RULE }));
  if (answer.type === 'failure') return general([...answer.errors, ...answer.warnings]);
  const about = [...answer.validationErrors, ...answer.validationWarnings].map(({ policyId, error }) => ({
    file: byId.get(policyId)?.file ?? 'rules',
    place: [byId.get(policyId)?.place ?? '', policyId].filter((it) => it !== '').join(', '),
    what: sentence(error),
    mend: MEND_RULE,
  }));
  const causes = new Set(about.filter(({ what }) => !CONSEQUENCE.test(what)).map(({ place }) => place));
  const telling = about.filter(({ what, place }) => !CONSEQUENCE.test(what) || !causes.has(place));
  return [...telling, ...general(answer.otherWarnings)];
};

const inVain = (schema: SchemaJson<string>, rules: readonly Placed[]): readonly Finding[] =>
  rules.flatMap(({ json, file, place, id }) =>
    comparedInVain(json, schema).map((what) => ({
      file,
      place: `${place}, ${id}`,
      what: `It compares ${what}, and they are never the same.`,
      mend: MEND_RULE,
    })),
  );

/** As text again without what a set of one action has no use for; nothing where Cedar does not read it back as the same. */
const bareOf = (cedar: Cedar, json: PolicyJson): Pick<Rule, 'bare'> => {
  const bare: PolicyJson = { ...json, action: { op: 'All' }, annotations: {} };
  const written = cedar.policyToText(bare);
  if (written.type === 'failure') return {};
  const back = cedar.policyToJson(written.text);
  if (back.type === 'failure') return {};
  const same = canonicalJson({ ...back.json, annotations: {} }) === canonicalJson(bare);
  return same ? { bare: written.text } : {};
};

const asRuleSet = (rules: readonly Rule[]): RuleSet => Object.fromEntries(rules.map((rule) => [rule.id, rule.source]));

const probed = (cedar: Cedar, o: RulesToCheck, rules: readonly Rule[]): readonly Probe[] =>
  probe({ ask: wholeSet(cedar, o.schema, asRuleSet(rules)), actions: o.actions });

/** Takes every step of R23 up to putting in force: scan, parse, annotations, validate, and what all rules together answer. */
export const readRules = (cedar: Cedar, o: RulesToCheck): CheckedRules => {
  const findings: Finding[] = [];
  const rules = new Map<string, Placed>();
  for (const file of o.files) for (const rule of readFile(cedar, file, findings)) rules.set(rule.id, rule);
  for (const rule of o.restrictions) rules.set(rule.id, { ...rule, file: 'restrictions', place: 'HR' });
  const all = [...rules.values()];
  findings.push(...validate(cedar, o.schema, all), ...inVain(o.schema, all));
  if (findings.length > 0) return { findings, rules: [], probes: [], packProbes: [], unpermitted: [] };

  const many = all.length >= MANY_RULES;
  const plain = all.map(({ id, source, json, notes }) => ({
    id,
    source,
    json,
    notes,
    ...(many ? bareOf(cedar, json) : {}),
  }));
  const permits = plain.filter((rule) => rule.json.effect === 'permit');
  const unpermitted = o.actions
    .filter(([action, topic]) => !permits.some((rule) => covers(rule.json, action, topic)))
    .map(([action]) => action);
  const probes = probed(cedar, o, plain);
  const own = new Set(o.restrictions.map(({ id }) => id));
  const packProbes =
    own.size === 0
      ? probes
      : probed(
          cedar,
          o,
          plain.filter(({ id }) => !own.has(id)),
        );
  return { findings, rules: plain, probes, packProbes, unpermitted };
};
