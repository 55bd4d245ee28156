import type { KeyObject } from 'node:crypto';
import { chainOver, checkpointLine, entryText, type Position } from './format.ts';

/** What stands before an entry until its chain hash is known. */
const BLANK = `${'0'.repeat(64)} `;

/** The bytes of one batch, entries and checkpoint, and the position behind it. `jsons`: canonical, at least one. */
export const encodeBatch = (o: {
  readonly origin: string;
  readonly key: KeyObject;
  readonly from: Position;
  readonly jsons: readonly string[];
  /** ms since the epoch. */
  readonly time: number;
}): { readonly bytes: Buffer; readonly position: Position } => {
  const { origin, key, time } = o;
  const { number } = o.from;
  let { size, chain } = o.from;
  // Hashing slices of one buffer costs less than half of hashing strings one by one.
  let lines = '';
  for (const json of o.jsons) lines += `${BLANK}${entryText(json, size++)}\n`;
  const entries = Buffer.from(lines);
  for (let start = 0, end = 0; start < entries.length; start = end + 1) {
    end = entries.indexOf(0x0a, start);
    chain = chainOver(chain, entries, start + 64, end);
    entries.write(chain, start, 'latin1');
  }
  const checkpoint = checkpointLine({ origin, number, size, chain, time }, key);
  return { bytes: Buffer.concat([entries, Buffer.from(checkpoint)]), position: { size, number: number + 1, chain } };
};
