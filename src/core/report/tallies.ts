/**
 * Adds up the entries of all logs, one by one, into a report. Memory grows with the days and people and not with the entries, and both are bounded: people are told
 * apart up to `MOST_PEOPLE`, days up to `MOST_DAYS`.
 */
import { createClockTally, createDeedTally, createRestrictionTally, createRunTally } from './acts.ts';
import { countOf, createCells, emptyCell, isEnough, merge, note, partsOf } from './few.ts';
import { type Fields, numberOf, textOf } from './fields.ts';
import { createQuestionTally } from './questions.ts';
import { createRefusalTally } from './refusals.ts';
import { createRejectedTally, createRemovalTally } from './removals.ts';
import { ORDERS, type Period, type Report } from './types.ts';

export interface Tallies {
  /** `origin`: of which log. In whatever order they come; those of one question behind each other. */
  add(entry: Fields, origin: string): void;
  report(): Report;
}

/** Questions whose askers are still known when the second check refuses them: it does within seconds. */
const MOST_RECENT = 8_192;

const createRecent = () => {
  const known = new Map<string, string>();
  return {
    note: (question: string, person: string): void => {
      known.set(question, person);
      if (known.size <= MOST_RECENT) return;
      for (const oldest of known.keys()) {
        known.delete(oldest);
        break;
      }
    },
    personOf: (question: string): string => known.get(question) ?? '',
  };
};

export const createTallies = (o: { readonly period: Period }): Tallies => {
  const { period } = o;
  let [read, inPeriod, unknown] = [0, 0, 0];
  const questions = createQuestionTally();
  const refusals = createRefusalTally();
  const removals = createRemovalTally();
  const rejected = createRejectedTally();
  const restrictions = createRestrictionTally();
  const deeds = createDeedTally();
  const runs = createRunTally();
  const clocks = createClockTally();
  const signIns = createCells(200);
  const recent = createRecent();
  const [dataRefused, forgotten, exported, probing] = ['', '', '', ''].map(emptyCell) as [
    ReturnType<typeof emptyCell>,
    ReturnType<typeof emptyCell>,
    ReturnType<typeof emptyCell>,
    ReturnType<typeof emptyCell>,
  ];
  const orders = new Map<string, number>();

  const decision = (entry: Fields, at: number): boolean => {
    if (!questions.add(entry, at)) return false;
    recent.note(textOf(entry, 'question'), textOf(entry, 'person'));
    if (entry['verdict'] === 'refuse') refusals.add(entry);
    return true;
  };
  const deed = (entry: Fields, at: number): void => {
    const target = textOf(entry, 'target');
    if (entry['what'] === 'forget') note(forgotten, target);
    else if (entry['what'] === 'export') note(exported, target);
    else deeds.add(entry, at);
  };
  const signIn = (entry: Fields): void => {
    const what = [textOf(entry, 'for'), textOf(entry, 'change')];
    if (entry['change'] === 'refused') what.push(textOf(entry, 'code'));
    note(signIns.at(what.join(' ')), textOf(entry, 'person'));
  };
  const order = (entry: Fields): void => {
    const what = ORDERS.find((one) => one === entry['what']);
    // Whom those are about is few people, and some gave them themselves.
    if (what === undefined || what === 'forget' || what === 'export' || entry['change'] !== 'done') return;
    orders.set(what, (orders.get(what) ?? 0) + 1);
  };

  /** False: it is of a kind that is counted, and cannot be. */
  const counted = (entry: Fields, at: number, origin: string): boolean => {
    switch (entry['kind']) {
      case 'decision':
        return decision(entry, at);
      case 'data-refused':
        note(dataRefused, recent.personOf(textOf(entry, 'question')));
        return true;
      case 'removal':
        return removals.add(entry, at);
      case 'rejected':
        return rejected.add(entry, at);
      case 'restriction':
        return restrictions.add(entry, at);
      case 'sign-in':
      case 'grant':
        signIn(entry);
        return true;
      case 'deed':
        deed(entry, at);
        return true;
      case 'export':
        deeds.exported(entry, at);
        return true;
      case 'order':
        order(entry);
        return true;
      case 'clock':
        return clocks.add(entry);
      case 'probing':
        note(probing, textOf(entry, 'person'));
        return true;
      default:
        runs.add(entry, at, origin);
        return textOf(entry, 'kind') !== '';
    }
  };

  return {
    add: (entry, origin) => {
      read += 1;
      const at = numberOf(entry, 'at');
      if (at === null) unknown += 1;
      if (at === null || at < period.since || at >= period.until) return;
      inPeriod += 1;
      if (!counted(entry, at, origin)) unknown += 1;
    },
    report: () => {
      const { axis, questions: asked } = questions.shown(period);
      const byThemselves = asked?.outcomes.some(({ verdicts }) => verdicts.join() === 'refuse') ?? false;
      const signed = emptyCell('');
      for (const cell of signIns.all.values()) merge(signed, cell);
      return {
        period,
        axis,
        // Of few people’s questions nothing else may tell how many there were.
        entries: { read, inPeriod: asked === null ? null : inPeriod, unknown },
        questions: asked,
        refusals: byThemselves ? refusals.shown() : null,
        dataRefused: countOf(dataRefused),
        removals: asked === null ? null : removals.shown(axis),
        restrictions: restrictions.shown(),
        signIns: isEnough(signed) ? partsOf(signIns.all.values()) : null,
        rejected: rejected.shown(axis),
        deeds: deeds.shown(),
        orders: [...orders]
          .map(([what, count]) => ({ what, count }))
          .sort((left, right) => right.count - left.count || (left.what < right.what ? -1 : 1)),
        forgotten: countOf(forgotten),
        exported: countOf(exported),
        probing: countOf(probing),
        runs: runs.shown(),
        clocks: clocks.shown(),
      };
    },
  };
};
