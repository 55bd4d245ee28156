/** Questions by whose turn it is: the first of each conversation, and what was parked too long, which has a turn of its own. */
import type { KeptQuestion, Tables } from './tables.ts';

export const find = ({ waiting, parked }: Tables, id: string): KeptQuestion | undefined => {
  for (const row of waiting.values()) {
    const found = row.find((kept) => kept.id === id);
    if (found !== undefined) return found;
  }
  return parked.get(id);
};

/** Only for whoever has its lease. */
export const owned = (tables: Tables, o: { readonly id: string; readonly lease: string }): KeptQuestion | undefined => {
  const kept = find(tables, o.id);
  return kept?.lease === o.lease ? kept : undefined;
};

/** Everything that has a turn now or when it is free. */
export const heads = ({ waiting, parked }: Tables): readonly KeptQuestion[] => [
  ...[...waiting.values()].flatMap((row) => row.slice(0, 1)),
  ...parked.values(),
];

export const leave = ({ waiting, parked }: Tables, kept: KeptQuestion): void => {
  if (parked.delete(kept.id)) return;
  const row = (waiting.get(kept.conversation) ?? []).filter((other) => other !== kept);
  if (row.length === 0) waiting.delete(kept.conversation);
  else waiting.set(kept.conversation, row);
};

export const queue = ({ waiting }: Tables, kept: KeptQuestion): readonly KeptQuestion[] => {
  const row = waiting.get(kept.conversation) ?? [];
  waiting.set(kept.conversation, row);
  row.push(kept);
  return row;
};

/** Before all that nobody has begun, in order of acceptance among its like. */
export const comeBack = ({ waiting }: Tables, kept: KeptQuestion): void => {
  const row = waiting.get(kept.conversation) ?? [];
  waiting.set(kept.conversation, row);
  let at = (row[0]?.attempts ?? 0) > 0 ? 1 : 0;
  for (let next = row[at]; next?.ahead === true && next.seq < kept.seq; next = row[at]) at += 1;
  row.splice(at, 0, kept);
};
