/** What is wrong with a pack's rules that only trying everything out shows: rules that do nothing, and questions that nobody is answered. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasCode } from '../../core/errors.ts';
import type { Finding } from '../findings.ts';
import { KINDS } from '../schema.ts';
import { covers, type Rule } from '../slices.ts';
import { enumerate, type JudgedAction, type TrialPack } from './enumerate.ts';
import { mentionsOf } from './mentions.ts';
import type { Running } from './running.ts';
import { opensUnread } from './unreadable.ts';

/** Rules that decided something. A permit did so only where no forbid outweighed it. */
const deciding = (judged: readonly JudgedAction[]): ReadonlySet<string> => {
  const ids = new Set<string>();
  for (const { count, outcome } of judged) {
    for (let at = 0; at < count; at += 1) for (const id of outcome(at).rules) ids.add(id);
  }
  return ids;
};

const isAnswered = ({ count, outcome }: JudgedAction): boolean =>
  Array.from({ length: count }, (_, at) => outcome(at)).some(({ effect }) => effect === 'permit');

const isPlain = ({ count, outcome }: JudgedAction): boolean =>
  Array.from({ length: count }, (_, at) => outcome(at)).some(
    (one) =>
      one.effect === 'permit' &&
      one.obligations.show === 'message' &&
      one.obligations.expiresSeconds === null &&
      one.obligations.redact.length === 0,
  );

/** The file and line of a rule: the last folder that has its @id has it in force. */
const whereIs = (id: string, folders: readonly string[]): Pick<Finding, 'file' | 'place'> => {
  for (const folder of folders.toReversed()) {
    const file = join(folder, 'rules.cedar');
    const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
    const line = lines.findIndex((it) => it.includes(`@id("${id}")`));
    if (line >= 0) return { file, place: `line ${line + 1}, ${id}` };
  }
  return { file: 'rules.cedar', place: id };
};

const NEVER = {
  what: 'Nothing that anybody can ask from now on ever meets its conditions, so the rule does nothing.',
  mend: 'Mend the conditions, or remove it.',
};
const SHADOWED = {
  what: 'Whatever it permits, another rule forbids, so nobody is ever answered by it.',
  mend: 'Except it from the forbid (unless), or remove it.',
};
const UNANSWERED = {
  what: 'Rules permit it, but their conditions never come together or a forbid outweighs them, so nobody is ever answered.',
  mend: 'Mend the rules that name it, or remove it from the pack.',
};

const UNREAD = {
  what: 'Where the conversation cannot be read it counts as refused very often and as having asked for every topic, and then this rule lets more pass.',
  mend: 'Let a permit ask that something was not asked or refused before, and a forbid that it was.',
};

/** Rules that open where they should close. Nothing has to be tried out for it. */
export const unreadFindings = (o: {
  readonly pack: Pick<TrialPack, 'rules'>;
  readonly folders: readonly string[];
}): readonly Finding[] =>
  o.pack.rules.filter(({ json }) => opensUnread(json)).map(({ id }) => ({ ...whereIs(id, o.folders), ...UNREAD }));

type Judged =
  | {
      readonly ok: true;
      readonly findings: readonly Finding[];
      /** Actions that somebody is permitted without a time, a press or anything left out. */
      readonly plain: ReadonlySet<string>;
    }
  /** It cannot be tried out; why, as a sentence. */
  | { readonly ok: false; readonly why: string };

/** Everything that can be asked from `now` on is tried out; rules whose time is over are found too. */
export const ruleFindings = async (
  o: Omit<Running, 'progress'> & {
    readonly pack: TrialPack;
    readonly folders: readonly string[];
    readonly now: number;
    readonly budget?: number;
  },
): Promise<Judged> => {
  const { pack, folders } = o;
  const trying = (rules: readonly Rule[]) =>
    enumerate({
      ...o,
      rules,
      actions: [...pack.actions.keys()],
      span: { from: o.now, one: false },
      progress: () => {},
    });
  try {
    const judged = await trying(pack.rules);
    const decided = deciding(judged);
    const idle = pack.rules.filter(({ id }) => !decided.has(id));
    const permits = pack.rules.filter(({ json }) => json.effect === 'permit');
    const idlePermits = idle.filter((rule) => permits.includes(rule));
    // Alone among permits, each says whether its conditions can be met at all.
    const met = idlePermits.length === 0 ? new Set<string>() : deciding(await trying(permits));
    const answered = new Set(judged.filter(isAnswered).map(({ action }) => action));
    const unanswered = [...pack.actions].filter(
      // What no rule permits at all is found without trying.
      ([action, topic]) => !answered.has(action) && permits.some(({ json }) => covers(json, action, topic)),
    );
    return {
      ok: true,
      plain: new Set(judged.filter(isPlain).map(({ action }) => action)),
      findings: [
        ...idle.map(({ id }) => ({ ...whereIs(id, folders), ...(met.has(id) ? SHADOWED : NEVER) })),
        ...unanswered.map(([action]) => ({ file: 'rules.cedar', place: action, ...UNANSWERED })),
      ],
    };
  } catch (error) {
    if (hasCode(error, 'usage') || hasCode(error, 'deadline')) return { ok: false, why: error.message };
    throw error;
  }
};

/** Groups that the pack's rules name, kinds of people left out. */
export const groupsNamed = ({ rules }: Pick<TrialPack, 'rules'>): readonly string[] => {
  const named = mentionsOf(rules.map(({ json }) => json)).entities.get('Group') ?? new Set<string>();
  return [...named].filter((group) => !KINDS.some((kind) => kind === group)).sort();
};
