/** What is written to a system of record is done once at most, never before it is on record, and told as it is. */
import type { Finding, Reading } from './read.ts';

/** Promise 6 of the design: once, and never silently lost. */
const PROMISE = 6;

export const writing = (reading: Reading): readonly Finding[] => {
  const findings: Finding[] = [];
  const broken = (at: number, what: string): void => void findings.push({ promise: PROMISE, at, what });
  const begun = new Set<string>();
  const done = new Map<string, number>();
  /** The write that a press is for. */
  const writes = new Map<string, string>();
  /** Writes of which somebody was told that nothing was done. */
  const denied = new Map<string, string>();

  for (const line of reading.lines) {
    if (line.kind === 'recorded' && line.entry.kind === 'write') {
      const { write, question, state } = line.entry;
      writes.set(question, write);
      if (state === 'begun') begun.add(write);
      if ((state === 'done' || state === 'undone') && !done.has(write))
        broken(line.at, `${write} is on record as done, and was not`);
      if (state === 'not-done' && done.has(write)) broken(line.at, `${write} is on record as not done, and was`);
    } else if (line.kind === 'wrote') {
      const times = (done.get(line.write) ?? 0) + 1;
      done.set(line.write, times);
      if (times > 1) broken(line.at, `${line.operation} was done ${times} times for ${line.write}`);
      if (!begun.has(line.write)) broken(line.at, `${line.write} was done before it was on record that it begins`);
      const press = denied.get(line.write);
      if (press !== undefined) broken(line.at, `${line.write} was done after ${press} was told that nothing was`);
    } else if (line.kind === 'shown') {
      const question = reading.questionOf(line);
      const write = question === null ? undefined : writes.get(question);
      if (question === null || write === undefined) continue;
      if (/Wrote §|: done\.|: taken back\./.test(line.card)) {
        if (!done.has(write)) broken(line.at, `${question} was told that ${write} was done, and it was not`);
      } else if (line.card.includes('nothing was done') || line.card.includes('stands as before')) {
        if (done.has(write)) broken(line.at, `${question} was told that ${write} was not done, and it was`);
        if (!write.startsWith('u-')) denied.set(write, question);
      }
    }
  }
  return findings;
};
