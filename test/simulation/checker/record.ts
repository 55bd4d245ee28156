/** Promise 5: the decision is on record before any backend is touched and before anything is shown. */
import type { Finding, Reading } from './read.ts';

export const record = (reading: Reading): readonly Finding[] => {
  const findings: Finding[] = [];
  const decidedBefore = (question: string | null, index: number): boolean =>
    question !== null && (reading.decided.get(question) ?? []).some((one) => one.line < index);
  for (const [index, line] of reading.lines.entries()) {
    if (line.kind === 'fetched' && !decidedBefore(line.id, index))
      findings.push({ promise: 5, at: line.at, what: `${line.operation} was called for ${line.id} before the record` });
    // An apology is fixed words and needs none; a refusal does.
    if (line.kind === 'shown' && line.sight === 'reply' && !decidedBefore(reading.questionOf(line), index))
      findings.push({ promise: 5, at: line.at, what: `${line.ref} was shown before its decision was on record` });
  }
  return findings;
};
