/** Promise 4: nothing sensitive is shown before its end is on record, and what must leave leaves on time. */
import { VIEW_ACTION } from '../../../src/core/types.ts';
import { marksIn } from '../town/catalogue.ts';
import { LEAVES } from '../town/rules.ts';
import type { Finding, Of, Reading } from './read.ts';

/** While nothing goes wrong it leaves within so much after its time, ms. */
const PROMPT_MS = 3_500;

/** In the quiet time at the end sleepers oversleep by a quarter of it; several in a row may. */
const DROWSY = 1.5;

/**
 * After the last fault it may take as long as the longest pause between two tries, and a little: a quarter of an hour by half,
 * or six hours where the platform had refused for good; sleepers oversleep by a quarter.
 */
const LATE_MS = 30 * 60_000;
const LATE_AFTER_REFUSAL_MS = 7.5 * 60 * 60_000;

/** A fault casts its shadow over what was claimed before it and has to be claimed again, ms. */
const SHADOW_MS = 35_000;

/** What stands somewhere and must leave again. */
interface Standing {
  readonly shown: Of<'shown'>;
  /** On record for it at the time; null: none yet (a button, which tells nothing). */
  removeAt: number | null;
}

/** A Teams dialog cannot be emptied by us (promise 10): the person closes it. */
const neverOurs = (ref: string): boolean => ref.startsWith('teams|') && ref.includes('|view|');

export const leaving = (reading: Reading): readonly Finding[] => {
  const findings: Finding[] = [];
  const broken = (at: number, what: string): void => void findings.push({ promise: 4, at, what });
  const onRecord = new Map<string, number>();
  const standing = new Map<string, Standing>();
  const faults: { readonly from: number; readonly until: number }[] = [];
  let refused = false;

  const left = (ref: string, at: number): void => {
    const one = standing.get(ref);
    standing.delete(ref);
    if (one === undefined) return;
    const due = one.removeAt ?? one.shown.at;
    const calm = !faults.some(({ from, until }) => from <= at && until + SHADOW_MS >= Math.min(due, one.shown.at));
    const drowsy = Math.max(0, at - reading.healedAt) / DROWSY;
    const latest = calm
      ? due + PROMPT_MS + drowsy
      : Math.max(due, reading.healedAt) + (refused ? LATE_AFTER_REFUSAL_MS : LATE_MS);
    if (at > latest) broken(at, `${ref} left ${at - due} ms late`);
  };

  for (const line of reading.lines) {
    switch (line.kind) {
      case 'fault':
        faults.push({ from: line.at, until: line.until });
        refused ||= line.name.includes('"refuses"');
        break;
      case 'crashed':
        faults.push({ from: line.at, until: line.at });
        break;
      case 'scheduled': {
        onRecord.set(line.ref, line.removeAt);
        const one = standing.get(line.ref);
        if (one !== undefined) one.removeAt = line.removeAt;
        break;
      }
      case 'let-go':
        onRecord.delete(line.ref);
        if (standing.has(line.ref)) broken(line.at, `the removal of ${line.ref} was given up while it stands`);
        break;
      case 'removed':
        left(line.ref, line.at);
        break;
      case 'shown': {
        const sensitive = marksIn(line.card).some(({ dataClass }) => LEAVES.has(dataClass));
        if (!sensitive && !line.card.includes(VIEW_ACTION)) {
          left(line.ref, line.at);
          break;
        }
        if (neverOurs(line.ref)) break;
        const removeAt = onRecord.get(line.ref) ?? null;
        if (sensitive && removeAt === null)
          broken(line.at, `${line.ref} shows what must leave, and no removal is on record`);
        const before = standing.get(line.ref);
        standing.set(line.ref, { shown: before?.shown ?? line, removeAt });
        break;
      }
      case 'end':
        for (const ref of standing.keys()) broken(line.at, `${ref} never left`);
        break;
      default:
    }
  }
  return findings;
};
