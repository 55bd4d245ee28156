/** One call of an operation: its turn, whom the system calls how, and then the reading or the writing. */
import type { BackendRecord, CallFault, Calling, Fetched, Random, Written } from '../../../core/ports.ts';
import type { Described } from '../described.ts';
import type { Filling } from './filling.ts';
import type { Lookup } from './lookup.ts';
import { readWith, type Seen } from './reading.ts';
import { requestOf } from './requesting.ts';
import type { Line, System } from './system.ts';
import { type Writing, writeWith } from './writing.ts';

/** A system, and how it finds its own ids for people; null: it goes by those of the directory. */
export interface Behind {
  readonly system: System;
  readonly lookup: Lookup | null;
}

interface Call<C extends Calling> {
  readonly described: Described;
  readonly behind: Behind;
  readonly calling: C;
  readonly random: Pick<Random, 'fraction'>;
}

type Back = (record: BackendRecord) => BackendRecord;

/** The work with people as the system calls them, or the fault that kept it from being begun. */
const inTurn = async <T, C extends Calling>(
  { described, behind, calling }: Omit<Call<C>, 'random'>,
  work: (o: { readonly line: Line; readonly filling: Filling; readonly back: Back }) => Promise<T>,
): Promise<{ readonly done: T } | { readonly fault: CallFault }> => {
  const { system, lookup } = behind;
  const came = await system.call(calling.asker, async (line) => {
    if (lookup === null) return { done: await work({ line, filling: calling, back: (record) => record }) };
    const found = await lookup.find({ described, calling, line });
    if (!found.ok) return { fault: found.code };
    const { called, back } = found.named;
    return { done: await work({ line, filling: { ...calling, called }, back }) };
  });
  return came ?? { fault: 'busy' };
};

export const read = async (o: Call<Calling> & { readonly seen?: Seen | undefined }): Promise<Fetched> => {
  const came = await inTurn(o, async ({ line, filling, back }) => {
    const fetched = await readWith({ ...o, line, filling });
    return fetched.ok ? { ...fetched, records: fetched.records.map(back) } : fetched;
  });
  return 'done' in came ? came.done : { ok: false, code: came.fault };
};

/** `finder`: the operation that looks for what was written, where the description names one. */
export const write = async (o: Call<Writing> & { readonly finder: Described | null }): Promise<Written> => {
  const came = await inTurn(o, async ({ line, filling, back }): Promise<Written> => {
    const written = await writeWith({ ...o, line, writing: o.calling, filling });
    return written.ok && written.record !== null ? { ...written, record: back(written.record) } : written;
  });
  if ('done' in came) return came.done;
  // What an earlier try came to is no better known for not having tried again.
  return { ok: false, code: o.calling.again ? 'doubt' : came.fault };
};

/** Says all that an answer depends on; null: nothing would be asked. `token`: stands for the person's own, by which they are asked as; null: by none. */
export const keyOf = (described: Described, calling: Calling, token: string | null): string | null => {
  const request = requestOf(described, '', calling);
  if (request === null) return null;
  const person = described.asPerson === true ? [calling.asker, token] : null;
  // Of ids of the system's own only those are given back by name that were looked up for this call.
  const { subject, asker } = calling.called ?? calling;
  const named = described.backend.lookup === null ? null : [subject, asker];
  return JSON.stringify([described.name, request.url, request.body, person, named]);
};
