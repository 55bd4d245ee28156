/** Promise 6: what was accepted ends, once, in the order of its conversation, and nobody sees two answers. */
import type { Finding, Of, Reading } from './read.ts';

export const ending = (reading: Reading): readonly Finding[] => {
  const findings: Finding[] = [];
  const broken = (at: number, what: string): void => void findings.push({ promise: 6, at, what });
  const kept = new Set<string>();
  const taken = new Map<string, number>();
  const ends = new Map<string, string>();
  /** What could not be delivered, and why. */
  const undeliverable = new Map<string, string>();
  /** Every place and wording in which a question was answered. */
  const answers = new Map<string, Set<string>>();
  /** Questions of which something was told: the answer, an apology, or that it has expired. */
  const told = new Set<string>();
  /** Where an answer is to be seen, and answers that have left. */
  const standing = new Map<string, string>();
  const left = new Set<string>();
  const orders = new Map<string, string[]>();
  /** What waits for somebody blocks nobody, and ends whenever it does. */
  const setAside = ({ id, conversation }: Of<'parked'>): void =>
    void orders.set(
      conversation,
      (orders.get(conversation) ?? []).filter((other) => other !== id),
    );
  let end = 0;

  for (const line of reading.lines) {
    end = line.at;
    if (line.kind === 'taken') taken.set(line.id, taken.get(line.id) ?? line.at);
    else if (line.kind === 'kept') {
      if (kept.has(line.id)) broken(line.at, `${line.id} was kept twice`);
      kept.add(line.id);
      orders.set(line.conversation, [...(orders.get(line.conversation) ?? []), line.id]);
    } else if (line.kind === 'recorded' && line.entry.kind === 'undeliverable')
      undeliverable.set(line.entry.question, line.entry.code);
    else if (line.kind === 'parked') setAside(line);
    else if (line.kind === 'settled') {
      if (ends.has(line.id)) broken(line.at, `${line.id} ended twice`);
      ends.set(line.id, line.end);
      if (line.end === 'shown' && !told.has(line.id)) broken(line.at, `${line.id} ended as shown, and nothing was`);
      if (line.end === 'undeliverable' && !undeliverable.has(line.id))
        broken(line.at, `${line.id} was given up, and that is not on record`);
      if (line.end === 'ignored') broken(line.at, `${line.id} was ignored`);
      const order = orders.get(line.conversation) ?? [];
      if (order.includes(line.id) && order[0] !== line.id)
        broken(line.at, `${line.id} ended before what was asked before it`);
      orders.set(
        line.conversation,
        order.filter((id) => id !== line.id),
      );
    } else if (line.kind === 'removed' || (line.kind === 'shown' && line.sight === 'tombstone')) {
      const question = standing.get(line.ref);
      standing.delete(line.ref);
      if (question !== undefined) left.add(question);
    } else if (line.kind === 'shown' && line.press === null && line.sight !== 'moment') {
      const question = reading.questionOf(line);
      if (question === null) continue;
      told.add(question);
      if (line.sight === 'notice') continue;
      standing.set(line.ref, question);
      if (left.has(question)) broken(line.at, `${question} was shown again after it had left`);
      const places = answers.get(question) ?? new Set();
      answers.set(question, places.add(`${line.ref} ${line.card}`));
      if (places.size === 2) broken(line.at, `${question} was answered twice`);
      if (ends.get(question) === 'undeliverable') broken(line.at, `${question} was given up, and answered afterwards`);
    }
  }
  for (const id of new Set([...taken.keys(), ...kept])) {
    if (!ends.has(id)) broken(end, `${id} never ended`);
    if (ends.get(id) !== 'undeliverable') continue;
    // It left before anybody could say so, and who asked could not be told: the record says that it may have been seen.
    if (answers.has(id) && undeliverable.get(id) !== 'answer-left')
      broken(end, `${id} was given up though it was shown`);
  }
  return findings;
};
