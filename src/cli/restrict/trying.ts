/** Waits while a change is tried out, and shows how far it is: a bar on a terminal, lines elsewhere. */
import { setTimeout as pause } from 'node:timers/promises';
import { bar } from '../../core/replies/restricting-shared.ts';
import { askRunning } from '../order.ts';
import { type Draft, runShape, type Tried, triedShape } from './shapes.ts';

const LOOK_EVERY_MS = 200;

/** Whatever the running Sotto does, it is cut off there after a minute. */
const MOST_MS = 90_000;

const NAMES = { 'dry-run': 'The last 30 days', reach: 'Who can still ask' } as const;

export interface Out {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** `out`: null: nothing is shown. Refuses with code `usage` where it cannot be tried out. */
export const tryOut = async ({ id, hash }: Draft, out: Out | null): Promise<Tried> => {
  const { run } = await askRunning({ method: 'POST', path: '/restrict/try', body: { id, hash }, shape: runShape });
  const show = progress(out);
  const deadline = Date.now() + MOST_MS;
  for (;;) {
    const tried = await askRunning({ path: `/restrict/try/${run}`, shape: triedShape });
    show(tried);
    if (tried.state === 'done' || Date.now() > deadline) return tried;
    await pause(LOOK_EVERY_MS);
  }
};

/** On a terminal one line that is drawn again; elsewhere a line for each part, and one for each further quarter. */
export const progress = (out: Out | null): ((tried: Pick<Tried, 'state' | 'of' | 'percent'>) => void) => {
  let last = '';
  return ({ state, of, percent }) => {
    if (out === null) return;
    if (state === 'done') {
      if (out.isTTY === true && last !== '') out.write('\r\u001b[K');
      return;
    }
    const shown = out.isTTY === true ? percent : Math.floor(percent / 25) * 25;
    const line = `${NAMES[of]}: ${out.isTTY === true ? `${bar(shown)} ` : ''}${shown} %`;
    if (line === last) return;
    last = line;
    out.write(out.isTTY === true ? `\r\u001b[K${line}` : `${line}\n`);
  };
};
