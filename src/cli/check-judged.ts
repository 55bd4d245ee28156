/** What `sotto check` finds by trying the pack out: rules that do nothing or open where they should close, questions nobody is answered, intents taken for others. */
import type { Directory } from '../core/ports.ts';
import { type Collision, collidingIntents } from '../core/recognise/colliding.ts';
import type { Catalogue } from '../core/types.ts';
import { findingText } from '../policies/findings.ts';
import { loadTrialPack } from '../policies/reach/load.ts';
import { groupsNamed, ruleFindings, unreadFindings } from '../policies/reach/rule-findings.ts';

export interface JudgedFindings {
  readonly pack: readonly string[];
  readonly policies: readonly string[];
  readonly notes: readonly string[];
  /** Actions, data classes among them, that somebody is shown plainly; null: it could not be tried out. */
  readonly plain: ReadonlySet<string> | null;
}

/**
 * Of a pack that is otherwise sound. None of it stops a start: what does nothing harms nobody. `directory`: of a file, whose groups
 * are known; null: they are not, or are looked at elsewhere.
 */
export const judgedFindings = async (o: {
  readonly folders: readonly string[];
  readonly directory: Pick<Directory, 'members'> | null;
  readonly now: number;
  /** Takes seconds, and depends on the catalogue alone. */
  readonly collisions?: (o: { readonly catalogue: Catalogue }) => readonly Collision[];
}): Promise<JudgedFindings> => {
  const { collisions = collidingIntents } = o;
  const pack = await loadTrialPack(o);
  const tried = await ruleFindings({ ...o, pack, signal: new AbortController().signal });
  const members = o.directory === null ? null : await o.directory.members();
  const peopled = new Set(members?.flatMap(({ groups }) => groups));
  return {
    pack: collisions({ catalogue: pack.catalogue }).map(
      ({ intent, takenFor, taken, examples, text }) =>
        `${intent}: ${taken} of its ${examples} examples would be answered as ${takenFor} if they were not learnt by heart, "${text}" among them. Give the two intents examples that differ in words, or join them.`,
    ),
    policies: [...(tried.ok ? tried.findings : []), ...unreadFindings({ ...o, pack })].map(findingText),
    plain: tried.ok ? tried.plain : null,
    notes: [
      ...(tried.ok ? [] : [`Whether every rule does something was not tried out. ${tried.why}`]),
      ...(members === null ? [] : groupsNamed(pack).filter((group) => !peopled.has(group))).map(
        (group) =>
          `Nobody in the directory file is in the group "${group}", so every rule that names it holds for nobody, forbids included.`,
      ),
    ],
  };
};
