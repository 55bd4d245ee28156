/** Audit logs that must be there and are not: while there are any, nobody is answered, until an operator puts on record that they are lost. */

/**
 * `gone`: nothing of it is there. `cut`: it is shorter than it was. `unreadable`: what is there cannot be read. `elsewhere`: it lay in another data
 * folder, of which no process runs.
 */
export type HowLost = 'gone' | 'cut' | 'unreadable' | 'elsewhere';

export interface LostLog {
  readonly origin: string;
  /** Entries that it had at least. */
  readonly size: number;
  readonly found: HowLost;
  /** How many are there still; null: nobody can tell. */
  readonly entries: number | null;
}

/**
 * Why a log cannot be put on record as lost. `lost`: it is already. `held`: a process writes it. `another`: another process looks after its folder,
 * and can tell. `sound`: it is there, as long as it was. `unknown`: none of that name was ever begun.
 */
export type NotLost = 'lost' | 'held' | 'another' | 'sound' | 'unknown';

export interface Losses {
  /**
   * What was missed at the start and is not settled. Empty: nothing stands in the way. It grows by logs of other folders alone, within a minute of the
   * start: until then their processes may only seem to live.
   */
  open(): readonly LostLog[];
  /** What has become of a log by now. Rejects where the store does not answer. */
  look(origin: string): Promise<LostLog | NotLost>;
  /** Marks it lost in the store, after whoever calls has put it on record. `held`: a process has taken it up in the meantime. */
  settle(origin: string): Promise<'lost' | 'held' | 'unknown'>;
}
