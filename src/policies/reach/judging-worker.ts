/** The worker's side: holds the rules, judges what it is sent, says how far it is. Whatever fails ends it. */
import { parentPort, workerData } from 'node:worker_threads';
import { cellsOf } from './cells.ts';
import { createFates } from './fates.ts';
import { createJudge } from './judges.ts';
import type { FromWorker, JudgedCells, JudgingData, Outcome, ToWorker } from './messages.ts';
import type { TimeSpan } from './time-cut.ts';

/** How often at most it is said how far it is: every so many of a hundred. */
const STEP = 0.06;

const data = workerData as JudgingData;
const topics = new Map(data.actions);
const judges = data.sides.map((side) => createJudge(data, side));
const [first, second = first] = judges;
const fates = first === undefined || second === undefined ? null : createFates(data, [first, second]);

const say = (message: FromWorker): void => parentPort?.postMessage(message);

const telling = () => {
  let said = 0;
  return (done: number, total: number): void => {
    if (done < total && done - said < total * STEP) return;
    said = done;
    say({ kind: 'progress', done, total });
  };
};

const judgedCells = (actions: readonly string[], span: TimeSpan): JudgedCells => {
  const rules = data.sides[0]?.rules ?? [];
  const all = actions.map((action) =>
    cellsOf({ action, topic: topics.get(action) ?? '', rules, known: data.known, span }),
  );
  const total = all.reduce((sum, { count }) => sum + (count ?? 0), 0);
  const progress = telling();
  const places = new Map<string, number>();
  const outcomes: Outcome[] = [];
  let done = 0;
  const judged = all.map(({ action, count, request }) => {
    const cells = new Uint16Array(count ?? 0);
    for (let at = 0; at < cells.length; at += 1) {
      const outcome = first?.(request(at));
      if (outcome === undefined) break;
      const key = JSON.stringify(outcome);
      const place = places.get(key) ?? outcomes.push(outcome) - 1;
      places.set(key, place);
      cells[at] = place;
      done += 1;
      progress(done, total);
    }
    return { action, cells };
  });
  return { outcomes, actions: judged };
};

parentPort?.on('message', (message: ToWorker) => {
  if (message.kind === 'cells') say({ kind: 'cells', judged: judgedCells(message.actions, message.span) });
  else if (fates === null) throw new Error('There are no rules to judge by.');
  else if (message.kind === 'questions') {
    for (const question of message.questions) fates.take(question);
    say({ kind: 'taken' });
  } else say({ kind: 'judged', judged: fates.judge(telling()) });
});
