/** Promises 1 to 3: refused unless permitted, restricted means untouched, the data is authorised as well as the question. */
import type { Decision, Person, Relation, Restriction } from '../../../src/core/types.ts';
import { marksIn } from '../town/catalogue.ts';
import { personById, personOf } from '../town/people.ts';
import { decidedBy } from '../town/rules.ts';
import type { Finding, Of, Reading } from './read.ts';

const relation = (asker: Person, subject: string): Relation =>
  subject === asker.id ? 'self' : personById(subject)?.manager === asker.id ? 'report' : 'other';

/** Asked as favourably as it can be: in private, signed in just now. What is refused even so may not happen at all. */
const decide = (o: {
  readonly person: Person;
  readonly action: string;
  readonly about: Relation;
  readonly restrictions: readonly Restriction[];
}): Decision['effect'] =>
  decidedBy(o.restrictions, {
    person: o.person,
    action: o.action,
    about: o.about,
    platform: 'slack',
    place: 'direct',
    signInAgeMinutes: 0,
    denials: 0,
    asked: [],
    refused: [],
    now: 0,
  }).effect;

/**
 * By which version of the restrictions what is shown must be permitted: that which stood at the commit. A view's must be one
 * that stood after the data was read: what its process saw then, or what stands now.
 */
const versions = (reading: Reading): ((shown: Of<'shown'>) => number | null) => {
  const committed = new Map<string, number>();
  const looked = new Map<string, { readonly version: number; readonly line: number }>();
  const fetched = new Map<string, { readonly by: string; readonly line: number }>();
  const found = new Map<Of<'shown'>, number | null>();
  let stands = 0;
  for (const [index, line] of reading.lines.entries()) {
    if (line.kind === 'published') stands = line.version;
    else if (line.kind === 'committed') committed.set(line.id, line.version);
    else if (line.kind === 'looked') looked.set(line.by, { version: line.version, line: index });
    else if (line.kind === 'fetched') fetched.set(line.id, { by: line.by, line: index });
    else if (line.kind === 'shown' && line.press === null)
      found.set(line, committed.get(reading.questionOf(line) ?? '') ?? null);
    else if (line.kind === 'shown') {
      const read = fetched.get(line.press ?? '');
      const look = looked.get(read?.by ?? '');
      found.set(line, read !== undefined && look !== undefined && look.line > read.line ? look.version : stands);
    }
  }
  return (shown) => found.get(shown) ?? null;
};

export const permission = (reading: Reading): readonly Finding[] => {
  const findings: Finding[] = [];
  const versionOf = versions(reading);
  const broken = (promise: number, at: number, what: string): void => void findings.push({ promise, at, what });

  /**
   * The last decision that permitted something to this question, of whichever attempt. One that only tells again what became of a write
   * permits nothing, and a process that stood still may record it behind the one whose answer is shown.
   */
  const answerBefore = (question: string, index: number) =>
    reading.decided
      .get(question)
      ?.findLast((one) => one.line < index && one.verdict === 'answer' && one.intent !== null);

  for (const [index, line] of reading.lines.entries()) {
    if (line.kind === 'fetched') {
      const person = personById(line.asker);
      const decision = answerBefore(line.id, index);
      if (person === null || decision === undefined || decision.intent === null) {
        broken(2, line.at, `${line.operation} was called for ${line.id}, which nothing on record permits`);
        continue;
      }
      const restrictions = reading.restrictionsAt(Number(decision.policy.slice(1)));
      const about = decision.about ?? 'other';
      if (decide({ person, action: decision.intent, about, restrictions }) === 'refuse')
        broken(2, line.at, `${line.operation} was called for ${line.id}, which the rules of ${decision.policy} refuse`);
      const subject = line.operation === 'salary.all' ? 'other' : relation(person, line.subject);
      if (decide({ person, action: `data:${line.dataClass}`, about: subject, restrictions }) === 'refuse')
        broken(3, line.at, `${line.operation} was called for ${line.id} about ${line.subject} without authority`);
    }
    if (line.kind === 'shown') {
      const marks = marksIn(line.card);
      if (marks.length === 0) continue;
      const person = personOf(line.viewer.split(':')[1] ?? '');
      const version = versionOf(line);
      const question = reading.questionOf(line);
      if (person === null || version === null || question === null) {
        broken(1, line.at, `${line.viewer} was shown data that answers no question`);
        continue;
      }
      const restrictions = reading.restrictionsAt(version);
      const decision = answerBefore(question, index);
      const permitted =
        decision !== undefined &&
        decision.intent !== null &&
        decide({ person, action: decision.intent, about: decision.about ?? 'other', restrictions }) === 'permit';
      if (!permitted)
        broken(1, line.at, `${line.viewer} was shown the answer to ${question}, which v${version} refuses`);
      for (const { dataClass, subject } of marks) {
        if (
          decide({ person, action: `data:${dataClass}`, about: relation(person, subject), restrictions }) === 'refuse'
        )
          broken(3, line.at, `${line.viewer} was shown ${dataClass} of ${subject} in ${question}`);
      }
    }
  }
  return findings;
};
